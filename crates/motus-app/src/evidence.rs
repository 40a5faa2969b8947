//! Evidence from files: reports of tools, read in a stream, and artifacts, of which only the digest is taken.
//!
//! Nothing that a report says beyond counts, names and times leaves this module. Every reader is bounded, and
//! a report is taken whole or not at all.

mod cargo;
mod expected;
mod file;
mod intake;
mod json;
mod junit;
mod lines;
mod patience;
mod sarif;
mod seconds;
mod tap;
mod xml;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use motus_ledger::report::{Artifact, FileReference, Format, Report};
use motus_store::StorePlace;
use thiserror::Error;

use self::intake::{Flaw, Intake};

pub(crate) use expected::Expected;
pub use expected::{Gathered, Wanted};
pub(crate) use patience::Patience;

/// Why something is not taken as evidence.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The report is not what it should be.
    #[error("{}:{line}:{column}: no report in {format}: {problem}", file.display())]
    Malformed {
        /// The report, as it was named.
        file: PathBuf,
        /// The format in which it was read.
        format: Format,
        /// The line of the fault, from one.
        line: u64,
        /// Its column, from one, in characters.
        column: u64,
        /// What is wrong.
        problem: String,
    },
    /// The file cannot be read, or is longer than what is read.
    #[error("{} cannot be read", file.display())]
    Unreadable {
        /// The file, as it was named.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The command left no such file.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// The command left the file as it was.
    #[error("{} was there before the command began, and the command did not write it", .0.display())]
    Stale(PathBuf),
    /// The command was held to a scope in which it may not read what the file leads to.
    #[error("{} leads out of the command's scope", .0.display())]
    OutOfScope(PathBuf),
    /// Somebody asked for an end while the file was read.
    #[error("{} was not read to its end: a signal asked for an end", .0.display())]
    Interrupted(PathBuf),
}

impl EvidenceError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "evidence.malformed",
            Self::Unreadable { .. } => "input.unreadable",
            Self::Missing(_) => "evidence.missing",
            Self::Stale(_) => "evidence.stale",
            Self::OutOfScope(_) => "evidence.out_of_scope",
            Self::Interrupted(_) => "evidence.interrupted",
        }
    }
}

/// Reads a report that the person named; a link or a pipe is what the person wanted, the Store is not.
///
/// Shape: at most 256 MiB. Memory: less than 64 MiB, whatever is in it.
/// Errors: `evidence.malformed`, `input.unreadable`.
pub fn read_report(
    format: Format,
    file: &Path,
    project: &Path,
    store: &StorePlace,
) -> Result<Report, EvidenceError> {
    let unreadable = |source| EvidenceError::Unreadable { file: file.to_owned(), source };
    file::refuse_store(file, store).map_err(unreadable)?;
    let opened = File::open(file).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    file::refuse_long(&metadata, intake::LARGEST_REPORT).map_err(unreadable)?;
    let name = if metadata.is_file() { file::name_in(file, project) } else { None };
    read_as(format, opened, name).map_err(|flaw| flaw.of(file, format))
}

/// Reads a report from a stream; `called` is how messages call it.
///
/// Errors: those of [`read_report`].
pub fn read_stream(
    format: Format,
    stream: impl Read,
    called: &Path,
) -> Result<Report, EvidenceError> {
    read_as(format, stream, None).map_err(|flaw| flaw.of(called, format))
}

/// Takes the digest of a plain file; a link to one is followed, and a pipe is not waited for. The Store is
/// no evidence of what is recorded in it.
///
/// Errors: `input.unreadable`.
pub fn read_artifact(
    file: &Path,
    project: &Path,
    store: &StorePlace,
) -> Result<Artifact, EvidenceError> {
    let unreadable = |source| EvidenceError::Unreadable { file: file.to_owned(), source };
    file::refuse_store(file, store).map_err(unreadable)?;
    let opened = file::open_plain(file).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    file::refuse_long(&metadata, file::LARGEST_ARTIFACT).map_err(unreadable)?;
    let (digest, bytes) = file::digest(opened).map_err(unreadable)?;
    let name = file::name_in(file, project);
    Ok(Artifact { file: FileReference { name, digest, bytes }, is_stale: false })
}

impl Flaw {
    fn of(self, file: &Path, format: Format) -> EvidenceError {
        let file = file.to_owned();
        match self {
            Self::Unreadable(source) => EvidenceError::Unreadable { file, source },
            Self::Malformed { place, problem } => {
                let (line, column) = (place.line, place.column);
                EvidenceError::Malformed { file, format, line, column, problem }
            }
        }
    }
}

/// Reads a report whose file is called so.
fn read_as(format: Format, stream: impl Read, name: Option<String>) -> Result<Report, Flaw> {
    let intake = Intake::new(stream)?;
    let (mut tests, mut analyses, mut diagnostics) = (None, Vec::new(), None);
    let intake = match format {
        Format::Junit => {
            let (read, intake) = junit::read(intake)?;
            tests = Some(read);
            intake
        }
        Format::Tap => {
            let (read, intake) = tap::read(intake)?;
            tests = Some(read);
            intake
        }
        Format::Sarif => {
            let (read, intake) = sarif::read(intake)?;
            analyses = read;
            intake
        }
        Format::CargoJson => {
            let (read, intake) = cargo::read(intake)?;
            (tests, diagnostics) = (read.tests, read.diagnostics);
            intake
        }
    };
    let (digest, bytes) = intake.finish()?;
    let file = FileReference { name, digest, bytes };
    Ok(Report { format, file, tests, analyses, diagnostics })
}
