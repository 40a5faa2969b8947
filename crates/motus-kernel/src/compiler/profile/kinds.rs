//! The kinds of events with their members, and what every profile tells of them.

/// A kind of event, as far as profiles know it.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The members that can be chosen.
    pub(super) members: &'static [&'static str],
    /// Those without which the event would say nothing that can be read.
    pub(super) least: &'static [&'static str],
    /// Whether a verifier must find it in the log, or the log must find its phases in it.
    pub(super) is_required: bool,
    /// What published bundles tell; `None` where none has the kind.
    pub(super) golden: Option<&'static [&'static str]>,
}

impl Kind {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Tells whether the kind may stand in the phase Lock, which is repeated only to wait for humans.
    pub(super) fn may_stand_in_lock(&self) -> bool {
        matches!(self.name, "HitlPrompt" | "HitlDecision" | "HitlTimeout" | "Locked")
    }

    /// Tells whether contents of the kind may have members that nobody chooses and that are told with the event:
    /// those that somebody added, and the errors of Lock, which are told whenever there are any.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.name, "PlanChosen" | "StrategyApplied" | "Locked")
    }
}

const DECISION: &[&str] = &["alternatives_rejected", "choice", "point", "rationale"];
const ERROR: &[&str] = &["class", "code", "evidence", "message", "phase", "retryable"];
const GATE: &[&str] = &["evidence", "gate_id", "passed", "phase"];
const RECORD: &[&str] = &[
    "approved",
    "approver",
    "cost_ms",
    "evi_ms",
    "kind",
    "loss_ms",
    "note",
    "p_override_permille",
    "reason",
    "required",
    "ts_utc",
];
const SPAWN: &[&str] = &["child_loop_id", "critical", "spawn_index"];
const SUGGESTION: &[&str] = &["explanation", "match_permille", "strategy_id", "trigger"];

/// Every kind, in the order in which a loop may tell them first.
#[rustfmt::skip]
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "IntentSet",
        members: &["actor", "enf_k", "intent", "parent_loop_id"],
        least: &["actor", "intent"],
        is_required: true,
        golden: Some(&["actor", "intent"]),
    },
    Kind {
        name: "PhaseEntered",
        members: &["reason", "step"],
        least: &["step"],
        is_required: false,
        golden: None,
    },
    Kind {
        name: "PhaseSkipped",
        members: &["reason"],
        least: &["reason"],
        is_required: true,
        golden: Some(&["reason"]),
    },
    Kind {
        name: "SignalsCaptured",
        members: &["evidence", "signals", "signals_count"],
        least: &[],
        is_required: false,
        golden: Some(&["evidence", "signals_count"]),
    },
    Kind {
        name: "InputsRead",
        members: &["artifacts_in"],
        least: &["artifacts_in"],
        is_required: false,
        golden: None,
    },
    Kind {
        name: "LensAssembled",
        members: &["created_utc", "items", "items_count", "lens_id", "quality"],
        least: &[],
        is_required: false,
        golden: Some(&["items_count", "lens_id", "quality"]),
    },
    Kind {
        name: "OrientFromFailure",
        members: &["evidence", "reason"],
        least: &[],
        is_required: false,
        golden: Some(&["evidence"]),
    },
    Kind {
        name: "StrategySuggested",
        members: SUGGESTION,
        least: &["strategy_id"],
        is_required: false,
        golden: Some(SUGGESTION),
    },
    Kind {
        name: "StrategyApplied",
        members: &[],
        least: &[],
        is_required: false,
        golden: Some(&[]),
    },
    Kind {
        name: "DecisionRecorded",
        members: DECISION,
        least: DECISION,
        is_required: false,
        golden: None,
    },
    Kind {
        name: "PlanChosen",
        members: &["compression", "effects_declared", "enf_k", "plan"],
        least: &[],
        is_required: false,
        golden: Some(&["effects_declared", "plan"]),
    },
    Kind {
        name: "VerificationSpecified",
        members: &["checks_required", "level"],
        least: &["checks_required", "level"],
        is_required: false,
        golden: None,
    },
    Kind { name: "ChildSpawned", members: SPAWN, least: SPAWN, is_required: true, golden: Some(SPAWN) },
    Kind {
        name: "ChildJoined",
        members: &["child_loop_id", "child_proof_digest", "outcome_status"],
        least: &["child_loop_id", "child_proof_digest"],
        is_required: true,
        golden: Some(&["child_loop_id", "child_proof_digest"]),
    },
    Kind {
        name: "SkillExecuted",
        members: &[
            "artifacts_out",
            "effects_declared_count",
            "effects_observed",
            "effects_observed_count",
            "evidence",
            "skill",
        ],
        least: &[],
        is_required: false,
        golden: Some(&["artifacts_out", "effects_observed", "evidence", "skill"]),
    },
    Kind { name: "ActError", members: ERROR, least: ERROR, is_required: true, golden: Some(ERROR) },
    Kind {
        name: "RetryScheduled",
        members: &["after_ms", "attempt"],
        least: &["attempt"],
        is_required: false,
        golden: Some(&["after_ms", "attempt"]),
    },
    Kind { name: "GateEvaluated", members: GATE, least: GATE, is_required: false, golden: None },
    Kind {
        name: "VerificationRun",
        members: &["on_fail", "passed", "results"],
        least: &["passed", "results"],
        is_required: true,
        golden: Some(&["on_fail", "passed", "results"]),
    },
    Kind { name: "HitlPrompt", members: RECORD, least: RECORD, is_required: true, golden: Some(RECORD) },
    Kind { name: "HitlDecision", members: RECORD, least: RECORD, is_required: true, golden: Some(RECORD) },
    Kind { name: "HitlTimeout", members: &[], least: &[], is_required: true, golden: Some(&[]) },
    Kind {
        name: "Locked",
        members: &["gates", "lock_level", "outcome"],
        least: &["lock_level", "outcome"],
        is_required: true,
        golden: Some(&["lock_level", "outcome"]),
    },
];
