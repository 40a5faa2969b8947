//! Wrappers killed at any moment: what a command was told of is in the Store, and the Store is sound.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Child;
use std::thread;
use std::time::Duration;

use motus_json::Value;
use motus_testkit::Random;

use crate::support::{Scene, finish, parse, send, start, wait_until};

const KILLS: u32 = 50;

/// Longer than a wrapped command takes here, so that some come to their end.
const SPREAD: Duration = Duration::from_millis(40);

fn seed() -> u64 {
    let named = std::env::var("MOTUS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    named.unwrap_or_else(|| RandomState::new().build_hasher().finish())
}

/// Kills a wrapper after a while and returns the run that its trailer names, if it came that far.
fn kill_after(wrapper: Child, moment: Duration) -> Option<String> {
    thread::sleep(moment);
    // A wrapper that has ended is a zombie and takes the signal without harm.
    send("KILL", wrapper.id());
    let stderr = finish(wrapper).stderr_text();
    assert!(!stderr.contains("error["), "{stderr}");
    let line = stderr.lines().find(|line| line.starts_with("motus store: ")).map(|_| &*stderr);
    let run = line?.lines().find_map(|line| line.strip_prefix("motus run: "))?;
    Some(run.to_owned())
}

#[test]
fn no_acknowledged_run_is_lost_and_the_store_stays_sound() {
    let seed = seed();
    eprintln!("MOTUS_TEST_SEED={seed}");
    let mut random = Random::new(seed);
    let scene = Scene::new();
    let script = "echo $MOTUS_RUN_ID >> acks; sleep 0.01; echo $MOTUS_RUN_ID >> ends";
    let mut closed = Vec::new();
    for _ in 0..KILLS {
        closed.extend(kill_after(start(&mut scene.wrapping(script)), random.time(SPREAD)));
    }
    let acknowledged = acknowledged(&scene);

    for run in &acknowledged {
        expect_start(&scene, run);
    }
    for run in &closed {
        let shown = scene.show(run);
        let outcome = shown.get("run").unwrap().get("outcome").unwrap();
        assert_eq!(outcome.as_str(), Some("success"), "{run} (seed {seed})");
    }
    expect_sound(&scene, &["--json"]);
    expect_sound(&scene, &["--json", "--fix"]);
    let open = parse(&scene.run(&["run", "list", "--open", "--json"]).expect_success().stdout);
    assert_eq!(open.get("count").and_then(Value::as_u64), Some(0), "seed {seed}");
    assert!(acknowledged.len() >= closed.len(), "seed {seed}");
}

/// Returns the runs that commands were told of, once the last of them has ended.
fn acknowledged(scene: &Scene) -> Vec<String> {
    let lines = |name| fs::read_to_string(scene.path(name)).unwrap_or_default();
    wait_until("the last command ends", || lines("acks").len() == lines("ends").len());
    lines("acks").lines().map(str::to_owned).collect()
}

/// Expects a run with its start event and no gap in its sequence.
fn expect_start(scene: &Scene, run: &str) {
    let shown = scene.show(run);
    let events = shown.get("events").and_then(Value::as_array).unwrap();
    let kind = events.first().and_then(|event| event.get("schema_kind")).unwrap();
    assert_eq!(kind.as_str(), Some("adapter.wrap.start"));
    for (index, event) in (1_u64..).zip(events) {
        assert_eq!(event.get("seq").and_then(Value::as_u64), Some(index), "{run}");
    }
    assert!(matches!(events.len(), 1 | 4), "{run} has {} events", events.len());
}

/// Expects that no check of the doctor fails.
fn expect_sound(scene: &Scene, arguments: &[&str]) {
    let told = scene.doctor(arguments);
    let report = parse(&told.stdout);
    let failed = report.get("summary").unwrap().get("failed").unwrap();
    assert_eq!(failed.as_u64(), Some(0), "{}", told.stdout_text());
}
