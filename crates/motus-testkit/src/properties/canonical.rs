//! The canonical form: p01 and p02.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use proptest::collection::btree_map;
use proptest::prelude::*;

use super::check::{Outcome, Run, check};
use crate::any;

/// The text of a value is the same every time, reads back, and is the text of what was read.
pub(super) fn p01(run: &Run) -> Outcome {
    check(run, any::value(), |value| {
        let text = cj::write(&value).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let again = cj::write(&value).ok();
        prop_assert_eq!(again.as_ref(), Some(&text));
        let read = cj::read(text.as_bytes(), &ReadOptions::default()).ok();
        prop_assert_eq!(read.as_ref(), Some(&value));
        prop_assert_eq!(read.and_then(|read| cj::write(&read).ok()), Some(text));
        Ok(())
    })
}

/// The order in which members were inserted does not show.
pub(super) fn p02(run: &Run) -> Outcome {
    let members = btree_map(any::text(), any::value(), 0..12);
    let members = members.prop_map(|members| members.into_iter().collect::<Vec<_>>());
    check(run, any::shuffled(members), |(members, other)| {
        let text = |members: Vec<(String, Value)>| cj::write(&Object::from_iter(members).into());
        prop_assert_eq!(text(members), text(other));
        Ok(())
    })
}
