//! Scenarios: the one that the manual shows, and those of the specification.

use std::path::PathBuf;

/// What the manual says about loops.
pub(crate) const PAGE: &str = include_str!("../../../../../docs/loop.md");

/// Returns the n-th example of a form in the manual.
pub(crate) fn example(form: &str, number: usize) -> &'static str {
    let fence = format!("\n```{form}\n");
    let (begin, _) = PAGE.match_indices(&fence).nth(number).expect("the manual shows it");
    let block = &PAGE[begin + fence.len()..];
    let end = block.find("\n```").expect("the example ends");
    &block[..=end]
}

/// Returns the scenario that the manual shows: a check fails once.
pub(crate) fn first() -> &'static str {
    example("yaml", 0)
}

/// Returns where a scenario of the specification is.
pub(crate) fn published(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/0.1");
    PathBuf::from(format!("{folder}/{name}.yaml"))
}
