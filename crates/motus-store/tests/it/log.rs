//! The write-ahead log: left in place by short commands, moved when it has grown.

use std::thread;

use motus_store::SqliteStore;
use motus_testkit::events_of;
use motus_testkit::sample::new_event;

use crate::sandbox::Sandbox;

const MEBIBYTE: u64 = 1024 * 1024;

/// Makes a Store whose log holds one transaction of more than four mebibytes.
fn with_large_log() -> (Sandbox, motus_ledger::RunId) {
    let (sandbox, run) = Sandbox::with_run(0);
    let mut ledger = sandbox.ledger();
    let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(1 << 20));
    let clock = motus_testkit::FixedClock::default();
    ledger
        .write(|transaction| {
            for number in 1..=6 {
                let request = new_event(&run, "note", &format!("e{number}"), &payload);
                motus_ledger::operation::append_event(transaction, &request, &clock)?;
            }
            Ok(())
        })
        .expect("one large transaction");
    drop(ledger);
    assert!(sandbox.wal_bytes() > 4 * MEBIBYTE);
    (sandbox, run)
}

#[test]
fn closing_leaves_the_log_in_place() {
    let (sandbox, run) = Sandbox::with_run(3);
    assert!(sandbox.wal_bytes() > 0);
    assert_eq!(sandbox.reader().events(&run).len(), 3);
    assert!(sandbox.wal_bytes() > 0);
}

#[test]
fn a_small_log_grows_without_being_moved() {
    let (sandbox, run) = Sandbox::with_run(0);
    let before = std::fs::read(sandbox.place.path()).expect("the file can be read");
    for number in 0..50 {
        let request = new_event(&run, "note", &format!("e{number}"), "{}");
        sandbox.ledger().append(&request).expect("appended");
    }
    assert_eq!(std::fs::read(sandbox.place.path()).expect("the file can be read"), before);
    assert_eq!(sandbox.reader().events(&run).len(), 50);
}

#[test]
fn a_large_log_is_moved_before_the_first_write() {
    let (sandbox, run) = with_large_log();
    let mut ledger = sandbox.ledger();
    ledger.append(&new_event(&run, "note", "after", "{}")).expect("appended");
    assert!(sandbox.wal_bytes() <= 4 * MEBIBYTE, "{} bytes", sandbox.wal_bytes());
    assert_eq!(ledger.events(&run).len(), 7);
    drop(ledger);
    assert_eq!(sandbox.reader().events(&run).len(), 7);
}

#[test]
fn a_large_log_in_use_by_a_reader_stops_no_writer() {
    let (sandbox, run) = with_large_log();
    let mut reader = sandbox.reader();
    let reading = reader.store.begin_read().expect("a read transaction");
    assert_eq!(events_of(&*reading, &run).len(), 6);
    let mut ledger = sandbox.ledger();
    for number in 0..3 {
        let request = new_event(&run, "note", &format!("after {number}"), "{}");
        ledger.append(&request).expect("appended");
    }
    assert_eq!(events_of(&*reading, &run).len(), 6);
    drop(reading);
    assert_eq!(reader.events(&run).len(), 9);
}

#[test]
fn reading_moves_nothing() {
    let (sandbox, run) = with_large_log();
    let before = sandbox.wal_bytes();
    assert_eq!(sandbox.reader().events(&run).len(), 6);
    assert_eq!(sandbox.wal_bytes(), before);
}

#[test]
fn a_checkpoint_empties_the_log() {
    let (sandbox, run) = with_large_log();
    let store = SqliteStore::open(&sandbox.place, true).expect("the Store opens").store;
    assert!(!store.checkpoint().expect("a checkpoint").busy);
    assert_eq!(sandbox.wal_bytes(), 0);
    drop(store);
    assert_eq!(sandbox.reader().events(&run).len(), 6);
}

/// Appends events of so many bytes and returns the largest size that the log had behind one of them.
fn append_large(sandbox: &Sandbox, run: &motus_ledger::RunId, producer: &str, count: u32) -> u64 {
    let payload = format!("{{\"text\":\"{}\"}}", "x".repeat(128 << 10));
    let mut ledger = sandbox.ledger();
    let mut largest = 0;
    for number in 0..count {
        let request = new_event(run, "note", &format!("{producer}:{number}"), &payload);
        ledger.append(&request).expect("appended");
        largest = largest.max(sandbox.wal_bytes());
    }
    largest
}

#[test]
fn the_log_of_a_writer_that_goes_on_keeps_its_size() {
    let (sandbox, run) = Sandbox::with_run(0);
    let largest = append_large(&sandbox, &run, "only", 160);
    assert!(largest <= 5 * MEBIBYTE, "{largest} bytes");
    assert!(sandbox.wal_bytes() >= 4 * MEBIBYTE, "it is written over, not cut off and made again");
}

#[test]
fn the_log_of_writers_that_leave_no_gap_keeps_its_size() {
    let (sandbox, run) = Sandbox::with_run(0);
    let largest = thread::scope(|scope| {
        let handles: Vec<_> = (0..4)
            .map(|number| {
                let (sandbox, run) = (&sandbox, &run);
                scope.spawn(move || append_large(sandbox, run, &format!("w{number}"), 120))
            })
            .collect();
        let sizes = handles.into_iter().map(|handle| handle.join().expect("no thread panics"));
        sizes.max().expect("a size")
    });
    // Of 60 that were written.
    assert!(largest <= 16 * MEBIBYTE, "{largest} bytes");
    assert_eq!(sandbox.reader().events(&run).len(), 480);
}
