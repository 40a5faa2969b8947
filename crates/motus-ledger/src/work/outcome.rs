//! How work ended, in the words of its worker.

use crate::Outcome;

/// How the work ended, in the words of its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseOutcome {
    /// It did what it set out to do.
    Success,
    /// It did not.
    Failure,
    /// It did some of it.
    Partial,
    /// It was given up.
    Aborted,
}

impl ReleaseOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Success, Self::Failure, Self::Partial, Self::Aborted];

    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Partial => "partial",
            Self::Aborted => "aborted",
        }
    }

    /// Reads the word for it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// Returns what the run comes to, which knows no half of a success.
    pub(super) fn of_run(self) -> Outcome {
        match self {
            Self::Success | Self::Partial => Outcome::Success,
            Self::Failure => Outcome::Failure,
            Self::Aborted => Outcome::Aborted,
        }
    }
}
