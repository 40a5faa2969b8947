//! Whether the events of an export are those of closed pieces of work.

use std::collections::BTreeMap;

use motus_json::{Object, Text, Value};

use crate::portable::event::EventKind;
use crate::portable::verify::{Finding, FindingKind};

/// An event, and its place in the export.
type Placed<'v> = (usize, &'v Value);

/// Returns everything in an export that contradicts something else in it, or that nobody can read.
pub(super) fn findings(export: &Object) -> Vec<Finding> {
    let list = |name| export.get(name).and_then(Value::as_array).unwrap_or_default();
    let mut events: BTreeMap<Option<&Text>, Vec<Placed<'_>>> = BTreeMap::new();
    let mut findings = Vec::new();
    let hashes = EventKind::ALL.map(|kind| (kind, kind.schema_hash().ok()));
    for (place, event) in list("events").iter().enumerate() {
        findings.extend(kind(place, event, &hashes));
        events.entry(run_id(event)).or_default().push((place, event));
    }
    for (place, run) in list("runs").iter().enumerate() {
        let of_run = events.remove(&run_id(run)).unwrap_or_default();
        findings.extend(numbers(&of_run));
        if run.get("status").and_then(Value::as_str) == Some("closed") {
            findings.extend(course(place, run, &of_run));
        }
    }
    // What is left belongs to no run, or to one that stands there twice.
    for (place, _) in events.into_values().flatten() {
        let path = format!("events.{place}.run_id");
        findings.push(Finding::new(FindingKind::RunDisagreement, path, "is none of runs"));
    }
    findings
}

fn run_id(value: &Value) -> Option<&Text> {
    value.get("run_id").and_then(Value::as_text)
}

fn kind_of(event: &Value) -> Option<EventKind> {
    let name = event.get("event_kind").and_then(Value::as_str)?;
    EventKind::ALL.into_iter().find(|kind| kind.name() == name)
}

fn kind(place: usize, event: &Value, hashes: &[(EventKind, Option<String>)]) -> Option<Finding> {
    let Some(kind) = kind_of(event) else {
        let path = format!("events.{place}.event_kind");
        return Some(Finding::new(FindingKind::EventKind, path, "is none of the portable kinds"));
    };
    let stated = event.get("schema_hash").and_then(Value::as_str);
    let is_known = hashes.iter().any(|(of, hash)| *of == kind && hash.as_deref() == stated);
    let payload = event.get("payload");
    let missing = kind.required_payload().iter();
    let mut missing = missing.filter(|name| payload.and_then(|it| it.get(name)).is_none());
    let (path, message) = match (is_known, missing.next()) {
        (false, _) => ("schema_hash", format!("is not that of {}", kind.name())),
        (true, Some(name)) => ("payload", format!("has no '{name}'")),
        (true, None) => return None,
    };
    Some(Finding::new(FindingKind::EventKind, format!("events.{place}.{path}"), message))
}

/// The events of a run are numbered from 1, in the order in which they stand.
fn numbers(events: &[Placed<'_>]) -> Option<Finding> {
    let mut expected = 1_u64..;
    let wrong =
        |(_, event): &&Placed<'_>| event.get("seq").and_then(Value::as_u64) != expected.next();
    let (place, _) = events.iter().find(wrong)?;
    let path = format!("events.{place}.seq");
    Some(Finding::new(FindingKind::EventNumber, path, "does not follow the one before it"))
}

/// One start at the beginning, one close at the end, and the run says the same of both.
fn course(place: usize, run: &Value, events: &[Placed<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let count = |kind| events.iter().filter(|(_, event)| kind_of(event) == Some(kind)).count();
    let last = events.last().map(|(_, event)| *event);
    let is_whole = count(EventKind::Started) == 1
        && count(EventKind::Closed) == 1
        && last.and_then(kind_of) == Some(EventKind::Closed);
    if !is_whole {
        let message = "is closed, and its events do not have one start, and one close at the end";
        findings.push(Finding::new(FindingKind::EventCourse, format!("runs.{place}"), message));
        return findings;
    }
    let outcome = last.and_then(|event| event.get("payload")?.get("outcome"));
    for (name, of_event) in [("outcome_status", "status"), ("closed_at", "closed_at")] {
        let said = outcome.and_then(|outcome| outcome.get(of_event));
        if run.get(name) != said {
            let path = format!("runs.{place}.{name}");
            let message = format!("is not outcome.{of_event} of its last event");
            findings.push(Finding::new(FindingKind::RunDisagreement, path, message));
        }
    }
    findings
}
