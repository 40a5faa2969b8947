//! Receipts and their parts as documents: the reverse of reading.
//!
//! Members without a value are left out, but for `parent_loop_id` and `strategies.used`, which are `null`,
//! as in published bundles. Members stand in any order: only the canonical form has one.

use motus_json::{Object, Value};

use super::{
    Actor, Artifact, Body, Check, Child, Decision, EffectSet, ErrorRecord, Gate, HitlRecord,
    Integrity, Intent, Lens, LensItem, LensQuality, Outcome, Receipt, Roots, Strategies,
};
use crate::effect::Effect;
use crate::names::ArtifactKind;

/// Sets a member that has a value.
trait SetSome {
    fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>);
}

impl SetSome for Object {
    fn set_some(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.insert(name, value);
        }
    }
}

pub(crate) fn receipt(receipt: &Receipt) -> Object {
    let mut document = body(&receipt.body);
    document.insert("integrity", integrity(&receipt.integrity));
    document
}

pub(crate) fn body(body: &Body) -> Object {
    Object::from([
        ("receipt_version", Value::from(&body.receipt_version)),
        ("loop_id", body.loop_id.to_string().into()),
        ("parent_loop_id", body.parent_loop_id.map(|parent| parent.to_string()).into()),
        ("timestamp_utc", Value::from(&body.timestamp_utc)),
        ("intent", intent(&body.intent).into()),
        ("outcome", outcome(&body.outcome).into()),
        ("actor", actor(&body.actor).into()),
        ("lock_level", body.lock_level.as_str().into()),
        ("phase_sequence", body.phase_sequence.iter().map(|phase| phase.as_str()).collect()),
        ("artifacts", artifacts(body).into()),
        ("lens", lens(&body.lens).into()),
        ("effects", effects(&body.effects).into()),
        ("decisions", list(&body.decisions, decision)),
        ("strategies", strategies(&body.strategies).into()),
        ("verification", verification(body).into()),
        ("gates", list(&body.gates, gate)),
        ("children", list(&body.children, child)),
        ("errors", list(&body.errors, error_record)),
        ("hitl", list(&body.hitl, hitl_record)),
    ])
}

pub(crate) fn integrity(integrity: &Integrity) -> Object {
    Object::from([
        ("cj_version", Value::from(&integrity.cj_version)),
        ("proof_version", Value::from(&integrity.proof_version)),
        ("fsm_version", Value::from(&integrity.fsm_version)),
        ("enf_version", Value::from(&integrity.enf_version)),
        ("policy_id", Value::from(&integrity.policy_id)),
        ("policy_hash", integrity.policy_hash.to_string().into()),
        ("receipt_hash", integrity.receipt_hash.to_string().into()),
        ("proof_digest", integrity.proof_digest.to_string().into()),
        ("roots", roots(&integrity.roots).into()),
    ])
}

fn roots(roots: &Roots) -> Object {
    roots.named().map(|(name, root)| (name, root.to_string())).into()
}

pub(crate) fn intent(intent: &Intent) -> Object {
    Object::from([("description", intent.description.as_str()), ("source", intent.source.as_str())])
}

pub(crate) fn outcome(outcome: &Outcome) -> Object {
    Object::from([
        ("status", outcome.status.as_str()),
        ("description", outcome.description.as_str()),
    ])
}

pub(crate) fn actor(actor: &Actor) -> Object {
    let mut document = Object::from([("type", actor.kind.as_str()), ("name", actor.name.as_str())]);
    document.set_some("model", actor.model.as_deref());
    document.set_some("model_digest", actor.model_digest.map(|digest| digest.to_string()));
    document.set_some("email", actor.email.as_deref());
    document
}

fn artifacts(body: &Body) -> Object {
    Object::from([
        ("inputs", list(&body.inputs, artifact)),
        ("outputs", list(&body.outputs, artifact)),
    ])
}

pub(crate) fn artifact(artifact: &Artifact) -> Object {
    let mut document = Object::from([
        ("path", Value::from(&artifact.path)),
        ("sha256", artifact.sha256.to_string().into()),
    ]);
    document.set_some("size_bytes", artifact.size_bytes);
    document.set_some("kind", artifact.kind.map(ArtifactKind::as_str));
    document
}

pub(crate) fn lens(lens: &Lens) -> Object {
    Object::from([
        ("lens_id", Value::from(&lens.lens_id)),
        ("created_utc", Value::from(&lens.created_utc)),
        ("items", list(&lens.items, lens_item)),
        ("quality", quality(&lens.quality).into()),
    ])
}

pub(crate) fn lens_item(item: &LensItem) -> Object {
    let mut document = Object::from([
        ("kind", Value::from(&item.kind)),
        ("uri", Value::from(&item.uri)),
        ("sha256", item.sha256.to_string().into()),
        ("ts_utc", Value::from(&item.ts_utc)),
        ("provenance", Value::from(&item.provenance)),
    ]);
    document.set_some("weight", item.weight.map(u32::from));
    document
}

pub(crate) fn quality(quality: &LensQuality) -> Object {
    Object::from([
        ("coverage", u32::from(quality.coverage)),
        ("freshness", u32::from(quality.freshness)),
        ("conflict", u32::from(quality.conflict)),
        ("provenance", u32::from(quality.provenance)),
        ("aggregate", u32::from(quality.aggregate)),
    ])
}

fn effects(effects: &EffectSet) -> Object {
    let mut document = Object::from([
        ("enf_version", Value::from(&effects.enf_version)),
        ("k", effects.k.into()),
        ("executed_raw", list(&effects.executed_raw, effect)),
        ("declared", list(&effects.declared, effect)),
    ]);
    document.set_some("compression", effects.compression.clone());
    document
}

pub(crate) fn effect(effect: &Effect) -> Object {
    Object::from([("op", effect.op.as_str()), ("selector", effect.selector.as_str())])
}

pub(crate) fn decision(decision: &Decision) -> Object {
    Object::from([
        ("point", Value::from(&decision.point)),
        ("choice", Value::from(&decision.choice)),
        ("rationale", Value::from(&decision.rationale)),
        ("alternatives_rejected", decision.alternatives_rejected.iter().collect()),
    ])
}

fn strategies(strategies: &Strategies) -> Object {
    Object::from([
        ("suggestions", strategies.suggestions.iter().cloned().collect()),
        ("used", Value::from(strategies.used.clone())),
    ])
}

fn verification(body: &Body) -> Object {
    let spec = Object::from([
        ("level", Value::from(body.verification_level.as_str())),
        ("checks_required", body.checks_required.iter().collect()),
    ]);
    Object::from([("spec", Value::from(spec)), ("results", list(&body.checks, check))])
}

pub(crate) fn check(check: &Check) -> Object {
    let mut document = Object::from([
        ("level", Value::from(check.level.as_str())),
        ("check_id", Value::from(&check.check_id)),
        ("passed", check.passed.into()),
    ]);
    document.set_some("evidence", check.evidence.as_deref());
    document
}

pub(crate) fn gate(gate: &Gate) -> Object {
    let mut document = Object::from([
        ("phase", Value::from(gate.phase.as_str())),
        ("gate_id", Value::from(&gate.gate_id)),
        ("passed", gate.passed.into()),
    ]);
    document.set_some("evidence", gate.evidence.as_deref());
    document
}

pub(crate) fn child(child: &Child) -> Object {
    Object::from([
        ("spawn_index", Value::from(child.spawn_index)),
        ("child_loop_id", child.child_loop_id.to_string().into()),
        ("critical", child.critical.into()),
        ("child_proof_digest", child.child_proof_digest.to_string().into()),
        ("outcome_status", child.outcome_status.as_str().into()),
    ])
}

pub(crate) fn error_record(error: &ErrorRecord) -> Object {
    let mut document = Object::from([
        ("phase", Value::from(error.phase.as_str())),
        ("class", error.class.as_str().into()),
        ("code", Value::from(&error.code)),
        ("message", Value::from(&error.message)),
        ("retryable", error.retryable.into()),
    ]);
    document.set_some("evidence", error.evidence.as_deref());
    document
}

pub(crate) fn hitl_record(record: &HitlRecord) -> Object {
    let mut document =
        Object::from([("kind", record.kind.as_str()), ("ts_utc", record.ts_utc.as_str())]);
    document.set_some("required", record.required);
    document.set_some("reason", record.reason.as_deref());
    document.set_some("p_override_permille", record.p_override_permille.map(u32::from));
    document.set_some("loss_ms", record.loss_ms);
    document.set_some("cost_ms", record.cost_ms);
    document.set_some("evi_ms", record.evi_ms);
    document.set_some("approved", record.approved);
    document.set_some("approver", record.approver.as_ref().map(actor));
    document.set_some("note", record.note.as_deref());
    document
}

/// Returns a list of objects.
pub(crate) fn list<T>(entries: &[T], write: impl Fn(&T) -> Object) -> Value {
    entries.iter().map(write).collect()
}

#[cfg(test)]
mod tests;
