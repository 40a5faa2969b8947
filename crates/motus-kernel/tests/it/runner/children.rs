//! Children: spawned in their order, joined as far as they can be, and never lost without a word.

use motus_json::{Object, Value};
use motus_kernel::Uuid;
use motus_kernel::compiler::{ChildProof, ChildSpec, DecideOut, RecordingProfile, SpawnMode};
use motus_kernel::names::ErrorClass::{PatternFailure, Recoverable, Unrecoverable};
use motus_kernel::names::{IntentSource, OutcomeStatus};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::Intent;
use motus_testkit::loops::queued::{error, request};
use motus_testkit::loops::{QueuedWorld, SteadyWorld};

use super::{Ran, run, run_with};

fn parent_of(count: usize, spawn_mode: SpawnMode) -> QueuedWorld {
    let intent = Intent { description: "part".to_owned(), source: IntentSource::ParentLoop };
    let children = vec![ChildSpec { intent, critical: true }; count];
    let mut world = QueuedWorld::default();
    world.decide.push_back(Ok(DecideOut { spawn_mode, children, ..SteadyWorld::plan() }));
    world
}

fn order(ran: &Ran) -> String {
    let letter = |told: &String| match told.as_str() {
        "Act ChildSpawned" => Some('s'),
        "Act ChildJoined" => Some('j'),
        "Act ActError" => Some('!'),
        "Act PhaseEntered" => Some('|'),
        _ => None,
    };
    ran.told.iter().filter_map(letter).collect()
}

fn statuses(ran: &Ran) -> Vec<OutcomeStatus> {
    ran.receipt.children.iter().map(|child| child.outcome_status).collect()
}

#[test]
fn children_are_spawned_together_or_in_turn() {
    let ran = run(&mut parent_of(3, SpawnMode::Parallel));
    assert_eq!((order(&ran).as_str(), ran.halted()), ("|sssjjj", None));
    let ran = run(&mut parent_of(3, SpawnMode::Sequential));
    assert_eq!((order(&ran).as_str(), ran.halted()), ("|sjsjsj", None));
    assert_eq!(statuses(&ran), [OutcomeStatus::Success; 3]);
    assert!(
        ran.events_jsonl
            .contains(r#""payload":{"reason":"plan steady has 3 children","step":"Spawn"}"#)
    );
}

#[test]
fn a_parent_is_no_better_than_its_children() {
    let mut world = parent_of(1, SpawnMode::Parallel);
    let proof_digest = motus_kernel::Digest::of(&[b"failed"]);
    world
        .fetch_child_proof
        .push_back(Ok(ChildProof { proof_digest, outcome_status: OutcomeStatus::Failed }));
    let ran = run(&mut world);
    assert_eq!((ran.receipt.outcome.status, ran.halted()), (OutcomeStatus::Failed, None));
}

#[test]
fn what_was_spawned_is_not_spawned_again() {
    let mut world = parent_of(3, SpawnMode::Parallel);
    world.spawn_child.push_back(Ok(Uuid::from_bits(1000)));
    world.spawn_child.push_back(Err(error(Recoverable, "BUSY")));
    let ran = run(&mut world);
    // The one that was spawned is joined before the phase is repeated.
    assert_eq!((order(&ran).as_str(), ran.halted()), ("|s!j|ssjj", None));
    assert_eq!(ran.receipt.children.len(), 3);
}

/// Children of an earlier plan that were not spawned are none of the next one.
#[test]
fn another_plan_wants_no_children_of_the_last() {
    let mut world = parent_of(2, SpawnMode::Parallel);
    world.spawn_child.push_back(Err(error(PatternFailure, "WRONG")));
    let ran = run(&mut world);
    assert_eq!((ran.phases().as_str(), ran.halted()), ("ordardavl", None));
    assert_eq!(ran.receipt.children, []);
}

#[test]
fn a_child_that_cannot_be_joined_is_asked_for_again() {
    let mut world = parent_of(2, SpawnMode::Parallel);
    world.fetch_child_proof.push_back(Err(error(Recoverable, "LATE")));
    let ran = run(&mut world);
    assert_eq!((order(&ran).as_str(), ran.halted()), ("|ss!j|j", None));
    assert_eq!(statuses(&ran), [OutcomeStatus::Success; 2]);
}

#[test]
fn a_lost_child_is_told_as_a_failure_and_the_others_are_joined() {
    let mut world = parent_of(3, SpawnMode::Parallel);
    world.fetch_child_proof.push_back(Err(error(Unrecoverable, "LOST")));
    world.fetch_child_proof.push_back(Err(error(Recoverable, "LOST_TOO")));
    let ran = run(&mut world);
    assert_eq!(order(&ran), "|sss!!j");
    assert_eq!(ran.error_codes(), ["LOST", "LOST_TOO"]);
    assert!(ran.halted().is_some());
    let lost = [OutcomeStatus::Failed, OutcomeStatus::Failed, OutcomeStatus::Success];
    assert_eq!(statuses(&ran), lost);
    let digests: Vec<_> =
        ran.receipt.children.iter().map(|child| child.child_proof_digest).collect();
    assert_ne!(digests[0], digests[1]);
}

#[test]
fn no_loop_is_its_own_child_and_none_is_spawned_twice() {
    for (ids, told) in [([1, 1000].as_slice(), 0), (&[1000, 1000], 1)] {
        let mut world = parent_of(2, SpawnMode::Parallel);
        world.spawn_child.extend(ids.iter().map(|id| Ok(Uuid::from_bits(*id))));
        let ran = run(&mut world);
        assert_eq!((ran.error_codes(), ran.receipt.children.len()), (vec!["ANSWER_INVALID"], told));
    }
}

#[test]
fn one_bundle_stands_for_one_child() {
    let mut world = parent_of(2, SpawnMode::Parallel);
    let proof_digest = motus_kernel::Digest::of(&[b"one"]);
    let proof = ChildProof { proof_digest, outcome_status: OutcomeStatus::Success };
    world.fetch_child_proof.extend([Ok(proof), Ok(proof)]);
    let ran = run(&mut world);
    assert_eq!(ran.error_codes(), ["ANSWER_INVALID"]);
    assert_eq!(statuses(&ran), [OutcomeStatus::Success, OutcomeStatus::Failed]);
}

/// Returns what a plan foretells of the child with a number, with these members beside its identifier.
fn told<const N: usize>(number: u128, members: [(&'static str, Value); N]) -> Value {
    let id = ("child_loop_id", Value::from(Uuid::from_bits(1000 + number).to_string()));
    Value::from([id].into_iter().chain(members).collect::<Object>())
}

/// Returns a world whose plan has two children, each told of like this.
fn foretelling(children: impl Into<Value>, spawn_mode: SpawnMode) -> QueuedWorld {
    let mut world = parent_of(2, spawn_mode);
    if let Some(Ok(plan)) = world.decide.front_mut() {
        plan.details.insert("children", children.into());
    }
    world
}

fn digest(number: u128) -> Value {
    let proof = motus_kernel::Digest::of(&[&(1000 + number).to_be_bytes()]);
    Value::from(proof.to_string())
}

/// Says under which name the plans of a log tell of children.
fn names(ran: &Ran) -> Vec<&str> {
    let plans = ran.events_jsonl.lines().filter(|line| line.contains(r#""kind":"PlanChosen""#));
    let name =
        |line: &str| match (line.contains(r#""children":["#), line.contains(r#""foretold":["#)) {
            (true, false) => "children",
            (false, true) => "foretold",
            _ => "neither",
        };
    plans.map(name).collect()
}

#[test]
fn what_comes_true_is_told_as_it_was_said() {
    let children = vec![
        told(0, [("child_proof_digest", digest(0)), ("outcome_status", "success".into())]),
        told(1, [("critical", true.into()), ("spawn_index", 1.into())]),
    ];
    for mode in [SpawnMode::Parallel, SpawnMode::Sequential] {
        let ran = run(&mut foretelling(children.clone(), mode));
        assert_eq!((ran.halted(), names(&ran)), (None, vec!["children"]));
    }
}

/// A verifier takes what a plan tells of its children for what the receipt says. What the loop learnt later is told
/// all the same, and what the plan said is told as foretold.
#[test]
fn a_plan_that_foretells_something_else_fails_and_leaves_a_receipt() {
    let wrong_digest = || told(0, [("child_proof_digest", digest(7))]);
    let wrong_status = || told(0, [("outcome_status", "partial".into())]);
    for wrong in [wrong_digest(), wrong_status(), told(0, [("child_proof_digest", 3.into())])] {
        let ran = run(&mut foretelling(vec![wrong], SpawnMode::Parallel));
        assert_eq!((order(&ran).as_str(), names(&ran)), ("|ssj!j", vec!["foretold"]));
        assert_eq!(statuses(&ran), [OutcomeStatus::Success; 2]);
        assert_eq!(ran.error_codes(), ["ANSWER_INVALID"]);
        let why = "child 00000000-0000-0000-0000-0000000003e8 is not what the plan foretold of it (ANSWER_INVALID)";
        assert_eq!(ran.halted(), Some(why));
    }
    let ran = run(&mut foretelling(vec![wrong_digest()], SpawnMode::Sequential));
    assert_eq!((order(&ran).as_str(), names(&ran)), ("|sj!", vec!["foretold"]));
    // Other loops than it said, or in another order.
    let ran = run(&mut foretelling(vec![told(0, []), told(7, [])], SpawnMode::Parallel));
    assert_eq!((order(&ran).as_str(), names(&ran)), ("|ssjj!", vec!["foretold"]));
    assert!(ran.halted().is_some_and(|why| why.starts_with("the plan foretold child ")));
    let swapped = vec![told(1, [("spawn_index", 0.into())]), told(0, [("spawn_index", 1.into())])];
    let ran = run(&mut foretelling(swapped, SpawnMode::Parallel));
    assert_eq!((order(&ran).as_str(), names(&ran)), ("|s!j", vec!["foretold"]));
}

#[test]
fn a_loop_that_is_halted_before_its_children_came_leaves_a_receipt() {
    let children = || [0, 1].map(|number| told(number, [("child_proof_digest", digest(number))]));
    // Before the first is spawned, between two of them, before the first is joined, and before the second is.
    let mut seen = Vec::new();
    for max_events in 6..30 {
        let mut request = request();
        request.budgets.max_events = max_events;
        let (policy, profile) = (Rules::published_default(), RecordingProfile::standard());
        let mut world = foretelling(children().to_vec(), SpawnMode::Parallel);
        let ran = run_with(&request, &policy, &profile, &mut world).expect("it is recorded");
        seen.push((order(&ran).trim_start_matches('|').to_owned(), names(&ran).join(" ")));
    }
    seen.dedup();
    let seen: Vec<String> = seen.iter().map(|(order, names)| format!("{order} {names}")).collect();
    assert_eq!(
        seen,
        [" ", " foretold", "s foretold", "ss foretold", "ssj foretold", "ssjj children"]
    );
    for failing in [0, 1] {
        let mut world = foretelling(children().to_vec(), SpawnMode::Parallel);
        world.spawn_child.extend((0..failing).map(|number| Ok(Uuid::from_bits(1000 + number))));
        world.spawn_child.push_back(Err(error(Unrecoverable, "NONE")));
        assert_eq!(names(&run(&mut world)), ["foretold"], "{failing}");
        let mut world = foretelling(children().to_vec(), SpawnMode::Parallel);
        let proof = |number: u128| ChildProof {
            proof_digest: motus_kernel::Digest::of(&[&(1000 + number).to_be_bytes()]),
            outcome_status: OutcomeStatus::Success,
        };
        world.fetch_child_proof.extend((0..failing).map(|number| Ok(proof(number))));
        world.fetch_child_proof.push_back(Err(error(Unrecoverable, "LOST")));
        assert_eq!(names(&run(&mut world)), ["foretold"], "{failing}");
    }
}

/// Another plan is another word: the first one's children never came, and the loop goes on without them.
#[test]
fn what_an_abandoned_plan_foretold_did_not_come_true() {
    let mut world = foretelling(vec![told(0, []), told(1, [])], SpawnMode::Parallel);
    world.spawn_child.push_back(Err(error(PatternFailure, "WRONG")));
    let ran = run(&mut world);
    assert_eq!((ran.halted(), names(&ran)), (None, vec!["foretold", "neither"]));
    // Everything but the name and the chain is as it was told.
    let times =
        ran.events_jsonl.lines().filter(|line| line.contains("\"ts_utc\":\"2026-01-01T")).count();
    assert_eq!(times, ran.told.len());
}

/// Of a child that was joined it is known what it proved: a later plan cannot tell otherwise.
#[test]
fn a_later_plan_foretells_nothing_else_of_a_child_that_ended() {
    for (number, is_right) in [(0, true), (7, false)] {
        let mut world = parent_of(1, SpawnMode::Parallel);
        let mut plan = SteadyWorld::plan();
        let children = vec![told(0, [("child_proof_digest", digest(number))])];
        plan.details.insert("children", children);
        world.decide.push_back(Ok(plan));
        world.execute_act.push_back(Err(error(PatternFailure, "WRONG")));
        let ran = run(&mut world);
        assert_eq!(ran.halted().is_none(), is_right);
        assert_eq!(
            names(&ran),
            if is_right { vec!["neither", "children"] } else { vec!["neither"] }
        );
    }
}

#[test]
fn details_have_no_member_of_what_did_not_come_true() {
    let mut world = QueuedWorld::default();
    let mut plan = SteadyWorld::plan();
    plan.details.insert("foretold", 1);
    world.decide.push_back(Ok(plan));
    assert_eq!(run(&mut world).error_codes(), ["ANSWER_INVALID"]);
}

/// A verifier takes children of which a plan tells for the receipt's: others than the plan's own are refused before
/// the plan is told.
#[test]
fn a_plan_tells_of_no_children_but_its_own() {
    let text = |index: u32| Uuid::from_bits(1000 + u128::from(index)).to_string();
    let told = |id: String, index: u32, critical: bool| {
        let members = [
            ("child_loop_id", Value::from(id)),
            ("critical", critical.into()),
            ("spawn_index", index.into()),
        ];
        Value::from(Object::from(members))
    };
    let own = [(0, true), (1, false)].map(|(index, critical)| told(text(index), index, critical));
    let plan = |children: Value| {
        let mut world = QueuedWorld::default();
        let wanted = |critical| ChildSpec {
            intent: Intent { description: "part".to_owned(), source: IntentSource::ParentLoop },
            critical,
        };
        let mut plan = DecideOut {
            children: vec![wanted(true), wanted(false)],
            spawn_mode: SpawnMode::Parallel,
            ..SteadyWorld::plan()
        };
        plan.details.insert("children", children);
        world.decide.push_back(Ok(plan));
        run(&mut world)
    };
    let right = plan(own.to_vec().into());
    assert_eq!((right.halted(), right.receipt.children.len()), (None, 2));
    let parent = Object::from([
        ("child_loop_id", Value::from(text(0))),
        ("parent_loop_id", Value::from(text(9))),
    ]);
    for wrong in [
        Value::from("none"),
        vec![Value::from("none")].into(),
        vec![told("nobody".to_owned(), 0, true)].into(),
        vec![told(text(0), 1, true)].into(),
        vec![told(text(0), 0, false)].into(),
        vec![own[0].clone(), own[0].clone()].into(),
        vec![own[0].clone(), own[1].clone(), told(text(2), 2, true)].into(),
        vec![told(Uuid::from_bits(1).to_string(), 0, true)].into(),
        vec![Value::from(parent)].into(),
    ] {
        let ran = plan(wrong.clone());
        assert_eq!(ran.error_codes(), ["ANSWER_INVALID"], "{wrong:?}");
        assert!(!ran.events_jsonl.contains("PlanChosen"));
    }
}
