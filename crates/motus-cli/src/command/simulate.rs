//! `motus loop simulate`: a loop whose answers come from a document, event by event.

use std::path::Path;

use anstyle::AnsiColor;
use motus_app::bundle::{Written, printable, shortened};
use motus_app::exit;
use motus_app::loops::{self, LONGEST_SCENARIO, LoopTold, OutcomeStatus, Simulation};
use motus_json::{Object, Value};
use motus_ledger::wrap::shell_quote;

use super::moment;
use crate::arguments::SimulateArguments;
use crate::failure::Failure;
use crate::input;
use crate::output;
use crate::text::{counted, shown};

/// How many phases a person is told one by one.
const MOST_PHASES: usize = 60;

pub(crate) fn run(arguments: &SimulateArguments) -> Result<u8, Failure> {
    let (document, place) = input::plain(&arguments.scenario, LONGEST_SCENARIO)?;
    let simulation = loops::simulate(&document, arguments.out.as_deref())
        .map_err(|error| Failure::Simulation(place.clone(), error))?;
    if arguments.json {
        output::json(document_of(&simulation))?;
    } else {
        output::data(&page(&simulation, &place))?;
    }
    for unused in &simulation.unused {
        let (line, column, message) = (unused.line, unused.column, printable(&unused.message));
        output::talk(format!("warning: {}:{line}:{column}: {message}", shown(&place)));
    }
    Ok(if simulation.succeeded() { exit::OK } else { exit::FAILED })
}

fn page(simulation: &Simulation, place: &Path) -> String {
    let mut page =
        format!("Simulated: every answer is from {}, nothing was executed\n", shown(place));
    page.push_str(&timeline("Loop", &simulation.told));
    for child in &simulation.descendants {
        page.push_str(&timeline("Child", child));
    }
    page.push('\n');
    for child in &simulation.descendants {
        page.push_str(&named("Child", &format!("{}  {}", status(child), child.loop_id)));
    }
    let told = &simulation.told;
    let description = printable(&shortened(&told.outcome.description));
    page.push_str(&named("Outcome", &format!("{}: {description}", status(told))));
    if let Some(reason) = told.halted.as_ref().filter(|it| **it != told.outcome.description) {
        page.push_str(&named("Halted", &printable(&shortened(reason))));
    }
    page.push_str(&named("Phases", &phases(told)));
    page.push_str(&named("Lock level", told.lock_level.as_str()));
    page.push_str(&named("Digest", &told.proof_digest.to_string()));
    page.push_str(&kept(simulation));
    page
}

/// Tells one loop, event by event.
fn timeline(title: &str, told: &LoopTold) -> String {
    let text = format!("\n{}\n", output::bold(format!("{title} {}", told.loop_id)));
    let gap = (told.left_out > 0)
        .then(|| format!("  ({} not told: too many)\n", counted(told.left_out, "event")));
    text + &moment::lines(&told.moments, gap.as_deref())
}

/// Tells the phases, one after the other; of very many the first.
fn phases(told: &LoopTold) -> String {
    let names: Vec<&str> =
        told.phases.iter().take(MOST_PHASES).map(|phase| phase.as_str()).collect();
    let more = told.phases.len().saturating_sub(MOST_PHASES);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

fn named(name: &str, text: &str) -> String {
    format!("{name:<10}  {text}\n")
}

fn status(told: &LoopTold) -> String {
    let colour = match told.outcome.status {
        OutcomeStatus::Success => AnsiColor::Green,
        OutcomeStatus::Partial => AnsiColor::Yellow,
        OutcomeStatus::Failed => AnsiColor::Red,
    };
    output::coloured(told.outcome.status.as_str(), colour)
}

/// Tells where the bundles are, and what can be done with them.
fn kept(simulation: &Simulation) -> String {
    let Some(written) = &simulation.written else {
        return named("Bundle", "not kept; --out DIR keeps it");
    };
    let mut text = named("Bundle", &format!("{}  (verified)", shown(&written.directory)));
    if let Some(children) = &written.children {
        text.push_str(&named("Children", &shown(children)));
    }
    text + &named("Next", &next(written, simulation.under_default_policy))
}

/// Returns the command line that verifies what was written, as a shell reads it.
fn next(written: &Written, under_default_policy: bool) -> String {
    let path = |path: &Path| {
        let text = path.display().to_string();
        // What begins like an option would be taken for one.
        let text = if text.starts_with('-') { format!("./{text}") } else { text };
        printable(&shell_quote(&text))
    };
    let mut next = format!("motus bundle verify {}", path(&written.directory));
    if let Some(children) = &written.children {
        next.push_str(&format!(" --children {}", path(children)));
    }
    if !under_default_policy {
        next.push_str(" --policy FILE, with the policy of the scenario as JSON in FILE");
    }
    next
}

fn document_of(simulation: &Simulation) -> Object {
    let written = simulation.written.as_ref();
    let children = written.and_then(|written| written.children.as_deref());
    let place = |path: Option<&Path>| Value::from(path.map(|path| path.display().to_string()));
    let mut document = loop_object(&simulation.told);
    document.insert("simulated", true);
    document.insert("directory", place(written.map(|written| written.directory.as_path())));
    document.insert("children_directory", place(children));
    document.insert("default_policy", simulation.under_default_policy);
    let descendants: Vec<Value> =
        simulation.descendants.iter().map(|told| loop_object(told).into()).collect();
    document.insert("descendants", descendants);
    let unused = simulation.unused.iter().map(|unused| {
        Object::from([
            ("line", Value::from(unused.line)),
            ("column", unused.column.into()),
            ("message", unused.message.as_str().into()),
        ])
    });
    document.insert("unused", unused.collect::<Value>());
    document
}

fn loop_object(told: &LoopTold) -> Object {
    let outcome = Object::from([
        ("description", told.outcome.description.as_str()),
        ("status", told.outcome.status.as_str()),
    ]);
    Object::from([
        ("halted", Value::from(told.halted.as_deref())),
        ("left_out", told.left_out.into()),
        ("lock_level", told.lock_level.as_str().into()),
        ("loop_id", told.loop_id.to_string().into()),
        ("outcome", outcome.into()),
        ("parent_loop_id", told.parent_loop_id.map(|parent| parent.to_string()).into()),
        ("phases", told.phases.iter().map(|phase| Value::from(phase.as_str())).collect()),
        ("proof_digest", told.proof_digest.to_string().into()),
        ("timeline", told.moments.iter().map(moment::object).collect()),
    ])
}
