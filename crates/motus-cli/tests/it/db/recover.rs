//! Bringing a Store into order, and what is said of one that is damaged.

use std::fs;
use std::path::Path;

use super::{at_once, document, number, tell};
use crate::support::{Python, Scene, WAIT_FOR_GO, finish, parse, start, succeed, wait_until};

#[test]
fn a_store_in_use_is_not_recovered() {
    let scene = Scene::new();
    let wrapper = start(&mut scene.wrapping(WAIT_FOR_GO));
    wait_until("the command runs", || scene.path("started").exists());
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.in_use]: somebody has the Store open: [DIR]/project/.motus/kernel-store.db
    hint: wait until nobody uses it, or see who has the file open with `lsof` or `fuser`
    "#);
    insta::assert_snapshot!(tell(&scene, &["recover", "--json"]), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "store.in_use",
      "error": "somebody has the Store open: [DIR]/project/.motus/kernel-store.db",
      "hint": "wait until nobody uses it, or see who has the file open with `lsof` or `fuser`"
    }
    "#);
    scene.go();
    succeed(finish(wrapper));
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 0
    --- stdout
    Recovery complete. [N] pages of the log moved into the database.
    Size: [N] bytes
    WAL: 0 bytes (before: [N])
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 0
    --- stdout
    Recovery complete. Nothing was left to do.
    Size: [N] bytes
    WAL: 0 bytes
    --- stderr
    "#);
    assert_eq!(scene.column("outcome").as_deref(), Some("success"));
}

#[test]
fn of_recoveries_at_once_each_works_or_is_refused() {
    let scene = Scene::new();
    for _ in 0..3 {
        scene.record();
    }
    for _ in 0..3 {
        scene.record();
        let codes = at_once(&scene, &["db", "recover", "--json"]);
        let expected = ["ok", "store.in_use"];
        assert!(codes.iter().all(|code| expected.contains(&code.as_str())), "{codes:?}");
        assert!(codes.contains(&"ok".to_owned()), "{codes:?}");
    }
    assert_eq!(number(&document(&scene, &["stats"]), "wal_size_bytes"), 0);
    assert_eq!(scene.doctor(&[]).code, Some(0));
    let runs = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    assert_eq!(number(&runs, "count"), 6);
}

#[test]
fn what_was_recovered_is_told() {
    let Some(python) = Python::find("what_was_recovered_is_told") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete; DROP TABLE locks");
    scene.scratch.write(".motus/kernel-store.db-spool/run_x.json", "{}");
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 0
    --- stdout
    Recovery complete. [N] pages of the log moved into the database. Made what was missing: locks, runs_no_delete, indexes.
    Size: [N] bytes
    WAL: 0 bytes
    --- stderr
    notice: 1 unrecorded end in [DIR]/project/.motus/kernel-store.db-spool
    hint: record them with `motus doctor --fix`
    "#);
    insta::assert_snapshot!(tell(&scene, &["recover", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "db_size_bytes": [N],
      "db_size_bytes_before": [N],
      "kept_log": null,
      "made": [],
      "moved_pages": 0,
      "rolled_back": false,
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "unrecorded_ends": 1,
      "wal_size_bytes": 0,
      "wal_size_bytes_before": 0
    }
    --- stderr
    notice: 1 unrecorded end in [DIR]/project/.motus/kernel-store.db-spool
    hint: record them with `motus doctor --fix`
    "#);
}

/// Fills a page of a file with bytes that are no page.
fn damage(path: &Path, page: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[page * 4096..page * 4096 + 3000].fill(0xff);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_store_is_neither_recovered_nor_copied() {
    let scene = Scene::new();
    scene.record();
    succeed(scene.run(&["db", "checkpoint"]));
    damage(&scene.store(), 4);
    let before = fs::read(scene.store()).unwrap();
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[recover.damaged]: the Store is damaged: [DIR]/project/.motus/kernel-store.db
      caused by: database disk image is malformed
    hint: nothing was changed; copy the file and its -wal aside, then restore a backup, or make a new Store of exports with `motus run import`
    "#);
    insta::assert_snapshot!(tell(&scene, &["backup", "copy.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[backup.unsound]: the Store is damaged, and no copy was made: [DIR]/project/.motus/kernel-store.db
      caused by: database disk image is malformed
    hint: copy the file and its -wal aside, then try `motus db recover`, which makes damaged indexes anew
    "#);
    assert!(fs::read(scene.store()).unwrap() == before);
    assert!(!scene.path("copy.db").exists());
    insta::assert_snapshot!(tell(&scene, &["stats"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.corrupt]: the Store is damaged: [DIR]/project/.motus/kernel-store.db
      caused by: database disk image is malformed
    hint: copy the file aside, then see `motus doctor`
    "#);
}

#[test]
fn a_damaged_log_is_kept_and_told() {
    let scene = Scene::new();
    for _ in 0..5 {
        scene.record();
    }
    let log = scene.path(".motus/kernel-store.db-wal");
    damage(&log, fs::read(&log).unwrap().len() / 4096 / 2);
    let told = tell(&scene, &["recover"]);
    let warning = told.lines().find(|line| line.starts_with("warning: ")).unwrap();
    let (_, kept) = warning.rsplit_once(' ').unwrap();
    assert_eq!(kept, "[DIR]/project/.motus/kernel-store.db-wal.kept-1");
    assert!(scene.path(".motus/kernel-store.db-wal.kept-1").exists());
    assert!(told.starts_with("exit 0\n--- stdout\nRecovery complete. "), "{told}");
    assert!(told.contains("hint: compare with a backup"), "{told}");
    succeed(scene.doctor(&[]));
}

#[test]
fn what_a_damaged_log_keeps_back_is_told_before_it_is_lost() {
    let scene = Scene::new();
    scene.record();
    let log = scene.path(".motus/kernel-store.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    // As much as the database alone tells of a Store whose log lost its first block.
    succeed(scene.run(&["db", "checkpoint"]));
    bytes[..4096].fill(0);
    fs::write(&log, &bytes).unwrap();
    let told = tell(&scene, &["backup", "copy.db"]);
    assert!(told.starts_with("exit 0\n"), "{told}");
    assert!(
        told.ends_with(
            "warning: the log is damaged, and something in it is not in the backup\n\
             hint: see to it with `motus db recover`, which keeps the log, before anybody writes\n"
        ),
        "{told}"
    );
    insta::assert_snapshot!(tell(&scene, &["checkpoint"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[checkpoint.log_damaged]: the log is damaged, and something in it cannot be moved: [DIR]/project/.motus/kernel-store.db-wal
    hint: move what can be moved with `motus db recover`, which keeps the log, before anybody writes
    "#);
    assert!(fs::read(&log).unwrap() == bytes);
    insta::assert_snapshot!(tell(&scene, &["recover"]), @r#"
    exit 0
    --- stdout
    Recovery complete. The damaged log was put aside.
    Size: [N] bytes
    WAL: 0 bytes (before: [N])
    --- stderr
    warning: the log is damaged, and something in it cannot be replayed; it is kept in [DIR]/project/.motus/kernel-store.db-wal.kept-1
    hint: compare with a backup: what was committed last may be missing
    "#);
    assert!(fs::read(scene.path(".motus/kernel-store.db-wal.kept-1")).unwrap() == bytes);
    succeed(scene.run(&["db", "checkpoint"]));
}
