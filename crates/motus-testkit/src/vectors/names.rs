//! Enumerations in a spelling that looks right.

use motus_kernel::verify::Code;

use super::bases::full;
use super::edit::Edit::{self, Set};
use super::{Row, Vector, edited};

pub(super) fn vectors() -> Vec<Vector> {
    edited(Some(Code::ParseError), full, ROWS)
}

/// Receipt and log agree on the spelling.
const HUMAN_SOURCE: &[Edit] =
    &[Set("receipt/intent/source", "\"Human\""), Set("event/0/payload/intent/source", "\"Human\"")];
const PARENT_SOURCE: &[Edit] = &[
    Set("receipt/intent/source", "\"ParentLoop\""),
    Set("event/0/payload/intent/source", "\"ParentLoop\""),
];
const AGENT: &[Edit] =
    &[Set("receipt/actor/type", "\"Agent\""), Set("event/0/payload/actor/type", "\"Agent\"")];
const SUCCESS: &[Edit] = &[
    Set("receipt/outcome/status", "\"Success\""),
    Set("event/11/payload/outcome/status", "\"Success\""),
];
const LOCK_LEVEL: &[Edit] = &[
    Set("receipt/lock_level", "\"committed\""),
    Set("event/11/payload/lock_level", "\"committed\""),
];
const LEVEL: &[Edit] = &[
    Set("receipt/verification/results/0/level", "\"regression\""),
    Set("event/8/payload/results/0/level", "\"regression\""),
];
const OP: &[Edit] = &[
    Set("receipt/effects/declared/0/op", "\"WriteFs\""),
    Set("event/3/payload/effects_declared/0/op", "\"WriteFs\""),
];
const CLASS: &[Edit] = &[
    Set("receipt/errors/0/class", "\"recoverable\""),
    Set("event/4/payload/class", "\"recoverable\""),
];
const HITL: &[Edit] =
    &[Set("receipt/hitl/0/kind", "\"HitlPrompt\""), Set("event/9/payload/kind", "\"HitlPrompt\"")];
const APPROVER: &[Edit] = &[
    Set("receipt/hitl/1/approver/type", "\"person\""),
    Set("event/10/payload/approver/type", "\"person\""),
];

const ROWS: &[Row] = &[
    ("intent_source_with_a_capital", "4", "intent.source is `Human`.", HUMAN_SOURCE),
    ("intent_source_as_in_rust", "4", "intent.source is `ParentLoop`.", PARENT_SOURCE),
    ("actor_type_with_a_capital", "4", "actor.type is `Agent`.", AGENT),
    ("outcome_status_with_a_capital", "4", "outcome.status is `Success`.", SUCCESS),
    ("lock_level_in_lower_case", "4", "lock_level is `committed`.", LOCK_LEVEL),
    ("check_level_in_lower_case", "4", "The level of a check is `regression`.", LEVEL),
    ("effect_op_with_a_small_s", "4", "A declared op is `WriteFs`.", OP),
    ("error_class_in_lower_case", "4", "The class of an error is `recoverable`.", CLASS),
    ("hitl_kind_like_the_event", "4", "The kind of a human record is `HitlPrompt`.", HITL),
    ("approver_type_unknown", "4", "The type of an approver is `person`.", APPROVER),
    (
        "spec_level_unknown",
        "4",
        "verification.spec.level is `Complete`.",
        &[Set("receipt/verification/spec/level", "\"Complete\"")],
    ),
    (
        "artifact_kind_in_lower_case",
        "4",
        "The kind of an artifact is `file`.",
        &[Set("receipt/artifacts/inputs/0/kind", "\"file\"")],
    ),
    (
        "gate_phase_in_lower_case",
        "4",
        "The phase of a gate is `act`.",
        &[Set("receipt/gates/0/phase", "\"act\"")],
    ),
    (
        "child_status_with_a_capital",
        "4",
        "The status of a child is `Success`.",
        &[Set("receipt/children/0/outcome_status", "\"Success\"")],
    ),
    (
        "phase_sequence_in_lower_case",
        "4",
        "The first entry of phase_sequence is `observe`.",
        &[Set("receipt/phase_sequence/0", "\"observe\"")],
    ),
    (
        "event_phase_in_upper_case",
        "4",
        "The phase of an event is `ACT`.",
        &[Set("event/7/phase", "\"ACT\"")],
    ),
];
