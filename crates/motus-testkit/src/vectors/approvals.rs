//! Approvals by nobody who can be seen, before the question, or left out by a cost that nobody believes.

use motus_kernel::verify::Code;

use super::bases::approved;
use super::edit::Edit::Set;
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::PolicyViolation);
    [edited(code, approved, NAMES)].into_iter().flatten().collect()
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
];
