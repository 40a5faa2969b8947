//! `motus doctor`: each damage is named, and only what loses nothing is mended.

use std::fs;
use std::os::unix::fs::symlink;

use motus_json::Value;

use crate::doctor::{examine, lines_of};
use crate::support::{Python, Scene, parse};

fn recorded() -> Scene {
    let scene = Scene::new();
    scene.record();
    scene
}

/// Returns the lines of the checks that did not pass, and the code.
#[track_caller]
pub(crate) fn complaints(scene: &Scene, arguments: &[&str]) -> String {
    let told = examine(scene, arguments);
    let kept: Vec<&str> = told
        .lines()
        .filter(|line| !line.contains(": pass - ") && !line.starts_with("---"))
        .filter(|line| !line.starts_with("Summary"))
        .collect();
    kept.join("\n")
}

#[test]
fn missing_guards_are_named_and_made() {
    let Some(python) = Python::find("missing_guards_are_named_and_made") else {
        return;
    };
    let scene = recorded();
    python.sql(&scene.store(), "DROP TRIGGER events_no_delete; DROP TRIGGER runs_no_delete");
    insta::assert_snapshot!(complaints(&scene, &[]), @r#"
    exit 1
    store_guards: fail - Store lacks guards: events_no_delete, runs_no_delete
      next: make them with `motus doctor --fix`
    overall: fail
    "#);
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 0
    overall: pass
    "#);
    insta::assert_snapshot!(complaints(&scene, &[]), @r#"
    exit 0
    overall: pass
    "#);
}

#[test]
fn tables_that_no_store_has_are_named_and_left() {
    let Some(python) = Python::find("tables_that_no_store_has") else {
        return;
    };
    let scene = recorded();
    python.sql(&scene.store(), "CREATE TABLE zebra (x); CREATE TABLE apple (x)");
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 0
    store_schema: warn - Store schema has unexpected tables: apple, zebra
      next: move what belongs to another program to a database of its own
    overall: warn
    "#);
    let tables =
        python.query(&scene.store(), "SELECT name FROM sqlite_master WHERE name = 'zebra'");
    assert_eq!(tables, ["zebra"]);
    scene.record();
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let Some(python) = Python::find("a_database_of_another_program") else {
        return;
    };
    let scene = Scene::new();
    let other = scene.path("other.db");
    python.sql(&other, "CREATE TABLE people (name)");
    let before = fs::read(&other).unwrap();
    for arguments in [
        ["doctor", "--fix", "--db", "other.db"].as_slice(),
        &["wrap", "--db", "other.db", "--", "touch", "ran"],
        &["run", "list", "--db", "other.db"],
    ] {
        assert_eq!(scene.run(arguments).code, Some(1), "{arguments:?}");
    }
    insta::assert_snapshot!(scene.tell(&["run", "list", "--db", "other.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.foreign]: the file is a database of something else: [DIR]/project/other.db
      caused by: it has no table `events`
    hint: name another file with --db or MOTUS_KERNEL_STORE_PATH
    "#);
    assert!(fs::read(&other).unwrap() == before, "the database was changed");
    assert!(!scene.path("ran").exists());
}

#[test]
fn an_empty_file_is_told_and_replaced_only_when_asked() {
    let scene = Scene::new();
    scene.scratch.write(".motus/kernel-store.db", "");
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.empty]: the Store file is empty: [DIR]/project/.motus/kernel-store.db
    hint: restore it from a backup, or make a new Store with `motus doctor --fix`
    "#);
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "touch", "ran"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.empty]: the Store file is empty: [DIR]/project/.motus/kernel-store.db
    hint: restore it from a backup, or make a new Store with `motus doctor --fix`
    "#);
    assert!(!scene.path("ran").exists());
    insta::assert_snapshot!(complaints(&scene, &[]), @r#"
    exit 1
    store_exists: fail - the Store file is empty: [DIR]/project/.motus/kernel-store.db
      next: restore it from a backup, or make a new Store with `motus doctor --fix`
    store_readable: fail - the Store file is empty: [DIR]/project/.motus/kernel-store.db
      next: see to store_exists first
    store_integrity: warn - Store not readable; integrity check skipped
      next: see to store_readable first
    store_schema: warn - Store not readable; schema check skipped
      next: see to store_readable first
    overall: fail
    "#);
    assert_eq!(fs::metadata(scene.store()).unwrap().len(), 0);
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 0
    overall: pass
    "#);
    scene.record();
}

#[test]
fn a_file_that_is_no_database_is_told_and_left_as_it_is() {
    let scene = Scene::new();
    let garbage = b"this is no database, and it is long enough to be one ".repeat(200);
    scene.scratch.write(".motus/kernel-store.db", &garbage);
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.corrupt]: not a Store, or a damaged one: [DIR]/project/.motus/kernel-store.db
      caused by: file is not a database
    hint: copy the file aside, then see `motus doctor`
    "#);
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "touch", "ran"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.corrupt]: not a Store, or a damaged one: [DIR]/project/.motus/kernel-store.db
      caused by: file is not a database
    hint: copy the file aside, then see `motus doctor`
    "#);
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 1
    store_readable: fail - not a Store, or a damaged one: [DIR]/project/.motus/kernel-store.db
      next: copy the Store aside before anything else, then restore it from a backup
    store_integrity: warn - Store not readable; integrity check skipped
      next: see to store_readable first
    store_schema: warn - Store not readable; schema check skipped
      next: see to store_readable first
    overall: fail
    "#);
    let told = scene.spell(&scene.doctor(&[]));
    let line = "store_exists: pass - A file is there: [DIR]/project/.motus/kernel-store.db";
    assert!(told.lines().any(|it| it == line), "{told}");
    assert!(!scene.path("ran").exists());
    assert!(fs::read(scene.store()).unwrap() == garbage, "the file was changed");
}

#[test]
fn a_file_of_one_byte_is_not_empty() {
    let scene = Scene::new();
    scene.scratch.write(".motus/kernel-store.db", "x");
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 1
    store_exists: fail - not a Store, or a damaged one: [DIR]/project/.motus/kernel-store.db
      next: copy the Store aside before anything else, then restore it from a backup
    store_readable: fail - not a Store, or a damaged one: [DIR]/project/.motus/kernel-store.db
      next: copy the Store aside before anything else, then restore it from a backup
    store_integrity: warn - Store not readable; integrity check skipped
      next: see to store_readable first
    store_schema: warn - Store not readable; schema check skipped
      next: see to store_readable first
    overall: fail
    "#);
    assert_eq!(fs::read(scene.store()).unwrap(), b"x");
}

#[test]
fn a_log_without_its_database_is_never_replayed_into_a_new_one() {
    for database in [None, Some("")] {
        let scene = recorded();
        let log = scene.path(".motus/kernel-store.db-wal");
        let before = fs::read(&log).unwrap();
        fs::remove_file(scene.store()).unwrap();
        if let Some(content) = database {
            fs::write(scene.store(), content).unwrap();
        }
        let message = "error[store.orphaned_log]: the log is there and its database is not: ";
        for arguments in [["wrap", "--", "touch", "ran"].as_slice(), &["run", "list"]] {
            let refused = scene.run(arguments);
            assert_eq!(refused.code, Some(1));
            assert!(refused.stderr_text().starts_with(message), "{}", refused.stderr_text());
        }
        let told = complaints(&scene, &["--fix"]);
        assert!(told.contains("store_exists: fail - the log is there and"), "{told}");
        assert!(told.contains("next: restore the database from a backup, or move"), "{told}");
        assert!(!scene.path("ran").exists());
        assert!(fs::read(&log).unwrap() == before);
        assert_eq!(fs::read(scene.store()).ok(), database.map(Vec::from));
    }
}

#[test]
fn a_trigger_that_only_has_the_name_of_a_guard_is_told() {
    let Some(python) = Python::find("a_trigger_that_only_has_the_name") else {
        return;
    };
    let scene = recorded();
    python.sql(
        &scene.store(),
        "DROP TRIGGER events_no_update; \
        CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END",
    );
    let told = "exit 1\n\
        store_guards: fail - Other triggers stand in the place of guards: events_no_update\n  \
        next: drop them with SQLite and make them anew with `motus doctor --fix`\n\
        overall: fail";
    assert_eq!(complaints(&scene, &[]), told);
    assert_eq!(complaints(&scene, &["--fix"]), told);
    let wrapped = scene.run(&["wrap", "true"]).expect_success().stderr_text();
    assert!(wrapped.contains("another trigger stands in the place of events_no_update"));
}

/// Returns what the walk over all rows found, a line each.
fn disagreements(scene: &Scene) -> String {
    let report = parse(&scene.doctor(&["--json"]).stdout);
    let checks = report.get("checks").and_then(Value::as_array).unwrap();
    let name = |check: &Value| check.get("name").and_then(Value::as_str).map(str::to_owned);
    let failed = checks
        .iter()
        .find(|check| name(check).as_deref() == Some("store_application_integrity"))
        .unwrap();
    let found = failed.get("details").and_then(|details| details.get("disagreements")).unwrap();
    let lines = found.as_array().unwrap().iter().map(|it| it.as_str().unwrap());
    let lines: Vec<String> = lines.map(|it| scene.scratch.mask().apply(it)).collect();
    lines.join("\n")
}

#[test]
fn a_trigger_of_somebody_else_is_named() {
    let Some(python) = Python::find("a_trigger_of_somebody_else_is_named") else {
        return;
    };
    let scene = recorded();
    python.sql(
        &scene.store(),
        "CREATE TRIGGER vanish BEFORE INSERT ON \"Events\" BEGIN SELECT RAISE(IGNORE); END; \
        CREATE TABLE notes (text); \
        CREATE TRIGGER elsewhere BEFORE INSERT ON notes BEGIN SELECT RAISE(IGNORE); END",
    );
    insta::assert_snapshot!(lines_of(&scene, "store_guards", &[]), @r#"
    store_guards: warn - Triggers that no release has written: vanish
      next: read them with `.schema` in the shell `sqlite3`, and drop there with `DROP TRIGGER` what is not yours
    "#);
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "touch", "ran"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.guard_refused]: a trigger of the Store undid the change of its `events`
    "#);
    assert!(!scene.path("ran").exists());
    python.sql(&scene.store(), "DROP TRIGGER runs_no_delete; DROP TRIGGER events_no_delete");
    insta::assert_snapshot!(lines_of(&scene, "store_guards", &[]), @r#"
    store_guards: fail - Store lacks guards: events_no_delete, runs_no_delete. Triggers that no release has written: vanish
      next: make them with `motus doctor --fix`
    "#);
}

#[test]
fn rows_that_no_listing_shows_are_counted() {
    let Some(python) = Python::find("rows_that_no_listing_shows_are_counted") else {
        return;
    };
    let scene = recorded();
    let insert = |id: &str| {
        let columns = "idempotency_key, producer_id, source, started_at, intent, cwd";
        python.sql(
            &scene.store(),
            &format!(
                "INSERT INTO runs (id, {columns}) \
                VALUES ({id}, hex({id}), 'p', 's', '2026-01-02T03:04:05Z', 'i', '/')"
            ),
        );
    };
    let line = || lines_of(&scene, "store_application_integrity", &[]);
    insert("''");
    insta::assert_snapshot!(line(), @r#"
    store_application_integrity: fail - 1 disagreement, the first: 1 row of `runs` cannot be listed
      next: copy the Store aside before anything else, then restore it from a backup
    "#);
    insert("char(1114111) || 'a'");
    insta::assert_snapshot!(line(), @r#"
    store_application_integrity: fail - 1 disagreement, the first: 2 rows of `runs` cannot be listed
      next: copy the Store aside before anything else, then restore it from a backup
    "#);
    python.sql(
        &scene.store(),
        "INSERT INTO events SELECT '', 1, 'k', 'i', payload_hash, schema_hash, schema_kind, ts, \
            payload_json, producer_id FROM events WHERE seq = 1; \
        INSERT INTO locks VALUES ('', 'h', 1, '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z')",
    );
    insert("x'616263'");
    insta::assert_snapshot!(disagreements(&scene), @r#"
    the Store holds a row that is not a record: [DIR]/project/.motus/kernel-store.db: `id` of `runs`, id a blob of 3 bytes
    1 row of `events` cannot be listed
    1 row of `locks` cannot be listed
    3 rows of `runs` cannot be listed
    "#);
}

#[test]
fn a_row_that_is_no_record_is_named_and_the_others_are_examined() {
    let Some(python) = Python::find("a_row_that_is_no_record_is_named") else {
        return;
    };
    let scene = recorded();
    scene.record();
    python.sql(
        &scene.store(),
        "DROP TRIGGER events_no_update; DROP TRIGGER kind_versions_no_update; \
        UPDATE kind_versions SET registered_at = 'soon' WHERE rowid = 1; \
        UPDATE events SET ts = 'soon' WHERE seq = 2 AND run_id = (SELECT min(id) FROM runs); \
        UPDATE events SET payload_json = '{}' WHERE seq = 2 AND run_id = (SELECT max(id) FROM runs)",
    );
    drop(scene.doctor(&["--fix"]));
    insta::assert_snapshot!(disagreements(&scene), @r#"
    the Store holds a row that is not a record: [DIR]/project/.motus/kernel-store.db: `registered_at` of `kind_versions`, schema_kind `adapter.wrap.start`, schema_hash `sha256:[HASH]`
    the Store holds a row that is not a record: [DIR]/project/.motus/kernel-store.db: `ts` of `events`, run_id `run_[ID]`, seq 2
    event 2 of run_[ID]: payload does not have its recorded digest
    "#);
}

#[test]
fn however_much_is_damaged_the_report_stays_short() {
    let Some(python) = Python::find("however_much_is_damaged") else {
        return;
    };
    let scene = recorded();
    python.sql(
        &scene.store(),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
        INSERT INTO events SELECT 'gone_' || i, 1, i, i, 'x', 'x', 'x', '2026-01-02T03:04:05Z', \
            '{}', 'p' FROM n",
    );
    let told = scene.doctor(&["--json"]);
    assert!(told.stdout.len() < 20_000, "{} bytes", told.stdout.len());
    let report = parse(&told.stdout);
    let checks = report.get("checks").and_then(Value::as_array).unwrap();
    let failed: Vec<&Value> = checks
        .iter()
        .filter(|check| check.get("status").and_then(Value::as_str) == Some("fail"))
        .collect();
    let [failed] = failed.try_into().unwrap();
    let message = failed.get("message").and_then(Value::as_str).unwrap();
    assert!(message.starts_with("4001 disagreements, the first: "), "{message}");
    let found = failed.get("details").and_then(|details| details.get("disagreements")).unwrap();
    assert_eq!(found.as_array().map(<[Value]>::len), Some(20));
}

#[test]
fn a_damaged_page_is_found() {
    let Some(python) = Python::find("a_damaged_page_is_found") else {
        return;
    };
    let scene = recorded();
    let checkpoint = "import sqlite3, sys\n\
        sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchall()";
    python.run(checkpoint, &[&scene.store()]);
    let root =
        python.query(&scene.store(), "SELECT rootpage FROM sqlite_master WHERE name = 'events'");
    let page: usize = root[0].parse().unwrap();
    let mut bytes = fs::read(scene.store()).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    fs::write(scene.store(), bytes).unwrap();
    let told = scene.doctor(&[]);
    assert_eq!(told.code, Some(1));
    let text = told.stdout_text();
    assert!(text.contains("store_integrity: fail - "), "{text}");
    let shown = scene.run(&["run", "show", "latest"]);
    assert_eq!(shown.code, Some(1));
    assert!(shown.stderr_text().starts_with("error[store.corrupt]: "), "{}", shown.stderr_text());
}

#[test]
fn a_link_in_the_place_of_the_store_is_refused() {
    let scene = recorded();
    fs::rename(scene.path(".motus"), scene.path("elsewhere")).unwrap();
    fs::create_dir(scene.path(".motus")).unwrap();
    symlink("../elsewhere/kernel-store.db", scene.store()).unwrap();
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "touch", "ran"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.not_a_file]: a symbolic link stands where the Store belongs: [DIR]/project/.motus/kernel-store.db
    hint: move what stands there away, or name another Store with --db
    "#);
    insta::assert_snapshot!(complaints(&scene, &["--fix"]), @r#"
    exit 1
    store_exists: fail - a symbolic link stands where the Store belongs: [DIR]/project/.motus/kernel-store.db
      next: move what stands there away, or name another Store with --db
    store_readable: fail - a symbolic link stands where the Store belongs: [DIR]/project/.motus/kernel-store.db
      next: see to store_exists first
    store_integrity: warn - Store not readable; integrity check skipped
      next: see to store_readable first
    store_schema: warn - Store not readable; schema check skipped
      next: see to store_readable first
    overall: fail
    "#);
    assert!(!scene.path("ran").exists());
    fs::remove_file(scene.store()).unwrap();
    fs::remove_dir(scene.path(".motus")).unwrap();
    symlink("elsewhere", scene.path(".motus")).unwrap();
    let refused = scene.run(&["run", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr_text().starts_with("error[store.not_a_file]: "));
}

/// Changes a Store behind its guards' back and returns the first disagreement the doctor finds.
fn tampered(python: &Python, statements: &str) -> String {
    let scene = recorded();
    let guards =
        python.query(&scene.store(), "SELECT name FROM sqlite_master WHERE type = 'trigger'");
    let mut dropped = String::new();
    for name in guards {
        dropped.push_str(&format!("DROP TRIGGER {name};"));
    }
    python.sql(&scene.store(), &format!("{dropped}{statements}"));
    assert_eq!(scene.doctor(&["--fix"]).code, Some(1));
    let told = scene.doctor(&["--json"]);
    assert_eq!(told.code, Some(1));
    let report = parse(&told.stdout);
    let checks = report.get("checks").and_then(Value::as_array).unwrap();
    let failed: Vec<&Value> = checks
        .iter()
        .filter(|check| check.get("status").and_then(Value::as_str) == Some("fail"))
        .collect();
    let [failed] = failed.try_into().unwrap();
    assert_eq!(failed.get("name").and_then(Value::as_str), Some("store_application_integrity"));
    assert!(failed.get("next").is_some_and(|next| next.as_str().is_some()));
    let found = failed.get("details").and_then(|details| details.get("disagreements")).unwrap();
    scene.scratch.mask().apply(found.as_array().unwrap()[0].as_str().unwrap())
}

#[test]
fn a_changed_record_is_found_and_named() {
    let Some(python) = Python::find("a_changed_record_is_found_and_named") else {
        return;
    };
    let check = |statements: &str, found: &str| assert_eq!(tampered(&python, statements), found);
    check(
        "UPDATE events SET payload_json = replace(payload_json, '\"exit_code\":0', '\"exit_code\":1') \
            WHERE seq = 4",
        "event 4 of run_[ID]: payload does not have its recorded digest",
    );
    check("DELETE FROM events WHERE seq = 2", "event 3 of run_[ID]: sequence has a gap");
    check(
        "UPDATE events SET idempotency_key = 'x' WHERE seq = 1",
        "event 1 of run_[ID]: identifier does not follow from run and key",
    );
    check(
        "UPDATE runs SET outcome = 'failure'",
        "run_[ID]: outcome does not have its recorded digest",
    );
    check("DELETE FROM events", "run_[ID]: closed, and the event of its start is missing");
    check(
        "UPDATE kind_versions SET schema_json = '{}' WHERE schema_kind = 'adapter.wrap.end'",
        "kind adapter.wrap.end sha256:[HASH]: schema does not have its recorded digest",
    );
}
