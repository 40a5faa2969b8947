//! One piece of evidence, decision or event on a page: what it is, its identifier, and what it says.

use std::fmt::Write as _;

use motus_json::{Object, Value, compact};

use crate::command::run_page::brief;
use crate::text::printable;

/// How many members of a payload stand on a page.
const MOST_MEMBERS: usize = 32;
/// The widest column that the names of members make.
const WIDEST_NAME: usize = 24;
/// The members of a payload in which a decision looks for what was decided.
const DECIDED_IN: [&str; 3] = ["decision", "summary", "message"];

/// What is told of one recorded thing.
pub(super) struct Record<'o> {
    number: u64,
    title: String,
    kind: Option<&'o str>,
    id: &'o str,
    recorded_at: &'o str,
    producer: &'o str,
    payload: Vec<(String, String)>,
}

impl<'o> Record<'o> {
    /// Tells a piece of evidence.
    pub(super) fn evidence(number: u64, evidence: &'o Object) -> Self {
        Self::of(number, evidence, "evidence_type", ["evidence_id", "recorded_at"])
    }

    /// Tells a decision; what was decided is not told a second time.
    pub(super) fn decision(number: u64, decision: &'o Object) -> Self {
        let mut record = Self::of(number, decision, "decision", ["decision_id", "recorded_at"]);
        record.kind = Some(member(decision, "decision_type"));
        let repeats = |(name, value): &(String, String)| {
            DECIDED_IN.contains(&name.as_str()) && *value == record.title
        };
        if let Some(place) = record.payload.iter().position(repeats) {
            record.payload.remove(place);
        }
        record
    }

    /// Tells an event by its number in the run.
    pub(super) fn event(_: u64, event: &'o Object) -> Self {
        let seq = event.get("seq").and_then(Value::as_u64).unwrap_or_default();
        Self::of(seq, event, "schema_kind", ["event_id", "ts"])
    }

    fn of(number: u64, told: &'o Object, title: &str, [id, time]: [&str; 2]) -> Self {
        Self {
            number,
            title: told.get(title).map(spell).unwrap_or_default(),
            kind: None,
            id: member(told, id),
            recorded_at: member(told, time),
            producer: member(told, "producer_id"),
            payload: said(told.get("payload").and_then(Value::as_object)),
        }
    }

    /// Spells the record as a few lines.
    pub(super) fn page(&self) -> String {
        let mut page = format!("{:>4}  {}\n", self.number, brief(&self.title));
        let kind = self.kind.filter(|kind| !kind.is_empty());
        let kind = kind.map(|kind| format!("{}, ", brief(kind))).unwrap_or_default();
        let (time, producer) = (printable(self.recorded_at), brief(self.producer));
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(page, "      {kind}{time}, {producer}");
        let _ = writeln!(page, "      {}", printable(self.id));
        let names = self.payload.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or_default().min(WIDEST_NAME);
        for (name, value) in self.payload.iter().take(MOST_MEMBERS) {
            let _ = writeln!(page, "      {:width$}  {}", brief(name), brief(value));
        }
        let more = self.payload.len().saturating_sub(MOST_MEMBERS);
        if more > 0 {
            let _ = writeln!(page, "      … and {more} more");
        }
        page
    }
}

/// Returns the members of a payload that say something, as text.
fn said(payload: Option<&Object>) -> Vec<(String, String)> {
    let members = payload.into_iter().flatten().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.to_string_lossy().into_owned(), spell(value))).collect()
}

/// Spells a value: a text as it is, everything else as JSON in one line.
pub(super) fn spell(value: &Value) -> String {
    match value.as_text() {
        Some(text) => text.to_string_lossy().into_owned(),
        None if value.is_null() => String::new(),
        None => compact::write(value),
    }
}

fn member<'o>(told: &'o Object, name: &str) -> &'o str {
    told.get(name).and_then(Value::as_str).unwrap_or_default()
}
