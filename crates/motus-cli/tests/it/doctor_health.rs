//! `motus doctor` on what wears: spool, log, locks, indexes, room; and its own trial recording.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use motus_testkit::harness::{capture, skip};

use crate::doctor::{examine, lines_of};
use crate::support::{MOTUS, Python, Scene, bare};

/// An end of a run as a wrapper keeps it.
fn end_of(run: &str) -> String {
    format!(
        r#"{{"schema_version":"motus.spool.v1","run_id":"{run}","ended_at_ns":1,"events":[],
        "close":{{"outcome":"success","outcome_note":null,"idempotency_key":"k","producer_id":"p"}}}}"#
    )
}

fn recorded() -> Scene {
    let scene = Scene::new();
    scene.record();
    scene
}

fn write_into_the_spool(scene: &Scene, name: &str, content: &str) {
    scene.scratch.write(&format!(".motus/kernel-store.db-spool/{name}"), content);
    fs::set_permissions(scene.spool(), std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .unwrap();
}

#[test]
fn an_end_that_cannot_be_recorded_is_foreseen() {
    let scene = recorded();
    write_into_the_spool(&scene, "run_gone.json", &end_of("run_gone"));
    insta::assert_snapshot!(lines_of(&scene, "spool", &[]), @r#"
    spool: fail - To be recorded: 0 ends, 1 refused: [DIR]/project/.motus/kernel-store.db-spool/run_gone.json: run not found: run_gone
      next: move the refused file into the spool of the Store that has its run, or keep it elsewhere
    "#);
    insta::assert_snapshot!(lines_of(&scene, "spool", &["--fix"]), @r#"
    spool: fail - Recorded 0 ends, 1 refused: [DIR]/project/.motus/kernel-store.db-spool/run_gone.json: run not found: run_gone
      next: move the refused file into the spool of the Store that has its run, or keep it elsewhere
    "#);
    assert_eq!(scene.spooled().len(), 1);

    let scene = recorded();
    let run = scene.column("id").unwrap();
    write_into_the_spool(&scene, &format!("{run}.json"), &end_of(&run));
    insta::assert_snapshot!(lines_of(&scene, "spool", &[]), @r#"
    spool: fail - To be recorded: 0 ends, 1 refused: [DIR]/project/.motus/kernel-store.db-spool/run_[ID].json: run is already closed
      next: read the refused file; remove it when the run is closed otherwise
    "#);
    insta::assert_snapshot!(lines_of(&scene, "spool", &["--fix"]), @r#"
    spool: fail - Recorded 0 ends, 1 refused: [DIR]/project/.motus/kernel-store.db-spool/run_[ID].json: run is already closed
      next: read the refused file; remove it when the run is closed otherwise
    "#);
    assert_eq!(scene.spooled().len(), 1);
}

#[test]
fn what_stands_in_the_place_of_an_end_is_refused_and_left() {
    let scene = recorded();
    fs::create_dir_all(scene.spool().join("run_directory.json")).unwrap();
    let outside = scene.scratch.write("outside.json", end_of("run_x"));
    std::os::unix::fs::symlink(&outside, scene.spool().join("run_link.json")).unwrap();
    let large = File::create(scene.spool().join("run_zlarge.json")).unwrap();
    large.set_len(1 << 30).unwrap();
    for arguments in [[].as_slice(), &["--fix"]] {
        let told = lines_of(&scene, "spool", arguments);
        assert!(told.contains(" 0 ends, 3 refused: cannot read [DIR]"), "{told}");
        assert!(told.ends_with("next: read the refused file; it stays until you move it away"));
    }
    assert_eq!(scene.spooled().len(), 3);
}

#[test]
fn foreign_files_in_the_spool_are_named() {
    let scene = recorded();
    write_into_the_spool(&scene, "notes.txt", "mine");
    write_into_the_spool(&scene, ".run_x.json.new-abcdef", "a wrapper writes it right now");
    let told = lines_of(&scene, "spool", &[]);
    insta::assert_snapshot!(told, @r#"
    spool: warn - 1 file in the spool that no wrapper wrote: [DIR]/project/.motus/kernel-store.db-spool/notes.txt
      next: move what does not belong there away; nothing reads it
    "#);
    assert_eq!(lines_of(&scene, "spool", &["--fix"]), told);
    assert_eq!(scene.spooled().len(), 2);
}

/// A process that reads the Store, and goes on with what it saw, until it is dropped.
struct Reader(Child);

impl Reader {
    fn of(store: &Path) -> Self {
        let script = "import sqlite3, sys\n\
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
            connection.execute('BEGIN')\n\
            connection.execute('SELECT count(*) FROM runs').fetchall()\n\
            print('reading', flush=True)\n\
            sys.stdin.read()";
        let mut command = Command::new("python3");
        command.args(["-c", script]).arg(store).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "reading\n");
        Self(child)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Writes some twenty mebibytes into the log, again and again into the same row, and goes without a checkpoint.
fn grow_the_log(python: &Python, store: &Path) {
    let script = "import os, sqlite3, sys\n\
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
        connection.execute('PRAGMA wal_autocheckpoint = 0')\n\
        connection.execute('PRAGMA synchronous = OFF')\n\
        for number in range(10):\n\
        \x20   connection.execute('INSERT OR REPLACE INTO locks VALUES (?, ?, 1, ?, ?)',\n\
        \x20       ('r', 'h' * 1000000, '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'))\n\
        os._exit(0)";
    python.run(script, &[store]);
}

#[test]
fn a_log_that_outgrew_its_database_is_told_and_moved_when_nobody_reads() {
    let Some(python) = Python::find("a_log_that_outgrew_its_database") else {
        return;
    };
    let scene = recorded();
    let reader = Reader::of(&scene.store());
    grow_the_log(&python, &scene.store());
    insta::assert_snapshot!(lines_of(&scene, "wal_size", &[]), @r#"
    wal_size: warn - WAL size 19.5 MB, larger than the database
      next: move it into the database with `motus doctor --fix`
    "#);
    insta::assert_snapshot!(lines_of(&scene, "wal_size", &["--fix"]), @r#"
    wal_size: warn - WAL size 19.5 MB; another process has it in use
      next: see what reads the Store with `lsof` or `fuser`, and try again when it has ended
    "#);
    drop(reader);
    insta::assert_snapshot!(lines_of(&scene, "wal_size", &["--fix"]), @"wal_size: pass - WAL size 0.0 MB");
    insta::assert_snapshot!(lines_of(&scene, "wal_size", &[]), @"wal_size: pass - WAL size 0.0 MB");
}

#[test]
fn a_log_without_its_index_is_no_finding() {
    let scene = recorded();
    fs::remove_file(scene.path(".motus/kernel-store.db-shm")).unwrap();
    assert!(examine(&scene, &[]).contains("overall: pass"));
    assert!(scene.run(&["run", "show", "latest"]).expect_success().stderr.is_empty());
}

#[test]
fn a_store_that_is_being_written_is_no_finding() {
    let Some(python) = Python::find("a_store_that_is_being_written_is_no_finding") else {
        return;
    };
    let scene = recorded();
    let held = python.hold(&scene.store());
    assert_eq!(
        lines_of(&scene, "store_writable", &[]),
        "store_writable: pass - Store is being written by another process"
    );
    drop(held);
    let line = "store_writable: pass - Store can be written";
    assert_eq!(lines_of(&scene, "store_writable", &[]), line);
}

#[test]
fn a_store_that_can_only_be_read_is_told() {
    let scene = recorded();
    let script = "mount --bind .motus .motus && mount -o remount,ro,bind .motus || exit 99; \
        cd \"$PWD\"; \"$0\" doctor";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, MOTUS]));
    let told = ended.stdout_text();
    if told.is_empty() && matches!(ended.code, Some(1 | 99)) {
        return skip("a_store_that_can_only_be_read_is_told", "a directory cannot be mounted here");
    }
    let place = scene.store();
    let expected = format!(
        "store_writable: warn - Store can be read and not written: access to the Store is denied: \
        {}\n  next: check who owns the Store, its -wal, its -shm and its directory\n",
        place.display()
    );
    assert!(told.contains(&expected), "{told}");
    assert_eq!(ended.code, Some(0), "{told}");
}

#[test]
fn too_little_room_for_a_second_store_is_told() {
    let scene = recorded();
    // A log of a tebibyte without a byte in it, which SQLite takes for an empty one.
    let log = File::options().write(true).open(scene.path(".motus/kernel-store.db-wal")).unwrap();
    log.set_len(0).unwrap();
    log.set_len(1 << 40).unwrap();
    let told = lines_of(&scene, "disk_space", &[]);
    assert!(
        told.starts_with("disk_space: warn - Disk space low: [N] MB free beside a Store"),
        "{told}"
    );
    assert!(
        told.ends_with("next: make room: a vacuum may need twice the size of the Store"),
        "{told}"
    );
}

#[test]
fn locks_are_counted_and_odd_ones_named() {
    let Some(python) = Python::find("locks_are_counted_and_odd_ones_named") else {
        return;
    };
    let scene = recorded();
    let lock = |resource: &str, expires: &str| {
        let values = format!("('{resource}', 'alice', 1, '2026-01-02T03:04:05Z', '{expires}')");
        python.sql(&scene.store(), &format!("INSERT INTO locks VALUES {values}"));
    };
    lock("expired", "2026-01-02T03:04:06Z");
    assert_eq!(lines_of(&scene, "locks", &[]), "locks: pass - 0 locks held");
    lock("deploy", "9999-01-02T03:04:05Z");
    insta::assert_snapshot!(lines_of(&scene, "locks", &[]), @r#"
    locks: warn - Held for more than a year from now: `deploy` by `alice` until [TIME]
      next: check the clock; give back with `motus lock release` what nobody needs
    "#);
    lock("e", "soon");
    lock("f", "9999-01-02T03:04:05Z");
    insta::assert_snapshot!(lines_of(&scene, "locks", &[]), @r#"
    locks: warn - A lock cannot be read, the first behind `deploy`: the Store holds a row that is not a record: [DIR]/project/.motus/kernel-store.db: `expires_at` of `locks`, resource `e`
      next: correct its row with SQLite, and let its token never become smaller
    "#);
    python.sql(&scene.store(), "DELETE FROM locks WHERE resource < 'e'");
    insta::assert_snapshot!(lines_of(&scene, "locks", &[]), @r#"
    locks: warn - A lock cannot be read, the first of all: the Store holds a row that is not a record: [DIR]/project/.motus/kernel-store.db: `expires_at` of `locks`, resource `e`
      next: correct its row with SQLite, and let its token never become smaller
    "#);
    python.sql(&scene.store(), "DROP TABLE locks");
    insta::assert_snapshot!(lines_of(&scene, "locks", &[]), @r#"
    locks: warn - Store has no table of locks; lock check skipped
      next: see to store_schema first
    "#);
    assert_eq!(lines_of(&scene, "locks", &["--fix"]), "locks: pass - 0 locks held");
}

#[test]
fn missing_indexes_are_told_and_made() {
    let Some(python) = Python::find("missing_indexes_are_told_and_made") else {
        return;
    };
    let scene = recorded();
    python.sql(&scene.store(), "DROP INDEX runs_open");
    insta::assert_snapshot!(lines_of(&scene, "store_indexes", &[]), @r#"
    store_indexes: warn - Store lacks indexes that keep listing cheap: runs_open
      next: make them with `motus doctor --fix`
    "#);
    let line = "store_indexes: pass - Listing is served by indexes";
    assert_eq!(lines_of(&scene, "store_indexes", &["--fix"]), line);
    assert_eq!(lines_of(&scene, "store_indexes", &[]), line);
}

#[test]
fn the_trial_leaves_nothing_behind_and_touches_no_store() {
    let scene = recorded();
    let before = scene.run(&["run", "list", "--json"]).stdout;
    let line = "capture_canary: pass - A trial command was recorded and read back unchanged";
    assert_eq!(lines_of(&scene, "capture_canary", &[]), line);
    assert_eq!(fs::read_dir(scene.scratch.temporary()).unwrap().count(), 0);
    assert_eq!(scene.run(&["run", "list", "--json"]).stdout, before);
    assert!(!examine(&scene, &[]).contains("canary-in-the-coal-mine"));
}

#[test]
fn a_trial_without_a_place_is_no_failure_of_the_store() {
    let scene = recorded();
    let file = scene.scratch.write("a-file", "");
    for (place, cause) in [(scene.path("absent"), "entity not found"), (file, "not a directory")] {
        let mut command = scene.motus(&["doctor"]);
        let ended = capture(command.env("TMPDIR", &place));
        assert_eq!(ended.code, Some(0));
        let told = bare(&ended.stdout_text());
        let expected = format!(
            "capture_canary: warn - No place for a trial: cannot write {}: {cause}\n  \
            next: set TMPDIR to a directory on a local disk that you may write\n",
            place.display()
        );
        assert!(told.contains(&expected), "{told}");
    }
}
