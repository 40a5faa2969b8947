//! Whether what was done stays inside of what was declared.

use super::CanonicalEffect;
use super::atom::{self, Atom};

/// Tells whether a declared effect allows an observed one.
///
/// Shape: the operations are the same, and the selectors are equal or, for files and addresses, the
/// declared one ends in `/` and begins the observed one. `fs:./` allows every relative path and no
/// absolute one.
/// Source: MOTUS-SPEC-V0.1 §11 Q11, "Effect coverage relation".
pub fn covers(declared: &CanonicalEffect, observed: &CanonicalEffect) -> bool {
    Atom::of(declared).covers(&Atom::of(observed))
}

/// Returns the observed effects that no declared one allows, in the order given.
///
/// Cost: sorting what is declared, then one binary search for each observed effect.
/// Source: MOTUS-SPEC-V0.1 §6.3 step 8.
pub fn uncovered<'a>(
    declared: &[CanonicalEffect],
    observed: &'a [CanonicalEffect],
) -> Vec<&'a CanonicalEffect> {
    let mut declared = atom::sorted(declared);
    atom::drop_covered(&mut declared);
    observed.iter().filter(|effect| !is_covered(&declared, &Atom::of(effect))).collect()
}

/// Everything between a directory and what it covers is covered by it too, and was left out: only
/// the last declared effect that does not stand behind the observed one can cover it.
fn is_covered(declared: &[Atom<'_>], observed: &Atom<'_>) -> bool {
    let behind = declared.partition_point(|atom| atom <= observed);
    let candidate = behind.checked_sub(1).and_then(|last| declared.get(last));
    candidate.is_some_and(|atom| atom.covers(observed))
}
