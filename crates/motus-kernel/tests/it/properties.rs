//! The properties of MOTUS-SPEC-V0.1 §7.1, by their numbers, over generated input from a fixed seed.
//!
//! What they say stands in `motus_testkit::properties`, from where the report takes it as well. Beside them,
//! p01 and p02 stand with the canonical form in `motus-json`, p06 with the Merkle roots, and p20 without chance
//! in `byte_flips`.

use motus_testkit::properties::{PROPERTIES, SEED, find};

/// Runs one property as often as it wants, and notes that it has its test.
macro_rules! properties {
    ($($name:ident: $property:literal),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let property = find($property).expect("there is such a property");
                let outcome = property.run(SEED, None);
                assert!(outcome.passed(), "{}: {:#?}", property.title, outcome.notes);
            }
        )*

        const TESTED: &[&str] = &[$($property),*];
    };
}

properties! {
    p01_cj_determinism: "p01",
    p02_cj_object_key_ordering: "p02",
    p03_receipt_hash_stability: "p03",
    p04_event_chain_sensitivity: "p04",
    p05_event_chain_ordering: "p05",
    p06_merkle_empty_root_stability: "p06",
    p07_merkle_permutation_sensitivity: "p07",
    p08_proof_digest_sensitivity: "p08",
    p09_artifacts_root_sortedness: "p09",
    p10_evidence_root_path_sensitivity: "p10",
    p11_lens_freshness_monotonic: "p11",
    p12_lens_aggregate_is_min: "p12",
    p13_effect_normalization_idempotence: "p13",
    p14_effect_compression_cap: "p14",
    p15_effect_compression_coverage: "p15",
    p16_strategy_matching_determinism: "p16",
    p17_strategy_matching_threshold: "p17",
    p18_fsm_legality: "p18",
    p19_verify_bundle_round_trip: "p19",
    p20_verify_bundle_tamper: "p20",
}

#[test]
fn every_property_has_its_test() {
    assert_eq!(TESTED, PROPERTIES.map(|property| property.name));
}
