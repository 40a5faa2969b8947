//! The properties of MOTUS-SPEC-V0.1 §7.1, by their numbers, over generated input from a fixed seed.
//!
//! p01 and p02 stand with the canonical form in `motus-json`, p06 with the Merkle roots, p13 and p15 with the
//! effects (`normalising_twice_changes_nothing`, `nothing_is_lost`), p20 without chance in `byte_flips`.

mod chain;
mod effects;
mod hashes;
mod phases;
mod sealed;

use motus_kernel::policy::Rules;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::{Code, verify_bundle};
use motus_testkit::bundle::{Parts, Shape, shaped};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same cases in every run; nothing is written beside the sources.
fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(0x4D4F_5455);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// Returns the code of the step that failed.
fn code(bundle: &MemoryBundle) -> Option<Code> {
    let report = verify_bundle(bundle, &Rules::published_default());
    report.failures.first().map(|failure| failure.code)
}

/// Any scenario with at most so many entries of each kind.
fn scenario(most: usize) -> impl Strategy<Value = Parts> {
    (vec(0..=most, 11), text()).prop_map(|(counts, text)| {
        #[rustfmt::skip]
        let [events, records, skills, evidence, artifacts, lens_items, effects, checks, gates, children, errors] =
            counts.try_into().expect("a count for each kind");
        #[rustfmt::skip]
        let shape = Shape {
            events, records, skills, evidence, artifacts, lens_items, effects, checks, gates, children,
            errors, text,
        };
        shaped(&shape)
    })
}

/// Text that is hard to spell.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => proptest::char::range('\0', '\u{1f}'),
        1 => proptest::sample::select(vec!['"', '\\', '\u{7f}', '\u{fffd}', '\u{10000}', 'é']),
        1 => any::<char>(),
    ];
    vec(character, 0..10).prop_map(String::from_iter)
}
