//! `motus run list` reads what it lists, and one run more to know whether there are others.

use motus_testkit::harness::capture;

use crate::support::{MOTUS, Python, Scene};

#[test]
fn no_run_is_read_but_those_that_are_listed_and_one() {
    let Some(python) = Python::find("no_run_is_read_but_those_that_are_listed_and_one") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    // Two older ones that are open, and behind them one that nothing can read.
    python.sql(
        &scene.store(),
        "INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd) VALUES \
            ('run_2', '2', 'p', 'demo', '2026-01-02T03:04:05Z', 'i', '/'), \
            ('run_1', '1', 'p', 'demo', '2026-01-02T03:04:05Z', 'i', '/'), \
            ('run_0', '0', 'p', 'demo', 'never', 'i', '/')",
    );
    let demo = ["--source", "demo"];
    let open = ["--open"];
    for (filter, readable) in [
        ([].as_slice(), "2"),
        (demo.as_slice(), "1"),
        (open.as_slice(), "1"),
        (&[demo.as_slice(), open.as_slice()].concat(), "1"),
    ] {
        let list = [&["run", "list", "--limit", readable], filter].concat();
        drop(scene.run(&list).expect_success());
        let all = [&["run", "list"], filter].concat();
        let refused = scene.run(&all);
        assert_eq!(refused.code, Some(1), "{filter:?}");
        assert!(refused.stderr_text().starts_with("error[store.row_invalid]"), "{filter:?}");
    }
}

#[test]
fn the_largest_limit_takes_no_room_by_itself() {
    let scene = Scene::new();
    scene.record();
    let script = "ulimit -v 300000; exec \"$0\" run list --json --limit 4294967295";
    let mut command = scene.scratch.command("sh");
    let listed = capture(command.args(["-c", script, MOTUS])).expect_success().stdout_text();
    assert!(listed.contains("\"count\": 1") && listed.contains("\"truncated\": false"), "{listed}");
}

#[test]
fn an_identifier_that_a_terminal_would_obey_is_escaped() {
    let Some(python) = Python::find("an_identifier_that_a_terminal_would_obey_is_escaped") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    python.sql(
        &scene.store(),
        "INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd) VALUES \
            ('run_' || char(10, 27) || '[2J' || char(8238), '1', 'p', 's', \
            '2026-01-02T03:04:05Z', 'i', '/')",
    );
    let told = scene.run(&["run", "list"]).expect_success().stdout_text();
    assert_eq!(told.lines().count(), 3, "{told:?}");
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
}
