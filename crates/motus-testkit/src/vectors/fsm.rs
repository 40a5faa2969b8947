//! Phases that may not follow one another, and receipts that tell of other phases than the log.

use motus_kernel::verify::Code;

use super::bases::{second_attempt, small};
use super::edit::Edit::{Insert, Remove, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::FsmInvalid);
    [
        edited(code, small, ENDS),
        edited(code, small, STEPS),
        edited(code, small, AGREEMENT),
        edited(code, second_attempt, RUNS),
        edited(code, small, LOCKED),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const ENDS: &[Row] = &[
    (
        "log_begins_with_orient",
        "25",
        "The log begins with Orient.",
        &[Set("event/0/phase", "\"Orient\""), Set("event/1/phase", "\"Orient\"")],
    ),
    (
        "log_begins_with_orient_once",
        "25",
        "The log begins with Orient and then observes.",
        &[Insert(0, "Orient", "SignalsCaptured", "{}")],
    ),
    (
        "sequence_begins_with_orient",
        "25",
        "phase_sequence begins with Orient.",
        &[Set("receipt/phase_sequence", r#"["Orient","Decide","Act","Verify","Lock"]"#)],
    ),
    (
        "sequence_ends_with_verify",
        "25",
        "phase_sequence ends with Verify.",
        &[Remove("receipt/phase_sequence/5")],
    ),
    ("sequence_empty", "25", "phase_sequence is empty.", &[Set("receipt/phase_sequence", "[]")]),
    (
        "log_empty",
        "25 26",
        "The log has no events.",
        &[
            Remove("event/0"),
            Remove("event/0"),
            Remove("event/0"),
            Remove("event/0"),
            Remove("event/0"),
            Remove("event/0"),
            Remove("event/0"),
            Set("receipt/verification/results", "[]"),
            Set("receipt/verification/spec/checks_required", "[]"),
        ],
    ),
];

const STEPS: &[Row] = &[
    (
        "log_goes_from_observe_to_act",
        "25",
        "The log goes from Observe to Act, and so does phase_sequence but for Orient.",
        &[
            Remove("event/3"),
            Remove("event/2"),
            Set("receipt/phase_sequence", r#"["Observe","Orient","Act","Verify","Lock"]"#),
        ],
    ),
    (
        "log_goes_from_orient_to_act",
        "25",
        "The log goes from Orient to Act.",
        &[
            Remove("event/3"),
            Set("receipt/phase_sequence", r#"["Observe","Orient","Act","Verify","Lock"]"#),
        ],
    ),
    (
        "log_goes_from_decide_to_verify",
        "25",
        "The log goes from Decide to Verify.",
        &[
            Remove("event/4"),
            Set("receipt/phase_sequence", r#"["Observe","Orient","Decide","Verify","Lock"]"#),
        ],
    ),
    (
        "log_goes_from_act_to_lock",
        "25",
        "The log goes from Act to Lock.",
        &[
            Set("event/5/phase", "\"Act\""),
            Set("receipt/phase_sequence", r#"["Observe","Orient","Decide","Act","Lock"]"#),
        ],
    ),
    (
        "log_goes_back_to_observe",
        "25",
        "Log and receipt go back to Observe, which the default policy does not allow.",
        &[
            Insert(6, "Observe", "SignalsCaptured", "{}"),
            Insert(7, "Orient", "OrientAgain", "{}"),
            Insert(8, "Decide", "PlanChosen", "{}"),
            Insert(9, "Act", "SkillExecuted", "{}"),
            Insert(10, "Verify", "VerificationRun", "{}"),
            Set(
                "receipt/phase_sequence",
                r#"["Observe","Orient","Decide","Act","Verify","Observe","Orient","Decide","Act",
                    "Verify","Lock"]"#,
            ),
        ],
    ),
    (
        "log_goes_on_after_lock",
        "25 26",
        "The log goes from Lock to Verify, and to Lock again.",
        &[
            Insert(6, "Lock", "HitlTimeout", "{}"),
            Insert(7, "Verify", "VerificationRun", "{}"),
            Set(
                "receipt/phase_sequence",
                r#"["Observe","Orient","Decide","Act","Verify","Lock","Verify","Lock"]"#,
            ),
        ],
    ),
    (
        "sequence_leaves_orient_out",
        "25",
        "phase_sequence goes from Observe to Decide; only the log may.",
        &[Remove("receipt/phase_sequence/1"), Remove("event/2")],
    ),
    (
        "sequence_goes_back_to_observe",
        "25",
        "phase_sequence observes twice, with Orient between.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Observe","Orient","Decide","Act","Verify","Lock"]"#,
        )],
    ),
    (
        "sequence_goes_on_after_lock",
        "25",
        "phase_sequence goes on after Lock.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Act","Verify","Lock","Verify","Lock"]"#,
        )],
    ),
];

const AGREEMENT: &[Row] = &[
    (
        "sequence_with_more_acts_than_events",
        "25",
        "phase_sequence acts twice in a row, the log once.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Act","Act","Verify","Lock"]"#,
        )],
    ),
    (
        "sequence_with_more_observing_than_events",
        "25",
        "phase_sequence observes three times in a row, the log twice.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Observe","Observe","Orient","Decide","Act","Verify","Lock"]"#,
        )],
    ),
    (
        "sequence_with_a_second_attempt_of_its_own",
        "25",
        "phase_sequence tells of a second attempt, the log does not.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Act","Verify","Act","Verify","Lock"]"#,
        )],
    ),
    (
        "log_orients_where_the_sequence_does_not",
        "25",
        "The log goes from Decide back to Orient, phase_sequence does not.",
        &[Insert(4, "Orient", "OrientAgain", "{}"), Insert(5, "Decide", "PlanChosen", "{}")],
    ),
];

const RUNS: &[Row] = &[
    (
        "sequence_without_the_second_attempt",
        "25",
        "The log tells of a second attempt, phase_sequence does not.",
        &[Set("receipt/phase_sequence", r#"["Observe","Orient","Decide","Act","Verify","Lock"]"#)],
    ),
    (
        "sequence_with_a_shorter_way_back",
        "25",
        "The log goes back to Decide, phase_sequence only to Act.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Act","Verify","Act","Verify","Lock"]"#,
        )],
    ),
    (
        "log_orients_again_where_the_sequence_decides",
        "25",
        "The log goes back to Orient, phase_sequence to Decide.",
        &[Set(
            "receipt/phase_sequence",
            r#"["Observe","Orient","Decide","Act","Verify","Decide","Act","Verify","Lock"]"#,
        )],
    ),
];

const LOCKED_AGAIN: &str = r#"{"lock_level":"Committed","outcome":{
    "description":"Updated src/lib.rs with helper() and tests pass","status":"success"}}"#;

const LOCKED: &[Row] = &[
    (
        "log_without_locked",
        "26",
        "The log waits in Lock and is never locked.",
        &[Remove("event/6"), Insert(6, "Lock", "HitlTimeout", "{}")],
    ),
    (
        "log_locked_twice",
        "26",
        "There are two Locked events that say the same.",
        &[Insert(6, "Lock", "Locked", LOCKED_AGAIN)],
    ),
    (
        "log_waits_after_locked",
        "26",
        "The log waits for a human after Locked.",
        &[Insert(7, "Lock", "HitlTimeout", "{}")],
    ),
    (
        "locked_while_verifying",
        "26",
        "Locked stands in Verify; the log ends in Lock with a timeout.",
        &[Set("event/6/phase", "\"Verify\""), Insert(7, "Lock", "HitlTimeout", "{}")],
    ),
    (
        "locked_in_verify_and_in_lock",
        "26",
        "A first Locked stands in Verify.",
        &[Insert(6, "Verify", "Locked", LOCKED_AGAIN)],
    ),
    (
        "work_in_lock",
        "26",
        "A skill is executed in Lock.",
        &[Insert(6, "Lock", "SkillExecuted", r#"{"skill":"late"}"#)],
    ),
    (
        "unknown_kind_in_lock",
        "26",
        "An event of an unknown kind stands in Lock.",
        &[Insert(6, "Lock", "StrategyApplied", "{}")],
    ),
    (
        "locked_in_lower_case",
        "26",
        "The last event is of the kind `locked`.",
        &[Set("event/6/kind", "\"locked\"")],
    ),
];
