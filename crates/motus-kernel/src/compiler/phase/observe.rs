//! Observe: signals are captured, and what the loop starts from is read.

use super::{check_permille, invalid};
use crate::compiler::answer::ObserveOut;
use crate::compiler::fact::Fact;
use crate::compiler::run::{Flow, Running};
use crate::compiler::transition::PhaseResult;

impl Running<'_> {
    pub(super) fn observe(&mut self) -> Flow<PhaseResult> {
        let ObserveOut { signals, signals_count, evidence, inputs } =
            self.adapters.observe_signals(&self.state)?;
        for signal in &signals {
            check_permille("the confidence of a signal", signal.confidence)?;
        }
        if let Some(count) = signals_count
            && (count as usize) < signals.len()
        {
            let named = signals.len();
            return Err(invalid(format!("there were {count} signals, and {named} are named")));
        }
        self.memory.inputs.check(&inputs)?;
        if !signals.is_empty() || signals_count.is_some() || evidence.is_some() {
            self.tell(&Fact::SignalsCaptured { evidence, signals_count, signals })?;
        }
        if !inputs.is_empty() {
            let fact = Fact::InputsRead { artifacts_in: inputs };
            self.tell(&fact)?;
            if let Fact::InputsRead { artifacts_in } = &fact {
                self.memory.inputs.take(artifacts_in);
            }
        }
        Ok(PhaseResult::Ok)
    }
}
