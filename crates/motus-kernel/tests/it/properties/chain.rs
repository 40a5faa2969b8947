//! The chain of events: p04 and p05.

use motus_kernel::event::Event;
use motus_kernel::verify::Code;
use motus_testkit::bundle::canonical;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{code, config, scenario};

/// What can stand in place of a letter or digit without making another document of the line.
fn other_letter(byte: u8, by: u8) -> u8 {
    match byte {
        b'a'..=b'z' => b'a' + (byte - b'a' + by) % 26,
        b'A'..=b'Z' => b'A' + (byte - b'A' + by) % 26,
        b'1'..=b'9' => b'1' + (byte - b'1' + by % 8 + u8::from(by.is_multiple_of(8))) % 9,
        _ => byte,
    }
}

proptest! {
    #![proptest_config(config(300))]

    /// p04: a changed byte of a payload changes the hash and breaks the chain.
    #[test]
    fn p04_a_changed_payload_changes_the_hash(
        parts in scenario(2), event in any::<Index>(), place in any::<Index>(), by in 1..26_u8,
    ) {
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
        prop_assert!(matches!(found, Code::EventChainInvalid | Code::FileHashMismatch), "{found:?}");
    }

    /// p05: two events in another order break the chain and, chained anew, change the root.
    #[test]
    fn p05_swapped_events_change_chain_and_root(
        parts in scenario(2), first in any::<Index>(), second in any::<Index>(),
    ) {
        let count = parts.events.len();
        let (first, second) = (first.index(count), second.index(count));
        prop_assume!(first != second);
        let mut swapped = parts.clone();
        swapped.events.swap(first, second);
        prop_assert_eq!(code(&swapped.bundle()), Some(Code::EventChainInvalid));
        swapped.seal_events();
        prop_assert_eq!(code(&swapped.bundle()), Some(Code::RootMismatch));
    }
}
