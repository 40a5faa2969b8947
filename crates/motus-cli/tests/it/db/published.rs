//! `motus db` beside the published CLI: the same answers, and Stores that both go on with.
//!
//! Needs `MOTUS_REFERENCE`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use motus_json::Value;
use motus_testkit::harness::{Captured, Reference, capture};

use crate::support::{Python, Scene, error_code, parse, succeed};

fn published(scene: &Scene, reference: &Reference, arguments: &[&str]) -> Captured {
    let mut command = scene.scratch.command(reference.program());
    capture(command.args(arguments).env("COLUMNS", "1000"))
}

/// Expects that both print the same document, but for the members that only ours has.
#[track_caller]
fn expect_same(scene: &Scene, reference: &Reference, arguments: &[&str], ours_alone: &[&str]) {
    let theirs = parse(&published(scene, reference, arguments).expect_success().stdout);
    let mut ours = parse(&scene.run(arguments).expect_success().stdout);
    for name in ours_alone {
        ours.as_object_mut().unwrap().remove(name).expect("ours has it");
    }
    assert_eq!(ours, theirs);
}

const LOCKS: &str = "
import sys
from motus.kernel.store import Store
store = Store(sys.argv[1])
store.acquire_lock(resource='deploy', holder='ci', ttl_seconds=10**6)
lock = store.acquire_lock(resource='a b', holder='p', ttl_seconds=60)
store.release_lock(resource='a b', holder='p', fencing_token=lock.fencing_token)
";

#[test]
fn both_say_the_same_of_one_store() {
    let Some(reference) = Reference::or_skip("both_say_the_same_of_one_store") else {
        return;
    };
    let scene = Scene::new();
    let stats = ["db", "stats", "--json"];
    let locks = ["db", "lock-info", "--json"];
    expect_same(&scene, &reference, &stats, &["unused_bytes"]);
    expect_same(&scene, &reference, &locks, &[]);
    scene.record();
    Python::of(&reference).run(LOCKS, &[&scene.store()]);
    // Theirs empties the log when it closes the Store.
    expect_same(&scene, &reference, &stats, &["unused_bytes"]);
    expect_same(&scene, &reference, &locks, &[]);
    let lines = |told: Captured| -> Vec<String> {
        told.expect_success().stdout_text().lines().map(str::to_owned).collect()
    };
    let theirs = lines(published(&scene, &reference, &["db", "lock-info"]));
    let ours = lines(scene.run(&["db", "lock-info"]));
    assert_eq!(theirs.len(), ours.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(ours.starts_with(theirs.as_str()), "{ours} | {theirs}");
    }
    let theirs = lines(published(&scene, &reference, &["db", "stats"]));
    assert_eq!(lines(scene.run(&["db", "stats"]))[..theirs.len()], theirs);
    for command in ["vacuum", "analyze", "checkpoint", "wait"] {
        let theirs = lines(published(&scene, &reference, &["db", command]));
        assert_eq!(lines(scene.run(&["db", command]))[..1], theirs, "{command}");
    }
    let told = lines(scene.run(&["db", "recover"]));
    assert!(told[0].starts_with("Recovery complete. "));
}

#[test]
fn the_published_cli_goes_on_with_what_we_copied_rewrote_and_recovered() {
    let Some(reference) = Reference::or_skip("the_published_cli_goes_on") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    succeed(scene.run(&["db", "backup", "copy.db"]));
    succeed(scene.run(&["db", "vacuum"]));
    succeed(scene.run(&["db", "recover"]));
    for store in ["copy.db", ".motus/kernel-store.db"] {
        let path = scene.path(store);
        let path = path.to_str().unwrap();
        let theirs = |arguments: &[&str]| {
            let mut command = scene.scratch.command(reference.program());
            capture(command.args(arguments).env("MOTUS_KERNEL_STORE_PATH", path)).expect_success()
        };
        theirs(&["wrap", "--db", path, "--", "true"]);
        let report = parse(&theirs(&["doctor", "--json"]).stdout);
        let checks = report.get("checks").and_then(Value::as_array).unwrap();
        for check in checks {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap();
            let is_about_store = text("name").starts_with("store_");
            assert!(!is_about_store || text("status") == "pass", "{check:?}");
        }
        let listed = scene.run(&["run", "list", "--json", "--db", path]).expect_success();
        assert_eq!(parse(&listed.stdout).get("count").and_then(Value::as_u64), Some(2));
        assert_eq!(scene.doctor(&["--db", path]).code, Some(0));
    }
}

/// Stays in the middle of the published package's own transaction until its input ends: the payload is
/// asked for its fields there.
const AT_WORK: &str = "
import sys
from motus.kernel.store import Store

class Slow(dict):
    def __contains__(self, name):
        print('ready', flush=True)
        sys.stdin.read()
        return True

store = Store(sys.argv[1])
run = store.start_run(source='demo', intent='i', cwd='/w', git_sha=None, idempotency_key='k',
                      producer_id='p').id
store.register_kind('note', {'type': 'object', 'required': ['a'],
                             'properties': {'a': {'type': 'integer'}}})
print(store.log_event(run_id=run, schema_kind='note', payload=Slow(a=1), idempotency_key='e1',
                      producer_id='p').seq)
";

/// The published package at work on a Store.
fn at_work(scene: &Scene, reference: &Reference) -> (Child, BufReader<ChildStdout>) {
    let mut command: Command = scene.scratch.command(reference.python());
    command.arg("-c").arg(AT_WORK).arg(scene.store());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, lines)
}

#[test]
fn a_store_that_the_published_package_is_writing_is_left_alone() {
    let Some(reference) = Reference::or_skip("a_store_that_the_published_package_is_writing")
    else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    let (mut child, mut lines) = at_work(&scene, &reference);
    let told = scene.run(&["db", "recover", "--json"]);
    assert_eq!((error_code(&told).as_str(), told.code), ("store.in_use", Some(1)));
    let told = scene.run(&["db", "wait", "--max-seconds", "0", "--json"]);
    assert_eq!(error_code(&told), "store.locked");
    // A copy waits for nobody, and has what was committed.
    let made = parse(&scene.run(&["db", "backup", "copy.db", "--json"]).expect_success().stdout);
    let events = made.get("table_counts").and_then(|counts| counts.get("events")).unwrap();
    assert_eq!(events.as_u64(), Some(4));
    drop(child.stdin.take());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "1\n", "the package goes on as if nothing had been");
    assert!(child.wait().unwrap().success());
    succeed(scene.run(&["db", "recover"]));
    let stats = parse(&scene.run(&["db", "stats", "--json"]).expect_success().stdout);
    let counts = stats.get("table_counts").unwrap();
    assert_eq!(counts.get("events").and_then(Value::as_u64), Some(5));
}
