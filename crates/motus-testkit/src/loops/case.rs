//! Cases: what a seed decides before the loop begins.

use motus_json::canonical::cj;
use motus_json::{Object, Value};
use motus_kernel::Uuid;
use motus_kernel::compiler::{LoopBudgets, LoopRequest, RecordingProfile};
use motus_kernel::names::{ActorType, IntentSource, LockLevel};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::{Actor, Intent};

use super::content::{HUGE, text};
use crate::Random;

/// A loop that is to be run.
#[derive(Debug, Clone)]
pub struct Case {
    /// What decides it.
    pub seed: u64,
    /// What is asked for.
    pub request: LoopRequest,
    /// What it must show.
    pub policy: Rules,
    /// What the log tells.
    pub profile: RecordingProfile,
    /// How much that is.
    pub told: Told,
    /// How the world answers.
    pub(super) temper: Temper,
}

/// How much the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Everything.
    All,
    /// What published bundles tell.
    Golden,
    /// Anything that a profile may leave out.
    Some,
}

/// How a world answers, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Temper {
    pub(super) errors: u64,
    pub(super) flaws: u64,
    pub(super) failing_checks: u64,
    pub(super) failing_gates: u64,
    pub(super) poor_lenses: u64,
    pub(super) children: u64,
    pub(super) breakdowns: u64,
}

impl Case {
    /// Returns the case that belongs to a seed.
    pub fn of(seed: u64) -> Self {
        let mut random = Random::of(&[7, seed]);
        let told = random.pick([Told::All, Told::All, Told::All, Told::Golden, Told::Some]);
        let profile = profile(told, &mut random);
        let temper = temper(&mut random);
        let request = request(&mut random);
        let policy = policy(&mut random);
        Self { seed, request, policy, profile, told, temper }
    }
}

/// Most worlds have a few weaknesses, some have none, and some all.
fn temper(random: &mut Random) -> Temper {
    let mut rate = |rates: [u64; 6]| random.pick(rates);
    Temper {
        errors: rate([0, 0, 0, 0, 3, 15]),
        flaws: rate([0, 0, 0, 0, 1, 4]),
        failing_checks: rate([0, 0, 0, 10, 30, 80]),
        failing_gates: rate([0, 0, 0, 0, 5, 30]),
        poor_lenses: rate([0, 0, 0, 20, 60, 100]),
        children: rate([0, 0, 30, 100, 100, 100]),
        breakdowns: rate([0, 0, 0, 0, 0, 1]),
    }
}

fn request(random: &mut Random) -> LoopRequest {
    let loop_id = Uuid::from_bits(1);
    let parent_loop_id = match random.below(20) {
        0 if random.chance(30) => Some(loop_id),
        0..=4 => Some(Uuid::from_bits(2)),
        _ => None,
    };
    let description = if random.chance(1) { "i".repeat(HUGE * 4) } else { text(random) };
    LoopRequest {
        loop_id,
        parent_loop_id,
        intent: Intent { description, source: random.one_of(IntentSource::ALL) },
        actor: Actor {
            kind: random.one_of(ActorType::ALL),
            name: text(random),
            model: random.chance(50).then(|| text(random)),
            model_digest: None,
            email: random.chance(10).then(|| text(random)),
        },
        lock_level: random.one_of(LockLevel::ALL),
        enf_k: random.pick([0, 2, 3, 5, 50, 50, 50, 50, 50, 50, 50, u32::MAX]),
        budgets: budgets(random),
    }
}

fn budgets(random: &mut Random) -> LoopBudgets {
    let few = |random: &mut Random| match random.below(8) {
        0 => 0,
        7 => u32::MAX,
        some => u32::try_from(some).unwrap_or_default(),
    };
    let max_events = match random.below(6) {
        0 if random.chance(50) => random.below(14),
        0 | 1 => 14 + random.below(40),
        2 => 400,
        _ => 60 + random.below(200),
    };
    LoopBudgets {
        max_backtracks: few(random),
        max_act_retries: few(random),
        max_events: u32::try_from(max_events).unwrap_or_default(),
    }
}

/// Mostly the published policy or one that can be met; sometimes one that cannot.
fn policy(random: &mut Random) -> Rules {
    if random.chance(40) {
        return Rules::published_default();
    }
    let document = policy_document(random);
    let text = cj::write(&document.into()).expect("the document has a canonical text");
    Rules::read(text.as_bytes()).expect("the document is a policy")
}

fn policy_document(random: &mut Random) -> Object {
    let level = |random: &mut Random| random.one_of(LockLevel::ALL).as_str();
    let mut checks = Object::new();
    let mut qualities = Object::new();
    for _ in 0..random.below(3) {
        let choices = ["a", "b", "c", "d", "x@1", "never@told", ""];
        let named = (0..=random.below(2)).map(|_| random.pick(choices)).collect::<Vec<_>>();
        checks.insert(level(random), named);
    }
    for _ in 0..random.below(3) {
        let least = random.pick([0_u64, 100, 400, 700, 1000]);
        qualities.insert(level(random), Value::from(least));
    }
    let risks = (0..random.below(3)).map(|_| risk(random)).collect::<Vec<_>>();
    let human = Object::from([
        ("cost_ms", random.pick([45_000_u64, 45_000, 1, 0, u64::MAX]).into()),
        ("loss_ms", loss(random)),
        ("risks", risks.into()),
    ]);
    Object::from([
        ("policy_version", Value::from("POLICY-0.1")),
        ("policy_id", "SIMULATED".into()),
        ("effect_cap_k", random.pick([0_u32, 3, 50, 50, 50, 1000]).into()),
        ("backtrack_to_observe", random.chance(40).into()),
        ("checks_required", checks.into()),
        ("lens_quality_min", qualities.into()),
        ("human", human.into()),
    ])
}

fn risk(random: &mut Random) -> Object {
    let (op, selector) = random.pick([
        ("WriteFS", "fs:src/"),
        ("WriteFS", "fs:docs/a.md"),
        ("Network", "net:https://h.example/"),
        ("Exec", "exec:make"),
    ]);
    Object::from([
        ("op", Value::from(op)),
        ("selector", selector.into()),
        ("from_level", random.one_of(LockLevel::ALL).as_str().into()),
        ("loss_ms", loss(random)),
    ])
}

fn loss(random: &mut Random) -> Value {
    random.pick([0_u64, 0, 30_000, 30_000, 900_000, u64::MAX]).into()
}

/// Leaves out what may be left out, and tells what is left in parts.
fn profile(told: Told, random: &mut Random) -> RecordingProfile {
    let mut profile = match told {
        Told::All => return RecordingProfile::standard(),
        Told::Golden => return RecordingProfile::golden(),
        Told::Some => RecordingProfile::standard(),
    };
    for kind in KINDS {
        if random.chance(50) {
            profile = profile.clone().without(kind).unwrap_or(profile);
        }
    }
    for (kind, members) in [
        ("PlanChosen", ["plan", "enf_k"].as_slice()),
        ("PlanChosen", &["plan", "effects_declared", "compression", "enf_k"]),
        ("SkillExecuted", &["skill", "effects_observed_count", "effects_declared_count"]),
        ("SkillExecuted", &["skill", "evidence", "artifacts_out"]),
        ("LensAssembled", &["lens_id", "items_count"]),
        ("Locked", &["lock_level", "outcome"]),
        ("ChildJoined", &["child_loop_id", "child_proof_digest"]),
    ] {
        if random.chance(30) {
            profile = profile.clone().with(kind, members).unwrap_or(profile);
        }
    }
    profile
}

/// Kinds of events that can be asked to be left out, whether or not they can.
const KINDS: [&str; 18] = [
    "IntentSet",
    "PhaseEntered",
    "PhaseEntered",
    "PhaseSkipped",
    "SignalsCaptured",
    "InputsRead",
    "LensAssembled",
    "OrientFromFailure",
    "StrategySuggested",
    "StrategyApplied",
    "DecisionRecorded",
    "PlanChosen",
    "VerificationSpecified",
    "SkillExecuted",
    "RetryScheduled",
    "GateEvaluated",
    "VerificationRun",
    "Locked",
];
