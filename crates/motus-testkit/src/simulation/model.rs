//! The rules of runs, events and locks a second time, from the words of the contract.
//!
//! The model answers a request as the Store must, and holds the rows that the Store must hold. It calls
//! no operation of the ledger and knows no Store; time is a number of seconds.

mod locks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use motus_ledger::Digest;
use serde_json::{Value, json};

use super::operation::{Append, Close, Operation};
use super::step::Step;
use super::world::{BEGINNING, CWD, HISTORY, HISTORY_RUN, NOTE, NOTE_SCHEMA, OURS, STEP};
use crate::calendar::spell;
use crate::sample::ANY_OBJECT;
use locks::Locks;

/// Everything that a Store must hold, as rows with the Store's column names.
pub(super) struct Model {
    runs: BTreeMap<String, Value>,
    events: BTreeMap<String, Vec<Value>>,
    locks: Locks,
}

/// Why a request is refused: the stable code.
type Refused = &'static str;

impl Model {
    /// Holds the history run and nothing else.
    pub(super) fn new() -> Self {
        let history = run_row(HISTORY_RUN, HISTORY, HISTORY, BEGINNING);
        let runs = BTreeMap::from([(HISTORY_RUN.to_owned(), history)]);
        Self { runs, events: BTreeMap::new(), locks: Locks::default() }
    }

    /// Returns the answer that a step must have had, and does what the step does.
    ///
    /// The identifier of a new run is taken from the given answer, if it may be one.
    pub(super) fn answer(&mut self, step: &Step) -> Value {
        let seconds = whole_seconds(step.now);
        let answered = match &step.operation {
            Operation::Start { key, intent } => {
                let id = step.answer["run"]["id"].as_str().unwrap_or_default();
                self.start(key, intent, id, step.now).map(|run| json!({ "run": run }))
            }
            Operation::Append(append) => {
                self.append(append, seconds).map(|event| json!({ "event": event }))
            }
            Operation::Close(close) => self.close(close, seconds).map(|run| json!({ "run": run })),
            Operation::Acquire { resource, holder, ttl } => self
                .locks
                .acquire(resource, holder, *ttl, seconds)
                .map(|lock| json!({ "lock": lock })),
            Operation::Assert(fence) => {
                self.locks.assert(fence, seconds).map(|lock| json!({ "lock": lock }))
            }
            Operation::Release(fence) => {
                self.locks.release(fence, seconds).map(|lock| json!({ "lock": lock }))
            }
        };
        answered.unwrap_or_else(|refused| json!({ "refused": refused }))
    }

    /// Adds the event that records a step.
    pub(super) fn record(&mut self, step: &Step) {
        let schema_hash = hash(ANY_OBJECT);
        let row = Row { run: HISTORY_RUN, key: &step.key(), kind: STEP, producer: OURS };
        self.push(&row, &schema_hash, &step.payload(), whole_seconds(step.now));
    }

    /// Returns the rows of all runs, by identifier.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Value> {
        self.runs.values()
    }

    /// Returns the rows of a run's events, by number.
    pub(super) fn events(&self, run: &str) -> &[Value] {
        self.events.get(run).map_or(&[], Vec::as_slice)
    }

    /// Returns name and digest of all versions of kinds, in the order of registration.
    pub(super) fn kinds() -> Vec<Value> {
        let kinds = [(STEP, ANY_OBJECT), (NOTE, NOTE_SCHEMA)];
        kinds.map(|(kind, schema)| json!({ "kind": [kind, hash(schema)] })).into()
    }

    /// Returns the rows of all locks, by resource.
    pub(super) fn locks(&self) -> impl Iterator<Item = Value> {
        self.locks.rows()
    }

    fn start(&mut self, key: &str, intent: &str, id: &str, now: u64) -> Result<Value, Refused> {
        require(&[key, intent])?;
        if let Some(earlier) = self.runs.values().find(|run| run["idempotency_key"] == key) {
            let same = earlier["intent"] == intent;
            return if same { Ok(earlier.clone()) } else { Err("ledger.start_conflict") };
        }
        let made = format!("run_{now:020}_");
        let may_be = |id: &str| {
            let random = id.strip_prefix(&made);
            random.is_some_and(|random| random.len() == 12 && random.bytes().all(is_hex))
                && !self.runs.contains_key(id)
        };
        let id = if may_be(id) { id.to_owned() } else { format!("{made}............") };
        let run = run_row(&id, key, intent, now);
        self.runs.insert(id, run.clone());
        Ok(run)
    }

    fn append(&mut self, append: &Append, now: i64) -> Result<Value, Refused> {
        let Append { run, key, kind, payload, producer, fence } = append;
        if let Some(fence) = fence {
            self.locks.assert(fence, now)?;
        }
        require(&[run, key, kind, producer])?;
        let payload_json = payload.to_string();
        let earlier = self.events(run).iter().find(|event| event["idempotency_key"] == *key);
        if let Some(earlier) = earlier {
            let same =
                earlier["payload_hash"] == hash(&payload_json) && earlier["schema_kind"] == *kind;
            return if same { Ok(earlier.clone()) } else { Err("ledger.event_conflict") };
        }
        match self.runs.get(run) {
            None => return Err("ledger.run_unknown"),
            Some(run) if !run["ended_at"].is_null() => return Err("ledger.run_closed"),
            Some(_) => {}
        }
        if kind != NOTE {
            return Err("kind.unknown");
        }
        if !payload["n"].is_i64() {
            return Err("kind.payload_invalid");
        }
        let row = Row { run, key, kind, producer };
        Ok(self.push(&row, &hash(NOTE_SCHEMA), &payload_json, now))
    }

    fn push(&mut self, row: &Row<'_>, schema_hash: &str, payload_json: &str, now: i64) -> Value {
        let Row { run, key, kind, producer } = row;
        let events = self.events.entry((*run).to_owned()).or_default();
        let event = json!({
            "run_id": run,
            "seq": events.len() + 1,
            "idempotency_key": key,
            "id": hash(&format!("{run}\0{key}")),
            "payload_hash": hash(payload_json),
            "schema_hash": schema_hash,
            "schema_kind": kind,
            "ts": spell(now),
            "payload_json": payload_json,
            "producer_id": producer,
        });
        events.push(event.clone());
        event
    }

    fn close(&mut self, close: &Close, now: i64) -> Result<Value, Refused> {
        let Close { run, key, outcome, note, producer, fence } = close;
        if let Some(fence) = fence {
            self.locks.assert(fence, now)?;
        }
        require(&[run, key, producer])?;
        let run = self.runs.get_mut(run).ok_or("ledger.run_unknown")?;
        let ends = json!({
            "outcome": outcome.as_str(),
            "outcome_note": note,
            "end_idempotency_key": key,
            "ended_by_producer_id": producer,
            "end_payload_hash": hash(&end_payload(outcome.as_str(), note.as_deref(), producer)),
        });
        let columns = ends.as_object().into_iter().flatten();
        if !run["ended_at"].is_null() {
            let same = columns.clone().all(|(name, value)| run[name] == *value);
            return if same { Ok(run.clone()) } else { Err("ledger.close_conflict") };
        }
        for (name, value) in columns {
            run[name] = value.clone();
        }
        run["ended_at"] = spell(now).into();
        Ok(run.clone())
    }
}

/// What tells an event apart, and who says it.
struct Row<'a> {
    run: &'a str,
    key: &'a str,
    kind: &'a str,
    producer: &'a str,
}

fn run_row(id: &str, key: &str, intent: &str, now: u64) -> Value {
    json!({
        "id": id,
        "idempotency_key": key,
        "producer_id": OURS,
        "source": OURS,
        "started_at": spell(whole_seconds(now)),
        "ended_at": null,
        "intent": intent,
        "cwd": CWD,
        "git_sha": null,
        "outcome": null,
        "outcome_note": null,
        "end_idempotency_key": null,
        "end_payload_hash": null,
        "ended_by_producer_id": null,
    })
}

/// Notes and producers of the simulation need no escapes.
fn end_payload(outcome: &str, note: Option<&str>, producer: &str) -> String {
    let note = note.map_or_else(|| "null".to_owned(), |note| format!("\"{note}\""));
    format!(r#"{{"outcome":"{outcome}","outcome_note":{note},"producer_id":"{producer}"}}"#)
}

fn require(texts: &[&str]) -> Result<(), Refused> {
    let is_blank = |text: &&str| text.trim().is_empty();
    if texts.iter().any(is_blank) { Err("ledger.field_required") } else { Ok(()) }
}

fn hash(text: &str) -> String {
    Digest::of(text).as_str().to_owned()
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn whole_seconds(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds / 1_000_000_000).unwrap_or(i64::MAX)
}
