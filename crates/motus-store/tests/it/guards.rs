//! What the file itself refuses, whichever client asks.

use motus_ledger::{Lock, Store, Timestamp};
use motus_store::{Health, Notice, SqliteStore};
use motus_testkit::harness::{Reference, capture};
use motus_testkit::sample::{closing, new_event, new_run};
use rusqlite::{Connection, ErrorCode};

use crate::sandbox::Sandbox;

/// Returns plain SQLite on a Store with a closed run `k1` of two events and an open run without.
fn store() -> (Sandbox, Connection) {
    let (sandbox, run) = Sandbox::with_run(2);
    let mut ledger = sandbox.ledger();
    ledger.close(&closing(&run)).expect("the run closes");
    ledger.clock.advance_seconds(1);
    ledger.start(&new_run("open")).expect("the run starts");
    let connection = sandbox.sqlite();
    connection.execute_batch("PRAGMA foreign_keys = ON").expect("a setting");
    (sandbox, connection)
}

#[track_caller]
fn refused(connection: &Connection, sql: &str, text: &str) {
    match connection.execute_batch(sql) {
        Err(rusqlite::Error::SqliteFailure(failure, Some(message))) => {
            assert_eq!(failure.code, ErrorCode::ConstraintViolation, "{sql}");
            assert!(message.starts_with(text), "{sql}: {message}");
        }
        other => panic!("{sql}: {other:?}"),
    }
}

#[test]
fn events_are_append_only() {
    let (_sandbox, connection) = store();
    for sql in [
        "UPDATE events SET payload_json = '{}'",
        "UPDATE events SET seq = seq",
        "DELETE FROM events",
        "DELETE FROM events WHERE seq = 2",
    ] {
        refused(&connection, sql, "events are append-only");
    }
}

#[test]
fn a_closed_run_takes_no_event() {
    let (_sandbox, connection) = store();
    let sql = "INSERT INTO events
        SELECT run_id, 3, 'e3', 'id3', payload_hash, schema_hash, schema_kind, ts, payload_json,
               producer_id
        FROM events WHERE seq = 2";
    refused(&connection, sql, "cannot append event to closed run");
}

#[test]
fn the_outcome_of_a_closed_run_is_final() {
    let (_sandbox, connection) = store();
    for assignment in [
        "ended_at = '2026-01-02T03:04:06Z'",
        "outcome = 'failure'",
        "outcome_note = ''",
        "end_idempotency_key = 'y'",
        "end_payload_hash = 'x'",
        "ended_by_producer_id = NULL",
        "ended_at = NULL, outcome = NULL",
    ] {
        let sql = format!("UPDATE runs SET {assignment} WHERE idempotency_key = 'k1'");
        refused(&connection, &sql, "closed run outcome is final");
    }
    let same = "UPDATE runs SET outcome = outcome, ended_at = ended_at";
    connection.execute_batch(same).expect("writing the same is no change");
}

#[test]
fn runs_are_append_only() {
    let (_sandbox, connection) = store();
    refused(&connection, "DELETE FROM runs", "runs are append-only");
    let eventless = "DELETE FROM runs WHERE idempotency_key = 'open'";
    refused(&connection, eventless, "runs are append-only");
}

#[test]
fn the_identity_of_a_run_is_immutable() {
    let (_sandbox, connection) = store();
    for column in
        ["id", "idempotency_key", "producer_id", "source", "started_at", "intent", "cwd", "git_sha"]
    {
        let sql = format!("UPDATE runs SET {column} = 'x' WHERE idempotency_key = 'open'");
        refused(&connection, &sql, "run identity is immutable");
    }
    refused(&connection, "UPDATE runs SET git_sha = NULL", "run identity is immutable");
}

#[test]
fn kind_versions_are_append_only() {
    let (_sandbox, connection) = store();
    for sql in ["UPDATE kind_versions SET schema_json = '{}'", "DELETE FROM kind_versions"] {
        refused(&connection, sql, "kind versions are append-only");
    }
}

#[test]
fn an_end_is_whole_and_one_of_three() {
    let (_sandbox, connection) = store();
    for assignment in [
        "ended_at = '2026-01-02T03:04:06Z'",
        "outcome = 'success'",
        "ended_at = '2026-01-02T03:04:06Z', outcome = 'partial'",
    ] {
        let sql = format!("UPDATE runs SET {assignment} WHERE idempotency_key = 'open'");
        refused(&connection, &sql, "CHECK constraint failed");
    }
    let whole = "UPDATE runs SET ended_at = '2026-01-02T03:04:06Z', outcome = 'aborted'
        WHERE idempotency_key = 'open'";
    connection.execute_batch(whole).expect("a whole end is accepted");
}

/// A trigger of somebody else that makes a change vanish without a word.
fn ignoring(change: &str) -> String {
    format!("CREATE TRIGGER other BEFORE {change} BEGIN SELECT RAISE(IGNORE); END")
}

#[track_caller]
fn undone<T, E: std::fmt::Display>(result: Result<T, E>, table: &str) {
    let error = result.err().expect("a change that is undone is no success").to_string();
    assert_eq!(error, format!("a trigger of the Store undid the change of its `{table}`"));
}

#[test]
fn a_change_that_a_trigger_undoes_is_not_told_as_done() {
    for (change, table) in
        [("INSERT ON runs", "runs"), ("INSERT ON events", "events"), ("UPDATE ON runs", "runs")]
    {
        let (sandbox, run) = Sandbox::with_run(1);
        sandbox.sqlite().execute_batch(&ignoring(change)).expect("a trigger");
        let mut ledger = sandbox.ledger();
        match change {
            "INSERT ON runs" => undone(ledger.start(&new_run("k2")), table),
            "INSERT ON events" => {
                undone(ledger.append(&new_event(&run, "note", "e9", "{}")), table);
            }
            _ => undone(ledger.close(&closing(&run)), table),
        }
    }
}

#[test]
fn a_trigger_that_does_not_end_holds_nobody_up() {
    let (sandbox, run) = Sandbox::with_run(1);
    let endless = "CREATE TRIGGER endless BEFORE INSERT ON events BEGIN
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n; END";
    sandbox.sqlite().execute_batch(endless).expect("a trigger");
    let mut ledger = sandbox.ledger();
    let error = ledger.append(&new_event(&run, "note", "e9", "{}")).expect_err("it does not end");
    assert_eq!(error.to_string(), "a trigger of the Store on its `events` does not end");
    // The lock is free again.
    ledger.close(&closing(&run)).expect("the run closes");
}

#[test]
fn two_holders_never_get_one_token() {
    let lock = |holder: &str, token| Lock {
        resource: "deploy".to_owned(),
        holder: holder.to_owned(),
        fencing_token: token,
        acquired_at: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
        expires_at: Timestamp::parse("2026-01-02T03:05:05Z").expect("a time"),
    };
    for change in ["INSERT ON locks", "UPDATE ON locks"] {
        let (sandbox, _) = Sandbox::with_run(1);
        let mut store = sandbox.open().expect("the Store opens").store;
        let mut put = |lock: &Lock| {
            let mut transaction = store.begin_write().expect("a write transaction");
            transaction.put_lock(lock).and_then(|()| transaction.commit())
        };
        if change.starts_with("UPDATE") {
            put(&lock("alice", 1)).expect("a first lock");
        }
        sandbox.sqlite().execute_batch(&ignoring(change)).expect("a trigger");
        undone(put(&lock("bob", 2)), "locks");
    }
}

fn health(sandbox: &Sandbox) -> Health {
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    store.health().expect("health")
}

#[test]
fn a_guard_that_guards_nothing_is_told_and_left() {
    for other in [
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END",
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN 0
            BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
        "CREATE TRIGGER events_no_update BEFORE UPDATE ON locks
            BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ] {
        let (sandbox, _) = Sandbox::with_run(1);
        let change = format!("DROP TRIGGER events_no_update; {other}");
        sandbox.sqlite().execute_batch(&change).expect("a trigger can be replaced");
        assert_eq!(health(&sandbox).changed_guards, ["events_no_update"]);
        assert!(health(&sandbox).missing_guards.is_empty());
        let notices = sandbox.open().expect("the Store opens").notices;
        assert_eq!(notices, [Notice::ChangedGuard("events_no_update")]);
        assert_eq!(health(&sandbox).changed_guards, ["events_no_update"]);
    }
}

#[test]
fn triggers_of_others_on_tables_of_a_store_are_named() {
    let (sandbox, _) = Sandbox::with_run(1);
    assert!(health(&sandbox).foreign_triggers.is_empty());
    let others = "CREATE TRIGGER a AFTER UPDATE ON \"LOCKS\" BEGIN SELECT 1; END;
        CREATE TRIGGER b BEFORE INSERT ON runs BEGIN SELECT 1; END;
        CREATE TABLE notes (text);
        CREATE TRIGGER c BEFORE INSERT ON notes BEGIN SELECT 1; END";
    sandbox.sqlite().execute_batch(others).expect("triggers");
    assert_eq!(health(&sandbox).foreign_triggers.first(), ["a", "b"]);
    assert!(health(&sandbox).changed_guards.is_empty());
}

#[test]
fn white_space_makes_no_other_guard() {
    let (sandbox, _) = Sandbox::with_run(1);
    let spaced = "DROP TRIGGER events_no_update;
        CREATE TRIGGER  events_no_update BEFORE UPDATE  ON events
        BEGIN   SELECT RAISE(ABORT, 'events are append-only');
        END";
    sandbox.sqlite().execute_batch(spaced).expect("a trigger can be replaced");
    assert!(health(&sandbox).changed_guards.is_empty());
}

#[test]
fn the_guards_of_both_published_releases_are_known() {
    let test = "guards::the_guards_of_both_published_releases_are_known";
    let of_053 = Reference::or_skip(test).map(|reference| (reference, 4));
    let of_065 = Reference::later_or_skip(test).map(|reference| (reference, 0));
    for (reference, missing) in of_053.into_iter().chain(of_065) {
        let sandbox = Sandbox::new();
        let mut command = sandbox.scratch.command(reference.program());
        command.args(["wrap", "--", "true"]).env("MOTUS_KERNEL_STORE_PATH", sandbox.place.path());
        drop(capture(&mut command).expect_success());
        let health = health(&sandbox);
        assert_eq!((health.missing_guards.len(), health.changed_guards), (missing, Vec::new()));
        let opened = sandbox.open().expect("the Store opens");
        assert!(opened.notices.iter().all(|it| !matches!(it, Notice::ChangedGuard(_))));
        let health = opened.store.health().expect("health");
        assert_eq!((health.missing_guards, health.changed_guards), (Vec::new(), Vec::new()));
    }
}
