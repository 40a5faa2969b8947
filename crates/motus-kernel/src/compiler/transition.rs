//! Where a loop goes next.

use super::answer::{AdapterError, ChildSpec, SpawnMode};
use super::state::LoopState;
use crate::fsm::is_legal;
use crate::names::{ErrorClass, Phase};
use crate::policy::Policy;

/// How a phase ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub enum PhaseResult {
    Ok,
    NeedsBacktrack { to: Phase, reason: String },
    NeedsRepeat { phase: Phase, reason: String },
    SpawnChildren { mode: SpawnMode, children: Vec<ChildSpec>, reason: String },
    Halt { reason: String },
}

/// Where the loop goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are those of the specification, by their names there")]
pub enum Transition {
    Next {
        to: Phase,
    },
    Repeat {
        phase: Phase,
        reason: String,
    },
    Backtrack {
        to: Phase,
        reason: String,
    },
    Spawn {
        mode: SpawnMode,
        children: Vec<ChildSpec>,
        reason: String,
    },
    Halt {
        reason: String,
    },
    /// The loop has locked.
    Complete,
}

impl PhaseResult {
    /// Returns how a phase ends in which an adapter failed.
    ///
    /// Shape: what is recoverable and may be retried repeats the phase; a way of working that failed leads
    /// back to Orient, or through Orient again; all else halts. Whether there is such a way is for [`next_transition`] to say.
    /// Source: MOTUS-SPEC-V0.1 §1.5, §2 Algorithm 7.
    pub fn of_error(phase: Phase, class: ErrorClass, retryable: bool, reason: String) -> Self {
        match class {
            ErrorClass::Recoverable if retryable => Self::NeedsRepeat { phase, reason },
            ErrorClass::PatternFailure => Self::NeedsBacktrack { to: Phase::Orient, reason },
            _ => Self::Halt { reason },
        }
    }

    /// Returns how a phase ends by the error with which an adapter answered.
    pub(super) fn of_answer(phase: Phase, error: &AdapterError) -> Self {
        let reason = format!("{} ({})", error.message, error.code);
        Self::of_error(phase, error.class, error.retryable, reason)
    }

    /// Returns how much hope it leaves: the phase again, a way back, none.
    pub(super) fn hope(&self) -> u8 {
        match self {
            Self::NeedsRepeat { .. } => 2,
            Self::NeedsBacktrack { .. } => 1,
            Self::Ok | Self::SpawnChildren { .. } | Self::Halt { .. } => 0,
        }
    }

    /// Returns the one that leaves less hope, the first where both leave the same.
    pub(super) fn worse(self, other: Self) -> Self {
        if other.hope() < self.hope() { other } else { self }
    }

    /// Returns how Verify ends when it did not pass, by the class of the failure.
    ///
    /// Shape: without a class and by default back to Orient; what is recoverable repeats Act; what cannot be
    /// recovered halts. Source: MOTUS-SPEC-V0.1 §2 Algorithm 7, rule 2.
    pub fn of_failed_verification(class: Option<ErrorClass>, reason: String) -> Self {
        match class {
            Some(ErrorClass::Recoverable) => Self::NeedsRepeat { phase: Phase::Act, reason },
            Some(ErrorClass::Unrecoverable | ErrorClass::Catastrophic) => Self::Halt { reason },
            Some(ErrorClass::PatternFailure) | None => {
                Self::NeedsBacktrack { to: Phase::Orient, reason }
            }
        }
    }
}

/// Decides where a loop goes after a phase.
///
/// Shape: the first that applies of: halt; what the phase itself asks for, which is how a failed verification
/// comes here; a lens that is not good enough; children; forward. A way that FSM-0.1 does not allow, or whose
/// budget is used up, is a halt. Nothing is taken off the budgets here: entering the phase does.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 7, with its priorities; §5.1.
pub fn next_transition(
    state: &LoopState,
    phase: Phase,
    result: &PhaseResult,
    policy: &dyn Policy,
) -> Transition {
    let ways = Ways { state, phase, policy };
    match result {
        PhaseResult::Halt { reason } => Transition::Halt { reason: reason.clone() },
        PhaseResult::NeedsBacktrack { to, reason } => ways.backtrack(*to, reason),
        PhaseResult::NeedsRepeat { phase, reason } => ways.repeat(*phase, reason),
        PhaseResult::Ok | PhaseResult::SpawnChildren { .. } => {
            ways.to_a_better_lens().unwrap_or_else(|| match result {
                PhaseResult::SpawnChildren { mode, children, reason } => {
                    ways.spawn(*mode, children, reason)
                }
                _ => forward(phase),
            })
        }
    }
}

/// The ways out of a phase, in the state of a loop.
struct Ways<'s> {
    state: &'s LoopState,
    phase: Phase,
    policy: &'s dyn Policy,
}

impl Ways<'_> {
    /// Goes back to an earlier phase; Orient is where a way of working is chosen anew, also from Orient itself.
    fn backtrack(&self, to: Phase, reason: &str) -> Transition {
        if to == Phase::Orient && self.phase == Phase::Orient {
            return self.repeat(to, reason);
        }
        if to >= self.phase || !self.is_legal(to) {
            return self.no_way(to, reason);
        }
        if self.state.budgets.max_backtracks == 0 {
            return halt(format!("no way back is left: {reason}"));
        }
        Transition::Backtrack { to, reason: reason.to_owned() }
    }

    /// Does the phase again, or an earlier one that retries.
    fn repeat(&self, phase: Phase, reason: &str) -> Transition {
        if phase > self.phase || self.phase == Phase::Lock || !self.is_legal(phase) {
            return self.no_way(phase, reason);
        }
        if self.state.budgets.max_act_retries == 0 {
            return halt(format!("no repetition is left: {reason}"));
        }
        Transition::Repeat { phase, reason: reason.to_owned() }
    }

    /// Children are spawned in Act.
    fn spawn(&self, mode: SpawnMode, children: &[ChildSpec], reason: &str) -> Transition {
        if !matches!(self.phase, Phase::Decide | Phase::Act) {
            return self.no_way(Phase::Act, reason);
        }
        Transition::Spawn { mode, children: children.to_vec(), reason: reason.to_owned() }
    }

    /// Returns the way to a lens that is good enough, where this one is not.
    fn to_a_better_lens(&self) -> Option<Transition> {
        let body = &self.state.body;
        let (quality, least) =
            (body.lens.quality.aggregate, self.policy.least_lens_quality(body.lock_level));
        if quality >= least {
            return None;
        }
        let reason = format!("lens quality is {quality}, the policy wants {least}");
        match self.phase {
            Phase::Orient if self.policy.allows_backtrack_to_observe() => {
                Some(self.repeat(Phase::Observe, &reason))
            }
            Phase::Orient => Some(self.repeat(Phase::Orient, &reason)),
            Phase::Decide | Phase::Act => Some(self.backtrack(Phase::Orient, &reason)),
            // There is no lens yet, or it was good enough when it was used.
            Phase::Observe | Phase::Verify | Phase::Lock => None,
        }
    }

    fn is_legal(&self, to: Phase) -> bool {
        is_legal(self.phase, to, self.policy.allows_backtrack_to_observe())
    }

    fn no_way(&self, to: Phase, reason: &str) -> Transition {
        let (from, to) = (self.phase.as_str(), to.as_str());
        halt(format!("there is no way from {from} to {to}: {reason}"))
    }
}

fn forward(phase: Phase) -> Transition {
    later(phase).first().map_or(Transition::Complete, |to| Transition::Next { to: *to })
}

fn halt(reason: String) -> Transition {
    Transition::Halt { reason }
}

/// Returns the phases behind one, in their order.
pub(super) fn later(phase: Phase) -> &'static [Phase] {
    let behind = Phase::ALL.partition_point(|other| *other <= phase);
    Phase::ALL.get(behind..).unwrap_or_default()
}
