//! Humans who are asked and answer as they may.

use super::super::bases::{approved, asked};
use super::super::edit::Edit::{Insert, Push, Remove, Set};
use super::super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    [edited(None, approved, APPROVED), edited(None, asked, ASKED)].into_iter().flatten().collect()
}

const APPROVED: &[Row] = &[
    (
        "refused_and_then_approved",
        "46",
        "A human refused and then approved; the last decision counts.",
        &[Insert(7, "Lock", "HitlDecision", REFUSAL), Set("receipt/hitl", REFUSED_AND_APPROVED)],
    ),
    (
        "approved_without_a_prompt",
        "46",
        "A human approved without a prompt on record.",
        &[Remove("event/6"), Remove("receipt/hitl/0")],
    ),
    (
        "gate_that_requires_a_human_who_approved",
        "46",
        "The gate hitl_required passed, and a human approved.",
        &[Push("receipt/gates", r#"{"gate_id":"hitl_required","passed":true,"phase":"Lock"}"#)],
    ),
    (
        "failed_and_refused",
        "46",
        "A human had to approve and refused, and the loop failed.",
        &[
            Set("receipt/hitl/1/approved", "false"),
            Set("event/7/payload/approved", "false"),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/8/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_refused_whatever_an_agent_said",
        "46",
        "A human had to approve and refused, an agent approved after that, and the loop failed.",
        &[
            Set("receipt/hitl/1/approved", "false"),
            Set("event/7/payload/approved", "false"),
            Push("receipt/hitl", BY_AGENT),
            Insert(8, "Lock", "HitlDecision", BY_AGENT),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/9/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "refused_by_a_program_and_then_approved",
        "46",
        "A program refused and then a human approved; the last decision counts.",
        &[Insert(7, "Lock", "HitlDecision", BY_PROGRAM), Set("receipt/hitl", REFUSED_BY_A_PROGRAM)],
    ),
    (
        "waited_for_a_human",
        "26",
        "Before the decision a prompt ran out of time.",
        &[Insert(7, "Lock", "HitlTimeout", "{}")],
    ),
    (
        "waited_for_a_human_in_words",
        "26",
        "Before the decision a prompt ran out of time, and the event says which.",
        &[Insert(
            7,
            "Lock",
            "HitlTimeout",
            r#"{"after_ms":60000,"kind":"timeout",
            "prompt":"the last one"}"#,
        )],
    ),
    (
        "prompt_without_numbers",
        "39 40",
        "A required prompt has none of the numbers.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"kind":"Prompt","required":true,"ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"kind":"Prompt","required":true,"ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
];

const ASKED: &[Row] = &[
    (
        "prompt_that_needs_no_answer",
        "13 40",
        "evi_ms is negative, nobody is required and nobody answered.",
        &[],
    ),
    (
        "value_that_equals_the_cost",
        "40",
        "p times loss equals 1000 times cost: nobody is required.",
        &[
            Set("receipt/hitl/0/p_override_permille", "500"),
            Set("event/6/payload/p_override_permille", "500"),
            Set("receipt/hitl/0/loss_ms", "90000"),
            Set("event/6/payload/loss_ms", "90000"),
            Set("receipt/hitl/0/evi_ms", "0"),
            Set("event/6/payload/evi_ms", "0"),
        ],
    ),
    (
        "refused_and_failed",
        "46",
        "A human who was not required refused, and the loop failed.",
        &[
            Insert(7, "Lock", "HitlDecision", REFUSAL),
            Push("receipt/hitl", REFUSAL),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/8/payload/outcome/status", "\"failed\""),
        ],
    ),
];

const REFUSAL: &str = r#"{"approved":false,"approver":{"name":"oncall","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_AGENT: &str = r#"{"approved":true,"approver":{"name":"helper","type":"agent"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_PROGRAM: &str = r#"{"approved":false,"approver":{"name":"ci","type":"automation"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const REFUSED_BY_A_PROGRAM: &str = r#"[
    {"cost_ms":45000,"evi_ms":540000,"kind":"Prompt","loss_ms":900000,"p_override_permille":650,
     "reason":"a write under prod/","required":true,"ts_utc":"2025-12-24T00:00:06Z"},
    {"approved":false,"approver":{"name":"ci","type":"automation"},"kind":"Decision",
     "ts_utc":"2025-12-24T00:00:06Z"},
    {"approved":true,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
     "note":"as announced","ts_utc":"2025-12-24T00:00:07Z"}]"#;

const REFUSED_AND_APPROVED: &str = r#"[
    {"cost_ms":45000,"evi_ms":540000,"kind":"Prompt","loss_ms":900000,"p_override_permille":650,
     "reason":"a write under prod/","required":true,"ts_utc":"2025-12-24T00:00:06Z"},
    {"approved":false,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
     "ts_utc":"2025-12-24T00:00:06Z"},
    {"approved":true,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
     "note":"as announced","ts_utc":"2025-12-24T00:00:07Z"}]"#;
