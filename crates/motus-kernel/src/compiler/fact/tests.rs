//! Facts read back from what is written of them, and what cannot be read is told.

use motus_json::canonical::cj;
use motus_json::{ReadOptions, Value};
use proptest::prelude::*;

use super::{Fact, Step, any};
use crate::receipt::any::config;

/// Returns a content as it comes out of a log.
fn through_text(content: &Value) -> Value {
    let text = cj::write(content).expect("it has a canonical text");
    cj::read(text.as_bytes(), &ReadOptions::default()).expect("it is canonical")
}

fn content(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &ReadOptions::default()).expect("the test spells a content")
}

fn read(kind: &str, text: &str) -> Fact {
    Fact::read(kind, &content(text)).expect("it can be read").expect("a kind that is known")
}

#[track_caller]
fn refuses(kind: &str, text: &str, places: &[&str]) {
    let faults = Fact::read(kind, &content(text)).expect_err(text);
    let found: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(found, places, "{kind} {text}");
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn what_is_written_reads_back(fact in any::fact()) {
        let payload = through_text(&fact.payload().into());
        prop_assert_eq!(Fact::read(fact.kind(), &payload), Ok(Some(fact)));
    }

    /// Whoever writes `null` for what has no value says the same.
    #[test]
    fn null_is_not_there(fact in any::fact(), name in "evidence|reason|note|parent_loop_id|on_fail") {
        let mut payload = fact.payload();
        if !payload.contains_key(&name) && !matches!(fact, Fact::PlanChosen { .. } | Fact::StrategyApplied { .. }) {
            payload.insert(name.as_str(), Value::Null);
        }
        prop_assert_eq!(Fact::read(fact.kind(), &payload.into()), Ok(Some(fact)));
    }
}

#[test]
fn every_step_has_one_spelling() {
    for step in Step::ALL {
        assert_eq!(Step::parse(step.as_str()), Some(step));
    }
    assert_eq!(Step::parse("next"), None);
}

#[test]
fn a_kind_that_nobody_knows_tells_no_fact() {
    assert_eq!(Fact::read("Noted", &content(r#"{"number":1}"#)), Ok(None));
    assert!(!Fact::is_kind("intentSet") && Fact::is_kind("IntentSet"));
}

#[test]
fn members_that_are_not_told_are_empty() {
    for (kind, told) in [
        ("SignalsCaptured", r#"{"signals":[]}"#),
        ("InputsRead", r#"{"artifacts_in":[]}"#),
        ("OrientFromFailure", "{}"),
        ("PlanChosen", r#"{"effects_declared":[],"enf_k":0,"plan":""}"#),
        ("HitlTimeout", "{}"),
    ] {
        let fact = Fact::read(kind, &content("{}")).expect(kind).expect(kind);
        assert_eq!(Value::from(fact.payload()), content(told), "{kind}");
    }
}

#[test]
fn a_run_that_does_not_say_so_passed_when_its_checks_did() {
    let result = |passed| format!(r#"{{"check_id":"a","level":"Semantic","passed":{passed}}}"#);
    for (results, expected) in [
        (String::new(), true),
        (result(true), true),
        (format!("{},{}", result(true), result(false)), false),
    ] {
        let fact = read("VerificationRun", &format!(r#"{{"results":[{results}]}}"#));
        assert!(matches!(fact, Fact::VerificationRun { passed, .. } if passed == expected));
    }
}

#[test]
fn other_members_of_a_plan_are_its_details() {
    let text = r#"{"children":[{"spawn_index":0}],"plan":"spawn","why":null}"#;
    let Fact::PlanChosen { plan, details, .. } = read("PlanChosen", text) else { panic!("{text}") };
    assert_eq!(plan, "spawn");
    assert_eq!(Value::from(details), content(r#"{"children":[{"spawn_index":0}],"why":null}"#));
}

#[test]
fn every_member_that_is_not_as_it_must_be_is_told() {
    refuses("IntentSet", "{}", &["intent", "actor"]);
    refuses(
        "IntentSet",
        r#"{"actor":7,"intent":{"source":"Human"}}"#,
        &["intent.description", "intent.source", "actor"],
    );
    refuses(
        "PlanChosen",
        r#"{"effects_declared":{},"enf_k":-1,"plan":[]}"#,
        &["plan", "effects_declared", "enf_k"],
    );
    let effects = r#"{"effects_declared":[{"op":"WriteFS","selector":"fs:a"},{"op":"Write"}]}"#;
    refuses("PlanChosen", effects, &["effects_declared[1].selector", "effects_declared[1].op"]);
    refuses("PhaseEntered", r#"{"step":"Jump"}"#, &["step"]);
    refuses("ChildSpawned", "{}", &["spawn_index", "child_loop_id", "critical"]);
    refuses(
        "ChildJoined",
        r#"{"outcome_status":"ok"}"#,
        &["outcome_status", "child_loop_id", "child_proof_digest"],
    );
    refuses("VerificationRun", r#"{"on_fail":{},"passed":"yes"}"#, &["passed", "on_fail.type"]);
    refuses(
        "Locked",
        r#"{"gates":[{}],"outcome":null}"#,
        &["outcome", "lock_level", "gates[0].gate_id", "gates[0].passed", "gates[0].phase"],
    );
    refuses("HitlTimeout", "[]", &[""]);
    refuses("StrategyApplied", "null", &[""]);
}

#[test]
fn a_record_is_of_the_kind_of_its_event() {
    let record = r#"{"kind":"Decision","ts_utc":"2025-12-24T00:00:00Z"}"#;
    refuses("HitlPrompt", record, &["kind"]);
    assert_eq!(read("HitlDecision", record).kind(), "HitlDecision");
}

#[test]
fn numbers_of_entries_are_those_of_the_entries_where_both_are_told() {
    refuses("LensAssembled", r#"{"items":[],"items_count":1}"#, &["items_count"]);
    let observed = r#"{"effects_observed":[],"effects_observed_count":200}"#;
    refuses("SkillExecuted", observed, &["effects_observed_count"]);
    read("LensAssembled", r#"{"items_count":1,"lens_id":"a"}"#);
    read("SkillExecuted", r#"{"effects_observed_count":200}"#);
}
