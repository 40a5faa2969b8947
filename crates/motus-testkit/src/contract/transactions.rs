//! Transactions: all or nothing, seen by all or by none.

use motus_ledger::kind::Schema;
use motus_ledger::{LedgerError, operation};

use super::{StoreFixture, with_run};
use crate::sample::{ANY_OBJECT, closing, json, new_event, new_run};
use crate::{TestLedger, events_of};

/// Dropping a transaction takes back all that it did.
pub fn a_dropped_transaction_changes_nothing(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let request = new_event(&run.id, "note", "e1", "{}");
    operation::append_event(&mut *transaction, &request, &ledger.clock).expect("appended");
    operation::close_run(&mut *transaction, &closing(&run.id), &ledger.clock).expect("closed");
    drop(transaction);
    assert!(ledger.events(&run.id).is_empty());
    assert_eq!(ledger.run(&run.id), run);
    assert_eq!(ledger.append(&request).expect("appended").seq, 1);
}

/// An operation that fails takes the earlier ones of its transaction with it.
pub fn a_failed_operation_changes_nothing(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let (good, bad) =
        (new_event(&run.id, "note", "e1", "{}"), new_event(&run.id, "note", "e2", "[]"));
    operation::append_event(&mut *transaction, &good, &ledger.clock).expect("appended");
    let failed = operation::append_event(&mut *transaction, &bad, &ledger.clock);
    assert!(matches!(failed, Err(LedgerError::Schema(_))));
    drop(transaction);
    assert!(ledger.events(&run.id).is_empty());
}

/// Inside a transaction its own rows are there, in every lookup.
pub fn a_writer_sees_its_own_rows(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let request = new_event(&run.id, "note", "e1", "{}");
    let event = operation::append_event(&mut *transaction, &request, &ledger.clock);
    let event = event.expect("appended");
    assert_eq!(transaction.last_seq(&run.id).expect("a number"), 1);
    assert_eq!(transaction.event_by_key(&run.id, "e1").expect("a lookup"), Some(event.clone()));
    assert_eq!(events_of(&*transaction, &run.id), std::slice::from_ref(&event));
    let replayed = operation::append_event(&mut *transaction, &request, &ledger.clock);
    assert_eq!(replayed.expect("a replay"), event);
}

/// A handle that was open before sees a commit.
pub fn a_commit_is_seen_by_other_handles(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut other = TestLedger::new(fixture.open());
    assert!(other.events(&run.id).is_empty());
    let event = ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    assert_eq!(other.events(&run.id), [event]);
    let event = other.append(&new_event(&run.id, "note", "e2", "{}")).expect("appended");
    assert_eq!(event.seq, 2);
    assert_eq!(ledger.events(&run.id).len(), 2);
}

/// A Store that is opened again holds what was committed.
pub fn a_commit_outlives_its_handle(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let event = ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    let closed = ledger.close(&closing(&run.id)).expect("the run closes");
    drop(ledger);
    let mut ledger = TestLedger::new(fixture.open());
    assert_eq!(ledger.run(&run.id), closed);
    assert_eq!(ledger.events(&run.id), [event]);
}

/// What is not committed is nobody else's business.
pub fn uncommitted_rows_are_invisible_to_others(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut other = TestLedger::new(fixture.open());
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let request = new_event(&run.id, "note", "e1", "{}");
    operation::append_event(&mut *transaction, &request, &ledger.clock).expect("appended");
    assert!(other.events(&run.id).is_empty());
    transaction.commit().expect("the commit");
    assert_eq!(other.events(&run.id).len(), 1);
}

/// A read transaction that has read sees the same rows until it ends, whatever others commit.
pub fn a_reader_keeps_its_view(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut other = TestLedger::new(fixture.open());
    let reading = other.store.begin_read().expect("a read transaction");
    assert!(events_of(&*reading, &run.id).is_empty());
    ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    let closed = ledger.close(&closing(&run.id)).expect("the run closes");
    assert!(events_of(&*reading, &run.id).is_empty());
    assert_eq!(reading.run(&run.id).expect("a lookup"), Some(run.clone()));
    drop(reading);
    assert_eq!(other.run(&run.id), closed);
}

/// Start, register, append and close become visible at one moment.
pub fn operations_commit_together(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let mut other = TestLedger::new(fixture.open());
    let (clock, ids) = (&ledger.clock, &ledger.ids);
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let run = operation::start_run(&mut *transaction, &new_run("k1"), clock, ids);
    let run = run.expect("the run starts");
    let schema = Schema::new(json(ANY_OBJECT)).expect("a valid schema");
    operation::register_kind(&mut *transaction, "note", &schema, clock).expect("registered");
    let request = new_event(&run.id, "note", "e1", "{}");
    operation::append_event(&mut *transaction, &request, clock).expect("appended");
    operation::close_run(&mut *transaction, &closing(&run.id), clock).expect("closed");
    assert_eq!(other.read(|reading| reading.run(&run.id)).expect("a lookup"), None);
    transaction.commit().expect("the commit");
    assert!(!other.run(&run.id).is_open());
    assert_eq!(other.events(&run.id).len(), 1);
}
