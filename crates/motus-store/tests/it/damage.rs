//! Files that are no Store, or no longer a whole one: an error with a code, never a panic.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use motus_ledger::integrity::EventCheck;
use motus_ledger::{RunId, RunQuery, Store, StoreError, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use crate::sandbox::{Sandbox, code, mode, names, set_mode};

#[test]
fn an_empty_file_is_no_store() {
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    fs::write(sandbox.place.path(), "").expect("the file can be written");
    assert_eq!(code(sandbox.open()), "store.empty");
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.empty");
    assert_eq!(fs::read(sandbox.place.path()).expect("the file can be read"), b"");
    assert_eq!(names(sandbox.directory()), ["kernel-store.db"]);
}

#[test]
fn a_text_file_is_no_store() {
    // SQLite would take a file of one byte for an empty one, and fill it.
    for length in [1, 2, 99, 100, 511, 512, 4096, 10_000] {
        let sandbox = Sandbox::new();
        sandbox.make_directory();
        let text = "not a database\n".repeat(1000)[..length].to_owned();
        fs::write(sandbox.place.path(), &text).expect("the file can be written");
        let refused = sandbox.open().expect_err("a text is no Store");
        assert_eq!(refused.code(), "store.corrupt", "{length} bytes");
        let message = format!("not a Store, or a damaged one: {}", sandbox.place.path().display());
        assert_eq!(refused.to_string(), message);
        assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.corrupt");
        let kept = fs::read_to_string(sandbox.place.path()).expect("the file can be read");
        assert!(kept == text, "the file was changed");
    }
}

/// Returns the bytes of a Store whose log was folded into it, and its run.
fn whole_store() -> (Vec<u8>, RunId) {
    let (sandbox, run) = Sandbox::with_run(200);
    sandbox.fold_log();
    (fs::read(sandbox.place.path()).expect("the file can be read"), run)
}

/// Opens the bytes as a Store both ways and reads and checks all that is in it.
fn read_all(sandbox: &Sandbox, bytes: &[u8], run: &RunId) -> [Result<u64, StoreError>; 2] {
    for path in [sandbox.place.wal(), sandbox.place.shm()] {
        let _ = fs::remove_file(path);
    }
    fs::write(sandbox.place.path(), bytes).expect("the file can be written");
    let reading =
        SqliteStore::open_read_only(&sandbox.place).and_then(|mut it| visit(&mut it, run));
    let writing = sandbox.open().and_then(|mut opened| visit(&mut opened.store, run));
    [reading, writing]
}

fn visit(store: &mut SqliteStore, run: &RunId) -> Result<u64, StoreError> {
    let transaction = store.begin_read()?;
    transaction.runs(&RunQuery { limit: 10, ..RunQuery::default() })?;
    transaction.visit_kind_versions(&mut |_| ControlFlow::Continue(()))?;
    let (mut events, mut check, mut found) = (0, EventCheck::new(), Vec::new());
    transaction.visit_events(run, &mut |event| {
        events += 1;
        found.extend(check.check(&event).map(|found| found.problem.to_owned()));
        ControlFlow::Continue(())
    })?;
    drop(transaction);
    found.extend(store.health()?.integrity.first().to_vec());
    if found.is_empty() {
        return Ok(events);
    }
    Err(StoreError::new(StoreErrorKind::Corrupt, found.join("; ")))
}

#[track_caller]
fn clean(result: &Result<u64, StoreError>, damage: &str) {
    if let Err(error) = result {
        let expected = ["store.corrupt", "store.row_invalid", "store.foreign", "store.io"];
        assert!(expected.contains(&error.code()), "{damage}: {} {error}", error.code());
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn a_truncated_store_is_never_taken_for_a_whole_one() {
    let (bytes, run) = whole_store();
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    let [reading, writing] = read_all(&sandbox, &bytes, &run);
    assert_eq!((reading.ok(), writing.ok()), (Some(200), Some(200)));
    let pages = (1..bytes.len() / 4096).map(|page| page * 4096);
    let odd = [2, 16, 99, 100, 101, 511, 512, 1000, 4095, 4097, bytes.len() - 2000];
    // A zero that was cut off is read as a zero again: nothing is lost by it.
    let loses = |length: &usize| bytes[*length..].iter().any(|byte| *byte != 0);
    for length in pages.chain(odd).filter(loses) {
        for result in read_all(&sandbox, &bytes[..length], &run) {
            let error = result.expect_err(&format!("a part is missing beyond {length}"));
            assert_eq!(error.code(), "store.corrupt", "cut to {length}");
        }
    }
}

#[test]
fn a_flipped_bit_is_survived() {
    let (bytes, run) = whole_store();
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    // The header densely, the rest at a stride that meets every part of a page.
    let places = (0..108).chain((108..bytes.len()).step_by(997));
    let mut noticed = 0;
    for place in places {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        for result in read_all(&sandbox, &damaged, &run) {
            clean(&result, &format!("bit of byte {place}"));
            noticed += u32::from(result.is_err());
        }
    }
    assert!(noticed > 20, "only {noticed} openings failed");
}

#[test]
fn a_damaged_log_shows_no_half_transaction() {
    let (sandbox, run) = Sandbox::with_run(20);
    let wal = fs::read(sandbox.place.wal()).expect("the log can be read");
    for length in (0..wal.len()).step_by(1013) {
        fs::write(sandbox.place.wal(), &wal[..length]).expect("the log can be written");
        let _ = fs::remove_file(sandbox.place.shm());
        let counted = SqliteStore::open_read_only(&sandbox.place)
            .and_then(|mut store| visit(&mut store, &run));
        let counted = counted.expect("what was committed to the log's whole part is readable");
        assert!(counted <= 20);
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    let other = sandbox.sqlite();
    other.execute_batch("CREATE TABLE notes (text TEXT)").expect("a table");
    drop(other);
    set_mode(sandbox.place.path(), 0o644);
    let before = fs::read(sandbox.place.path()).expect("the file can be read");
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.foreign");
    assert_eq!(code(sandbox.open()), "store.foreign");
    let after = fs::read(sandbox.place.path()).expect("the file can be read");
    assert!(after == before, "the file was changed");
    assert_eq!(mode(sandbox.place.path()), 0o644);
    assert_eq!(names(sandbox.directory()), ["kernel-store.db"]);
}

#[test]
fn rows_that_no_ledger_writes_have_a_code() {
    let (sandbox, run) = Sandbox::with_run(1);
    let connection = sandbox.sqlite();
    let insert =
        "INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd)
        VALUES ('run_x', 'x', 'p', 's', 'yesterday', 'i', '/')";
    connection.execute_batch(insert).expect("SQLite takes any text for a time");
    drop(connection);
    let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    let transaction = store.begin_read().expect("a read transaction");
    assert_eq!(code(transaction.run(&RunId::from("run_x"))), "store.row_invalid");
    assert_eq!(code(transaction.run(&run)), "ok");
}

#[test]
fn values_that_no_ledger_writes_have_a_code() {
    let (sandbox, run) = Sandbox::with_run(1);
    let connection = sandbox.sqlite();
    let insert =
        "INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd)
        VALUES ('run_x', 'x', 'p', 's', '2026-01-02T03:04:05Z', CAST(x'ff' AS TEXT), '/')";
    connection.execute_batch(insert).expect("SQLite takes any bytes for a text");
    let large = "INSERT INTO events
        SELECT run_id, 2, 'e', 'e', payload_hash, schema_hash, schema_kind, ts,
               printf('%.*c', 68000000, 'x'), producer_id FROM events";
    connection.execute_batch(large).expect("SQLite takes a large text");
    drop(connection);
    let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    let transaction = store.begin_read().expect("a read transaction");
    assert_eq!(code(transaction.run(&RunId::from("run_x"))), "store.row_invalid");
    let walked = transaction.visit_events(&run, &mut |_| ControlFlow::Continue(()));
    assert_eq!(code(walked), "store.row_too_large");
}

#[test]
fn a_table_that_is_not_as_ours_shows_none_of_our_statements() {
    let (sandbox, _) = Sandbox::with_run(1);
    let other = "PRAGMA foreign_keys = OFF; DROP TABLE kind_versions;
        CREATE TABLE kind_versions
            (schema_kind, schema_hash, schema_json, registered_at, PRIMARY KEY (schema_kind))
            WITHOUT ROWID";
    sandbox.sqlite().execute_batch(other).expect("SQLite takes another table");
    let mut store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    let transaction = store.begin_read().expect("a read transaction");
    let refused = transaction
        .visit_kind_versions(&mut |_| ControlFlow::Continue(()))
        .expect_err("the table has no rowid");
    assert_eq!(refused.code(), "store.foreign");
    let cause = std::error::Error::source(&refused).expect("SQLite's own words").to_string();
    assert_eq!(cause, "no such column: rowid");
}

#[test]
fn a_place_below_a_file_is_an_error() {
    let sandbox = Sandbox::new();
    let file = sandbox.scratch.write("file", "text");
    let place = StorePlace::new(Path::new(&file).join("store.db"));
    assert_eq!(code(SqliteStore::open(&place, true)), "store.io");
}
