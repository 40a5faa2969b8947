//! Why a scenario is not read, or does not come to its end: each time with the place in the document.

use std::cell::RefCell;
use std::fmt;

use motus_kernel::Uuid;
use motus_kernel::compiler::RunError;
use thiserror::Error;

/// A place in a scenario's text; lines and columns count characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What is wrong with a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ScenarioError {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, lower case and without the place; all of it can be printed.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl ScenarioError {
    pub(super) fn new(kind: Kind, place: Place, message: impl AsRef<str>) -> Self {
        let Place { line, column } = place;
        let message = short(message.as_ref(), LONGEST_MESSAGE);
        Self { code: kind.code(), message, line, column }
    }
}

/// The longest message, in characters of the document.
const LONGEST_MESSAGE: usize = 600;

/// Returns the beginning of a text, so that all of it is printed and seen.
fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => motus_json::printable(text),
        Some((end, _)) => motus_json::printable(text.get(..end).unwrap_or_default()) + "...",
    }
}

/// The kinds of faults, one for each code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TooLarge,
    Syntax,
    RepeatedKey,
    UnknownKey,
    MissingKey,
    WrongType,
    BadValue,
    MissingAnswer,
    TimeBackwards,
    RepeatedId,
    MissingEvidence,
    RepeatedLoop,
    EmptyBudget,
    UnmetPolicy,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "scenario.too_large",
            Self::Syntax => "scenario.syntax",
            Self::RepeatedKey => "scenario.repeated_key",
            Self::UnknownKey => "scenario.unknown_key",
            Self::MissingKey => "scenario.missing_key",
            Self::WrongType => "scenario.wrong_type",
            Self::BadValue => "scenario.bad_value",
            Self::MissingAnswer => "scenario.missing_answer",
            Self::TimeBackwards => "scenario.time_backwards",
            Self::RepeatedId => "scenario.repeated_id",
            Self::MissingEvidence => "scenario.missing_evidence",
            Self::RepeatedLoop => "scenario.repeated_loop",
            Self::EmptyBudget => "scenario.empty_budget",
            Self::UnmetPolicy => "scenario.unmet_policy",
        }
    }
}

/// Why a scenario was not run to its end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The loop asked for more than the scenario answers, or needs more events than it allows.
    #[error(transparent)]
    Scenario(ScenarioError),
    /// A loop left no bundle.
    #[error("line {line}, column {column}: loop {loop_id}: {error}")]
    Run {
        /// Which loop.
        loop_id: Uuid,
        /// Why.
        error: Box<RunError>,
        /// The line where the loop begins, from 1.
        line: usize,
        /// The column where the loop begins, in characters from 1.
        column: usize,
    },
}

impl SimulationError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scenario(error) => error.code,
            Self::Run { error, .. } => error.code(),
        }
    }
}

/// So many faults of one document are kept; nobody reads more.
const KEPT: usize = 100;

/// What was found wrong while a document was read.
#[derive(Debug, Default)]
pub(crate) struct Faults(RefCell<Vec<ScenarioError>>);

impl Faults {
    pub(crate) fn note(&self, kind: Kind, place: Place, message: impl AsRef<str>) {
        let mut faults = self.0.borrow_mut();
        if faults.len() < KEPT {
            faults.push(ScenarioError::new(kind, place, message));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Returns what was found, in the order of the text.
    pub(crate) fn into_vec(self) -> Vec<ScenarioError> {
        let mut faults = self.0.into_inner();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        faults
    }
}

/// Text of a document within a message: short, and printable.
pub(super) struct Quoted<'t>(pub(super) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}'", short(self.0, 80))
    }
}
