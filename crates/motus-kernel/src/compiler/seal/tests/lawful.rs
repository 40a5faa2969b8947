//! Any loop that keeps all rules, with a log that tells it.

use std::collections::BTreeMap;

use motus_json::{Object, Value, shows_a_name};
use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::Uuid;
use crate::compiler::log::EventLog;
use crate::fsm::is_legal;
use crate::hitl::{evi_ms, is_required};
use crate::names::{ActorType, HitlKind, OutcomeStatus, Phase};
use crate::policy::{Policy, Rules, rollup};
use crate::receipt::write::{self, list};
use crate::receipt::{Actor, Body, Check, HitlRecord, any};

/// A loop that keeps all rules.
#[derive(Debug)]
pub(super) struct Lawful {
    pub(super) body: Body,
    pub(super) events: Vec<(Phase, &'static str, Object)>,
    pub(super) evidence: BTreeMap<String, Vec<u8>>,
}

impl Lawful {
    /// Tells the events to a log, a second apart.
    pub(super) fn log(&self) -> EventLog {
        let mut log = EventLog::new(self.body.loop_id);
        for (number, (phase, kind, payload)) in (0..).zip(&self.events) {
            let ts_utc = format!("2025-12-24T{:02}:{:02}:00Z", number / 60, number % 60);
            let told = log.push(Uuid::from_bits(number), &ts_utc, *phase, kind, payload.clone());
            told.expect("it can be told");
        }
        log
    }
}

/// Any such loop.
pub(super) fn loops() -> impl Strategy<Value = Lawful> {
    let evidence = vec(vec(any::<u8>(), 0..20), 9);
    let notes = (any::object(), vec(any::<bool>(), 40));
    (any::body(), walk(), questions(), evidence, notes).prop_map(
        |(body, walk, questions, evidence, (note, tells))| {
            let body = lawful(body, walk, questions);
            let events = told(&body, &note, &tells);
            let paths = ["a", "b", "c"].map(|folder| ["a", "b", "c"].map(|name| [folder, name]));
            let paths =
                paths.as_flattened().iter().map(|path| format!("evidence/{}", path.join("/")));
            Lawful { body, events, evidence: paths.zip(evidence).collect() }
        },
    )
}

/// A way from Observe to Lock.
fn walk() -> impl Strategy<Value = Vec<Phase>> {
    vec(any::<Index>(), 0..20).prop_map(|steps| {
        let mut walk = vec![Phase::Observe];
        for step in steps {
            let last = walk[walk.len() - 1];
            let next: Vec<Phase> =
                Phase::ALL.iter().copied().filter(|next| is_legal(last, *next, false)).collect();
            walk.push(*step.get(&next));
        }
        let behind = Phase::ALL.iter().position(|phase| *phase == walk[walk.len() - 1]);
        walk.extend(Phase::ALL.iter().skip(behind.unwrap_or_default() + 1));
        walk
    })
}

/// Questions, each with the answer of a human, all approved or all refused.
fn questions() -> impl Strategy<Value = Vec<(HitlRecord, HitlRecord)>> {
    let numbers = maybe((0..=1000_u16, 0..=1_u64 << 40, 0..=1_u64 << 40));
    let prompt = (any::time(), maybe(any::text()), maybe(any::text()), numbers, any::<bool>());
    let decision = (any::time(), maybe(any::text()), maybe(any::text()), any::actor());
    vec((prompt, decision), 0..3).prop_map(|questions| {
        let question = |(prompt, decision)| (asked(prompt), decided(decision));
        questions.into_iter().map(question).collect()
    })
}

type Prompt = (String, Option<String>, Option<String>, Option<(u16, u64, u64)>, bool);

fn asked((ts_utc, reason, note, numbers, is_spelled_out): Prompt) -> HitlRecord {
    let worth = |(p, loss, cost): (u16, u64, u64)| {
        is_required(p, loss, cost.min(Rules::published_default().cost_ms()))
    };
    let required = is_spelled_out.then(|| numbers.is_some_and(worth));
    let evi = numbers.filter(|_| is_spelled_out).and_then(|(p, loss, cost)| evi_ms(p, loss, cost));
    HitlRecord {
        kind: HitlKind::Prompt,
        ts_utc,
        required,
        reason,
        p_override_permille: numbers.map(|(p, _, _)| p),
        loss_ms: numbers.map(|(_, loss, _)| loss),
        cost_ms: numbers.map(|(_, _, cost)| cost),
        evi_ms: evi,
        approved: None,
        approver: None,
        note,
    }
}

fn decided(
    (ts_utc, reason, note, who): (String, Option<String>, Option<String>, Actor),
) -> HitlRecord {
    let name = format!("On Call {}", who.name);
    let name = if shows_a_name(&name) { name } else { "On Call".to_owned() };
    let approver = Actor { kind: ActorType::Human, name, ..who };
    HitlRecord {
        kind: HitlKind::Decision,
        ts_utc,
        required: None,
        reason,
        p_override_permille: None,
        loss_ms: None,
        cost_ms: None,
        evi_ms: None,
        approved: Some(true),
        approver: Some(approver),
        note,
    }
}

/// Makes a receipt one that keeps all rules.
fn lawful(mut body: Body, walk: Vec<Phase>, questions: Vec<(HitlRecord, HitlRecord)>) -> Body {
    body.phase_sequence = walk;
    body.lens.quality.aggregate = body.lens.quality.worst();
    body.outcome.status = body.outcome.status.max(rollup(&body.children));
    let failed = body.outcome.status == OutcomeStatus::Failed;
    for gate in &mut body.gates {
        gate.passed |= !failed;
    }
    try_again(&mut body);
    let results = body.checks.clone();
    let is_no_beginning = |name: &String| {
        results.iter().all(|result| !result.check_id.starts_with(&format!("{name}@")))
    };
    body.checks_required.retain(|name| failed && is_no_beginning(name));
    let passed = results.iter().filter(|result| result.passed && !result.check_id.contains('@'));
    let passed = passed.map(|result| result.check_id.clone());
    body.checks_required.extend(passed.filter(is_no_beginning));
    body.hitl = questions.into_iter().flat_map(<[HitlRecord; 2]>::from).collect();
    body
}

/// The first check failed, and then passed at its tenth attempt.
fn try_again(body: &mut Body) {
    let first = body.checks.iter().find(|check| !check.check_id.contains('@')).cloned();
    if let Some(first) = first {
        let name = &first.check_id;
        let attempt = |number: u8, passed| Check {
            check_id: format!("{name}@{number}"),
            passed,
            ..first.clone()
        };
        let attempts = [attempt(9, false), attempt(10, true)];
        let names = body.checks.iter().map(|check| check.check_id.clone()).collect::<Vec<_>>();
        body.checks.extend(attempts.into_iter().filter(|check| !names.contains(&check.check_id)));
    }
}

type Told = (Phase, &'static str, Object);

/// The events that tell a receipt, with notes among them.
fn told(body: &Body, note: &Object, tells: &[bool]) -> Vec<Told> {
    let mut events: Vec<Told> = Vec::new();
    for (place, phase) in body.phase_sequence.iter().enumerate() {
        let tell = tells.get(place).copied().unwrap_or_default();
        let is_first = !body.phase_sequence[..place].contains(phase);
        let told = match phase {
            _ if !is_first => Vec::new(),
            Phase::Observe => vec![("IntentSet", intent_set(body))],
            Phase::Orient if tell => vec![("LensAssembled", write::lens(&body.lens))],
            Phase::Orient => Vec::new(),
            Phase::Decide => vec![("PlanChosen", plan_chosen(body))],
            Phase::Act => acted(body),
            Phase::Verify => verified(body),
            Phase::Lock => body.hitl.iter().map(asked_or_decided).collect(),
        };
        events.extend(told.into_iter().map(|(kind, payload)| (*phase, kind, payload)));
        match phase {
            Phase::Lock if !is_first => events.push((*phase, "HitlTimeout", Object::new())),
            Phase::Lock => {}
            Phase::Orient if !tell => {}
            _ => events.push((*phase, "Noted", note.clone())),
        }
    }
    let locked = Object::from([
        ("lock_level", Value::from(body.lock_level.as_str())),
        ("outcome", write::outcome(&body.outcome).into()),
    ]);
    events.push((Phase::Lock, "Locked", locked));
    events
}

fn intent_set(body: &Body) -> Object {
    let (intent, actor) = (write::intent(&body.intent), write::actor(&body.actor));
    Object::from([("intent", intent), ("actor", actor)])
}

fn plan_chosen(body: &Body) -> Object {
    Object::from([
        ("plan", Value::from("plan")),
        ("effects_declared", list(&body.effects.declared, write::effect)),
        ("enf_k", body.effects.k.into()),
    ])
}

fn acted(body: &Body) -> Vec<(&'static str, Object)> {
    let skill = Object::from([
        ("evidence", Value::from("evidence/a/b")),
        ("artifacts_out", list(&body.outputs, write::artifact)),
        ("effects_observed", list(&body.effects.executed_raw, write::effect)),
    ]);
    let errors = body.errors.iter().map(|error| ("ActError", write::error_record(error)));
    let mut children: Vec<_> = body.children.iter().collect();
    children.sort_by_key(|child| child.spawn_index);
    let part = |child, names: &[&str]| {
        let mut document = write::child(child);
        for name in names {
            document.remove(name);
        }
        document
    };
    let spawned = children
        .iter()
        .map(|child| ("ChildSpawned", part(child, &["child_proof_digest", "outcome_status"])));
    let joined = children.iter().rev();
    let joined = joined.map(|child| ("ChildJoined", part(child, &["spawn_index", "critical"])));
    [("SkillExecuted", skill)].into_iter().chain(errors).chain(spawned).chain(joined).collect()
}

/// The attempts come after what they try again.
fn verified(body: &Body) -> Vec<(&'static str, Object)> {
    let run = |results: &[Check]| {
        let passed = results.iter().all(|result| result.passed);
        let members = [("passed", Value::from(passed)), ("results", list(results, write::check))];
        ("VerificationRun", Object::from(members))
    };
    let is_tried_again = |check: &&Check| {
        let name = check.check_id.strip_suffix("@9").or(check.check_id.strip_suffix("@10"));
        name.is_some_and(|name| body.checks.iter().any(|check| check.check_id == name))
    };
    let (again, first): (Vec<_>, Vec<_>) = body.checks.iter().partition(is_tried_again);
    let first: Vec<Check> = first.into_iter().cloned().collect();
    [run(&first)]
        .into_iter()
        .chain(again.into_iter().map(|check| run(std::slice::from_ref(check))))
        .collect()
}

fn asked_or_decided(record: &HitlRecord) -> (&'static str, Object) {
    let kind = match record.kind {
        HitlKind::Prompt => "HitlPrompt",
        HitlKind::Decision => "HitlDecision",
    };
    (kind, write::hitl_record(record))
}
