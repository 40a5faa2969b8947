//! The runner: phase after phase until the loop has locked.

mod evidence;
mod failure;
mod record;
mod room;

use super::adapters::RuntimeAdapters;
use super::answer::AdapterError;
use super::fact::{Fact, Step};
use super::halt::End;
use super::phase::Memory;
use super::profile::RecordingProfile;
use super::request::{LoopRequest, RunError};
use super::seal::{SealedLoop, seal};
use super::state::LoopState;
use super::transition::{PhaseResult, Transition, next_transition};
use crate::names::Phase;
use crate::policy::Policy;
pub(super) use failure::Failure;
use failure::Retry;
use record::Record;

/// Runs a loop to its end and returns its bundle, under the name that the adapters gave it.
///
/// A loop that fails is no error: its receipt tells the failure and verifies like any other.
/// Errors: a request that cannot be, and what stands in the way of recording anything at all.
/// Determinism: equal answers give equal bytes. Cost: linear in what the answers hold.
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 6.
pub fn run_fsm(
    request: &LoopRequest,
    policy: &dyn Policy,
    profile: &RecordingProfile,
    adapters: &mut dyn RuntimeAdapters,
) -> Result<(SealedLoop, String), RunError> {
    let mut running = Running::begin(request, policy, profile, adapters)?;
    let end = running.all_phases()?;
    let (body, events, evidence) = running.recorded()?;
    let sealed = seal(body, events, evidence, policy, end.halted)?;
    let name = adapters.persist_bundle(&sealed).map_err(RunError::Persist)?;
    Ok((sealed, name))
}

/// A loop on its way.
pub(super) struct Running<'r> {
    pub(super) request: &'r LoopRequest,
    pub(super) policy: &'r dyn Policy,
    pub(super) adapters: &'r mut dyn RuntimeAdapters,
    pub(super) state: LoopState,
    pub(super) memory: Memory,
    record: Record<'r>,
}

/// What ends a phase, or the whole run, before its end.
#[derive(Debug)]
pub(super) enum Interrupt {
    /// Nothing can be recorded any more.
    Run(RunError),
    /// The loop is halted.
    Halt(String),
    /// An adapter has no answer, or one that cannot be recorded; nothing is recorded of that yet.
    Failed(AdapterError),
    /// Adapters failed, and that is recorded.
    Ended(Failure),
}

/// What a step gives that may be interrupted.
pub(super) type Flow<T> = Result<T, Interrupt>;

impl From<RunError> for Interrupt {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<AdapterError> for Interrupt {
    fn from(error: AdapterError) -> Self {
        Self::Failed(error)
    }
}

impl Running<'_> {
    /// Goes through the phases to the end.
    fn all_phases(&mut self) -> Result<End, RunError> {
        while self.state.phase != Phase::Lock {
            let (result, retry) = self.phase()?;
            let phase = self.state.phase;
            let transition = next_transition(&self.state, phase, &result, self.policy);
            match self.follow(transition, retry) {
                Ok(()) => {}
                Err(Interrupt::Run(error)) => return Err(error),
                Err(Interrupt::Halt(reason)) => return self.halt(&reason),
                Err(Interrupt::Failed(error)) => return self.halt(&error.message),
                Err(Interrupt::Ended(_)) => return self.halt("a phase could not be entered"),
            }
        }
        self.lock()
    }

    /// Does what belongs to the present phase, and says how it ended and whether by a failure.
    fn phase(&mut self) -> Result<(PhaseResult, Option<Retry>), RunError> {
        let failure = match self.phase_body() {
            Ok(result) => return Ok((result, None)),
            Err(Interrupt::Halt(reason)) => return Ok((PhaseResult::Halt { reason }, None)),
            Err(Interrupt::Run(error)) => return Err(error),
            Err(Interrupt::Failed(error)) => self.failed(&error)?,
            Err(Interrupt::Ended(failure)) => failure,
        };
        Ok((failure.result, Some(failure.retry)))
    }

    /// Goes where a transition leads; `retry` is there when an adapter failed.
    fn follow(&mut self, transition: Transition, retry: Option<Retry>) -> Flow<()> {
        match transition {
            Transition::Next { to } => self.enter(to, Step::Next, None),
            Transition::Spawn { mode, children, reason } => {
                self.memory.family.want(mode, children);
                self.enter(Phase::Act, Step::Spawn, Some(reason))
            }
            Transition::Backtrack { to, reason } => self.enter(to, Step::Backtrack, Some(reason)),
            Transition::Repeat { phase, reason } => {
                if let (Some(Retry { after_ms }), Phase::Act) = (retry, self.state.phase) {
                    let attempt = self.memory.attempt.saturating_add(1);
                    self.tell(&Fact::RetryScheduled { attempt, after_ms })?;
                }
                self.enter(phase, Step::Repeat, Some(reason))
            }
            Transition::Halt { reason } => Err(Interrupt::Halt(reason)),
            // Only Lock completes, and it is not left this way.
            Transition::Complete => Ok(()),
        }
    }
}
