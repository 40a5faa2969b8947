//! Versions that this verifier cannot know, each alone.

use motus_kernel::verify::Code;

use super::bases::small;
use super::edit::Edit::Set;
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    edited(Some(Code::VersionUnsupported), small, ROWS)
}

const ROWS: &[Row] = &[
    (
        "version_of_the_bundle",
        "20",
        "bundle_version is BUNDLE-0.2.",
        &[Set("manifest/bundle_version", "\"BUNDLE-0.2\"")],
    ),
    (
        "version_of_the_receipt",
        "20",
        "receipt_version is 0.2.0.",
        &[Set("receipt/receipt_version", "\"0.2.0\"")],
    ),
    (
        "version_of_the_receipt_cut",
        "20",
        "receipt_version is 0.1.",
        &[Set("receipt/receipt_version", "\"0.1\"")],
    ),
    (
        "version_of_canonical_json",
        "20",
        "cj_version is CJ-0.2; no hash covers it.",
        &[Set("integrity/cj_version", "\"CJ-0.2\"")],
    ),
    (
        "version_of_the_proof",
        "20",
        "proof_version is PROOF-0.2; no hash covers it.",
        &[Set("integrity/proof_version", "\"PROOF-0.2\"")],
    ),
    (
        "version_of_the_phases",
        "20",
        "fsm_version is FSM-0.2; no hash covers it.",
        &[Set("integrity/fsm_version", "\"FSM-0.2\"")],
    ),
    (
        "version_of_effects",
        "20",
        "integrity.enf_version is ENF-0.2; no hash covers it.",
        &[Set("integrity/enf_version", "\"ENF-0.2\"")],
    ),
    (
        "version_of_the_effect_set",
        "20",
        "effects.enf_version is ENF-0.2.",
        &[Set("receipt/effects/enf_version", "\"ENF-0.2\"")],
    ),
    (
        "version_in_lower_case",
        "20",
        "cj_version is cj-0.1; versions are compared exactly.",
        &[Set("integrity/cj_version", "\"cj-0.1\"")],
    ),
    ("version_empty", "20", "fsm_version is empty.", &[Set("integrity/fsm_version", "\"\"")]),
];
