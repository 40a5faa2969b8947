//! Files as `motus run export --all` writes them, made without a Store, whole or forged.

use motus_json::{Object, Value, canonical};
use motus_ledger::operation::CloseRequest;
use motus_ledger::{Closing, Digest, Event, Outcome, Run, RunId, Timestamp};
use motus_testkit::sample::closing;

const WHEN: &str = "2026-01-02T03:04:05Z";

/// The one kind of such a file.
pub(crate) const KIND: &str = "evidence.made";

/// Takes an object with a member `a`, a number, and whatever else.
pub(crate) const SCHEMA: &str =
    r#"{"properties":{"a":{"type":"integer"}},"required":["a"],"type":"object"}"#;

/// The parts of a file with one kind and one run, to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: Object,
    pub(crate) run: Object,
    pub(crate) events: Vec<Object>,
}

impl Draft {
    /// Drafts the closed run of this number.
    pub(crate) fn new(number: u64, events: u64) -> Self {
        let run = run(number);
        let events = (1..=events).map(|seq| event(&run.id, seq).to_object()).collect();
        Self { kind: kind(KIND, SCHEMA), run: run.to_object(), events }
    }

    /// Returns the line of the kind, without a newline.
    pub(crate) fn kind_line(&self) -> String {
        write(Object::from([("kind_version", Value::Object(self.kind.clone()))]))
    }

    /// Returns the line of the run, without a newline.
    pub(crate) fn run_line(&self) -> String {
        let events: Value = self.events.iter().cloned().collect();
        write(Object::from([("events", events), ("run", Value::Object(self.run.clone()))]))
    }

    /// Returns both lines.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}\n", self.kind_line(), self.run_line())
    }

    /// Gives the run another end, with the digest that belongs to it.
    pub(crate) fn end(&mut self, outcome: Outcome, note: Option<&str>) {
        let digest = Closing::digest(outcome, note, "p1");
        self.run.insert("outcome", outcome.as_str());
        self.run.insert("outcome_note", note);
        self.run.insert("end_payload_hash", digest.as_str());
    }

    /// Takes the end away.
    pub(crate) fn reopen(&mut self) {
        for column in [
            "ended_at",
            "outcome",
            "outcome_note",
            "end_idempotency_key",
            "end_payload_hash",
            "ended_by_producer_id",
        ] {
            self.run.insert(column, Value::Null);
        }
    }

    /// Gives an event another payload, with the digest that belongs to it.
    pub(crate) fn pay(&mut self, index: usize, payload: &str) {
        let event = &mut self.events[index];
        event.insert("payload_json", payload);
        event.insert("payload_hash", Digest::of(payload).as_str());
    }

    /// Gives an event another key, with the identifier that belongs to it.
    pub(crate) fn key(&mut self, index: usize, key: &str) {
        let run_id = RunId::from(self.run.get("id").and_then(Value::as_str).unwrap());
        let event = &mut self.events[index];
        event.insert("idempotency_key", key);
        event.insert("id", Event::derive_id(&run_id, key).as_str());
    }
}

/// Returns the columns of a version of a kind.
pub(crate) fn kind(name: &str, schema: &str) -> Object {
    Object::from([
        ("registered_at", WHEN),
        ("schema_hash", Digest::of(schema).as_str()),
        ("schema_json", schema),
        ("schema_kind", name),
    ])
}

/// Makes a file of many runs.
pub(crate) fn file_of(runs: u64, events: u64) -> String {
    let mut text = Draft::new(0, 0).kind_line();
    text.push('\n');
    for number in 1..=runs {
        text.push_str(&Draft::new(number, events).run_line());
        text.push('\n');
    }
    text
}

fn run(number: u64) -> Run {
    let id = RunId::from(format!("run_{number:020}_0123456789ab"));
    let CloseRequest { outcome, producer_id, idempotency_key, .. } = closing(&id);
    let when = Timestamp::parse(WHEN).unwrap();
    Run {
        id,
        idempotency_key: format!("k{number}"),
        producer_id: "p1".to_owned(),
        source: "made".to_owned(),
        started_at: when.clone(),
        intent: "é".to_owned(),
        cwd: "/w".to_owned(),
        git_sha: None,
        closing: Some(Closing {
            ended_at: when,
            outcome,
            outcome_note: None,
            idempotency_key,
            payload_hash: Closing::digest(outcome, None, &producer_id).as_str().to_owned(),
            producer_id,
        }),
    }
}

fn event(run_id: &RunId, seq: u64) -> Event {
    let (key, payload_json) = (format!("e{seq}"), format!("{{\"a\":{seq}}}"));
    Event {
        run_id: run_id.clone(),
        seq,
        id: Event::derive_id(run_id, &key).as_str().to_owned(),
        idempotency_key: key,
        payload_hash: Digest::of(&payload_json).as_str().to_owned(),
        schema_hash: Digest::of(SCHEMA).as_str().to_owned(),
        schema_kind: KIND.to_owned(),
        ts: Timestamp::parse(WHEN).unwrap(),
        payload_json,
        producer_id: "p1".to_owned(),
    }
}

fn write(document: Object) -> String {
    canonical::store::write(&Value::Object(document))
}
