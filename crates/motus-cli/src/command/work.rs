//! `motus work`: the work loop.
//!
//! As JSON every command prints the published document, members in the published order and our own behind
//! them; a refusal of the loop is such a document too, on stdout, and the exit code tells it. As text a
//! refusal is an error like any other.

mod accept;
mod attached;
mod claim;
mod cleanup;
mod context;
mod document;
mod list;
mod receipt;
mod record;
mod release;
mod status;

pub(crate) use accept::accept;
pub(crate) use claim::claim;
pub(crate) use cleanup::cleanup;
pub(crate) use context::context;
pub(crate) use list::list;
pub(crate) use receipt::receipt;
pub(crate) use record::{decision, evidence, outcome};
pub(crate) use release::release;
pub(crate) use status::status;

use std::path::Path;

use motus_app::StorePlace;
use motus_app::exit;
use motus_app::work::{self, Changed, Review, WorkFailure, WorkStore};
use motus_json::Object;
use motus_ledger::work::WorkError;
use motus_ledger::wrap::shell_quote;

use crate::arguments::{CommonArguments, WritingArguments};
use crate::command::review::{Line, next};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::text::printable;
use crate::{notice, output};

/// The agent when nobody is named.
const DEFAULT_AGENT: &str = "default";

/// What the contract says of a lease that is not found.
const NOT_FOUND: &str = "Lease not found.";

/// Returns where to record; refuses to record nothing and say otherwise.
fn store(arguments: &CommonArguments, environment: &Environment) -> Result<WorkStore, Failure> {
    if environment.work_store_is_off {
        return Err(Failure::WorkStoreOff);
    }
    Ok(WorkStore {
        place: environment.store(arguments.store.store.as_deref()),
        private: environment.private,
        directory: environment.directory.clone(),
    })
}

/// Returns the agent that is named, here or by the environment.
fn agent(named: Option<&str>, environment: &Environment) -> Option<String> {
    let named = named.filter(|name| !name.trim().is_empty()).map(str::to_owned);
    named.or_else(|| environment.agent.clone())
}

fn writer(arguments: &WritingArguments, environment: &Environment) -> Option<String> {
    agent(arguments.agent.as_deref(), environment)
}

/// Tells what happened to the Store's files, whatever came of the step.
fn told<T>(changed: Result<Changed<T>, WorkFailure>) -> Result<T, WorkFailure> {
    let changed = changed?;
    notice::report(&changed.notices);
    changed.done
}

/// Tells a step that happened; where that cannot be written, what was recorded is told on the other stream.
fn tell(written: Result<(), Failure>, recorded: impl FnOnce() -> String) -> Result<u8, Failure> {
    written.map_err(|failure| failure.hinted(recorded()))?;
    Ok(exit::OK)
}

/// Answers a step that did not happen: a refusal of the loop with its document, where JSON is wanted.
fn refused(
    failure: WorkFailure,
    arguments: &CommonArguments,
    document: impl FnOnce(&WorkError) -> Result<Object, Failure>,
) -> Result<u8, Failure> {
    match failure.refusal() {
        Some(refusal) if arguments.json => {
            output::json(document(refusal)?)?;
            Ok(Failure::Work(failure).exit_code())
        }
        _ => Err(failure.into()),
    }
}

/// Returns what a document says of a refusal in words.
fn message(refusal: &WorkError) -> String {
    match refusal {
        WorkError::LeaseNotFound(_) => NOT_FOUND.to_owned(),
        refusal => refusal.to_string(),
    }
}

/// Does something with the run that is named; what names no run may be the lease of one.
pub(super) fn run_of_lease<T>(
    place: &StorePlace,
    name: &str,
    read: impl Fn(&str) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let found = read(name);
    match &found {
        Err(failure) if failure.code() == "run.not_found" => {
            let run = work::receipt(place, name).map(|receipt| receipt.run_id);
            run.map_or(found, |run| read(run.as_str()))
        }
        _ => found,
    }
}

/// Returns the line of a page that says which command goes on from here.
pub(super) fn next_line(review: &Review, environment: &Environment) -> Option<Line> {
    let next = next(review)?;
    let words: Vec<&str> = next.words.iter().map(String::as_str).collect();
    next.line(command_line(&words, environment))
}

/// Returns a line with a command that can be pasted; nothing when it would not be what is seen of it.
fn proposed(label: &str, words: &[&str], environment: &Environment) -> String {
    let command = command_line(words, environment);
    if printable(&command) == command { format!("{label}: {command}\n") } else { String::new() }
}

/// Returns a command line that a shell reads as these words, with the Store that was named.
fn command_line(words: &[&str], environment: &Environment) -> String {
    let mut line = String::from("motus");
    for word in words {
        line.push(' ');
        line.push_str(&shell_quote(word));
    }
    if let Some(store) = environment.named().map(Path::to_string_lossy) {
        let separator = if store.starts_with('-') { '=' } else { ' ' };
        line.push_str(&format!(" --db{separator}{}", shell_quote(&store)));
    }
    line
}
