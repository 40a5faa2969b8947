//! `motus run show`: one run with its events.

use motus_app::runs::{self, Snapshot};
use motus_app::work::{self, Review};
use motus_json::{Object, Value};
use motus_ledger::wrap::WrapEvent;
use motus_ledger::{Event, Run};

use crate::arguments::{PageFormat, ShowArguments};
use crate::command::review::{
    acceptance, heading_lines, markdown, next, section_pages, sections, what, work_gist,
};
use crate::command::run_page::{brief, event_line, heading};
use crate::command::work::command_line;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;
use crate::text::printable;

pub(crate) fn run(arguments: &ShowArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    if arguments.json {
        output::json(document(&runs::show(&place, &arguments.selector.run)?))?;
        return Ok(motus_app::exit::OK);
    }
    let review = work::review_run(&place, &arguments.selector.run, &SystemClock);
    let review = review.map_err(Failure::of_run)?;
    match arguments.format {
        PageFormat::Text => output::data(&page(&review, environment))?,
        PageFormat::Markdown => output::data(&markdown(&review))?,
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

fn page(review: &Review, environment: &Environment) -> String {
    let mut lines = lines(review);
    lines.extend(heading_lines(&what(&review.standing)));
    lines.extend(heading_lines(&acceptance(review)));
    lines.extend(next(review).map(|words| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        ("Next", printable(&command_line(&words, environment)))
    }));
    let mut page = heading(&lines);
    if review.standing.lease.is_some() {
        page.push_str(&section_pages(&sections(review)));
    }
    page.push('\n');
    for event in &review.events {
        let gist = event.payload().map(|payload| work_gist(&event.schema_kind, &payload));
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

fn lines(review: &Review) -> Vec<(&'static str, String)> {
    let run = &review.standing.run;
    let mut lines = vec![
        ("Run", printable(run.id.as_str())),
        ("Status", run.status().to_owned()),
        ("Intent", brief(&run.intent)),
        ("Source", format!("{} ({})", brief(&run.source), brief(&run.producer_id))),
        ("Directory", printable(&run.cwd)),
        ("Commit", commit(run, is_modified(&review.events))),
        ("Started", printable(run.started_at.as_str())),
    ];
    if let Some(closing) = &run.closing {
        lines.push(("Ended", printable(closing.ended_at.as_str())));
        let outcome = review.outcome().unwrap_or(closing.outcome.as_str());
        lines.push(("Outcome", printable(outcome)));
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
