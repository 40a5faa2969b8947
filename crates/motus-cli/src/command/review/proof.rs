//! The lists of a piece of work: what shows it, what came out of it, what was decided.

use motus_app::work::Review;
use motus_json::{Value, compact};
use motus_ledger::Event;
use motus_ledger::work::{self, Origin};
use motus_ledger::wrap::WrapEvent;

use super::attached;
use super::page::{Item, Line, Piece, Section};
use crate::command::run_page::gist;

/// What the list is called that shows the work.
const PROOF: &str = "Proof";

/// Tells the lists that have something in them, and that nothing shows a claim that has no evidence.
pub(crate) fn sections(review: &Review) -> Vec<Section> {
    let mut sections = own_sections(review);
    if let Some(from) = &review.standing.origin {
        sections.push(origin(from).1);
    }
    sections.retain(|section| !section.items.is_empty() || section.title == PROOF);
    sections
}

/// Tells the lists of the work itself, without those of what it goes on from.
pub(crate) fn own_sections(review: &Review) -> Vec<Section> {
    let mut sections = vec![
        section(PROOF, &review.events, proof),
        section("Came out", &review.events, outcome),
        section("Decided", &review.events, decision),
    ];
    let is_claim = review.standing.lease.is_some();
    sections.retain(|section| !section.items.is_empty() || (is_claim && section.title == PROOF));
    sections
}

/// Tells what a claim goes on from: the run with how it was handed over, and its evidence.
pub(crate) fn origin(from: &Origin) -> (Vec<Line>, Section) {
    let hand_off = &from.hand_off;
    let lines = vec![
        Line::new("Continues", [Piece::name(from.run.id.as_str())]),
        Line::new("Work", [Piece::name(&from.work_id)]),
        Line::new("Intent", [Piece::said(&from.run.intent)]),
        Line::new("Outcome", [Piece::own(&from.outcome)]),
        Line::new("Receipt", [Piece::name(&from.receipt_id)]),
        Line::new("Handed to", [Piece::name(hand_off.receiver.to_string())]),
        Line::new("To do", [Piece::said(&hand_off.expected_action)]),
        Line::new("Because", [Piece::said(&hand_off.reason)]),
    ];
    let items = from.evidence.iter().map(|item| {
        let text = |name| item.get(name).and_then(Value::as_str).unwrap_or_default();
        let payload = item.get("payload").cloned().unwrap_or_default();
        evidence_item(
            &payload,
            text("evidence_type"),
            [text("evidence_id"), text("payload_hash"), text("recorded_at"), text("producer_id")],
        )
    });
    (lines, Section { title: "Handed over with it", items: items.collect() })
}

/// Returns what an event says, in a few words; those of the work loop have their own.
pub(crate) fn work_gist(kind: &str, payload: &Value) -> String {
    work::gist(kind, payload).unwrap_or_else(|| gist(kind, payload))
}

fn section(
    title: &'static str,
    events: &[Event],
    item: fn(&Event, &Value) -> Option<Item>,
) -> Section {
    let items = events.iter().filter_map(|event| {
        // What cannot be read shows nothing; the list of events tells of it.
        item(event, &event.payload().ok()?)
    });
    Section { title, items: items.collect() }
}

/// Tells one piece of evidence; what a wrapped command came to is evidence as well.
fn proof(event: &Event, payload: &Value) -> Option<Item> {
    let marks = [event.id.as_str(), &event.payload_hash, event.ts.as_str(), &event.producer_id];
    if let Some(evidence_type) = event.schema_kind.strip_prefix("evidence.") {
        return Some(evidence_item(payload, evidence_type, marks));
    }
    if matches!(WrapEvent::read(&event.schema_kind, payload)?, WrapEvent::Start(_)) {
        return None;
    }
    let head = vec![Piece::said(gist(&event.schema_kind, payload))];
    Some(Item { head, below: vec![marked(marks)] })
}

fn evidence_item(payload: &Value, evidence_type: &str, marks: [&str; 4]) -> Item {
    let said = |name| payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let evidence_type = said("evidence_type").unwrap_or(evidence_type);
    let mut head = vec![Piece::said(evidence_type)];
    if let Some(results) = payload.get("test_results").and_then(Value::as_object) {
        for (position, name) in ["passed", "failed", "skipped"].into_iter().enumerate() {
            let count = results.get(name).map_or_else(|| "?".to_owned(), compact::write);
            let before = if position == 0 { ": " } else { ", " };
            head.extend([Piece::own(before), Piece::said(count), Piece::own(format!(" {name}"))]);
        }
    } else if let Some(summary) = said("summary") {
        // The type stands before it already.
        let own = summary.strip_prefix(evidence_type).and_then(|rest| rest.strip_prefix(": "));
        let summary = own.unwrap_or(summary);
        // Where there is a text of a difference or a log, the summary may repeat it.
        let is_kept = said("diff_summary").or(said("log_excerpt")).is_some();
        let summary = if is_kept { Piece::kept(summary) } else { Piece::said(summary) };
        head.extend([Piece::own(": "), summary]);
    }
    let mut below = vec![marked(marks)];
    below.extend(attached::below(payload));
    for (name, called) in [("diff_summary", "changed: "), ("log_excerpt", "log: ")] {
        let text = said(name).filter(|text| Some(*text) != said("summary"));
        below.extend(text.map(|text| vec![Piece::own(called), Piece::kept(text)]));
    }
    Item { head, below }
}

/// Tells by which marks something is found again, and who recorded it when.
fn marked([id, payload_hash, recorded_at, producer_id]: [&str; 4]) -> Vec<Piece> {
    vec![
        Piece::name(id),
        Piece::own(", payload "),
        Piece::name(payload_hash),
        Piece::own(", "),
        Piece::name(recorded_at),
        Piece::own(", "),
        Piece::producer(producer_id),
    ]
}

fn outcome(event: &Event, payload: &Value) -> Option<Item> {
    let outcome_type = event.schema_kind.strip_prefix("outcome.")?;
    let said = |name| payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut head = vec![Piece::said(said("outcome_type").unwrap_or(outcome_type))];
    if let Some(path) = said("path") {
        head.extend([Piece::own(" at "), Piece::said(path)]);
    }
    if let Some(description) = said("description") {
        head.extend([Piece::own(": "), Piece::said(description)]);
    }
    Some(Item { head, below: vec![vec![Piece::name(&event.id)]] })
}

fn decision(event: &Event, payload: &Value) -> Option<Item> {
    event.schema_kind.strip_prefix("decision.")?;
    let said = |name| payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let decided = ["decision", "summary", "message"].into_iter().find_map(said);
    let mut head = vec![Piece::said(decided.unwrap_or(&event.schema_kind))];
    if let Some(run) = said("accepted_run") {
        head.extend([Piece::own(": "), Piece::name(run)]);
    }
    let mut below = Vec::new();
    if let Some(rationale) = said("rationale") {
        below.push(vec![Piece::own("because "), Piece::said(rationale)]);
    }
    let alternatives = payload.get("alternatives_considered").and_then(Value::as_array);
    for alternative in alternatives.into_iter().flatten().filter_map(Value::as_str) {
        below.push(vec![Piece::own("instead of "), Piece::said(alternative)]);
    }
    below.push(vec![Piece::name(&event.id)]);
    Some(Item { head, below })
}
