//! Effects of small worlds, and texts that are selectors or nearly.

use motus_kernel::effect::EffectOp::{self, Exec, Network, Publish, ReadFS, WriteFS};
use motus_kernel::effect::{CanonicalEffect, Effect};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

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
pub fn effects(most: usize) -> impl Strategy<Value = Vec<CanonicalEffect>> {
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
        let selector = format!("{root}{}{end}", path.join("/"));
        CanonicalEffect::new(op, &selector).expect("a selector of this world has a canonical form")
    })
}

/// Texts that are selectors, or nearly.
pub fn almost_a_selector() -> impl Strategy<Value = Effect> {
    let prefix = select(vec!["fs:", "net:", "net:https://h/", "net:http://", "exec:", "pub:", ""]);
    let piece = select(vec![
        "/", "/", ".", "..", "a", "B", "c:", ":80", ":443", "%2e", "%2F", "%4", "%c3", "%", " ",
        "é", "\\", "?", "#", "@", "[", "]", "::1", "://", "https", "-", "~", "\n", "\u{7f}", "0",
    ]);
    (select(EffectOp::ALL.to_vec()), prefix, vec(piece, 0..8)).prop_map(|(op, prefix, pieces)| {
        Effect { op, selector: prefix.to_owned() + &pieces.concat() }
    })
}
