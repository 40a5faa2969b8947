//! `motus run show`: one run with its events.

use std::fmt::Write as _;

use motus_app::runs::{self, Snapshot};
use motus_json::{Object, Value, canonical};
use motus_ledger::{Event, Run};

use crate::arguments::ShowArguments;
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
    let mut page = heading(&snapshot.run);
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

fn heading(run: &Run) -> String {
    let mut lines = vec![
        ("Run", run.id.to_string()),
        ("Status", run.status().to_owned()),
        ("Intent", run.intent.clone()),
        ("Source", format!("{} ({})", run.source, run.producer_id)),
        ("Directory", run.cwd.clone()),
        ("Commit", run.git_sha.clone().unwrap_or_else(|| "none".to_owned())),
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

/// Returns what an event says, in a few words; a kind that is not known speaks for itself.
fn gist(event: &Event) -> String {
    let Ok(payload) = event.payload() else { return "unreadable payload".to_owned() };
    let text = |name| payload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |name| payload.get(name).and_then(Value::as_i64).unwrap_or_default();
    match event.schema_kind.as_str() {
        "adapter.wrap.start" => text("command_display"),
        "adapter.wrap.output_summary" => format!(
            "{}: {} bytes, {} lines",
            text("stream"),
            number("byte_count"),
            number("line_count")
        ),
        "adapter.wrap.end" => {
            format!("exit code {} after {} ms", number("exit_code"), number("duration_ms"))
        }
        _ => canonical::store::write(&payload),
    }
}
