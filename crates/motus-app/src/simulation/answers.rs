//! Reads the answers of a loop.

use std::collections::BTreeMap;

use motus_json::Object;
use motus_kernel::Uuid;
use motus_kernel::compiler::{
    ActOut, AdapterError, ChildSpec, DecideOut, HitlAnswer, LensOut, MEMBER_OF_A_SKILL,
    MEMBERS_OF_A_PLAN, MEMBERS_OF_A_TAG, ObserveOut, OverrideEstimate, Skill, SpawnMode,
    VerificationOut,
};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::names::{ArtifactKind, ErrorClass, OutcomeStatus, Phase, VerificationLevel};
use motus_kernel::receipt::{
    Artifact, Check, Decision, Gate, Intent, LensItem, Outcome, is_artifact_path,
};
use motus_kernel::strategy::{Signal, Suggestion};

use super::error::{Kind, Place, Quoted};
use super::fields::{Fields, Item};
use super::promises;
use super::read::actor;
use super::scenario::{AnswerList, Answers, Decided, List, Scenario, Single};

pub(super) fn read(fields: &Fields<'_>, children: &[Scenario]) -> Answers {
    let intents = children.iter().map(|child| (child.loop_id(), &child.request.intent)).collect();
    let decide = |fields: &Fields<'_>| decided(fields, &intents);
    Answers {
        observe: list(fields, "observe", observed),
        orient: list(fields, "orient", lens),
        decide: list(fields, "decide", decide),
        act: list(fields, "act", acted),
        verify: list(fields, "verify", verified),
        gates: gates(fields),
        estimate: single(fields, "override", estimate),
        human: list(fields, "human", human),
        conclude: single(fields, "conclude", outcome),
    }
}

/// Reads the answers to one kind of question; each is an answer or an error.
fn list<'n, T>(
    fields: &Fields<'n>,
    key: &str,
    read: impl Fn(&Fields<'n>) -> Option<T>,
) -> AnswerList<T> {
    let Some(item) = fields.optional(key) else {
        return List { place: fields.place, entries: Vec::new() };
    };
    let entry = |item: Item<'n>| Some((item.node.place, answer(item, &read)?));
    List { place: item.node.place, entries: item.items().filter_map(entry).collect() }
}

fn single<'n, T>(
    fields: &Fields<'n>,
    key: &str,
    read: impl Fn(&Fields<'n>) -> Option<T>,
) -> Single<T> {
    let item = fields.optional(key)?;
    Some((item.node.place, answer(item, &read)?))
}

fn answer<'n, T>(
    item: Item<'n>,
    read: &impl Fn(&Fields<'n>) -> Option<T>,
) -> Option<Result<T, AdapterError>> {
    let fields = item.fields()?;
    let error = fields.optional("error").filter(|_| fields.members().count() == 1);
    match error {
        Some(error) => adapter_error(&error.fields()?).map(Err),
        None => read(&fields).map(Ok),
    }
}

fn adapter_error(fields: &Fields<'_>) -> Option<AdapterError> {
    fields.only(&["class", "code", "message", "retryable", "evidence", "retry_after_ms"]);
    let (code, message) = (fields.text("code"), fields.text("message"));
    let (retryable, evidence) = (fields.boolean("retryable"), fields.evidence());
    let retry_after_ms = fields.optional_unsigned("retry_after_ms");
    let class = fields.choice("class", ErrorClass::ALL, ErrorClass::as_str)?;
    Some(AdapterError { class, code, message, retryable, evidence, retry_after_ms })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of answers have one signature")]
fn observed(fields: &Fields<'_>) -> Option<ObserveOut> {
    fields.only(&["signals", "signals_count", "evidence", "inputs", "error"]);
    let signals = fields.objects("signals", signal);
    let named = u32::try_from(signals.len()).unwrap_or(u32::MAX);
    let signals_count = fields.optional("signals_count").map(|item| {
        // What is no number is noted by whoever reads it, and counts as enough.
        let count = fields.number("signals_count", named);
        if count < named && item.source().is_some_and(|source| source.parse() == Ok(count)) {
            item.note(Kind::BadValue, format!("{named} signals are named, which are more"));
        }
        count
    });
    Some(ObserveOut {
        signals,
        signals_count,
        evidence: fields.evidence(),
        inputs: fields.objects("inputs", artifact),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn signal(fields: &Fields<'_>) -> Option<Signal> {
    fields.only(&["name", "confidence", "evidence"]);
    let (name, confidence) = (fields.text("name"), fields.permille("confidence"));
    Some(Signal { name, confidence, evidence: fields.evidence() })
}

fn artifact(fields: &Fields<'_>) -> Option<Artifact> {
    fields.only(&["path", "sha256", "size_bytes", "kind"]);
    let kind =
        fields.optional("kind").map(|item| item.choice(ArtifactKind::ALL, ArtifactKind::as_str));
    if kind == Some(None) {
        return None;
    }
    let path = fields.required("path")?;
    let (kind, text) = (kind.flatten(), path.text());
    if !text.is_empty() && !is_artifact_path(&text, kind) {
        path.note(Kind::BadValue, "is not the one spelling of a path");
    }
    Some(Artifact {
        path: text,
        sha256: fields.digest("sha256"),
        size_bytes: fields.optional_unsigned("size_bytes"),
        kind,
    })
}

fn lens(fields: &Fields<'_>) -> Option<LensOut> {
    fields.only(&["lens_id", "created_utc", "items", "quality", "error"]);
    let (lens_id, created_utc) = (fields.text("lens_id"), fields.time("created_utc"));
    let items = fields.objects("items", lens_item);
    let quality = fields.child("quality")?;
    quality.only(&["coverage", "freshness", "conflict", "provenance"]);
    Some(LensOut {
        lens_id,
        created_utc,
        items,
        coverage: quality.permille("coverage"),
        conflict: quality.permille("conflict"),
        provenance: quality.permille("provenance"),
        freshness: quality.optional_permille("freshness"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn lens_item(fields: &Fields<'_>) -> Option<LensItem> {
    fields.only(&["kind", "uri", "sha256", "ts_utc", "provenance", "weight"]);
    Some(LensItem {
        kind: fields.text("kind"),
        uri: fields.text("uri"),
        sha256: fields.digest("sha256"),
        ts_utc: fields.time("ts_utc"),
        provenance: fields.text("provenance"),
        weight: fields.optional_permille("weight"),
    })
}

fn decided(fields: &Fields<'_>, intents: &BTreeMap<Uuid, &Intent>) -> Option<Decided> {
    fields.only(&[
        "plan",
        "effects",
        "decisions",
        "verification",
        "suggestions",
        "strategy_used",
        "spawn",
        "details",
        "error",
    ]);
    let (plan, effects) = (fields.text("plan"), fields.objects("effects", effect));
    let decisions = fields.objects("decisions", decision);
    let suggestions = fields.objects("suggestions", suggestion);
    let strategy_used = fields.optional("strategy_used").map(|item| object(item, &[]));
    let details = fields.optional("details").map(|item| object(item, &MEMBERS_OF_A_PLAN));
    let details = details.unwrap_or_default();
    let (spawn_mode, spawned) = spawn(fields);
    if let Some(details) = fields.optional("details") {
        promises::check(details, intents, &spawned);
    }
    let verification = fields.child("verification")?;
    verification.only(&["level", "checks_required"]);
    let checks_required = required_checks(&verification);
    let level = verification.choice("level", VerificationLevel::ALL, VerificationLevel::as_str)?;
    let wanted = |(_, loop_id, critical): &(_, _, bool)| {
        let intent = (*intents.get(loop_id)?).clone();
        Some(ChildSpec { intent, critical: *critical })
    };
    let plan = DecideOut {
        plan,
        effects,
        decisions,
        verification_level: level,
        checks_required,
        suggestions,
        strategy_used,
        spawn_mode,
        children: spawned.iter().filter_map(wanted).collect(),
        details,
    };
    Some(Decided { plan, spawned })
}

/// Reads the checks that must pass: none of them is an attempt at another.
fn required_checks(verification: &Fields<'_>) -> Vec<String> {
    let required = |item: Item<'_>| {
        let name = item.text();
        if name.contains('@') {
            item.note(
                Kind::BadValue,
                "the name of a required check has no @; NAME@2 is an attempt",
            );
        }
        name
    };
    verification.optional("checks_required").iter().flat_map(Item::items).map(required).collect()
}

/// Reads members that only who reads the bundle understands, none with a name that means something there.
fn object(item: Item<'_>, reserved: &[&str]) -> Object {
    let means_else = |key: &str| {
        key == MEMBER_OF_A_SKILL || MEMBERS_OF_A_TAG.contains(&key) || reserved.contains(&key)
    };
    let Some(fields) = item.fields() else { return Object::new() };
    for (member, item) in fields.members() {
        if means_else(&member.key) {
            let message = format!("{} means something else in the event", Quoted(&member.key));
            item.ground.faults.note(Kind::BadValue, member.place, message);
        }
    }
    item.opaque().as_object().cloned().unwrap_or_default()
}

/// Reads how children are spawned, and which loops they are.
fn spawn(fields: &Fields<'_>) -> (SpawnMode, Vec<(Place, Uuid, bool)>) {
    const MODES: &[SpawnMode] = &[SpawnMode::Sequential, SpawnMode::Parallel];
    let name = |mode| match mode {
        SpawnMode::Sequential => "Sequential",
        SpawnMode::Parallel => "Parallel",
    };
    let Some(spawn) = fields.optional("spawn").and_then(|item| item.fields()) else {
        return (SpawnMode::default(), Vec::new());
    };
    spawn.only(&["mode", "loops"]);
    let spawned = |fields: &Fields<'_>| {
        fields.only(&["loop_id", "critical"]);
        let item = fields.required("loop_id")?;
        Some((item.node.place, item.uuid(), fields.boolean("critical")))
    };
    (spawn.choice("mode", MODES, name).unwrap_or_default(), spawn.objects("loops", spawned))
}

fn effect(fields: &Fields<'_>) -> Option<Effect> {
    fields.only(&["op", "selector"]);
    let selector = fields.required("selector");
    let op = fields.choice("op", &EffectOp::ALL, EffectOp::as_str)?;
    let selector = selector?;
    let effect = Effect { op, selector: selector.text() };
    if let Err(error) = effect.canonicalize() {
        selector.note(Kind::BadValue, error.to_string());
    }
    Some(effect)
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn decision(fields: &Fields<'_>) -> Option<Decision> {
    fields.only(&["point", "choice", "rationale", "alternatives_rejected"]);
    Some(Decision {
        point: fields.text("point"),
        choice: fields.text("choice"),
        rationale: fields.text("rationale"),
        alternatives_rejected: fields.texts("alternatives_rejected"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn suggestion(fields: &Fields<'_>) -> Option<Suggestion> {
    fields.only(&["strategy_id", "match_permille", "trigger", "explanation"]);
    Some(Suggestion {
        strategy_id: fields.text("strategy_id"),
        match_permille: fields.permille("match_permille"),
        trigger: fields.text("trigger"),
        explanation: fields.texts("explanation"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of answers have one signature")]
fn acted(fields: &Fields<'_>) -> Option<ActOut> {
    fields.only(&["skills", "error"]);
    let error = fields.optional("error").and_then(|item| adapter_error(&item.fields()?));
    Some(ActOut { skills: fields.objects("skills", skill), error })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of list entries have one signature")]
fn skill(fields: &Fields<'_>) -> Option<Skill> {
    fields.only(&["skill", "evidence", "artifacts_out", "effects_observed"]);
    Some(Skill {
        skill: fields.text("skill"),
        evidence: fields.evidence(),
        artifacts_out: fields.objects("artifacts_out", artifact),
        effects_observed: fields.objects("effects_observed", effect),
    })
}

fn verified(fields: &Fields<'_>) -> Option<VerificationOut> {
    fields.only(&["results", "class", "reason", "error"]);
    let class =
        fields.optional("class").map(|item| item.choice(ErrorClass::ALL, ErrorClass::as_str));
    if class == Some(None) {
        return None;
    }
    Some(VerificationOut {
        results: fields.objects("results", check),
        class: class.flatten(),
        reason: fields.optional_text("reason"),
    })
}

fn check(fields: &Fields<'_>) -> Option<Check> {
    fields.only(&["level", "check_id", "passed", "evidence"]);
    let (check_id, passed) = (fields.text("check_id"), fields.boolean("passed"));
    let evidence = fields.evidence();
    let level = fields.choice("level", VerificationLevel::ALL, VerificationLevel::as_str)?;
    Some(Check { level, check_id, passed, evidence })
}

/// Reads the answers to the gates of each phase.
fn gates(fields: &Fields<'_>) -> BTreeMap<Phase, AnswerList<Vec<Gate>>> {
    let mut gates = BTreeMap::new();
    let Some(phases) = fields.optional("gates").and_then(|item| item.fields()) else {
        return gates;
    };
    let names: Vec<&str> = Phase::ALL.iter().map(|phase| phase.as_str()).collect();
    phases.only(&names);
    for phase in Phase::ALL {
        if phases.optional(phase.as_str()).is_some() {
            gates.insert(*phase, list(&phases, phase.as_str(), |fields| evaluated(fields, *phase)));
        }
    }
    gates
}

#[expect(clippy::unnecessary_wraps, reason = "readers of answers have one signature")]
fn evaluated(fields: &Fields<'_>, phase: Phase) -> Option<Vec<Gate>> {
    fields.only(&["results", "error"]);
    let gate = |fields: &Fields<'_>| {
        fields.only(&["gate_id", "passed", "evidence"]);
        let (gate_id, passed) = (fields.text("gate_id"), fields.boolean("passed"));
        // The phase is told by who asks.
        Some(Gate { phase: Phase::Observe, gate_id, passed, evidence: fields.evidence() })
    };
    let gates = fields.objects("results", gate).into_iter();
    Some(gates.map(|gate| Gate { phase, ..gate }).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "readers of answers have one signature")]
fn estimate(fields: &Fields<'_>) -> Option<OverrideEstimate> {
    fields.only(&["p_override_permille", "reason", "error"]);
    Some(OverrideEstimate {
        p_override_permille: fields.optional_permille("p_override_permille"),
        reason: fields.optional_text("reason"),
    })
}

fn human(fields: &Fields<'_>) -> Option<HitlAnswer> {
    fields.only(&["approved", "approver", "note", "timed_out", "error"]);
    if let Some(timed_out) = fields.optional("timed_out") {
        if !timed_out.boolean() || fields.members().count() > 1 {
            timed_out.note(Kind::BadValue, "must be true and alone; leave it out otherwise");
        }
        return Some(HitlAnswer::TimedOut);
    }
    let (approved, note) = (fields.boolean("approved"), fields.optional_text("note"));
    let human = actor(&fields.child("approver")?)?;
    Some(HitlAnswer::Decided { approved, approver: human, note })
}

fn outcome(fields: &Fields<'_>) -> Option<Outcome> {
    fields.only(&["status", "description", "error"]);
    let description = fields.text("description");
    let status = fields.choice("status", OutcomeStatus::ALL, OutcomeStatus::as_str)?;
    Some(Outcome { status, description })
}
