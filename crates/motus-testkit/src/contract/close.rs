//! Closing a run.

use motus_ledger::operation::CloseRequest;
use motus_ledger::{Closing, Outcome, RunId, Timestamp};

use super::{StoreFixture, refused, with_run};
use crate::sample::{closing, new_event};

/// The six end columns are filled, the others stay.
pub fn closing_fills_the_end_columns(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    ledger.clock.advance_seconds(1);
    let request = CloseRequest {
        outcome: Outcome::Failure,
        outcome_note: Some("nope".to_owned()),
        producer_id: "p2".to_owned(),
        ..closing(&run.id)
    };
    let closed = ledger.close(&request).expect("the run closes");
    let end = Closing {
        ended_at: Timestamp::parse("2026-01-02T03:04:06Z").expect("a time"),
        outcome: Outcome::Failure,
        outcome_note: Some("nope".to_owned()),
        idempotency_key: "z".to_owned(),
        payload_hash: "sha256:bab6cded65cb5b407ad0296e09d00e71c893bae1b1eacc76ad26c8a0a1f139d7"
            .to_owned(),
        producer_id: "p2".to_owned(),
    };
    assert_eq!(closed.closing, Some(end));
    assert_eq!(motus_ledger::Run { closing: None, ..closed.clone() }, run);
    assert_eq!(ledger.run(&run.id), closed);
}

/// A replay keeps the time of the first close.
pub fn closing_again_returns_the_same_run(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let closed = ledger.close(&closing(&run.id)).expect("the run closes");
    ledger.clock.advance_seconds(60);
    assert_eq!(ledger.close(&closing(&run.id)).expect("a replay"), closed);
    assert_eq!(ledger.run(&run.id), closed);
}

/// Another outcome, note, key or producer is a conflict; no note is not an empty one.
pub fn closing_otherwise_is_a_conflict(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let request = closing(&run.id);
    let closed = ledger.close(&request).expect("the run closes");
    for conflict in [
        CloseRequest { outcome: Outcome::Aborted, ..request.clone() },
        CloseRequest { outcome_note: Some(String::new()), ..request.clone() },
        CloseRequest { idempotency_key: "y".to_owned(), ..request.clone() },
        CloseRequest { producer_id: "p2".to_owned(), ..request },
    ] {
        refused(ledger.close(&conflict), "ledger.close_conflict", "run is already closed");
    }
    assert_eq!(ledger.run(&run.id), closed);
}

/// A run that is not there is named.
pub fn an_unknown_run_cannot_be_closed(fixture: &dyn StoreFixture) {
    let (mut ledger, _) = with_run(fixture);
    refused(
        ledger.close(&closing(&RunId::from("run_x"))),
        "ledger.run_unknown",
        "run not found: run_x",
    );
}

/// Blank texts are refused before the run is looked up.
pub fn a_close_names_its_first_blank_field(fixture: &dyn StoreFixture) {
    let (mut ledger, _) = with_run(fixture);
    let mut request = CloseRequest {
        idempotency_key: " ".to_owned(),
        producer_id: String::new(),
        ..closing(&RunId::from("\t"))
    };
    refused(ledger.close(&request), "ledger.field_required", "run_id is required");
    request.run_id = RunId::from("run_x");
    refused(ledger.close(&request), "ledger.field_required", "idempotency_key is required");
    request.idempotency_key = "z".into();
    refused(ledger.close(&request), "ledger.field_required", "producer_id is required");
}
