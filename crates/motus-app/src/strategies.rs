//! Strategies: which ones of a library fit what was observed.
//!
//! A library is a directory with one strategy in each file, `.yaml`, `.yml` or `.json`. What else lies there is
//! left alone. Files are read in the order of their names, and all that is wrong with any of them is told.

mod document;
mod library;

use std::fmt;
use std::path::PathBuf;

use motus_fs::{FileError, JailError};
use motus_kernel::strategy::match_strategies;
use thiserror::Error;

pub use library::{Library, Shelved};
pub use motus_kernel::strategy::{Signal, Strategy, Suggestion};

/// The longest list of signals, in bytes.
pub const LONGEST_SIGNALS: u64 = 1 << 20;

/// A strategy that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// How well, and why.
    pub suggestion: Suggestion,
    /// The strategy's name.
    pub name: String,
    /// The name of its file in the library.
    pub file: String,
}

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, lower case and without the place.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Why a library is none.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// It cannot be opened or listed.
    #[error("{} cannot be read as a directory of strategies", path.display())]
    Unreadable {
        /// Where it was to be.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: FileError,
    },
    /// It has more files than a library has.
    #[error("{} holds more than {most} strategies", path.display())]
    TooMany {
        /// Where it is.
        path: PathBuf,
        /// How many there may be.
        most: usize,
    },
    /// A file cannot be read: it is no plain file, too large, leads out of the library, or the system refuses.
    #[error("a strategy cannot be read: {0}")]
    File(#[source] JailError),
    /// Files hold no strategies; each fault with its file's path.
    #[error("not every file of the library is a strategy")]
    Documents(Vec<(PathBuf, Fault)>),
    /// Two files hold strategies of one identifier, so that a suggestion would not say which.
    #[error("{} and {} are both strategy {strategy_id}", files[0].display(), files[1].display())]
    Repeated {
        /// The identifier.
        strategy_id: String,
        /// The files.
        files: [PathBuf; 2],
    },
}

impl LibraryError {
    /// Returns the stable code; of several documents that of the first fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "strategy.library_unreadable",
            Self::TooMany { .. } => "strategy.too_many",
            Self::File(_) => "strategy.unreadable",
            Self::Documents(faults) => faults.first().map_or("strategy.shape", |(_, it)| it.code),
            Self::Repeated { .. } => "strategy.repeated",
        }
    }
}

/// Reads signals: a JSON array of `{"name","confidence","evidence"}`, of which the last may be left out.
///
/// Units: confidence in permille. Errors: everything that is wrong, each with its place; of what is no JSON
/// document only the first.
pub fn read_signals(document: &[u8]) -> Result<Vec<Signal>, Vec<Fault>> {
    document::signals(document)
}

/// Returns the strategies that fit, the best first, and then by identifier.
///
/// Source: MOTUS-SPEC-V0.1 §11 Q13.
pub fn matches(signals: &[Signal], library: &Library) -> Vec<Match> {
    let strategies: Vec<Strategy> =
        library.shelf().iter().map(|shelved| shelved.strategy.clone()).collect();
    let suggestions = match_strategies(signals, &strategies);
    let found = |suggestion: Suggestion| {
        let is_it = |shelved: &&Shelved| shelved.strategy.strategy_id == suggestion.strategy_id;
        let Shelved { file, strategy } = library.shelf().iter().find(is_it)?;
        Some(Match { name: strategy.name.clone(), file: file.clone(), suggestion })
    };
    suggestions.into_iter().filter_map(found).collect()
}

#[cfg(test)]
mod tests;
