//! Bundles that a verifier of MOTUS-SPEC-V0.1 must accept, and bundles that it must refuse.
//!
//! A bad vector is a bundle that verifies with one defect put in, sealed again above the defect: hashes,
//! roots, proof digest and manifest fit what stands there, so that only the step that must find the defect
//! has something to find. The vectors know nothing of the verifier but the names of its codes.

mod agreement;
mod approvals;
mod bases;
mod caught;
mod chain;
mod checks;
mod edit;
mod effects;
mod files;
mod folder;
mod fsm;
mod human;
mod json;
mod last_words;
mod listing;
mod names;
mod ok;
mod order;
mod paths;
mod ranges;
mod receipt_hash;
mod refusals;
mod roots;
mod rules;
mod shapes;
mod spawns;
mod spelling;
mod tags;
mod tree;
mod versions;

use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use crate::bundle::Parts;
use edit::Edit;

pub use folder::{INDEX, folder};
pub use rules::{RULES, Rule};

/// A bundle and what a verifier must say of it.
pub struct Vector {
    /// What it shows, in words joined by `_`; unique.
    pub name: String,
    /// The numbers of the rules that it shows, with a space between them.
    rules: &'static str,
    /// The code of every failure; none for a bundle that verifies.
    pub code: Option<Code>,
    /// The same as the name, as a sentence.
    pub description: String,
    /// Whether it has paths that a checkout cannot hold everywhere.
    pub memory_only: bool,
    base: fn() -> Parts,
    make: Box<dyn Fn(Parts) -> MemoryBundle>,
}

impl Vector {
    /// Returns the numbers of the rules that it shows.
    pub fn rules(&self) -> impl Iterator<Item = &'static str> {
        self.rules.split(' ')
    }

    /// Makes the bundle.
    pub fn bundle(&self) -> MemoryBundle {
        (self.make)((self.base)())
    }

    /// Makes the bundle without the defect or variation.
    pub fn base(&self) -> MemoryBundle {
        (self.base)().bundle()
    }

    /// Returns the proof digest that the bundle's receipt claims, as sealed.
    pub fn sealed_digest(&self) -> Option<String> {
        let bundle = self.bundle();
        let receipt = cj::read(bundle.files.get("receipt.json")?, &ReadOptions::default()).ok()?;
        let digest = receipt.get("integrity")?.get("proof_digest").and_then(Value::as_str)?;
        Some(digest.to_owned())
    }

    fn new(
        (name, rules, code): (impl Into<String>, &'static str, Option<Code>),
        description: impl Into<String>,
        base: fn() -> Parts,
        make: impl Fn(Parts) -> MemoryBundle + 'static,
    ) -> Self {
        let (name, description) = (name.into(), description.into());
        Self { name, rules, code, description, memory_only: false, base, make: Box::new(make) }
    }

    fn in_memory_only(mut self) -> Self {
        self.memory_only = true;
        self
    }
}

/// A vector as a row: name, rules, description, and what is edited in the base.
type Row = (&'static str, &'static str, &'static str, &'static [Edit]);

/// A vector as a row that makes its bundle in a way of its own.
type Made = (&'static str, &'static str, &'static str, fn(Parts) -> MemoryBundle);

fn edited(code: Option<Code>, base: fn() -> Parts, rows: &'static [Row]) -> Vec<Vector> {
    let vector = |(name, rules, description, edits): &'static Row| {
        let make = |parts| edit::bundle(parts, edits);
        Vector::new((*name, rules, code), *description, base, make)
    };
    rows.iter().map(vector).collect()
}

fn made(code: Option<Code>, base: fn() -> Parts, rows: &'static [Made]) -> Vec<Vector> {
    let vector = |(name, rules, description, make): &'static Made| {
        Vector::new((*name, rules, code), *description, base, make)
    };
    rows.iter().map(vector).collect()
}

/// Returns every vector: those that verify, then the others in the order of the steps.
pub fn vectors() -> Vec<Vector> {
    let groups = [
        ok::vectors(),
        json::vectors(),
        names::vectors(),
        shapes::vectors(),
        ranges::vectors(),
        order::vectors(),
        paths::vectors(),
        listing::vectors(),
        files::vectors(),
        versions::vectors(),
        receipt_hash::vectors(),
        chain::vectors(),
        roots::vectors(),
        fsm::vectors(),
        tags::vectors(),
        agreement::vectors(),
        spawns::vectors(),
        last_words::vectors(),
        effects::vectors(),
        checks::vectors(),
        human::vectors(),
        approvals::vectors(),
        refusals::vectors(),
        caught::vectors(),
    ];
    groups.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_a_vector_or_a_reason() {
        let vectors = vectors();
        let shown: BTreeSet<&str> = vectors.iter().flat_map(Vector::rules).collect();
        for Rule { number, no_vector, .. } in RULES {
            let has_vector = shown.contains(number);
            assert_eq!(has_vector, no_vector.is_none(), "rule {number}: a vector or a reason");
        }
        let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.number).collect();
        assert_eq!(shown.difference(&known).next(), None, "a vector shows a rule that is none");
        assert_eq!(known.len(), 49, "1 to 48, and 37a");
    }

    #[test]
    fn names_are_unique_words() {
        let mut seen = BTreeSet::new();
        for vector in vectors() {
            let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            assert!(
                vector.name.bytes().all(|byte| is_word(byte) || byte == b'_'),
                "{}",
                vector.name
            );
            assert!(vector.description.ends_with('.'), "{}", vector.name);
            assert!(seen.insert(vector.name.clone()), "{} is there twice", vector.name);
        }
    }

    #[test]
    fn there_are_enough_of_both_kinds() {
        let (ok, bad): (Vec<_>, Vec<_>) =
            vectors().into_iter().partition(|vector| vector.code.is_none());
        assert!(ok.len() >= 8 && bad.len() >= 150, "{} ok, {} bad", ok.len(), bad.len());
    }
}
