//! Why a scope cannot be planned.

use std::path::PathBuf;

use motus_runtime::scope::Level;
use thiserror::Error;

use super::profile;
use crate::strategies::Fault;

/// Why a scope cannot be planned; nothing was started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// A word that grants nothing: it has not the form `KIND:VALUE`.
    #[error("{word:?} grants nothing: {problem}")]
    Grant {
        /// The word.
        word: String,
        /// What is wrong with it.
        problem: String,
    },
    /// No profile has this name.
    #[error("there is no profile {0:?}; there are {known}", known = profile::known())]
    UnknownProfile(String),
    /// A document is not one of a scope.
    #[error("{} is not the document of a scope", file.display())]
    Document {
        /// The file.
        file: PathBuf,
        /// Every fault, in the order of the document.
        faults: Vec<Fault>,
    },
    /// A document cannot be read.
    #[error("{} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The directory for temporary files, in which the command gets one of its own, cannot be used.
    #[error("the command gets a directory for its temporary files, and {} cannot be used for it", directory.display())]
    Temporary {
        /// The directory that `TMPDIR` names, or the system's.
        directory: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What is to be read or written is not there.
    #[error("{} is not there", .0.display())]
    PathMissing(PathBuf),
    /// A program is not there, or is none.
    #[error("{0:?} is no program")]
    NoProgram(String),
    /// Something reaches somebody, and something else says that nobody is reached.
    #[error("{0} cannot be granted together with `offline`")]
    Offline(String),
    /// The system is short of something, such as processes or descriptors, so that nobody knows what it can do.
    #[error("what this machine can do cannot be found out")]
    NotProbed(#[source] std::io::Error),
    /// This machine cannot hold to the scope as far as was required.
    #[error("{required} is required, and this machine holds to no more than {level}")]
    LevelTooLow {
        /// What was required.
        required: Level,
        /// What there is.
        level: Level,
        /// What the machine cannot do, each with its reason.
        shortfalls: Vec<String>,
    },
}

impl ScopeError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Grant { .. } => "scope.grant_invalid",
            Self::UnknownProfile(_) => "scope.profile_unknown",
            Self::Document { .. } => "scope.document_invalid",
            Self::Unreadable { .. } => "input.unreadable",
            Self::Temporary { .. } => "scope.temporary_unusable",
            Self::PathMissing(_) => "scope.path_missing",
            Self::NoProgram(_) => "scope.program_missing",
            Self::Offline(_) => "scope.offline",
            Self::NotProbed(_) => "scope.probe_failed",
            Self::LevelTooLow { .. } => "scope.level_too_low",
        }
    }
}
