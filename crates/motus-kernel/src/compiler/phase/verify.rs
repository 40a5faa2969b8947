//! Verify: the checks that are required are run, and decide whether the loop goes on or back.

use std::collections::BTreeSet;

use super::checks::Named;
use crate::compiler::answer::{AdapterError, VerificationOut};
use crate::compiler::fact::{Fact, OnFail, Step};
use crate::compiler::run::{Failure, Flow, Interrupt, Running};
use crate::compiler::transition::{PhaseResult, Transition, next_transition};
use crate::names::{ErrorClass, Phase};
use crate::receipt::Check;
use crate::verify::{LONGEST_MESSAGE, shortened};

/// The results that can be told.
struct Told {
    named: Named,
    results: Vec<Check>,
    /// Why others cannot, or not with their evidence.
    lost: Vec<AdapterError>,
}

/// The fact of which room is made: where a failure leads is known once the results are taken.
fn run(results: &[Check]) -> Fact {
    let passed = results.iter().all(|result| result.passed);
    Fact::VerificationRun { passed, results: results.to_vec(), on_fail: None }
}

impl Running<'_> {
    pub(super) fn verify(&mut self) -> Flow<PhaseResult> {
        let required = self.checks_required();
        let level = self.state.body.verification_level;
        let VerificationOut { mut results, class, reason } =
            self.adapters.run_verification(&self.state, level, &required)?;
        let named = self.memory.attempts.name(&mut results)?;
        let Told { named, results, mut lost } = self.results(named, results)?;
        self.memory.attempts.take(&named, &results);
        let failed = results.iter().find(|result| !result.passed).cloned();
        let own = self.result(&required, failed.as_ref(), class, reason);
        let result = lost
            .iter()
            .fold(own, |worst, error| worst.worse(PhaseResult::of_answer(Phase::Verify, error)));
        let leads_to = self.on_fail(&result);
        let on_fail = leads_to.clone();
        let fact = Fact::VerificationRun { passed: failed.is_none(), results, on_fail };
        match self.tell_admitted(&fact) {
            // What was lost is recorded beside it.
            Err(Interrupt::Failed(error)) if !lost.is_empty() => lost.push(error),
            told => told?,
        }
        let leads_back =
            leads_to.as_ref().filter(|on_fail| on_fail.to_phase == Some(Phase::Orient));
        let evidence = failed.and_then(|result| result.evidence);
        self.memory.failure = leads_back.map(|on_fail| (evidence, on_fail.reason.clone()));
        if lost.is_empty() {
            return Ok(result);
        }
        // What was told as the end is the end.
        let told = match leads_to {
            Some(OnFail { step: Step::Halt, reason, .. }) => PhaseResult::Halt { reason },
            _ => result,
        };
        Err(Interrupt::Ended(self.worst(Failure::of(told), &lost)?))
    }

    /// Makes room for results, and returns those that can be told.
    ///
    /// What cannot be told has not been found out, but for what failed: that is told without its evidence where
    /// this is not there.
    fn results(&mut self, named: Named, results: Vec<Check>) -> Flow<Told> {
        if results.iter().all(|result| result.passed) {
            self.admit(&run(&results))?;
            return Ok(Told { named, results, lost: Vec::new() });
        }
        let mut told = Told { named: Named::new(), results: Vec::new(), lost: Vec::new() };
        let mut missing = BTreeSet::new();
        for (name, mut result) in named.into_iter().zip(results) {
            if let Some(path) = &result.evidence
                && !self.is_there(path, &mut missing, &mut told.lost)?
            {
                if result.passed {
                    continue;
                }
                result.evidence = None;
            }
            told.named.push(name);
            told.results.push(result);
        }
        match self.admit(&run(&told.results)) {
            Ok(()) => return Ok(told),
            Err(Interrupt::Failed(error)) => told.lost.push(error),
            Err(interrupt) => return Err(interrupt),
        }
        // All of it is too much.
        let both = told.named.into_iter().zip(told.results);
        (told.named, told.results) = both.filter(|(_, result)| !result.passed).unzip();
        for result in &mut told.results {
            result.evidence = None;
        }
        match self.admit(&run(&told.results)) {
            Ok(()) => Ok(told),
            Err(Interrupt::Failed(error)) => {
                let first = self.failed(&error)?;
                Err(Interrupt::Ended(self.worst(first, &told.lost)?))
            }
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Asks for evidence once, and tells whether it is there; why it is not is one of what was lost.
    fn is_there(
        &mut self,
        path: &str,
        missing: &mut BTreeSet<String>,
        lost: &mut Vec<AdapterError>,
    ) -> Flow<bool> {
        if missing.contains(path) {
            return Ok(false);
        }
        match self.take_evidence(path) {
            Ok(()) => Ok(true),
            Err(Interrupt::Failed(error)) => {
                lost.push(error);
                missing.insert(path.to_owned());
                Ok(false)
            }
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Records errors, and returns the failure that leaves least hope.
    fn worst(&mut self, first: Failure, errors: &[AdapterError]) -> Flow<Failure> {
        let mut worst = first;
        for error in errors {
            worst = worst.worse(self.failed(error)?);
        }
        Ok(worst)
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
