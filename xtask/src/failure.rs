//! Why a command did not succeed, and the exit code that says so.
//!
//! Carries finished sentences: nothing here formats paths or guesses at causes.

use std::fmt;

/// The ways in which a command ends without success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line was wrong. Exit code 2.
    Usage(String),
    /// The command could not do its work. Exit code 1.
    Failed(String),
    /// The command did its work and found this many rule breaks. Exit code 1.
    Findings(usize),
}

impl Failure {
    /// Returns the process exit code: 2 for usage, 1 for everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) | Self::Findings(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => {
                write!(formatter, "error: {what}\nhint: `cargo xtask help` lists the commands")
            }
            Self::Failed(what) => write!(formatter, "error: {what}"),
            Self::Findings(1) => write!(formatter, "error: 1 finding"),
            Self::Findings(count) => write!(formatter, "error: {count} findings"),
        }
    }
}
