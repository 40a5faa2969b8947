//! A receipt's fields, one function for each type.
#![expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]

use motus_json::Value;

use super::path::is_artifact_path;
use super::{
    Actor, Artifact, Body, Check, Child, Decision, EffectSet, ErrorRecord, Gate, HitlRecord,
    Integrity, Intent, Lens, LensItem, LensQuality, Outcome, Receipt, Roots, Strategies, order,
};
use crate::effect::{Effect, EffectOp};
use crate::names::{
    ActorType, ArtifactKind, ErrorClass, HitlKind, IntentSource, LockLevel, OutcomeStatus, Phase,
    VerificationLevel,
};
use crate::shape::{Fault, Faults, Fields, Node};

pub(super) fn receipt(document: &Value) -> Result<Receipt, Vec<Fault>> {
    let faults = Faults::default();
    let read = Node::root(document, &faults).fields().and_then(|fields| fields_of(&fields));
    if let Some(receipt) = &read {
        order::check(receipt, &faults);
    }
    let faults = faults.into_vec();
    match read {
        Some(receipt) if faults.is_empty() => Ok(receipt),
        _ => Err(faults),
    }
}

/// Looks at every part before it gives up on one, so that all faults are told.
fn fields_of(fields: &Fields<'_>) -> Option<Receipt> {
    let intent = fields.child("intent").and_then(|fields| intent(&fields));
    let outcome = fields.child("outcome").and_then(|fields| outcome(&fields));
    let actor = fields.child("actor").and_then(|fields| actor(&fields));
    let lock_level = fields.choice("lock_level", LockLevel::parse);
    let artifacts = fields.child("artifacts");
    let lens = fields.child("lens").and_then(|fields| lens(&fields));
    let effects = fields.child("effects").map(|fields| effects(&fields));
    let verification = fields.child("verification");
    let specified = verification.as_ref().and_then(|fields| fields.child("spec"));
    let level =
        specified.as_ref().and_then(|fields| fields.choice("level", VerificationLevel::parse));
    let strategies = strategies(fields);
    let receipt_version = fields.text("receipt_version");
    let loop_id = fields.uuid("loop_id");
    let parent_loop_id = fields.optional_uuid("parent_loop_id");
    let timestamp_utc = fields.time("timestamp_utc");
    let phases = fields.list("phase_sequence");
    let phase_sequence = phases.iter().filter_map(|node| node.choice(Phase::parse)).collect();
    let decisions = fields.objects("decisions", decision);
    let gates = fields.objects("gates", gate);
    let children = fields.objects("children", child);
    let errors = fields.objects("errors", error_record);
    let hitl = fields.objects("hitl", hitl_record);
    let integrity = fields.child("integrity").and_then(|fields| integrity(&fields));
    let (artifacts, verification) = (artifacts?, verification?);
    let (inputs, outputs) =
        (artifacts.objects("inputs", artifact), artifacts.objects("outputs", artifact));
    let checks = verification.objects("results", check);
    let checks_required = specified?.texts("checks_required");
    let body = Body {
        receipt_version,
        loop_id,
        parent_loop_id,
        timestamp_utc,
        intent: intent?,
        outcome: outcome?,
        actor: actor?,
        lock_level: lock_level?,
        phase_sequence,
        inputs,
        outputs,
        lens: lens?,
        effects: effects?,
        decisions,
        strategies,
        verification_level: level?,
        checks_required,
        checks,
        gates,
        children,
        errors,
        hitl,
    };
    Some(Receipt { body, integrity: integrity? })
}

/// Suggestions and what was used are opaque; that they are there is not.
fn strategies(fields: &Fields<'_>) -> Strategies {
    let Some(strategies) = fields.child("strategies") else { return Strategies::default() };
    let mut suggestions = Vec::new();
    for suggestion in strategies.list("suggestions") {
        suggestion.fields();
        suggestions.push(suggestion.value.clone());
    }
    let used = strategies.optional("used").map(|node| node.value.clone());
    Strategies { suggestions, used }
}

pub(crate) fn intent(fields: &Fields<'_>) -> Option<Intent> {
    let description = fields.text("description");
    Some(Intent { description, source: fields.choice("source", IntentSource::parse)? })
}

pub(crate) fn outcome(fields: &Fields<'_>) -> Option<Outcome> {
    let description = fields.text("description");
    Some(Outcome { description, status: fields.choice("status", OutcomeStatus::parse)? })
}

pub(crate) fn actor(fields: &Fields<'_>) -> Option<Actor> {
    let name = fields.text("name");
    let model = fields.optional_text("model");
    let email = fields.optional_text("email");
    let model_digest = fields.optional("model_digest").map(|_| fields.digest("model_digest"));
    Some(Actor { name, kind: fields.choice("type", ActorType::parse)?, model, model_digest, email })
}

pub(crate) fn artifact(fields: &Fields<'_>) -> Option<Artifact> {
    let path = fields.text("path");
    let kind = fields.optional("kind").and_then(|node| node.choice(ArtifactKind::parse));
    if !is_artifact_path(&path, kind) {
        fields.note("path", "is not the one spelling of a path");
    }
    Some(Artifact {
        path,
        sha256: fields.digest("sha256"),
        size_bytes: fields.optional_unsigned("size_bytes", u64::MAX),
        kind,
    })
}

pub(crate) fn lens(fields: &Fields<'_>) -> Option<Lens> {
    Some(Lens {
        lens_id: fields.text("lens_id"),
        created_utc: fields.time("created_utc"),
        items: fields.objects("items", lens_item),
        quality: quality(&fields.child("quality")?),
    })
}

pub(crate) fn lens_item(fields: &Fields<'_>) -> Option<LensItem> {
    let weight = fields.optional_unsigned("weight", 1000);
    Some(LensItem {
        kind: fields.text("kind"),
        uri: fields.text("uri"),
        sha256: fields.digest("sha256"),
        ts_utc: fields.time("ts_utc"),
        provenance: fields.text("provenance"),
        weight: weight.and_then(|weight| weight.try_into().ok()),
    })
}

pub(crate) fn quality(fields: &Fields<'_>) -> LensQuality {
    LensQuality {
        coverage: fields.permille("coverage"),
        freshness: fields.permille("freshness"),
        conflict: fields.permille("conflict"),
        provenance: fields.permille("provenance"),
        aggregate: fields.permille("aggregate"),
    }
}

fn effects(fields: &Fields<'_>) -> EffectSet {
    EffectSet {
        enf_version: fields.text("enf_version"),
        k: fields.number("k"),
        executed_raw: fields.objects("executed_raw", effect),
        declared: fields.objects("declared", effect),
        compression: fields.optional("compression").map(|node| node.value.clone()),
    }
}

pub(crate) fn effect(fields: &Fields<'_>) -> Option<Effect> {
    let selector = fields.text("selector");
    Some(Effect { op: fields.choice("op", EffectOp::parse)?, selector })
}

pub(crate) fn decision(fields: &Fields<'_>) -> Option<Decision> {
    Some(Decision {
        point: fields.text("point"),
        choice: fields.text("choice"),
        rationale: fields.text("rationale"),
        alternatives_rejected: fields.texts("alternatives_rejected"),
    })
}

pub(crate) fn check(fields: &Fields<'_>) -> Option<Check> {
    let (check_id, passed) = (fields.text("check_id"), fields.boolean("passed"));
    let evidence = fields.optional_text("evidence");
    Some(Check {
        level: fields.choice("level", VerificationLevel::parse)?,
        check_id,
        passed,
        evidence,
    })
}

pub(crate) fn gate(fields: &Fields<'_>) -> Option<Gate> {
    let (gate_id, passed) = (fields.text("gate_id"), fields.boolean("passed"));
    let evidence = fields.optional_text("evidence");
    Some(Gate { phase: fields.choice("phase", Phase::parse)?, gate_id, passed, evidence })
}

pub(crate) fn child(fields: &Fields<'_>) -> Option<Child> {
    let (spawn_index, child_loop_id) = (fields.number("spawn_index"), fields.uuid("child_loop_id"));
    let critical = fields.boolean("critical");
    let child_proof_digest = fields.digest("child_proof_digest");
    let outcome_status = fields.choice("outcome_status", OutcomeStatus::parse)?;
    Some(Child { spawn_index, child_loop_id, critical, child_proof_digest, outcome_status })
}

pub(crate) fn error_record(fields: &Fields<'_>) -> Option<ErrorRecord> {
    let class = fields.choice("class", ErrorClass::parse);
    let (code, message) = (fields.text("code"), fields.text("message"));
    let (retryable, evidence) = (fields.boolean("retryable"), fields.optional_text("evidence"));
    let phase = fields.choice("phase", Phase::parse)?;
    Some(ErrorRecord { phase, class: class?, code, message, retryable, evidence })
}

pub(crate) fn hitl_record(fields: &Fields<'_>) -> Option<HitlRecord> {
    let p_override = fields.optional_unsigned("p_override_permille", 1000);
    let kind = fields.choice("kind", HitlKind::parse);
    Some(HitlRecord {
        ts_utc: fields.time("ts_utc"),
        required: fields.optional_boolean("required"),
        reason: fields.optional_text("reason"),
        p_override_permille: p_override.and_then(|permille| permille.try_into().ok()),
        loss_ms: fields.optional_unsigned("loss_ms", u64::MAX),
        cost_ms: fields.optional_unsigned("cost_ms", u64::MAX),
        evi_ms: fields.optional_signed("evi_ms"),
        approved: fields.optional_boolean("approved"),
        approver: fields.optional("approver").and_then(|node| actor(&node.fields()?)),
        note: fields.optional_text("note"),
        kind: kind?,
    })
}

/// No hash covers this block, so that it has no members that nobody knows.
fn integrity(fields: &Fields<'_>) -> Option<Integrity> {
    fields.only(&[
        "cj_version",
        "proof_version",
        "fsm_version",
        "enf_version",
        "policy_id",
        "policy_hash",
        "receipt_hash",
        "proof_digest",
        "roots",
    ]);
    Some(Integrity {
        cj_version: fields.text("cj_version"),
        proof_version: fields.text("proof_version"),
        fsm_version: fields.text("fsm_version"),
        enf_version: fields.text("enf_version"),
        policy_id: fields.text("policy_id"),
        policy_hash: fields.digest("policy_hash"),
        receipt_hash: fields.digest("receipt_hash"),
        proof_digest: fields.digest("proof_digest"),
        roots: roots(&fields.child("roots")?),
    })
}

fn roots(fields: &Fields<'_>) -> Roots {
    let roots = Roots {
        event_log_root: fields.digest("event_log_root"),
        artifacts_root: fields.digest("artifacts_root"),
        evidence_root: fields.digest("evidence_root"),
        lens_root: fields.digest("lens_root"),
        effects_root: fields.digest("effects_root"),
        gates_root: fields.digest("gates_root"),
        verification_root: fields.digest("verification_root"),
        workgraph_root: fields.digest("workgraph_root"),
    };
    fields.only(&roots.named().map(|(name, _)| name));
    roots
}
