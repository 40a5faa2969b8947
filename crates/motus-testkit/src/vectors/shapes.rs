//! Members that are missing or of another type.

use motus_kernel::verify::Code;

use super::bases::full;
use super::edit::Edit::{Remove, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::ParseError);
    [edited(code, full, MISSING), edited(code, full, OTHER_TYPE)].into_iter().flatten().collect()
}

const MISSING: &[Row] = &[
    (
        "manifest_without_version",
        "11 20",
        "The manifest has no bundle_version.",
        &[Remove("manifest/bundle_version")],
    ),
    (
        "manifest_without_loop",
        "11 24",
        "The manifest has no loop_id.",
        &[Remove("manifest/loop_id")],
    ),
    (
        "manifest_without_time",
        "11 14",
        "The manifest has no created_utc.",
        &[Remove("manifest/created_utc")],
    ),
    ("manifest_without_files", "11 22", "The manifest has no files.", &[Remove("listed/files")]),
    (
        "manifest_entry_without_path",
        "11 22",
        "An entry of the manifest has no path.",
        &[Remove("listed/files/0/path")],
    ),
    (
        "manifest_entry_without_digest",
        "11 22",
        "An entry of the manifest has no sha256.",
        &[Remove("listed/files/0/sha256")],
    ),
    (
        "manifest_entry_without_size",
        "11 22",
        "An entry of the manifest has no size_bytes.",
        &[Remove("listed/files/0/size_bytes")],
    ),
    (
        "manifest_with_a_member_more",
        "11 20",
        "The manifest has a member that nobody knows.",
        &[Set("manifest/zz", "1")],
    ),
    (
        "manifest_entry_with_a_member_more",
        "11 20",
        "An entry of the manifest has a member that nobody knows.",
        &[Set("listed/files/0/zz", "1")],
    ),
    (
        "integrity_with_a_member_more",
        "11 20",
        "integrity has a member that nobody knows.",
        &[Set("integrity/zz", "1")],
    ),
    (
        "roots_with_a_member_more",
        "11 20",
        "roots has a member that nobody knows.",
        &[Set("integrity/roots/zz", "1")],
    ),
    (
        "receipt_without_version",
        "11",
        "The receipt has no receipt_version.",
        &[Remove("receipt/receipt_version")],
    ),
    ("receipt_without_loop", "11 24", "The receipt has no loop_id.", &[Remove("receipt/loop_id")]),
    (
        "receipt_without_time",
        "11 14",
        "The receipt has no timestamp_utc.",
        &[Remove("receipt/timestamp_utc")],
    ),
    (
        "receipt_without_intent",
        "11",
        "The receipt has no intent, and neither has an event.",
        &[Remove("receipt/intent"), Remove("event/0")],
    ),
    (
        "receipt_without_lock_level",
        "11",
        "The receipt has no lock_level.",
        &[Remove("receipt/lock_level")],
    ),
    (
        "receipt_without_phase_sequence",
        "11",
        "The receipt has no phase_sequence.",
        &[Remove("receipt/phase_sequence")],
    ),
    (
        "receipt_without_decisions",
        "11",
        "The receipt has no decisions.",
        &[Remove("receipt/decisions")],
    ),
    (
        "receipt_without_strategies",
        "11",
        "The receipt has no strategies.",
        &[Remove("receipt/strategies")],
    ),
    (
        "receipt_without_hitl",
        "11",
        "The receipt has no list of human records.",
        &[Remove("receipt/hitl")],
    ),
    (
        "intent_without_description",
        "11",
        "intent has no description.",
        &[Remove("receipt/intent/description"), Remove("event/0/payload/intent/description")],
    ),
    (
        "outcome_without_description",
        "11",
        "outcome has no description.",
        &[Remove("receipt/outcome/description"), Remove("event/11/payload/outcome/description")],
    ),
    (
        "actor_without_name",
        "11",
        "actor has no name.",
        &[Remove("receipt/actor/name"), Remove("event/0/payload/actor/name")],
    ),
    (
        "artifacts_without_inputs",
        "11",
        "artifacts has no inputs.",
        &[Remove("receipt/artifacts/inputs")],
    ),
    (
        "artifact_without_digest",
        "11",
        "An artifact has no sha256.",
        &[Remove("receipt/artifacts/outputs/0/sha256")],
    ),
    ("lens_without_items", "11", "lens has no items.", &[Remove("receipt/lens/items")]),
    (
        "lens_item_without_provenance",
        "11",
        "An item of the lens has no provenance.",
        &[Remove("receipt/lens/items/0/provenance")],
    ),
    (
        "lens_quality_without_conflict",
        "11",
        "The quality of the lens has no conflict.",
        &[Remove("receipt/lens/quality/conflict"), Remove("event/2/payload/quality/conflict")],
    ),
    ("effects_without_k", "11 48", "effects has no k.", &[Remove("receipt/effects/k")]),
    (
        "effects_without_executed",
        "11",
        "effects has no executed_raw.",
        &[Remove("receipt/effects/executed_raw")],
    ),
    (
        "effect_without_selector",
        "11",
        "A declared effect has no selector.",
        &[
            Remove("receipt/effects/declared/0/selector"),
            Remove("event/3/payload/effects_declared/0/selector"),
        ],
    ),
    (
        "decision_without_rationale",
        "11",
        "A decision has no rationale.",
        &[Remove("receipt/decisions/0/rationale")],
    ),
    (
        "verification_without_spec",
        "11",
        "verification has no spec.",
        &[Remove("receipt/verification/spec")],
    ),
    (
        "spec_without_required_checks",
        "11",
        "verification.spec has no checks_required.",
        &[Remove("receipt/verification/spec/checks_required")],
    ),
    (
        "check_without_result",
        "11",
        "A check has no passed.",
        &[
            Remove("receipt/verification/results/0/passed"),
            Remove("event/8/payload/results/0/passed"),
        ],
    ),
    ("gate_without_name", "11", "A gate has no gate_id.", &[Remove("receipt/gates/0/gate_id")]),
    (
        "child_without_place",
        "11",
        "A child has no spawn_index.",
        &[Remove("receipt/children/0/spawn_index"), Remove("event/5/payload/spawn_index")],
    ),
    (
        "child_without_critical",
        "11",
        "A child has no critical.",
        &[Remove("receipt/children/0/critical"), Remove("event/5/payload/critical")],
    ),
    (
        "error_without_retryable",
        "11",
        "An error has no retryable.",
        &[Remove("receipt/errors/0/retryable"), Remove("event/4/payload/retryable")],
    ),
    (
        "human_record_without_time",
        "11 14",
        "A human record has no ts_utc.",
        &[Remove("receipt/hitl/0/ts_utc"), Remove("event/9/payload/ts_utc")],
    ),
    (
        "approver_without_name",
        "11",
        "An approver has no name.",
        &[Remove("receipt/hitl/1/approver/name"), Remove("event/10/payload/approver/name")],
    ),
    (
        "integrity_without_policy",
        "11",
        "integrity has no policy_id.",
        &[Remove("integrity/policy_id")],
    ),
    (
        "roots_without_workgraph",
        "11",
        "integrity.roots has no workgraph_root.",
        &[Remove("integrity/roots/workgraph_root")],
    ),
    ("event_without_kind", "11", "An event has no kind.", &[Remove("event/7/kind")]),
    ("event_without_payload", "11", "An event has no payload.", &[Remove("event/7/payload")]),
    ("event_without_identifier", "11", "An event has no event_id.", &[Remove("event/7/event_id")]),
    ("event_without_time", "11 14", "An event has no ts_utc.", &[Remove("event/7/ts_utc")]),
    ("event_without_number", "11", "An event has no seq.", &[Remove("event/7/seq")]),
    ("event_without_hash", "11", "An event has no event_hash.", &[Remove("line/7/event_hash")]),
];

const OTHER_TYPE: &[Row] = &[
    (
        "manifest_files_as_an_object",
        "11",
        "files of the manifest is an object.",
        &[Set("listed/files", "{}")],
    ),
    (
        "manifest_entry_as_a_path",
        "11",
        "An entry of the manifest is a path.",
        &[Set("listed/files/0", "\"events.jsonl\"")],
    ),
    (
        "manifest_size_as_text",
        "11",
        "size_bytes of an entry is text.",
        &[Set("listed/files/0/size_bytes", "\"35\"")],
    ),
    (
        "manifest_size_below_zero",
        "11",
        "size_bytes of an entry is negative.",
        &[Set("listed/files/0/size_bytes", "-1")],
    ),
    (
        "parent_loop_as_an_object",
        "11 24",
        "parent_loop_id is an object.",
        &[Set("receipt/parent_loop_id", "{}")],
    ),
    (
        "intent_as_text",
        "11",
        "intent is text, also in the event.",
        &[Set("receipt/intent", "\"edit\""), Set("event/0/payload/intent", "\"edit\"")],
    ),
    (
        "actor_as_null",
        "2 11",
        "actor is null; it is not optional.",
        &[Set("receipt/actor", "null"), Set("event/0/payload/actor", "null")],
    ),
    (
        "actor_email_as_a_list",
        "2 11",
        "actor.email is a list.",
        &[Set("receipt/actor/email", "[]"), Set("event/0/payload/actor/email", "[]")],
    ),
    (
        "phase_as_a_number",
        "4 11",
        "An entry of phase_sequence is a number.",
        &[Set("receipt/phase_sequence/0", "0")],
    ),
    (
        "artifact_size_as_text",
        "2 11",
        "size_bytes of an artifact is text.",
        &[Set("receipt/artifacts/inputs/0/size_bytes", "\"35\"")],
    ),
    (
        "lens_items_as_null",
        "2 11",
        "lens.items is null; it is not optional.",
        &[Set("receipt/lens/items", "null")],
    ),
    (
        "lens_weight_as_text",
        "2 11",
        "weight of an item of the lens is text.",
        &[Set("receipt/lens/items/0/weight", "\"1000\"")],
    ),
    (
        "quality_as_text",
        "11 38",
        "lens.quality.coverage is text.",
        &[
            Set("receipt/lens/quality/coverage", "\"1000\""),
            Set("event/2/payload/quality/coverage", "\"1000\""),
        ],
    ),
    (
        "effect_as_text",
        "11",
        "An executed effect is text.",
        &[Set("receipt/effects/executed_raw/0", "\"WriteFS fs:prod/config.yml\"")],
    ),
    (
        "decision_alternative_as_an_object",
        "11",
        "A rejected alternative is an object.",
        &[Set("receipt/decisions/0/alternatives_rejected/0", "{}")],
    ),
    (
        "required_check_as_null",
        "11 45",
        "A required check is null.",
        &[Set("receipt/verification/spec/checks_required/0", "null")],
    ),
    (
        "check_result_as_a_number",
        "11",
        "passed of a check is 1.",
        &[
            Set("receipt/verification/results/0/passed", "1"),
            Set("event/8/payload/results/0/passed", "1"),
        ],
    ),
    (
        "gate_result_as_text",
        "11",
        "passed of a gate is text.",
        &[Set("receipt/gates/0/passed", "\"true\"")],
    ),
    (
        "gate_evidence_as_a_list",
        "2 11 23",
        "evidence of a gate is a list.",
        &[Set("receipt/gates/0/evidence", r#"["evidence/verify/cargo_test.txt"]"#)],
    ),
    (
        "child_critical_as_null",
        "2 11",
        "critical of a child is null; it is not optional.",
        &[Set("receipt/children/0/critical", "null"), Remove("event/5/payload/critical")],
    ),
    (
        "error_message_as_null",
        "2 11",
        "message of an error is null; it is not optional.",
        &[Set("receipt/errors/0/message", "null"), Set("event/4/payload/message", "null")],
    ),
    (
        "human_required_as_text",
        "2 11",
        "required of a prompt is text.",
        &[Set("receipt/hitl/0/required", "\"true\""), Set("event/9/payload/required", "\"true\"")],
    ),
    (
        "approver_as_text",
        "2 11",
        "approver is text.",
        &[
            Set("receipt/hitl/1/approver", "\"oncall\""),
            Set("event/10/payload/approver", "\"oncall\""),
        ],
    ),
    ("roots_as_a_list", "11", "integrity.roots is a list.", &[Set("proof/roots", "[]")]),
    ("strategies_as_a_list", "11", "strategies is a list.", &[Set("receipt/strategies", "[]")]),
    (
        "event_payload_as_text",
        "5 11",
        "The payload of an event is text.",
        &[Set("event/7/payload", "\"done\"")],
    ),
    (
        "event_kind_as_a_number",
        "11",
        "The kind of an event is a number.",
        &[Set("event/7/kind", "7")],
    ),
    ("event_number_as_text", "11", "seq of an event is text.", &[Set("event/7/seq", "\"7\"")]),
    ("event_number_below_zero", "11", "seq of an event is negative.", &[Set("event/7/seq", "-1")]),
];
