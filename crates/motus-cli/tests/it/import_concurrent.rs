//! Imports that are killed, and imports beside others: whole runs, nothing lost, nobody starved.

use std::process::Child;
use std::thread;

use crate::import::export_all;
use crate::support::{Python, Scene, file_of, finish, parse, send, start, succeed, wait_until};
use motus_json::Value;

/// Enough runs that their transactions take a while.
const RUNS: u64 = 3000;

/// Makes a Store without runs, and the file `all.ndjson` with many.
fn scene() -> (Scene, String) {
    let scene = Scene::new();
    succeed(scene.doctor(&["--fix"]));
    let text = file_of(RUNS, 2);
    scene.scratch.write("all.ndjson", &text);
    (scene, text)
}

fn importing(scene: &Scene) -> Child {
    start(&mut scene.motus(&["run", "import", "all.ndjson"]))
}

/// Tells whether the Store has runs, and as many as the last time.
fn newest(scene: &Scene) -> Option<String> {
    let told = scene.run(&["run", "list", "--json", "--limit", "1"]).expect_success();
    let listed = parse(&told.stdout);
    let run =
        listed.get("runs").and_then(Value::as_array).and_then(|runs| runs.first().cloned())?;
    run.get("run_id").and_then(Value::as_str).map(str::to_owned)
}

#[test]
fn a_killed_import_leaves_whole_runs_and_the_next_one_goes_on() {
    let (scene, text) = scene();
    let mut interrupted = 0;
    let mut before = None;
    while interrupted < 3 {
        let child = importing(&scene);
        wait_until("a transaction is committed", || newest(&scene) != before);
        send("KILL", child.id());
        let ended = finish(child);
        let so_far = export_all(&scene, "");
        assert!(text.starts_with(&so_far), "what is there is the beginning of the file");
        before = newest(&scene);
        if so_far == text {
            assert!(interrupted > 0, "no import was slow enough to be killed");
            break;
        }
        assert_eq!(ended.signal, Some(9));
        interrupted += 1;
    }
    succeed(scene.run(&["run", "import", "all.ndjson"]));
    assert_eq!(export_all(&scene, ""), text);
    let report = parse(&scene.doctor(&["--json"]).stdout);
    assert_eq!(report.get("summary").unwrap().get("failed").and_then(Value::as_u64), Some(0));
}

#[test]
fn two_imports_at_once_both_end_well() {
    let (scene, text) = scene();
    let both = [importing(&scene), importing(&scene)].map(|child| finish(child).expect_success());
    let sum: u64 = both.iter().map(|told| count(&told.stdout_text(), "Runs added: ")).sum();
    assert_eq!(sum, RUNS);
    for told in &both {
        let told = told.stdout_text();
        assert_eq!(count(&told, "Runs added: ") + count(&told, "Runs already there: "), RUNS);
    }
    assert_eq!(export_all(&scene, ""), text);
}

#[test]
fn two_imports_at_once_may_both_make_the_store() {
    let scene = Scene::new();
    let text = file_of(100, 2);
    scene.scratch.write("all.ndjson", &text);
    for child in [importing(&scene), importing(&scene)] {
        succeed(finish(child));
    }
    assert_eq!(export_all(&scene, ""), text);
}

fn count(page: &str, label: &str) -> u64 {
    let line = page.lines().find_map(|line| line.strip_prefix(label));
    line.and_then(|number| number.parse().ok()).unwrap()
}

#[test]
fn an_import_lets_others_write() {
    let (scene, text) = scene();
    let import = importing(&scene);
    wait_until("a transaction is committed", || newest(&scene).is_some());
    let wrapped = thread::scope(|scope| {
        let writers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| scene.run(&["wrap", "true"]))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    for told in wrapped {
        // A Store that is held too long would be a warning, and a run that is open.
        let told = told.expect_success().stderr_text();
        assert!(!told.contains("warning"), "{told}");
    }
    succeed(finish(import));
    let exported = export_all(&scene, "");
    assert_eq!(exported.matches("\"source\":\"motus-wrap\"").count(), 4);
    assert!(text.lines().all(|line| exported.contains(line)));
}

#[test]
fn an_import_waits_for_a_writer_and_says_when_that_is_in_vain() {
    let Some(python) = Python::find("import_concurrent::an_import_waits_for_a_writer") else {
        return;
    };
    let (scene, text) = scene();
    let held = python.hold(&scene.store());
    let import = importing(&scene);
    let told = finish(import);
    assert_eq!(told.code, Some(1));
    let told = told.stderr_text();
    assert!(told.starts_with("error[store.locked]: another process holds the Store: "), "{told}");
    drop(held);
    succeed(scene.run(&["run", "import", "all.ndjson"]));
    assert_eq!(export_all(&scene, ""), text);
}
