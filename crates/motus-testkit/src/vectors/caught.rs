//! Forgeries of one member each, step by step: forms, agreement, effects, checks.

use motus_kernel::verify::Code;

use super::bases::{approved, second_attempt, small};
use super::edit::Edit::{Insert, Push, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    [
        edited(Some(Code::ParseError), small, FORMS),
        edited(Some(Code::FsmInvalid), small, AGREEMENT),
        edited(Some(Code::FsmInvalid), approved, HUMANS),
        edited(Some(Code::EffectBoundsViolation), small, OBSERVED),
        edited(Some(Code::PolicyViolation), second_attempt, ATTEMPTS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const FORMS: &[Row] = &[
    ("payload_that_is_a_list", "5", "A payload is a list.", &[Set("event/1/payload", "[]")]),
    ("k_that_is_true", "48", "k is true.", &[Set("receipt/effects/k", "true")]),
    (
        "receipt_time_at_second_60",
        "14",
        "timestamp_utc is in the 60th second.",
        &[Set("receipt/timestamp_utc", "\"2025-12-24T00:00:60Z\"")],
    ),
    (
        "event_time_at_second_60",
        "14",
        "ts_utc of an event is in the 60th second.",
        &[Set("event/6/ts_utc", "\"2025-12-24T00:00:60Z\"")],
    ),
    (
        "manifest_time_at_second_60",
        "14",
        "created_utc of the manifest is in the 60th second.",
        &[Set("manifest/created_utc", "\"2025-12-24T00:00:60Z\"")],
    ),
    (
        "receipt_time_with_a_comma",
        "14",
        "timestamp_utc is with a comma.",
        &[Set("receipt/timestamp_utc", "\"2025-12-24T00:00:06,5Z\"")],
    ),
    (
        "event_time_with_a_comma",
        "14",
        "ts_utc of an event is with a comma.",
        &[Set("event/6/ts_utc", "\"2025-12-24T00:00:06,5Z\"")],
    ),
    (
        "manifest_time_with_a_comma",
        "14",
        "created_utc of the manifest is with a comma.",
        &[Set("manifest/created_utc", "\"2025-12-24T00:00:06,5Z\"")],
    ),
    (
        "receipt_time_in_wide_digits",
        "14",
        "timestamp_utc is in wide digits.",
        &[Set("receipt/timestamp_utc", "\"２025-12-24T00:00:06Z\"")],
    ),
    (
        "event_time_in_wide_digits",
        "14",
        "ts_utc of an event is in wide digits.",
        &[Set("event/6/ts_utc", "\"２025-12-24T00:00:06Z\"")],
    ),
    (
        "manifest_time_in_wide_digits",
        "14",
        "created_utc of the manifest is in wide digits.",
        &[Set("manifest/created_utc", "\"２025-12-24T00:00:06Z\"")],
    ),
    (
        "receipt_time_in_a_year_of_five_digits",
        "14",
        "timestamp_utc is in a year of five digits.",
        &[Set("receipt/timestamp_utc", "\"10000-01-01T00:00:00Z\"")],
    ),
    (
        "event_time_in_a_year_of_five_digits",
        "14",
        "ts_utc of an event is in a year of five digits.",
        &[Set("event/6/ts_utc", "\"10000-01-01T00:00:00Z\"")],
    ),
    (
        "manifest_time_in_a_year_of_five_digits",
        "14",
        "created_utc of the manifest is in a year of five digits.",
        &[Set("manifest/created_utc", "\"10000-01-01T00:00:00Z\"")],
    ),
];

const AGREEMENT: &[Row] = &[
    (
        "run_with_a_result_that_is_null",
        "27",
        "A first VerificationRun has null among its results.",
        &[Insert(5, "Verify", "VerificationRun", r#"{"passed":true,"results":[null]}"#)],
    ),
    (
        "intent_without_an_actor",
        "27",
        "A second IntentSet has no actor.",
        &[Insert(
            1,
            "Observe",
            "IntentSet",
            r#"{"intent":{"description":"Add helper() to src/lib.rs","source":"human"}}"#,
        )],
    ),
    ("locked_without_a_content", "27", "Locked is empty.", &[Set("event/6/payload", "{}")]),
    (
        "locked_without_a_level",
        "2 27",
        "The lock_level of Locked is null.",
        &[Set("event/6/payload/lock_level", "null")],
    ),
    (
        "locked_with_more_of_the_outcome",
        "27",
        "The outcome of Locked has a member that the receipt has not.",
        &[Set("event/6/payload/outcome/more", "1")],
    ),
    (
        "sequence_with_a_detour",
        "25",
        "phase_sequence goes from Decide to Orient and back, the log does not.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Orient","Decide","Act",
            "Verify","Lock"]"#,
        )],
    ),
    (
        "decision_of_no_receipt",
        "27",
        "A human refused in the log, and the receipt has no record.",
        &[Insert(
            6,
            "Lock",
            "HitlDecision",
            r#"{"approved":false,"approver":{"name":"oncall",
            "type":"human"},"kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
        )],
    ),
    (
        "decision_of_no_receipt_in_verify",
        "27",
        "A human refused in the log, in Verify, and the receipt has no record.",
        &[Insert(
            6,
            "Verify",
            "HitlDecision",
            r#"{"approved":false,"approver":{"name":"oncall",
            "type":"human"},"kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
        )],
    ),
];

const HUMANS: &[Row] = &[
    (
        "timeout_that_refuses",
        "27 46",
        "After the approval a HitlTimeout has the record of a refusal as its content.",
        &[Insert(
            8,
            "Lock",
            "HitlTimeout",
            r#"{"approved":false,"approver":{"name":"oncall",
            "type":"human"},"kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
        )],
    ),
    (
        "timeout_that_asks",
        "27 46",
        "After the approval a HitlTimeout has a prompt that requires a human as its content.",
        &[Insert(
            8,
            "Lock",
            "HitlTimeout",
            r#"{"kind":"Prompt","reason":"drop the database?",
            "required":true,"ts_utc":"2025-12-24T00:00:06Z"}"#,
        )],
    ),
    (
        "timeout_that_refuses_inside",
        "27 46",
        "After the approval a HitlTimeout has a refusal inside of a member.",
        &[Insert(8, "Lock", "HitlTimeout", r#"{"last":[{"record":{"approved":false}}]}"#)],
    ),
    (
        "timeout_that_asks_by_numbers",
        "27 46",
        "After the approval a HitlTimeout has the four numbers of a prompt.",
        &[Insert(
            8,
            "Lock",
            "HitlTimeout",
            r#"{"cost_ms":45000,"evi_ms":540000,"loss_ms":900000,
            "p_override_permille":650}"#,
        )],
    ),
    (
        "timeout_with_a_probability",
        "27 46",
        "After the approval a HitlTimeout has p_override_permille inside of a member.",
        &[Insert(8, "Lock", "HitlTimeout", r#"{"last":[{"p_override_permille":650}]}"#)],
    ),
    (
        "timeout_with_a_loss",
        "27 46",
        "After the approval a HitlTimeout has loss_ms.",
        &[Insert(8, "Lock", "HitlTimeout", r#"{"loss_ms":900000}"#)],
    ),
    (
        "timeout_with_a_cost",
        "27 46",
        "After the approval a HitlTimeout has cost_ms.",
        &[Insert(8, "Lock", "HitlTimeout", r#"{"cost_ms":45000}"#)],
    ),
    (
        "timeout_with_evi",
        "27 46",
        "After the approval a HitlTimeout has evi_ms.",
        &[Insert(8, "Lock", "HitlTimeout", r#"{"evi_ms":540000}"#)],
    ),
    (
        "decision_told_by_a_prompt",
        "27",
        "The record is a decision, the event is HitlPrompt.",
        &[Set("event/7/kind", "\"HitlPrompt\"")],
    ),
];

const OBSERVED: &[Row] = &[
    (
        "observed_beside_the_payload",
        "36",
        "effects_observed stands beside the payload, and is not in executed_raw.",
        &[Set("event/4/effects_observed", r#"[{"op":"Exec","selector":"exec:rm"}]"#)],
    ),
    (
        "observed_inside_of_what_stands_beside_the_payload",
        "36",
        "effects_observed stands inside of a member beside the payload.",
        &[Set("event/4/data", r#"{"effects_observed":[{"op":"Exec","selector":"exec:rm"}]}"#)],
    ),
    (
        "observed_deep_inside",
        "36",
        "Deep inside of a content something was observed that is not in executed_raw.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"x":{"y":[{"effects_observed":[{"op":"Exec",
            "selector":"exec:rm"}]}]}}"#,
        )],
    ),
    (
        "observed_by_an_unknown_kind",
        "6 36",
        "An event of an unknown kind observed what is not in executed_raw.",
        &[Insert(5, "Act", "x", r#"{"effects_observed":[{"op":"Exec","selector":"exec:rm"}]}"#)],
    ),
    (
        "observed_as_an_object",
        "36",
        "effects_observed is an effect and no list.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"effects_observed":{"op":"Exec",
            "selector":"exec:rm"}}"#,
        )],
    ),
    (
        "observed_as_pairs",
        "36",
        "effects_observed is a list of pairs.",
        &[Insert(5, "Act", "SkillExecuted", r#"{"effects_observed":[["Exec","exec:rm"]]}"#)],
    ),
    (
        "observed_with_a_member_more",
        "36",
        "An observed effect that is not in executed_raw has a third member.",
        &[Insert(
            5,
            "Act",
            "SkillExecuted",
            r#"{"effects_observed":[{"op":"Exec",
            "result":"failed","selector":"exec:rm"}]}"#,
        )],
    ),
    (
        "observed_in_the_receipt",
        "36",
        "The receipt has effects_observed that is not in executed_raw.",
        &[Set("receipt/effects_observed", r#"[{"op":"Exec","selector":"exec:rm"}]"#)],
    ),
    (
        "observed_among_the_effects_of_the_receipt",
        "36",
        "The effects of the receipt have effects_observed that is not in executed_raw.",
        &[Set("receipt/effects/effects_observed", r#"[{"op":"Exec","selector":"exec:rm"}]"#)],
    ),
    (
        "observed_deep_in_the_receipt",
        "36",
        "A member of the receipt that nobody knows observed what is not in executed_raw.",
        &[Set(
            "receipt/zz",
            r#"[{"x":{"effects_observed":[{"op":"Exec","selector":"exec:rm"}]}}]"#,
        )],
    ),
    (
        "observed_in_the_receipt_as_an_object",
        "36",
        "effects_observed of the receipt is an effect and no list.",
        &[Set("receipt/effects_observed", r#"{"op":"WriteFS","selector":"fs:src/lib.rs"}"#)],
    ),
];

const ATTEMPTS: &[Row] = &[
    (
        "failed_attempt_with_two_signs",
        "45",
        "After the second attempt cargo_test@@3 failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@@3",
            "level":"Regression",
            "passed":false}"#,
            ),
            Insert(
                10,
                "Verify",
                "VerificationRun",
                r#"{"passed":false,"results":[{"check_id":"cargo_test@@3","level":"Regression",
                    "passed":false}]}"#,
            ),
        ],
    ),
    (
        "failed_attempt_of_an_attempt",
        "45",
        "After the second attempt cargo_test@2@1 failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@2@1",
            "level":"Regression",
            "passed":false}"#,
            ),
            Insert(
                10,
                "Verify",
                "VerificationRun",
                r#"{"passed":false,"results":[{"check_id":"cargo_test@2@1","level":"Regression",
                    "passed":false}]}"#,
            ),
        ],
    ),
    (
        "failed_attempt_in_other_digits",
        "45",
        "After the second attempt cargo_test@ and an Arabic three failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@٣","level":"Regression",
            "passed":false}"#,
            ),
            Insert(
                10,
                "Verify",
                "VerificationRun",
                r#"{"passed":false,"results":[{"check_id":"cargo_test@٣","level":"Regression",
                    "passed":false}]}"#,
            ),
        ],
    ),
    (
        "required_attempt_that_failed",
        "45",
        "The first attempt is required by its number, and failed.",
        &[Set("receipt/verification/spec/checks_required", r#"["cargo_test@1"]"#)],
    ),
    (
        "required_check_without_a_name",
        "45",
        "A check with an empty name is required, and has no result.",
        &[Set("receipt/verification/spec/checks_required", r#"[""]"#)],
    ),
];
