//! Whether the events of an export are those of closed pieces of work.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Object, Text, Value};

use crate::portable::canon::METHOD;
use crate::portable::date::PointInTime;
use crate::portable::event::EventKind;
use crate::portable::shape::{Fault, Strictness, check};
use crate::portable::shapes::ENVELOPE;
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
        findings.extend(repeated_keys(&of_run));
        findings.extend(course(place, run, &of_run));
        findings.extend(exported_before(export, place, run));
        findings.extend(outside(run, &of_run));
    }
    // What is left belongs to no run, or to one that stands there twice.
    for (place, _) in events.into_values().flatten() {
        let path = format!("events.{place}.run_id");
        findings.push(Finding::new(FindingKind::RunDisagreement, path, "is none of runs"));
    }
    findings.extend(label(export));
    findings
}

/// What an export says of its form is that of which its digest is taken.
fn label(export: &Object) -> Option<Finding> {
    let label = export.get("canonicalization")?.as_str()?;
    (label != METHOD).then(|| {
        let message = format!("is '{label}', and the digest is over '{METHOD}'");
        Finding::new(FindingKind::SealLabel, "canonicalization", message)
    })
}

fn exported_before(export: &Object, place: usize, run: &Value) -> Option<Finding> {
    let closed = time(run, "closed_at")?;
    let exported = PointInTime::parse(export.get("exported_at")?.as_str()?)?;
    (closed > exported).then(|| {
        let path = format!("runs.{place}.closed_at");
        Finding::new(FindingKind::TimeOrder, path, "is later than exported_at")
    })
}

/// Returns the first event that happened before its run began, or after it was closed.
///
/// What writes to a Store truncates times to seconds or does not, so that of one second nobody can tell what
/// came first. And clocks are set, and who waits for a Store has read its clock before: it is no error.
fn outside(run: &Value, events: &[Placed<'_>]) -> Option<Finding> {
    let second = |of, name| time(of, name).map(PointInTime::second);
    let (started, closed) = (second(run, "started_at"), second(run, "closed_at"));
    events.iter().find_map(|(place, event)| {
        let occurred = second(event, "occurred_at")?;
        let is_late = closed.is_some_and(|closed| occurred > closed);
        let message = match started.is_some_and(|started| occurred < started) {
            true => "is earlier than started_at of its run",
            false if is_late => "is later than closed_at of its run",
            false => return None,
        };
        Some(Finding::new(FindingKind::EventTime, format!("events.{place}.occurred_at"), message))
    })
}

fn time<'v>(of: &'v Value, name: &str) -> Option<PointInTime<'v>> {
    PointInTime::parse(of.get(name)?.as_str()?)
}

fn run_id(value: &Value) -> Option<&Text> {
    value.get("run_id").and_then(Value::as_text)
}

fn kind_of(event: &Value) -> Option<EventKind> {
    let name = event.get("event_kind").and_then(Value::as_str)?;
    EventKind::ALL.into_iter().find(|kind| kind.name() == name)
}

fn kind(place: usize, event: &Value, hashes: &[(EventKind, Option<String>)]) -> Option<Finding> {
    let found = |path: String, message: String| {
        Some(Finding::new(FindingKind::EventKind, format!("events.{place}.{path}"), message))
    };
    let Some(kind) = kind_of(event) else {
        return found("event_kind".to_owned(), "is none of the portable kinds".to_owned());
    };
    let stated = event.get("schema_hash").and_then(Value::as_str);
    if !hashes.iter().any(|(of, hash)| *of == kind && hash.as_deref() == stated) {
        return found("schema_hash".to_owned(), format!("is not that of {}", kind.name()));
    }
    let payload = event.get("payload");
    for name in kind.required_payload() {
        let Some(value) = payload.and_then(|payload| payload.get(name)) else {
            return found("payload".to_owned(), format!("has no '{name}'"));
        };
        if let Some(fault) = member_fault(name, value) {
            let below = Some(fault.path).filter(|path| path != "<root>");
            let below = below.map(|path| format!(".{path}")).unwrap_or_default();
            return found(format!("payload.{name}{below}"), fault.message);
        }
    }
    None
}

/// What a payload has in common with an envelope has the shape that it has there.
fn member_fault(name: &str, value: &Value) -> Option<Fault> {
    let member = ENVELOPE.members.iter().find(|member| member.name == name)?;
    check(value, member.shape, Strictness::Untimed).into_iter().next()
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

fn repeated_keys(events: &[Placed<'_>]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let key = |event: &'_ Value| event.get("idempotency_key").and_then(Value::as_text).cloned();
    let repeated = events.iter().filter(|(_, event)| !seen.insert(key(event)));
    let finding = |(place, _): &Placed<'_>| {
        let path = format!("events.{place}.idempotency_key");
        Finding::new(FindingKind::DuplicateKey, path, "is that of another event of its run, too")
    };
    repeated.map(finding).collect()
}

/// One start at the beginning, one close at the end, and the run says the same of both.
fn course(place: usize, run: &Value, events: &[Placed<'_>]) -> Vec<Finding> {
    let count = |kind| events.iter().filter(|(_, event)| kind_of(event) == Some(kind)).count();
    let is_wrong = |message: &str| {
        vec![Finding::new(FindingKind::EventCourse, format!("runs.{place}"), message)]
    };
    let (first, last) = (events.first().map(|it| it.1), events.last().map(|it| it.1));
    if run.get("status").and_then(Value::as_str) != Some("closed") {
        let is_open = count(EventKind::Closed) == 0;
        return if is_open { Vec::new() } else { is_wrong("is open, and its events have a close") };
    }
    let is_whole = count(EventKind::Started) == 1
        && count(EventKind::Closed) == 1
        && first.and_then(kind_of) == Some(EventKind::Started)
        && last.and_then(kind_of) == Some(EventKind::Closed);
    if !is_whole {
        let message = "is closed, and its events do not have one start at the beginning, and one \
                       close at the end";
        return is_wrong(message);
    }
    let said = |event: Option<&Value>, path: &[&str]| {
        path.iter().try_fold(event?.clone(), |value, name| value.get(name).cloned())
    };
    let pairs = [
        ("started_at", "occurred_at of its first event", said(first, &["occurred_at"])),
        ("work_id", "work_id of its first event", said(first, &["payload", "work_id"])),
        (
            "outcome_status",
            "outcome.status of its last event",
            said(last, &["payload", "outcome", "status"]),
        ),
        (
            "closed_at",
            "outcome.closed_at of its last event",
            said(last, &["payload", "outcome", "closed_at"]),
        ),
        ("closed_at", "occurred_at of its last event", said(last, &["occurred_at"])),
    ];
    let mut findings: Vec<Finding> = Vec::new();
    for (name, other, said) in pairs {
        let path = format!("runs.{place}.{name}");
        let is_told = findings.iter().any(|finding| finding.path == path);
        if run.get(name) != said.as_ref() && !is_told {
            let message = format!("is not {other}");
            findings.push(Finding::new(FindingKind::RunDisagreement, path, message));
        }
    }
    findings
}
