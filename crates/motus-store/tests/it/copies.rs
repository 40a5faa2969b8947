//! Stores that are read otherwise than in place.

use std::fs;

use motus_ledger::{RunQuery, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::sample::new_run;

use crate::child;
use crate::sandbox::{Sandbox, code, names};

fn runs(store: SqliteStore) -> usize {
    let query = RunQuery { limit: 1000, ..RunQuery::default() };
    let mut ledger = TestLedger::new(Box::new(store));
    ledger.read(|transaction| transaction.runs(&query)).expect("a list").len()
}

/// Leaves a Store as a killed writer does in the middle of a transaction without a log.
fn with_hot_journal() -> Sandbox {
    let (sandbox, _) = Sandbox::with_run(5);
    let connection = sandbox.sqlite();
    connection
        .execute_batch(
            "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd)
            SELECT 'run_' || i, i, 'p', 's', '2026-01-02T03:04:05Z', 'i', '/' FROM n",
        )
        .expect("a transaction that does not fit the cache");
    let killed = Sandbox::new();
    killed.make_directory();
    for (from, to) in [
        (sandbox.place.path().to_owned(), killed.place.path().to_owned()),
        (sandbox.place.journal(), killed.place.journal()),
    ] {
        fs::copy(from, to).expect("the file can be copied");
    }
    killed
}

#[test]
fn a_transaction_that_was_cut_short_is_undone_for_reading_in_a_copy() {
    let sandbox = with_hot_journal();
    let before = fs::read(sandbox.place.path()).expect("the file can be read");
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert!(store.health().expect("health").integrity.is_empty());
    assert_eq!(runs(store), 1);
    assert!(fs::read(sandbox.place.path()).expect("the file can be read") == before);
    assert_eq!(names(sandbox.directory()), ["kernel-store.db", "kernel-store.db-journal"]);
    drop(sandbox.open().expect("a writer undoes it in place"));
    assert_eq!(runs(SqliteStore::open_read_only(&sandbox.place).expect("the Store opens")), 1);
}

#[test]
fn a_copy_has_all_that_was_recorded_whatever_writers_do() {
    let (sandbox, _) = Sandbox::with_run(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..60_u64 {
                let mut ledger = sandbox.ledger();
                ledger.clock.advance_seconds(number + 1);
                ledger.start(&new_run(&format!("n{number}"))).expect("the run starts");
                drop(ledger);
                if number % 5 == 0 {
                    let store = sandbox.open().expect("the Store opens").store;
                    store.checkpoint().expect("a checkpoint");
                }
            }
        });
        let mut most = 0;
        while !writer.is_finished() {
            match SqliteStore::open_copy(&sandbox.place) {
                Ok(store) => {
                    assert!(store.health().expect("health").integrity.is_empty());
                    let found = runs(store);
                    assert!(found >= most, "{found} runs after {most}");
                    most = found;
                }
                Err(error) => assert_eq!(error.code(), "store.locked", "{error}"),
            }
        }
    });
    assert_eq!(runs(SqliteStore::open_copy(&sandbox.place).expect("the Store opens")), 61);
}

/// What a process without a temporary directory is told.
fn copy_nowhere(place: &StorePlace) {
    let refused = SqliteStore::open_copy(place).expect_err("there is nowhere to copy to");
    assert_eq!(refused.code(), "store.io");
    assert!(refused.to_string().starts_with("cannot write "), "{refused}");
    assert!(!refused.to_string().contains(".motus"), "{refused}");
    assert_eq!(code(SqliteStore::open_read_only(place)), "ok");
}

/// What leaves no trace: the file alone is read where it is, and with a log in a copy.
#[test]
fn a_store_in_one_file_needs_no_copy_to_leave_no_trace() {
    let (sandbox, _) = Sandbox::with_run(2);
    let traceless = || SqliteStore::open_traceless(&sandbox.place).expect("the Store opens");
    let facts = || -> Vec<_> {
        let paths = names(sandbox.directory()).into_iter().map(|it| sandbox.directory().join(it));
        paths.map(|path| motus_fs::inspect(&path).expect("it can be looked at")).collect()
    };
    let before = facts();
    assert_eq!(runs(traceless()), 1);
    assert!(traceless().was_read_whole().expect("the files can be looked at"));
    assert_eq!(facts(), before);
    sandbox.fold_log();
    let before = facts();
    let store = traceless();
    assert!(store.was_read_whole().expect("the files can be looked at"));
    assert_eq!(runs(store), 1);
    assert_eq!(facts(), before);
    // It is read without locks: what somebody writes meanwhile does not go unnoticed.
    let store = traceless();
    let mut ledger = sandbox.ledger();
    ledger.clock.advance_seconds(1);
    ledger.start(&new_run("later")).expect("the run starts");
    assert!(!store.was_read_whole().expect("the files can be looked at"));
}

#[test]
fn a_missing_temporary_directory_is_named() {
    if let Some(place) = child::place() {
        return copy_nowhere(&place);
    }
    let (sandbox, _) = Sandbox::with_run(1);
    let absent = format!("TMPDIR={}", sandbox.scratch.project().join("absent").display());
    let test = "copies::a_missing_temporary_directory_is_named";
    let captured = child::rerun(&sandbox.scratch, test, &sandbox.place, &["env", &absent]);
    child::expect_passed(&captured);
}

#[test]
fn a_store_that_is_read_in_place_or_copied_was_read_whole() {
    let (sandbox, _) = Sandbox::with_run(1);
    let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    drop(store.begin_read().expect("a read transaction"));
    assert!(store.was_read_whole().expect("the files can be looked at"));
    let copy = SqliteStore::open_copy(&sandbox.place).expect("the Store opens");
    assert!(copy.was_read_whole().expect("the files can be looked at"));
}
