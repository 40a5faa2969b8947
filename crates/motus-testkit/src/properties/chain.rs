//! The chain of events: p04 and p05.

use motus_kernel::event::Event;
use motus_kernel::verify::Code;
use proptest::prelude::*;
use proptest::sample::Index;

use super::check::{Outcome, Run, check};
use super::sealed::code;
use crate::any;
use crate::bundle::canonical;

/// What can stand in place of a letter or digit without making another document of the line.
fn other_letter(byte: u8, by: u8) -> u8 {
    match byte {
        b'a'..=b'z' => b'a' + (byte - b'a' + by) % 26,
        b'A'..=b'Z' => b'A' + (byte - b'A' + by) % 26,
        b'1'..=b'9' => b'1' + (byte - b'1' + by % 8 + u8::from(by.is_multiple_of(8))) % 9,
        _ => byte,
    }
}

/// A changed byte of a payload changes the hash and breaks the chain.
pub(super) fn p04(run: &Run) -> Outcome {
    let change = (any::<Index>(), any::<Index>(), 1..26_u8);
    check(run, (any::scenario(2), change), |(parts, (event, place, by))| {
        let at = event.index(parts.events.len());
        let line = canonical(&parts.events[at]);
        let payload = Event::read(line.as_bytes()).expect("an event").payload;
        let start = line.find(payload).expect("the payload is in the line");
        let mut changed = line.clone().into_bytes();
        let place = start + place.index(payload.len());
        changed[place] = other_letter(changed[place], by);
        prop_assume!(changed != line.as_bytes());
        let hash = |line: &[u8]| Event::read(line).map(|event| event.computed_hash);
        let Ok(found) = hash(&changed) else { return Ok(()) };
        prop_assert_ne!(Ok(found), hash(line.as_bytes()));

        let mut bundle = parts.bundle();
        let lines = parts.events.iter().map(|event| canonical(event).into_bytes());
        let mut lines: Vec<Vec<u8>> = lines.collect();
        lines[at] = changed;
        bundle.files.insert("events.jsonl".to_owned(), lines.join(b"\n".as_slice()));
        parts.list(&mut bundle);
        // A changed reference to evidence is told even before.
        let found = code(&bundle).expect("the chain is broken");
        prop_assert!(
            matches!(found, Code::EventChainInvalid | Code::FileHashMismatch),
            "{found:?}"
        );
        Ok(())
    })
}

/// Two events in another order break the chain and, chained anew, change the root.
pub(super) fn p05(run: &Run) -> Outcome {
    let swap = (any::<Index>(), any::<Index>());
    check(run, (any::scenario(2), swap), |(parts, (first, second))| {
        let count = parts.events.len();
        let (first, second) = (first.index(count), second.index(count));
        prop_assume!(first != second);
        let mut swapped = parts.clone();
        swapped.events.swap(first, second);
        prop_assert_eq!(code(&swapped.bundle()), Some(Code::EventChainInvalid));
        swapped.seal_events();
        prop_assert_eq!(code(&swapped.bundle()), Some(Code::RootMismatch));
        Ok(())
    })
}
