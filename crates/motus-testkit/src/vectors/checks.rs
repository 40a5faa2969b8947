//! The policy: its identity, gates, checks, scores, and what children allow.

use motus_kernel::verify::Code;

use super::bases::{family, full, second_attempt, small, threes};
use super::edit::Edit::{Map, Push, Set};
use super::edit::flip;
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::PolicyViolation);
    [
        edited(code, small, POLICY),
        edited(code, full, GATES),
        edited(code, small, CHECKS),
        edited(code, second_attempt, ATTEMPTS),
        edited(code, threes, TENTH),
        edited(code, small, SCORES),
        edited(code, family, ROLLUP),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const POLICY: &[Row] = &[
    (
        "policy_of_another_name",
        "20 44",
        "policy_id is another one; no hash covers it.",
        &[Set("integrity/policy_id", "\"POLICY-LAX\"")],
    ),
    (
        "policy_in_lower_case",
        "44",
        "policy_id is in lower case.",
        &[Set("integrity/policy_id", "\"policy-default\"")],
    ),
    (
        "policy_of_another_hash",
        "20 44",
        "policy_hash has another last digit; no hash covers it.",
        &[Map("integrity/policy_hash", flip)],
    ),
    (
        "policy_hash_of_its_name",
        "44",
        "policy_hash is that of `POLICY-DEFAULT`.",
        &[Map("integrity/policy_hash", |_| {
            motus_kernel::Digest::of(&[b"POLICY-DEFAULT"]).to_string().into()
        })],
    ),
];

const GATES: &[Row] = &[
    ("gate_failed", "46", "A gate did not pass.", &[Set("receipt/gates/0/passed", "false")]),
    (
        "second_gate_failed",
        "46",
        "The second of two gates did not pass.",
        &[Push("receipt/gates", r#"{"gate_id":"format","passed":false,"phase":"Verify"}"#)],
    ),
    (
        "gate_failed_and_passed_in_another_phase",
        "46",
        "A gate failed in Act and passed in Verify; both count.",
        &[
            Set("receipt/gates/0/passed", "false"),
            Push("receipt/gates", r#"{"gate_id":"no_secrets","passed":true,"phase":"Verify"}"#),
        ],
    ),
];

const CHECKS: &[Row] = &[
    (
        "required_check_failed",
        "45",
        "The required check failed, and receipt and event say so.",
        &[
            Set("receipt/verification/results/0/passed", "false"),
            Set("event/5/payload/results/0/passed", "false"),
            Set("event/5/payload/passed", "false"),
        ],
    ),
    (
        "required_check_missing",
        "45",
        "A second required check has no result.",
        &[Push("receipt/verification/spec/checks_required", "\"lint\"")],
    ),
    (
        "required_check_with_a_longer_name",
        "45",
        "The required check has a result whose name only begins alike.",
        &[
            Set("receipt/verification/results/0/check_id", "\"cargo_test2\""),
            Set("event/5/payload/results/0/check_id", "\"cargo_test2\""),
        ],
    ),
    (
        "required_check_in_other_letters",
        "45",
        "The required check has a result in capitals.",
        &[
            Set("receipt/verification/results/0/check_id", "\"Cargo_Test\""),
            Set("event/5/payload/results/0/check_id", "\"Cargo_Test\""),
        ],
    ),
    (
        "attempt_without_number",
        "45",
        "The only result is `cargo_test@`.",
        &[
            Set("receipt/verification/results/0/check_id", "\"cargo_test@\""),
            Set("event/5/payload/results/0/check_id", "\"cargo_test@\""),
        ],
    ),
    (
        "attempt_that_is_no_number",
        "45",
        "The only result is `cargo_test@last`.",
        &[
            Set("receipt/verification/results/0/check_id", "\"cargo_test@last\""),
            Set("event/5/payload/results/0/check_id", "\"cargo_test@last\""),
        ],
    ),
    (
        "attempt_with_a_leading_zero",
        "45",
        "`cargo_test` passed, `cargo_test@01` failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@01","level":"Regression","passed":false}"#,
            ),
            Push(
                "event/5/payload/results",
                r#"{"check_id":"cargo_test@01","level":"Regression","passed":false}"#,
            ),
            Set("event/5/payload/passed", "false"),
        ],
    ),
    (
        "attempt_beside_that_is_no_number",
        "45",
        "`cargo_test` passed, `cargo_test@last` failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@last","level":"Regression","passed":false}"#,
            ),
            Push(
                "event/5/payload/results",
                r#"{"check_id":"cargo_test@last","level":"Regression","passed":false}"#,
            ),
            Set("event/5/payload/passed", "false"),
        ],
    ),
    (
        "attempt_beyond_64_bits_failed",
        "45",
        "`cargo_test` passed, the attempt whose number is 2 to the 64th failed.",
        &[
            Push(
                "receipt/verification/results",
                r#"{"check_id":"cargo_test@18446744073709551616","level":"Regression",
                    "passed":false}"#,
            ),
            Push(
                "event/5/payload/results",
                r#"{"check_id":"cargo_test@18446744073709551616","level":"Regression",
                    "passed":false}"#,
            ),
            Set("event/5/payload/passed", "false"),
        ],
    ),
    (
        "attempt_required_by_number",
        "45",
        "Required is `cargo_test@2`, there is a result of `cargo_test`.",
        &[Set("receipt/verification/spec/checks_required/0", "\"cargo_test@2\"")],
    ),
];

const ATTEMPTS: &[Row] = &[(
    "last_attempt_failed",
    "45",
    "The first attempt passed, the second failed.",
    &[
        Set("receipt/verification/results/0/passed", "true"),
        Set("event/5/payload/results/0/passed", "true"),
        Set("receipt/verification/results/1/passed", "false"),
        Set("event/9/payload/results/0/passed", "false"),
        Set("event/5/payload/passed", "true"),
        Set("event/9/payload/passed", "false"),
    ],
)];

const TENTH: &[Row] = &[(
    "tenth_attempt_failed",
    "45",
    "The second attempt passed, the tenth failed; numbers are compared as numbers.",
    &[
        Set("receipt/verification/results/1/passed", "false"),
        Set("event/5/payload/results/1/passed", "false"),
        Set("receipt/verification/results/2/passed", "true"),
        Set("event/5/payload/results/2/passed", "true"),
    ],
)];

const SCORES: &[Row] = &[
    (
        "aggregate_above_the_least",
        "38",
        "The aggregate is above the least score.",
        &[
            Set("receipt/lens/quality/aggregate", "901"),
            Set("event/2/payload/quality/aggregate", "901"),
        ],
    ),
    (
        "aggregate_below_the_least",
        "38",
        "The aggregate is below the least score.",
        &[
            Set("receipt/lens/quality/aggregate", "899"),
            Set("event/2/payload/quality/aggregate", "899"),
        ],
    ),
    (
        "aggregate_as_a_mean",
        "38",
        "The aggregate is the mean of the scores.",
        &[
            Set("receipt/lens/quality/aggregate", "975"),
            Set("event/2/payload/quality/aggregate", "975"),
        ],
    ),
];

const ROLLUP: &[Row] = &[
    (
        "success_over_a_failed_critical_child",
        "43",
        "A critical child failed, the parent claims success.",
        &[Set("receipt/children/0/outcome_status", "\"failed\"")],
    ),
    (
        "success_over_a_partial_critical_child",
        "43",
        "A critical child is partial, the parent claims success.",
        &[Set("receipt/children/1/outcome_status", "\"partial\"")],
    ),
    (
        "success_over_a_failed_other_child",
        "43",
        "A child that is not critical failed, the parent claims success.",
        &[Set("receipt/children/2/outcome_status", "\"failed\"")],
    ),
    (
        "success_over_a_partial_other_child",
        "43",
        "A child that is not critical is partial, the parent claims success.",
        &[Set("receipt/children/2/outcome_status", "\"partial\"")],
    ),
    (
        "partial_over_a_failed_critical_child",
        "43",
        "A critical child failed, the parent claims to be partial.",
        &[
            Set("receipt/children/0/outcome_status", "\"failed\""),
            Set("receipt/outcome/status", "\"partial\""),
            Set("event/12/payload/outcome/status", "\"partial\""),
        ],
    ),
];
