//! Gates: evaluated where a phase comes to its end, and all of them must pass.

use std::collections::{BTreeMap, BTreeSet};

use super::invalid;
use crate::compiler::fact::Fact;
use crate::compiler::run::{Flow, Interrupt, Running};
use crate::compiler::transition::PhaseResult;
use crate::names::Phase;

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
    /// Evaluates the gates of the present phase; one that does not pass halts.
    ///
    /// Where trying again may help, only the gates are asked again, not the phase before them: that takes from
    /// the budget as a repetition of the phase does.
    pub(super) fn gates(&mut self) -> Flow<()> {
        let mut failed = None;
        loop {
            let error = match self.evaluate(&mut failed) {
                Err(Interrupt::Failed(error)) => error,
                other => return other.and_then(|()| failed.map_or(Ok(()), halt)),
            };
            let failure = self.failed(&error)?;
            if let Some(failed) = failed {
                return halt(failed);
            }
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

    /// Evaluates the gates once, and says why the loop must halt, if it must.
    fn evaluate(&mut self, failed: &mut Option<String>) -> Flow<()> {
        let phase = self.state.phase;
        let gates = self.adapters.evaluate_gates(&self.state, phase)?;
        if let Some(other) = gates.iter().find(|gate| gate.phase != phase) {
            let (id, of, at) = (&other.gate_id, other.phase.as_str(), phase.as_str());
            return Err(invalid(format!("gate {id} is one of {of}, and was evaluated in {at}")));
        }
        let evaluated = gates.iter().map(|gate| gate.gate_id.clone()).collect();
        for gate in gates {
            if !gate.passed && failed.is_none() {
                *failed = Some(format!("gate {} did not pass", gate.gate_id));
            }
            let fact = Fact::GateEvaluated { gate };
            // In Lock no event may tell it.
            if phase == Phase::Lock { self.note(&fact)? } else { self.tell(&fact)? }
        }
        if let Some(gate) = self.memory.gates.take(phase, evaluated) {
            let left_out =
                || format!("gate {gate} was not evaluated after the work was done again");
            failed.get_or_insert_with(left_out);
        }
        Ok(())
    }
}

fn halt(reason: String) -> Flow<()> {
    Err(Interrupt::Halt(reason))
}
