//! Effects: declared within the bound, observed within what is declared.

use motus_kernel::compiler::{ActOut, DecideOut, RecordingProfile, Skill, VerificationOut};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::names::VerificationLevel;
use motus_kernel::receipt::Check;
use motus_testkit::loops::queued::request;
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use super::{Ran, policy, run, run_with};

fn writes(selectors: &[&str]) -> Vec<Effect> {
    let write =
        |selector: &&str| Effect { op: EffectOp::WriteFS, selector: (*selector).to_owned() };
    selectors.iter().map(write).collect()
}

fn plan(selectors: &[&str]) -> DecideOut {
    DecideOut { effects: writes(selectors), ..SteadyWorld::plan() }
}

fn skill(name: &str, selectors: &[&str]) -> Skill {
    let (artifacts_out, evidence) = (Vec::new(), None);
    Skill { skill: name.to_owned(), evidence, artifacts_out, effects_observed: writes(selectors) }
}

fn acts(skills: Vec<Skill>) -> ActOut {
    ActOut { skills, error: None }
}

fn declared(ran: &Ran) -> Vec<&str> {
    ran.receipt.effects.declared.iter().map(|effect| effect.selector.as_str()).collect()
}

#[test]
fn few_effects_are_declared_as_they_are() {
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(plan(&["fs:b//x", "fs:a", "fs:b/x"])));
    let ran = run(&mut world);
    assert_eq!(declared(&ran), ["fs:a", "fs:b/x"]);
    assert_eq!(ran.receipt.effects.compression, None);
}

#[test]
fn more_effects_than_allowed_are_compressed() {
    let mut request = request();
    request.enf_k = 2;
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(plan(&["fs:a/1", "fs:a/2", "fs:a/3", "fs:b"])));
    let policy = policy("");
    let profile = RecordingProfile::standard();
    let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(declared(&ran), ["fs:a/", "fs:b"]);
    let compression = ran.receipt.effects.compression.as_ref().map(|value| format!("{value:?}"));
    let expected = r#"{"algorithm":"TrieMerge-v0.1","input_count":4,"output_count":2}"#;
    assert_eq!(compression.as_deref(), Some(expected));
}

#[test]
fn what_no_compression_may_declare_halts() {
    for (effects, why) in [
        (
            ["fs:a", "fs:b", "fs:c"].as_slice(),
            "3 effects can be declared as 2 only with a whole root",
        ),
        (&["fs:/a", "fs:b", "fs:c"], "3 effects can be declared as 2 only with a whole root"),
    ] {
        let mut request = request();
        request.enf_k = 2;
        let mut world = QueuedWorld::default();
        world.decide.push_back(Ok(plan(effects)));
        let (policy, profile) = (policy(""), RecordingProfile::standard());
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        assert_eq!(ran.error_codes(), ["EFFECT_BOUNDS_VIOLATION"]);
        assert!(ran.halted().unwrap_or_default().starts_with(why), "{:?}", ran.halted());
        assert_eq!(declared(&ran), [""; 0]);
    }
    let programs = |name: &str| Effect { op: EffectOp::Exec, selector: format!("exec:{name}") };
    let effects = ["a", "b", "c"].map(programs).to_vec();
    let mut request = request();
    request.enf_k = 2;
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(DecideOut { effects, ..SteadyWorld::plan() }));
    let (policy, profile) = (policy(""), RecordingProfile::standard());
    let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
    let why = "3 effects can be declared as 3 at best, not as 2 (EFFECT_BOUNDS_VIOLATION)";
    assert_eq!(ran.halted(), Some(why));
}

/// Who declares a root asks for it.
#[test]
fn a_root_may_be_declared_by_name() {
    let mut world = QueuedWorld::default();
    world.execute_act.push_back(Ok(acts(Vec::new())));
    let effects = vec![Effect { op: EffectOp::ReadFS, selector: "fs:./".to_owned() }];
    world.decide.push_back(Ok(DecideOut { effects, ..SteadyWorld::plan() }));
    let ran = run(&mut world);
    assert_eq!((declared(&ran), ran.halted()), (vec!["fs:./"], None));
}

#[test]
fn what_was_not_declared_halts_and_all_of_it_is_named() {
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(plan(&["fs:src/"])));
    world.execute_act.push_back(Ok(acts(vec![
        skill("good", &["fs:src/a"]),
        skill("bad", &["fs:src/b", "fs:etc/c", "fs:../up"]),
        skill("last", &["fs:src/d", "fs:etc/e", "fs:etc/f"]),
    ])));
    let ran = run(&mut world);
    let told: Vec<(&str, &str)> = ran
        .receipt
        .errors
        .iter()
        .map(|error| (error.code.as_str(), error.message.as_str()))
        .collect();
    assert_eq!(
        told[0],
        ("EFFECT_BOUNDS_VIOLATION", "skill bad: WriteFS fs:etc/c was not declared")
    );
    assert_eq!(told[1].0, "ANSWER_INVALID");
    assert!(told[1].1.starts_with("skill bad: "), "{}", told[1].1);
    let last = "skill last: WriteFS fs:etc/e, WriteFS fs:etc/f was not declared";
    assert_eq!(told[2..], [("EFFECT_BOUNDS_VIOLATION", last)]);
    let why = "skill bad: WriteFS fs:etc/c was not declared (EFFECT_BOUNDS_VIOLATION)";
    assert_eq!(ran.halted(), Some(why));
    // What was declared is told of every skill.
    assert_eq!(ran.receipt.effects.executed_raw, writes(&["fs:src/a", "fs:src/b", "fs:src/d"]));
    let executed = ran.told.iter().filter(|told| told.ends_with("SkillExecuted")).count();
    assert_eq!(executed, 3);
}

/// No message is cut where an effect stands in it.
#[test]
fn however_much_was_not_declared_is_named() {
    let names: Vec<String> = (0..300).map(|number| format!("fs:etc/{number}/")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(plan(&["fs:src/"])));
    world.execute_act.push_back(Ok(acts(vec![skill("bad", &names)])));
    let ran = run(&mut world);
    let errors = ran.receipt.errors.iter();
    let told = errors.map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
    for name in names {
        assert!(told.contains(&format!("WriteFS {name}")), "{name}");
    }
}

#[test]
fn an_effect_without_a_name_halts() {
    for act in [false, true] {
        let mut world = QueuedWorld::default();
        if act {
            world.execute_act.push_back(Ok(acts(vec![skill("bad", &["fs:../up"])])));
        } else {
            world.decide.push_back(Ok(plan(&["fs:../up"])));
        }
        let ran = run(&mut world);
        assert_eq!(ran.error_codes(), ["ANSWER_INVALID"]);
    }
}

/// A later plan does not undo what was touched before: it is declared beside what the plan wants.
#[test]
fn a_new_plan_still_declares_what_was_touched() {
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(plan(&["fs:a/"])));
    world.execute_act.push_back(Ok(acts(vec![skill("first", &["fs:a/1"])])));
    let check = Check {
        level: VerificationLevel::Regression,
        check_id: "test".to_owned(),
        passed: false,
        evidence: None,
    };
    let failed = VerificationOut { results: vec![check], ..VerificationOut::default() };
    world.run_verification.push_back(Ok(failed));
    world.decide.push_back(Ok(plan(&["fs:b"])));
    world.execute_act.push_back(Ok(acts(vec![skill("second", &["fs:b"])])));
    let ran = run(&mut world);
    assert_eq!((declared(&ran), ran.halted()), (vec!["fs:a/1", "fs:b"], None));
}
