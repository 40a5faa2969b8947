//! `motus run show`: one run with its events.

use motus_app::runs::{self, Snapshot};
use motus_json::{Object, Value};
use motus_ledger::wrap::WrapEvent;
use motus_ledger::{Event, Run};

use crate::arguments::ShowArguments;
use crate::command::run_page::{brief, event_line, gist, heading};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::printable;

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
    let mut page = heading(&lines(&snapshot.run, is_modified(&snapshot.events)));
    page.push('\n');
    for event in &snapshot.events {
        let gist = event.payload().map(|payload| gist(&event.schema_kind, &payload));
        let gist = gist.unwrap_or_else(|_| "unreadable payload".to_owned());
        page.push_str(&event_line(event.seq, event.ts.as_str(), &event.schema_kind, &gist));
    }
    page
}

/// Tells whether the working tree had changes, when that was recorded.
fn is_modified(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| {
        match WrapEvent::read(&event.schema_kind, &event.payload().ok()?)? {
            WrapEvent::Start(start) => start.working_tree_dirty,
            _ => None,
        }
    })
}

fn lines(run: &Run, is_modified: Option<bool>) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Run", printable(run.id.as_str())),
        ("Status", run.status().to_owned()),
        ("Intent", brief(&run.intent)),
        ("Source", format!("{} ({})", brief(&run.source), brief(&run.producer_id))),
        ("Directory", printable(&run.cwd)),
        ("Commit", commit(run, is_modified)),
        ("Started", printable(run.started_at.as_str())),
    ];
    if let Some(closing) = &run.closing {
        lines.push(("Ended", printable(closing.ended_at.as_str())));
        lines.push(("Outcome", closing.outcome.to_string()));
        lines.push(("Note", brief(closing.outcome_note.as_deref().unwrap_or_default())));
    }
    lines
}

fn commit(run: &Run, is_modified: Option<bool>) -> String {
    let tree = match is_modified {
        Some(true) => " (modified)",
        Some(false) => " (clean)",
        None => "",
    };
    let commit = run.git_sha.as_deref().map(printable);
    commit.map_or_else(|| "none".to_owned(), |commit| format!("{commit}{tree}"))
}
