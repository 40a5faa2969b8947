//! Files that go away while they are in use: no commit into what nobody finds again.

use std::fs;

use motus_ledger::Store;
use motus_store::SqliteStore;
use motus_testkit::TestLedger;
use motus_testkit::sample::{closing, new_event};

use crate::sandbox::{Sandbox, code, set_mode};

/// Opens a Store, lets `change` happen to its files, and returns the code of the next write.
fn write_after(change: impl FnOnce(&Sandbox)) -> &'static str {
    let (sandbox, _) = Sandbox::with_run(1);
    let mut store = sandbox.open().expect("the Store opens").store;
    drop(store.begin_write().expect("the Store is where it was"));
    change(&sandbox);
    code(store.begin_write().map(drop))
}

#[test]
fn a_store_that_went_away_takes_no_write() {
    let moved = "store.moved";
    let remove = |path| fs::remove_file(path).expect("the file can be removed");
    assert_eq!(write_after(|it| remove(it.place.path().to_owned())), moved);
    assert_eq!(write_after(|it| remove(it.place.wal())), moved);
    assert_eq!(write_after(|it| remove(it.place.shm())), moved);
    let remove_all = |it: &Sandbox| fs::remove_dir_all(it.directory()).expect("it can be removed");
    assert_eq!(write_after(remove_all), moved);
    let away = |it: &Sandbox| {
        fs::rename(it.directory(), it.scratch.project().join(".old")).expect("it can be moved");
    };
    assert_eq!(write_after(away), moved);
    let another = |it: &Sandbox| {
        away(it);
        drop(it.ledger());
    };
    assert_eq!(write_after(another), moved);
}

#[test]
fn what_leaves_the_files_in_place_stops_no_writer() {
    assert_eq!(write_after(|it| set_mode(it.place.path(), 0o640)), "ok");
    assert_eq!(write_after(|it| drop(it.ledger())), "ok");
    let checkpoint = |it: &Sandbox| {
        let store = it.open().expect("the Store opens").store;
        assert!(!store.checkpoint().expect("a checkpoint").busy);
    };
    assert_eq!(write_after(checkpoint), "ok");
    let vacuum = |it: &Sandbox| it.sqlite().execute_batch("VACUUM").expect("a vacuum");
    assert_eq!(write_after(vacuum), "ok");
}

#[test]
fn a_log_that_comes_with_the_first_write_is_fine() {
    let (sandbox, run) = Sandbox::with_run(1);
    sandbox.fold_log();
    let mut ledger = sandbox.ledger();
    ledger.append(&new_event(&run, "note", "later", "{}")).expect("appended");
    ledger.close(&closing(&run)).expect("the run closes");
    let store = SqliteStore::open_read_only(&sandbox.place).expect("the Store opens");
    assert!(!TestLedger::new(Box::new(store)).run(&run).is_open());
}

#[test]
fn a_spool_is_made_beside_the_store_and_nowhere_else() {
    let (sandbox, _) = Sandbox::with_run(0);
    let spool = sandbox.place.create_spool().expect("the directory can be made");
    assert_eq!(crate::sandbox::mode(&spool), 0o700);
    assert_eq!(sandbox.place.create_spool().expect("it is there"), spool);

    let elsewhere = sandbox.scratch.project().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a directory can be made");
    fs::remove_dir_all(sandbox.directory()).expect("it can be removed");
    assert_eq!(sandbox.place.create_spool().expect_err("all is gone").code(), "file.missing");
    assert!(!sandbox.directory().exists());
    std::os::unix::fs::symlink(&elsewhere, sandbox.directory()).expect("a link can be made");
    assert!(sandbox.place.create_spool().is_err());
    assert!(crate::sandbox::names(&elsewhere).is_empty());
}
