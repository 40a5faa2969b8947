//! `motus run show`: one run with its events.

use std::fmt::Write as _;

use motus_app::runs::{self, Snapshot};
use motus_json::{Object, Value, canonical};
use motus_ledger::wrap::{EndFacts, OutputFacts, WrapEvent};
use motus_ledger::{Event, Run};

use crate::arguments::ShowArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, printable};

pub(crate) fn run(arguments: &ShowArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let snapshot = runs::show(&place, &arguments.selector.run)?;
    if arguments.json {
        output::json(document(&snapshot))?;
    } else {
        output::data(&page(&snapshot))?;
    }
    Ok(motus_app::exit::OK)
}

/// The published snapshot: the run's columns, then each event's.
fn document(snapshot: &Snapshot) -> Object {
    let events: Vec<Value> =
        snapshot.events.iter().map(|event| Value::Object(event.to_object())).collect();
    Object::from([
        ("run", Value::Object(snapshot.run.to_object())),
        ("events", Value::from(events)),
    ])
}

fn page(snapshot: &Snapshot) -> String {
    let mut page = heading(&snapshot.run, is_modified(&snapshot.events));
    page.push('\n');
    for event in &snapshot.events {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            page,
            "{:>4}  {}  {:28}  {}",
            event.seq,
            event.ts,
            printable(&event.schema_kind),
            printable(&gist(event))
        );
    }
    page
}

/// Tells whether the working tree had changes, when that was recorded.
fn is_modified(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| match read(event)? {
        WrapEvent::Start(start) => start.working_tree_dirty,
        _ => None,
    })
}

fn heading(run: &Run, is_modified: Option<bool>) -> String {
    let mut lines = vec![
        ("Run", run.id.to_string()),
        ("Status", run.status().to_owned()),
        ("Intent", run.intent.clone()),
        ("Source", format!("{} ({})", run.source, run.producer_id)),
        ("Directory", run.cwd.clone()),
        ("Commit", commit(run, is_modified)),
        ("Started", run.started_at.to_string()),
    ];
    if let Some(closing) = &run.closing {
        lines.push(("Ended", closing.ended_at.to_string()));
        lines.push(("Outcome", closing.outcome.to_string()));
        lines.push(("Note", closing.outcome_note.clone().unwrap_or_default()));
    }
    let mut heading = String::new();
    for (name, value) in lines {
        let _ =
            writeln!(heading, "{:10}  {}", output::bold(format!("{name:10}")), printable(&value));
    }
    heading
}

fn commit(run: &Run, is_modified: Option<bool>) -> String {
    let tree = match is_modified {
        Some(true) => " (modified)",
        Some(false) => " (clean)",
        None => "",
    };
    run.git_sha.as_ref().map_or_else(|| "none".to_owned(), |commit| format!("{commit}{tree}"))
}

fn read(event: &Event) -> Option<WrapEvent> {
    WrapEvent::read(&event.schema_kind, &event.payload().ok()?)
}

/// Returns what an event says, in a few words; a kind that is not known speaks for itself.
fn gist(event: &Event) -> String {
    let Ok(payload) = event.payload() else { return "unreadable payload".to_owned() };
    let words = WrapEvent::read(&event.schema_kind, &payload).and_then(|event| match event {
        WrapEvent::Start(start) => start.command,
        WrapEvent::Output(output) => output_gist(&output),
        WrapEvent::End(end) => end_gist(&end),
    });
    words.unwrap_or_else(|| canonical::store::write(&payload))
}

fn output_gist(output: &OutputFacts) -> Option<String> {
    let (bytes, lines) = (counted(output.bytes?, "byte"), counted(output.lines?, "line"));
    let truncated = if output.truncated == Some(true) { ", truncated" } else { "" };
    Some(format!("{}: {bytes}, {lines}{truncated}", output.stream?.as_str()))
}

fn end_gist(end: &EndFacts) -> Option<String> {
    let timeout = (end.timed_out == Some(true)).then_some("timeout");
    let interruption = end.interruption.as_deref().or(timeout);
    let cut_short = interruption.map(|cause| format!(" ({cause})")).unwrap_or_default();
    let (code, milliseconds) = (end.exit_code?, end.duration_milliseconds?);
    Some(format!("exit code {code} after {milliseconds} ms{cut_short}"))
}
