//! Facts: everything that can happen in a loop.

#[cfg(test)]
pub(crate) mod any;
mod read;
mod write;

pub(super) use write::write_suggestion;

use motus_json::{Object, Value};

use super::request::LoopRequest;
use crate::effect::Effect;
use crate::names::{LockLevel, OutcomeStatus, Phase, VerificationLevel};
use crate::receipt::{
    Actor, Artifact, Check, Decision, ErrorRecord, Gate, HitlRecord, Intent, Lens, Outcome,
};
use crate::strategy::{Signal, Suggestion};
use crate::{Digest, Uuid};

/// Something that happened in a loop.
///
/// Each variant is a kind of event of the same name. Those that the specification lacks make projection
/// total: `PhaseEntered`, `PhaseSkipped`, `InputsRead`, `DecisionRecorded`, `VerificationSpecified`,
/// `GateEvaluated`; so do members that it lacks. Source: MOTUS-SPEC-V0.1 §1.6, and the kinds of published
/// bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub enum Fact {
    /// The loop begins.
    IntentSet {
        intent: Intent,
        actor: Actor,
        parent_loop_id: Option<Uuid>,
        /// How many effects may be declared: a loop that is halted before it has a plan tells it nowhere else.
        enf_k: u32,
    },
    /// The loop goes on in a phase, or in the same one again.
    PhaseEntered {
        step: Step,
        reason: Option<String>,
    },
    /// The loop was halted and only passes through the phase on its way to Lock.
    PhaseSkipped {
        reason: String,
    },
    SignalsCaptured {
        evidence: Option<String>,
        signals_count: Option<u32>,
        signals: Vec<Signal>,
    },
    /// What the loop starts from.
    InputsRead {
        artifacts_in: Vec<Artifact>,
    },
    LensAssembled {
        lens: Lens,
    },
    OrientFromFailure {
        evidence: Option<String>,
        reason: Option<String>,
    },
    StrategySuggested {
        suggestion: Suggestion,
    },
    /// `used` is the whole content, so that it has no member `type` or `data`, of which tags are made.
    StrategyApplied {
        used: Object,
    },
    DecisionRecorded {
        decision: Decision,
    },
    /// `details` are further members, none with a name of the others, none `type` or `data`.
    PlanChosen {
        plan: String,
        effects_declared: Vec<Effect>,
        enf_k: u32,
        compression: Option<Value>,
        details: Object,
    },
    /// Which checks must pass.
    VerificationSpecified {
        level: VerificationLevel,
        checks_required: Vec<String>,
    },
    ChildSpawned {
        spawn_index: u32,
        child_loop_id: Uuid,
        critical: bool,
    },
    ChildJoined {
        child_loop_id: Uuid,
        child_proof_digest: Digest,
        outcome_status: OutcomeStatus,
    },
    SkillExecuted {
        skill: String,
        evidence: Option<String>,
        artifacts_out: Vec<Artifact>,
        effects_observed: Vec<Effect>,
        effects_declared_count: u64,
    },
    ActError {
        error: ErrorRecord,
    },
    RetryScheduled {
        attempt: u32,
        after_ms: Option<u64>,
    },
    GateEvaluated {
        gate: Gate,
    },
    VerificationRun {
        passed: bool,
        results: Vec<Check>,
        on_fail: Option<OnFail>,
    },
    HitlPrompt {
        record: HitlRecord,
    },
    HitlDecision {
        record: HitlRecord,
    },
    /// Nobody decided in time.
    HitlTimeout,
    /// The loop has ended. `gates` and `errors` are those of the phase Lock, which no event before this one may
    /// tell: where they are not empty they take the place of those that are known; see [`LoopState::locked`].
    ///
    /// [`LoopState::locked`]: super::LoopState::locked
    Locked {
        lock_level: LockLevel,
        outcome: Outcome,
        gates: Vec<Gate>,
        errors: Vec<ErrorRecord>,
    },
}

/// How a loop came into a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Forward.
    Next,
    /// The same phase, or the one that retries, again.
    Repeat,
    /// To an earlier phase.
    Backtrack,
    /// Forward, with children to spawn.
    Spawn,
    /// Forward without work, because the loop was halted.
    Halt,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 5] = [Self::Next, Self::Repeat, Self::Backtrack, Self::Spawn, Self::Halt];

    /// Returns the spelling, that of the transition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "Next",
            Self::Repeat => "Repeat",
            Self::Backtrack => "Backtrack",
            Self::Spawn => "Spawn",
            Self::Halt => "Halt",
        }
    }

    /// Reads the spelling; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// What a failed verification leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnFail {
    /// How the loop goes on.
    pub step: Step,
    /// Where; `None` where it is halted.
    pub to_phase: Option<Phase>,
    /// Why.
    pub reason: String,
}

impl Fact {
    /// Begins what was asked for.
    pub fn intent_set(request: &LoopRequest) -> Self {
        Self::IntentSet {
            intent: request.intent.clone(),
            actor: request.actor.clone(),
            parent_loop_id: request.parent_loop_id,
            enf_k: request.enf_k,
        }
    }

    /// Returns the kind of the event that tells it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IntentSet { .. } => "IntentSet",
            Self::PhaseEntered { .. } => "PhaseEntered",
            Self::PhaseSkipped { .. } => "PhaseSkipped",
            Self::SignalsCaptured { .. } => "SignalsCaptured",
            Self::InputsRead { .. } => "InputsRead",
            Self::LensAssembled { .. } => "LensAssembled",
            Self::OrientFromFailure { .. } => "OrientFromFailure",
            Self::StrategySuggested { .. } => "StrategySuggested",
            Self::StrategyApplied { .. } => "StrategyApplied",
            Self::DecisionRecorded { .. } => "DecisionRecorded",
            Self::PlanChosen { .. } => "PlanChosen",
            Self::VerificationSpecified { .. } => "VerificationSpecified",
            Self::ChildSpawned { .. } => "ChildSpawned",
            Self::ChildJoined { .. } => "ChildJoined",
            Self::SkillExecuted { .. } => "SkillExecuted",
            Self::ActError { .. } => "ActError",
            Self::RetryScheduled { .. } => "RetryScheduled",
            Self::GateEvaluated { .. } => "GateEvaluated",
            Self::VerificationRun { .. } => "VerificationRun",
            Self::HitlPrompt { .. } => "HitlPrompt",
            Self::HitlDecision { .. } => "HitlDecision",
            Self::HitlTimeout => "HitlTimeout",
            Self::Locked { .. } => "Locked",
        }
    }

    /// Tells whether events of a kind tell facts.
    pub fn is_kind(kind: &str) -> bool {
        read::is_kind(kind)
    }

    /// Returns everything that an event could tell of it.
    ///
    /// Shape: members without a value are left out, lists are there when they are empty, but for those of
    /// `Locked`. Beside its fields, `SkillExecuted` has `effects_observed_count` and `LensAssembled` has
    /// `items_count`.
    pub fn payload(&self) -> Object {
        write::payload(self)
    }

    /// Takes a fact out of an event's content.
    ///
    /// A kind that is not known is `Ok(None)`; members that are not there are empty, where something can be.
    /// Errors: every member that is not as it must be.
    pub fn read(kind: &str, content: &Value) -> Result<Option<Self>, Vec<crate::Fault>> {
        read::fact(kind, content)
    }
}

#[cfg(test)]
mod tests;
