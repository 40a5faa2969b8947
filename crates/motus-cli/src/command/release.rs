//! `motus release`: a release through its stages to one final receipt.
//!
//! Documents and pages are the published ones, with our members and lines behind them.

mod finalize;
mod show;
mod validate;
mod write;

use std::path::Path;

use clap::CommandFactory;
use motus_app::exit;
use motus_app::releases::{ReleaseError, Workspace, root_of};
use motus_json::{Object, Value};
use motus_ledger::release::{ReleaseId, SCHEMA_REFS, STAGES, WORKFLOW_FAMILY};
use motus_ledger::wrap::shell_quote;

use crate::arguments::{Arguments, ReleaseCommand, ReleaseGroup, ReleaseOutput};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::shown;

pub(crate) fn run(arguments: &ReleaseGroup, environment: &Environment) -> Result<u8, Failure> {
    perform(arguments, environment).map_err(|failure| match &failure {
        Failure::Release(error) => match error.hint() {
            Some(hint) => failure.hinted(hint),
            None => failure,
        },
        _ => failure,
    })
}

fn perform(arguments: &ReleaseGroup, environment: &Environment) -> Result<u8, Failure> {
    match &arguments.command {
        Some(ReleaseCommand::Scaffold(arguments)) => write::scaffold(arguments, environment),
        Some(ReleaseCommand::Sync(arguments)) => write::sync(arguments, environment),
        Some(ReleaseCommand::Validate(arguments)) => validate::run(arguments, environment),
        Some(ReleaseCommand::Finalize(arguments)) => finalize::run(arguments, environment),
        Some(ReleaseCommand::Show(arguments)) => show::run(arguments, environment),
        None => help(),
    }
}

/// Prints the help of the group, which is what the published one does, and says that something is missing.
fn help() -> Result<u8, Failure> {
    if let Err(page) = Arguments::command().try_get_matches_from(["motus", "release", "--help"]) {
        output::data(&page.render().to_string())?;
    }
    Ok(exit::USAGE)
}

fn workspace(
    id: &str,
    output: &ReleaseOutput,
    environment: &Environment,
) -> Result<Workspace, Failure> {
    let id = ReleaseId::parse(id).map_err(ReleaseError::from)?;
    let directory = environment.expand(&output.output_dir);
    let directory = directory.ok_or_else(|| Failure::HomeUnknown(output.output_dir.clone()))?;
    Ok(Workspace::new(&root_of(&environment.directory), &directory, id))
}

/// Returns what every document but that of a final receipt says.
fn document(workspace: &Workspace) -> Object {
    let mut document = identity(workspace);
    for (name, schema) in SCHEMA_REFS {
        document.insert(name, schema);
    }
    document
}

/// Returns which release it is.
fn identity(workspace: &Workspace) -> Object {
    Object::from([
        ("release_id", Value::from(workspace.id().as_str())),
        ("workflow_family", WORKFLOW_FAMILY.into()),
        ("output_dir", plain(&workspace.path()).into()),
    ])
}

/// Returns a path as a document has it.
fn plain(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Prints a document: members sorted, as the published ones are.
fn tell(document: Object) -> Result<(), Failure> {
    output::json(document.sorted())
}

/// Begins a page.
fn heading(what: &str, workspace: &Workspace, stages: &str) -> String {
    format!("{what}: {}\n{stages}: {}\n", shown(&workspace.path()), STAGES.len())
}

/// Returns a command line that a shell reads as a command on this release.
fn command_line(
    command: &str,
    workspace: &Workspace,
    output: &ReleaseOutput,
    environment: &Environment,
) -> String {
    let mut line = format!("motus release {command} --release-id {}", workspace.id());
    let directory = &output.output_dir;
    if *directory != Path::new(motus_app::releases::OUTPUT_DIRECTORY)
        && !directory.to_str().is_some_and(|directory| directory.trim().is_empty())
    {
        line.push_str(&option("--output-dir", directory));
    }
    if let Some(store) = environment.named() {
        line.push_str(&option("--db", store));
    }
    line
}

/// A value that looks like an option stands in one word with its name.
fn option(name: &str, value: &Path) -> String {
    let value = value.to_string_lossy();
    // In quotes a shell would leave the home directory's sign as it is.
    let (home, rest) = match value.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None => ("", &*value),
    };
    let separator = if value.starts_with('-') { '=' } else { ' ' };
    let rest = if rest.is_empty() { String::new() } else { shell_quote(rest) };
    format!(" {name}{separator}{home}{rest}")
}
