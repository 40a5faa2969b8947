//! Results for people: tables where there are rows, else a line for each member.
//!
//! What is told is what the JSON holds. Everything that came from files is escaped, so that a terminal
//! shows it instead of obeying it, and what an agent may name stands indented, so that it looks like
//! nothing that the tool says.

mod boot;
mod entry;
mod outline;
mod pulse;
mod table;

use motus_json::{Object, Value, printable};

use crate::command::{Answer, View};
use table::Table;

/// Returns an answer as text; every line ends with a newline.
pub(crate) fn render(answer: &Answer) -> String {
    let result = &answer.result;
    match answer.view {
        View::Members => members(result),
        View::Outline => outline::members(result),
        View::Entry => entry::render(result),
        View::Renamed => entry::renamed(result),
        View::Accepted => accepted(result),
        View::Entries => rows(result, "entries", "no entries", &["key", "zone", "path"]),
        View::Freshness => {
            rows(result, "rows", "no entries", &["key", "status", "age_seconds", "next_due_at"])
        }
        View::Audit => rows(result, "rows", "no rows", &AUDIT_COLUMNS),
        View::Doctor => doctor(result),
        View::Rules => rules(result),
        View::Pulse => pulse::render(result),
        View::Boot => boot::render(result),
    }
}

/// What is shown of a row of the log.
const AUDIT_COLUMNS: [&str; 5] = ["seq", "ts", "role", "verb", "key"];

/// One line for each member but the protocol.
fn members(result: &Object) -> String {
    let mut text = String::new();
    for (name, value) in told(result) {
        push_member(&mut text, &name, value);
    }
    text
}

/// The members of a result but for the protocol.
fn told(result: &Object) -> impl Iterator<Item = (String, &Value)> {
    let named = result.iter().map(|(name, value)| (name.to_string_lossy().into_owned(), value));
    named.filter(|(name, _)| name != "protocol")
}

/// What became of a proposal, and where that can be read.
fn accepted(result: &Object) -> String {
    let mut text = members(result);
    let is_there = result.get("etag").is_some_and(|etag| !etag.is_null());
    if let Some(target) = result.get("target_key").filter(|_| is_there) {
        text.push_str(&format!("read it with: textus get {}\n", cell(Some(target))));
    }
    text
}

fn rows(result: &Object, name: &str, empty: &'static str, columns: &[&str]) -> String {
    let mut table = Table::new(empty, columns);
    for row in array(result, name) {
        table.push(columns.iter().map(|column| cell(row.get(column))).collect());
    }
    let mut text = table.render();
    // Whatever else is told must not be lost.
    if let Some(more) = result.get("more") {
        push_member(&mut text, "more", more);
    }
    text
}

fn array<'o>(result: &'o Object, name: &str) -> &'o [Value] {
    result.get(name).and_then(Value::as_array).unwrap_or_default()
}

fn doctor(result: &Object) -> String {
    let columns = ["level", "code", "subject", "message"];
    let count = |level: &str| {
        let summary = result.get("summary").and_then(|summary| summary.get(level));
        summary.and_then(Value::as_u64).unwrap_or_default()
    };
    let mut table = Table::new("no issues", &columns);
    for issue in array(result, "issues") {
        table.push(columns.iter().map(|column| cell(issue.get(column))).collect());
        if let Some(fix) = issue.get("fix") {
            table.note(format!("fix: {}", cell(Some(fix))));
        }
    }
    let (errors, warnings, infos) = (count("error"), count("warning"), count("info"));
    format!("{}\nerrors: {errors}, warnings: {warnings}, infos: {infos}\n", table.render())
}

/// Each rule under what it matches.
fn rules(result: &Object) -> String {
    let rules = array(result, "policies");
    if rules.is_empty() {
        return "no rules\n".to_owned();
    }
    let mut text = String::new();
    for rule in rules {
        text.push_str(&format!("{}\n", cell(rule.get("match"))));
        let slots = rule.as_object().into_iter().flatten();
        for (name, value) in slots.filter(|(name, _)| name.as_str() != Some("match")) {
            outline::push(&mut text, 1, &name.to_string_lossy(), value);
        }
    }
    text
}

fn push_member(text: &mut String, name: &str, value: &Value) {
    text.push_str(&format!("{}: {}\n", printable(name), cell(Some(value))));
}

/// A value in one line: a string as it is, anything else as JSON, nothing as `-`.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => printable(&text.to_string_lossy()),
        Some(other) => printable(&textus_core::envelope::compact(other)),
    }
}

/// Several texts in one line.
fn joined(value: Option<&Value>) -> String {
    let texts = value.and_then(Value::as_array).unwrap_or_default();
    if texts.is_empty() {
        return "-".to_owned();
    }
    texts.iter().map(|text| cell(Some(text))).collect::<Vec<_>>().join(", ")
}
