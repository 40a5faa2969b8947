//! A step of a CI job: the words of its command, and what it leaves behind for those who come after it.
//!
//! The command is run and recorded by [`wrap`](crate::wrap::wrap()), whoever asks. What a system hands over is
//! text that anybody may have written: it is taken apart here and by no shell.

mod channel;
mod documents;
mod outputs;
mod places;
mod summary;
mod words;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::wrap::Command;

pub use channel::{Channel, ChannelError};
pub use documents::{DocumentError, Documents, leave};
pub use outputs::Outputs;
pub use places::{Owned, Places};
pub use summary::summary;
pub use words::Unclosed;

/// Why the command of a step was not run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ActionError {
    /// There is no word in it.
    #[error("the command is empty")]
    CommandEmpty,
    /// A quote or a backslash in it has no end.
    #[error("the command cannot be taken apart into words: {0}")]
    CommandUnclosed(Unclosed),
    /// A document's path names no file.
    #[error("{document} names no file: {}", path.display())]
    PathInvalid {
        /// Which document.
        document: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// A document's path is that of something else.
    #[error("{document} is where {owner} is: {}", path.display())]
    PathTaken {
        /// Which document.
        document: &'static str,
        /// What is there, or will be.
        owner: &'static str,
        /// The path.
        path: PathBuf,
    },
}

impl ActionError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CommandEmpty => "action.command_empty",
            Self::CommandUnclosed(_) => "action.command_unclosed",
            Self::PathInvalid { .. } => "action.path_invalid",
            Self::PathTaken { .. } => "action.path_taken",
        }
    }
}

/// Takes a command line apart: the first word is the program.
///
/// Shape: POSIX quoting, without anything that a shell would do beyond that; see [`words`] for the rules.
/// Errors: `action.command_empty`, `action.command_unclosed`.
pub fn command(line: &OsStr, timeout: Option<Duration>) -> Result<Command, ActionError> {
    let words = words::split(line.as_bytes()).map_err(ActionError::CommandUnclosed)?;
    let mut words = words.into_iter().map(OsString::from_vec);
    let program = words.next().ok_or(ActionError::CommandEmpty)?;
    Ok(Command { program, arguments: words.collect(), timeout, scope: None })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests;
