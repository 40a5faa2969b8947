//! Loops of one family: each with an identifier of its own, and with the digests of its children.

use motus_json::{Object, Value};

use super::{Parts, basic_edit, canonical, document};

const LOOP: &str = "11111111-1111-1111-1111-111111111111";

/// Returns the identifier of a loop of the family.
pub fn member_id(number: u64) -> String {
    format!("{number:08x}-4444-4444-4444-444444444444")
}

/// Makes a loop that commits to its children as they are, all of them critical.
pub fn family_member(number: u64, parent: Option<u64>, children: &[&Parts]) -> Parts {
    let mut parts = basic_edit();
    let renamed = |object: &Object| document(&canonical(object).replace(LOOP, &member_id(number)));
    parts.receipt = renamed(&parts.receipt);
    parts.manifest = renamed(&parts.manifest);
    for event in &mut parts.events {
        *event = renamed(event);
    }
    *parts.in_receipt(&["parent_loop_id"]) = parent.map(member_id).into();
    *parts.in_receipt(&["children"]) =
        children.iter().enumerate().map(|(index, child)| edge(index, child)).collect();
    parts.seal()
}

fn edge(index: usize, child: &Parts) -> Value {
    let text = |path: &[&str]| {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(child.receipt.get(first)?, |value, name| value.get(name)).cloned()
    };
    let edge = [
        ("spawn_index", Value::from(index)),
        ("child_loop_id", text(&["loop_id"]).unwrap_or_default()),
        ("critical", true.into()),
        ("child_proof_digest", child.proof_digest().into()),
        ("outcome_status", text(&["outcome", "status"]).unwrap_or_default()),
    ];
    Object::from(edge).into()
}
