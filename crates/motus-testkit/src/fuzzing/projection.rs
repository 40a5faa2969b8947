//! What must hold for any log: its projection is a receipt or says which event is wrong.

use motus_kernel::compiler::Fact;
use motus_kernel::event::Event;
use motus_kernel::names::Phase;
use motus_kernel::projection::project_receipt;

use super::files;
use crate::bundle::told_whole;

/// A receipt that is projected begins in Observe and has its lists in their order; what is read of an event can
/// be written and reads back.
pub fn projection(bytes: &[u8]) {
    let lines = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for event in lines().filter_map(|line| Event::read(line).ok()) {
        let content = event.content().expect("an event has a content");
        if let Ok(Some(fact)) = Fact::read(event.kind, &content) {
            assert_eq!(Fact::read(fact.kind(), &fact.payload().into()), Ok(Some(fact)));
        }
    }
    match project_receipt(lines()) {
        Ok(body) => {
            assert_eq!(body.phase_sequence.first(), Some(&Phase::Observe));
            assert!(body.effects.declared.is_sorted() && body.effects.executed_raw.is_sorted());
            assert!(body.outputs.is_sorted_by(|left, right| left.path < right.path));
            assert!(body.children.is_sorted_by_key(|child| child.spawn_index));
            assert_eq!(project_receipt(lines()), Ok(body));
        }
        Err(faults) => assert!(faults.iter().any(|fault| fault.place.starts_with("event "))),
    }
}

pub(super) fn logs() -> Vec<Vec<u8>> {
    let whole = told_whole().bundle().files.remove("events.jsonl");
    files("events.jsonl").into_iter().chain(whole).collect()
}
