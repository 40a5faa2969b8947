//! Copies of a Store: made, refused, used, and put back.

use std::fs;

use motus_testkit::harness::Captured;

use super::{at_once, document, number, tell};
use crate::support::{Scene, parse, succeed};

#[test]
fn a_backup_is_told_and_can_be_used() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["backup", "copy.db"]), @r#"
    exit 0
    --- stdout
    Backup complete: [DIR]/project/copy.db
    Size: [N] bytes
    events: 4
    kind_versions: 3
    locks: 0
    runs: 1
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["backup", "copy.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[backup.target_exists]: something is at the place of the backup already: [DIR]/project/copy.db
    hint: name another file; to put a Store back, move the old one away first, with its -wal, -shm and -journal
    "#);
    insta::assert_snapshot!(tell(&scene, &["backup", "other.db", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "backup_path": "[DIR]/project/other.db",
      "backup_size_bytes": [N],
      "integrity_check": "ok",
      "lists": {
        "changed": [],
        "copied": 0,
        "missing": []
      },
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "table_counts": {
        "events": 4,
        "kind_versions": 3,
        "locks": 0,
        "runs": 1
      },
      "unrecorded_ends": 0
    }
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["backup", "no/copy.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[backup.directory_missing]: the directory of the backup is not there: [DIR]/project/no
    hint: make the directory first, or name a file elsewhere
    "#);
    insta::assert_snapshot!(tell(&scene, &["backup", ".motus/kernel-store.db-journal"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[backup.target_reserved]: a file of this name belongs to the database beside it: [DIR]/project/.motus/kernel-store.db-journal
    hint: name a file that does not end in -wal, -shm, -journal, -spool or -scope
    "#);
    assert_eq!(scene.run(&["db", "backup"]).code, Some(2));
    succeed(scene.run(&["wrap", "--db", "copy.db", "true"]));
    succeed(scene.doctor(&["--db", "copy.db"]));
    let runs = |store: &str| {
        let told = scene.run(&["run", "list", "--json", "--db", store]).expect_success();
        number(&parse(&told.stdout), "count")
    };
    assert_eq!([runs("copy.db"), runs("other.db"), runs("")], [2, 1, 1]);
}

#[test]
fn ends_that_a_backup_lacks_are_told() {
    let scene = Scene::new();
    scene.record();
    scene.scratch.write(".motus/kernel-store.db-spool/run_x.json", "{}");
    scene.scratch.write(".motus/kernel-store.db-spool/.run_y.json.new-abc", "{}");
    insta::assert_snapshot!(tell(&scene, &["backup", "copy.db"]), @r#"
    exit 0
    --- stdout
    Backup complete: [DIR]/project/copy.db
    Size: [N] bytes
    events: 4
    kind_versions: 3
    locks: 0
    runs: 1
    --- stderr
    notice: not in the backup: 1 unrecorded end in [DIR]/project/.motus/kernel-store.db-spool
    hint: record them with `motus doctor --fix`, then make another backup
    "#);
    let made = document(&scene, &["backup", "other.db"]);
    assert_eq!(number(&made, "unrecorded_ends"), 1);
}

#[test]
fn a_backup_goes_back_to_the_place_of_a_lost_store() {
    let scene = Scene::new();
    scene.record();
    let receipt = |scene: &Scene| -> Captured { scene.run(&["run", "receipt", "latest"]) };
    let before = receipt(&scene).expect_success().stdout;
    succeed(scene.run(&["db", "backup", "copy.db"]));
    scene.remove(".motus/kernel-store.db");
    let back = ["db", "backup", "--db", "copy.db", ".motus/kernel-store.db"];
    insta::assert_snapshot!(tell(&scene, &back[1..]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[backup.target_log]: the log of another database waits at the place of the backup: [DIR]/project/.motus/kernel-store.db
    hint: move what is left of the old Store away first, its -wal, -shm and -journal
    "#);
    fs::rename(scene.path(".motus"), scene.path("lost")).unwrap();
    fs::create_dir(scene.path(".motus")).unwrap();
    succeed(scene.run(&back));
    assert_eq!(receipt(&scene).expect_success().stdout, before);
    assert_eq!(scene.doctor(&[]).code, Some(0));
}

#[test]
fn a_source_that_cannot_be_copied_is_told() {
    let scene = Scene::new();
    insta::assert_snapshot!(tell(&scene, &["backup", "--db", "mistyped.db", "copy.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/mistyped.db
    hint: check the path of the Store that is to be copied
    "#);
    scene.record();
    fs::hard_link(scene.store(), scene.path("other.db")).unwrap();
    insta::assert_snapshot!(tell(&scene, &["backup", "copy.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.linked]: the Store has another name, and what is committed under one of them is lost to the other: [DIR]/project/.motus/kernel-store.db
    hint: remove the other name, which `find DIRECTORY -samefile STORE` finds; make copies with `motus db backup`
    "#);
    assert!(!scene.path("copy.db").exists());
}

#[test]
fn of_backups_to_one_place_one_wins() {
    let scene = Scene::new();
    scene.record();
    let codes = at_once(&scene, &["db", "backup", "copy.db", "--json"]);
    let taken = "backup.target_exists";
    assert_eq!(codes, ["ok", taken, taken, taken, taken]);
    assert_eq!(scene.doctor(&["--db", "copy.db"]).code, Some(0));
    let names = fs::read_dir(scene.scratch.project()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.retain(|name| !name.to_string_lossy().starts_with("copy.db-"));
    names.sort();
    assert_eq!(names, [".motus", "copy.db"]);
}
