//! `motus run import`: takes in runs that were exported.

use std::io;
use std::path::PathBuf;

use motus_app::StorePlace;
use motus_app::exit;
use motus_app::travel::{self, Source, Tally, TravelError};
use motus_json::{Object, Value};

use crate::arguments::ImportArguments;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::{input, notice, output};

/// How the command line names standard input.
const STANDARD: &str = "-";

pub(crate) fn run(arguments: &ImportArguments, environment: &Environment) -> Result<u8, Failure> {
    let place = environment.store(arguments.common.store.store.as_deref());
    let told = take_in(arguments, environment, &place);
    let tally = told.map_err(|error| match error {
        TravelError::Unreadable(error) => Failure::NoInput(shown(arguments), error),
        other => other.into(),
    })?;
    if arguments.common.json {
        output::json(document(&tally, arguments.check))?;
    } else {
        output::data(&page(&tally))?;
        if arguments.check {
            output::talk("only checked: nothing was written");
        }
    }
    Ok(exit::OK)
}

fn take_in(
    arguments: &ImportArguments,
    environment: &Environment,
    place: &StorePlace,
) -> Result<Tally, TravelError> {
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
    Ok(imported.tally)
}

fn shown(arguments: &ImportArguments) -> PathBuf {
    if arguments.file.as_os_str() == STANDARD {
        return PathBuf::from(input::STANDARD);
    }
    arguments.file.clone()
}

fn document(tally: &Tally, is_check: bool) -> Object {
    Object::from([
        ("check", Value::from(is_check)),
        ("kinds_added", tally.kinds_added.into()),
        ("runs_added", tally.runs_added.into()),
        ("runs_already_there", tally.runs_already_there.into()),
        ("runs_continued", tally.runs_continued.into()),
    ])
}

fn page(tally: &Tally) -> String {
    let lines = [
        ("Kinds added", tally.kinds_added),
        ("Runs added", tally.runs_added),
        ("Runs continued", tally.runs_continued),
        ("Runs already there", tally.runs_already_there),
    ];
    let line = |(name, number)| format!("{} {number}\n", output::bold(format!("{name}:")));
    lines.into_iter().map(line).collect()
}
