//! Measuring a Store, asking for its turn, and moving its log while others use it.

use std::ops::ControlFlow;

use motus_ledger::integrity::{EventCheck, check_kind_version, check_run};
use motus_ledger::{RunQuery, Store};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::harness::skip;
use motus_testkit::sample::new_event;

use crate::child;
use crate::sandbox::{Sandbox, code, names, set_mode};

/// Checks every row that a Store holds against every other; returns how many events each run has, the
/// newest run first.
#[track_caller]
pub(crate) fn expect_sound(place: &StorePlace) -> Vec<u64> {
    let mut store = SqliteStore::open_read_only(place).expect("the Store opens");
    let health = store.health().expect("the Store can be examined");
    assert!(health.integrity.is_empty() && health.dangling.is_empty(), "{health:?}");
    let transaction = store.begin_read().expect("the Store can be read");
    let visited = transaction.visit_kind_versions(&mut |version| {
        assert_eq!(check_kind_version(&version), None);
        ControlFlow::Continue(())
    });
    visited.expect("the kinds can be read");
    let query = RunQuery { limit: 1000, ..RunQuery::default() };
    let runs = transaction.runs(&query).expect("the runs can be read");
    let count = |run: motus_ledger::Run| {
        assert_eq!(check_run(&run), None);
        let (mut check, mut count) = (EventCheck::new(), 0);
        let visited = transaction.visit_events(&run.id, &mut |event| {
            assert_eq!(check.check(&event), None);
            count += 1;
            ControlFlow::Continue(())
        });
        visited.expect("the events can be read");
        count
    };
    runs.into_iter().map(count).collect()
}

/// Returns name and bytes of each file in the directory of the Store; the index of the log is left out, and
/// so are empty files, because logs without content come and go with connections.
pub(crate) fn content(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = std::fs::read(sandbox.directory().join(&name)).expect("the file can be read");
        (name, bytes)
    };
    let mut names = names(sandbox.directory());
    names.retain(|name| !name.ends_with("-shm"));
    names.into_iter().map(read).filter(|(_, bytes)| !bytes.is_empty()).collect()
}

fn reader(sandbox: &Sandbox) -> SqliteStore {
    SqliteStore::open_read_only(&sandbox.place).expect("the Store opens")
}

#[test]
fn figures_tell_sizes_rows_and_room() {
    let (sandbox, _) = Sandbox::with_run(3);
    let figures = reader(&sandbox).figures().expect("figures");
    let file = std::fs::metadata(sandbox.place.path()).expect("the file is there");
    assert_eq!((figures.database_bytes, figures.wal_bytes), (file.len(), sandbox.wal_bytes()));
    assert_eq!(figures.rows, [("events", 3), ("kind_versions", 1), ("locks", 0), ("runs", 1)]);
    assert_eq!(figures.unused_bytes, 0);
    assert!(figures.missing_tables.is_empty() && figures.unexpected_tables.is_empty());
    assert!(figures.integrity.is_empty());

    let garbage = "CREATE TABLE extra (x); CREATE VIEW seen AS SELECT 1; DROP TABLE locks;
        INSERT INTO extra VALUES (zeroblob(100000)); DELETE FROM extra";
    sandbox.sqlite().execute_batch(garbage).expect("objects can be added");
    let figures = reader(&sandbox).figures().expect("figures");
    assert_eq!(figures.rows, [("events", 3), ("kind_versions", 1), ("runs", 1)]);
    assert_eq!(figures.missing_tables, ["locks"]);
    assert_eq!(figures.unexpected_tables, ["extra", "seen"]);
    assert!(figures.unused_bytes >= 90_000, "{}", figures.unused_bytes);
    assert!(reader(&sandbox).lacks_table("locks").expect("the tables can be listed"));
    assert!(!reader(&sandbox).lacks_table("runs").expect("the tables can be listed"));
    let mut reader = reader(&sandbox);
    let rows = reader.begin_read().expect("a read transaction");
    assert_eq!(rows.lock("a").expect("no table, no lock"), None);
    assert_eq!(rows.locks(None, 10).expect("no table, no locks"), []);
}

/// Makes an index of a Store hold other columns than it says.
pub(crate) fn damage(sandbox: &Sandbox) {
    let damage = "PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = 'CREATE INDEX runs_by_source ON runs (cwd, id)'
        WHERE name = 'runs_by_source'";
    sandbox.sqlite().execute_batch(damage).expect("the Store can be damaged");
}

#[test]
fn figures_of_a_damaged_store_say_so() {
    let (sandbox, _) = Sandbox::with_run(3);
    damage(&sandbox);
    let figures = reader(&sandbox).figures().expect("figures");
    assert!(!figures.integrity.is_empty());
}

#[test]
fn a_writer_has_its_turn_when_nobody_else_writes() {
    let (sandbox, _) = Sandbox::with_run(1);
    let ask = || SqliteStore::may_write_now(&sandbox.place).expect("an answer");
    let before = content(&sandbox);
    assert!(ask());
    let other = sandbox.sqlite();
    for (begin, answer) in [("BEGIN IMMEDIATE", false), ("BEGIN; SELECT * FROM runs", true)] {
        other.execute_batch(begin).expect("another transaction");
        assert_eq!(ask(), answer, "{begin}");
        other.execute_batch("ROLLBACK").expect("it ends");
        assert!(ask());
    }
    let alone = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK";
    drop(other);
    let other = sandbox.sqlite();
    other.execute_batch(alone).expect("nobody else has the Store open");
    assert!(!ask());
    drop(other);
    assert!(ask());
    assert!(content(&sandbox)[0] == before[0]);
}

#[test]
fn asking_for_a_turn_changes_nothing_and_makes_nothing() {
    let sandbox = Sandbox::new();
    assert_eq!(code(SqliteStore::may_write_now(&sandbox.place)), "store.missing");
    assert!(!sandbox.directory().exists());
    let (sandbox, _) = Sandbox::with_run(1);
    sandbox.sqlite().execute_batch("DROP TABLE locks").expect("a table goes");
    let before = content(&sandbox);
    assert_eq!(code(SqliteStore::may_write_now(&sandbox.place)), "ok");
    assert!(content(&sandbox) == before);
    sandbox.sqlite().execute_batch("DROP TABLE events").expect("a table goes");
    assert_eq!(code(SqliteStore::may_write_now(&sandbox.place)), "store.foreign");
}

/// Moves the log while somebody else has done `before`; returns whether all of it was moved, and whether
/// it could be emptied.
fn move_while(before: &str) -> (bool, bool) {
    let (sandbox, run) = Sandbox::with_run(1);
    let other = sandbox.sqlite();
    other.execute_batch(before).expect("another transaction");
    let rows: u64 = other
        .query_row("SELECT count(*) FROM events", [], |row| row.get(0))
        .expect("the other reads");
    assert_eq!(rows, 1);
    if !before.contains("IMMEDIATE") && before.contains("BEGIN") {
        sandbox.ledger().append(&new_event(&run, "note", "later", "{}")).expect("appended");
    }
    let moved = sandbox.open().expect("the Store opens").store.checkpoint().expect("a checkpoint");
    drop(other);
    expect_sound(&sandbox.place);
    (moved.is_complete(), !moved.busy)
}

#[test]
fn a_checkpoint_tells_how_far_it_came() {
    assert_eq!(move_while(""), (true, true));
    // A reader of an earlier moment needs pages of the database as they were.
    assert_eq!(move_while("BEGIN"), (false, false));
    // Of a writer nothing is committed yet, and only the log is in use.
    assert_eq!(move_while("BEGIN IMMEDIATE"), (true, false));
}

/// Runs a test again as a user who may read the Store's directory and not change it.
pub(crate) fn rerun_as_reader(sandbox: &Sandbox, test: &str) {
    let directory = sandbox.directory();
    for name in names(directory) {
        set_mode(&directory.join(name), 0o444);
    }
    set_mode(directory, 0o555);
    set_mode(sandbox.scratch.path(), 0o755);
    set_mode(&sandbox.scratch.project(), 0o755);
    let probe = ["sh", "-c", "! touch \"$0/probe\" 2>/dev/null", directory.to_str().expect("text")];
    let launchers: [&[&str]; 2] =
        [&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], &["env"]];
    let refused = |launcher: &&&[&str]| {
        child::works(&sandbox.scratch, launcher[0], &[&launcher[1..], &probe].concat())
    };
    match launchers.iter().find(refused) {
        Some(launcher) => {
            child::expect_passed(&child::rerun(&sandbox.scratch, test, &sandbox.place, launcher));
        }
        None => skip(test, "this user may write everywhere and cannot become another"),
    }
}
