//! The human: asked where the policy, a gate or an estimate wants it, and told with the answer.

use motus_kernel::compiler::{DecideOut, HitlAnswer, OverrideEstimate, RecordingProfile};
use motus_kernel::effect::{Effect, EffectOp};
use motus_kernel::names::ErrorClass::Recoverable;
use motus_kernel::names::{ActorType, HitlKind, Phase};
use motus_kernel::receipt::{Actor, Gate};
use motus_testkit::loops::queued::{error, human, request};
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use super::{Ran, policy, run, run_with};

/// A plan that the published policy asks a human about.
fn risky() -> QueuedWorld {
    let mut world = QueuedWorld::default();
    let effects = vec![Effect { op: EffectOp::WriteFS, selector: "fs:prod/x".to_owned() }];
    world.decide.push_back(Ok(DecideOut { effects, ..SteadyWorld::plan() }));
    world
}

fn decided(approved: bool, by: Actor) -> HitlAnswer {
    HitlAnswer::Decided { approved, approver: by, note: Some("seen".to_owned()) }
}

fn kinds(ran: &Ran) -> Vec<&str> {
    let in_lock = ran.told.iter().filter_map(|told| told.strip_prefix("Lock "));
    in_lock.collect()
}

#[test]
fn a_risk_is_asked_about_and_told_with_the_answer() {
    let mut world = risky();
    world.estimate_override.push_back(Ok(OverrideEstimate {
        p_override_permille: Some(650),
        reason: Some("prod".to_owned()),
    }));
    world.request_hitl_decision.push_back(Ok(decided(true, human())));
    let ran = run(&mut world);
    assert_eq!((kinds(&ran), ran.halted()), (vec!["HitlPrompt", "HitlDecision", "Locked"], None));
    let [prompt, decision] = ran.receipt.hitl.as_slice() else { panic!("{:?}", ran.receipt.hitl) };
    assert_eq!((prompt.required, prompt.reason.as_deref()), (Some(true), Some("prod")));
    let numbers = (prompt.p_override_permille, prompt.loss_ms, prompt.cost_ms, prompt.evi_ms);
    assert_eq!(numbers, (Some(650), Some(900_000), Some(45_000), Some(540_000)));
    assert_eq!((decision.kind, decision.approved), (HitlKind::Decision, Some(true)));
    // Each is told at the time that it bears.
    for record in [prompt, decision] {
        let time = format!("\"ts_utc\":\"{}\"}},\"phase\":\"Lock\"", record.ts_utc);
        assert!(ran.events_jsonl.contains(&time), "{}", ran.events_jsonl);
    }
}

#[test]
fn without_a_risk_nobody_is_asked() {
    let mut world = QueuedWorld::default();
    let ran = run(&mut world);
    assert!(!world.asked.contains(&"request_hitl_decision"));
    assert_eq!(kinds(&ran), ["Locked"]);
}

#[test]
fn an_estimate_may_want_a_human_and_cannot_do_without_one() {
    let policy = policy(r#""human":{"cost_ms":45000,"loss_ms":60000,"risks":[]}"#);
    let asks = |p: Option<u16>| {
        let mut world = QueuedWorld::default();
        world
            .estimate_override
            .push_back(Ok(OverrideEstimate { p_override_permille: p, reason: None }));
        world.request_hitl_decision.push_back(Ok(decided(true, human())));
        let profile = RecordingProfile::standard();
        run_with(&request(), &policy, &profile, &mut world).expect("it is recorded");
        world.asked.contains(&"request_hitl_decision")
    };
    assert_eq!([None, Some(0), Some(751), Some(750)].map(asks), [false, false, true, false]);
    // What Q15 wants is wanted whatever an adapter estimates.
    let mut world = risky();
    world
        .estimate_override
        .push_back(Ok(OverrideEstimate { p_override_permille: Some(0), reason: None }));
    world.request_hitl_decision.push_back(Ok(decided(true, human())));
    let ran = run(&mut world);
    assert_eq!((ran.receipt.hitl.len(), ran.halted()), (2, None));
}

#[test]
fn a_refusal_halts_and_is_told() {
    let mut world = risky();
    world.request_hitl_decision.push_back(Ok(decided(false, human())));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), Some("oncall did not approve"));
    assert_eq!(kinds(&ran), ["HitlPrompt", "HitlDecision", "Locked"]);
    // Nobody is asked what came of it.
    assert!(!world.asked.contains(&"conclude"));
}

/// What was asked stands in the receipt, with its numbers, and no decision after it.
#[test]
fn a_question_without_an_answer_is_told_and_fails_the_loop() {
    let mut world = risky();
    world.request_hitl_decision.push_back(Ok(HitlAnswer::TimedOut));
    let ran = run(&mut world);
    assert_eq!(ran.halted(), Some("no human decided in time"));
    assert_eq!(kinds(&ran), ["HitlPrompt", "HitlTimeout", "Locked"]);
    let [prompt] = ran.receipt.hitl.as_slice() else { panic!("{:?}", ran.receipt.hitl) };
    assert_eq!((prompt.kind, prompt.required), (HitlKind::Prompt, Some(true)));
    assert_eq!((prompt.loss_ms, prompt.cost_ms), (Some(900_000), Some(45_000)));
}

#[test]
fn nobody_but_a_human_with_a_name_decides() {
    let mut machine = human();
    machine.kind = ActorType::Agent;
    let mut nobody = human();
    nobody.name = "\u{200b}".to_owned();
    for approver in [machine, nobody] {
        let mut world = risky();
        world.request_hitl_decision.push_back(Ok(decided(true, approver)));
        let ran = run(&mut world);
        assert_eq!((ran.error_codes(), ran.receipt.hitl.len()), (vec!["HITL_NOT_HUMAN"], 1));
        assert!(ran.halted().is_some());
    }
}

#[test]
fn a_question_that_fails_is_put_again() {
    let mut world = risky();
    world.request_hitl_decision.push_back(Err(error(Recoverable, "OFFLINE")));
    world.request_hitl_decision.push_back(Ok(decided(true, human())));
    let ran = run(&mut world);
    assert_eq!((ran.error_codes(), ran.halted()), (vec!["OFFLINE"], None));
    assert_eq!(ran.receipt.hitl.len(), 2);
}

/// The gate is evaluated after the question, and makes one where there was none.
#[test]
fn the_gate_that_wants_a_human_gets_one() {
    let gate =
        |phase| Gate { phase, gate_id: "hitl_required".to_owned(), passed: true, evidence: None };
    for phase in [Phase::Act, Phase::Lock] {
        let mut world = QueuedWorld::default();
        let before = if phase == Phase::Act { 3 } else { 5 };
        world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
        world.evaluate_gates.push_back(Ok(vec![gate(phase)]));
        world.request_hitl_decision.push_back(Ok(decided(true, human())));
        let ran = run(&mut world);
        assert_eq!((ran.receipt.hitl.len(), ran.halted()), (2, None), "{phase:?}");
        let asked = world.asked.iter().filter(|asked| **asked == "request_hitl_decision").count();
        assert_eq!(asked, 1);
    }
}

/// What failed asks for no approval, whether or not somebody was asked before.
#[test]
fn a_loop_that_failed_is_recorded_whoever_was_wanted() {
    let profile = RecordingProfile::standard();
    let everywhere = policy(r#""human":{"cost_ms":0,"loss_ms":900000,"risks":[]}"#);
    let mut world = QueuedWorld::default();
    world.decide.push_back(Err(error(motus_kernel::names::ErrorClass::Catastrophic, "E")));
    let ran = run_with(&request(), &everywhere, &profile, &mut world).expect("it is recorded");
    assert_eq!((ran.receipt.hitl.len(), ran.error_codes()), (0, vec!["E"]));
    assert!(!world.asked.contains(&"request_hitl_decision"));

    let mut world = QueuedWorld::default();
    world.request_hitl_decision.push_back(Ok(HitlAnswer::TimedOut));
    let ran = run_with(&request(), &everywhere, &profile, &mut world).expect("it is recorded");
    assert_eq!(ran.halted(), Some("no human decided in time"));
}

#[test]
fn a_gate_that_wants_a_human_who_does_not_come_leaves_a_receipt() {
    let gate =
        |phase| Gate { phase, gate_id: "hitl_required".to_owned(), passed: true, evidence: None };
    let mut robot = human();
    robot.kind = ActorType::Agent;
    let answers = [
        Ok(HitlAnswer::TimedOut),
        Ok(decided(true, robot)),
        Err(error(motus_kernel::names::ErrorClass::Unrecoverable, "OFFLINE")),
    ];
    for (phase, before) in [(Phase::Act, 3), (Phase::Lock, 5)] {
        for answer in &answers {
            let mut world = QueuedWorld::default();
            world.evaluate_gates.extend((0..before).map(|_| Ok(Vec::new())));
            world.evaluate_gates.push_back(Ok(vec![gate(phase)]));
            world.request_hitl_decision.push_back(answer.clone());
            let ran = run(&mut world);
            assert!(ran.halted().is_some(), "{phase:?} {answer:?}");
            assert_eq!(ran.receipt.hitl.len(), 1);
        }
    }
}
