//! Effects for the tests: by hand, and any of small worlds in which names meet.

use motus_kernel::effect::EffectOp::{self, Exec, Network, Publish, ReadFS, WriteFS};
use motus_kernel::effect::{CanonicalEffect, Effect};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Canonicalises a selector that is known to have a canonical form.
#[track_caller]
pub(crate) fn effect(op: EffectOp, selector: &str) -> CanonicalEffect {
    CanonicalEffect::new(op, selector).expect(selector)
}

/// Canonicalises writes.
pub(crate) fn writes(selectors: &[&str]) -> Vec<CanonicalEffect> {
    selectors.iter().map(|selector| effect(WriteFS, selector)).collect()
}

/// Returns the selectors alone.
pub(crate) fn selectors(effects: &[CanonicalEffect]) -> Vec<&str> {
    effects.iter().map(CanonicalEffect::selector).collect()
}

/// Takes effects back to text.
pub(crate) fn raw(effects: &[CanonicalEffect]) -> Vec<Effect> {
    effects.iter().cloned().map(Effect::from).collect()
}

/// What stands before a path, twice where it should occur more often.
const ROOTS: [(EffectOp, &str); 10] = [
    (WriteFS, "fs:./"),
    (WriteFS, "fs:./"),
    (ReadFS, "fs:./"),
    (WriteFS, "fs:/"),
    (ReadFS, "fs:/"),
    (Network, "net:https://h/"),
    (Network, "net:http://h/"),
    (Network, "net:https://i:81/"),
    (Exec, "exec:"),
    (Publish, "pub:"),
];

/// Some names sort before `.` and `/`, some behind, and some are the beginning of others.
const NAMES: [&str; 8] = ["a", "b", "c", "ab", "-", "!", "a.b", "é"];

/// Any list of effects from a world with few roots and few names: in the smallest ones directories
/// nest deeply and many prices are equal.
pub(crate) fn any_effects(most: usize) -> impl Strategy<Value = Vec<CanonicalEffect>> {
    let roots = subsequence(ROOTS.to_vec(), 1..=ROOTS.len());
    let names = subsequence(NAMES.to_vec(), 2..=4);
    (roots, names, 1..7_usize)
        .prop_flat_map(move |(roots, names, depth)| vec(below(&roots, &names, depth), 0..=most))
}

fn below(
    roots: &[(EffectOp, &'static str)],
    names: &[&'static str],
    depth: usize,
) -> impl Strategy<Value = CanonicalEffect> + use<> {
    let path = vec(select(names.to_vec()), 0..=depth);
    let is_directory = prop::bool::weighted(0.1);
    (select(roots.to_vec()), path, is_directory).prop_map(|((op, root), path, is_directory)| {
        // An operation without directories must name something.
        let path = if path.is_empty() && root.ends_with(':') { vec!["a"] } else { path };
        let end = if is_directory && !path.is_empty() { "/" } else { "" };
        effect(op, &format!("{root}{}{end}", path.join("/")))
    })
}
