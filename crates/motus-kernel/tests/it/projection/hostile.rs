//! Logs that nobody should write: faults with the numbers of their events, or a result that is defined.

use motus_kernel::projection::project_receipt;
use motus_testkit::bundle::{Parts, basic_edit, document, parent, push_event};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

use super::{acted, project};

/// Tells what is wrong with a log, a line for each fault.
fn faults(parts: &Parts) -> Vec<String> {
    let faults = project(parts).expect_err("something is wrong");
    faults.iter().map(|fault| format!("{}: {}", fault.place, fault.message)).collect()
}

fn edited(edit: impl FnOnce(&mut Parts)) -> Parts {
    let mut parts = basic_edit();
    edit(&mut parts);
    parts.seal_events();
    parts
}

#[test]
fn a_log_begins_with_the_intent() {
    let beginning = "a log begins with IntentSet, in the phase Observe";
    let no_events = edited(|parts| parts.events.clear());
    assert_eq!(faults(&no_events), [format!("event 0: {beginning}")]);
    let no_intent = edited(|parts| drop(parts.events.remove(0)));
    assert_eq!(faults(&no_intent), [format!("event 0: {beginning}")]);
    let unknown = edited(|parts| drop(parts.event(0).insert("kind", "Noted")));
    assert_eq!(faults(&unknown), [format!("event 0: {beginning}")]);
    let late = edited(|parts| drop(parts.event(0).insert("phase", "Orient")));
    assert_eq!(faults(&late), [format!("event 0: {beginning}")]);
    let unreadable = edited(|parts| drop(parts.event(0).insert("payload", document("{}"))));
    assert_eq!(faults(&unreadable), ["event 0.intent: is missing", "event 0.actor: is missing"]);
}

#[test]
fn every_content_that_is_not_as_it_must_be_is_told_with_its_event() {
    let parts = edited(|parts| {
        parts.event(3).insert("payload", document(r#"{"effects_declared":7,"enf_k":"50"}"#));
        parts.event(5).insert("payload", document(r#"{"results":[{"check_id":1}]}"#));
    });
    assert_eq!(
        faults(&parts),
        [
            "event 3.effects_declared: must be an array",
            "event 3.enf_k: must be an integer from 0 to 4294967295",
            "event 5.results[0].check_id: must be a string",
            "event 5.results[0].passed: is missing",
            "event 5.results[0].level: is missing",
        ]
    );
}

#[test]
fn what_only_resembles_a_tag_is_refused() {
    for payload in [r#"{"data":{"plan":"a"}}"#, r#"{"data":{},"type":"Locked"}"#] {
        let parts = edited(|parts| drop(parts.event(3).insert("payload", document(payload))));
        let expected = "event 3: the payload is neither bare nor {type,data} of its kind";
        assert_eq!(faults(&parts), [expected]);
    }
}

#[test]
fn lines_that_are_no_events_are_refused() {
    let mut parts = basic_edit();
    parts.event(2).insert("phase", "Sleep");
    parts.event(4).remove("ts_utc");
    let found = faults(&parts);
    assert_eq!(found, ["event 2.phase: is no phase", "event 4.ts_utc: is missing"]);
    let faults = project_receipt([b"".as_slice(), b"{}"]).expect_err("no event at all");
    assert_eq!((faults.len(), faults[0].place.as_str()), (1, "event 0"));
    let long = vec![b' '; (1 << 20) + 1];
    let faults = project_receipt([long.as_slice()]).expect_err("too long");
    assert_eq!(faults[0].place, "event 0");
}

#[test]
fn a_log_is_of_one_loop_and_in_its_order() {
    let other = "22222222-2222-2222-2222-222222222222";
    let parts = edited(|parts| drop(parts.event(2).insert("loop_id", other)));
    assert_eq!(faults(&parts), [format!("event 2: loop_id is {other}")]);
    let mut swapped = basic_edit();
    swapped.events.swap(1, 2);
    assert_eq!(faults(&swapped), ["event 1: seq is 2", "event 2: seq is 1"]);
    let mut gap = basic_edit();
    gap.events.remove(5);
    assert_eq!(faults(&gap), ["event 5: seq is 6"]);
}

#[test]
fn nothing_comes_after_the_end_and_the_loop_begins_once() {
    let mut parts = basic_edit();
    push_event(&mut parts, "Lock", "Noted", "{}");
    parts.seal_events();
    assert_eq!(faults(&parts), ["event 7: comes after Locked"]);
    let twice = edited(|parts| {
        let intent = parts.event(0).clone();
        parts.events.insert(1, intent);
    });
    assert_eq!(faults(&twice), ["event 1: the loop has begun already"]);
}

#[test]
fn children_are_spawned_once_and_then_joined_once() {
    let child = "33333333-3333-3333-3333-000000000000";
    let spawn = format!(r#"{{"child_loop_id":"{child}","critical":true,"spawn_index":0}}"#);
    let digest = "1".repeat(64);
    let join = format!(r#"{{"child_loop_id":"{child}","child_proof_digest":"{digest}"}}"#);
    let (spawn, join) = (("ChildSpawned", spawn), ("ChildJoined", join));
    for (events, expected) in [
        (vec![&join], format!("event 5: child {child} was not spawned")),
        (vec![&spawn, &spawn], format!("event 6: child {child} was spawned already")),
        (vec![&spawn, &join, &join], format!("event 7: child {child} was joined already")),
    ] {
        let parts = acted(events.into_iter().cloned());
        assert_eq!(faults(&parts), [expected]);
    }
    assert!(project(&parent()).is_ok());
}

#[test]
fn of_checks_and_gates_that_are_told_twice_the_last_word_counts() {
    let told = [true, false].map(|passed| {
        let gate = format!(r#"{{"gate_id":"g","passed":{passed},"phase":"Act"}}"#);
        let check = format!(r#"{{"check_id":"c","level":"Semantic","passed":{passed}}}"#);
        let run = format!(r#"{{"passed":{passed},"results":[{check}]}}"#);
        [("GateEvaluated", gate), ("VerificationRun", run)]
    });
    let body = project(&acted(told.into_iter().flatten())).expect("it can be told");
    let gates: Vec<bool> = body.gates.iter().map(|gate| gate.passed).collect();
    let checks: Vec<_> =
        body.checks.iter().map(|check| (check.check_id.as_str(), check.passed)).collect();
    assert_eq!((gates, checks), (vec![false], vec![("c", false), ("cargo_test", true)]));
}

#[test]
fn a_log_that_ends_early_tells_what_it_has() {
    let parts = edited(|parts| parts.events.truncate(4));
    let body = project(&parts).expect("it can be told");
    assert_eq!(body.outcome.status.as_str(), "failed");
    assert_eq!((body.lock_level.as_str(), body.phase_sequence.len()), ("Draft", 3));
}

#[test]
fn after_a_hundred_faults_nothing_is_looked_at() {
    let gate = || ("GateEvaluated", r#"{"phase":"Act"}"#.to_owned());
    assert_eq!(faults(&acted((0..200).map(|_| gate()))).len(), 100);
}

/// A receipt with a longer list would not be read.
#[test]
fn no_list_grows_longer_than_a_receipt_may_have_it() {
    let skill = |from: usize| {
        let effect = |number| format!(r#"{{"op":"Exec","selector":"exec:{number}"}}"#);
        let effects: Vec<String> = (from..from + 25_001).map(effect).collect();
        ("SkillExecuted", format!(r#"{{"effects_observed":[{}]}}"#, effects.join(",")))
    };
    let parts = acted((0..6).map(|place| skill(25_000 * place)));
    let expected = "event 8: effects.executed_raw has more than 100000 entries";
    assert_eq!(faults(&parts), [expected]);
}

/// Values that stand where others are expected.
const OTHERS: [&str; 8] =
    ["null", "true", "-1", "18446744073709551615", r#""""#, "[]", "{}", "[[]]"];

const KINDS: [&str; 12] = [
    "IntentSet",
    "LensAssembled",
    "StrategySuggested",
    "StrategyApplied",
    "PlanChosen",
    "ChildSpawned",
    "ChildJoined",
    "SkillExecuted",
    "GateEvaluated",
    "VerificationRun",
    "HitlDecision",
    "Locked",
];

/// The same cases in every run; nothing is written beside the sources.
fn config() -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(7);
    ProptestConfig { cases: 500, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Whatever stands in the place of a member and whatever the event is called, there is an answer.
    #[test]
    fn there_is_always_an_answer(
        seq in 0..7_usize, member in any::<Index>(), other in select(OTHERS.to_vec()),
        kind in select(KINDS.to_vec()), rename in any::<bool>(),
    ) {
        let mut parts = basic_edit();
        let event = parts.event(seq);
        if rename {
            event.insert("kind", kind);
        }
        let payload = event.get_mut("payload").and_then(motus_json::Value::as_object_mut);
        let payload = payload.expect("every event has one");
        let names: Vec<_> = payload.iter().map(|(name, _)| name.clone()).collect();
        let value = motus_json::read(other.as_bytes(), &motus_json::ReadOptions::default());
        payload.insert(&*names[member.index(names.len())].to_string_lossy(), value.expect("a value"));
        parts.seal_events();
        match project(&parts) {
            Ok(body) => prop_assert_eq!(Ok(body), project(&parts)),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.place.starts_with("event ")));
            }
        }
    }
}
