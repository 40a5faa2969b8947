//! Failures of adapters: recorded, and what they make of a phase.

use super::{Flow, Interrupt, Running};
use crate::compiler::answer::AdapterError;
use crate::compiler::fact::Fact;
use crate::compiler::request::RunError;
use crate::compiler::transition::PhaseResult;
use crate::names::Phase;

/// How a phase ends in which an adapter failed.
#[derive(Debug)]
pub(in crate::compiler) struct Failure {
    pub(in crate::compiler) result: PhaseResult,
    pub(super) retry: Retry,
}

/// When an adapter that failed tries again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    pub(super) after_ms: Option<u64>,
}

impl Failure {
    /// Returns a failure that is no adapter's, and is recorded.
    pub(in crate::compiler) fn of(result: PhaseResult) -> Self {
        Self { result, retry: Retry { after_ms: None } }
    }

    /// Returns the one that leaves less hope, the first where both leave the same.
    pub(in crate::compiler) fn worse(self, other: Self) -> Self {
        if other.result.hope() < self.result.hope() { other } else { self }
    }
}

impl Running<'_> {
    /// Records that an adapter failed, and returns how the phase ends by that.
    ///
    /// Evidence of a failure that is not there is left out and told as another failure, behind it: where only one
    /// can be told it is the first. The worse one decides.
    pub(in crate::compiler) fn failed(
        &mut self,
        error: &AdapterError,
    ) -> Result<Failure, RunError> {
        let taken = error.evidence.as_deref().map_or(Ok(()), |path| self.take_evidence(path));
        let Err(interrupt) = taken else { return self.failed_plainly(error) };
        let first = self.failed_plainly(&AdapterError { evidence: None, ..error.clone() })?;
        let second = match interrupt {
            Interrupt::Failed(lacking) => {
                self.failed_plainly(&AdapterError { evidence: None, ..lacking })?
            }
            interrupt => self.ended(Err(interrupt), error)?,
        };
        Ok(first.worse(second))
    }

    fn failed_plainly(&mut self, error: &AdapterError) -> Result<Failure, RunError> {
        let fact = Fact::ActError { error: error.record(self.state.phase) };
        // In Lock no event may tell it.
        let is_locking = self.state.phase == Phase::Lock;
        let told = if is_locking { self.note(&fact) } else { self.tell(&fact) };
        self.ended(told, error)
    }

    /// Returns how the phase ends by an error that was told, or could not be.
    fn ended(&self, told: Flow<()>, error: &AdapterError) -> Result<Failure, RunError> {
        let result = match told {
            Ok(()) => PhaseResult::of_answer(self.state.phase, error),
            Err(Interrupt::Run(error)) => return Err(error),
            Err(Interrupt::Halt(reason)) => PhaseResult::Halt { reason },
            Err(Interrupt::Failed(error)) => PhaseResult::Halt { reason: error.message },
            Err(Interrupt::Ended(failure)) => failure.result,
        };
        Ok(Failure { result, retry: Retry { after_ms: error.retry_after_ms } })
    }
}
