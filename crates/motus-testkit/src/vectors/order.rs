//! Lists out of order, and entries twice.

use motus_json::Object;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::bases::{family, full, threes};
use super::edit::Edit::{Map, Push, Set};
use super::edit::{list, reversed};
use super::{Made, Row, Vector, edited, made};
use crate::bundle::Parts;

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::ParseError);
    [
        edited(code, threes, UNSORTED),
        edited(code, threes, REPEATED),
        edited(code, full, TWICE),
        edited(code, family, CHILDREN),
        made(code, threes, MANIFEST),
        made(code, threes, EVENTS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const UNSORTED: &[Row] = &[
    (
        "outputs_unsorted",
        "18",
        "artifacts.outputs is not sorted.",
        &[Map("receipt/artifacts/outputs", reversed)],
    ),
    (
        "inputs_unsorted",
        "18",
        "artifacts.inputs is not sorted.",
        &[Push(
            "receipt/artifacts/inputs",
            r#"{"path":"a",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#,
        )],
    ),
    (
        "lens_items_unsorted",
        "18",
        "lens.items is not sorted.",
        &[Map("receipt/lens/items", reversed)],
    ),
    (
        "declared_effects_unsorted",
        "18 36",
        "effects.declared is not sorted.",
        &[Map("receipt/effects/declared", reversed)],
    ),
];

/// The last leaf of three repeated: the root stays as it is.
const REPEATED: &[Row] = &[
    (
        "last_output_repeated",
        "19",
        "The last output is repeated; artifacts_root stays.",
        &[Push(
            "receipt/artifacts/outputs",
            r#"{"path":"b",
                "sha256":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#,
        )],
    ),
    (
        "last_lens_item_repeated",
        "19",
        "The last item of the lens is repeated; lens_root stays.",
        &[Push(
            "receipt/lens/items",
            r#"{"kind":"uri","provenance":"fs",
                "sha256":"229e5229452313f9ebb80dcb4fd9ec035a1ac9b9045b3df6df0305e427b61844",
                "ts_utc":"2025-12-20T00:00:00Z","uri":"a"}"#,
        )],
    ),
    (
        "last_declared_effect_repeated",
        "19",
        "The last declared effect is repeated; effects_root stays.",
        &[Push("receipt/effects/declared", r#"{"op":"WriteFS","selector":"fs:src/lib.rs"}"#)],
    ),
    (
        "last_gate_repeated",
        "19",
        "The last gate is repeated; gates_root stays.",
        &[Push("receipt/gates", r#"{"gate_id":"licence","passed":true,"phase":"Observe"}"#)],
    ),
    (
        "last_check_repeated",
        "19",
        "The last check is repeated; verification_root stays.",
        &[Push(
            "receipt/verification/results",
            r#"{"check_id":"cargo_test@2","level":"Regression","passed":false}"#,
        )],
    ),
];

const TWICE: &[Row] = &[
    (
        "output_of_two_contents",
        "19",
        "A path is there twice among the outputs, with two digests.",
        &[Push(
            "receipt/artifacts/outputs",
            r#"{"path":"prod/config.yml",
                "sha256":"ffff4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53"}"#,
        )],
    ),
    (
        "gate_passed_and_passed_again",
        "19",
        "A gate is there twice, with and without evidence.",
        &[Push("receipt/gates", r#"{"gate_id":"no_secrets","passed":true,"phase":"Act"}"#)],
    ),
    (
        "check_on_two_levels",
        "19",
        "A check is there twice, on two levels.",
        &[Push(
            "receipt/verification/results",
            r#"{"check_id":"cargo_test","level":"Semantic","passed":true}"#,
        )],
    ),
    (
        "child_twice",
        "19",
        "A child is there twice, at two places.",
        &[Push(
            "receipt/children",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333301",
            "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc53",
                "critical":true,"outcome_status":"success","spawn_index":1}"#,
        )],
    ),
    (
        "event_identifier_twice",
        "19",
        "Two events have one event_id.",
        &[Set("event/7/event_id", "\"e1111111-0000-0000-0000-000000000001\"")],
    ),
];

const CHILDREN: &[Row] = &[
    (
        "parent_of_itself",
        "24",
        "parent_loop_id is the loop's own.",
        &[Set("receipt/parent_loop_id", "\"11111111-1111-1111-1111-111111111111\"")],
    ),
    (
        "one_proof_of_two_children",
        "19",
        "Two children have one proof digest.",
        &[
            Set(
                "receipt/children/1/child_proof_digest",
                "\"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50\"",
            ),
            Set(
                "event/9/payload/child_proof_digest",
                "\"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc50\"",
            ),
        ],
    ),
    (
        "child_of_itself",
        "24",
        "A child is the loop itself.",
        &[
            Set("receipt/children/0/child_loop_id", "\"11111111-1111-1111-1111-111111111111\""),
            Set("event/5/payload/child_loop_id", "\"11111111-1111-1111-1111-111111111111\""),
            Set("event/8/payload/child_loop_id", "\"11111111-1111-1111-1111-111111111111\""),
        ],
    ),
    (
        "child_that_is_the_parent",
        "24",
        "A child is the loop's parent.",
        &[Set("receipt/parent_loop_id", "\"33333333-3333-3333-3333-333333333301\"")],
    ),
    (
        "last_child_repeated",
        "19",
        "The last child is repeated; workgraph_root stays.",
        &[Push(
            "receipt/children",
            r#"{"child_loop_id":"33333333-3333-3333-3333-333333333302",
            "child_proof_digest":"0a2f4c29b443b890189690fa8f266c4dc00c7ceb920a8b371694fdb86004fc52",
                "critical":false,"outcome_status":"success","spawn_index":2}"#,
        )],
    ),
    (
        "two_children_at_one_place",
        "18 19",
        "Two children have one spawn_index.",
        &[Set("receipt/children/1/spawn_index", "0"), Set("event/6/payload/spawn_index", "0")],
    ),
    (
        "place_of_a_child_left_out",
        "18",
        "No child has the spawn_index 2; the last has 3.",
        &[Set("receipt/children/2/spawn_index", "3"), Set("event/7/payload/spawn_index", "3")],
    ),
    (
        "first_child_at_place_one",
        "18",
        "The first spawn_index is 1.",
        &[Set("receipt/children/0/spawn_index", "3"), Set("event/5/payload/spawn_index", "3")],
    ),
];

const MANIFEST: &[Made] = &[
    ("manifest_unsorted", "18", "The files of the manifest are not sorted.", |parts| {
        listed(&parts, |files| files.swap(0, 1))
    }),
    (
        "last_evidence_repeated",
        "19",
        "The last entry of evidence is repeated; evidence_root and the proof digest stay.",
        |parts| listed(&parts, |files| repeat(files, "evidence/verify/cargo_test.txt")),
    ),
    ("receipt_listed_twice", "19", "The receipt is listed twice.", |parts| {
        listed(&parts, |files| repeat(files, "receipt.json"))
    }),
];

fn listed(parts: &Parts, change: fn(&mut Vec<Object>)) -> MemoryBundle {
    let mut bundle = parts.bundle();
    list(&mut bundle, |manifest| {
        let files = manifest.get("files").and_then(|files| files.as_array()).unwrap_or_default();
        let mut files: Vec<Object> =
            files.iter().filter_map(|file| file.as_object().cloned()).collect();
        change(&mut files);
        manifest.insert("files", files);
    });
    bundle
}

fn repeat(files: &mut Vec<Object>, path: &str) {
    let is_it = |file: &Object| file.get("path").and_then(|found| found.as_str()) == Some(path);
    let place = files.iter().position(is_it).expect("the file is listed");
    let entry = files.get(place).cloned().unwrap_or_default();
    files.insert(place, entry);
}

const EVENTS: &[Made] = &[(
    "last_event_repeated",
    "19",
    "The last event is repeated; event_log_root stays.",
    |parts| {
        let mut repeated = parts.clone();
        let last = repeated.events.last().cloned().expect("there are events");
        repeated.events.push(last);
        repeated.bundle()
    },
)];

#[cfg(test)]
mod tests {
    use super::*;
    use motus_json::canonical::cj;

    /// Only a check for repeated entries finds these: every root is that of the base.
    #[test]
    fn a_repeated_last_entry_keeps_every_root() {
        let roots = |bundle: MemoryBundle| {
            let receipt =
                cj::read(&bundle.files["receipt.json"], &motus_json::ReadOptions::default());
            receipt.unwrap().get("integrity").unwrap().get("roots").unwrap().clone()
        };
        for vector in vectors() {
            if vector.name.ends_with("_repeated") {
                assert_eq!(roots(vector.bundle()), roots(vector.base()), "{}", vector.name);
            }
        }
    }
}
