//! What happens in each phase, and what phases must know of each other.

mod act;
mod artifacts;
mod checks;
mod children;
mod decide;
pub(super) mod foretold;
mod gates;
mod human;
mod lock;
mod observe;
mod opaque;
mod orient;
mod verify;

use super::answer::AdapterError;
use super::fact::Step;
use super::request::LoopRequest;
use super::run::{Flow, Interrupt, Running};
use super::transition::PhaseResult;
use crate::names::Phase;
use artifacts::Places;
use checks::Attempts;
use children::Family;
use decide::Declared;
use foretold::Promises;
use gates::Known;
pub use opaque::{MEMBER_OF_A_SKILL, MEMBERS_OF_A_PLAN, MEMBERS_OF_A_TAG};

/// What one phase leaves for another and no receipt tells, or not so that it is found at once.
pub(super) struct Memory {
    /// Children that are wanted, and those that are not joined.
    pub(super) family: Family,
    /// Which attempt this is at what Act is to do.
    pub(super) attempt: u32,
    /// The evidence and the reason of a verification that failed, for Orient.
    failure: Option<(Option<String>, String)>,
    /// What the last plan foretells of its children.
    promises: Promises,
    /// What the last plan may touch.
    declared: Declared,
    attempts: Attempts,
    gates: Known,
    inputs: Places,
    outputs: Places,
}

impl Memory {
    pub(super) fn new(request: &LoopRequest) -> Self {
        Self {
            family: Family::new(request),
            attempt: 0,
            failure: None,
            promises: Promises::new(),
            declared: Declared::default(),
            attempts: Attempts::default(),
            gates: Known::default(),
            inputs: Places::default(),
            outputs: Places::default(),
        }
    }

    /// Takes that the loop enters a phase.
    pub(super) fn entering(&mut self, from: Phase, to: Phase, step: Step) {
        if to == Phase::Act {
            let is_retry = from == Phase::Act && step == Step::Repeat;
            self.attempt = if is_retry { self.attempt.saturating_add(1) } else { 1 };
            self.attempts.work();
        }
    }
}

impl Running<'_> {
    /// Does what belongs to the present phase, gates included, where it comes to its end.
    pub(super) fn phase_body(&mut self) -> Flow<PhaseResult> {
        let result = match self.state.phase {
            Phase::Observe => self.observe()?,
            Phase::Orient => self.orient()?,
            Phase::Decide => self.decide()?,
            Phase::Act => self.act()?,
            Phase::Verify => self.verify()?,
            // Lock is not gone through like the others.
            Phase::Lock => PhaseResult::Ok,
        };
        if matches!(result, PhaseResult::Ok | PhaseResult::SpawnChildren { .. }) {
            self.gates()?;
        }
        Ok(result)
    }
}

/// Says that an answer cannot be recorded, since nobody would accept the receipt that tells it.
fn invalid(message: impl Into<String>) -> Interrupt {
    AdapterError::refusing("ANSWER_INVALID", message).into()
}

/// Says that an answer has a number above 1000 where there are permille.
fn check_permille(what: &str, permille: u16) -> Flow<()> {
    if permille > 1000 {
        return Err(invalid(format!("{what} is {permille}, more than 1000 permille")));
    }
    Ok(())
}
