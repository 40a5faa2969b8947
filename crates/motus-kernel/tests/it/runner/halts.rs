//! Halts: a loop that fails leaves a receipt that tells why, and where it cannot, the run says so.

use motus_kernel::Uuid;
use motus_kernel::compiler::{RecordingProfile, RunError};
use motus_kernel::names::ErrorClass::{Recoverable, Unrecoverable};
use motus_kernel::names::{LockLevel, OutcomeStatus, Phase};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Gate;
use motus_testkit::loops::QueuedWorld;
use motus_testkit::loops::queued::{error, request};

use super::{Ran, policy, run, run_with};

/// Fails in each of the phases before Lock.
fn failing_in(phase: Phase) -> QueuedWorld {
    let mut world = QueuedWorld::default();
    let error = || error(Unrecoverable, "E");
    match phase {
        Phase::Observe => world.observe_signals.push_back(Err(error())),
        Phase::Orient => world.assemble_lens.push_back(Err(error())),
        Phase::Decide => world.decide.push_back(Err(error())),
        Phase::Act => world.execute_act.push_back(Err(error())),
        Phase::Verify => world.run_verification.push_back(Err(error())),
        Phase::Lock => world.conclude.push_back(Err(error())),
    }
    world
}

fn skipped(ran: &Ran) -> usize {
    ran.told.iter().filter(|told| told.ends_with("PhaseSkipped")).count()
}

/// Returns how many phases lie between one and Lock.
fn later(phase: Phase) -> usize {
    Phase::ALL.iter().filter(|later| **later > phase).count().saturating_sub(1)
}

#[test]
fn a_halt_in_any_phase_walks_to_lock_and_tells_why() {
    for phase in Phase::ALL {
        let ran = run(&mut failing_in(*phase));
        assert_eq!(ran.phases(), "ordavl", "{phase:?}");
        let receipt = &ran.receipt;
        let end = (receipt.lock_level, receipt.outcome.status);
        assert_eq!(end, (LockLevel::Draft, OutcomeStatus::Failed));
        assert_eq!(receipt.outcome.description, "it does not work (E)");
        let errors: Vec<_> = receipt.errors.iter().map(|error| error.phase).collect();
        assert_eq!(errors, [*phase]);
        assert_eq!(skipped(&ran), later(*phase), "{phase:?}");
    }
}

#[test]
fn nothing_is_asked_on_the_way_to_lock() {
    let mut world = failing_in(Phase::Orient);
    run(&mut world);
    assert_eq!(
        world.asked,
        ["observe_signals", "evaluate_gates", "assemble_lens", "persist_bundle"]
    );
}

#[test]
fn before_there_is_a_lens_there_is_none() {
    let ran = run(&mut failing_in(Phase::Observe));
    let lens = &ran.receipt.lens;
    assert_eq!((lens.lens_id.as_str(), lens.items.len(), lens.quality.worst()), ("none", 0, 0));
}

#[test]
fn a_gate_that_does_not_pass_halts() {
    for phase in Phase::ALL {
        let mut world = QueuedWorld::default();
        let gate = |phase: &Phase| {
            let (gate_id, is_this) = ("no_secrets".to_owned(), false);
            Gate { phase: *phase, gate_id, passed: is_this, evidence: None }
        };
        let before = Phase::ALL.iter().filter(|before| *before < phase).count();
        world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Ok(vec![gate(phase)]));
        let ran = run(&mut world);
        assert_eq!(ran.halted(), Some("gate no_secrets did not pass"), "{phase:?}");
        assert_eq!(ran.receipt.gates, [gate(phase)]);
        assert_eq!(skipped(&ran), later(*phase), "{phase:?}");
    }
}

/// That a gate did not pass is told although its evidence is not there, and whatever was wrong with those before it.
#[test]
fn a_gate_that_does_not_pass_is_told_without_its_evidence() {
    for phase in Phase::ALL {
        let gate = |gate_id: &str, passed: bool| Gate {
            phase: *phase,
            gate_id: gate_id.to_owned(),
            passed,
            evidence: Some(format!("evidence/gates/{gate_id}.txt")),
        };
        let mut world = QueuedWorld::default();
        let before = Phase::ALL.iter().filter(|before| *before < phase).count();
        world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
        let last = Gate { evidence: None, ..gate("last", true) };
        let gates = vec![gate("first", true), gate("no_secrets", false), last.clone()];
        world.evaluate_gates.push_back(Ok(gates));
        world.evidence_file.push_back(Err(error(Recoverable, "LOST")));
        world.evidence_file.push_back(Err(error(Recoverable, "LOST_TOO")));
        let ran = run(&mut world);
        assert_eq!(ran.halted(), Some("gate no_secrets did not pass"), "{phase:?}");
        let bare = Gate { evidence: None, ..gate("no_secrets", false) };
        assert_eq!(ran.receipt.gates, [bare, last]);
        assert_eq!(ran.error_codes(), ["LOST", "LOST_TOO"], "{phase:?}");
    }
}

#[test]
fn a_gate_that_is_told_in_two_ways_did_not_pass() {
    for phase in Phase::ALL {
        let gate = |passed: bool| Gate {
            phase: *phase,
            gate_id: "no_secrets".to_owned(),
            passed,
            evidence: None,
        };
        let mut world = QueuedWorld::default();
        let before = Phase::ALL.iter().filter(|before| *before < phase).count();
        world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Ok(vec![gate(true), gate(false), gate(true)]));
        let ran = run(&mut world);
        assert_eq!(ran.halted(), Some("gate no_secrets did not pass"), "{phase:?}");
        assert_eq!(ran.receipt.gates, [gate(false)]);
    }
}

/// What did not pass is told before what did, and is why the loop is halted although not all can be told.
#[test]
fn a_gate_that_does_not_pass_is_not_lost_where_events_run_out() {
    let gate = |gate_id: &str, passed: bool| Gate {
        phase: Phase::Act,
        gate_id: gate_id.to_owned(),
        passed,
        evidence: None,
    };
    let mut most_told = Vec::new();
    for max_events in 9..16 {
        let mut world = QueuedWorld::default();
        world.evaluate_gates.extend((0..3).map(|_| Ok(Vec::new())));
        let gates = vec![gate("one", true), gate("bad", false), gate("two", true)];
        world.evaluate_gates.push_back(Ok(gates));
        let mut request = request();
        request.budgets.max_events = max_events;
        let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        let told: Vec<&str> = ran.receipt.gates.iter().map(|gate| &*gate.gate_id).collect();
        let is_asked = world.asked.iter().filter(|asked| **asked == "evaluate_gates").count() == 4;
        let halted = "gate bad did not pass";
        assert_eq!(ran.halted() == Some(halted), is_asked, "{max_events}");
        most_told.push(told.join(" "));
    }
    most_told.dedup();
    assert_eq!(most_told, ["", "bad", "bad one", "bad one two"]);
}

/// As many gates as the last event can tell, and the one that did not pass among them.
#[test]
fn a_gate_that_does_not_pass_is_not_lost_where_lock_is_full() {
    let long = "x".repeat(300_000);
    let gate = |gate_id: &str, passed: bool| Gate {
        phase: Phase::Lock,
        gate_id: format!("{gate_id}{}", if passed { long.as_str() } else { "" }),
        passed,
        evidence: None,
    };
    let mut world = QueuedWorld::default();
    world.evaluate_gates.extend((0..5).map(|_| Ok(Vec::new())));
    let gates = (0..9).map(|number| gate(&number.to_string(), true)).chain([gate("bad", false)]);
    world.evaluate_gates.push_back(Ok(gates.collect()));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), Some("gate bad did not pass"));
    assert_eq!(ran.receipt.gates[0], gate("bad", false));
    assert!(ran.receipt.gates.len() < 10, "{}", ran.receipt.gates.len());
}

#[test]
fn a_gate_of_another_phase_is_none_of_this_one() {
    let mut world = QueuedWorld::default();
    let gate = Gate { phase: Phase::Act, gate_id: "one".to_owned(), passed: true, evidence: None };
    world.evaluate_gates.push_back(Ok(vec![gate]));
    let ran = run(&mut world);
    assert_eq!(
        ran.halted(),
        Some("gate one is one of Act, and was evaluated in Observe (ANSWER_INVALID)")
    );
}

#[test]
fn the_budget_of_events_holds_the_way_to_lock() {
    for max_events in 6..40 {
        let mut request = request();
        request.budgets.max_events = max_events;
        let mut world = QueuedWorld::default();
        let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        assert!(ran.told.len() <= usize::try_from(max_events).expect("few"), "{max_events}");
        // The intent, signals, four entries, the lens, a plan of two, a run of checks, and the end.
        let is_enough = max_events >= 11;
        assert_eq!(ran.halted().is_none(), is_enough, "{max_events}: {:?}", ran.told);
    }
}

#[test]
fn a_request_that_cannot_be_is_refused() {
    let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
    let refused = |change: &dyn Fn(&mut motus_kernel::compiler::LoopRequest)| {
        let mut request = request();
        change(&mut request);
        let mut world = QueuedWorld::default();
        let error = run_with(&request, &policy, &profile, &mut world).expect_err("it is refused");
        assert_eq!(world.asked, [""; 0]);
        error
    };
    let few = refused(&|request| request.budgets.max_events = 5);
    assert_eq!(few, RunError::Budget { max_events: 5, least: 6 });
    assert_eq!(few.code(), "loop.budget");
    let own = refused(&|request| request.parent_loop_id = Some(request.loop_id));
    assert_eq!(own.code(), "loop.request");
    let long = refused(&|request| request.intent.description = "x".repeat(2 << 20));
    assert_eq!(long.code(), "loop.request");
}

#[test]
fn without_clock_or_identifiers_nothing_is_recorded() {
    let unrecordable = |world: &mut QueuedWorld| {
        let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
        match run_with(&request(), &policy, &profile, world) {
            Err(RunError::Unrecordable(error)) => error.code,
            other => panic!("{other:?}"),
        }
    };
    let mut world = QueuedWorld::default();
    world.now_utc.push_back(Err(error(Unrecoverable, "NO_CLOCK")));
    assert_eq!(unrecordable(&mut world), "NO_CLOCK");
    for time in
        ["noon", "2026-02-29T00:00:00Z", &format!("2026-01-01T00:00:00.{}Z", "0".repeat(60))]
    {
        let mut world = QueuedWorld::default();
        world.now_utc.push_back(Ok(time.to_owned()));
        assert_eq!(unrecordable(&mut world), "CLOCK_INVALID", "{time}");
    }
    let mut world = QueuedWorld::default();
    world.next_event_id.extend([Ok(Uuid::from_bits(9)), Ok(Uuid::from_bits(9))]);
    assert_eq!(unrecordable(&mut world), "EVENT_ID_REPEATED");
}

#[test]
fn what_cannot_be_kept_is_the_runs_error() {
    let mut world = QueuedWorld::default();
    world.persist_bundle.push_back(Err(error(Unrecoverable, "DISK")));
    let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
    let error = run_with(&request(), &policy, &profile, &mut world).expect_err("it is lost");
    assert_eq!(error.code(), "loop.persist");
}

/// A draft that failed has the lens that it had, or none.
#[test]
fn a_failure_is_recorded_whatever_lens_the_policy_wants_of_drafts() {
    let policy = policy(r#""lens_quality_min":{"Draft":500}"#);
    let profile = RecordingProfile::standard();
    let mut world = failing_in(Phase::Observe);
    let ran = run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.halted(), Some("it does not work (E)"));
    assert_eq!(ran.receipt.lens.quality.worst(), 0);
}

#[test]
fn a_policy_whose_checks_nobody_runs_halts() {
    let policy = policy(r#""checks_required":{"Committed":["never"]}"#);
    let profile = RecordingProfile::standard();
    let mut world = QueuedWorld::default();
    let steady = |passed: bool| motus_kernel::receipt::Check {
        level: motus_kernel::names::VerificationLevel::Regression,
        check_id: "test".to_owned(),
        passed,
        evidence: None,
    };
    let out = || motus_kernel::compiler::VerificationOut {
        results: vec![steady(true)],
        ..Default::default()
    };
    world.run_verification.extend((0..5).map(|_| Ok(out())));
    let ran = run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.halted(), Some("no way back is left: check never has no result"));
    assert_eq!(ran.phases(), "ordavrdavrdavl");
    assert_eq!(ran.check_ids(), ["test", "test@2", "test@3"]);
}

/// What passed says nothing of the work that came after it.
#[test]
fn a_gate_is_evaluated_again_after_the_work_was_done_again() {
    for is_left_out in [true, false] {
        let gate = Gate {
            phase: Phase::Act,
            gate_id: "no_secrets".to_owned(),
            passed: true,
            evidence: None,
        };
        let mut world = QueuedWorld::default();
        // Observe, Orient, Decide, Act; Verify fails; then Orient, Decide, Act.
        world.evaluate_gates.extend((0..3).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Ok(vec![gate.clone()]));
        world.evaluate_gates.extend((0..2).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Ok(if is_left_out { Vec::new() } else { vec![gate] }));
        let check = motus_kernel::receipt::Check {
            level: motus_kernel::names::VerificationLevel::Regression,
            check_id: "test".to_owned(),
            passed: false,
            evidence: None,
        };
        world.run_verification.push_back(Ok(motus_kernel::compiler::VerificationOut {
            results: vec![check],
            ..Default::default()
        }));
        let ran = run(&mut world);
        let why = "gate no_secrets was not evaluated after the work was done again";
        assert_eq!(ran.halted(), is_left_out.then_some(why));
    }
}
