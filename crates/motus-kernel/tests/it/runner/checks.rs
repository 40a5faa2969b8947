//! Results of checks: each attempt under a name of its own, and only what is told counts.

use motus_kernel::compiler::{DecideOut, VerificationOut};
use motus_kernel::names::ErrorClass::Recoverable;
use motus_kernel::names::VerificationLevel;
use motus_kernel::receipt::Check;
use motus_testkit::loops::queued::error;
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use motus_kernel::compiler::RecordingProfile;
use motus_testkit::loops::queued::request;

use super::{Ran, policy, run, run_with};

/// Results: those with a `!` before their name did not pass.
fn results(names: &[&str]) -> VerificationOut {
    let check = |name: &&str| Check {
        level: VerificationLevel::Regression,
        check_id: name.trim_start_matches('!').to_owned(),
        passed: !name.starts_with('!'),
        evidence: None,
    };
    VerificationOut { results: names.iter().map(check).collect(), ..VerificationOut::default() }
}

fn verified(runs: &[&[&str]]) -> Ran {
    let mut world = QueuedWorld::default();
    world.run_verification.extend(runs.iter().map(|names| Ok(results(names))));
    run(&mut world)
}

#[test]
fn a_name_that_is_there_becomes_the_next_attempt() {
    for (runs, names) in [
        ([["!test"].as_slice(), &["test"]], ["test", "test@2"]),
        ([&["!test@1"], &["test"]], ["test@1", "test@2"]),
        ([&["!test@1"], &["test@1"]], ["test@1", "test@2"]),
        ([&["!test@7"], &["test@3"]], ["test@7", "test@8"]),
        ([&["!test@1"], &["test@9"]], ["test@1", "test@9"]),
        ([&["!test"], &["test@1"]], ["test", "test@1"]),
    ] {
        let ran = verified(&runs);
        assert_eq!((ran.check_ids(), ran.halted()), (names.to_vec(), None));
    }
}

#[test]
fn attempts_of_one_answer_may_stand_in_any_order() {
    let ran = verified(&[&["test@3", "test@2", "test@3", "test"]]);
    assert_eq!((ran.check_ids(), ran.halted()), (vec!["test@3", "test@2", "test@4", "test"], None));
}

#[test]
fn the_last_attempt_decides_and_every_failure_leads_back() {
    let ran = verified(&[&["test@2", "!test@1"], &["test@3"]]);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavl", None));
    let ran = verified(&[&["lint"], &["test"]]);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavl", None));
}

#[test]
fn what_looks_like_an_attempt_and_is_none_is_refused() {
    for name in ["test@", "test@x", "test@01", "test@1@2", "test@9999999999999999999"] {
        let ran = verified(&[&["test", name]]);
        assert_eq!(
            (ran.error_codes(), ran.check_ids().len()),
            (vec!["ANSWER_INVALID"], 0),
            "{name}"
        );
    }
}

/// An attempt is made once: required by its number, it could never pass after it failed.
#[test]
fn no_attempt_is_required() {
    for name in ["test@2", "test@", "test@x", "@", "@1"] {
        let mut world = QueuedWorld::default();
        let checks_required = vec![name.to_owned()];
        world.decide.push_back(Ok(DecideOut { checks_required, ..SteadyWorld::plan() }));
        let ran = run(&mut world);
        assert_eq!(ran.error_codes(), ["ANSWER_INVALID"], "{name}");
        assert!(ran.halted().unwrap_or_default().contains(name), "{:?}", ran.halted());
    }
}

/// What passed before the work was done again says nothing of it.
#[test]
fn a_required_check_passes_after_the_last_work() {
    let plan = |required: &[&str]| DecideOut {
        checks_required: required.iter().map(|name| (*name).to_owned()).collect(),
        ..SteadyWorld::plan()
    };
    let mut world = QueuedWorld::default();
    world.decide.extend((0..3).map(|_| Ok(plan(&["a", "b"]))));
    for names in [["a", "!b"].as_slice(), &["b"], &["a", "b"]] {
        world.run_verification.push_back(Ok(results(names)));
    }
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavrdavl", None));
    let why = "check a has no result since the work was done again";
    assert!(ran.events_jsonl.contains(why), "{}", ran.events_jsonl);
}

/// Neither silence nor another plan makes a failure undone, of a check that is required or not.
#[test]
fn what_failed_must_pass_before_the_loop_does() {
    for check in ["!test", "!other"] {
        let mut world = QueuedWorld::default();
        world.decide.push_back(Ok(SteadyWorld::plan()));
        let checks_required = Vec::new();
        world.decide.push_back(Ok(DecideOut { checks_required, ..SteadyWorld::plan() }));
        for names in [["test", check].as_slice(), &[], &["test", check.trim_start_matches('!')]] {
            world.run_verification.push_back(Ok(results(names)));
        }
        let ran = run(&mut world);
        assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavrdavl", None), "{check}");
        let why = format!("check {} did not pass, and not since", check.trim_start_matches('!'));
        assert!(ran.events_jsonl.contains(&why), "{}", ran.events_jsonl);
    }
}

/// An answer that could not be recorded leaves no name and no result behind.
#[test]
fn what_is_not_told_has_not_passed() {
    let mut world = QueuedWorld::default();
    let mut first = results(&["test@1"]);
    first.results[0].evidence = Some("evidence/test.txt".to_owned());
    world.run_verification.push_back(Ok(first));
    world.evidence_file.push_back(Err(error(Recoverable, "BUSY")));
    world.run_verification.push_back(Ok(results(&["test@1"])));
    let ran = run(&mut world);
    assert_eq!(
        (ran.phases().as_str(), ran.check_ids(), ran.halted()),
        ("ordavvl", vec!["test@1"], None)
    );
}

/// An attempt is made once: after later work, what a policy requires by its number is what came of the check since.
#[test]
fn an_attempt_that_a_policy_requires_may_pass_before_the_work_is_done_again() {
    let policy = policy(r#""checks_required":{"Committed":["lint@1"]}"#);
    let verified = |runs: &[&[&str]]| {
        let mut world = QueuedWorld::default();
        world.run_verification.extend(runs.iter().map(|names| Ok(results(names))));
        run_with(&request(), &policy, &RecordingProfile::standard(), &mut world)
            .expect("it is recorded")
    };
    let ran = verified(&[&["lint@1", "!test"], &["lint@1", "test"]]);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavl", None));
    assert_eq!(ran.check_ids(), ["lint@1", "test", "lint@2", "test@2"]);
    // What passed before the work says nothing of it.
    let ran = verified(&[&["lint@1", "!test"], &["test"], &["lint", "test"]]);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavrdavrdavl", None));
    // What failed under its number cannot pass under it any more, and no verifier would have it otherwise.
    let ran = verified(&[&["!lint@1", "test"], &["lint@1", "test"], &["lint@1", "test"]]);
    assert_eq!(ran.halted(), Some("no way back is left: check lint@1 did not pass"));
}
