//! `motus run show`: one run with its events.

use motus_app::runs::{self, Snapshot};
use motus_app::work::{self, Review};
use motus_json::{Object, Value};
use motus_ledger::Event;

use crate::arguments::{PageFormat, ShowArguments};
use crate::command::review::{
    Line, Piece, acceptance, heading_lines, markdown, outcome, outside_sections, scope,
    section_pages, sections, what, who, work_gist,
};
use crate::command::run_page::{event_line, heading, kind_width};
use crate::command::work::{next_line, run_of_lease};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::real::SystemClock;

pub(crate) fn run(arguments: &ShowArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.store.store.as_deref());
    let name = arguments.selector.run.as_str();
    if arguments.json {
        let show = |run: &str| runs::show(&place, run).map_err(Failure::from);
        output::json(document(&run_of_lease(&place, name, show)?))?;
        return Ok(motus_app::exit::OK);
    }
    let review = |run: &str| work::review_run(&place, run, &SystemClock).map_err(Failure::of_run);
    let review = run_of_lease(&place, name, review)?;
    match arguments.format {
        PageFormat::Text => output::data(&page(&review, environment))?,
        PageFormat::Markdown => output::data(&markdown(&review))?,
    }
    Ok(motus_app::exit::OK)
}

/// The published snapshot: the run's columns, then each event's.
fn document(shown: &Snapshot) -> Object {
    let events: Vec<Value> =
        shown.events.iter().map(|event| Value::Object(event.to_object())).collect();
    Object::from([("run", Value::Object(shown.run.to_object())), ("events", Value::from(events))])
}

fn page(review: &Review, environment: &Environment) -> String {
    let run = &review.standing.run;
    let mut lines = vec![
        Line::new("Run", [Piece::name(run.id.as_str())]),
        Line::new("Status", [Piece::own(run.status())]),
        Line::new("Intent", [Piece::said(&run.intent)]),
    ];
    lines.extend(who(review));
    lines.extend(scope(&review.events));
    lines.extend(outcome(review));
    lines.extend(what(&review.standing));
    lines.extend(acceptance(review));
    lines.extend(next_line(review, environment));
    let mut page = heading(&heading_lines(&lines));
    if review.standing.lease.is_some() {
        page.push_str(&section_pages(&sections(review)));
    }
    page.push_str(&section_pages(&outside_sections(&review.events)));
    page.push('\n');
    page.push_str(&event_lines(&review.events));
    page
}

fn event_lines(events: &[Event]) -> String {
    let width = kind_width(events.iter().map(|event| event.schema_kind.as_str()));
    let mut lines = String::new();
    for event in events {
        let gist = event.payload().map(|payload| work_gist(&event.schema_kind, &payload));
        let gist = gist.unwrap_or_else(|_| "unreadable payload".to_owned());
        let (time, kind) = (event.ts.as_str(), event.schema_kind.as_str());
        lines.push_str(&event_line(event.seq, time, kind, width, &gist));
    }
    lines
}
