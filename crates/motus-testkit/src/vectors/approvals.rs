//! Approvals by nobody who can be seen, before the question, or left out by a cost that nobody believes.

use motus_kernel::verify::Code;

use super::bases::{approved, asked, small};
use super::edit::Edit::{Insert, Push, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::PolicyViolation);
    [
        edited(code, approved, NAMES),
        edited(code, asked, NUMBERS),
        edited(code, approved, ORDER),
        edited(code, small, GATE),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const NAMES: &[Row] = &[
    (
        "approval_by_a_blank_of_no_width",
        "46",
        "The name of the human who approved is U+200B.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u200b""#),
            Set("event/7/payload/approver/name", r#""\u200b""#),
        ],
    ),
    (
        "approval_by_a_letter_that_is_blank",
        "46",
        "The name of the human who approved is U+3164.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u3164""#),
            Set("event/7/payload/approver/name", r#""\u3164""#),
        ],
    ),
    (
        "approval_by_braille_without_dots",
        "46",
        "The name of the human who approved is U+2800.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u2800""#),
            Set("event/7/payload/approver/name", r#""\u2800""#),
        ],
    ),
    (
        "approval_by_a_byte_order_mark",
        "46",
        "The name of the human who approved is U+FEFF.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\ufeff""#),
            Set("event/7/payload/approver/name", r#""\ufeff""#),
        ],
    ),
    (
        "approval_by_a_null",
        "46",
        "The name of the human who approved is U+0000.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u0000""#),
            Set("event/7/payload/approver/name", r#""\u0000""#),
        ],
    ),
    (
        "approval_by_a_soft_hyphen",
        "46",
        "The name of the human who approved is U+00AD.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u00ad""#),
            Set("event/7/payload/approver/name", r#""\u00ad""#),
        ],
    ),
    (
        "approval_by_a_word_joiner",
        "46",
        "The name of the human who approved is U+2060.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u2060""#),
            Set("event/7/payload/approver/name", r#""\u2060""#),
        ],
    ),
    (
        "approval_by_an_escape_sequence",
        "46",
        "The name of the human who approved is an escape sequence.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u001b[0m""#),
            Set("event/7/payload/approver/name", r#""\u001b[0m""#),
        ],
    ),
    (
        "approval_by_a_blank_that_does_not_break",
        "46",
        "The name of the human who approved is U+00A0.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u00a0""#),
            Set("event/7/payload/approver/name", r#""\u00a0""#),
        ],
    ),
    (
        "approval_by_the_form_of_an_emoji",
        "46",
        "The name of the human who approved is U+FE0F.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\ufe0f""#),
            Set("event/7/payload/approver/name", r#""\ufe0f""#),
        ],
    ),
    (
        "approval_by_the_form_of_an_emoji_between_blanks",
        "46",
        "The name of the human who approved is U+FE0F between blanks.",
        &[
            Set("receipt/hitl/1/approver/name", r#"" \ufe0f ""#),
            Set("event/7/payload/approver/name", r#"" \ufe0f ""#),
        ],
    ),
    (
        "approval_by_a_joiner_and_the_form_of_an_emoji",
        "46",
        "The name of the human who approved is U+200D and U+FE0F.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u200d\ufe0f""#),
            Set("event/7/payload/approver/name", r#""\u200d\ufe0f""#),
        ],
    ),
    (
        "approval_by_an_accent",
        "46",
        "The name of the human who approved is U+0301.",
        &[
            Set("receipt/hitl/1/approver/name", r#""\u0301""#),
            Set("event/7/payload/approver/name", r#""\u0301""#),
        ],
    ),
];

const NUMBERS: &[Row] = &[
    (
        "cost_above_the_policy_without_a_word",
        "40 46",
        "A prompt claims a cost at which nobody would be asked, and does not say whether a human is required.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"cost_ms":1000000000,"evi_ms":-999415000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"cost_ms":1000000000,"evi_ms":-999415000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "cost_above_the_policy_with_null",
        "2 40 46",
        "A prompt claims a cost at which nobody would be asked, and its required is null.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"cost_ms":1000000000,"evi_ms":-999415000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?","required":null,
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"cost_ms":1000000000,"evi_ms":-999415000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?","required":null,
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "cost_above_the_policy_without_evi",
        "40 46",
        "A prompt claims a cost at which nobody would be asked, and has no evi_ms.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"cost_ms":1000000000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"cost_ms":1000000000,"kind":"Prompt","loss_ms":900000,
                    "p_override_permille":650,"reason":"shall this go on?",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "evi_below_64_bits",
        "13 39",
        "The cost is so great that evi_ms has no 64 bits, and it says the least of them.",
        &[
            Set(
                "receipt/hitl/0",
                r#"{"cost_ms":9223372036854775809,"evi_ms":-9223372036854775808,"kind":"Prompt",
                    "loss_ms":0,"p_override_permille":0,"reason":"shall this go on?",
                    "required":false,"ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/6/payload",
                r#"{"cost_ms":9223372036854775809,"evi_ms":-9223372036854775808,"kind":"Prompt",
                    "loss_ms":0,"p_override_permille":0,"reason":"shall this go on?",
                    "required":false,"ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "refused_and_partial",
        "46",
        "A human refused, and the outcome is partial.",
        &[
            Push(
                "receipt/hitl",
                r#"{"approved":false,"approver":{"name":"oncall","type":"human"},
                    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Insert(
                7,
                "Lock",
                "HitlDecision",
                r#"{"approved":false,"approver":{"name":"oncall","type":"human"},
                    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set("receipt/outcome/status", "\"partial\""),
            Set("event/8/payload/outcome/status", "\"partial\""),
        ],
    ),
];

const ORDER: &[Row] = &[
    (
        "approval_before_the_question",
        "41 46",
        "The policy requires a human; one approved before a prompt that does not say whether it requires one.",
        &[
            Set(
                "receipt/hitl",
                r#"[{"approved":true,"approver":{"name":"oncall","type":"human"},
                    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"},{"kind":"Prompt",
                    "reason":"a write under prod/","ts_utc":"2025-12-24T00:00:06Z"}]"#,
            ),
            Set("event/6/kind", "\"HitlDecision\""),
            Set("event/7/kind", "\"HitlPrompt\""),
            Set(
                "event/6/payload",
                r#"{"approved":true,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Set(
                "event/7/payload",
                r#"{"kind":"Prompt","reason":"a write under prod/",
                    "ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
    (
        "refused_by_a_program_at_last",
        "46",
        "A human approved, then a program refused.",
        &[
            Push(
                "receipt/hitl",
                r#"{"approved":false,"approver":{"name":"ci","type":"automation"},
                    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
            Insert(
                8,
                "Lock",
                "HitlDecision",
                r#"{"approved":false,"approver":{"name":"ci","type":"automation"},
                    "kind":"Decision","ts_utc":"2025-12-24T00:00:06Z"}"#,
            ),
        ],
    ),
];

const GATE: &[Row] = &[(
    "gate_with_an_approval_before_the_question",
    "46",
    "The gate hitl_required is there; a human approved before a prompt that requires nobody.",
    &[
        Push("receipt/gates", r#"{"gate_id":"hitl_required","passed":true,"phase":"Lock"}"#),
        Push(
            "receipt/hitl",
            r#"{"approved":true,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
                "ts_utc":"2025-12-24T00:00:06Z"}"#,
        ),
        Push(
            "receipt/hitl",
            r#"{"kind":"Prompt","reason":"shall this go on?","required":false,
                "ts_utc":"2025-12-24T00:00:06Z"}"#,
        ),
        Insert(
            6,
            "Lock",
            "HitlDecision",
            r#"{"approved":true,"approver":{"name":"oncall","type":"human"},"kind":"Decision",
                "ts_utc":"2025-12-24T00:00:06Z"}"#,
        ),
        Insert(
            7,
            "Lock",
            "HitlPrompt",
            r#"{"kind":"Prompt","reason":"shall this go on?","required":false,
                "ts_utc":"2025-12-24T00:00:06Z"}"#,
        ),
    ],
)];
