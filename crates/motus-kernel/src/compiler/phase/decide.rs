//! Decide: a plan is chosen, what it may touch is declared, and the checks are named that must pass.

use motus_json::{Object, Value};

use super::{check_permille, checks, invalid, opaque};
use crate::compiler::answer::{AdapterError, DecideOut};
use crate::compiler::fact::Fact;
use crate::compiler::run::{Flow, Interrupt, Running};
use crate::compiler::transition::PhaseResult;
use crate::effect::{CanonicalEffect, Effect, SelectorError, compress, normalize, uncovered};

/// How effects were compressed.
const ALGORITHM: &str = "TrieMerge-v0.1";

impl Running<'_> {
    pub(super) fn decide(&mut self) -> Flow<PhaseResult> {
        let mut answer = self.adapters.decide(&self.state)?;
        check(&answer)?;
        let promises = self.promises(&answer)?;
        let declared = self.declare(&answer.effects)?;
        let (mode, children) = (answer.spawn_mode, std::mem::take(&mut answer.children));
        let plan = answer.plan.clone();
        for fact in facts(answer, &declared, self.request.enf_k) {
            self.tell(&fact)?;
        }
        self.memory.declared = declared;
        self.memory.promises = promises;
        // Children of an earlier plan that were not spawned are none of this one.
        self.memory.family.want_none();
        if children.is_empty() {
            return Ok(PhaseResult::Ok);
        }
        let reason = format!("plan {plan} has {} children", children.len());
        Ok(PhaseResult::SpawnChildren { mode, children, reason })
    }

    /// Returns what the plan may touch, and what was touched already: the receipt tells both.
    ///
    /// A plan that is chosen again may touch the same again: all that was touched since is inside of it.
    fn declare(&self, planned: &[Effect]) -> Flow<Declared> {
        let refuse = |error: SelectorError| invalid(format!("the plan's effects: {error}"));
        let planned = normalize(planned).map_err(refuse)?;
        let last = &self.memory.declared;
        if last.planned.as_ref() == Some(&planned) {
            return Ok(last.clone());
        }
        let mut wanted = planned.clone();
        let touched = normalize(&self.state.body.effects.executed_raw).map_err(refuse)?;
        let before = uncovered(&wanted, &touched).into_iter().cloned().collect::<Vec<_>>();
        if !before.is_empty() {
            wanted.extend(before);
            wanted.sort();
        }
        let most = self.policy.most_effects(self.request.enf_k);
        let planned = Some(planned);
        if wanted.len() as u64 <= u64::from(most) {
            return Ok(Declared { planned, effects: wanted, compression: None });
        }
        let compressed = compress(&wanted, most);
        let (input, output) = (wanted.len(), compressed.effects.len());
        if !compressed.fits {
            let message =
                format!("{input} effects can be declared as {output} at best, not as {most}");
            return Err(out_of_bounds(message));
        }
        if compressed.widened_to_root {
            let message =
                format!("{input} effects can be declared as {most} only with a whole root");
            return Err(out_of_bounds(message));
        }
        let compression = Object::from([
            ("algorithm", Value::from(ALGORITHM)),
            ("input_count", input.into()),
            ("output_count", output.into()),
        ]);
        Ok(Declared { planned, effects: compressed.effects, compression: Some(compression.into()) })
    }
}

/// What may be touched.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// What the plan wanted to touch; `None` before there is one.
    planned: Option<Vec<CanonicalEffect>>,
    /// What is declared.
    pub(super) effects: Vec<CanonicalEffect>,
    compression: Option<Value>,
}

/// What a plan tells, in its order.
fn facts(answer: DecideOut, declared: &Declared, enf_k: u32) -> Vec<Fact> {
    let suggestions = answer.suggestions.into_iter();
    let mut facts: Vec<Fact> =
        suggestions.map(|suggestion| Fact::StrategySuggested { suggestion }).collect();
    facts.extend(answer.strategy_used.map(|used| Fact::StrategyApplied { used }));
    let decisions = answer.decisions.into_iter();
    facts.extend(decisions.map(|decision| Fact::DecisionRecorded { decision }));
    facts.push(Fact::PlanChosen {
        plan: answer.plan,
        effects_declared: declared.effects.iter().cloned().map(Effect::from).collect(),
        enf_k,
        compression: declared.compression.clone(),
        details: answer.details,
    });
    facts.push(Fact::VerificationSpecified {
        level: answer.verification_level,
        checks_required: answer.checks_required,
    });
    facts
}

fn check(answer: &DecideOut) -> Flow<()> {
    for suggestion in &answer.suggestions {
        check_permille("the match of a strategy", suggestion.match_permille)?;
    }
    opaque::check("the details of a plan", &answer.details, &opaque::MEMBERS_OF_A_PLAN)?;
    if let Some(used) = &answer.strategy_used {
        opaque::check("the strategy that was used", used, &[])?;
    }
    answer.checks_required.iter().try_for_each(|check| checks::check_required(check))
}

pub(super) fn out_of_bounds(message: String) -> Interrupt {
    AdapterError::refusing("EFFECT_BOUNDS_VIOLATION", message).into()
}
