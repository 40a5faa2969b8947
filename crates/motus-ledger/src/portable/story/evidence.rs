//! Evidence by reference: what it is, its digest, and no more of its content than may travel.

use motus_json::{Object, Value};

use crate::portable::blank::is_blank;
use crate::portable::canon::{METHOD, digest, digest_object};
use crate::portable::privacy::scrub;
use crate::portable::story::heard::{said, was_redacted};
use crate::portable::work::{Happening, Moment, Step};
use crate::scope::{DeclaredFacts, ObservedFacts, ScopeEvent, Totals};
use crate::{Digest, Event};

/// How a payload is hashed that has no bytes in the portable form.
const STORE_METHOD: &str = "motus.store.canonical.v1";

/// Evidence as it may travel.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) step: Step,
    /// Whether something of it was left out.
    pub(super) is_redacted: bool,
}

/// Tells of what a command wrote: how much, never what.
pub(super) fn of_output(event: &Event, payload: &Value) -> Told {
    let summary = payload.get("summary").and_then(said).map(|text| scrub(&text).text);
    let redaction = redaction("redacted", "output is not recorded");
    told(event, payload, "output_metadata".to_owned(), summary, redaction)
}

/// Tells of what a command was allowed, or was seen to do: the level and numbers, no path, program or host.
pub(super) fn of_scope(event: &Event, payload: &Value) -> Told {
    let (kind, summary) = match ScopeEvent::read(&event.schema_kind, payload) {
        Some(ScopeEvent::Declared(facts)) => ("scope_declared", declared(&facts)),
        Some(ScopeEvent::Observed(facts)) => ("scope_observed", observed(&facts)),
        None => ("scope", "its record cannot be read".to_owned()),
    };
    let redaction = redaction("redacted", "paths, programs and hosts are counted, not named");
    told(event, payload, kind.to_owned(), Some(summary), redaction)
}

fn declared(facts: &DeclaredFacts) -> String {
    let DeclaredFacts { scope, total, .. } = facts;
    // Texts that another hand may have written.
    let (level, mode) = (scrub(&scope.level).text, scrub(&scope.mode).text);
    format!("level {level}, mode {mode}: {total} effects declared")
}

/// The verdict of whoever held the command: what it let go on, and what it stopped.
fn observed(facts: &ObservedFacts) -> String {
    let (level, totals) = (scrub(&facts.observed.level).text, &facts.totals);
    let Totals { seen, outside, denied, unobserved, .. } = totals;
    let record = &facts.observed;
    let went_on = record.calls_that_went_on().next().is_some();
    let lists_all_calls = record.is_enforced() || record.calls.len() as u64 == facts.totals.calls;
    let is_all_known = lists_all_calls && !record.went_on_unknown();
    let verdict = match (outside, unobserved) {
        (0, _) if went_on => "outside of what was declared",
        (0, 0) if is_all_known => "within what was declared",
        (0, _) => "not all was seen",
        _ => "outside of what was declared",
    };
    format!(
        "level {level}: {verdict}; {seen} effects declared and observed, {outside} undeclared, {denied} denied, \
         {unobserved} changes seen by nobody"
    )
}

/// Tells of an event that brings evidence.
pub(super) fn of_event(event: &Event, payload: &Value) -> Told {
    let kind = payload.get("evidence_type").and_then(said).unwrap_or_else(|| suffix(event));
    let scrubbed_kind = scrub(&kind);
    let kind = scrubbed_kind.text;
    let holds_text = ["log_excerpt", "diff_summary"]
        .into_iter()
        .any(|name| payload.get(name).is_some_and(|value| !value.is_null()));
    if holds_text {
        // The published release copies the text into the summary. What the kind says may look like a
        // credential only together with what follows it.
        let summary = Some(scrub(&format!("{kind}: text withheld")).text);
        return told(event, payload, kind, summary, redaction("withheld", "log or diff text"));
    }
    let summary = payload.get("summary").and_then(said).map(|text| scrub(&text));
    let is_changed = summary.as_ref().is_some_and(|summary| summary.changed)
        || scrubbed_kind.changed
        || was_redacted(payload);
    let redaction = if is_changed {
        redaction("redacted", "credential or absolute path")
    } else {
        Object::from([("status", "none")])
    };
    told(event, payload, kind, summary.map(|summary| summary.text), redaction)
}

fn redaction(status: &str, reason: &str) -> Object {
    Object::from([("status", status), ("reason", reason)])
}

fn told(
    event: &Event,
    payload: &Value,
    kind: String,
    summary: Option<String>,
    redaction: Object,
) -> Told {
    let is_redacted = redaction.get("status").and_then(Value::as_str) != Some("none");
    let mut reference = Object::from([
        ("evidence_id", Value::from(event.id.as_str())),
        ("kind", kind.into()),
        ("digest", digest_of(event, payload).into()),
        ("redaction", redaction.into()),
    ]);
    if let Some(summary) = summary {
        reference.insert("summary", summary);
    }
    let moment = Moment { at: event.ts.to_string(), key: event.id.clone() };
    Told { step: Step { moment, what: Happening::Evidence(vec![reference.into()]) }, is_redacted }
}

/// A payload with half a character in it is named by the digest that the Store has for it.
fn digest_of(event: &Event, payload: &Value) -> Object {
    match digest(payload) {
        Ok(digest) => digest_object(&digest, METHOD),
        Err(_) => digest_object(&Digest::of(&event.payload_json), STORE_METHOD),
    }
}

fn suffix(event: &Event) -> String {
    let kind = event.schema_kind.strip_prefix("evidence.").unwrap_or_default();
    if is_blank(kind) { "other".to_owned() } else { kind.to_owned() }
}
