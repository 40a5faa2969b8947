//! No room, or no file to be had: an error with a code, and a Store that is still whole.

use std::fs;

use motus_ledger::{LedgerError, RunId};
use motus_store::{SqliteStore, StorePlace};
use motus_testkit::TestLedger;
use motus_testkit::sample::{ANY_OBJECT, new_event, new_run};

use crate::child;
use crate::sandbox::{Sandbox, code};

const TEST: &str = "full_disk::a_full_disk_is_reported_and_survived";

/// Mounts one mebibyte over the directory and runs the rest there, in a namespace of its own.
const SCRIPT: &str = "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"";

fn open(place: &StorePlace) -> TestLedger {
    TestLedger::new(Box::new(SqliteStore::open(place, true).expect("the Store opens").store))
}

/// Appends until the disk is full; returns how many events were acknowledged.
fn fill(ledger: &mut TestLedger, run: &RunId) -> usize {
    let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(20_000));
    for number in 0..100 {
        let request = new_event(run, "note", &format!("e{number}"), &payload);
        match ledger.append(&request) {
            Ok(event) => assert_eq!(event.seq, number + 1),
            Err(LedgerError::Store(error)) => {
                assert_eq!(error.code(), "store.disk_full", "{error}");
                return usize::try_from(number).expect("a small number");
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the disk is not full");
}

fn fill_the_disk(place: &StorePlace) {
    let mut ledger = open(place);
    let run = ledger.start(&new_run("k1")).expect("the run starts").id;
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    let acknowledged = fill(&mut ledger, &run);
    assert!(acknowledged > 5);
    assert_eq!(ledger.events(&run).len(), acknowledged);
    drop(ledger);
    let mut ledger = open(place);
    assert_eq!(ledger.events(&run).len(), acknowledged);
    let health = SqliteStore::open_read_only(place).expect("the Store opens").health();
    assert!(health.expect("health").integrity.is_empty());
    no_second_store_fits(place);
}

/// Fills what is left, so that not even a new Store fits, and leaves nothing of the attempt.
fn no_second_store_fits(place: &StorePlace) {
    let directory = place.path().parent().expect("a directory");
    let _ = fs::write(directory.join("filler"), vec![0; 1 << 20]);
    let before = crate::sandbox::names(directory);
    let other = StorePlace::new(directory.join("other.db"));
    assert_eq!(code(SqliteStore::open(&other, true)), "store.disk_full");
    assert_eq!(crate::sandbox::names(directory), before);
}

#[test]
fn a_full_disk_is_reported_and_survived() {
    if let Some(place) = child::place() {
        return fill_the_disk(&place);
    }
    child::rerun_on_a_small_disk(TEST, SCRIPT);
}

/// Appends until a file may not grow any more, which no file system knows in advance.
fn fill_the_limit(place: &StorePlace) {
    let mut ledger = open(place);
    let run = ledger.start(&new_run("k1")).expect("the run starts").id;
    ledger.register("note", ANY_OBJECT).expect("the kind is registered");
    let acknowledged = fill(&mut ledger, &run);
    assert!(acknowledged > 3);
    assert_eq!(ledger.events(&run).len(), acknowledged);
}

#[test]
fn a_limit_on_the_size_of_files_is_reported_as_a_full_disk() {
    let test = "full_disk::a_limit_on_the_size_of_files_is_reported_as_a_full_disk";
    if let Some(place) = child::place() {
        return fill_the_limit(&place);
    }
    let sandbox = Sandbox::new();
    let script = "trap '' XFSZ && ulimit -f 1000 && exec \"$@\"";
    let launcher = ["sh", "-c", script, "sh"];
    child::expect_passed(&child::rerun(&sandbox.scratch, test, &sandbox.place, &launcher));
}

/// Opens files until no more can be opened, and then the Store.
fn open_with_no_descriptor_left(place: &StorePlace) {
    let mut taken = Vec::new();
    while let Ok(file) = fs::File::open("/dev/null") {
        taken.push(file);
    }
    for opened in [SqliteStore::open(place, false).map(drop), read_only(place)] {
        let refused = opened.expect_err("no file can be opened");
        assert_eq!(refused.code(), "store.io", "{refused}");
        let cause = std::error::Error::source(&refused).expect("the system's words").to_string();
        assert!(format!("{refused} {cause}").contains("Too many open files"), "{refused}");
    }
    drop(taken);
    assert_eq!(code(read_only(place)), "ok");
}

fn read_only(place: &StorePlace) -> Result<(), motus_ledger::StoreError> {
    SqliteStore::open_read_only(place).map(drop)
}

#[test]
fn too_many_open_files_are_not_told_as_denied_access() {
    let test = "full_disk::too_many_open_files_are_not_told_as_denied_access";
    if let Some(place) = child::place() {
        return open_with_no_descriptor_left(&place);
    }
    let (sandbox, _) = Sandbox::with_run(1);
    let launcher = ["sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh"];
    child::expect_passed(&child::rerun(&sandbox.scratch, test, &sandbox.place, &launcher));
}
