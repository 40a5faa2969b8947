//! `motus work` by many processes at once: one gets the task, and a claim ends in one way.

use std::process::Child;

use motus_json::Value;

use crate::support::{Scene, finish, parse, payloads_in, start, succeed};
use crate::work::{claim, text};

const WORKERS: usize = 16;

/// Lets everybody claim a task at once, and returns the lease that was granted.
#[track_caller]
fn race(scene: &Scene, task: &str) -> String {
    let children: Vec<Child> = (0..WORKERS)
        .map(|number| {
            let agent = format!("agent-{number}");
            let arguments = ["work", "claim", task, "--agent", &agent, "-r", "x", "--json"];
            start(&mut scene.motus(&arguments))
        })
        .collect();
    let (mut granted, mut holders) = (Vec::new(), Vec::new());
    for child in children {
        let ended = finish(child);
        let told = parse(&ended.stdout);
        match ended.code {
            Some(0) => granted.push(text(&told, "lease_id")),
            Some(4) => {
                assert_eq!(text(&told, "reason_code"), "HELD");
                holders.push(text(told.get("held_by").unwrap(), "holder"));
            }
            other => panic!("{other:?}: {}", ended.stderr_text()),
        }
    }
    let [lease] = granted.as_slice() else { panic!("one lease, not {granted:?}") };
    assert_eq!(holders.len(), WORKERS - 1);
    assert!(holders.iter().all(|holder| holder == lease), "{lease}: {holders:?}");
    lease.clone()
}

fn runs(scene: &Scene) -> u64 {
    let listed = parse(&scene.run(&["run", "list", "--json", "--limit", "100"]).stdout);
    listed.get("count").and_then(Value::as_u64).unwrap()
}

#[test]
fn of_many_that_make_the_store_and_claim_at_once_one_gets_the_task() {
    let scene = Scene::new();
    race(&scene, "T1");
    assert_eq!(runs(&scene), 1);
}

#[test]
fn of_many_that_claim_a_released_task_one_gets_it_with_the_next_token() {
    let scene = Scene::new();
    for round in 1..=3 {
        let lease = race(&scene, "T1");
        assert_eq!(runs(&scene), round);
        let (_, payload) = payloads_in(&scene.show("latest")).remove(0);
        for lock in payload.get("fencing").and_then(Value::as_array).unwrap() {
            assert_eq!(lock.get("token").and_then(Value::as_u64), Some(round));
        }
        succeed(scene.run(&["work", "release", &lease, "success"]));
    }
}

#[test]
fn of_two_that_release_in_different_ways_at_once_one_is_refused() {
    let scene = Scene::new();
    for round in 0..8 {
        let claim = claim(&scene, &[&format!("T{round}")]);
        let release = |outcome| {
            let arguments = ["work", "release", &claim.lease, outcome, "--json"];
            start(&mut scene.motus(&arguments))
        };
        let (success, failure) = (release("success"), release("failure"));
        let ended = [("success", finish(success)), ("failure", finish(failure))];
        let (winners, losers): (Vec<_>, Vec<_>) =
            ended.iter().partition(|(_, ended)| ended.code == Some(0));
        let ([(outcome, _)], [(_, loser)]) = (winners.as_slice(), losers.as_slice()) else {
            panic!("one of two: {ended:?}");
        };
        assert_eq!(loser.code, Some(4));
        let told = parse(&loser.stdout);
        assert_eq!(text(&told, "reason_code"), "RELEASE_CONFLICT");
        assert_eq!(text(told.get("kernel_receipt").unwrap(), "outcome"), *outcome);
        let shown = scene.show(&claim.run);
        assert_eq!(text(shown.get("run").unwrap(), "outcome"), *outcome);
        let releases = payloads_in(&shown);
        let releases = releases.iter().filter(|(kind, _)| kind == "work.release");
        assert_eq!(releases.count(), 1, "round {round}");
    }
}

#[test]
fn evidence_and_release_at_once_leave_no_evidence_behind_the_end() {
    let scene = Scene::new();
    for round in 0..4 {
        let claim = claim(&scene, &[&format!("T{round}")]);
        let mut children: Vec<Child> = (0..4)
            .map(|_| start(&mut scene.motus(&["work", "evidence", &claim.lease, "log", "--json"])))
            .collect();
        children.push(start(&mut scene.motus(&["work", "release", &claim.lease, "success"])));
        let codes: Vec<Option<i32>> = children.into_iter().map(|it| finish(it).code).collect();
        let accepted = codes[..4].iter().filter(|code| **code == Some(0)).count();
        assert!(codes.iter().all(|code| matches!(code, Some(0 | 1))), "{codes:?}");
        let kinds: Vec<String> =
            payloads_in(&scene.show(&claim.run)).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds.len(), accepted + 2, "{kinds:?}");
        assert_eq!(kinds.last().map(String::as_str), Some("work.release"));
    }
}

#[test]
fn of_many_that_accept_at_once_all_get_the_same_run() {
    let scene = Scene::new();
    let handed = crate::work::handed(&scene);
    let accept = ["work", "accept", &handed.run, "--as", "human:owner", "--json"];
    let children: Vec<Child> = (0..8).map(|_| start(&mut scene.motus(&accept))).collect();
    let mut told: Vec<(String, String)> = children
        .into_iter()
        .map(|child| {
            let told = parse(&finish(child).expect_success().stdout);
            (text(&told, "reason_code"), text(&told, "kernel_run_id"))
        })
        .collect();
    told.sort();
    let (code, run) = told.pop().unwrap();
    assert_eq!(code, "ACCEPTED_OK");
    assert!(
        told.iter().all(|(code, other)| { code == "ACCEPTED_IDEMPOTENT_REPLAY" && *other == run })
    );
    assert_eq!(runs(&scene), 2);
}
