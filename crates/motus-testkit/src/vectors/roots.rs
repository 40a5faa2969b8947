//! Roots of other leaves, in another order, or put together in another way.

use motus_json::Value;
use motus_json::canonical::cj;
use motus_kernel::Digest;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::bases::{family, full, small, threes};
use super::edit::Edit::{Map, Set};
use super::edit::{changed, flip, json};
use super::tree::{Recipe, claim};
use super::{Made, Row, Vector, edited, made};
use crate::bundle::Parts;

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::RootMismatch);
    let mut vectors = edited(code, full, FLIPPED);
    vectors.extend(edited(code, small, EMPTY));
    vectors.extend(made(code, threes, SWAPPED));
    for (base, recipes) in
        [(threes as fn() -> Parts, OF_THREE), (full, OF_ONE), (family, OF_FAMILY)]
    {
        vectors.extend(recipes.iter().map(|row| other_root(base, row)));
    }
    vectors
}

const FLIPPED: &[Row] = &[
    (
        "event_log_root_wrong",
        "15",
        "event_log_root has another last digit.",
        &[Map("integrity/roots/event_log_root", flip)],
    ),
    (
        "artifacts_root_wrong",
        "15",
        "artifacts_root has another last digit.",
        &[Map("integrity/roots/artifacts_root", flip)],
    ),
    (
        "evidence_root_wrong",
        "15",
        "evidence_root has another last digit.",
        &[Map("integrity/roots/evidence_root", flip)],
    ),
    (
        "lens_root_wrong",
        "15",
        "lens_root has another last digit.",
        &[Map("integrity/roots/lens_root", flip)],
    ),
    (
        "effects_root_wrong",
        "15 16",
        "effects_root has another last digit.",
        &[Map("integrity/roots/effects_root", flip)],
    ),
    (
        "gates_root_wrong",
        "15",
        "gates_root has another last digit.",
        &[Map("integrity/roots/gates_root", flip)],
    ),
    (
        "verification_root_wrong",
        "15",
        "verification_root has another last digit.",
        &[Map("integrity/roots/verification_root", flip)],
    ),
    (
        "workgraph_root_wrong",
        "15",
        "workgraph_root has another last digit.",
        &[Map("integrity/roots/workgraph_root", flip)],
    ),
];

fn empty_effects(_: &Value) -> Value {
    Digest::of(&[b"MOTUS|MRKL|EFFECTS|EMPTY|0.1|"]).to_string().into()
}

const EMPTY: &[Row] = &[
    (
        "root_of_nothing_as_zeros",
        "15",
        "gates_root, over nothing, is 64 zeros.",
        &[Set(
            "integrity/roots/gates_root",
            "\"0000000000000000000000000000000000000000000000000000000000000000\"",
        )],
    ),
    (
        "root_of_nothing_of_another_tree",
        "15",
        "gates_root, over nothing, has the separator of effects.",
        &[Map("integrity/roots/gates_root", empty_effects)],
    ),
];

/// Parts of two bundles, each of which verifies.
const SWAPPED: &[Made] = &[
    ("log_of_another_bundle", "19 20", "The log is that of another valid bundle.", |parts| {
        let other = changed(parts.clone(), &[Set("event/1/payload/signals_count", "2")]);
        Parts { events: other.events, ..parts }.bundle()
    }),
    (
        "receipt_of_another_bundle",
        "19 20",
        "The receipt is that of another valid bundle.",
        |parts| {
            let other = changed(
                parts.clone(),
                &[Set("file/evidence/a.txt", "other\n"), Set("receipt/intent/more", "1")],
            );
            Parts { receipt: other.receipt, ..parts }.bundle()
        },
    ),
    (
        "evidence_of_another_bundle",
        "20 22",
        "A file of evidence is that of another valid bundle.",
        |mut parts| {
            parts.files.insert("evidence/a.txt".to_owned(), b"other\n".to_vec());
            parts.bundle()
        },
    ),
    (
        "evidence_added_after_sealing",
        "20 22",
        "A file of evidence was added and listed.",
        |mut parts| {
            parts.files.insert("evidence/c.txt".to_owned(), b"c\n".to_vec());
            parts.bundle()
        },
    ),
    (
        "evidence_renamed_after_sealing",
        "20 22",
        "A file of evidence that nothing refers to has another name.",
        |mut parts| {
            let bytes = parts.files.remove("evidence/b.txt").unwrap_or_default();
            parts.files.insert("evidence/c.txt".to_owned(), bytes);
            parts.bundle()
        },
    ),
    (
        "roots_of_another_bundle",
        "20",
        "The roots are those of another valid bundle.",
        roots_of_another,
    ),
];

fn roots_of_another(mut parts: Parts) -> MemoryBundle {
    let other = changed(parts.clone(), &[Set("event/1/payload/signals_count", "2")]);
    let roots = other.receipt.get("integrity").and_then(|block| block.get("roots")).cloned();
    *parts.in_receipt(&["integrity", "roots"]) = roots.unwrap_or_default();
    parts.seal_proof();
    parts.bundle()
}

/// Name, rules, description, the root, how it is put together, and its leaves.
struct Other {
    vector: (&'static str, &'static str, &'static str),
    root: &'static str,
    recipe: Recipe,
    leaves: &'static [&'static str],
}

fn other_root(base: fn() -> Parts, other: &'static Other) -> Vector {
    let (name, rules, description) = other.vector;
    Vector::new((name, rules, Some(Code::RootMismatch)), description, base, |mut parts| {
        let leaves: Vec<String> = other.leaves.iter().map(|leaf| leaf_text(leaf)).collect();
        claim(&mut parts, other.root, other.recipe.root(&leaves));
        parts.bundle()
    })
}

/// Returns the canonical text of a leaf that is spelled over several lines.
fn leaf_text(leaf: &str) -> String {
    cj::write(&json(leaf)).expect("a leaf has a canonical text")
}

const GATES: Recipe = Recipe::of("GATES");
const FORMAT: &str = r#"{"evidence":null,"gate_id":"format","passed":true,"phase":"Act"}"#;
const SECRETS: &str = r#"{"evidence":null,"gate_id":"no_secrets","passed":true,"phase":"Decide"}"#;
const LICENCE: &str = r#"{"evidence":null,"gate_id":"licence","passed":true,"phase":"Observe"}"#;

const VERIFICATION: Recipe = Recipe::of("VERIFICATION");
const FIRST: &str =
    r#"{"check_id":"cargo_test@1","evidence":null,"level":"Regression","passed":false}"#;
const SECOND: &str =
    r#"{"check_id":"cargo_test@2","evidence":null,"level":"Regression","passed":false}"#;
const TENTH: &str = r#"{"check_id":"cargo_test@10","evidence":"evidence/verify/cargo_test.txt",
    "level":"Regression","passed":true}"#;

const EFFECTS: Recipe = Recipe::of("EFFECTS");
const EXEC: &str = r#"{"op":"Exec","selector":"exec:cargo"}"#;
const NETWORK: &str = r#"{"op":"Network","selector":"net:https://example.org/"}"#;
const WRITE: &str = r#"{"op":"WriteFS","selector":"fs:src/lib.rs"}"#;

const INPUT: &str = r#"{"io":"in","path":"src/lib.rs",
    "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844"}"#;
const OUTPUT_A: &str = r#"{"io":"out","path":"a",
    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#;
const OUTPUT_B: &str = r#"{"io":"out","path":"b",
    "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#;

const OF_THREE: &[Other] = &[
    Other {
        vector: (
            "gates_root_without_null",
            "3",
            "Leaves of gates leave out an evidence that is not there.",
        ),
        root: "gates_root",
        recipe: GATES,
        leaves: &[
            r#"{"gate_id":"format","passed":true,"phase":"Act"}"#,
            r#"{"gate_id":"no_secrets","passed":true,"phase":"Decide"}"#,
            r#"{"gate_id":"licence","passed":true,"phase":"Observe"}"#,
        ],
    },
    Other {
        vector: (
            "gates_root_in_the_order_of_phases",
            "17",
            "Gates are sorted as the phases follow one another, not by name.",
        ),
        root: "gates_root",
        recipe: GATES,
        leaves: &[LICENCE, SECRETS, FORMAT],
    },
    Other {
        vector: (
            "gates_root_in_the_order_of_the_list",
            "17 18",
            "Gates are not sorted for the root.",
        ),
        root: "gates_root",
        recipe: GATES,
        leaves: &[FORMAT, LICENCE, SECRETS],
    },
    Other {
        vector: (
            "gates_root_with_the_last_promoted",
            "19",
            "The last of three leaves goes up as it is and is not doubled.",
        ),
        root: "gates_root",
        recipe: Recipe { tag: "GATES", promotes: true },
        leaves: &[FORMAT, SECRETS, LICENCE],
    },
    Other {
        vector: (
            "gates_root_of_another_tree",
            "15",
            "Leaves of gates have the separators of checks.",
        ),
        root: "gates_root",
        recipe: VERIFICATION,
        leaves: &[FORMAT, SECRETS, LICENCE],
    },
    Other {
        vector: (
            "verification_root_by_number",
            "17 45",
            "Attempts are sorted as numbers, not as text.",
        ),
        root: "verification_root",
        recipe: VERIFICATION,
        leaves: &[FIRST, SECOND, TENTH],
    },
    Other {
        vector: (
            "verification_root_without_null",
            "3",
            "The leaf of a check leaves out an evidence that is not there.",
        ),
        root: "verification_root",
        recipe: VERIFICATION,
        leaves: &[
            r#"{"check_id":"cargo_test@1","level":"Regression","passed":false}"#,
            TENTH,
            r#"{"check_id":"cargo_test@2","level":"Regression","passed":false}"#,
        ],
    },
    Other {
        vector: ("effects_root_over_what_was_executed", "16", "effects_root is over executed_raw."),
        root: "effects_root",
        recipe: EFFECTS,
        leaves: &[WRITE],
    },
    Other {
        vector: (
            "effects_root_in_the_order_of_operations",
            "17",
            "Effects are sorted as the specification lists their operations, not by name.",
        ),
        root: "effects_root",
        recipe: EFFECTS,
        leaves: &[WRITE, NETWORK, EXEC],
    },
    Other {
        vector: ("artifacts_root_with_outputs_first", "15", "Outputs come before inputs."),
        root: "artifacts_root",
        recipe: Recipe::of("ARTIFACTS"),
        leaves: &[OUTPUT_A, OUTPUT_B, INPUT],
    },
    Other {
        vector: ("artifacts_root_without_outputs", "15", "artifacts_root is over inputs alone."),
        root: "artifacts_root",
        recipe: Recipe::of("ARTIFACTS"),
        leaves: &[INPUT],
    },
];

const OF_ONE: &[Other] = &[
    Other {
        vector: ("lens_root_with_weight", "15", "The leaf of the lens has the weight."),
        root: "lens_root",
        recipe: Recipe::of("LENS"),
        leaves: &[r#"{"kind":"file","provenance":"fs",
                "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844",
                "ts_utc":"2025-12-20T00:00:00Z","uri":"prod/config.yml","weight":1000}"#],
    },
    Other {
        vector: ("evidence_root_with_size", "15", "The leaf of evidence has the size."),
        root: "evidence_root",
        recipe: Recipe::of("EVIDENCE"),
        leaves: &[r#"{"path":"evidence/verify/cargo_test.txt",
                "sha256":"b63d2a63dc3e3ed4092316139940c3744e35a2c30fe47f9df12253d6e516a96d",
                "size_bytes":16}"#],
    },
];

const FIRST_CHILD: &str = r#"{"child_loop_id":"33333333-3333-3333-3333-333333333300",
    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50",
    "critical":true,"parent_loop_id":"11111111-1111-1111-1111-111111111111","spawn_index":0}"#;
const SECOND_CHILD: &str = r#"{"child_loop_id":"33333333-3333-3333-3333-333333333301",
    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc51",
    "critical":true,"parent_loop_id":"11111111-1111-1111-1111-111111111111","spawn_index":1}"#;
const THIRD_CHILD: &str = r#"{"child_loop_id":"33333333-3333-3333-3333-333333333302",
    "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc52",
    "critical":false,"parent_loop_id":"11111111-1111-1111-1111-111111111111","spawn_index":2}"#;

const OF_FAMILY: &[Other] = &[
    Other {
        vector: (
            "workgraph_root_in_the_order_of_joining",
            "15 18",
            "Children stand in another order than that in which they were spawned.",
        ),
        root: "workgraph_root",
        recipe: Recipe::of("WORKGRAPH"),
        leaves: &[THIRD_CHILD, FIRST_CHILD, SECOND_CHILD],
    },
    Other {
        vector: (
            "workgraph_root_without_the_last_child",
            "15",
            "A child that is not critical is left out.",
        ),
        root: "workgraph_root",
        recipe: Recipe::of("WORKGRAPH"),
        leaves: &[FIRST_CHILD, SECOND_CHILD],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves by hand are right: in the right order they give the root of the base.
    #[test]
    fn leaves_in_order_give_the_root() {
        for (base, name, recipe, leaves) in [
            (threes as fn() -> Parts, "gates_root", GATES, [FORMAT, SECRETS, LICENCE]),
            (threes, "verification_root", VERIFICATION, [FIRST, TENTH, SECOND]),
            (threes, "effects_root", EFFECTS, [EXEC, NETWORK, WRITE]),
            (threes, "artifacts_root", Recipe::of("ARTIFACTS"), [INPUT, OUTPUT_A, OUTPUT_B]),
            (
                family,
                "workgraph_root",
                Recipe::of("WORKGRAPH"),
                [FIRST_CHILD, SECOND_CHILD, THIRD_CHILD],
            ),
        ] {
            let roots = base().in_receipt(&["integrity", "roots"]).clone();
            let expected = roots.get(name).and_then(Value::as_str).map(str::to_owned);
            assert_eq!(Some(recipe.root(&leaves.map(leaf_text))), expected, "{name}");
        }
    }
}
