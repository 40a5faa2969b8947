//! Giving room back, moving the log, and waiting for a turn.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{document, number, refused, tell};
use crate::support::{Python, Scene, finish, is_alive, start};

/// A client of the Store that stays in the middle of something until it is dropped.
struct Client {
    child: Child,
}

impl Client {
    /// Starts a script that says `ready` and then waits for the end of its input.
    fn start(store: &Path, script: &str) -> Self {
        let script = format!(
            "import sqlite3, sys\n\
             connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
             {script}\n\
             print('ready', flush=True)\n\
             sys.stdin.read()"
        );
        let mut command = Command::new("python3");
        command.arg("-c").arg(script).arg(store);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self { child }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

const READING: &str = "connection.execute('BEGIN').execute('SELECT * FROM runs').fetchall()";

#[test]
fn a_vacuum_gives_room_back() {
    let Some(python) = Python::find("a_vacuum_gives_room_back") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    let garbage = "CREATE TABLE extra (x); INSERT INTO extra VALUES (zeroblob(1000000));
        DROP TABLE extra";
    python.sql(&scene.store(), garbage);
    let before = document(&scene, &["stats"]);
    assert!(number(&before, "unused_bytes") > 900_000);
    let vacuumed = document(&scene, &["vacuum"]);
    assert_eq!(number(&vacuumed, "db_size_bytes_before"), number(&before, "db_size_bytes"));
    assert!(number(&vacuumed, "db_size_bytes") < 100_000);
    assert_eq!(number(&vacuumed, "wal_size_bytes"), 0);
    let after = document(&scene, &["stats"]);
    assert_eq!(after.get("table_counts"), before.get("table_counts"));
    assert_eq!(number(&after, "unused_bytes"), 0);
    python.sql(&scene.store(), garbage);
    insta::assert_snapshot!(tell(&scene, &["vacuum", "--full"]), @r#"
    exit 0
    --- stdout
    Store full analysis skipped; table set remains deterministic
    Store VACUUM completed
    Size: [N] bytes (before: [N])
    WAL: 0 bytes
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["vacuum"]), @r#"
    exit 0
    --- stdout
    Store VACUUM completed
    Size: [N] bytes
    WAL: 0 bytes
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["vacuum", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "busy": false,
      "db_size_bytes": [N],
      "db_size_bytes_before": [N],
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "wal_size_bytes": 0,
      "wal_size_bytes_before": 0
    }
    --- stderr
    "#);
}

#[test]
fn a_checkpoint_moves_the_log() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["checkpoint"]), @r#"
    exit 0
    --- stdout
    Store WAL checkpoint complete
    Size: [N] bytes
    WAL: 0 bytes (before: [N])
    --- stderr
    "#);
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["checkpoint", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "busy": false,
      "db_size_bytes": [N],
      "db_size_bytes_before": [N],
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "wal_size_bytes": 0,
      "wal_size_bytes_before": [N]
    }
    --- stderr
    "#);
}

#[test]
fn a_checkpoint_that_could_not_move_everything_says_so() {
    if Python::find("a_checkpoint_that_could_not_move_everything").is_none() {
        return;
    }
    let scene = Scene::new();
    scene.record();
    let reader = Client::start(&scene.store(), READING);
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["checkpoint"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.locked]: another process holds the Store: [DIR]/project/.motus/kernel-store.db
      caused by: [N] pages of the log had to stay in it
    hint: wait for the other process, or see what holds it with `lsof` or `fuser`
    "#);
    drop(reader);
    assert_eq!(scene.run(&["db", "checkpoint"]).code, Some(0));
}

#[test]
fn a_log_that_is_in_use_and_moved_is_complete() {
    if Python::find("a_log_that_is_in_use_and_moved").is_none() {
        return;
    }
    let scene = Scene::new();
    scene.record();
    let _reader = Client::start(&scene.store(), READING);
    insta::assert_snapshot!(tell(&scene, &["checkpoint"]), @r#"
    exit 0
    --- stdout
    Store WAL checkpoint complete
    Size: [N] bytes
    WAL: [N] bytes
    --- stderr
    notice: all of the log is in the database; somebody uses the log, so it was not emptied
    "#);
}

#[test]
fn waiting_ends_when_the_store_can_be_written() {
    let Some(python) = Python::find("waiting_ends_when") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["wait"]), @r#"
    exit 0
    --- stdout
    Store write lock available
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["wait", "--max-seconds", "0", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "available": true,
      "store_path": "[DIR]/project/.motus/kernel-store.db"
    }
    --- stderr
    "#);
    let held = python.hold(&scene.store());
    insta::assert_snapshot!(tell(&scene, &["wait", "--max-seconds", "0"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.locked]: another process holds the Store: [DIR]/project/.motus/kernel-store.db
    hint: wait for the other process, or see what holds it with `lsof` or `fuser`
    "#);
    insta::assert_snapshot!(tell(&scene, &["wait", "--max-seconds", "0.3", "--interval", "0.1"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.locked]: another process held the Store for all of 0.3 seconds: [DIR]/project/.motus/kernel-store.db
    hint: wait for the other process, or see what holds it with `lsof` or `fuser`
    "#);
    let arguments = ["db", "wait", "--max-seconds", "inf", "--interval", "0.01"];
    let waiting = start(&mut scene.motus(&arguments));
    assert!(is_alive(waiting.id()));
    drop(held);
    insta::assert_snapshot!(scene.spell(&finish(waiting)), @r#"
    exit 0
    --- stdout
    Store write lock available
    --- stderr
    "#);
}

#[test]
fn only_times_can_be_waited_for() {
    let scene = Scene::new();
    insta::assert_snapshot!(tell(&scene, &["wait", "--max-seconds", "-1"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.max_seconds_invalid]: --max-seconds must be a number of seconds, 0 or more, or inf
    hint: give 0 or more, such as 30, or inf
    "#);
    insta::assert_snapshot!(tell(&scene, &["wait", "--interval", "0"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.interval_invalid]: --interval must be a positive number of seconds
    hint: give a number above zero, such as 0.2
    "#);
    for seconds in ["-1", "nan", "-inf"] {
        let told = refused(&scene, &["wait", &format!("--max-seconds={seconds}")]);
        assert_eq!(told, ("usage.max_seconds_invalid".to_owned(), Some(2)), "{seconds}");
    }
    for seconds in ["0", "-0.5", "nan", "inf"] {
        let told = refused(&scene, &["wait", "--interval", seconds]);
        assert_eq!(told, ("usage.interval_invalid".to_owned(), Some(2)), "{seconds}");
    }
    let told = refused(&scene, &["wait", "--max-seconds", "soon"]);
    assert_eq!(told, ("usage.invalid".to_owned(), Some(2)));
}
