//! Fewer effects that allow at least the same: TrieMerge-v0.1 with weights.
//!
//! The rule as printed (§11 Q11) counts a merged directory like a single file. Then whole trees
//! collapse after their first few merges, and neither the published bundle nor the printed example
//! comes out. Here each selected effect counts with the number of effects it stands for, and
//! everything selected below a directory belongs to its merge, not its children alone.

use super::atom::{self, Atom};
use super::forest::Forest;
use super::{CanonicalEffect, EffectOp};

/// Holds compressed effects and what the compression did to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compression {
    /// The effects, normalised.
    pub effects: Vec<CanonicalEffect>,
    /// Whether there are at most as many as asked for.
    pub fits: bool,
    /// Whether a merge ended in `fs:./`, `fs:/` or a whole host, which nobody may declare unasked.
    pub widened_to_root: bool,
}

/// Merges effects into directories until at most `k` are left.
///
/// Shape: at most `k` effects are returned as they are, normalised. Otherwise what is covered
/// by another effect goes first, at no cost. Then each operation with more than `k` is merged down
/// to `k` by itself, then all together. Programs, targets, different hosts and absolute and relative
/// paths never merge: when `k` is out of reach, for zero always, everything that can merge has merged
/// and `fits` is false.
/// Cost: sorting, then linear in the bytes of the selectors, with one heap operation for each merge
/// and each directory whose price has risen.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 11, §11 Q11.
pub fn compress(effects: &[CanonicalEffect], k: u32) -> Compression {
    let limit = u64::from(k);
    let mut atoms = atom::sorted(effects);
    if atoms.len() as u64 <= limit {
        return outcome(atoms.iter(), limit, false);
    }
    atom::drop_covered(&mut atoms);
    let Some(mut forest) = Forest::grow(&atoms) else {
        return outcome(atoms.iter(), limit, false);
    };
    for op in EffectOp::ALL {
        let own = atoms.iter().filter(|atom| atom.op == op).count() as u64;
        forest.merge(own.saturating_sub(limit), |other| other == op);
    }
    forest.merge(forest.selected().saturating_sub(limit), |_| true);
    let widened_to_root = forest.has_merged_root();
    outcome(forest.cut().iter(), limit, widened_to_root)
}

fn outcome<'a>(
    atoms: impl Iterator<Item = &'a Atom<'a>>,
    limit: u64,
    widened_to_root: bool,
) -> Compression {
    let mut effects: Vec<_> = atoms.map(Atom::effect).collect();
    effects.sort();
    Compression { fits: effects.len() as u64 <= limit, effects, widened_to_root }
}
