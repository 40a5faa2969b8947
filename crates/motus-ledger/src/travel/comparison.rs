//! Where two rows that should be one differ: the first column, by name.

use motus_json::Object;

use crate::{Event, Run};

/// Returns the first column in which two rows of a run differ, the end columns aside.
pub(super) fn of_identities(ours: &Run, theirs: &Run) -> Option<String> {
    let begun = |run: &Run| Run { closing: None, ..run.clone() }.to_object();
    first(&begun(ours), &begun(theirs))
}

/// Returns the first column in which two rows of a run differ.
pub(super) fn of_runs(ours: &Run, theirs: &Run) -> Option<String> {
    first(&ours.to_object(), &theirs.to_object())
}

/// Returns the first column in which two rows of an event differ.
pub(super) fn of_events(ours: &Event, theirs: &Event) -> Option<String> {
    if ours == theirs {
        return None;
    }
    first(&ours.to_object(), &theirs.to_object())
}

fn first(ours: &Object, theirs: &Object) -> Option<String> {
    let differs = ours.iter().find(|(name, value)| theirs.get_text(name) != Some(value));
    differs.map(|(name, _)| name.to_string())
}
