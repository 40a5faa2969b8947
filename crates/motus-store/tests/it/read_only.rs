//! Stores that an ordinary user may read and not change.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;

use motus_ledger::RunQuery;
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::harness::skip;
use motus_testkit::sample::{closing, new_run};

use crate::child;
use crate::sandbox::{Sandbox, code, mode, names, set_mode};

const RUNS: usize = 3;

/// Makes a Store of some runs, all of them in its log.
fn store() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut ledger = sandbox.ledger();
    for number in 0..RUNS {
        let run = ledger.start(&new_run(&format!("k{number}"))).expect("the run starts");
        ledger.close(&closing(&run.id)).expect("the run closes");
    }
    drop(ledger);
    assert!(sandbox.wal_bytes() > 0);
    sandbox
}

/// Takes away every right to write, reads the Store as an ordinary user, and gives it back.
fn read_as_ordinary_user(test: &str, sandbox: &Sandbox) {
    let directory = sandbox.directory().to_owned();
    let paths: Vec<PathBuf> = names(&directory).iter().map(|name| directory.join(name)).collect();
    for path in &paths {
        set_mode(path, 0o444);
    }
    set_mode(&directory, 0o555);
    let launchers: [&[&str]; 2] =
        [&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"], &["env"]];
    let refused = |launcher: &&&[&str]| {
        let try_to_write = [
            "sh",
            "-c",
            "! touch \"$0/probe\" 2>/dev/null",
            directory.to_str().expect("a scratch path is text"),
        ];
        child::works(&sandbox.scratch, launcher[0], &[&launcher[1..], &try_to_write].concat())
    };
    set_mode(sandbox.scratch.path(), 0o755);
    set_mode(&sandbox.scratch.project(), 0o755);
    match launchers.iter().find(refused) {
        Some(launcher) => {
            let captured = child::rerun(&sandbox.scratch, test, &sandbox.place, launcher);
            child::expect_passed(&captured);
        }
        None => skip(test, "this user may write everywhere and cannot become another"),
    }
    set_mode(&directory, 0o755);
}

/// What the ordinary user does: all runs are there, and nothing was made or changed.
fn read_everything(place: &StorePlace) {
    let directory = place.path().parent().expect("a directory").to_owned();
    let content = || -> Vec<(String, Vec<u8>)> {
        let read = |name: String| (name.clone(), fs::read(directory.join(name)).expect("a file"));
        names(&directory).into_iter().map(read).collect()
    };
    let before = content();
    let store = SqliteStore::open_read_only(place).expect("the Store opens");
    assert!(store.health().expect("health").integrity.is_empty());
    let mut ledger = TestLedger::new(Box::new(store));
    let query = RunQuery { limit: 10, ..RunQuery::default() };
    let runs = ledger.read(|transaction| transaction.runs(&query)).expect("a list");
    assert_eq!(runs.len(), RUNS);
    assert!(runs.iter().all(|run| !run.is_open()));
    drop(ledger);
    assert!(content() == before, "reading changed the directory: {:?}", names(&directory));
    assert_eq!(code(SqliteStore::open(place, false)), "store.denied");
}

#[test]
fn a_store_without_a_log_is_readable() {
    if let Some(place) = child::place() {
        return read_everything(&place);
    }
    let sandbox = store();
    sandbox.fold_log();
    assert_eq!(names(sandbox.directory()), [".gitignore", "kernel-store.db"]);
    read_as_ordinary_user("read_only::a_store_without_a_log_is_readable", &sandbox);
}

#[test]
fn a_store_with_an_empty_log_is_readable() {
    if let Some(place) = child::place() {
        return read_everything(&place);
    }
    let sandbox = store();
    sandbox.fold_log();
    OpenOptions::new().create(true).append(true).open(sandbox.place.wal()).expect("an empty log");
    read_as_ordinary_user("read_only::a_store_with_an_empty_log_is_readable", &sandbox);
}

#[test]
fn a_store_whose_runs_are_in_its_log_is_readable() {
    if let Some(place) = child::place() {
        return read_everything(&place);
    }
    let sandbox = store();
    fs::remove_file(sandbox.place.shm()).expect("the index can be removed");
    read_as_ordinary_user("read_only::a_store_whose_runs_are_in_its_log_is_readable", &sandbox);
}

#[test]
fn a_store_with_an_index_left_behind_is_readable() {
    if let Some(place) = child::place() {
        return read_everything(&place);
    }
    let sandbox = store();
    assert!(sandbox.place.shm().exists());
    read_as_ordinary_user("read_only::a_store_with_an_index_left_behind_is_readable", &sandbox);
}

#[test]
fn a_store_opened_for_reading_takes_nothing() {
    let sandbox = store();
    let mut reader = sandbox.reader();
    let refused = reader.start(&new_run("new")).expect_err("nothing can be written");
    assert_eq!(refused.code(), "store.denied");
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert_eq!(code(store.checkpoint()), "store.denied");
    assert!(sandbox.wal_bytes() > 0);
}

#[test]
fn reading_where_writing_is_possible_leaves_at_most_an_empty_log() {
    let sandbox = store();
    sandbox.fold_log();
    let before = fs::read(sandbox.place.path()).expect("the file can be read");
    drop(sandbox.reader());
    assert_eq!(sandbox.wal_bytes(), 0);
    assert!(fs::read(sandbox.place.path()).expect("the file can be read") == before);
    for name in names(sandbox.directory()) {
        assert_eq!(mode(&sandbox.directory().join(&name)), 0o600, "{name}");
    }
}
