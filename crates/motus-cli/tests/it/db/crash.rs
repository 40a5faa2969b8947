//! Commands of `motus db` killed as they enter a system call, one call after the other: nothing is lost.
//!
//! strace delivers the signal before the call happens, so that every state between two calls is met.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{capture, skip};

use crate::support::{MOTUS, Python, Scene, parse, succeed};

/// The calls that change files.
const CALLS: [&str; 7] =
    ["pwrite64", "write", "ftruncate", "fdatasync", "fsync", "?unlink", "linkat"];

/// More calls of one kind than any of these commands makes.
const TOO_MANY: u32 = 400;

/// The files of a Store as they are before each kill, and all that it holds.
struct Before {
    files: Vec<(PathBuf, Vec<u8>)>,
    held: Vec<u8>,
}

impl Before {
    /// Keeps the Store of a scene, in which nobody is at work.
    fn keep(scene: &Scene) -> Self {
        let mut files = Vec::new();
        for name in fs::read_dir(scene.path(".motus")).unwrap() {
            let path = name.unwrap().path();
            files.push((path.clone(), fs::read(path).unwrap()));
        }
        Self { files, held: held(scene, "") }
    }

    /// Puts the same files back.
    fn restore(&self, scene: &Scene) {
        fs::remove_dir_all(scene.path(".motus")).unwrap();
        fs::create_dir(scene.path(".motus")).unwrap();
        for (path, bytes) in &self.files {
            fs::write(path, bytes).unwrap();
        }
    }

    /// Expects a sound Store with the same content.
    #[track_caller]
    fn expect_kept(&self, scene: &Scene, after: &str) {
        assert!(held(scene, "") == self.held, "{after}: other content");
        let stats = parse(&scene.run(&["db", "stats", "--json"]).expect_success().stdout);
        let integrity = stats.get("integrity_check").and_then(Value::as_str);
        assert_eq!(integrity, Some("ok"), "{after}");
    }
}

/// Returns every kind, run and event of a Store.
#[track_caller]
fn held(scene: &Scene, store: &str) -> Vec<u8> {
    scene.run(&["run", "export", "--all", "--db", store]).expect_success().stdout
}

fn strace(scene: &Scene, call: &str, number: u32, arguments: &[&str]) -> Command {
    let mut command = scene.scratch.command("strace");
    command.args(["-qq", "-o", "/dev/null"]).arg(format!("--trace={call}"));
    command.arg(format!("--inject={call}:signal=SIGKILL:when={number}"));
    command.arg(MOTUS).args(arguments);
    command
}

fn can_kill(scene: &Scene, test: &str) -> bool {
    let tried = strace(scene, "fsync", 1, &["--version"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        skip(test, "strace is missing or may not trace");
    }
    can
}

/// Kills a command at every call, and hands what is left to `examine`; returns the number of kills.
fn kill_everywhere(
    scene: &Scene,
    arguments: &[&str],
    restore: impl Fn(),
    mut examine: impl FnMut(&str),
) -> u32 {
    let mut kills = 0;
    for call in CALLS {
        for number in 1..TOO_MANY {
            restore();
            let ended = capture(&mut strace(scene, call, number, arguments));
            examine(&format!("{call} {number}"));
            if ended.signal.is_none() {
                succeed(ended);
                break;
            }
            kills += 1;
        }
    }
    kills
}

/// Records some runs, and makes room that a vacuum gives back.
fn scene_with_log(python: &Python) -> Scene {
    let scene = Scene::new();
    for _ in 0..3 {
        scene.record();
    }
    let garbage = "CREATE TABLE extra (x); INSERT INTO extra VALUES (zeroblob(50000));
        DROP TABLE extra";
    python.sql(&scene.store(), garbage);
    scene.record();
    scene.record();
    // As after a crash, the index of the log is of no use to anybody.
    fs::remove_file(scene.path(".motus/kernel-store.db-shm")).unwrap();
    scene
}

#[test]
fn a_killed_recovery_loses_nothing_and_can_be_done_again() {
    let test = "a_killed_recovery_loses_nothing";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(&scene, test) {
        return;
    }
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete");
    scene.record();
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete");
    let before = Before::keep(&scene);
    let kills = kill_everywhere(
        &scene,
        &["db", "recover"],
        || before.restore(&scene),
        |after| {
            succeed(scene.run(&["db", "recover"]));
            before.expect_kept(&scene, after);
            assert_eq!(fs::metadata(wal(&scene)).map_or(0, |it| it.len()), 0, "{after}");
        },
    );
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_recovery_of_a_log_loses_nothing() {
    let test = "a_killed_recovery_of_a_log";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(&scene, test) {
        return;
    }
    let before = Before::keep(&scene);
    assert!(fs::metadata(wal(&scene)).unwrap().len() > 0);
    let restore = || before.restore(&scene);
    // What a killed one leaves is read by everybody, recovered again or not.
    let kills = kill_everywhere(&scene, &["db", "recover"], restore, |after| {
        before.expect_kept(&scene, after);
    });
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_recovery_keeps_what_cannot_be_replayed() {
    let test = "a_killed_recovery_keeps_what_cannot_be_replayed";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(&scene, test) {
        return;
    }
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete");
    for _ in 0..4 {
        scene.record();
    }
    let mut log = fs::read(wal(&scene)).unwrap();
    let middle = log.len() / 2;
    log[middle] ^= 1;
    fs::write(wal(&scene), &log).unwrap();
    let _ = fs::remove_file(scene.path(".motus/kernel-store.db-shm"));
    let before = Before::keep(&scene);
    // Reading made the index anew, and changed nothing else.
    assert!(before.files.iter().any(|(_, bytes)| *bytes == log));
    let restore = || before.restore(&scene);
    let kills = kill_everywhere(&scene, &["db", "recover"], restore, |after| {
        let holds = |name: &str| fs::read(scene.path(name)).is_ok_and(|bytes| bytes == log);
        let kept = holds(".motus/kernel-store.db-wal.kept-1");
        assert!(kept || holds(".motus/kernel-store.db-wal"), "{after}: the log is gone");
        before.expect_kept(&scene, after);
    });
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_vacuum_loses_nothing() {
    let test = "a_killed_vacuum_loses_nothing";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(&scene, test) {
        return;
    }
    let before = Before::keep(&scene);
    let kills = kill_everywhere(
        &scene,
        &["db", "vacuum"],
        || before.restore(&scene),
        |after| {
            before.expect_kept(&scene, after);
        },
    );
    assert!(kills > 30, "{kills} kills");
}

fn wal(scene: &Scene) -> PathBuf {
    scene.path(".motus/kernel-store.db-wal")
}

#[test]
fn a_killed_backup_leaves_no_half_copy_and_the_store_as_it_was() {
    let test = "a_killed_backup_leaves_no_half_copy";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(&scene, test) {
        return;
    }
    let before = Before::keep(&scene);
    let shelf = scene.path("shelf");
    let names = |shelf: &Path| -> Vec<String> {
        let entries = fs::read_dir(shelf).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let restore = || {
        before.restore(&scene);
        let _ = fs::remove_dir_all(&shelf);
        fs::create_dir(&shelf).unwrap();
    };
    let backup = ["db", "backup", "shelf/copy.db"];
    let mut partial = 0;
    let kills = kill_everywhere(&scene, &backup, restore, |after| {
        for name in names(&shelf) {
            // What is left is found by the name of the copy.
            assert!(name == "copy.db" || name.starts_with(".copy.db.new-"), "{after}: {name}");
            partial += u32::from(name != "copy.db");
        }
        let copied = scene.run(&backup);
        let is_there = copied.stderr_text().contains("backup.target_exists");
        assert!(is_there || copied.code == Some(0), "{after}: {}", copied.stderr_text());
        assert!(held(&scene, "shelf/copy.db") == before.held, "{after}");
        before.expect_kept(&scene, after);
    });
    assert!(kills > 10 && partial > 5, "{kills} kills, {partial} partial copies");
}

#[test]
fn what_a_killed_backup_leaves_beside_the_store_is_known_to_the_doctor() {
    let test = "what_a_killed_backup_leaves_beside_the_store";
    let scene = Scene::new();
    scene.record();
    if !can_kill(&scene, test) {
        return;
    }
    let backup = ["db", "backup", ".motus/copy.db"];
    let killed = capture(&mut strace(&scene, "linkat", 1, &backup));
    assert_eq!(killed.signal, Some(9));
    assert!(!scene.path(".motus/copy.db").exists());
    let told = scene.doctor(&[]).stdout_text();
    let line = told.lines().find(|line| line.starts_with("leftovers: ")).unwrap();
    let young = "leftovers: pass - No leftover files; 1 file younger than an hour may be in use";
    assert_eq!(line, young);
    succeed(scene.run(&backup));
}
