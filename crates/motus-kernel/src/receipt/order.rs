//! Lists that must be sorted, and entries that must be unique.
//!
//! A Merkle root pairs a last leaf with itself and sorts its leaves again, so that a repeated or
//! reordered entry could pass unseen; here it cannot.

use std::collections::BTreeSet;

use super::{Body, Child, path};
use crate::shape::Faults;

pub(super) fn check(receipt: &Body, faults: &Faults) {
    for (place, artifacts) in
        [("artifacts.inputs", &receipt.inputs), ("artifacts.outputs", &receipt.outputs)]
    {
        sorted(faults, place, artifacts, |artifact| (artifact.path.as_str(), artifact.sha256));
        unique(faults, place, artifacts, path::place);
    }
    sorted(faults, "lens.items", &receipt.lens.items, |item| {
        (item.kind.as_str(), item.uri.as_str(), item.sha256)
    });
    sorted(faults, "effects.declared", &receipt.effects.declared, |effect| {
        (effect.op.as_str(), effect.selector.as_str())
    });
    unique(faults, "gates", &receipt.gates, |gate| (gate.phase, gate.gate_id.as_str()));
    unique(faults, "verification.results", &receipt.checks, |check| check.check_id.as_str());
    unique(faults, "children", &receipt.children, |child| child.child_loop_id);
    one_proof_each(receipt, faults);
    spawn_order(receipt, faults);
    family(receipt, faults);
}

/// No loop is its own parent or child, or both parent and child of one loop.
fn family(receipt: &Body, faults: &Faults) {
    if receipt.parent_loop_id == Some(receipt.loop_id) {
        faults.note("parent_loop_id", "is the loop itself");
    }
    let is_above = |child: &Child| {
        child.child_loop_id == receipt.loop_id
            || Some(child.child_loop_id) == receipt.parent_loop_id
    };
    if let Some(index) = receipt.children.iter().position(is_above) {
        faults.note(format!("children[{index}].child_loop_id"), "is the loop itself or its parent");
    }
}

/// Notes the first entry that does not come after the one before it.
fn sorted<'r, T, K: Ord>(faults: &Faults, place: &str, entries: &'r [T], key: impl Fn(&'r T) -> K) {
    let falls = entries.windows(2).position(|pair| match pair {
        [left, right] => key(left) >= key(right),
        _ => false,
    });
    if let Some(index) = falls {
        faults.note(format!("{place}[{}]", index + 1), "must come after the entry before it");
    }
}

/// Notes the first entry whose key was there before.
fn unique<'r, T, K: Ord>(faults: &Faults, place: &str, entries: &'r [T], key: impl Fn(&'r T) -> K) {
    let mut seen = BTreeSet::new();
    if let Some(index) = entries.iter().position(|entry| !seen.insert(key(entry))) {
        faults.note(format!("{place}[{index}]"), "is there twice");
    }
}

/// One bundle cannot stand for the work of two loops.
fn one_proof_each(receipt: &Body, faults: &Faults) {
    let mut seen = BTreeSet::new();
    let twice = receipt.children.iter().position(|child| !seen.insert(child.child_proof_digest));
    if let Some(index) = twice {
        faults.note(format!("children[{index}].child_proof_digest"), "is there twice");
    }
}

/// The children may stand in any order; their indices are 0, 1, 2, … each once.
fn spawn_order(receipt: &Body, faults: &Faults) {
    let indices: BTreeSet<u32> = receipt.children.iter().map(|child| child.spawn_index).collect();
    let is_whole = indices.len() == receipt.children.len()
        && indices.iter().zip(0..).all(|(index, expected)| *index == expected);
    if !is_whole {
        faults.note("children", "spawn_index must be 0, 1, 2, … each once");
    }
}
