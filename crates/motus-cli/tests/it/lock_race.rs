//! `motus lock acquire` by many processes at once: one gets the lock, whatever else they do.

use std::process::Child;

use motus_json::Value;

use crate::support::{Scene, error_code, finish, parse, start, succeed};

const CONTENDERS: usize = 32;

/// Lets everybody ask at once and returns who got the lock, with which token.
#[track_caller]
fn race(scene: &Scene, round: usize) -> (String, u64) {
    let children: Vec<Child> = (0..CONTENDERS)
        .map(|number| {
            let holder = format!("round-{round}-{number}");
            let arguments = ["lock", "acquire", "deploy", "--holder", &holder, "--json"];
            start(&mut scene.motus(&arguments))
        })
        .collect();
    let mut winners = Vec::new();
    for child in children {
        let ended = finish(child);
        if ended.code == Some(0) {
            winners.push(parse(&ended.stdout));
        } else {
            assert_eq!(ended.code, Some(4), "{}", ended.stderr_text());
            assert_eq!(error_code(&ended), "lock.held");
        }
    }
    let [winner] = winners.as_slice() else { panic!("one winner, not {winners:?}") };
    let holder = winner.get("holder").and_then(Value::as_str).unwrap().to_owned();
    (holder, winner.get("fencing_token").and_then(Value::as_u64).unwrap())
}

#[test]
fn of_many_that_make_the_store_and_ask_at_once_one_gets_the_lock() {
    let scene = Scene::new();
    let (holder, token) = race(&scene, 1);
    assert_eq!(token, 1);
    let fence = ["lock", "assert", "deploy", "--holder", &holder, "--token", "1"];
    succeed(scene.run(&fence));
}

#[test]
fn of_many_that_ask_for_a_lock_that_was_given_back_one_gets_the_next_token() {
    let scene = Scene::new();
    for round in 1..=3 {
        let (holder, token) = race(&scene, round);
        assert_eq!(token, round as u64);
        let token = token.to_string();
        let fence = ["lock", "release", "deploy", "--holder", &holder, "--token", &token];
        succeed(scene.run(&fence));
    }
}
