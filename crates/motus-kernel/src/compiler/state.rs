//! The state of a loop: a fold over its facts.

mod places;

use std::collections::BTreeSet;

use motus_json::Value;

use super::fact::{Fact, Step, write_suggestion};
use super::request::{LoopBudgets, LoopRequest};
use crate::Uuid;
use crate::effect::Effect;
use crate::names::{LockLevel, OutcomeStatus, Phase, VerificationLevel};
use crate::receipt::{
    Artifact, Body, Check, Child, ENF_VERSION, EffectSet, ErrorRecord, Gate, Lens, LensQuality,
    Outcome, RECEIPT_VERSION, Strategies,
};
use places::Places;

/// What is known of a loop so far.
///
/// Source: MOTUS-SPEC-V0.1 §1.2.1. A receipt without its integrity block is one state, after the last fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopState {
    /// The receipt so far; lists that must be sorted are sorted at the end.
    pub body: Body,
    /// The phase that the loop is in.
    pub phase: Phase,
    /// What is left of the budgets: ways back and repetitions are taken off as phases are entered, events are
    /// counted by whoever writes them.
    pub budgets: LoopBudgets,
    known: Known,
}

/// Where the entries of lists are in which the last word counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Known {
    inputs: Places<String>,
    outputs: Places<String>,
    suggestions: Places<String>,
    checks: Places<String>,
    gates: Places<(Phase, String)>,
    children: Places<Uuid>,
    observed: BTreeSet<Effect>,
    /// Where a strategy was told and its plan is not chosen yet: the strategy before it.
    before_plan: Option<UsedBefore>,
}

/// The strategy of the plan before, if it used one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UsedBefore(Option<Value>);

/// What the quality of a lens is of which nothing is told.
pub(super) const NO_QUALITY: LensQuality =
    LensQuality { coverage: 0, freshness: 0, conflict: 0, provenance: 0, aggregate: 0 };

impl LoopState {
    /// Begins a loop in Observe.
    ///
    /// Shape: until something else is told, the outcome is `failed`, the lens is called `none` and has nothing
    /// in it, and no check is required. The first fact is [`Fact::intent_set`] of the same request.
    pub fn new(request: &LoopRequest, now_utc: &str) -> Self {
        Self {
            body: empty_body(request, now_utc),
            phase: Phase::Observe,
            budgets: request.budgets,
            known: Known::default(),
        }
    }

    /// Takes what happened next, in the phase where it happened.
    ///
    /// A fact in another phase than the current one enters that phase. [`Fact::PhaseEntered`] enters the
    /// current one once more, but for Lock, which is entered once, and takes a repetition or a way back off the
    /// budgets. Of two entries with one key (path, check, gate in its phase, child, strategy) the later one
    /// counts, in the place of the earlier one. A plan that uses no strategy has none of the plan before it, and
    /// where Decide ends without a plan the strategy is that of the plan before.
    pub fn apply(&mut self, phase: Phase, fact: &Fact) {
        match fact {
            Fact::PhaseEntered { step, .. } => self.enter_once_more(phase, *step),
            Fact::PhaseSkipped { .. } => {
                self.leave_plan();
                self.enter(phase);
            }
            _ => self.enter(phase),
        }
        self.take(fact);
    }

    /// Returns the last fact of the loop, with what happened in Lock and no event before may tell.
    pub fn locked(&self, lock_level: LockLevel, outcome: Outcome) -> Fact {
        let gates = self.body.gates.iter().filter(|gate| gate.phase == Phase::Lock);
        let errors = self.body.errors.iter().filter(|error| error.phase == Phase::Lock);
        let (gates, errors) = (gates.cloned().collect(), errors.cloned().collect());
        Fact::Locked { lock_level, outcome, gates, errors }
    }

    /// Returns the receipt without its integrity block, with every list in its order.
    pub fn into_body(self) -> Body {
        let mut body = self.body;
        for artifacts in [&mut body.inputs, &mut body.outputs] {
            artifacts
                .sort_by(|left, right| (&left.path, left.sha256).cmp(&(&right.path, right.sha256)));
        }
        body.lens.items.sort_by(|left, right| {
            (&left.kind, &left.uri, left.sha256).cmp(&(&right.kind, &right.uri, right.sha256))
        });
        body.effects.declared.sort();
        body.effects.executed_raw.sort();
        body.children.sort_by_key(|child| child.spawn_index);
        body
    }

    /// Enters a phase, unless the loop is in it.
    pub(crate) fn enter(&mut self, phase: Phase) {
        if phase != self.phase {
            self.body.phase_sequence.push(phase);
            self.phase = phase;
        }
    }

    /// Takes that no plan is chosen any more to which the strategy belongs that was told last.
    ///
    /// A log need not tell plans: where the loop went on to Act, there was one.
    fn leave_plan(&mut self) {
        if let Some(UsedBefore(before)) = self.known.before_plan.take()
            && self.phase == Phase::Decide
        {
            self.body.strategies.used = before;
        }
    }

    fn enter_once_more(&mut self, phase: Phase, step: Step) {
        if matches!(step, Step::Backtrack | Step::Repeat) {
            self.leave_plan();
        }
        let is_waiting = phase == Phase::Lock && self.phase == Phase::Lock;
        if !is_waiting {
            self.body.phase_sequence.push(phase);
            self.phase = phase;
        }
        let budgets = &mut self.budgets;
        match step {
            Step::Backtrack => budgets.max_backtracks = budgets.max_backtracks.saturating_sub(1),
            Step::Repeat => budgets.max_act_retries = budgets.max_act_retries.saturating_sub(1),
            Step::Next | Step::Spawn | Step::Halt => {}
        }
    }

    fn take(&mut self, fact: &Fact) {
        let (body, known) = (&mut self.body, &mut self.known);
        match fact {
            Fact::IntentSet { intent, actor, parent_loop_id, enf_k } => {
                body.intent.clone_from(intent);
                body.actor.clone_from(actor);
                body.parent_loop_id = *parent_loop_id;
                body.effects.k = *enf_k;
            }
            Fact::InputsRead { artifacts_in } => {
                put_artifacts(&mut known.inputs, &mut body.inputs, artifacts_in);
            }
            Fact::LensAssembled { lens } => body.lens.clone_from(lens),
            Fact::StrategySuggested { suggestion } => {
                let key = suggestion.strategy_id.clone();
                let entry = Value::from(write_suggestion(suggestion));
                known.suggestions.put(&mut body.strategies.suggestions, key, entry);
            }
            Fact::StrategyApplied { used } => {
                let before = body.strategies.used.replace(used.clone().into());
                known.before_plan.get_or_insert(UsedBefore(before));
            }
            Fact::DecisionRecorded { decision } => body.decisions.push(decision.clone()),
            Fact::PlanChosen { effects_declared, enf_k, compression, .. } => {
                body.effects.declared.clone_from(effects_declared);
                body.effects.k = *enf_k;
                body.effects.compression.clone_from(compression);
                if known.before_plan.take().is_none() {
                    body.strategies.used = None;
                }
            }
            Fact::VerificationSpecified { level, checks_required } => {
                body.verification_level = *level;
                body.checks_required.clone_from(checks_required);
            }
            Fact::ChildSpawned { spawn_index, child_loop_id, critical } => {
                let child = spawned(*spawn_index, *child_loop_id, *critical);
                known.children.put(&mut body.children, *child_loop_id, child);
            }
            Fact::ChildJoined { child_loop_id, child_proof_digest, outcome_status } => {
                if let Some(child) = known.children.find(&mut body.children, child_loop_id) {
                    child.child_proof_digest = *child_proof_digest;
                    child.outcome_status = *outcome_status;
                }
            }
            Fact::SkillExecuted { artifacts_out, effects_observed, .. } => {
                put_artifacts(&mut known.outputs, &mut body.outputs, artifacts_out);
                for effect in effects_observed {
                    observe(&mut known.observed, &mut body.effects.executed_raw, effect);
                }
            }
            Fact::ActError { error } => body.errors.push(error.clone()),
            Fact::GateEvaluated { gate } => put_gate(&mut known.gates, &mut body.gates, gate),
            Fact::VerificationRun { results, .. } => {
                for check in results {
                    put_check(&mut known.checks, &mut body.checks, check);
                }
            }
            Fact::HitlPrompt { record } | Fact::HitlDecision { record } => {
                body.hitl.push(record.clone());
            }
            Fact::Locked { lock_level, outcome, gates, errors } => {
                body.lock_level = *lock_level;
                body.outcome.clone_from(outcome);
                for gate in gates {
                    put_gate(&mut known.gates, &mut body.gates, gate);
                }
                take_errors(&mut body.errors, errors);
            }
            Fact::PhaseEntered { .. }
            | Fact::PhaseSkipped { .. }
            | Fact::SignalsCaptured { .. }
            | Fact::OrientFromFailure { .. }
            | Fact::RetryScheduled { .. }
            | Fact::HitlTimeout => {}
        }
    }
}

/// Puts those of Lock in the place of those that are known, where any are told.
fn take_errors(known: &mut Vec<ErrorRecord>, told: &[ErrorRecord]) {
    if !told.is_empty() {
        known.retain(|error| error.phase != Phase::Lock);
        known.extend_from_slice(told);
    }
}

fn put_artifacts(places: &mut Places<String>, list: &mut Vec<Artifact>, told: &[Artifact]) {
    for artifact in told {
        places.put(list, artifact.path.clone(), artifact.clone());
    }
}

fn put_gate(places: &mut Places<(Phase, String)>, list: &mut Vec<Gate>, gate: &Gate) {
    places.put(list, (gate.phase, gate.gate_id.clone()), gate.clone());
}

fn put_check(places: &mut Places<String>, list: &mut Vec<Check>, check: &Check) {
    places.put(list, check.check_id.clone(), check.clone());
}

/// Keeps what was observed in its one spelling; what has none is kept as it is.
fn observe(known: &mut BTreeSet<Effect>, list: &mut Vec<Effect>, effect: &Effect) {
    let effect = effect.canonicalize().map_or_else(|_| effect.clone(), Effect::from);
    if known.insert(effect.clone()) {
        list.push(effect);
    }
}

/// A child that has not been joined has failed, and its digest is one that no bundle has and no other child.
fn spawned(spawn_index: u32, child_loop_id: Uuid, critical: bool) -> Child {
    Child {
        spawn_index,
        child_loop_id,
        critical,
        child_proof_digest: Child::unproven_digest(child_loop_id),
        outcome_status: OutcomeStatus::Failed,
    }
}

fn empty_body(request: &LoopRequest, now_utc: &str) -> Body {
    Body {
        receipt_version: RECEIPT_VERSION.to_owned(),
        loop_id: request.loop_id,
        parent_loop_id: request.parent_loop_id,
        timestamp_utc: now_utc.to_owned(),
        intent: request.intent.clone(),
        outcome: Outcome { status: OutcomeStatus::Failed, description: String::new() },
        actor: request.actor.clone(),
        lock_level: request.lock_level,
        phase_sequence: vec![Phase::Observe],
        inputs: Vec::new(),
        outputs: Vec::new(),
        lens: Lens {
            lens_id: "none".to_owned(),
            created_utc: now_utc.to_owned(),
            items: Vec::new(),
            quality: NO_QUALITY,
        },
        effects: EffectSet {
            enf_version: ENF_VERSION.to_owned(),
            k: request.enf_k,
            executed_raw: Vec::new(),
            declared: Vec::new(),
            compression: None,
        },
        decisions: Vec::new(),
        strategies: Strategies::default(),
        verification_level: VerificationLevel::Syntactic,
        checks_required: Vec::new(),
        checks: Vec::new(),
        gates: Vec::new(),
        children: Vec::new(),
        errors: Vec::new(),
        hitl: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
