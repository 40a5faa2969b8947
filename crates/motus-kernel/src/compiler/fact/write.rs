//! Facts as contents of events, spelled as in published bundles.
//!
//! What is a record in the receipt is the same record here: it is the whole content, without a name.

use motus_json::{Object, Value};

use super::{Fact, OnFail};
use crate::receipt::{Lens, write};
use crate::strategy::{Signal, Suggestion};

/// Returns all members that a fact has.
pub(super) fn payload(fact: &Fact) -> Object {
    match fact {
        Fact::IntentSet { intent, actor, parent_loop_id, enf_k } => members([
            ("actor", Some(write::actor(actor).into())),
            ("enf_k", Some((*enf_k).into())),
            ("intent", Some(write::intent(intent).into())),
            ("parent_loop_id", parent_loop_id.map(|parent| parent.to_string().into())),
        ]),
        Fact::PhaseEntered { step, reason } => {
            members([("reason", optional(reason.as_ref())), ("step", Some(step.as_str().into()))])
        }
        Fact::PhaseSkipped { reason } => members([("reason", Some(reason.into()))]),
        Fact::SignalsCaptured { evidence, signals_count, signals } => members([
            ("evidence", optional(evidence.as_ref())),
            ("signals", Some(write::list(signals, signal))),
            ("signals_count", signals_count.map(Value::from)),
        ]),
        Fact::InputsRead { artifacts_in } => {
            members([("artifacts_in", Some(write::list(artifacts_in, write::artifact)))])
        }
        Fact::LensAssembled { lens } => lens_members(lens),
        Fact::OrientFromFailure { evidence, reason } => members([
            ("evidence", optional(evidence.as_ref())),
            ("reason", optional(reason.as_ref())),
        ]),
        Fact::StrategySuggested { suggestion } => write_suggestion(suggestion),
        Fact::StrategyApplied { used } => used.clone(),
        Fact::DecisionRecorded { decision } => write::decision(decision),
        Fact::PlanChosen { plan, effects_declared, enf_k, compression, details } => {
            let known = members([
                ("compression", compression.clone()),
                ("effects_declared", Some(write::list(effects_declared, write::effect))),
                ("enf_k", Some((*enf_k).into())),
                ("plan", Some(plan.into())),
            ]);
            details
                .iter()
                .chain(&known)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
        Fact::VerificationSpecified { level, checks_required } => members([
            ("checks_required", Some(checks_required.iter().collect())),
            ("level", Some(level.as_str().into())),
        ]),
        Fact::ChildSpawned { spawn_index, child_loop_id, critical } => members([
            ("child_loop_id", Some(child_loop_id.to_string().into())),
            ("critical", Some((*critical).into())),
            ("spawn_index", Some((*spawn_index).into())),
        ]),
        Fact::ChildJoined { child_loop_id, child_proof_digest, outcome_status } => members([
            ("child_loop_id", Some(child_loop_id.to_string().into())),
            ("child_proof_digest", Some(child_proof_digest.to_string().into())),
            ("outcome_status", Some(outcome_status.as_str().into())),
        ]),
        Fact::SkillExecuted {
            skill,
            evidence,
            artifacts_out,
            effects_observed,
            effects_declared_count,
        } => members([
            ("artifacts_out", Some(write::list(artifacts_out, write::artifact))),
            ("effects_declared_count", Some((*effects_declared_count).into())),
            ("effects_observed", Some(write::list(effects_observed, write::effect))),
            ("effects_observed_count", Some(effects_observed.len().into())),
            ("evidence", optional(evidence.as_ref())),
            ("skill", Some(skill.into())),
        ]),
        Fact::ActError { error } => write::error_record(error),
        Fact::RetryScheduled { attempt, after_ms } => {
            members([("after_ms", after_ms.map(Value::from)), ("attempt", Some((*attempt).into()))])
        }
        Fact::GateEvaluated { gate } => write::gate(gate),
        Fact::VerificationRun { passed, results, on_fail } => members([
            ("on_fail", on_fail.as_ref().map(write_on_fail)),
            ("passed", Some((*passed).into())),
            ("results", Some(write::list(results, write::check))),
        ]),
        Fact::HitlPrompt { record } | Fact::HitlDecision { record } => write::hitl_record(record),
        Fact::HitlTimeout => Object::new(),
        Fact::Locked { lock_level, outcome, gates, errors } => members([
            ("errors", (!errors.is_empty()).then(|| write::list(errors, write::error_record))),
            ("gates", (!gates.is_empty()).then(|| write::list(gates, write::gate))),
            ("lock_level", Some(lock_level.as_str().into())),
            ("outcome", Some(write::outcome(outcome).into())),
        ]),
    }
}

/// Makes an object of the members that have a value.
fn members<const N: usize>(members: [(&str, Option<Value>); N]) -> Object {
    members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn optional(text: Option<&String>) -> Option<Value> {
    text.map(Value::from)
}

fn signal(signal: &Signal) -> Object {
    members([
        ("confidence", Some(u32::from(signal.confidence).into())),
        ("evidence", optional(signal.evidence.as_ref())),
        ("name", Some((&signal.name).into())),
    ])
}

fn lens_members(lens: &Lens) -> Object {
    let mut members = write::lens(lens);
    if lens.created_utc.is_empty() {
        members.remove("created_utc");
    }
    members.insert("items_count", lens.items.len());
    members
}

/// Returns a suggestion as events and receipts tell it.
pub(crate) fn write_suggestion(suggestion: &Suggestion) -> Object {
    members([
        ("explanation", Some(suggestion.explanation.iter().collect())),
        ("match_permille", Some(u32::from(suggestion.match_permille).into())),
        ("strategy_id", Some((&suggestion.strategy_id).into())),
        ("trigger", Some((&suggestion.trigger).into())),
    ])
}

fn write_on_fail(on_fail: &OnFail) -> Value {
    members([
        ("reason", Some((&on_fail.reason).into())),
        ("to_phase", on_fail.to_phase.map(|phase| phase.as_str().into())),
        ("type", Some(on_fail.step.as_str().into())),
    ])
    .into()
}
