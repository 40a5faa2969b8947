//! The human: asked in Lock where the policy, a gate or the numbers want it.
//!
//! A question is told before it is put. Where nobody answers, or nobody who may, the receipt shows what was asked
//! and that no decision came of it: such a loop fails.

use crate::compiler::answer::{AdapterError, HitlAnswer, OverrideEstimate};
use crate::compiler::fact::Fact;
use crate::compiler::run::{Flow, Interrupt, Running};
use crate::hitl::hitl_evi_ms;
use crate::names::HitlKind;
use crate::policy::{awaits_a_human, is_a_human};
use crate::receipt::HitlRecord;

impl Running<'_> {
    /// Asks a human where the policy or the adapter's estimate wants it.
    pub(super) fn ask_if_worth(&mut self, estimate: &OverrideEstimate) -> Flow<()> {
        let known = estimate.p_override_permille;
        let is_worth = hitl_evi_ms(&self.state.body, known, self.policy).required;
        if is_worth || awaits_a_human(self.policy, &self.state.body) {
            self.ask(estimate)?;
        }
        Ok(())
    }

    /// Asks a human where the receipt, as it is, would not be accepted without an answer.
    pub(super) fn ask_if_awaited(&mut self, estimate: &OverrideEstimate) -> Flow<()> {
        if awaits_a_human(self.policy, &self.state.body) {
            self.ask(estimate)?;
        }
        Ok(())
    }

    /// Asks, and tells question and answer; goes on when a human approves.
    fn ask(&mut self, estimate: &OverrideEstimate) -> Flow<()> {
        // The question and the answer.
        self.afford(2)?;
        let prompt = self.question(estimate)?;
        let answer = self.in_lock(|adapters, _| adapters.request_hitl_decision(&prompt))?;
        match answer {
            HitlAnswer::TimedOut => {
                self.tell(&Fact::HitlTimeout)?;
                Err(Interrupt::Halt("no human decided in time".to_owned()))
            }
            HitlAnswer::Decided { approver, .. } if !is_a_human(&approver) => {
                let message =
                    format!("{:?} is no human with a name, and decides nothing", approver.name);
                Err(AdapterError::refusing("HITL_NOT_HUMAN", message).into())
            }
            HitlAnswer::Decided { approved, approver, note } => self.decided(HitlRecord {
                approved: Some(approved),
                approver: Some(approver),
                note,
                ..empty(HitlKind::Decision, String::new())
            }),
        }
    }

    /// Tells the question, at the time that it bears, and returns it.
    fn question(&mut self, estimate: &OverrideEstimate) -> Flow<HitlRecord> {
        let stamp = self.stamp()?;
        let mut prompt = self.prompt(estimate);
        prompt.ts_utc.clone_from(&stamp.ts_utc);
        let question = Fact::HitlPrompt { record: prompt.clone() };
        self.admit_line(&question)?;
        self.write(stamp, &question)?;
        self.state.apply(self.state.phase, &question);
        Ok(prompt)
    }

    /// Tells what was decided, which is told now.
    fn decided(&mut self, mut record: HitlRecord) -> Flow<()> {
        let stamp = self.stamp()?;
        record.ts_utc.clone_from(&stamp.ts_utc);
        let decision = Fact::HitlDecision { record: record.clone() };
        self.admit_line(&decision)?;
        self.write(stamp, &decision)?;
        self.state.apply(self.state.phase, &decision);
        if record.approved == Some(true) {
            return Ok(());
        }
        let name = record.approver.map(|approver| approver.name).unwrap_or_default();
        Err(Interrupt::Halt(format!("{name} did not approve")))
    }

    /// Returns the question, with what asking it is worth.
    fn prompt(&self, estimate: &OverrideEstimate) -> HitlRecord {
        let worth = hitl_evi_ms(&self.state.body, estimate.p_override_permille, self.policy);
        let mut prompt = empty(HitlKind::Prompt, String::new());
        prompt.required = Some(true);
        prompt.reason.clone_from(&estimate.reason);
        prompt.p_override_permille = Some(worth.p_override_permille);
        prompt.loss_ms = Some(worth.loss_ms);
        prompt.cost_ms = Some(worth.cost_ms);
        prompt.evi_ms = worth.evi_ms;
        prompt
    }
}

fn empty(kind: HitlKind, ts_utc: String) -> HitlRecord {
    HitlRecord {
        kind,
        ts_utc,
        required: None,
        reason: None,
        p_override_permille: None,
        loss_ms: None,
        cost_ms: None,
        evi_ms: None,
        approved: None,
        approver: None,
        note: None,
    }
}
