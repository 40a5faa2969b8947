//! Humans who were not asked, did not approve, or are asked by wrong numbers.

use motus_kernel::verify::Code;

use super::bases::{approved, asked, silent, small};
use super::edit::Edit::{Insert, Push, Remove, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::PolicyViolation);
    [
        edited(code, approved, APPROVAL),
        edited(code, asked, NUMBERS),
        edited(code, silent, RISK),
        edited(code, small, GATE),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const APPROVAL: &[Row] = &[
    (
        "approval_missing",
        "46",
        "A required prompt has no answer.",
        &[Remove("receipt/hitl/1"), Remove("event/7")],
    ),
    (
        "approval_refused",
        "46",
        "The human refused, and the outcome is success.",
        &[Set("receipt/hitl/1/approved", "false"), Set("event/7/payload/approved", "false")],
    ),
    (
        "approval_without_an_answer",
        "46",
        "The decision does not say whether it approves.",
        &[Remove("receipt/hitl/1/approved"), Remove("event/7/payload/approved")],
    ),
    (
        "approval_by_an_agent",
        "46",
        "An agent approved.",
        &[
            Set("receipt/hitl/1/approver/type", "\"agent\""),
            Set("event/7/payload/approver/type", "\"agent\""),
        ],
    ),
    (
        "approval_by_a_program",
        "46",
        "A program approved.",
        &[
            Set("receipt/hitl/1/approver/type", "\"automation\""),
            Set("event/7/payload/approver/type", "\"automation\""),
        ],
    ),
    (
        "approval_by_a_human_without_a_name",
        "46",
        "The human who approved has a blank name.",
        &[
            Set("receipt/hitl/1/approver/name", "\" \""),
            Set("event/7/payload/approver/name", "\" \""),
        ],
    ),
    (
        "approval_by_nobody",
        "46",
        "The approval does not say who approved.",
        &[Remove("receipt/hitl/1/approver"), Remove("event/7/payload/approver")],
    ),
    (
        "approval_taken_back",
        "46",
        "A human approved and then refused; the last decision counts.",
        &[Push("receipt/hitl", REFUSAL), Insert(8, "Lock", "HitlDecision", REFUSAL)],
    ),
    (
        "approval_followed_by_that_of_an_agent",
        "46",
        "After a human an agent approved; the last decision counts.",
        &[Push("receipt/hitl", BY_AGENT), Insert(8, "Lock", "HitlDecision", BY_AGENT)],
    ),
    (
        "prompt_after_the_approval",
        "46",
        "A human approved, and was required and asked again without an answer.",
        &[Push("receipt/hitl", AGAIN), Insert(8, "Lock", "HitlPrompt", AGAIN)],
    ),
    (
        "decision_with_what_a_prompt_has",
        "39 46",
        "The decision says that a human is required.",
        &[Set("receipt/hitl/1/required", "true"), Set("event/7/payload/required", "true")],
    ),
    (
        "decision_with_the_numbers_of_a_prompt",
        "39 46",
        "The decision has a loss.",
        &[Set("receipt/hitl/1/loss_ms", "1"), Set("event/7/payload/loss_ms", "1")],
    ),
    (
        "prompt_with_what_a_decision_has",
        "46",
        "The prompt says that it is approved.",
        &[Set("receipt/hitl/0/approved", "true"), Set("event/6/payload/approved", "true")],
    ),
    (
        "evi_without_its_parts",
        "39",
        "The prompt has evi_ms and none of its parts; a human approved.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"evi_ms":540000,"kind":"Prompt","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"evi_ms":540000,"kind":"Prompt","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "risk_without_any_record",
        "41 46",
        "A write under prod/ is committed, and no human was asked.",
        &[Set("receipt/hitl", "[]"), Remove("event/7"), Remove("event/6")],
    ),
    (
        "risk_published_without_any_record",
        "41 46",
        "A write under prod/ is published, and no human was asked.",
        &[
            Set("receipt/hitl", "[]"),
            Remove("event/7"),
            Remove("event/6"),
            Set("receipt/lock_level", "\"Published\""),
            Set("event/6/payload/lock_level", "\"Published\""),
        ],
    ),
    (
        "prompt_says_that_it_is_not_required",
        "40",
        "By its own numbers the prompt requires a human, and says that it does not; one approved.",
        &[Set("receipt/hitl/0/required", "false"), Set("event/6/payload/required", "false")],
    ),
    (
        "evi_wrong",
        "39",
        "evi_ms is one too many; a human approved.",
        &[Set("receipt/hitl/0/evi_ms", "540001"), Set("event/6/payload/evi_ms", "540001")],
    ),
    (
        "cost_above_the_policy",
        "40",
        "A prompt claims a cost at which nobody would be asked, and asks nobody.",
        &[
            Set("receipt/hitl/0/cost_ms", "10000000"),
            Set("receipt/hitl/0/evi_ms", "-9415000"),
            Set("receipt/hitl/0/required", "false"),
            Set("event/6/payload/cost_ms", "10000000"),
            Set("event/6/payload/evi_ms", "-9415000"),
            Set("event/6/payload/required", "false"),
        ],
    ),
    (
        "evi_without_the_cost",
        "39",
        "evi_ms leaves out the cost; a human approved.",
        &[Set("receipt/hitl/0/evi_ms", "585000"), Set("event/6/payload/evi_ms", "585000")],
    ),
    (
        "evi_beyond_64_bits",
        "13 39",
        "The loss is so great that evi_ms has no 64 bits, and it says 0; a human approved.",
        &[
            Set("receipt/hitl/0/p_override_permille", "1000"),
            Set("event/6/payload/p_override_permille", "1000"),
            Set("receipt/hitl/0/loss_ms", "18446744073709551615"),
            Set("event/6/payload/loss_ms", "18446744073709551615"),
            Set("receipt/hitl/0/evi_ms", "0"),
            Set("event/6/payload/evi_ms", "0"),
        ],
    ),
];

const AGAIN: &str = r#"{"kind":"Prompt","required":true,"ts_utc":"2025-12-24T00:00:07Z"}"#;

const REFUSAL: &str = r#"{"approved":false,"approver":{"name":"oncall","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:07Z"}"#;

const BY_AGENT: &str = r#"{"approved":true,"approver":{"name":"helper","type":"agent"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:07Z"}"#;

const NUMBERS: &[Row] = &[
    (
        "cost_missing",
        "39 40",
        "A prompt has the probability and the loss, and not the cost.",
        &[
            Remove("receipt/hitl/0/cost_ms"),
            Remove("event/6/payload/cost_ms"),
            Remove("receipt/hitl/0/evi_ms"),
            Remove("event/6/payload/evi_ms"),
        ],
    ),
    (
        "decision_that_decides_nothing",
        "46",
        "Nobody is required, and a decision does not say whether it approves.",
        &[
            Push("receipt/hitl", r#"{"kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#),
            Insert(
                7,
                "Lock",
                "HitlDecision",
                r#"{"kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "refusal_lifted_by_an_agent",
        "46",
        "Nobody is required; a human refused, then an agent approved.",
        &[
            Push("receipt/hitl", REFUSAL),
            Push("receipt/hitl", BY_AGENT),
            Insert(7, "Lock", "HitlDecision", REFUSAL),
            Insert(8, "Lock", "HitlDecision", BY_AGENT),
        ],
    ),
    (
        "evi_without_its_sign",
        "13 39",
        "evi_ms is 0, where it follows to be negative.",
        &[Set("receipt/hitl/0/evi_ms", "0"), Set("event/6/payload/evi_ms", "0")],
    ),
    (
        "evi_rounded_up",
        "39 40",
        "evi_ms is rounded up.",
        &[
            Set("receipt/hitl/0/p_override_permille", "1"),
            Set("event/6/payload/p_override_permille", "1"),
            Set("receipt/hitl/0/loss_ms", "1999"),
            Set("event/6/payload/loss_ms", "1999"),
            Set("receipt/hitl/0/evi_ms", "-44998"),
            Set("event/6/payload/evi_ms", "-44998"),
        ],
    ),
    (
        "required_though_evi_is_zero",
        "40",
        "p times loss is just above 1000 times cost, evi_ms rounds to 0, and the prompt says that \
         nobody is required.",
        &[
            Set("receipt/hitl/0/p_override_permille", "500"),
            Set("event/6/payload/p_override_permille", "500"),
            Set("receipt/hitl/0/loss_ms", "90001"),
            Set("event/6/payload/loss_ms", "90001"),
            Set("receipt/hitl/0/evi_ms", "0"),
            Set("event/6/payload/evi_ms", "0"),
        ],
    ),
    (
        "required_by_numbers_alone",
        "40 46",
        "A prompt does not say whether a human is required; by its numbers one is, and nobody \
         decided.",
        &[
            Set("receipt/hitl/0/p_override_permille", "500"),
            Set("event/6/payload/p_override_permille", "500"),
            Set("receipt/hitl/0/loss_ms", "90001"),
            Set("event/6/payload/loss_ms", "90001"),
            Set("receipt/hitl/0/evi_ms", "0"),
            Set("event/6/payload/evi_ms", "0"),
            Remove("receipt/hitl/0/required"),
            Remove("event/6/payload/required"),
        ],
    ),
    (
        "required_and_not_decided",
        "46",
        "A prompt requires a human without numbers, and nobody decided.",
        &[Set("receipt/hitl/0/required", "true"), Set("event/6/payload/required", "true")],
    ),
];

const RISK: &[Row] = &[
    (
        "risk_named_without_its_slash",
        "41 46",
        "The folder prod is declared and written by its name, and no human was asked.",
        &[
            Set("receipt/effects/declared/0/selector", "\"fs:prod\""),
            Set("receipt/effects/executed_raw/0/selector", "\"fs:prod\""),
        ],
    ),
    (
        "risk_within_a_wide_declaration",
        "41 46",
        "Everything relative is declared, prod/ too, and no human was asked.",
        &[Set("receipt/effects/declared/0/selector", "\"fs:./\"")],
    ),
    (
        "risk_declared_and_not_executed",
        "41 46",
        "A write under prod/ is declared and never done, and no human was asked.",
        &[
            Push("receipt/effects/declared", r#"{"op":"WriteFS","selector":"fs:src/lib.rs"}"#),
            Set("receipt/effects/declared/0/selector", "\"fs:prod/config.yml\""),
        ],
    ),
];

const GATE: &[Row] = &[(
    "gate_that_requires_a_human",
    "46",
    "The gate hitl_required passed, and no human was asked.",
    &[Push("receipt/gates", r#"{"gate_id":"hitl_required","passed":true,"phase":"Lock"}"#)],
)];
