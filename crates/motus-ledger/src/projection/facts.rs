//! What one pass over a run's events keeps for its projections.

use motus_json::{Object, Value};

use crate::projection::ProjectionError;
use crate::{Event, Run};

/// A run with the parts of its events that projections speak of.
#[derive(Debug)]
pub struct RunFacts {
    pub(super) run: Run,
    pub(super) event_count: u64,
    pub(super) evidence: Vec<Value>,
    pub(super) decisions: Vec<Value>,
    pub(super) route_events: Vec<Value>,
    pub(super) first_claim: Option<Value>,
    pub(super) last_release: Option<Value>,
}

impl RunFacts {
    /// Starts with a run of which no event has been seen.
    pub(super) fn new(run: Run) -> Self {
        Self {
            run,
            event_count: 0,
            evidence: Vec::new(),
            decisions: Vec::new(),
            route_events: Vec::new(),
            first_claim: None,
            last_release: None,
        }
    }

    /// Takes in the next event of the run, in sequence order.
    pub(super) fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        self.event_count = self.event_count.saturating_add(1);
        let kind = event.schema_kind.as_str();
        if let Some(evidence_type) = kind.strip_prefix("evidence.") {
            self.evidence.push(evidence(event, evidence_type, payload(event)?));
        } else if let Some(decision_type) = kind.strip_prefix("decision.") {
            self.decisions.push(decision(event, decision_type, payload(event)?));
        } else if kind.starts_with("route.") {
            self.route_events.push(event_view(event, payload(event)?));
        } else if kind == "work.claim" && self.first_claim.is_none() {
            self.first_claim = Some(payload(event)?);
        } else if kind == "work.release" {
            self.last_release = Some(payload(event)?);
        }
        Ok(())
    }

    /// Returns the outcome: that of the last release event when it names one, else the run's.
    pub(super) fn outcome(&self) -> Value {
        let released = self.last_release.as_ref().and_then(|release| release.get("outcome"));
        match released.filter(|outcome| is_truthy(outcome)) {
            Some(outcome) => outcome.clone(),
            None => self.run.closing.as_ref().map(|closing| closing.outcome.as_str()).into(),
        }
    }

    /// Returns the named text of the first claim, or the run's identifier.
    pub(super) fn claimed(&self, field: &str) -> Value {
        let claimed = self.first_claim.as_ref().and_then(|claim| claim.get(field));
        match claimed.filter(|value| is_truthy(value)) {
            Some(value) => value.clone(),
            None => self.run.id.as_str().into(),
        }
    }
}

fn payload(event: &Event) -> Result<Value, ProjectionError> {
    event.payload().map_err(|source| ProjectionError::PayloadUnreadable { seq: event.seq, source })
}

fn evidence(event: &Event, evidence_type: &str, payload: Value) -> Value {
    Value::Object(Object::from([
        ("evidence_id", Value::from(event.id.as_str())),
        ("evidence_type", evidence_type.into()),
        ("recorded_at", event.ts.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("payload", payload),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
    ]))
}

fn decision(event: &Event, decision_type: &str, payload: Value) -> Value {
    let said = ["decision", "summary", "message"]
        .into_iter()
        .filter_map(|field| payload.get(field))
        .find(|value| is_truthy(value))
        .cloned()
        .unwrap_or_else(|| event.schema_kind.as_str().into());
    Value::Object(Object::from([
        ("decision_id", Value::from(event.id.as_str())),
        ("decision_type", decision_type.into()),
        ("decision", said),
        ("recorded_at", event.ts.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("payload", payload),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
    ]))
}

fn event_view(event: &Event, payload: Value) -> Value {
    Value::Object(Object::from([
        ("seq", Value::from(event.seq)),
        ("event_id", event.id.as_str().into()),
        ("schema_kind", event.schema_kind.as_str().into()),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("ts", event.ts.as_str().into()),
        ("payload", payload),
    ]))
}

/// Tells whether the published projection takes a value for said: empty, zero and null are not.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_i64() != Some(0) && number.as_f64() != Some(0.0),
        Value::String(text) => text.as_str() != Some(""),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}
