//! A Store that somebody else is writing to.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use motus_ledger::Store;
use motus_store::SqliteStore;
use motus_testkit::sample::new_event;

use crate::sandbox::{Sandbox, code};

#[test]
fn a_writer_gives_up_after_some_seconds_and_readers_do_not_care() {
    let (sandbox, run) = Sandbox::with_run(1);
    let mut store = sandbox.open().expect("the Store opens").store;
    let other = sandbox.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").expect("another writer");
    let started = Instant::now();
    assert_eq!(code(store.begin_write().map(drop)), "store.locked");
    let waited = started.elapsed();
    assert!((Duration::from_secs(2)..Duration::from_secs(20)).contains(&waited), "{waited:?}");

    let started = Instant::now();
    assert_eq!(sandbox.reader().events(&run).len(), 1);
    let writable = SqliteStore::open(&sandbox.place, true);
    assert_eq!(code(writable), "ok", "opening a whole Store writes nothing");
    assert!(started.elapsed() < Duration::from_secs(2));
    other.execute_batch("ROLLBACK").expect("the other writer ends");
    assert_eq!(code(store.begin_write().map(drop)), "ok");
}

#[test]
fn a_writer_waits_its_turn() {
    let (sandbox, run) = Sandbox::with_run(1);
    let other = sandbox.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").expect("another writer");
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut ledger = sandbox.ledger();
            let event = ledger.append(&new_event(&run, "note", "waited", "{}"));
            sender.send(event.expect("appended").seq).expect("somebody listens");
        });
        assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err());
        other.execute_batch("ROLLBACK").expect("the other writer ends");
        assert_eq!(receiver.recv().expect("a number"), 2);
    });
}

#[test]
fn threads_that_make_the_store_at_once_all_succeed() {
    let sandbox = Sandbox::new();
    thread::scope(|scope| {
        let handles: Vec<_> = (0..4)
            .map(|number| {
                let sandbox = &sandbox;
                scope.spawn(move || {
                    let mut ledger = sandbox.ledger();
                    let request = motus_testkit::sample::new_run(&format!("k{number}"));
                    // Four clocks that stand still make four identifiers that must differ.
                    ledger.clock.advance_seconds(number);
                    ledger.start(&request).expect("the run starts").id
                })
            })
            .collect();
        for handle in handles {
            let run = handle.join().expect("no thread panics");
            assert_eq!(sandbox.reader().run(&run).id, run);
        }
    });
}
