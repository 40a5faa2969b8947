//! Stores that lack something get it; what they have beyond is kept.

use motus_store::{GUARDS, SqliteStore, TABLES};
use motus_testkit::sample::new_event;

use crate::layout::rows;
use crate::sandbox::Sandbox;

const NAMES: &str =
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger') ORDER BY name";

#[test]
fn missing_guards_are_made() {
    for guard in GUARDS {
        let (sandbox, run) = Sandbox::with_run(1);
        let before = rows(&sandbox.sqlite(), NAMES, &["name"]);
        sandbox.sqlite().execute_batch(&format!("DROP TRIGGER {guard}")).expect("a trigger goes");
        let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
        assert_eq!(store.health().expect("health").missing_guards, [guard]);
        drop(store);
        let mut ledger = sandbox.ledger();
        assert_eq!(rows(&sandbox.sqlite(), NAMES, &["name"]), before);
        assert_eq!(ledger.events(&run).len(), 1);
    }
}

#[test]
fn missing_tables_are_made() {
    let (sandbox, run) = Sandbox::with_run(1);
    sandbox.sqlite().execute_batch("DROP TABLE locks").expect("a table goes");
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert_eq!(store.health().expect("health").missing_tables, ["locks"]);
    drop(store);
    assert_eq!(sandbox.ledger().events(&run).len(), 1);
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert!(store.health().expect("health").missing_tables.is_empty());
}

#[test]
fn an_empty_database_becomes_a_store() {
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    sandbox.sqlite().execute_batch("PRAGMA user_version = 0; VACUUM").expect("an empty database");
    let store = sandbox.open().expect("the Store opens").store;
    let health = store.health().expect("health");
    assert!(health.missing_tables.is_empty() && health.missing_guards.is_empty(), "{health:?}");
}

#[test]
fn what_others_added_is_kept_and_reported() {
    let (sandbox, run) = Sandbox::with_run(1);
    let added = "CREATE TABLE extra (x); INSERT INTO extra VALUES (1);
        CREATE INDEX extra_runs ON runs (source, idempotency_key);
        DROP TRIGGER runs_no_delete";
    sandbox.sqlite().execute_batch(added).expect("objects can be added");
    let mut ledger = sandbox.ledger();
    ledger.append(&new_event(&run, "note", "more", "{}")).expect("appended");
    assert_eq!(rows(&sandbox.sqlite(), "SELECT x FROM extra", &["x"]), ["1"]);
    let indexes = "SELECT name FROM sqlite_master WHERE name = 'extra_runs'";
    assert_eq!(rows(&sandbox.sqlite(), indexes, &["name"]), ["extra_runs"]);
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    let health = store.health().expect("health");
    assert_eq!(health.unexpected_tables.first(), ["extra"]);
    assert!(health.missing_guards.is_empty());
}

#[test]
fn a_store_in_another_journal_mode_is_brought_to_wal() {
    let (sandbox, run) = Sandbox::with_run(1);
    let connection = sandbox.sqlite();
    let mode = rows(&connection, "PRAGMA journal_mode = DELETE", &["journal_mode"]);
    assert_eq!(mode, ["delete"]);
    drop(connection);
    assert_eq!(sandbox.reader().events(&run).len(), 1);
    assert_eq!(sandbox.ledger().events(&run).len(), 1);
    assert_eq!(rows(&sandbox.sqlite(), "PRAGMA journal_mode", &["journal_mode"]), ["wal"]);
}

#[test]
fn reading_completes_nothing() {
    let (sandbox, _) = Sandbox::with_run(1);
    let lossy = "DROP TRIGGER runs_no_delete; DROP TABLE locks";
    sandbox.sqlite().execute_batch(lossy).expect("objects can go");
    let before = rows(&sandbox.sqlite(), NAMES, &["name"]);
    drop(sandbox.reader());
    assert_eq!(rows(&sandbox.sqlite(), NAMES, &["name"]), before);
    assert_eq!(before.len(), TABLES.len() + GUARDS.len() - 2);
}

#[test]
fn health_finds_rows_that_hang_in_the_air() {
    let (sandbox, _) = Sandbox::with_run(1);
    let orphan = "PRAGMA foreign_keys = OFF;
        INSERT INTO events
        SELECT 'run_gone', seq, 'x', 'x', payload_hash, schema_hash, schema_kind, ts, payload_json,
               producer_id
        FROM events";
    sandbox.sqlite().execute_batch(orphan).expect("SQLite can be told not to look");
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert_eq!(store.health().expect("health").dangling.first(), ["events 2 -> runs"]);
}
