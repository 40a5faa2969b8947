//! `motus run import`: takes in runs that were exported.

use std::io;
use std::path::PathBuf;

use motus_app::StorePlace;
use motus_app::exit;
use motus_app::travel::{self, Imported, Source, TravelError};
use motus_json::{Object, Value};
use motus_ledger::RunId;

use super::db::lists_notice;
use crate::arguments::ImportArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::text::shown as shown_path;
use crate::{input, notice, output};

/// How the command line names standard input.
const STANDARD: &str = "-";

/// How many runs that were continued a person is told by name.
const NAMED: usize = 20;

pub(crate) fn run(arguments: &ImportArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let told = take_in(arguments, environment, &place);
    let taken = told.map_err(|error| match error {
        TravelError::Unreadable(error) => Failure::NoInput(shown(arguments), error),
        other => other.into(),
    })?;
    if arguments.common.json {
        output::json(document(&taken, arguments.check))?;
    } else {
        output::data(&page(&taken))?;
        if arguments.check {
            output::talk("only checked: nothing was written");
        }
    }
    tell_missing_lists(&taken.lists_missing, &place);
    Ok(exit::OK)
}

fn tell_missing_lists(runs: &[RunId], place: &StorePlace) {
    if let Some(notice) = lists_notice("not beside the Store", runs) {
        output::talk(notice);
        let directory = shown_path(&place.scope_lists());
        output::hint(format!(
            "exports leave them out; copy their files into {directory}, from beside the Store that the runs were recorded in"
        ));
    }
}

fn take_in(
    arguments: &ImportArguments,
    environment: &Environment,
    place: &StorePlace,
) -> Result<Imported, TravelError> {
    let source = if arguments.file.as_os_str() == STANDARD {
        Source::stream(io::stdin())
    } else {
        Source::named(&arguments.file, place)?
    };
    if arguments.check {
        return travel::check(place, source);
    }
    let imported = travel::import(place, environment.private, source)?;
    notice::report(&imported.notices);
    Ok(imported)
}

fn shown(arguments: &ImportArguments) -> PathBuf {
    if arguments.file.as_os_str() == STANDARD {
        return PathBuf::from(input::STANDARD);
    }
    arguments.file.clone()
}

fn document(taken: &Imported, is_check: bool) -> Object {
    let tally = &taken.tally;
    let names = |runs: &[RunId]| runs.iter().map(|run| run.as_str().to_owned()).collect::<Vec<_>>();
    let (continued, lists_missing) = (names(&taken.continued), names(&taken.lists_missing));
    Object::from([
        ("check", Value::from(is_check)),
        ("continued", continued.into()),
        ("kinds_added", tally.kinds_added.into()),
        ("lists_missing", lists_missing.into()),
        ("runs_added", tally.runs_added.into()),
        ("runs_already_there", tally.runs_already_there.into()),
        ("runs_continued", tally.runs_continued.into()),
    ])
}

fn page(taken: &Imported) -> String {
    let tally = &taken.tally;
    let line = |name, number| format!("{} {number}\n", output::bold(format!("{name}:")));
    [
        line("Kinds added", tally.kinds_added),
        line("Runs added", tally.runs_added),
        line("Runs continued", tally.runs_continued),
        names(&taken.continued),
        line("Runs already there", tally.runs_already_there),
    ]
    .concat()
}

fn names(continued: &[RunId]) -> String {
    let mut lines = String::new();
    for run in continued.iter().take(NAMED) {
        lines.push_str(&format!("  {run}\n"));
    }
    let more = continued.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push_str(&format!("  and {more} more, all of them with --json\n"));
    }
    lines
}
