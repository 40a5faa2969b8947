//! Runs that leave one Store and enter another.
//!
//! An import reads its input twice: first everything is checked and nothing is written, then what is new is
//! added, in transactions that each hold whole runs. So a refusal finds an untouched Store, and a live Store
//! is never held for long.

mod first_pass;
mod lines;
mod recorder;
mod second_pass;
mod source;

use std::io::{self, Write};

use motus_fs::FileError;
use motus_ledger::export::{self, Exported};
use motus_ledger::travel::ImportError;
use motus_ledger::{RunId, Store, StoreError};
use motus_store::{Notice, SqliteStore, StorePlace};
use thiserror::Error;

use crate::runs::RunError;

pub use motus_ledger::travel::Tally;
pub use source::Source;

/// A log that is larger than this is moved into the database at the end, in bytes.
const LARGE_LOG: u64 = 4 << 20;

/// Why runs could not be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TravelError {
    /// A line breaks a rule, or disagrees with the Store.
    #[error("line {line}: {error}")]
    Line {
        /// The line, counted from one.
        line: u64,
        /// What is wrong with it.
        error: ImportError,
    },
    /// The input could not be read.
    #[error("the input cannot be read: {0}")]
    Unreadable(io::Error),
    /// The input is not a file, and could not be kept for a second reading.
    #[error("the input could not be kept for a second reading: {0}")]
    Unkept(#[from] FileError),
    /// The input is a stream that is longer than what is kept of one, in bytes.
    #[error("the input is no file, and longer than the {0} bytes that are kept of one")]
    TooLong(u64),
    /// The input has no line at all.
    #[error("the input is empty: it has not a single line")]
    Empty,
    /// The file was changed after it was checked.
    #[error("the file was changed while it was read")]
    Changed,
    /// The Store could not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An import that had begun to write could not go on.
    #[error("{error}; {} written before that", written(done))]
    Stopped {
        /// What stays in the Store.
        done: Tally,
        /// Why it could not go on.
        #[source]
        error: Box<TravelError>,
    },
}

impl TravelError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Line { error, .. } => error.code(),
            Self::Unreadable(_) => "input.unreadable",
            Self::Unkept(_) => "import.unkept",
            Self::TooLong(_) => "import.too_large",
            Self::Empty => "import.empty",
            Self::Changed => "import.changed",
            Self::Store(error) => error.code(),
            Self::Stopped { error, .. } => error.code(),
        }
    }

    /// Says on which line an error was met.
    fn at<E: Into<ImportError>>(line: u64) -> impl Fn(E) -> Self {
        move |error| Self::Line { line, error: error.into() }
    }
}

fn written(done: &Tally) -> String {
    match done.runs_added.saturating_add(done.runs_continued) {
        1 => "1 run was".to_owned(),
        runs => format!("{runs} runs were"),
    }
}

/// What an import did, or would do.
#[derive(Debug)]
pub struct Imported {
    /// How much was taken in.
    pub tally: Tally,
    /// The runs that were continued, in the order of the input.
    pub continued: Vec<RunId>,
    /// The runs whose lists of effects are not beside the Store: a file holds none.
    pub lists_missing: Vec<RunId>,
    /// What opening the Store for writing changed about its files.
    pub notices: Vec<Notice>,
}

/// Checks whether all of an input could be taken in; nothing is written.
///
/// Without a Store the answer is that for an empty one. Errors: those of the rules, `import.…`;
/// `input.unreadable`, `import.changed`, and those of reading a Store.
pub fn check(place: &StorePlace, source: Source) -> Result<Imported, TravelError> {
    let (taken, input) = first_pass::run(place, source.read_once()?)?;
    input.confirm_unchanged()?;
    Ok(taken.told(Vec::new()))
}

/// Takes in all of an input, or nothing of it; a Store that is missing is made.
///
/// Once the input was found good, only what happens meanwhile can stop it: then whole runs stay, and taking
/// the input in again goes on from there. With `private`, access of others to the Store is taken away.
/// Errors: those of [`check`]; those of keeping an input that is no file; those of writing a Store.
pub fn import(place: &StorePlace, private: bool, source: Source) -> Result<Imported, TravelError> {
    let (taken, input) = first_pass::run(place, source.read_twice()?)?;
    if taken.tally.is_nothing_new() {
        return Ok(taken.told(Vec::new()));
    }
    let mut opened = SqliteStore::open(place, private)?;
    let lists_missing = taken.lists_missing;
    let taken = second_pass::run(&mut opened.store, input)?;
    empty_log(&mut opened.store);
    Ok(Taken { lists_missing, ..taken }.told(opened.notices))
}

/// What one of the two readings came to.
#[derive(Debug, Default)]
struct Taken {
    tally: Tally,
    continued: Vec<RunId>,
    lists_missing: Vec<RunId>,
}

impl Taken {
    fn told(self, notices: Vec<Notice>) -> Imported {
        let Self { tally, continued, lists_missing } = self;
        Imported { tally, continued, lists_missing, notices }
    }
}

/// Empties a log that grew large; not doing it costs space, not data.
fn empty_log(store: &mut SqliteStore) {
    if store.place().wal_bytes().is_ok_and(|bytes| bytes > LARGE_LOG) {
        // A writer begins by moving a large log, which holds nobody up; then emptying it is quick.
        drop(store.begin_write());
        let _ = store.checkpoint();
    }
}

/// Writes all kinds and runs of a Store, a line each; memory does not grow with them.
pub fn export_all(place: &StorePlace, output: &mut dyn Write) -> Result<Exported, RunError> {
    // What was written to the output cannot be read again.
    let mut store = SqliteStore::open_steady(place)?;
    let transaction = store.begin_read()?;
    Ok(export::export_all(&*transaction, output)?)
}

#[cfg(test)]
mod tests;
