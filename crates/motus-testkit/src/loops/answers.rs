//! Answers of a simulated world.

use motus_json::{Object, Value};
use motus_kernel::compiler::{
    ActOut, ChildProof, ChildSpec, DecideOut, HitlAnswer, LensOut, LoopState, ObserveOut,
    OverrideEstimate, Skill, SpawnMode, VerificationOut,
};
use motus_kernel::effect::Effect;
use motus_kernel::names::{
    ActorType, ErrorClass, IntentSource, OutcomeStatus, Phase, VerificationLevel,
};
use motus_kernel::receipt::{Actor, Check, Decision, Gate, Intent, LensItem, Outcome};
use motus_kernel::strategy::{Signal, Suggestion};
use motus_kernel::{Digest, Uuid};

use super::content::{artifacts, digest, effect, opaque, text, time, under};
use super::flaws;
use super::world::SimulatedWorld;
use crate::Random;

pub(super) fn observe(world: &mut SimulatedWorld) -> ObserveOut {
    let evidence = world.evidence("observe");
    let mut inputs = artifacts(&mut world.random);
    if world.flaw("input") {
        inputs.push(flaws::artifact(&mut world.random));
    }
    let flawed = world.flaw("confidence");
    let random = &mut world.random;
    let signal = |random: &mut Random| Signal {
        name: text(random),
        confidence: if flawed { 1001 } else { u16::try_from(random.below(1001)).unwrap_or(0) },
        evidence: None,
    };
    let named = random.below(3);
    let signals = (0..named).map(|_| signal(random)).collect();
    let named = u32::try_from(named).unwrap_or_default();
    let mut signals_count = random.chance(50).then(|| random.pick([named, named + 1, u32::MAX]));
    if world.flaw("fewer signals than are named") {
        signals_count = Some(0);
    }
    ObserveOut { signals, signals_count, evidence, inputs }
}

pub(super) fn lens(world: &mut SimulatedWorld) -> LensOut {
    let poor = world.temper.poor_lenses;
    let random = &mut world.random;
    let lens_id = format!("lens{}", random.below(3));
    let mut quality = || match random.below(100) {
        low if low < poor => u16::try_from(random.below(1000)).unwrap_or(0),
        _ => 1000,
    };
    let (coverage, conflict, provenance) = (quality(), quality(), quality());
    let freshness = Some(quality());
    let created_utc = "2026-01-01T00:00:00Z".to_owned();
    let items = Vec::new();
    let mut lens =
        LensOut { lens_id, created_utc, items, coverage, conflict, provenance, freshness };
    // Now and then it is the same lens once more.
    if random.chance(80) {
        lens.created_utc = time(random);
        lens.freshness = lens.freshness.filter(|_| random.chance(50));
        lens.items = (0..random.below(5)).map(|_| item(random)).collect();
    }
    if world.flaw("lens") {
        flaw_in_lens(&mut lens, &mut world.random);
    }
    lens
}

fn flaw_in_lens(lens: &mut LensOut, random: &mut Random) {
    let item = item(random);
    match random.below(7) {
        0 => lens.coverage = 1001,
        1 => lens.freshness = Some(u16::MAX),
        2 => lens.created_utc.clear(),
        3 => lens.items.push(LensItem { ts_utc: String::new(), ..item }),
        4 => lens.items.push(LensItem { weight: Some(1001), ..item }),
        5 => lens.items.push(LensItem { uri: flaws::long(random), ..item }),
        _ => {
            // Two of one name.
            lens.items.push(LensItem { provenance: "elsewhere".to_owned(), ..item.clone() });
            lens.items.push(item);
        }
    }
}

fn item(random: &mut Random) -> LensItem {
    LensItem {
        kind: random.pick(["file", "uri"]).to_owned(),
        uri: text(random),
        sha256: digest(random),
        ts_utc: time(random),
        provenance: "fs".to_owned(),
        weight: random.chance(50).then(|| random.pick([0, 500, 1000])),
    }
}

pub(super) fn decide(world: &mut SimulatedWorld, state: &LoopState) -> DecideOut {
    let random = &mut world.random;
    let checks = random.below(3);
    let children = if random.chance(world.temper.children / 3) { random.below(4) } else { 0 };
    let mut plan = DecideOut {
        plan: text(random),
        effects: effects(random, state),
        decisions: (0..random.below(3)).map(|_| decision(random)).collect(),
        verification_level: random.one_of(VerificationLevel::ALL),
        checks_required: (0..checks).map(|_| random.pick(["a", "b", "c"]).to_owned()).collect(),
        suggestions: (0..random.below(3)).map(|_| suggestion(random)).collect(),
        strategy_used: random.chance(20).then(|| opaque(random)),
        spawn_mode: random.pick([SpawnMode::Sequential, SpawnMode::Parallel]),
        children: (0..children).map(|_| child(random)).collect(),
        details: if random.chance(30) { opaque(random) } else { Object::new() },
    };
    if !plan.children.is_empty() && world.random.chance(40) {
        let children = foretold(&plan, state, &mut world.random);
        plan.details.insert("children", children);
    }
    flaws_in_plan(&mut plan, world);
    plan
}

/// Returns what a plan foretells of its children, which may come true or not.
fn foretold(plan: &DecideOut, state: &LoopState, random: &mut Random) -> Vec<Value> {
    let first = state.body.children.len();
    let child = |(index, spec): (usize, &ChildSpec)| {
        let id = Uuid::from_bits(1000 + index as u128);
        let mut told = Object::from([("child_loop_id", Value::from(id.to_string()))]);
        if random.chance(80) {
            told.insert("spawn_index", index);
            told.insert("critical", spec.critical);
        }
        if random.chance(60) {
            let proof = Digest::of(&[&id.bits().to_be_bytes()]);
            told.insert("child_proof_digest", proof.to_string());
        }
        if random.chance(60) {
            told.insert("outcome_status", OutcomeStatus::Success.as_str());
        }
        Value::from(told)
    };
    (first..).zip(&plan.children).map(child).collect()
}

fn flaws_in_plan(plan: &mut DecideOut, world: &mut SimulatedWorld) {
    if world.flaw("effect") {
        plan.effects.push(flaws::effect(&mut world.random));
    }
    if world.flaw("check that is required") {
        plan.checks_required.push(flaws::check_id(&mut world.random));
    }
    if world.flaw("suggestion") {
        let first = plan.suggestions.first().cloned();
        let first = first.map(|first| Suggestion { match_permille: 1001, ..first });
        plan.suggestions.extend(first);
    }
    if world.flaw("strategy") {
        plan.strategy_used = Some(flaws::opaque(&mut world.random));
    }
    if world.flaw("details") {
        plan.details = flaws::opaque(&mut world.random);
    }
    if world.random.chance(world.temper.flaws / 4) {
        world.said.flaws.push("children that are none");
        let child = Object::from([("child_loop_id", Value::from("nobody"))]);
        plan.details.insert("children", vec![Value::from(child)]);
    }
}

/// Returns what a plan may touch: what the last one might, or something else.
fn effects(random: &mut Random, state: &LoopState) -> Vec<Effect> {
    let declared = &state.body.effects.declared;
    if random.chance(30) && !declared.is_empty() {
        return declared.clone();
    }
    let most = random.pick([1, 4, 4, 4, 4, 4, 70]);
    (0..random.below(most)).map(|_| effect(random)).collect()
}

fn decision(random: &mut Random) -> Decision {
    Decision {
        point: text(random),
        choice: text(random),
        rationale: text(random),
        alternatives_rejected: (0..random.below(3)).map(|_| text(random)).collect(),
    }
}

fn suggestion(random: &mut Random) -> Suggestion {
    Suggestion {
        strategy_id: random.pick(["STRAT-001", "STRAT-002"]).to_owned(),
        match_permille: u16::try_from(random.below(1001)).unwrap_or(0),
        trigger: text(random),
        explanation: (0..random.below(2)).map(|_| text(random)).collect(),
    }
}

fn child(random: &mut Random) -> ChildSpec {
    let intent = Intent { description: "child".to_owned(), source: IntentSource::ParentLoop };
    ChildSpec { intent, critical: random.chance(50) }
}

pub(super) fn act(world: &mut SimulatedWorld, state: &LoopState) -> ActOut {
    let skills = (0..world.random.below(4)).map(|_| skill(world, state)).collect();
    let error = world.random.chance(world.temper.errors / 2).then(|| world.error());
    ActOut { skills, error }
}

fn skill(world: &mut SimulatedWorld, state: &LoopState) -> Skill {
    let evidence = world.evidence("act");
    let mut artifacts_out = artifacts(&mut world.random);
    if world.flaw("output") {
        artifacts_out.push(flaws::artifact(&mut world.random));
    }
    let declared = &state.body.effects.declared;
    let random = &mut world.random;
    let mut effects_observed = Vec::new();
    for _ in 0..random.below(4) {
        let chosen = declared.get(random.index(declared.len()));
        effects_observed.extend(chosen.map(|declared| under(declared, random)));
    }
    if world.flaw("effect that is observed") {
        effects_observed.push(flaws::effect(&mut world.random));
    }
    Skill { skill: text(&mut world.random), evidence, artifacts_out, effects_observed }
}

pub(super) fn verification(
    world: &mut SimulatedWorld,
    level: VerificationLevel,
    required: &[String],
) -> VerificationOut {
    let mut results: Vec<Check> = Vec::new();
    let names = required.iter().cloned().chain(["a", "b", "d"].map(str::to_owned));
    for check_id in names.collect::<Vec<_>>() {
        let is_required = required.contains(&check_id);
        if !world.random.chance(if is_required { 97 } else { 15 }) {
            continue;
        }
        let passed = !world.random.chance(world.temper.failing_checks);
        let evidence = world.evidence("verify");
        // An attempt may bear its number.
        let check_id = match world.random.below(12) {
            0 if !check_id.contains('@') => format!("{check_id}@{}", 1 + world.random.below(12)),
            _ => check_id,
        };
        results.push(Check { level, check_id, passed, evidence });
    }
    if world.flaw("name of a check") {
        let check_id = flaws::check_id(&mut world.random);
        results.push(Check { level, check_id, passed: true, evidence: None });
    }
    let random = &mut world.random;
    let class = random.pick([
        None,
        None,
        Some(ErrorClass::Recoverable),
        Some(ErrorClass::PatternFailure),
        Some(ErrorClass::Unrecoverable),
    ]);
    let reason = random.chance(50).then(|| text(random));
    VerificationOut { results, class, reason }
}

pub(super) fn gates(world: &mut SimulatedWorld, phase: Phase) -> Vec<Gate> {
    let known = world.gates.entry(phase).or_default().clone();
    let new = (0..world.random.below(3)).map(|_| match world.random.below(20) {
        0 => "hitl_required".to_owned(),
        _ => world.random.pick(["one", "two", ""]).to_owned(),
    });
    let names: Vec<String> = new.collect::<Vec<_>>().into_iter().chain(known).collect();
    let mut gates = Vec::new();
    for gate_id in names {
        let evidence = world.evidence("gates");
        let passed = !world.random.chance(world.temper.failing_gates);
        world.gates.entry(phase).or_default().insert(gate_id.clone());
        gates.push(Gate { phase, gate_id, passed, evidence });
    }
    if world.flaw("gate of another phase") {
        let phase = world.random.pick([Phase::Observe, Phase::Act, Phase::Lock]);
        gates.push(Gate { phase, gate_id: "one".to_owned(), passed: true, evidence: None });
    }
    gates
}

pub(super) fn estimate(world: &mut SimulatedWorld) -> OverrideEstimate {
    let mut p = world.random.pick([None, None, Some(0), Some(500), Some(1000)]);
    if world.flaw("probability") {
        p = Some(1001);
    }
    let random = &mut world.random;
    let reason = random.chance(50).then(|| text(random));
    OverrideEstimate { p_override_permille: p, reason }
}

pub(super) fn human(world: &mut SimulatedWorld) -> HitlAnswer {
    let random = &mut world.random;
    if random.chance(15) {
        return HitlAnswer::TimedOut;
    }
    let (name, email) = ("oncall".to_owned(), random.chance(50).then(|| text(random)));
    let mut actor = Actor { kind: ActorType::Human, name, model: None, model_digest: None, email };
    let approved = random.chance(75);
    let mut note = random.chance(50).then(|| text(random));
    if world.flaw("approver") {
        let random = &mut world.random;
        match random.below(4) {
            0 => actor.kind = ActorType::Agent,
            1 => actor.name.clear(),
            2 => actor.name = flaws::long(random),
            _ => note = Some(flaws::long(random)),
        }
    }
    HitlAnswer::Decided { approved, approver: actor, note }
}

pub(super) fn proof(world: &mut SimulatedWorld, child: Uuid) -> ChildProof {
    let same = world.flaw("proof of another child");
    let bytes = if same { 0 } else { child.bits() };
    let status = world.random.pick([
        OutcomeStatus::Success,
        OutcomeStatus::Success,
        OutcomeStatus::Partial,
        OutcomeStatus::Failed,
    ]);
    ChildProof { proof_digest: Digest::of(&[&bytes.to_be_bytes()]), outcome_status: status }
}

pub(super) fn outcome(world: &mut SimulatedWorld) -> Outcome {
    let flawed = world.flaw("outcome");
    let random = &mut world.random;
    let status = random.pick([
        OutcomeStatus::Success,
        OutcomeStatus::Success,
        OutcomeStatus::Partial,
        OutcomeStatus::Failed,
    ]);
    let description = if flawed { flaws::long(random) } else { text(random) };
    Outcome { status, description }
}
