//! Verify: the checks that are required are run, and decide whether the loop goes on or back.

use std::collections::BTreeSet;

use crate::compiler::answer::VerificationOut;
use crate::compiler::fact::{Fact, OnFail, Step};
use crate::compiler::run::{Flow, Running};
use crate::compiler::transition::{PhaseResult, Transition, next_transition};
use crate::names::{ErrorClass, Phase};
use crate::receipt::Check;
use crate::verify::{LONGEST_MESSAGE, shortened};

impl Running<'_> {
    pub(super) fn verify(&mut self) -> Flow<PhaseResult> {
        let required = self.checks_required();
        let level = self.state.body.verification_level;
        let VerificationOut { mut results, class, reason } =
            self.adapters.run_verification(&self.state, level, &required)?;
        let named = self.memory.attempts.name(&mut results)?;
        let failed = results.iter().find(|result| !result.passed).cloned();
        let mut fact = Fact::VerificationRun { passed: failed.is_none(), results, on_fail: None };
        // What cannot be told has not been found out.
        self.admit(&fact)?;
        if let Fact::VerificationRun { results, .. } = &fact {
            self.memory.attempts.take(&named, results);
        }
        let result = self.result(&required, failed.as_ref(), class, reason);
        let leads_to = self.on_fail(&result);
        if let Fact::VerificationRun { on_fail, .. } = &mut fact {
            on_fail.clone_from(&leads_to);
        }
        self.tell_admitted(&fact)?;
        let evidence = failed.and_then(|result| result.evidence);
        let leads_back = leads_to.filter(|on_fail| on_fail.to_phase == Some(Phase::Orient));
        self.memory.failure = leads_back.map(|on_fail| (evidence, on_fail.reason));
        Ok(result)
    }

    /// Returns how the phase ends, by a result that did not pass, a check that lacks one, or one that failed
    /// before and was left out: no plan and no silence makes a failure undone.
    fn result(
        &self,
        required: &[String],
        failed: Option<&Check>,
        class: Option<ErrorClass>,
        reason: Option<String>,
    ) -> PhaseResult {
        let why = failed.map(|result| format!("check {} did not pass", result.check_id));
        let attempts = &self.memory.attempts;
        let lack = || required.iter().find_map(|check| attempts.lack(check));
        let why = why.or_else(lack).or_else(|| attempts.still_failing());
        let Some(why) = why else { return PhaseResult::Ok };
        let reason = shortened(&reason.unwrap_or(why), LONGEST_MESSAGE).into_owned();
        PhaseResult::of_failed_verification(class, reason)
    }

    /// Returns the checks that must pass, the plan's before the policy's, each once.
    fn checks_required(&self) -> Vec<String> {
        let body = &self.state.body;
        let mut seen = BTreeSet::new();
        let both = body.checks_required.iter().chain(self.policy.checks_required(body.lock_level));
        both.filter(|check| seen.insert(check.as_str())).cloned().collect()
    }

    /// Returns where a failed verification leads.
    fn on_fail(&self, result: &PhaseResult) -> Option<OnFail> {
        if *result == PhaseResult::Ok {
            return None;
        }
        let (step, to_phase, reason) =
            match next_transition(&self.state, Phase::Verify, result, self.policy) {
                Transition::Backtrack { to, reason } => (Step::Backtrack, Some(to), reason),
                Transition::Repeat { phase, reason } => (Step::Repeat, Some(phase), reason),
                Transition::Halt { reason } => (Step::Halt, None, reason),
                Transition::Next { .. } | Transition::Spawn { .. } | Transition::Complete => {
                    return None;
                }
            };
        Some(OnFail { step, to_phase, reason })
    }
}
