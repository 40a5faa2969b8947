//! `motus run list`: the recorded runs, newest first.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use motus_app::runs;
use motus_app::settings::Key;
use motus_json::{Object, Value};
use motus_ledger::{Outcome, Run, RunQuery};

use crate::arguments::ListArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output;
use crate::text::{counted, duration, printable};

pub(crate) fn run(arguments: &ListArguments, environment: &Environment) -> Result<u8, Failure> {
    let limit = environment.number(arguments.limit.map(i64::from), Key::RunListLimit);
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let query = RunQuery {
        source: arguments.source.clone(),
        open_only: arguments.open,
        before: None,
        // One more than is shown tells whether there are more.
        limit: limit.saturating_add(1),
    };
    let mut runs = runs::list(&environment.store(arguments.store.store.as_deref()), &query)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_truncated = runs.len() > most;
    runs.truncate(most);
    if arguments.json {
        output::json(document(&runs, is_truncated))?;
    } else if runs.is_empty() {
        let is_filtered = arguments.open || arguments.source.is_some();
        output::data(if is_filtered { "No run matches.\n" } else { "No runs.\n" })?;
    } else {
        output::data(&table(&runs))?;
        if is_truncated {
            let shown = counted(u64::from(limit), "newest run");
            output::talk(format!("{shown} shown; see more with --limit N"));
        }
    }
    Ok(motus_app::exit::OK)
}

fn document(runs: &[Run], is_truncated: bool) -> Object {
    let items: Vec<Value> = runs.iter().map(|run| Value::Object(item(run))).collect();
    Object::from([
        ("count", Value::from(items.len())),
        ("runs", items.into()),
        ("truncated", is_truncated.into()),
    ])
}

fn item(run: &Run) -> Object {
    let closing = run.closing.as_ref();
    Object::from([
        ("cwd", Value::from(run.cwd.as_str())),
        ("ended_at", closing.map(|end| end.ended_at.as_str()).into()),
        ("git_sha", run.git_sha.as_deref().into()),
        ("intent", run.intent.as_str().into()),
        ("outcome", closing.map(|end| end.outcome.as_str()).into()),
        ("run_id", run.id.as_str().into()),
        ("source", run.source.as_str().into()),
        ("started_at", run.started_at.as_str().into()),
        ("status", run.status().into()),
    ])
}

/// The intent is the last column, so that nothing has to be cut to keep the others in line.
fn table(runs: &[Run]) -> String {
    let id = widest(runs, 3, |run| printable(run.id.as_str()).chars().count());
    let source = widest(runs, 6, |run| printable(&run.source).chars().count());
    let heading = format!(
        "{:id$}  {:20}  {:7}  {:>7}  {:source$}  INTENT",
        "RUN", "STARTED", "OUTCOME", "TOOK", "SOURCE"
    );
    let mut table = format!("{}\n", output::bold(heading));
    for run in runs {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:id$}  {:20}  {}  {:>7}  {:source$}  {}",
            printable(run.id.as_str()),
            run.started_at.as_str(),
            outcome(run),
            took(run),
            printable(&run.source),
            printable(&run.intent),
        );
    }
    table
}

fn widest(runs: &[Run], least: usize, width: impl Fn(&Run) -> usize) -> usize {
    runs.iter().map(width).fold(least, usize::max)
}

fn outcome(run: &Run) -> String {
    let (word, colour) = match run.closing.as_ref().map(|closing| closing.outcome) {
        None => ("open", AnsiColor::Cyan),
        Some(Outcome::Success) => ("success", AnsiColor::Green),
        Some(Outcome::Failure) => ("failure", AnsiColor::Red),
        Some(Outcome::Aborted) => ("aborted", AnsiColor::Yellow),
    };
    output::coloured(format!("{word:7}"), colour)
}

fn took(run: &Run) -> String {
    run.closing.as_ref().map_or_else(
        || "-".to_owned(),
        |closing| duration(closing.ended_at.unix_seconds() - run.started_at.unix_seconds()),
    )
}
