//! Gates: evaluated where a phase comes to its end, and all of them must pass.

use std::collections::{BTreeMap, BTreeSet};

use super::invalid;
use crate::compiler::answer::AdapterError;
use crate::compiler::fact::Fact;
use crate::compiler::run::{Failure, Flow, Interrupt, Running};
use crate::compiler::transition::PhaseResult;
use crate::names::Phase;
use crate::receipt::Gate;

/// The gates that Act and Verify had so far: what they said of the work, they did not say of that which came
/// after it.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<Phase, BTreeSet<String>>);

impl Known {
    /// Takes which gates were evaluated, and returns one that was evaluated before and now was not.
    fn take(&mut self, phase: Phase, evaluated: BTreeSet<String>) -> Option<String> {
        if !matches!(phase, Phase::Act | Phase::Verify) {
            return None;
        }
        let known = self.0.entry(phase).or_default();
        let left_out = known.iter().find(|gate| !evaluated.contains(*gate)).cloned();
        known.extend(evaluated);
        left_out
    }
}

impl Running<'_> {
    /// Evaluates the gates of the present phase; one that does not pass halts, whatever else went wrong.
    ///
    /// Where trying again may help, only the gates are asked again, not the phase before them: that takes from
    /// the budget as a repetition of the phase does.
    pub(super) fn gates(&mut self) -> Flow<()> {
        let mut failed = None;
        loop {
            let mut worst: Option<Failure> = None;
            for error in self.evaluate(&mut failed)? {
                let failure = self.failed(&error)?;
                worst = Some(match worst {
                    None => failure,
                    Some(worst) => worst.worse(failure),
                });
            }
            if let Some(failed) = failed {
                return halt(failed);
            }
            let Some(failure) = worst else { return Ok(()) };
            let retries = self.state.budgets.max_act_retries;
            match &failure.result {
                PhaseResult::NeedsRepeat { .. } if retries > 0 => {
                    self.state.budgets.max_act_retries = retries - 1;
                }
                PhaseResult::NeedsRepeat { reason, .. } => {
                    return halt(format!("no repetition is left: {reason}"));
                }
                _ => return Err(Interrupt::Ended(failure)),
            }
        }
    }

    /// Evaluates the gates once, and says why the loop must halt, if it must; returns what else went wrong.
    fn evaluate(&mut self, failed: &mut Option<String>) -> Flow<Vec<AdapterError>> {
        let phase = self.state.phase;
        let mut gates = match self.adapters.evaluate_gates(&self.state, phase) {
            Ok(gates) => gates,
            Err(error) => return Ok(vec![error]),
        };
        if let Some(other) = gates.iter().find(|gate| gate.phase != phase) {
            let (id, of, at) = (&other.gate_id, other.phase.as_str(), phase.as_str());
            return Err(invalid(format!("gate {id} is one of {of}, and was evaluated in {at}")));
        }
        let evaluated = gates.iter().map(|gate| gate.gate_id.clone()).collect();
        // What did not pass is told first: it is what must not be lost where there is no room for all.
        gates.sort_by_key(|gate| gate.passed);
        let mut failing = BTreeSet::new();
        let mut errors = Vec::new();
        for gate in gates {
            if gate.passed && failing.contains(&gate.gate_id) {
                // Told in two ways, it did not pass.
                continue;
            }
            if !gate.passed {
                failed.get_or_insert_with(|| format!("gate {} did not pass", gate.gate_id));
                failing.insert(gate.gate_id.clone());
            }
            match self.gate(gate) {
                Ok(error) => errors.extend(error),
                // Why a gate held the loop up is said rather than that not all of them could be told.
                Err(Interrupt::Halt(reason)) => {
                    failed.get_or_insert(reason);
                    break;
                }
                Err(interrupt) => return Err(interrupt),
            }
        }
        if errors.is_empty()
            && failed.is_none()
            && let Some(gate) = self.memory.gates.take(phase, evaluated)
        {
            let left_out =
                || format!("gate {gate} was not evaluated after the work was done again");
            *failed = Some(left_out());
        }
        Ok(errors)
    }

    /// Tells what a gate came to, and returns why that cannot be recorded, if it cannot.
    ///
    /// That a gate did not pass is told also where its evidence is not there.
    fn gate(&mut self, gate: Gate) -> Flow<Option<AdapterError>> {
        let bare = Gate { evidence: None, ..gate.clone() };
        let is_told_bare = !gate.passed && gate.evidence.is_some();
        match self.tell_gate(gate) {
            Ok(()) => Ok(None),
            Err(Interrupt::Failed(error)) => {
                if is_told_bare {
                    self.tell_gate(bare)?;
                }
                Ok(Some(error))
            }
            Err(interrupt) => Err(interrupt),
        }
    }

    fn tell_gate(&mut self, gate: Gate) -> Flow<()> {
        let fact = Fact::GateEvaluated { gate };
        // In Lock no event may tell it.
        if self.state.phase == Phase::Lock { self.note(&fact) } else { self.tell(&fact) }
    }
}

fn halt(reason: String) -> Flow<()> {
    Err(Interrupt::Halt(reason))
}
