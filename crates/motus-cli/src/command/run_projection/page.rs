//! The pages of projections, for one who reviews a run.

use motus_json::{Object, Value};
use motus_ledger::Run;

use super::record::{Record, spell};
use crate::command::run_page::{brief, event_line, gist, heading, kind_width};
use crate::output;
use crate::text::printable;

/// The kinds that have sections of their own on the page of a packet.
const TOLD_ABOVE: [&str; 3] = ["evidence.", "decision.", "route."];

/// Spells which run a list is of.
pub(super) fn run_heading(run: &Run) -> String {
    heading(&[
        ("Run", printable(run.id.as_str())),
        ("Intent", brief(&run.intent)),
        ("Status", run.status().to_owned()),
    ])
}

pub(super) fn evidence(told: &Object) -> String {
    section("Evidence", "evidence", items(told, "evidence"), Record::evidence)
}

pub(super) fn decisions(told: &Object) -> String {
    section("Decisions", "decisions", items(told, "decisions"), Record::decision)
}

pub(super) fn route(summary: &Object) -> String {
    let mut lines = vec![("Run", id(summary, "run_id")), ("Status", text(summary, "status"))];
    lines.extend(said(summary, "Outcome", "outcome"));
    heading(&lines) + &route_events(summary)
}

pub(super) fn handoff(handoff: &Object) -> String {
    let child = match handoff.get("child_run_id").and_then(Value::as_str) {
        Some(child) => printable(child),
        None => "not named; name it with --child".to_owned(),
    };
    let lines = [("Parent", id(handoff, "parent_run_id")), ("Child", child)];
    let events = items(handoff, "handoff_events");
    heading(&lines) + &section("Handoff", "handoff events", events, Record::event)
}

pub(super) fn packet(packet: &Object) -> String {
    let mut page = heading(&packet_lines(packet));
    page.push_str(&evidence(packet));
    page.push_str(&decisions(packet));
    let route = packet.get("route_summary").and_then(Value::as_object);
    page.push_str(&route.map(route_events).unwrap_or_default());
    page.push_str(&events(items(packet, "events")));
    page
}

fn packet_lines(packet: &Object) -> Vec<(&'static str, String)> {
    let source = format!("{} ({})", text(packet, "source"), text(packet, "producer_id"));
    let mut lines = vec![
        ("Work", id(packet, "work_id")),
        ("Lease", id(packet, "lease_id")),
        ("Run", id(packet, "run_id")),
        ("Intent", text(packet, "intent")),
        ("Source", source),
        ("Directory", id(packet, "cwd")),
        ("Commit", id(packet, "git_sha")),
        ("Status", text(packet, "status")),
        ("Started", text(packet, "started_at")),
    ];
    lines.extend(said(packet, "Ended", "ended_at"));
    lines.extend(said(packet, "Outcome", "outcome"));
    lines.extend(said(packet, "Note", "outcome_note"));
    lines.push(("Receipt", id(packet, "receipt_id")));
    lines
}

/// Spells a line that is left out where there is nothing to say, as before the end of a run.
fn said(told: &Object, name: &'static str, member: &str) -> Option<(&'static str, String)> {
    Some((name, text(told, member))).filter(|(_, text)| !text.is_empty())
}

fn route_events(summary: &Object) -> String {
    section("Route", "route events", items(summary, "route_events"), Record::event)
}

/// Spells a title with the number of items, and each item; or that there is none.
fn section<'o>(
    title: &str,
    noun: &str,
    items: &'o [Value],
    record: impl Fn(u64, &'o Object) -> Record<'o>,
) -> String {
    if items.is_empty() {
        return format!("\nThis run holds no {noun}.\n");
    }
    let mut section = format!("\n{}\n", output::bold(format!("{title} ({})", items.len())));
    for (number, item) in (1..).zip(items.iter().filter_map(Value::as_object)) {
        section.push('\n');
        section.push_str(&record(number, item).page());
    }
    section
}

fn kind_of(event: &Object) -> &str {
    event.get("schema_kind").and_then(Value::as_str).unwrap_or_default()
}

/// Spells a line for each event; what stands above in a section of its own is not told again.
fn events(events: &[Value]) -> String {
    if events.is_empty() {
        return "\nThis run holds no events.\n".to_owned();
    }
    let mut lines = format!("\n{}\n\n", output::bold(format!("Events ({})", events.len())));
    let told = || events.iter().filter_map(Value::as_object);
    let width = kind_width(told().map(kind_of));
    for event in told() {
        let raw = |name| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = kind_of(event);
        let seq = event.get("seq").and_then(Value::as_u64).unwrap_or_default();
        let is_told = TOLD_ABOVE.iter().any(|prefix| kind.starts_with(prefix));
        let payload = event.get("payload").filter(|_| !is_told);
        let gist = payload.map_or_else(|| "(above)".to_owned(), |payload| gist(kind, payload));
        lines.push_str(&event_line(seq, raw("ts"), kind, width, &gist));
    }
    lines
}

fn items<'o>(told: &'o Object, name: &str) -> &'o [Value] {
    told.get(name).and_then(Value::as_array).unwrap_or_default()
}

/// Spells a text that may be of any length.
fn text(told: &Object, name: &str) -> String {
    brief(&told.get(name).map(spell).unwrap_or_default())
}

/// Spells an identifier or a path whole.
fn id(told: &Object, name: &str) -> String {
    match told.get(name) {
        None | Some(Value::Null) => "none".to_owned(),
        Some(value) => printable(&spell(value)),
    }
}
