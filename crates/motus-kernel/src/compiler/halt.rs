//! Halt: a loop that cannot go on walks to Lock without work, and leaves a receipt that tells why.
//!
//! The receipt is one of a draft that failed. It verifies like every other: each phase on the way is entered
//! and told as skipped. Nobody is asked any more: what failed asks for no approval.

use super::fact::{Fact, Step};
use super::request::RunError;
use super::run::{Flow, Interrupt, Running};
use super::transition::later;
use crate::names::{LockLevel, OutcomeStatus, Phase};
use crate::receipt::Outcome;
use crate::verify::{LONGEST_MESSAGE, shortened};

/// How a loop ended.
#[derive(Debug)]
pub(super) struct End {
    /// Why it was halted; `None` when it came to its end.
    pub(super) halted: Option<String>,
}

impl Running<'_> {
    /// Walks from the present phase to Lock and ends as a failure.
    pub(super) fn halt(&mut self, reason: &str) -> Result<End, RunError> {
        let reason = shortened(reason, LONGEST_MESSAGE).into_owned();
        told(self.walk(&reason))?;
        self.fail(&reason)
    }

    fn walk(&mut self, reason: &str) -> Flow<()> {
        self.tell_entries()?;
        for phase in later(self.state.phase) {
            if *phase != Phase::Lock {
                self.skip(*phase, reason)?;
            }
        }
        self.state.apply(Phase::Lock, &Fact::PhaseEntered { step: Step::Halt, reason: None });
        Ok(())
    }

    /// Ends as a failure, in Lock.
    pub(super) fn fail(&mut self, reason: &str) -> Result<End, RunError> {
        let reason = shortened(reason, LONGEST_MESSAGE).into_owned();
        let outcome = Outcome { status: OutcomeStatus::Failed, description: reason.clone() };
        let fact = self.state.locked(LockLevel::Draft, outcome);
        told(self.end(&fact))?;
        Ok(End { halted: Some(reason) })
    }
}

/// What tells a halt is short, and room and events were kept for it: what stands in its way is the run's error.
fn told(flow: Flow<()>) -> Result<(), RunError> {
    flow.map_err(|interrupt| match interrupt {
        Interrupt::Run(error) => error,
        Interrupt::Halt(reason) => RunError::Request(reason),
        Interrupt::Failed(error) => RunError::Unrecordable(error),
        Interrupt::Ended(_) => RunError::Request("the halt cannot be told".to_owned()),
    })
}
