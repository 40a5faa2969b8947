//! Any fact: generators over every kind, with text that is hard to spell.

use motus_json::{Object, Value};
use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Fact, OnFail, Step};
use crate::effect::{Effect, EffectOp};
use crate::names::{HitlKind, LockLevel, OutcomeStatus, Phase, VerificationLevel};
use crate::receipt::any::{
    actor, artifacts, checks, decision, digest, error_record, gates, lens, object, text, time,
    uuid, value,
};
use crate::receipt::{Gate, HitlRecord, Intent, Outcome};
use crate::strategy::{Signal, Suggestion};

/// Any fact of any kind.
pub(crate) fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        1 => intent_set(),
        4 => in_the_middle(),
        1 => locked(),
    ]
}

/// Any fact that neither begins a loop nor ends it.
pub(crate) fn in_the_middle() -> BoxedStrategy<Fact> {
    prop_oneof![
        2 => work(),
        1 => verification(),
        1 => children(),
        1 => humans(),
    ]
    .boxed()
}

pub(crate) fn intent_set() -> impl Strategy<Value = Fact> {
    let source = select(crate::names::IntentSource::ALL);
    (text(), source, actor(), maybe(uuid()), any::<u32>()).prop_map(
        |(description, source, actor, parent_loop_id, enf_k)| Fact::IntentSet {
            intent: Intent { description, source },
            actor,
            parent_loop_id,
            enf_k,
        },
    )
}

pub(crate) fn outcome() -> impl Strategy<Value = Outcome> {
    (text(), select(OutcomeStatus::ALL))
        .prop_map(|(description, status)| Outcome { status, description })
}

fn locked() -> impl Strategy<Value = Fact> {
    (select(LockLevel::ALL), outcome(), gates(), vec(error_record(), 0..3)).prop_map(
        |(lock_level, outcome, gates, errors)| Fact::Locked { lock_level, outcome, gates, errors },
    )
}

/// What happens from Observe to Act.
fn work() -> impl Strategy<Value = Fact> {
    let entered = (select(Step::ALL.to_vec()), maybe(text()))
        .prop_map(|(step, reason)| Fact::PhaseEntered { step, reason });
    let retry = (any::<u32>(), maybe(any::<u64>()))
        .prop_map(|(attempt, after_ms)| Fact::RetryScheduled { attempt, after_ms });
    let from_failure = (maybe(text()), maybe(text()))
        .prop_map(|(evidence, reason)| Fact::OrientFromFailure { evidence, reason });
    prop_oneof![
        entered,
        text().prop_map(|reason| Fact::PhaseSkipped { reason }),
        signals(),
        artifacts().prop_map(|artifacts_in| Fact::InputsRead { artifacts_in }),
        lens().prop_map(|lens| Fact::LensAssembled { lens }),
        from_failure,
        suggestion().prop_map(|suggestion| Fact::StrategySuggested { suggestion }),
        untagged().prop_map(|used| Fact::StrategyApplied { used }),
        decision().prop_map(|decision| Fact::DecisionRecorded { decision }),
        plan(),
        skill(),
        error_record().prop_map(|error| Fact::ActError { error }),
        retry,
    ]
}

fn signals() -> impl Strategy<Value = Fact> {
    let signal = (text(), 0..=1000_u16, maybe(text()))
        .prop_map(|(name, confidence, evidence)| Signal { name, confidence, evidence });
    (maybe(text()), maybe(any::<u32>()), vec(signal, 0..3)).prop_map(
        |(evidence, signals_count, signals)| Fact::SignalsCaptured {
            evidence,
            signals_count,
            signals,
        },
    )
}

fn suggestion() -> impl Strategy<Value = Suggestion> {
    ("[a-c]", 0..=1000_u16, text(), vec(text(), 0..3)).prop_map(
        |(strategy_id, match_permille, trigger, explanation)| Suggestion {
            strategy_id,
            match_permille,
            trigger,
            explanation,
        },
    )
}

/// Members of which no tag can be made.
fn untagged() -> impl Strategy<Value = Object> {
    object().prop_map(|mut object| {
        object.remove("type");
        object.remove("data");
        object
    })
}

fn plan() -> impl Strategy<Value = Fact> {
    let compression = value().prop_filter("null is none", |value| *value != Value::Null);
    (text(), effects(), any::<u32>(), maybe(compression), untagged()).prop_map(
        |(plan, effects_declared, enf_k, compression, mut details)| {
            for name in ["plan", "effects_declared", "enf_k", "compression"] {
                details.remove(name);
            }
            Fact::PlanChosen { plan, effects_declared, enf_k, compression, details }
        },
    )
}

/// Effects in any spelling, some of which have none that is canonical.
fn effects() -> impl Strategy<Value = Vec<Effect>> {
    let selectors = ["fs:a", "fs:./a", "fs:a/", "fs:..", "net:https://h/", "exec:a", "", "pub:a"];
    let effect = (select(EffectOp::ALL.to_vec()), select(selectors.to_vec()));
    vec(effect.prop_map(|(op, selector)| Effect { op, selector: selector.to_owned() }), 0..5)
}

fn skill() -> impl Strategy<Value = Fact> {
    (text(), maybe(text()), artifacts(), effects(), any::<u64>()).prop_map(
        |(skill, evidence, artifacts_out, effects_observed, effects_declared_count)| {
            Fact::SkillExecuted {
                skill,
                evidence,
                artifacts_out,
                effects_observed,
                effects_declared_count,
            }
        },
    )
}

fn verification() -> impl Strategy<Value = Fact> {
    let specified =
        (select(VerificationLevel::ALL), vec(text(), 0..3)).prop_map(|(level, checks_required)| {
            Fact::VerificationSpecified { level, checks_required }
        });
    let on_fail = (select(Step::ALL.to_vec()), maybe(select(Phase::ALL)), text())
        .prop_map(|(step, to_phase, reason)| OnFail { step, to_phase, reason });
    let run = (any::<bool>(), checks(), maybe(on_fail))
        .prop_map(|(passed, results, on_fail)| Fact::VerificationRun { passed, results, on_fail });
    let gate = (select(Phase::ALL), "[a-c]", any::<bool>(), maybe(text()))
        .prop_map(|(phase, gate_id, passed, evidence)| Gate { phase, gate_id, passed, evidence });
    prop_oneof![specified, run, gate.prop_map(|gate| Fact::GateEvaluated { gate })]
}

fn children() -> impl Strategy<Value = Fact> {
    let spawned =
        (0..4_u32, uuid(), any::<bool>()).prop_map(|(spawn_index, child_loop_id, critical)| {
            Fact::ChildSpawned { spawn_index, child_loop_id, critical }
        });
    let joined = (uuid(), digest(), select(OutcomeStatus::ALL)).prop_map(
        |(child_loop_id, child_proof_digest, outcome_status)| Fact::ChildJoined {
            child_loop_id,
            child_proof_digest,
            outcome_status,
        },
    );
    prop_oneof![spawned, joined]
}

/// What happens in Lock before the end.
pub(crate) fn humans() -> impl Strategy<Value = Fact> {
    prop_oneof![
        3 => hitl_record().prop_map(|record| match record.kind {
            HitlKind::Prompt => Fact::HitlPrompt { record },
            HitlKind::Decision => Fact::HitlDecision { record },
        }),
        1 => Just(Fact::HitlTimeout),
    ]
}

fn hitl_record() -> impl Strategy<Value = HitlRecord> {
    let said = (select(HitlKind::ALL), time(), maybe(text()), maybe(text()));
    let numbers =
        (maybe(0..=1000_u16), maybe(any::<u64>()), maybe(any::<u64>()), maybe(any::<i64>()));
    (said, numbers, maybe(any::<bool>()), maybe(any::<bool>()), maybe(actor())).prop_map(
        |((kind, ts_utc, reason, note), numbers, required, approved, approver)| {
            let (p_override_permille, loss_ms, cost_ms, evi_ms) = numbers;
            #[rustfmt::skip]
            let record = HitlRecord {
                kind, ts_utc, required, reason, p_override_permille, loss_ms, cost_ms, evi_ms, approved,
                approver, note,
            };
            record
        },
    )
}
