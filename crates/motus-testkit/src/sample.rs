//! Requests that say only what a test is about.

use motus_json::{ReadOptions, Value};
use motus_ledger::operation::CloseRequest;
use motus_ledger::{NewEvent, NewRun, Outcome, RunId};

/// The schema that takes every object.
pub const ANY_OBJECT: &str = r#"{"type":"object"}"#;

/// The digest of [`ANY_OBJECT`].
pub const ANY_OBJECT_HASH: &str =
    "sha256:a2c799262a3ce3c19ef5cdd983bf3d12b43ab3c426227091b909dcb7054738c0";

/// Reads a JSON text as a Store's reader does.
#[track_caller]
pub fn json(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &ReadOptions::STORED).expect("the text is JSON")
}

/// Asks for a run under a key.
pub fn new_run(key: &str) -> NewRun {
    NewRun {
        source: "demo".to_owned(),
        intent: "Ship it".to_owned(),
        cwd: "/w".to_owned(),
        git_sha: Some("abc".to_owned()),
        idempotency_key: key.to_owned(),
        producer_id: "p1".to_owned(),
    }
}

/// Asks for an event of a kind under a key; the payload is a JSON text.
#[track_caller]
pub fn new_event(run: &RunId, kind: &str, key: &str, payload: &str) -> NewEvent {
    NewEvent {
        run_id: run.clone(),
        schema_kind: kind.to_owned(),
        payload: json(payload),
        idempotency_key: key.to_owned(),
        producer_id: "p1".to_owned(),
        schema_hash: None,
    }
}

/// Asks for a run to be closed as a success.
pub fn closing(run: &RunId) -> CloseRequest {
    CloseRequest {
        run_id: run.clone(),
        outcome: Outcome::Success,
        outcome_note: None,
        idempotency_key: "z".to_owned(),
        producer_id: "p1".to_owned(),
    }
}
