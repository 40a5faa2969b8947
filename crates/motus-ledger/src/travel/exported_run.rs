//! A run with its events, as an export holds it: rows that agree with themselves and with each other.

use std::collections::BTreeSet;

use motus_json::Value;

use super::columns::Columns;
use super::refusal::{Refusal, RefusalKind};
use crate::integrity::{EventCheck, check_run};
use crate::{Closing, Event, Outcome, Run, RunId};

const RUN_COLUMNS: [&str; 14] = [
    "cwd",
    "end_idempotency_key",
    "end_payload_hash",
    "ended_at",
    "ended_by_producer_id",
    "git_sha",
    "id",
    "idempotency_key",
    "intent",
    "outcome",
    "outcome_note",
    "producer_id",
    "source",
    "started_at",
];

const END_COLUMNS: [&str; 6] = [
    "end_idempotency_key",
    "end_payload_hash",
    "ended_at",
    "ended_by_producer_id",
    "outcome",
    "outcome_note",
];

const EVENT_COLUMNS: [&str; 10] = [
    "id",
    "idempotency_key",
    "payload_hash",
    "payload_json",
    "producer_id",
    "run_id",
    "schema_hash",
    "schema_kind",
    "seq",
    "ts",
];

/// A run with all its events in order, whose digests, identifiers and numbers agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRun {
    run: Run,
    events: Vec<Event>,
}

impl ExportedRun {
    /// Returns the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Returns its events, numbered 1, 2, 3, ….
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub(super) fn read(run: Value, events: Value) -> Result<Self, Refusal> {
        let run = read_run(run)?;
        let Value::Array(rows) = events else {
            return Err(Refusal::new(RefusalKind::Shape, run.id.as_str(), "events is no array"));
        };
        let mut events = Vec::with_capacity(rows.len());
        let mut check = EventCheck::new();
        for (place, row) in (1_u64..).zip(rows) {
            let event = read_event(&run.id, place, row)?;
            if let Some(found) = check.check(&event) {
                return Err(found.into());
            }
            events.push(event);
        }
        refuse_repeated_keys(&events)?;
        Ok(Self { run, events })
    }
}

fn read_run(row: Value) -> Result<Run, Refusal> {
    let mut columns = Columns::new("run".to_owned(), row, &RUN_COLUMNS)?;
    let id = columns.text("id")?;
    if !is_run_id(&id) {
        return Err(columns.shape("the column `id` is not an identifier of a run"));
    }
    columns.rename(id.clone());
    let run = Run {
        id: RunId::from(id),
        idempotency_key: columns.filled_text("idempotency_key")?,
        producer_id: columns.filled_text("producer_id")?,
        source: columns.filled_text("source")?,
        started_at: columns.time("started_at")?,
        intent: columns.filled_text("intent")?,
        cwd: columns.filled_text("cwd")?,
        git_sha: columns.optional_text("git_sha")?,
        closing: read_closing(&columns)?,
    };
    match check_run(&run) {
        Some(found) => Err(found.into()),
        None => Ok(run),
    }
}

/// Every release makes identifiers of this shape; files are named by them, and order goes by them.
fn is_run_id(id: &str) -> bool {
    let parts = id.strip_prefix("run_").and_then(|rest| rest.split_once('_'));
    parts.is_some_and(|(time, random)| {
        time.len() == 20
            && time.bytes().all(|byte| byte.is_ascii_digit())
            && random.len() == 12
            && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Reads the end columns: all of them, but perhaps the note, or none.
fn read_closing(columns: &Columns) -> Result<Option<Closing>, Refusal> {
    if columns.is_null("ended_at") && columns.is_null("outcome") {
        let stray = END_COLUMNS.iter().find(|name| !columns.is_null(name));
        return match stray {
            None => Ok(None),
            Some(name) => Err(columns.shape(format!("the run is open, and has `{name}`"))),
        };
    }
    let outcome = columns.text("outcome")?;
    Ok(Some(Closing {
        ended_at: columns.time("ended_at")?,
        outcome: Outcome::parse(&outcome)
            .ok_or_else(|| columns.shape("the column `outcome` is no outcome"))?,
        outcome_note: columns.optional_text("outcome_note")?,
        idempotency_key: columns.filled_text("end_idempotency_key")?,
        payload_hash: columns.text("end_payload_hash")?,
        producer_id: columns.filled_text("ended_by_producer_id")?,
    }))
}

fn read_event(run_id: &RunId, place: u64, row: Value) -> Result<Event, Refusal> {
    let columns = Columns::new(format!("event {place} of {run_id}"), row, &EVENT_COLUMNS)?;
    let event = Event {
        run_id: RunId::from(columns.text("run_id")?),
        seq: columns.number("seq")?,
        idempotency_key: columns.filled_text("idempotency_key")?,
        id: columns.text("id")?,
        payload_hash: columns.text("payload_hash")?,
        schema_hash: columns.text("schema_hash")?,
        schema_kind: columns.filled_text("schema_kind")?,
        ts: columns.time("ts")?,
        payload_json: columns.text("payload_json")?,
        producer_id: columns.filled_text("producer_id")?,
    };
    if event.run_id != *run_id {
        let problem = format!("it is an event of {}", event.run_id);
        return Err(columns.refusal(RefusalKind::ForeignEvent, problem));
    }
    if event.seq != place {
        let problem = format!("it has the number {}", event.seq);
        return Err(columns.refusal(RefusalKind::Sequence, problem));
    }
    Ok(event)
}

fn refuse_repeated_keys(events: &[Event]) -> Result<(), Refusal> {
    let mut keys = BTreeSet::new();
    match events.iter().find(|event| !keys.insert(event.idempotency_key.as_str())) {
        None => Ok(()),
        Some(event) => {
            let subject = format!("event {} of {}", event.seq, event.run_id);
            let problem = "an earlier event has its idempotency key";
            Err(Refusal::new(RefusalKind::KeyRepeated, subject, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_identifiers_that_releases_make_are_taken() {
        assert!(is_run_id("run_00000000000000000001_0123456789ab"));
        for id in [
            "",
            "run_",
            "run_1",
            "run_00000000000000000001_0123456789aB",
            "run_00000000000000000001_0123456789abc",
            "run_0000000000000000001_0123456789ab",
            "run_0000000000000000000x_0123456789ab",
            "../../../../../../../../../../0123456",
            "run_00000000000000000001_0123456789a\0",
        ] {
            assert!(!is_run_id(id), "{id:?}");
        }
    }
}
