//! What a driver itself refuses, should a rule above it be forgotten: `store.guard_refused`.

use motus_ledger::kind::KindVersion;
use motus_ledger::{Closing, Event, Outcome, Run, RunId, StoreError, WriteTransaction};

use super::{StoreFixture, with_run};
use crate::TestLedger;
use crate::sample::{closing, new_event};

#[track_caller]
fn guarded(
    ledger: &mut TestLedger,
    change: impl FnOnce(&mut dyn WriteTransaction) -> Result<(), StoreError>,
) -> String {
    let mut transaction = ledger.store.begin_write().expect("a write transaction");
    let error = change(&mut *transaction).expect_err("the change is refused");
    assert_eq!(error.code(), "store.guard_refused", "{error}");
    error.to_string()
}

/// Neither the identifier nor the key of a run can be used twice.
pub fn a_run_is_inserted_once(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let same_id = Run { idempotency_key: "other".to_owned(), ..run.clone() };
    let same_key = Run { id: RunId::from("run_other"), ..run };
    for copy in [same_id, same_key] {
        guarded(&mut ledger, |transaction| transaction.insert_run(&copy));
    }
}

/// Neither the place, the key nor the identifier of an event can be used twice.
pub fn an_event_is_inserted_once(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let event = ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    let other = Event {
        seq: 2,
        idempotency_key: "e2".to_owned(),
        id: Event::derive_id(&run.id, "e2").as_str().to_owned(),
        ..event.clone()
    };
    for copy in [
        Event { seq: event.seq, ..other.clone() },
        Event { idempotency_key: event.idempotency_key.clone(), ..other.clone() },
        Event { id: event.id.clone(), ..other },
    ] {
        guarded(&mut ledger, |transaction| transaction.insert_event(&copy));
    }
    assert_eq!(ledger.events(&run.id), [event]);
}

/// An event of no run or of no registered version is refused.
pub fn an_event_needs_its_run_and_version(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let event = ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    let other = Event {
        seq: 2,
        idempotency_key: "e2".to_owned(),
        id: Event::derive_id(&run.id, "e2").as_str().to_owned(),
        ..event
    };
    for orphan in [
        Event { run_id: RunId::from("run_x"), ..other.clone() },
        Event { schema_kind: "gone".to_owned(), ..other.clone() },
        Event { schema_hash: "sha256:00".to_owned(), ..other },
    ] {
        guarded(&mut ledger, |transaction| transaction.insert_event(&orphan));
    }
}

/// A version is one row.
pub fn a_kind_version_is_inserted_once(fixture: &dyn StoreFixture) {
    let (mut ledger, _) = with_run(fixture);
    let latest = ledger.read(|transaction| transaction.latest_kind_version("note"));
    let latest = latest.expect("a lookup").expect("the kind is registered");
    let copy = KindVersion { schema_json: "{}".to_owned(), ..latest.clone() };
    guarded(&mut ledger, |transaction| transaction.insert_kind_version(&copy));
    let kept = ledger.read(|transaction| transaction.latest_kind_version("note"));
    assert_eq!(kept.expect("a lookup"), Some(latest));
}

/// A closed run takes neither an event nor another end.
pub fn a_closed_run_is_final(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let event = ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    let closed = ledger.close(&closing(&run.id)).expect("the run closes");
    let late = Event {
        seq: 2,
        idempotency_key: "e2".to_owned(),
        id: Event::derive_id(&run.id, "e2").as_str().to_owned(),
        ..event
    };
    let message = guarded(&mut ledger, |transaction| transaction.insert_event(&late));
    assert_eq!(message, "cannot append event to closed run");
    let end = closed.closing.clone().expect("the run is closed");
    let other = Closing { outcome: Outcome::Failure, ..end };
    let message = guarded(&mut ledger, |transaction| transaction.close_run(&run.id, &other));
    assert_eq!(message, "closed run outcome is final");
    assert_eq!(ledger.run(&run.id), closed);
}
