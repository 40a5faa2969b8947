//! What a Store says of itself, and what is said where there is none.

use std::fs;

use motus_json::Value;

use super::{document, number, refused, tell};
use crate::support::{Python, Scene};

#[test]
fn without_a_store_two_answer_and_the_others_refuse() {
    let scene = Scene::new();
    insta::assert_snapshot!(tell(&scene, &["stats"]), @r#"
    exit 0
    --- stdout
    Store not initialized: [DIR]/project/.motus/kernel-store.db
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["stats", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "db_size_bytes": 0,
      "exists": false,
      "expected_tables": [
        "events",
        "kind_versions",
        "locks",
        "runs"
      ],
      "extra_tables": [],
      "integrity_check": null,
      "missing_tables": [
        "events",
        "kind_versions",
        "locks",
        "runs"
      ],
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "table_counts": {},
      "tables": [],
      "unused_bytes": 0,
      "wal_size_bytes": 0
    }
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["lock-info"]), @r#"
    exit 0
    --- stdout
    Store not initialized; no locks
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["vacuum"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: record a first run with `motus wrap -- COMMAND`, or name a Store with --db
    "#);
    for arguments in
        [&["vacuum"][..], &["analyze"], &["checkpoint"], &["wait"], &["recover"], &["backup", "x"]]
    {
        assert_eq!(refused(&scene, arguments), ("store.missing".to_owned(), Some(1)));
    }
    assert_eq!(fs::read_dir(scene.scratch.project()).unwrap().count(), 0);
}

#[test]
fn the_store_above_is_named() {
    let scene = Scene::new();
    scene.record();
    fs::create_dir(scene.path("below")).unwrap();
    let mut command = scene.motus(&["db", "stats"]);
    let told = motus_testkit::harness::capture(command.current_dir(scene.path("below")));
    insta::assert_snapshot!(scene.spell(&told), @r#"
    exit 0
    --- stdout
    Store not initialized: [DIR]/project/below/.motus/kernel-store.db
    --- stderr
    hint: there is a Store in [DIR]/project; go there or use --db
    "#);
}

#[test]
fn stats_tell_sizes_and_rows() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["stats"]), @r#"
    exit 0
    --- stdout
    Store: [DIR]/project/.motus/kernel-store.db
    Size: [N] bytes
    WAL: [N] bytes
    events: 4
    kind_versions: 3
    locks: 0
    runs: 1
    Unused: 0 bytes
    Integrity: ok
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["stats", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "db_size_bytes": [N],
      "exists": true,
      "expected_tables": [
        "events",
        "kind_versions",
        "locks",
        "runs"
      ],
      "extra_tables": [],
      "integrity_check": "ok",
      "missing_tables": [],
      "store_path": "[DIR]/project/.motus/kernel-store.db",
      "table_counts": {
        "events": 4,
        "kind_versions": 3,
        "locks": 0,
        "runs": 1
      },
      "tables": [
        "events",
        "kind_versions",
        "locks",
        "runs"
      ],
      "unused_bytes": 0,
      "wal_size_bytes": [N]
    }
    --- stderr
    "#);
    let stats = document(&scene, &["stats"]);
    assert_eq!(number(&stats, "db_size_bytes"), fs::metadata(scene.store()).unwrap().len());
    let wal = fs::metadata(scene.path(".motus/kernel-store.db-wal")).unwrap().len();
    assert_eq!(number(&stats, "wal_size_bytes"), wal);
}

#[test]
fn stats_tell_what_is_missing_and_what_is_more() {
    let Some(python) = Python::find("stats_tell_what_is_missing") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    python.sql(&scene.store(), "CREATE TABLE \"e\u{1b}x\" (x); DROP TABLE locks");
    insta::assert_snapshot!(tell(&scene, &["stats"]), @r#"
    exit 0
    --- stdout
    Store: [DIR]/project/.motus/kernel-store.db
    Size: [N] bytes
    WAL: 0 bytes
    events: 4
    kind_versions: 3
    runs: 1
    Missing Store tables: locks
    Unexpected Store tables: e\u{1b}x
    Unused: [N] bytes
    Integrity: ok
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["lock-info"]), @r#"
    exit 0
    --- stdout
    No Store locks
    --- stderr
    "#);
    let stats = document(&scene, &["stats"]);
    assert_eq!(stats.get("missing_tables"), Some(&Value::from(vec!["locks"])));
    assert_eq!(
        stats.get("tables"),
        Some(&Value::from(vec!["e\u{1b}x", "events", "kind_versions", "runs"]))
    );
}

#[test]
fn what_is_no_store_is_refused_by_every_command() {
    let Some(python) = Python::find("what_is_no_store") else {
        return;
    };
    let scene = Scene::new();
    scene.scratch.write("text", "no database\n".repeat(500));
    scene.scratch.write("empty", "");
    python.sql(&scene.path("foreign"), "CREATE TABLE theirs (x)");
    for (name, code) in
        [("text", "store.corrupt"), ("empty", "store.empty"), ("foreign", "store.foreign")]
    {
        let before = fs::read(scene.path(name)).unwrap();
        for command in ["stats", "lock-info", "analyze", "vacuum", "checkpoint", "wait", "recover"]
        {
            let expected = match (command, code) {
                ("recover", "store.corrupt") => "recover.damaged",
                _ => code,
            };
            let told = refused(&scene, &[command, "--db", name]);
            assert_eq!(told, (expected.to_owned(), Some(1)), "{command} {name}");
        }
        let told = refused(&scene, &["backup", "copy.db", "--db", name]);
        assert_eq!(told, (code.to_owned(), Some(1)), "backup {name}");
        assert_eq!(fs::read(scene.path(name)).unwrap(), before);
    }
    assert!(!scene.path("copy.db").exists());
    insta::assert_snapshot!(tell(&scene, &["stats", "--db", "foreign"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.foreign]: the file is a database of something else: [DIR]/project/foreign
      caused by: it has no table `events`
    hint: name another file with --db or MOTUS_KERNEL_STORE_PATH
    "#);
}

/// Locks as others may have left them: one held for good, one expired, one with odd names.
const LOCKS: &str = "INSERT INTO locks VALUES
    ('deploy', 'ci-17', 3, '2026-01-02T03:04:05Z', '9999-01-01T00:00:00Z'),
    ('a b', 'x\u{1b}[1my', 1, '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z'),
    ('later', 'p', 9, '2026-01-02T03:04:05.123456Z', '2026-01-02T03:04:05.5Z')";

#[test]
fn every_lock_is_listed_by_its_resource() {
    let Some(python) = Python::find("every_lock_is_listed") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["lock-info"]), @r#"
    exit 0
    --- stdout
    No Store locks
    --- stderr
    "#);
    python.sql(&scene.store(), LOCKS);
    insta::assert_snapshot!(tell(&scene, &["lock-info"]), @r#"
    exit 0
    --- stdout
    a b holder=x\u{1b}[1my token=1 expired=True acquired_at=[TIME] expires_at=[TIME]
    deploy holder=ci-17 token=3 expired=False acquired_at=[TIME] expires_at=[TIME]
    later holder=p token=9 expired=True acquired_at=[TIME] expires_at=[TIME]
    --- stderr
    "#);
    insta::assert_snapshot!(tell(&scene, &["lock-info", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 3,
      "exists": true,
      "locks": [
        {
          "acquired_at": "[TIME]",
          "expired": true,
          "expires_at": "[TIME]",
          "fencing_token": 1,
          "holder": "x\u001b[1my",
          "resource": "a b"
        },
        {
          "acquired_at": "[TIME]",
          "expired": false,
          "expires_at": "[TIME]",
          "fencing_token": 3,
          "holder": "ci-17",
          "resource": "deploy"
        },
        {
          "acquired_at": "[TIME]",
          "expired": true,
          "expires_at": "[TIME]",
          "fencing_token": 9,
          "holder": "p",
          "resource": "later"
        }
      ],
      "store_path": "[DIR]/project/.motus/kernel-store.db"
    }
    --- stderr
    "#);
}

#[test]
fn statistics_are_not_gathered() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(tell(&scene, &["analyze"]), @r#"
    exit 0
    --- stdout
    Store ANALYZE skipped; Store schema keeps deterministic table set
    --- stderr
    notice: the table of statistics is one that release 0.5.3 warns of, and no query of Motus needs it
    "#);
    insta::assert_snapshot!(tell(&scene, &["analyze", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "analyzed": false,
      "reason": "the table of statistics is one that release 0.5.3 warns of, and no query of Motus needs it",
      "store_path": "[DIR]/project/.motus/kernel-store.db"
    }
    --- stderr
    "#);
    let stats = document(&scene, &["stats"]);
    assert_eq!(stats.get("extra_tables"), Some(&Value::from(Vec::<String>::new())));
}
