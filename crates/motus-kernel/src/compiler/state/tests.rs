//! The fold: which phase a fact enters, what it takes off the budgets, and which word is the last.

use motus_json::{Object, ReadOptions};

use super::LoopState;
use crate::compiler::{Fact, LoopBudgets, LoopRequest, Step};
use crate::names::Phase::{self, Act, Decide, Lock, Observe, Orient, Verify};
use crate::names::{ActorType, IntentSource, LockLevel, OutcomeStatus};
use crate::receipt::{Actor, Intent, Outcome};
use crate::{Digest, Uuid};

const NOW: &str = "2025-12-24T00:00:00Z";

fn begun() -> LoopState {
    let actor = Actor {
        kind: ActorType::Agent,
        name: "motus-agent".to_owned(),
        model: None,
        model_digest: None,
        email: None,
    };
    let intent = Intent { description: "try".to_owned(), source: IntentSource::Human };
    let request = LoopRequest {
        loop_id: Uuid::from_bits(1),
        parent_loop_id: Some(Uuid::from_bits(2)),
        intent,
        actor,
        lock_level: LockLevel::Committed,
        enf_k: 7,
        budgets: LoopBudgets { max_backtracks: 2, max_act_retries: 1, max_events: 50 },
    };
    let mut state = LoopState::new(&request, NOW);
    let new = state.clone();
    state.apply(Observe, &Fact::intent_set(&request));
    assert_eq!(state, new, "the first fact says what was asked for");
    state
}

/// Reads a fact that a test spells.
fn fact(kind: &str, content: &str) -> Fact {
    let content = motus_json::read(content.as_bytes(), &ReadOptions::default());
    Fact::read(kind, &content.expect("a content")).expect("it can be read").expect("a kind")
}

fn after(facts: &[(Phase, Fact)]) -> LoopState {
    let mut state = begun();
    for (phase, fact) in facts {
        state.apply(*phase, fact);
    }
    state
}

fn entered(step: Step) -> Fact {
    Fact::PhaseEntered { step, reason: None }
}

fn outcome() -> Outcome {
    Outcome { status: OutcomeStatus::Success, description: "done".to_owned() }
}

#[test]
fn a_fact_in_another_phase_enters_it_and_one_in_the_same_does_not() {
    let plan = || Fact::StrategyApplied { used: Object::new() };
    let state = after(&[(Observe, plan()), (Decide, plan()), (Decide, plan()), (Act, plan())]);
    assert_eq!((state.phase, state.body.phase_sequence), (Act, vec![Observe, Decide, Act]));
}

#[test]
fn entering_a_phase_enters_it_once_more_but_for_lock() {
    let state = after(&[
        (Orient, entered(Step::Next)),
        (Orient, entered(Step::Repeat)),
        (Lock, entered(Step::Halt)),
        (Lock, entered(Step::Repeat)),
        (Lock, Fact::HitlTimeout),
    ]);
    assert_eq!(
        (state.phase, state.body.phase_sequence),
        (Lock, vec![Observe, Orient, Orient, Lock])
    );
}

#[test]
fn repetitions_and_ways_back_are_taken_off_the_budgets() {
    let left = |state: LoopState| {
        let LoopBudgets { max_backtracks, max_act_retries, max_events } = state.budgets;
        (max_backtracks, max_act_retries, max_events)
    };
    assert_eq!(
        left(after(&[(Orient, entered(Step::Next)), (Act, entered(Step::Spawn))])),
        (2, 1, 50)
    );
    let back = (Orient, entered(Step::Backtrack));
    // What a step is called decides, not where it leads.
    let again = (Act, entered(Step::Repeat));
    assert_eq!(left(after(&[back.clone(), again.clone()])), (1, 0, 50));
    assert_eq!(left(after(&[back.clone(), back.clone(), back, again.clone(), again])), (0, 0, 50));
}

#[test]
fn before_anything_is_told_the_loop_has_failed_and_knows_nothing() {
    let body = begun().into_body();
    assert_eq!((body.outcome.status, body.lens.lens_id.as_str()), (OutcomeStatus::Failed, "none"));
    assert_eq!((body.lens.created_utc.as_str(), body.timestamp_utc.as_str()), (NOW, NOW));
    assert_eq!((body.effects.k, body.lock_level), (7, LockLevel::Committed));
}

#[test]
fn of_two_words_the_later_one_counts_in_the_place_of_the_earlier_one() {
    let artifact = |path: &str, size: u32| {
        let digest = Digest::ZERO;
        format!(r#"{{"path":"{path}","sha256":"{digest}","size_bytes":{size}}}"#)
    };
    let skill = |artifacts: &[String]| {
        fact("SkillExecuted", &format!(r#"{{"artifacts_out":[{}]}}"#, artifacts.join(",")))
    };
    let gate = |passed: bool| {
        fact("GateEvaluated", &format!(r#"{{"phase":"Act","gate_id":"g","passed":{passed}}}"#))
    };
    let checks = |first: &str, passed: bool| {
        let check = format!(r#"{{"check_id":"{first}","level":"Semantic","passed":{passed}}}"#);
        fact("VerificationRun", &format!(r#"{{"passed":true,"results":[{check}]}}"#))
    };
    let suggest = |id: &str, permille: u32| {
        let content = format!(r#"{{"strategy_id":"{id}","match_permille":{permille}}}"#);
        fact("StrategySuggested", &content)
    };
    let body = after(&[
        (Decide, suggest("b", 900)),
        (Decide, suggest("a", 800)),
        (Decide, suggest("b", 700)),
        (Act, skill(&[artifact("b", 1), artifact("a", 2)])),
        (Act, skill(&[artifact("b", 3)])),
        (Act, gate(false)),
        (Act, gate(true)),
        (Verify, checks("c@1", false)),
        (Verify, checks("c@2", false)),
        (Verify, checks("c@1", true)),
    ])
    .into_body();
    let outputs = body.outputs.iter().map(|output| (output.path.as_str(), output.size_bytes));
    assert_eq!(outputs.collect::<Vec<_>>(), [("a", Some(2)), ("b", Some(3))]);
    let gates: Vec<_> = body.gates.iter().map(|gate| gate.passed).collect();
    assert_eq!(gates, [true]);
    let checks = body.checks.iter().map(|check| (check.check_id.as_str(), check.passed));
    assert_eq!(checks.collect::<Vec<_>>(), [("c@1", true), ("c@2", false)]);
    let suggestions = body.strategies.suggestions.iter();
    let suggestions = suggestions.map(|suggestion| suggestion.get("match_permille")?.as_u64());
    assert_eq!(suggestions.collect::<Vec<_>>(), [Some(700), Some(800)]);
}

#[test]
fn what_was_observed_is_kept_once_in_its_one_spelling_and_in_order() {
    let observed = |selectors: &[&str]| {
        let effect = |selector: &&str| format!(r#"{{"op":"WriteFS","selector":"{selector}"}}"#);
        let effects: Vec<String> = selectors.iter().map(effect).collect();
        fact("SkillExecuted", &format!(r#"{{"effects_observed":[{}]}}"#, effects.join(",")))
    };
    let body = after(&[
        (Act, observed(&["fs:./b", "fs:a"])),
        (Act, observed(&["fs:b", "fs:.//a", "fs:../c"])),
    ])
    .into_body();
    let executed = body.effects.executed_raw.iter().map(|effect| effect.selector.as_str());
    assert_eq!(executed.collect::<Vec<_>>(), ["fs:../c", "fs:a", "fs:b"]);
}

#[test]
fn a_child_that_nobody_joined_has_failed_and_no_other_has_its_digest() {
    let spawn = |index: u32, child: u128| Fact::ChildSpawned {
        spawn_index: index,
        child_loop_id: Uuid::from_bits(child),
        critical: index == 0,
    };
    let join = |child: u128| Fact::ChildJoined {
        child_loop_id: Uuid::from_bits(child),
        child_proof_digest: Digest::ZERO,
        outcome_status: OutcomeStatus::Partial,
    };
    let body = after(&[
        (Act, spawn(2, 30)),
        (Act, spawn(0, 10)),
        (Act, spawn(1, 20)),
        (Act, join(20)),
        (Act, join(99)),
    ])
    .into_body();
    let children: Vec<_> = body
        .children
        .iter()
        .map(|child| (child.spawn_index, child.child_loop_id.bits(), child.outcome_status))
        .collect();
    let (partial, failed) = (OutcomeStatus::Partial, OutcomeStatus::Failed);
    assert_eq!(children, [(0, 10, failed), (1, 20, partial), (2, 30, failed)]);
    let digests: Vec<Digest> = body.children.iter().map(|child| child.child_proof_digest).collect();
    assert_eq!(digests[1], Digest::ZERO);
    assert!(digests[0] != digests[2] && digests[0] != Digest::ZERO);
}

#[test]
fn the_end_tells_what_happened_in_lock() {
    let gate = |phase: Phase| {
        let phase = phase.as_str();
        fact("GateEvaluated", &format!(r#"{{"phase":"{phase}","gate_id":"g","passed":true}}"#))
    };
    let error = |phase: Phase| {
        let phase = phase.as_str();
        let text = format!(
            r#"{{"phase":"{phase}","class":"Recoverable","code":"E","message":"","retryable":true}}"#
        );
        fact("ActError", &text)
    };
    let before = [(Act, error(Act)), (Act, gate(Act))];
    let mut state = after(&before);
    state.apply(Lock, &gate(Lock));
    state.apply(Lock, &error(Lock));
    let locked = state.locked(LockLevel::Staged, outcome());
    let payload = locked.payload();
    for (name, entries) in [("gates", 1), ("errors", 1)] {
        let told = payload.get(name).and_then(motus_json::Value::as_array);
        assert_eq!(told.map(<[_]>::len), Some(entries), "{name}");
    }
    // Whoever saw the facts of Lock and whoever reads of them in the end knows the same.
    state.apply(Lock, &locked);
    let mut told = after(&before);
    told.apply(Lock, &locked);
    assert_eq!(state, told);
    let body = state.into_body();
    assert_eq!((body.gates.len(), body.errors.len()), (2, 2));
    assert_eq!((body.lock_level, body.outcome), (LockLevel::Staged, outcome()));
}

#[test]
fn an_end_in_which_nothing_happened_leaves_all_as_it_was() {
    let state =
        after(&[(Act, fact("GateEvaluated", r#"{"phase":"Act","gate_id":"g","passed":true}"#))]);
    let locked = state.locked(LockLevel::Draft, outcome());
    let payload = locked.payload();
    assert!(!payload.contains_key("gates") && !payload.contains_key("errors"));
    let mut ended = state.clone();
    ended.apply(Lock, &locked);
    assert_eq!((ended.body.gates, ended.body.errors), (state.body.gates, state.body.errors));
}
