//! Facts out of the contents of events.
//!
//! A producer may tell less of a fact than there is. What it does not tell is empty where something can be
//! empty; what is told must be as in the receipt.

use motus_json::{Object, Value};

use super::{Fact, OnFail, Step};
use crate::compiler::state::NO_QUALITY;
use crate::names::{HitlKind, LockLevel, OutcomeStatus, Phase, VerificationLevel};
use crate::receipt::{Lens, read};
use crate::shape::{Fault, Faults, Fields, Node};
use crate::strategy::{Signal, Suggestion};

/// Members of a plan that are none of its details.
const OF_A_PLAN: [&str; 4] = ["plan", "effects_declared", "enf_k", "compression"];

pub(super) fn fact(kind: &str, content: &Value) -> Result<Option<Fact>, Vec<Fault>> {
    let Some(read) = reader(kind) else { return Ok(None) };
    let faults = Faults::default();
    let fact = Node::root(content, &faults).fields().and_then(|fields| read(&fields, content));
    let faults = faults.into_vec();
    if faults.is_empty() { Ok(fact) } else { Err(faults) }
}

pub(super) fn is_kind(kind: &str) -> bool {
    reader(kind).is_some()
}

type Reader = fn(&Fields<'_>, &Value) -> Option<Fact>;

/// Returns what reads the contents of a kind.
fn reader(kind: &str) -> Option<Reader> {
    let reader: Reader = match kind {
        "IntentSet" => |fields, _| intent_set(fields),
        "PhaseEntered" => |fields, _| {
            let reason = fields.optional_text("reason");
            Some(Fact::PhaseEntered { step: fields.choice("step", Step::parse)?, reason })
        },
        "PhaseSkipped" => |fields, _| Some(Fact::PhaseSkipped { reason: text(fields, "reason") }),
        "SignalsCaptured" => |fields, _| Some(signals_captured(fields)),
        "InputsRead" => |fields, _| {
            let artifacts_in = objects(fields, "artifacts_in", read::artifact);
            Some(Fact::InputsRead { artifacts_in })
        },
        "LensAssembled" => |fields, _| Some(Fact::LensAssembled { lens: lens(fields) }),
        "OrientFromFailure" => |fields, _| {
            let evidence = fields.optional_text("evidence");
            Some(Fact::OrientFromFailure { evidence, reason: fields.optional_text("reason") })
        },
        "StrategySuggested" => {
            |fields, _| Some(Fact::StrategySuggested { suggestion: suggestion(fields) })
        }
        "StrategyApplied" => {
            |_, content| Some(Fact::StrategyApplied { used: content.as_object()?.clone() })
        }
        "DecisionRecorded" => {
            |fields, _| Some(Fact::DecisionRecorded { decision: read::decision(fields)? })
        }
        "PlanChosen" => plan_chosen,
        "VerificationSpecified" => |fields, _| {
            let checks_required = texts(fields, "checks_required");
            let level = fields.choice("level", VerificationLevel::parse)?;
            Some(Fact::VerificationSpecified { level, checks_required })
        },
        "ChildSpawned" => |fields, _| Some(child_spawned(fields)),
        "ChildJoined" => |fields, _| Some(child_joined(fields)),
        "SkillExecuted" => |fields, _| Some(skill_executed(fields)),
        "ActError" => |fields, _| Some(Fact::ActError { error: read::error_record(fields)? }),
        "RetryScheduled" => |fields, _| {
            let after_ms = fields.optional_unsigned("after_ms", u64::MAX);
            Some(Fact::RetryScheduled { attempt: number(fields, "attempt"), after_ms })
        },
        "GateEvaluated" => |fields, _| Some(Fact::GateEvaluated { gate: read::gate(fields)? }),
        "VerificationRun" => |fields, _| verification_run(fields),
        "HitlPrompt" => |fields, _| {
            let record = read::hitl_record(fields)?;
            is_of_kind(fields, record.kind, HitlKind::Prompt);
            Some(Fact::HitlPrompt { record })
        },
        "HitlDecision" => |fields, _| {
            let record = read::hitl_record(fields)?;
            is_of_kind(fields, record.kind, HitlKind::Decision);
            Some(Fact::HitlDecision { record })
        },
        "HitlTimeout" => |_, _| Some(Fact::HitlTimeout),
        "Locked" => |fields, _| locked(fields),
        _ => return None,
    };
    Some(reader)
}

fn intent_set(fields: &Fields<'_>) -> Option<Fact> {
    let intent = fields.child("intent").and_then(|fields| read::intent(&fields));
    let actor = fields.child("actor").and_then(|fields| read::actor(&fields));
    let parent_loop_id = fields.optional_uuid("parent_loop_id");
    let enf_k = number(fields, "enf_k");
    Some(Fact::IntentSet { intent: intent?, actor: actor?, parent_loop_id, enf_k })
}

fn signals_captured(fields: &Fields<'_>) -> Fact {
    let signal = |fields: &Fields<'_>| {
        let (name, confidence) = (fields.text("name"), fields.permille("confidence"));
        Some(Signal { name, confidence, evidence: fields.optional_text("evidence") })
    };
    Fact::SignalsCaptured {
        evidence: fields.optional_text("evidence"),
        signals_count: optional_number(fields, "signals_count"),
        signals: objects(fields, "signals", signal),
    }
}

/// Items and their number are told by themselves or together; together they agree.
fn lens(fields: &Fields<'_>) -> Lens {
    let items = objects(fields, "items", read::lens_item);
    counts(fields, "items_count", "items", items.len());
    let quality = fields.optional("quality").and_then(|node| Some(read::quality(&node.fields()?)));
    let created_utc = fields.optional("created_utc").map(|_| fields.time("created_utc"));
    Lens {
        lens_id: text(fields, "lens_id"),
        created_utc: created_utc.unwrap_or_default(),
        items,
        quality: quality.unwrap_or(NO_QUALITY),
    }
}

fn suggestion(fields: &Fields<'_>) -> Suggestion {
    let match_permille = fields.optional_unsigned("match_permille", 1000).unwrap_or_default();
    Suggestion {
        strategy_id: text(fields, "strategy_id"),
        match_permille: match_permille.try_into().unwrap_or_default(),
        trigger: text(fields, "trigger"),
        explanation: texts(fields, "explanation"),
    }
}

fn plan_chosen(fields: &Fields<'_>, content: &Value) -> Option<Fact> {
    let details = content.as_object()?.iter();
    let details = details.filter(|(name, _)| !OF_A_PLAN.iter().any(|known| *name == known));
    Some(Fact::PlanChosen {
        plan: text(fields, "plan"),
        effects_declared: objects(fields, "effects_declared", read::effect),
        enf_k: number(fields, "enf_k"),
        compression: fields.optional("compression").map(|node| node.value.clone()),
        details: details.map(|(name, value)| (name.clone(), value.clone())).collect::<Object>(),
    })
}

fn child_spawned(fields: &Fields<'_>) -> Fact {
    let (spawn_index, child_loop_id) = (fields.number("spawn_index"), fields.uuid("child_loop_id"));
    Fact::ChildSpawned { spawn_index, child_loop_id, critical: fields.boolean("critical") }
}

/// What nobody tells to have succeeded has failed.
fn child_joined(fields: &Fields<'_>) -> Fact {
    let status = fields.optional("outcome_status");
    let status = status.and_then(|node| node.choice(OutcomeStatus::parse));
    let child_loop_id = fields.uuid("child_loop_id");
    let child_proof_digest = fields.digest("child_proof_digest");
    let outcome_status = status.unwrap_or(OutcomeStatus::Failed);
    Fact::ChildJoined { child_loop_id, child_proof_digest, outcome_status }
}

fn skill_executed(fields: &Fields<'_>) -> Fact {
    let effects_observed = objects(fields, "effects_observed", read::effect);
    counts(fields, "effects_observed_count", "effects_observed", effects_observed.len());
    let declared = fields.optional_unsigned("effects_declared_count", u64::MAX);
    Fact::SkillExecuted {
        skill: text(fields, "skill"),
        evidence: fields.optional_text("evidence"),
        artifacts_out: objects(fields, "artifacts_out", read::artifact),
        effects_observed,
        effects_declared_count: declared.unwrap_or_default(),
    }
}

fn verification_run(fields: &Fields<'_>) -> Option<Fact> {
    let results = objects(fields, "results", read::check);
    let all_passed = results.iter().all(|result| result.passed);
    let passed = fields.optional_boolean("passed").unwrap_or(all_passed);
    let on_fail = match fields.optional("on_fail") {
        Some(node) => Some(on_fail(&node.fields()?)?),
        None => None,
    };
    Some(Fact::VerificationRun { passed, results, on_fail })
}

fn on_fail(fields: &Fields<'_>) -> Option<OnFail> {
    let to_phase = fields.optional("to_phase").and_then(|node| node.choice(Phase::parse));
    let reason = text(fields, "reason");
    Some(OnFail { step: fields.choice("type", Step::parse)?, to_phase, reason })
}

fn locked(fields: &Fields<'_>) -> Option<Fact> {
    let outcome = fields.child("outcome").and_then(|fields| read::outcome(&fields));
    let lock_level = fields.choice("lock_level", LockLevel::parse);
    let gates = objects(fields, "gates", read::gate);
    let errors = objects(fields, "errors", read::error_record);
    Some(Fact::Locked { lock_level: lock_level?, outcome: outcome?, gates, errors })
}

fn is_of_kind(fields: &Fields<'_>, kind: HitlKind, expected: HitlKind) {
    if kind != expected {
        fields.note("kind", "is not that of the event");
    }
}

/// Notes a number of entries that is not theirs, where both are told.
fn counts(fields: &Fields<'_>, count: &str, list: &str, entries: usize) {
    let told = fields.optional_unsigned(count, u64::MAX);
    if fields.optional(list).is_some() && told.is_some_and(|told| told != entries as u64) {
        fields.note(count, format!("is not the number of {list}"));
    }
}

fn text(fields: &Fields<'_>, name: &str) -> String {
    fields.optional_text(name).unwrap_or_default()
}

fn optional_number(fields: &Fields<'_>, name: &str) -> Option<u32> {
    fields.optional_unsigned(name, u32::MAX.into()).and_then(|number| number.try_into().ok())
}

fn number(fields: &Fields<'_>, name: &str) -> u32 {
    optional_number(fields, name).unwrap_or_default()
}

fn objects<'v, T>(fields: &Fields<'v>, name: &str, read: fn(&Fields<'v>) -> Option<T>) -> Vec<T> {
    fields.optional(name).map(|_| fields.objects(name, read)).unwrap_or_default()
}

fn texts(fields: &Fields<'_>, name: &str) -> Vec<String> {
    fields.optional(name).map(|_| fields.texts(name)).unwrap_or_default()
}
