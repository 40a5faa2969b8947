//! Lock: the human, the gates, what came of the loop, and its last event.
//!
//! Lock is entered once. What must be retried here is asked again, and takes from the budget as a repetition
//! does.

use super::check_permille;
use crate::Digest;
use crate::compiler::adapters::RuntimeAdapters;
use crate::compiler::answer::AdapterError;
use crate::compiler::halt::End;
use crate::compiler::request::RunError;
use crate::compiler::run::{Flow, Interrupt, Running};
use crate::compiler::state::LoopState;
use crate::compiler::transition::PhaseResult;
use crate::policy::{Policy, rollup_children, violations};
use crate::receipt::{Body, Integrity, Outcome, Receipt, Roots};

impl Running<'_> {
    /// Ends the loop at the level that was wanted, or as a failure.
    pub(in crate::compiler) fn lock(&mut self) -> Result<End, RunError> {
        match self.lock_body() {
            Ok(()) => Ok(End { halted: None }),
            Err(Interrupt::Run(error)) => Err(error),
            Err(Interrupt::Halt(reason)) => self.fail(&reason),
            Err(Interrupt::Failed(error)) => {
                self.failed(&error)?;
                self.fail(&format!("{} ({})", error.message, error.code))
            }
            Err(Interrupt::Ended(failure)) => self.fail(&reason_of(failure.result)),
        }
    }

    fn lock_body(&mut self) -> Flow<()> {
        let estimate = self.in_lock(|adapters, state| adapters.estimate_override(state))?;
        check_permille(
            "the probability of an override",
            estimate.p_override_permille.unwrap_or(0),
        )?;
        self.ask_if_worth(&estimate)?;
        self.gates()?;
        // A gate may want a human too.
        self.ask_if_awaited(&estimate)?;
        let own = self.in_lock(|adapters, state| adapters.conclude(state))?;
        let status = rollup_children(own.status, &self.state.body.children);
        let outcome = Outcome { status, description: own.description };
        self.check_policy(&outcome)?;
        let fact = self.state.locked(self.request.lock_level, outcome);
        self.admit(&fact)?;
        self.end(&fact)
    }

    /// Asks an adapter in Lock, and again where that may help.
    pub(super) fn in_lock<T>(
        &mut self,
        mut ask: impl FnMut(&mut dyn RuntimeAdapters, &LoopState) -> Result<T, AdapterError>,
    ) -> Flow<T> {
        loop {
            let error = match ask(self.adapters, &self.state) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let retries = self.state.budgets.max_act_retries;
            match self.failed(&error)?.result {
                PhaseResult::NeedsRepeat { .. } if retries > 0 => {
                    self.state.budgets.max_act_retries = retries - 1;
                }
                PhaseResult::NeedsRepeat { reason, .. } => {
                    return Err(Interrupt::Halt(format!("no repetition is left: {reason}")));
                }
                result => return Err(Interrupt::Halt(reason_of(result))),
            }
        }
    }

    /// Halts what the policy would refuse, so that a receipt tells of it.
    fn check_policy(&self, outcome: &Outcome) -> Flow<()> {
        let mut body = self.state.body.clone();
        body.outcome.clone_from(outcome);
        match violations(self.policy, &unsealed(body, self.policy)).into_iter().next() {
            Some(violation) => Err(Interrupt::Halt(violation)),
            None => Ok(()),
        }
    }
}

/// Returns why a phase did not come to its end.
fn reason_of(result: PhaseResult) -> String {
    match result {
        PhaseResult::Halt { reason }
        | PhaseResult::NeedsBacktrack { reason, .. }
        | PhaseResult::NeedsRepeat { reason, .. }
        | PhaseResult::SpawnChildren { reason, .. } => reason,
        PhaseResult::Ok => String::new(),
    }
}

/// Returns a receipt whose hashes nobody asks for.
fn unsealed(body: Body, policy: &dyn Policy) -> Receipt {
    let roots = Roots {
        event_log_root: Digest::ZERO,
        artifacts_root: Digest::ZERO,
        evidence_root: Digest::ZERO,
        lens_root: Digest::ZERO,
        effects_root: Digest::ZERO,
        gates_root: Digest::ZERO,
        verification_root: Digest::ZERO,
        workgraph_root: Digest::ZERO,
    };
    let integrity = Integrity {
        cj_version: String::new(),
        proof_version: String::new(),
        fsm_version: String::new(),
        enf_version: String::new(),
        policy_id: policy.id().to_owned(),
        policy_hash: policy.hash(),
        receipt_hash: Digest::ZERO,
        proof_digest: Digest::ZERO,
        roots,
    };
    Receipt { body, integrity }
}
