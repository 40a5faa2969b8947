//! The reports and artifacts that a piece of evidence refers to.

use std::io;
use std::path::{Path, PathBuf};

use motus_app::evidence::{read_artifact, read_report, read_stream};
use motus_ledger::report::{Attached, Format};

use crate::arguments::EvidenceArguments;
use crate::command::wrap::{check_number, note_disagreement, note_repeated};
use crate::environment::Environment;
use crate::failure::{Failure, Refusal};
use crate::input::STANDARD;

/// What stands for standard input.
const DASH: &str = "-";

/// Reads all of it, before anything is recorded.
pub(super) fn read(
    arguments: &EvidenceArguments,
    environment: &Environment,
) -> Result<Attached, Failure> {
    let named = named(arguments);
    let is_standard = |file: &Path| file.as_os_str() == DASH;
    check_number(named.len().saturating_add(arguments.files.len()))?;
    if named.iter().filter(|(_, file)| is_standard(file)).count() > 1 {
        return refused("standard input can be read once");
    }
    if arguments.files.iter().any(|file| is_standard(file)) {
        return refused("an artifact is a file; standard input has no name");
    }
    let store = environment.store(None);
    let mut attached = Attached::default();
    for (format, file) in named {
        attached.reports.push(if is_standard(file) {
            read_stream(format, io::stdin().lock(), Path::new(STANDARD))?
        } else {
            read_report(format, file, &environment.directory, &store)?
        });
    }
    for file in &arguments.files {
        attached.artifacts.push(read_artifact(file, &environment.directory, &store)?);
    }
    for file in attached.disagreeing() {
        note_disagreement(file.unwrap_or("the report"));
    }
    note_repeated(&attached.reports);
    Ok(attached)
}

fn named(arguments: &EvidenceArguments) -> Vec<(Format, &PathBuf)> {
    let mut named = Vec::new();
    for (format, files) in [
        (Format::Junit, &arguments.junit),
        (Format::Tap, &arguments.tap),
        (Format::Sarif, &arguments.sarif),
        (Format::CargoJson, &arguments.cargo_json),
    ] {
        named.extend(files.iter().map(|file| (format, file)));
    }
    named
}

fn refused<T>(message: &str) -> Result<T, Failure> {
    let message = message.to_owned();
    Err(Failure::Refused(Refusal { message, tips: Vec::new(), usage: None }))
}
