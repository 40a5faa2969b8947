//! Commands of `motus db` killed as they enter a system call, one call after the other: nothing is lost.

use std::fs;
use std::path::{Path, PathBuf};

use motus_json::Value;

use crate::support::{Before, Python, Scene, can_kill, hindered, parse, succeed};

/// Expects a sound Store that holds what it held.
#[track_caller]
fn expect_kept(scene: &Scene, before: &[u8], after: &str) {
    assert!(held(scene, "") == before, "{after}: other content");
    let stats = parse(&scene.run(&["db", "stats", "--json"]).expect_success().stdout);
    let integrity = stats.get("integrity_check").and_then(Value::as_str);
    assert_eq!(integrity, Some("ok"), "{after}");
}

/// Returns every kind, run and event of a Store.
#[track_caller]
fn held(scene: &Scene, store: &str) -> Vec<u8> {
    scene.run(&["run", "export", "--all", "--db", store]).expect_success().stdout
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
    if !can_kill(test) {
        return;
    }
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete");
    scene.record();
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete");
    let (before, held_before) = (Before::keep(&scene), held(&scene, ""));
    let kills = before.kill_everywhere(&["db", "recover"], |after, _| {
        succeed(scene.run(&["db", "recover"]));
        expect_kept(&scene, &held_before, after);
        assert_eq!(fs::metadata(wal(&scene)).map_or(0, |it| it.len()), 0, "{after}");
    });
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_recovery_of_a_log_loses_nothing() {
    let test = "a_killed_recovery_of_a_log";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(test) {
        return;
    }
    let (before, held_before) = (Before::keep(&scene), held(&scene, ""));
    assert!(fs::metadata(wal(&scene)).unwrap().len() > 0);
    // What a killed one leaves is read by everybody, recovered again or not.
    let kills = before.kill_everywhere(&["db", "recover"], |after, _| {
        expect_kept(&scene, &held_before, after);
    });
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_recovery_keeps_what_cannot_be_replayed() {
    let test = "a_killed_recovery_keeps_what_cannot_be_replayed";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(test) {
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
    let (before, held_before) = (Before::keep(&scene), held(&scene, ""));
    // Reading made the index anew, and changed nothing else.
    assert_eq!(fs::read(wal(&scene)).unwrap(), log);
    let kills = before.kill_everywhere(&["db", "recover"], |after, _| {
        let holds = |name: &str| fs::read(scene.path(name)).is_ok_and(|bytes| bytes == log);
        let kept = holds(".motus/kernel-store.db-wal.kept-1");
        assert!(kept || holds(".motus/kernel-store.db-wal"), "{after}: the log is gone");
        expect_kept(&scene, &held_before, after);
    });
    assert!(kills > 10, "{kills} kills");
}

#[test]
fn a_killed_vacuum_loses_nothing() {
    let test = "a_killed_vacuum_loses_nothing";
    let Some(python) = Python::find(test) else { return };
    let scene = scene_with_log(&python);
    if !can_kill(test) {
        return;
    }
    let (before, held_before) = (Before::keep(&scene), held(&scene, ""));
    let kills = before.kill_everywhere(&["db", "vacuum"], |after, _| {
        expect_kept(&scene, &held_before, after);
    });
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
    if !can_kill(test) {
        return;
    }
    let (before, held_before) = (Before::keep(&scene), held(&scene, ""));
    let shelf = scene.path("shelf");
    let names = |shelf: &Path| -> Vec<String> {
        let entries = fs::read_dir(shelf).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    fs::create_dir(&shelf).unwrap();
    let backup = ["db", "backup", "shelf/copy.db"];
    let mut partial = 0;
    let kills = before.kill_everywhere(&backup, |after, _| {
        for name in names(&shelf) {
            // What is left is found by the name of the copy.
            assert!(name == "copy.db" || name.starts_with(".copy.db.new-"), "{after}: {name}");
            partial += u32::from(name != "copy.db");
        }
        let copied = scene.run(&backup);
        let is_there = copied.stderr_text().contains("backup.target_exists");
        assert!(is_there || copied.code == Some(0), "{after}: {}", copied.stderr_text());
        assert!(held(&scene, "shelf/copy.db") == held_before, "{after}");
        expect_kept(&scene, &held_before, after);
        fs::remove_dir_all(&shelf).unwrap();
        fs::create_dir(&shelf).unwrap();
    });
    assert!(kills > 10 && partial > 5, "{kills} kills, {partial} partial copies");
}

#[test]
fn what_a_killed_backup_leaves_beside_the_store_is_known_to_the_doctor() {
    let test = "what_a_killed_backup_leaves_beside_the_store";
    let scene = Scene::new();
    scene.record();
    if !can_kill(test) {
        return;
    }
    let backup = ["db", "backup", ".motus/copy.db"];
    let killed = hindered(&scene, "linkat:signal=SIGKILL:when=1", &backup);
    assert_eq!(killed.signal, Some(9));
    assert!(!scene.path(".motus/copy.db").exists());
    let told = scene.doctor(&[]).stdout_text();
    let line = told.lines().find(|line| line.starts_with("leftovers: ")).unwrap();
    let young = "leftovers: pass - No leftover files; 1 file younger than an hour may be in use";
    assert_eq!(line, young);
    succeed(scene.run(&backup));
}
