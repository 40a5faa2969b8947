//! Steps of the work loop killed as they enter a system call, one call after the other: each is there as a
//! whole or not at all.

use std::thread;
use std::time::Duration;

use motus_json::Value;

use crate::support::{Before, Scene, can_kill, parse, payloads_in, succeed};
use crate::work::{Claim, claim, text};

/// Which of the two states was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    After,
}

/// Kills a step at every call and finds out what is left; both states must be met.
fn kill_everywhere(scene: &Scene, arguments: &[&str], examine: impl Fn(&str) -> State) {
    let mut met = Vec::new();
    Before::keep(scene).kill_everywhere(arguments, |place, ended| {
        let state = examine(place);
        expect_sound(scene, place);
        if ended.signal.is_none() {
            assert_eq!(state, State::After, "{place}: an end by itself");
        } else {
            met.push(state);
        }
    });
    assert!(met.len() > 10, "only {} kills", met.len());
    for state in [State::Before, State::After] {
        assert!(met.contains(&state), "{state:?} was never met");
    }
}

/// Expects that no check of the doctor fails.
#[track_caller]
fn expect_sound(scene: &Scene, place: &str) {
    let told = scene.doctor(&["--json"]);
    let failed = parse(&told.stdout).get("summary").unwrap().get("failed").unwrap().as_u64();
    assert_eq!(failed, Some(0), "{place}: {}", told.stdout_text());
}

/// Returns resource, token, end, and whether that has come, of every lock.
fn locks(scene: &Scene) -> Vec<(String, u64, String, bool)> {
    let listed = parse(&scene.run(&["lock", "list", "--all", "--json"]).expect_success().stdout);
    let locks = listed.get("locks").and_then(Value::as_array).unwrap();
    let each = locks.iter().map(|lock| {
        let token = lock.get("fencing_token").and_then(Value::as_u64).unwrap();
        let expired = lock.get("expired").and_then(Value::as_bool).unwrap();
        (text(lock, "resource"), token, text(lock, "expires_at"), expired)
    });
    each.collect()
}

fn kinds(scene: &Scene, run: &str) -> Vec<String> {
    payloads_in(&scene.show(run)).into_iter().map(|(kind, _)| kind).collect()
}

/// Tells when the claims of a Store end, by their last events.
fn ends(scene: &Scene) -> Vec<(String, String)> {
    let listed = parse(&scene.run(&["work", "list", "--json"]).expect_success().stdout);
    let items = listed.get("items").and_then(Value::as_array).unwrap();
    items.iter().map(|item| (text(item, "task_id"), text(item, "expires_at"))).collect()
}

/// Claims a task some time ago, so that what extends the claim can be told in whole seconds.
fn old_claim(scene: &Scene) -> Claim {
    let claim = claim(scene, &["T1"]);
    thread::sleep(Duration::from_secs(2));
    claim
}

#[test]
fn a_killed_claim_is_run_event_and_locks_or_nothing() {
    let scene = Scene::new();
    if !can_kill("work_crash::a_killed_claim_is_run_event_and_locks_or_nothing") {
        return;
    }
    claim(&scene, &["T0"]);
    let arguments = ["work", "claim", "T1", "-r", "file:x"];
    kill_everywhere(&scene, &arguments, |place| {
        let claims = ends(&scene);
        let locks = locks(&scene);
        if claims.len() == 1 {
            assert_eq!(locks.len(), 1, "{place}: {locks:?}");
            return State::Before;
        }
        assert_eq!(claims.len(), 2, "{place}: {claims:?}");
        assert_eq!(kinds(&scene, "latest"), ["work.claim"], "{place}");
        assert_eq!(locks.len(), 3, "{place}: {locks:?}");
        for (resource, token, until, _) in &locks {
            assert_eq!(*token, 1, "{place}");
            if resource != "task:T0" {
                assert_eq!(*until, claims[0].1, "{place}: {resource}");
            }
        }
        State::After
    });
}

#[test]
fn killed_evidence_is_event_and_longer_locks_or_nothing() {
    let scene = Scene::new();
    if !can_kill("work_crash::killed_evidence_is_event_and_longer_locks_or_nothing") {
        return;
    }
    let claim = old_claim(&scene);
    let first = locks(&scene);
    let arguments = ["work", "evidence", &claim.lease, "test_result", "--passed", "1"];
    kill_everywhere(&scene, &arguments, |place| {
        let locks = locks(&scene);
        assert_eq!(locks[0].2, ends(&scene)[0].1, "{place}: lock and claim end together");
        match kinds(&scene, &claim.run).len() {
            1 => {
                assert_eq!(locks, first, "{place}");
                State::Before
            }
            number => {
                assert_eq!(number, 2, "{place}");
                assert!(locks[0].2 > first[0].2, "{place}: {locks:?}");
                State::After
            }
        }
    });
}

#[test]
fn a_killed_release_is_events_end_and_free_locks_or_nothing() {
    let scene = Scene::new();
    if !can_kill("work_crash::a_killed_release_is_events_end_and_free_locks_or_nothing") {
        return;
    }
    let claim = claim(&scene, &["T1"]);
    succeed(scene.run(&["work", "evidence", &claim.lease, "log", "--log", "line"]));
    let arguments = crate::work::hand_off(&claim.lease);
    kill_everywhere(&scene, &arguments, |place| {
        let locks = locks(&scene);
        let shown = scene.show(&claim.run);
        let run = shown.get("run").unwrap();
        match payloads_in(&shown).len() {
            2 => {
                assert_eq!(run.get("ended_at"), Some(&Value::Null), "{place}");
                assert!(!locks[0].3, "{place}: {locks:?}");
                State::Before
            }
            number => {
                assert_eq!(number, 5, "{place}");
                assert_eq!(text(run, "outcome"), "success", "{place}");
                assert!(locks[0].3, "{place}: {locks:?}");
                State::After
            }
        }
    });
}
