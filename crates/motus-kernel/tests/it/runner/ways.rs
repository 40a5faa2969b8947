//! Where a loop goes: again, back, or to its end, as far as its budgets reach.

use motus_kernel::compiler::{ActOut, LensOut, RecordingProfile, VerificationOut};
use motus_kernel::names::ErrorClass::{Catastrophic, PatternFailure, Recoverable, Unrecoverable};
use motus_kernel::names::{ErrorClass, VerificationLevel};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Check;
use motus_testkit::loops::queued::{error, request};
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use super::{policy, run, run_with};

/// A result of the check that a steady plan requires.
fn tested(passed: bool, class: Option<ErrorClass>) -> VerificationOut {
    let check = Check {
        level: VerificationLevel::Regression,
        check_id: "test".to_owned(),
        passed,
        evidence: Some("evidence/verify/test.txt".to_owned()),
    };
    VerificationOut { results: vec![check], class, reason: None }
}

fn poor_lens() -> LensOut {
    LensOut { coverage: 300, ..SteadyWorld::lens() }
}

#[test]
fn a_loop_goes_through_every_phase_once() {
    let mut world = QueuedWorld::default();
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavl", None));
    assert_eq!(
        world.asked,
        [
            "observe_signals",
            "evaluate_gates",
            "assemble_lens",
            "evaluate_gates",
            "decide",
            "evaluate_gates",
            "execute_act",
            "evaluate_gates",
            "run_verification",
            "evaluate_gates",
            "estimate_override",
            "evaluate_gates",
            "conclude",
            "persist_bundle",
        ]
    );
}

#[test]
fn a_failed_verification_leads_where_its_class_says() {
    for (class, phases) in [
        (None, "ordavrdavl"),
        (Some(PatternFailure), "ordavrdavl"),
        (Some(Recoverable), "ordavavl"),
        (Some(Unrecoverable), "ordavl"),
        (Some(Catastrophic), "ordavl"),
    ] {
        let mut world = QueuedWorld::default();
        world.run_verification.push_back(Ok(tested(false, class)));
        let ran = run(&mut world);
        assert_eq!(ran.phases(), phases, "{class:?}");
        assert_eq!(ran.halted().is_some(), phases == "ordavl", "{class:?}");
    }
}

#[test]
fn orient_is_told_of_the_failure_that_leads_there() {
    let mut world = QueuedWorld::default();
    world.run_verification.push_back(Ok(tested(false, None)));
    let ran = run(&mut world);
    let on_fail =
        r#""on_fail":{"reason":"check test did not pass","to_phase":"Orient","type":"Backtrack"}"#;
    assert!(ran.events_jsonl.contains(on_fail), "{}", ran.events_jsonl);
    let failure = r#""kind":"OrientFromFailure","loop_id":"00000000-0000-0000-0000-000000000001","payload":{"evidence":"evidence/verify/test.txt","reason":"check test did not pass"}"#;
    assert!(ran.events_jsonl.contains(failure), "{}", ran.events_jsonl);
}

#[test]
fn an_error_leads_where_its_class_says() {
    for (class, phases) in [
        (Recoverable, "ordaavl"),
        (PatternFailure, "ordardavl"),
        (Unrecoverable, "ordavl"),
        (Catastrophic, "ordavl"),
    ] {
        let mut world = QueuedWorld::default();
        world.execute_act.push_back(Err(error(class, "E")));
        let ran = run(&mut world);
        assert_eq!(ran.phases(), phases, "{class:?}");
        assert_eq!(ran.error_codes(), ["E"]);
        assert_eq!(ran.halted().is_some(), phases == "ordavl", "{class:?}");
    }
}

#[test]
fn what_cannot_be_retried_is_not() {
    let mut world = QueuedWorld::default();
    let mut lasting = error(Recoverable, "E");
    lasting.retryable = false;
    world.execute_act.push_back(Err(lasting));
    assert_eq!(run(&mut world).halted.as_deref(), Some("it does not work (E)"));
}

/// From Observe there is no way back to Orient.
#[test]
fn a_way_that_does_not_exist_halts() {
    let mut world = QueuedWorld::default();
    world.observe_signals.push_back(Err(error(PatternFailure, "E")));
    let ran = run(&mut world);
    let why = "there is no way from Observe to Orient: it does not work (E)";
    assert_eq!(ran.halted(), Some(why));
}

/// Orient is where a way of working is chosen anew.
#[test]
fn a_way_of_working_that_failed_in_orient_is_chosen_anew_there() {
    let mut world = QueuedWorld::default();
    world.assemble_lens.push_back(Err(error(PatternFailure, "E")));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("orrdavl", None));
    let mut world = QueuedWorld::default();
    world.assemble_lens.extend((0..3).map(|_| Err(error(PatternFailure, "E"))));
    let why = "no repetition is left: it does not work (E)";
    assert_eq!(run(&mut world).halted(), Some(why));
}

/// Gates that could not be evaluated are asked again, and the work before them is not done twice.
#[test]
fn gates_that_fail_are_asked_again_and_nothing_else_is() {
    for before in 0..6 {
        let mut world = QueuedWorld::default();
        world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Err(error(Recoverable, "BUSY")));
        let ran = run(&mut world);
        assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavl", None), "{before}");
        assert_eq!(ran.error_codes(), ["BUSY"]);
        let asked = |name: &str| world.asked.iter().filter(|asked| **asked == name).count();
        assert_eq!((asked("execute_act"), asked("evaluate_gates")), (1, 7));
    }
    let mut world = QueuedWorld::default();
    world.evaluate_gates.extend((0..3).map(|_| Err(error(Recoverable, "BUSY"))));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), Some("no repetition is left: it does not work (BUSY)"));
    assert_eq!(ran.error_codes(), ["BUSY"; 3]);
}

#[test]
fn a_retry_of_act_is_told_with_its_number_and_its_wait() {
    let mut world = QueuedWorld::default();
    let mut waiting = error(Recoverable, "TIMEOUT");
    waiting.retry_after_ms = Some(1000);
    world.execute_act.push_back(Err(waiting.clone()));
    world.execute_act.push_back(Ok(ActOut { skills: Vec::new(), error: Some(waiting) }));
    let ran = run(&mut world);
    assert_eq!(ran.phases(), "ordaaavl");
    for attempt in [2, 3] {
        let retry = format!(r#""payload":{{"after_ms":1000,"attempt":{attempt}}}"#);
        assert!(ran.events_jsonl.contains(&retry), "{}", ran.events_jsonl);
    }
}

#[test]
fn an_empty_budget_halts() {
    for (budget, class, why) in [
        ((0, 2), PatternFailure, "no way back is left: it does not work (E)"),
        ((2, 0), Recoverable, "no repetition is left: it does not work (E)"),
    ] {
        let mut request = request();
        (request.budgets.max_backtracks, request.budgets.max_act_retries) = budget;
        let mut world = QueuedWorld::default();
        world.decide.push_back(Err(error(class, "E")));
        let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        assert_eq!(ran.halted(), Some(why));
    }
}

#[test]
fn a_poor_lens_is_assembled_again_or_observed_for_again() {
    for (may_observe, phases) in [(false, "orrdavl"), (true, "orordavl")] {
        let policy = policy(&format!(
            r#""lens_quality_min":{{"Committed":400}},"backtrack_to_observe":{may_observe}"#
        ));
        let mut world = QueuedWorld::default();
        world.assemble_lens.push_back(Ok(poor_lens()));
        let profile = RecordingProfile::standard();
        let ran = run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
        assert_eq!((ran.phases().as_str(), ran.halted()), (phases, None));
    }
}

/// The worse of two failures decides, and both are told: of a skill that cannot be recorded and of Act itself.
#[test]
fn an_error_is_told_beside_a_skill_that_could_not_be() {
    let mut world = QueuedWorld::default();
    let skills = vec![SteadyWorld::skill(1)];
    let act = ActOut { skills, error: Some(error(PatternFailure, "ACT")) };
    world.execute_act.push_back(Ok(act));
    world.evidence_file.push_back(Err(error(Recoverable, "EVIDENCE")));
    let ran = run(&mut world);
    assert_eq!(ran.error_codes(), ["EVIDENCE", "ACT"]);
    assert_eq!(ran.phases(), "ordardavl");
}

/// Lock is entered once; what fails there is asked again, as often as phases may be repeated.
#[test]
fn lock_asks_again_without_being_entered_again() {
    let mut world = QueuedWorld::default();
    world.estimate_override.push_back(Err(error(Recoverable, "E0")));
    world.conclude.push_back(Err(error(Recoverable, "E1")));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordavl", None));
    assert_eq!(ran.error_codes(), ["E0", "E1"]);

    let mut world = QueuedWorld::default();
    world.conclude.extend((0..3).map(|number| Err(error(Recoverable, &format!("E{number}")))));
    let ran = run(&mut world);
    let why = "no repetition is left: it does not work (E2)";
    assert_eq!(ran.halted(), Some(why));
    assert_eq!(ran.error_codes(), ["E0", "E1", "E2"]);
}

/// What happens in Lock is told by its one event, which has its bound.
#[test]
fn more_than_one_event_can_tell_does_not_happen_in_lock() {
    let mut request = request();
    request.budgets.max_act_retries = u32::MAX;
    let mut world = QueuedWorld::default();
    let failure = |number| {
        let mut failure = error(Recoverable, &format!("E{number}"));
        failure.message = "\u{1}".repeat(3000);
        Err(failure)
    };
    world.conclude.extend((0..100).map(failure));
    let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
    let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.halted(), Some("more happened in Lock than its event can tell"));
    assert!((10..100).contains(&ran.receipt.errors.len()), "{}", ran.receipt.errors.len());
}
