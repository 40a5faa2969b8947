//! The end of a run as one unit: its last events and its closing, recorded together or kept for later.
//!
//! When the Store cannot take it, the unit is spooled beside the Store as a JSON document and
//! recorded by a later `motus doctor --fix`. Recording it twice is a replay.

use std::path::{Path, PathBuf};

use motus_json::{Object, ReadOptions, Value, pretty};
use motus_ledger::operation::{CloseRequest, append_event, close_run};
use motus_ledger::{Clock, LedgerError, NewEvent, Outcome, RunId, Store};
use thiserror::Error;

const SCHEMA_VERSION: &str = "motus.spool.v1";

/// The largest spooled document that is read, in bytes. One that Motus wrote is a few kilobytes.
pub(crate) const SPOOL_LIMIT: u64 = 1024 * 1024;

/// A document that is not the spooled end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a spooled end of a run")]
pub struct NotAJournal;

/// What is to be recorded when a run ends.
#[derive(Debug, Clone)]
pub struct EndJournal {
    /// The run.
    pub run_id: RunId,
    /// Its last events, in order.
    pub events: Vec<NewEvent>,
    /// Its closing.
    pub close: CloseRequest,
    /// When the run ended, in nanoseconds since the epoch: the time that is recorded, however late.
    pub ended_at: u64,
}

/// Tells the time at which the run ended.
struct EndedAt(u64);

impl Clock for EndedAt {
    fn unix_nanoseconds(&self) -> u64 {
        self.0
    }
}

impl EndJournal {
    /// Records events and closing in one transaction.
    pub fn record(&self, store: &mut dyn Store) -> Result<(), LedgerError> {
        let clock = EndedAt(self.ended_at);
        let mut transaction = store.begin_write()?;
        for event in &self.events {
            append_event(&mut *transaction, event, &clock)?;
        }
        close_run(&mut *transaction, &self.close, &clock)?;
        Ok(transaction.commit()?)
    }

    /// Returns the name of the journal's file.
    pub(crate) fn file_name(&self) -> String {
        file_name(&self.run_id)
    }

    /// Returns where the journal's file is in a spool directory.
    pub fn file_in(&self, spool: &Path) -> PathBuf {
        Self::file_of(&self.run_id, spool)
    }

    /// Returns where the journal of a run is, if its end was spooled.
    pub(crate) fn file_of(run_id: &RunId, spool: &Path) -> PathBuf {
        spool.join(file_name(run_id))
    }

    /// Returns the journal as a document, members in the order in which they are read.
    pub fn to_value(&self) -> Value {
        let events: Vec<Value> = self.events.iter().map(event_to_value).collect();
        Value::Object(Object::from([
            ("schema_version", Value::from(SCHEMA_VERSION)),
            ("run_id", self.run_id.as_str().into()),
            ("ended_at_ns", self.ended_at.into()),
            ("events", events.into()),
            ("close", close_to_value(&self.close)),
        ]))
    }

    /// Returns the document's text as it is spooled.
    pub fn to_text(&self) -> String {
        let mut text = pretty::write(&self.to_value());
        text.push('\n');
        text
    }

    /// Reads a spooled document.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAJournal> {
        let document = motus_json::read(bytes, &ReadOptions::default()).map_err(|_| NotAJournal)?;
        if text(&document, "schema_version")? != SCHEMA_VERSION {
            return Err(NotAJournal);
        }
        let run_id = RunId::from(text(&document, "run_id")?);
        let events = member(&document, "events")?.as_array().ok_or(NotAJournal)?;
        Ok(Self {
            events: events
                .iter()
                .map(|event| event_from_value(event, &run_id))
                .collect::<Result<_, _>>()?,
            close: close_from_value(member(&document, "close")?, &run_id)?,
            ended_at: member(&document, "ended_at_ns")?.as_u64().ok_or(NotAJournal)?,
            run_id,
        })
    }
}

fn file_name(run_id: &RunId) -> String {
    format!("{run_id}.json")
}

fn event_to_value(event: &NewEvent) -> Value {
    Value::Object(Object::from([
        ("schema_kind", Value::from(event.schema_kind.as_str())),
        ("schema_hash", event.schema_hash.as_deref().into()),
        ("idempotency_key", event.idempotency_key.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("payload", event.payload.clone()),
    ]))
}

fn event_from_value(value: &Value, run_id: &RunId) -> Result<NewEvent, NotAJournal> {
    Ok(NewEvent {
        run_id: run_id.clone(),
        schema_kind: text(value, "schema_kind")?,
        schema_hash: optional_text(value, "schema_hash")?,
        idempotency_key: text(value, "idempotency_key")?,
        producer_id: text(value, "producer_id")?,
        payload: member(value, "payload")?.clone(),
    })
}

fn close_to_value(close: &CloseRequest) -> Value {
    Value::Object(Object::from([
        ("outcome", Value::from(close.outcome.as_str())),
        ("outcome_note", close.outcome_note.as_deref().into()),
        ("idempotency_key", close.idempotency_key.as_str().into()),
        ("producer_id", close.producer_id.as_str().into()),
    ]))
}

fn close_from_value(value: &Value, run_id: &RunId) -> Result<CloseRequest, NotAJournal> {
    Ok(CloseRequest {
        run_id: run_id.clone(),
        outcome: Outcome::parse(&text(value, "outcome")?).ok_or(NotAJournal)?,
        outcome_note: optional_text(value, "outcome_note")?,
        idempotency_key: text(value, "idempotency_key")?,
        producer_id: text(value, "producer_id")?,
    })
}

fn member<'a>(value: &'a Value, name: &str) -> Result<&'a Value, NotAJournal> {
    value.get(name).ok_or(NotAJournal)
}

fn text(value: &Value, name: &str) -> Result<String, NotAJournal> {
    member(value, name)?.as_str().map(str::to_owned).ok_or(NotAJournal)
}

fn optional_text(value: &Value, name: &str) -> Result<Option<String>, NotAJournal> {
    if member(value, name)?.is_null() { Ok(None) } else { text(value, name).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> EndJournal {
        let run_id = RunId::from("run_00000000000000000001_0123456789ab");
        EndJournal {
            events: vec![NewEvent {
                run_id: run_id.clone(),
                schema_kind: "note".to_owned(),
                payload: Value::Object(Object::from([("n", 1_i64)])),
                idempotency_key: "e1".to_owned(),
                producer_id: "p".to_owned(),
                schema_hash: None,
            }],
            close: CloseRequest {
                run_id: run_id.clone(),
                outcome: Outcome::Aborted,
                outcome_note: Some("é".to_owned()),
                idempotency_key: "z".to_owned(),
                producer_id: "p".to_owned(),
            },
            ended_at: 1_767_323_045_000_000_000,
            run_id,
        }
    }

    #[test]
    fn a_spooled_document_reads_back() {
        let text = journal().to_text();
        let back = EndJournal::from_bytes(text.as_bytes()).expect("our own document");
        assert_eq!(back.to_text(), text);
    }

    #[test]
    fn anything_else_is_not_a_journal() {
        let text = journal().to_text();
        for damaged in [
            String::new(),
            "{}".to_owned(),
            text.replace("motus.spool.v1", "motus.spool.v2"),
            text.replace("aborted", "gone"),
            text.replace("\"run_id\"", "\"id\""),
            text.get(..text.len() / 2).unwrap_or_default().to_owned(),
        ] {
            assert!(EndJournal::from_bytes(damaged.as_bytes()).is_err(), "{damaged}");
        }
    }
}
