//! Files that go away while they are in use: no commit into what nobody finds again.

use std::fs;

use motus_ledger::Store;
use motus_store::{SqliteStore, StorePlace};
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
    let spool = sandbox.place.spool();
    for _ in 0..2 {
        sandbox.place.create_spool().expect("the directory can be made, or is there");
        assert_eq!(crate::sandbox::mode(&spool), 0o700);
    }

    let elsewhere = sandbox.scratch.project().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a directory can be made");
    fs::remove_dir_all(sandbox.directory()).expect("it can be removed");
    assert_eq!(sandbox.place.create_spool().expect_err("all is gone").code(), "file.missing");
    assert!(!sandbox.directory().exists());
    std::os::unix::fs::symlink(&elsewhere, sandbox.directory()).expect("a link can be made");
    assert!(sandbox.place.create_spool().is_err());
    assert!(crate::sandbox::names(&elsewhere).is_empty());
}

/// Whoever may change the directory above can put a link in its place, and lead what is written afterwards elsewhere.
#[test]
fn nothing_is_made_beside_a_store_to_which_another_way_leads() {
    let scratch = motus_testkit::harness::Scratch::new();
    let at = |name: &str| scratch.project().join(name);
    scratch.write("st/in/file", "");
    scratch.write("other/file", "");
    let place = StorePlace::new(at("st/in/k.db"));
    let store = SqliteStore::open(&place, false).expect("the Store opens").store;
    fs::rename(at("st/in"), at("st/old")).expect("renamed");
    std::os::unix::fs::symlink(at("other"), at("st/in")).expect("linked");
    for made in [store.place().create_spool(), store.place().create_scope_lists()] {
        assert_eq!(made.expect_err("it leads elsewhere").code(), "file.failed");
    }
    assert_eq!(crate::sandbox::names(&at("other")), ["file"]);
    fs::remove_file(at("st/in")).expect("removed");
    fs::rename(at("st/old"), at("st/in")).expect("renamed");
    assert!(store.place().create_spool().is_ok() && at("st/in/k.db-spool").is_dir());
}
