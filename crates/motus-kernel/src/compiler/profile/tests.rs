//! Which events a profile tells, and what cannot be left out.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::kinds::KINDS;
use super::{ProfileError, RecordingProfile};
use crate::compiler::Fact;
use crate::compiler::fact::any;
use crate::names::Phase;
use crate::receipt::any::config;

fn required(name: &str) -> Result<RecordingProfile, ProfileError> {
    Err(ProfileError::Required(name.to_owned()))
}

fn unknown(name: &str) -> Result<RecordingProfile, ProfileError> {
    Err(ProfileError::Unknown(name.to_owned()))
}

/// Returns the names of the members that an event tells.
fn told(profile: &RecordingProfile, fact: &Fact) -> Option<Vec<String>> {
    told_in(profile, Phase::Decide, fact)
}

fn told_in(profile: &RecordingProfile, phase: Phase, fact: &Fact) -> Option<Vec<String>> {
    let payload = profile.payload(phase, fact)?.sorted();
    Some(payload.iter().map(|(name, _)| name.to_string_lossy().into_owned()).collect())
}

static LEAST: OnceLock<RecordingProfile> = OnceLock::new();

/// Returns the profile that tells the least.
fn least() -> RecordingProfile {
    KINDS.iter().fold(RecordingProfile::golden(), |profile, kind| {
        let profile = profile.with(kind.name, kind.least).expect("less could not be read");
        if kind.is_required {
            profile
        } else {
            profile.without(kind.name).expect("it may be left out")
        }
    })
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn the_default_tells_everything(fact in any::fact()) {
        let payload = RecordingProfile::standard().payload(Phase::Act, &fact);
        prop_assert_eq!(payload, Some(fact.payload()));
    }

    /// In every profile that can be made: a verifier compares these with the receipt.
    #[test]
    fn what_a_verifier_must_find_is_always_told(fact in any::fact()) {
        let least = LEAST.get_or_init(least);
        let payload = least.payload(Phase::Verify, &fact);
        let is_required = KINDS.iter().any(|kind| kind.name == fact.kind() && kind.is_required);
        prop_assert_eq!(payload.is_some(), is_required);
        if let Some(payload) = payload {
            let read = Fact::read(fact.kind(), &payload.into());
            prop_assert!(matches!(read, Ok(Some(_))), "{:?}", read);
        }
    }
}

#[test]
fn profiles_are_found_by_their_names() {
    for name in ["default", "golden-0.1"] {
        assert_eq!(RecordingProfile::named(name).expect(name).name(), name);
    }
    assert_eq!(RecordingProfile::named("golden"), None);
}

#[test]
fn what_cannot_be_left_out_is_refused() {
    let profile = RecordingProfile::standard;
    for kind in KINDS.iter().filter(|kind| kind.is_required) {
        assert_eq!(profile().without(kind.name), required(kind.name));
    }
    assert_eq!(profile().with("Locked", &["lock_level"]), required("Locked.outcome"));
    assert_eq!(profile().with("VerificationRun", &["passed"]), required("VerificationRun.results"));
    assert_eq!(profile().with("ActError", &[]), required("ActError.class"));
    let message = profile().without("IntentSet").expect_err("it is required").to_string();
    assert_eq!(message, "IntentSet cannot be left out");
}

#[test]
fn what_nobody_knows_is_refused() {
    let profile = RecordingProfile::golden;
    assert_eq!(profile().without("Noted"), unknown("Noted"));
    assert_eq!(profile().with("Noted", &[]), unknown("Noted"));
    assert_eq!(profile().with("PlanChosen", &["plan", "k"]), unknown("PlanChosen.k"));
    let error = profile().with("PlanChosen", &["k"]).expect_err("no plan has it");
    assert_eq!(error.to_string(), "no event has PlanChosen.k");
}

#[test]
fn kinds_and_members_can_be_chosen_and_left_out() {
    let read = |text: &str| {
        let content = motus_json::read(text.as_bytes(), &motus_json::ReadOptions::default());
        Fact::read("PlanChosen", &content.expect("a content")).expect("a plan").expect("a plan")
    };
    let plan = read(r#"{"plan":"a","effects_declared":[],"enf_k":1,"compression":{},"x":1}"#);
    let golden = RecordingProfile::golden();
    let members = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(told(&golden, &plan), members(&["effects_declared", "plan", "x"]));
    let other = golden.clone().with("PlanChosen", &["enf_k"]).expect("it can be read");
    assert_eq!(told(&other, &plan), members(&["enf_k", "x"]));
    let none = golden.without("PlanChosen").expect("it may be left out");
    assert_eq!(told(&none, &plan), None);
    let again = none.with("PlanChosen", &["plan"]).expect("it can be read");
    assert_eq!(told(&again, &plan), members(&["plan", "x"]));
}

/// As `ActError` cannot be left out, what went wrong in Lock cannot.
#[test]
fn errors_of_lock_are_told_by_every_profile() {
    let text = r#"{"lock_level":"Draft","outcome":{"status":"failed","description":""},
        "errors":[{"phase":"Lock","class":"Catastrophic","code":"E","message":"","retryable":false}],
        "gates":[{"phase":"Lock","gate_id":"g","passed":false}]}"#;
    let content = motus_json::read(text.as_bytes(), &motus_json::ReadOptions::default());
    let locked = Fact::read("Locked", &content.expect("a content")).expect("an end");
    let locked = locked.expect("an end");
    let members = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let told_in_lock = |profile: RecordingProfile| told_in(&profile, Phase::Lock, &locked);
    assert_eq!(told_in_lock(least()), members(&["errors", "lock_level", "outcome"]));
    let all = members(&["errors", "gates", "lock_level", "outcome"]);
    assert_eq!(told_in_lock(RecordingProfile::standard()), all);
}

/// Everything else that happens there is told with the end: a verifier refuses other events in Lock.
#[test]
fn in_lock_only_humans_and_the_end_are_told() {
    for profile in [RecordingProfile::standard(), RecordingProfile::golden()] {
        for kind in KINDS {
            let may = ["HitlPrompt", "HitlDecision", "HitlTimeout", "Locked"].contains(&kind.name);
            assert_eq!(kind.may_stand_in_lock(), may);
        }
        let timeout = profile.payload(Phase::Lock, &Fact::HitlTimeout);
        assert_eq!(timeout, Some(motus_json::Object::new()));
        let skipped = Fact::PhaseSkipped { reason: String::new() };
        assert_eq!(profile.payload(Phase::Lock, &skipped), None);
        assert!(profile.payload(Phase::Verify, &skipped).is_some());
    }
}
