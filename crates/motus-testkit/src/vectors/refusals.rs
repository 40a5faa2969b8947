//! Refusals that are lifted by those who cannot, and those of loops that failed, which need no answer.

use motus_kernel::verify::Code;

use super::bases::{approved, asked};
use super::edit::Edit::{Insert, Push, Remove, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::PolicyViolation);
    [edited(code, asked, LIFTED), edited(None, approved, FAILED)].into_iter().flatten().collect()
}

const BY_A_HUMAN: &str = r#"{"approved":false,"approver":{"name":"oncall","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_A_NAME_WITH_A_CONTROL: &str = r#"{"approved":false,"approver":{"name":"on\u0085call","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_A_NAME_WITH_A_TAB: &str = r#"{"approved":false,"approver":{"name":"oncall\t","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_A_BLANK_OF_NO_WIDTH: &str = r#"{"approved":false,"approver":{"name":"\u200b","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_AN_EMPTY_NAME: &str = r#"{"approved":false,"approver":{"name":"","type":"human"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_NOBODY: &str = r#"{"approved":false,
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const BY_AN_AGENT: &str = r#"{"approved":false,"approver":{"name":"helper","type":"agent"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const APPROVED_BY_AN_AGENT: &str = r#"{"approved":true,"approver":{"name":"helper","type":"agent"},
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const APPROVED_BY_NOBODY: &str = r#"{"approved":true,
    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#;

const ASKED: &str = r#"{"kind":"Prompt","required":true,"ts_utc":"2025-12-24T00:00:06Z"}"#;

const LIFTED: &[Row] = &[
    (
        "refusal_by_a_name_with_a_control_character",
        "46",
        "A human refused, with U+0085 in the name; then an agent approved.",
        &[
            Push("receipt/hitl", BY_A_NAME_WITH_A_CONTROL),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(7, "Lock", "HitlDecision", BY_A_NAME_WITH_A_CONTROL),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
        ],
    ),
    (
        "refusal_by_a_name_with_a_tab",
        "46",
        "A human refused, with a tab in the name; then an agent approved.",
        &[
            Push("receipt/hitl", BY_A_NAME_WITH_A_TAB),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(7, "Lock", "HitlDecision", BY_A_NAME_WITH_A_TAB),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
        ],
    ),
    (
        "refusal_by_a_blank_of_no_width",
        "46",
        "A human whose name is U+200B refused; then an agent approved.",
        &[
            Push("receipt/hitl", BY_A_BLANK_OF_NO_WIDTH),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(7, "Lock", "HitlDecision", BY_A_BLANK_OF_NO_WIDTH),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
        ],
    ),
    (
        "refusal_by_an_empty_name",
        "46",
        "A human whose name is empty refused; then an agent approved.",
        &[
            Push("receipt/hitl", BY_AN_EMPTY_NAME),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(7, "Lock", "HitlDecision", BY_AN_EMPTY_NAME),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
        ],
    ),
    (
        "refusal_by_nobody",
        "46",
        "A refusal does not say who refused; then an agent approved.",
        &[
            Push("receipt/hitl", BY_NOBODY),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(7, "Lock", "HitlDecision", BY_NOBODY),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
        ],
    ),
    (
        "refusal_by_nobody_lifted_by_nobody",
        "46",
        "A refusal does not say who refused, and the approval after it not who approved.",
        &[
            Push("receipt/hitl", BY_NOBODY),
            Push("receipt/hitl", APPROVED_BY_NOBODY),
            Insert(7, "Lock", "HitlDecision", BY_NOBODY),
            Insert(8, "Lock", "HitlDecision", APPROVED_BY_NOBODY),
        ],
    ),
];

/// The loop failed, and asks for no approval, although the policy and a prompt require a human.
const FAILED: &[Row] = &[
    (
        "failed_and_refused_by_an_agent",
        "46",
        "A human had to approve, an agent refused, and the loop failed.",
        &[
            Set("receipt/hitl/1", BY_AN_AGENT),
            Set("event/7/payload", BY_AN_AGENT),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/8/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_refused_by_nobody",
        "46",
        "A human had to approve, the refusal does not say who refused, and the loop failed.",
        &[
            Set("receipt/hitl/1", BY_NOBODY),
            Set("event/7/payload", BY_NOBODY),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/8/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_refused_by_an_empty_name",
        "46",
        "A human had to approve, one whose name is empty refused, and the loop failed.",
        &[
            Set("receipt/hitl/1", BY_AN_EMPTY_NAME),
            Set("event/7/payload", BY_AN_EMPTY_NAME),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/8/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_refused_by_an_agent_without_a_prompt",
        "41 46",
        "A human had to approve and nobody was asked; an agent refused, and the loop failed.",
        &[
            Remove("receipt/hitl/0"),
            Remove("event/6"),
            Set("receipt/hitl/0", BY_AN_AGENT),
            Set("event/6/payload", BY_AN_AGENT),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/7/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_refused_before_the_question",
        "46",
        "A human refused and was asked again without an answer, and the loop failed.",
        &[
            Set("receipt/hitl/1", BY_A_HUMAN),
            Set("event/7/payload", BY_A_HUMAN),
            Push("receipt/hitl", ASKED),
            Insert(8, "Lock", "HitlPrompt", ASKED),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/9/payload/outcome/status", "\"failed\""),
        ],
    ),
    (
        "failed_and_approved_by_an_agent_when_asked_again",
        "46",
        "A human refused and was asked again, an agent approved, and the loop failed.",
        &[
            Set("receipt/hitl/1", BY_A_HUMAN),
            Set("event/7/payload", BY_A_HUMAN),
            Push("receipt/hitl", ASKED),
            Insert(8, "Lock", "HitlPrompt", ASKED),
            Push("receipt/hitl", APPROVED_BY_AN_AGENT),
            Insert(9, "Lock", "HitlDecision", APPROVED_BY_AN_AGENT),
            Set("receipt/outcome/status", "\"failed\""),
            Set("event/10/payload/outcome/status", "\"failed\""),
        ],
    ),
];
