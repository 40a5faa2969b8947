//! Why a line was not taken in: one stable code for each rule.

use std::fmt;

use thiserror::Error;

use crate::StoreError;
use crate::integrity::Disagreement;

/// How many characters of a text from a line a message repeats; an identifier has far fewer.
const SHOWN: usize = 300;

/// Why a line could not be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A rule refuses the line.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The Store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Store(error) => error.code(),
        }
    }
}

/// A line, or a part of it, that a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    kind: RefusalKind,
    subject: String,
    problem: String,
}

/// Which rule refused; each has its stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The line is longer than any that is taken in.
    LineTooLong,
    /// The line is not one JSON document.
    LineInvalid,
    /// The document is neither a run nor a version of a kind, column by column.
    Shape,
    /// A digest, an identifier or a canonical form is not what the content comes to.
    Integrity,
    /// The events are not numbered 1, 2, 3, ….
    Sequence,
    /// An event is of another run.
    ForeignEvent,
    /// Two events of a run have one key.
    KeyRepeated,
    /// A payload does not satisfy its kind's schema.
    PayloadInvalid,
    /// A schema is not one that a kind may have.
    KindInvalid,
    /// An event refers to a version of a kind that neither the Store nor an earlier line has.
    KindUnknown,
    /// The Store holds the kind in another shape.
    KindConflict,
    /// The Store says something else of the run.
    RunConflict,
    /// The run stands on an earlier line.
    RunRepeated,
    /// A row, or all new kinds together, are larger than what is taken in, or a payload than what is read.
    TooLarge,
}

impl RefusalKind {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::LineTooLong => "import.line_too_long",
            Self::LineInvalid => "import.line_invalid",
            Self::Shape => "import.shape",
            Self::Integrity => "import.integrity",
            Self::Sequence => "import.sequence",
            Self::ForeignEvent => "import.foreign_event",
            Self::KeyRepeated => "import.key_repeated",
            Self::PayloadInvalid => "import.payload_invalid",
            Self::KindInvalid => "import.kind_invalid",
            Self::KindUnknown => "import.kind_unknown",
            Self::KindConflict => "import.kind_conflict",
            Self::RunConflict => "import.run_conflict",
            Self::RunRepeated => "import.run_repeated",
            Self::TooLarge => "import.too_large",
        }
    }
}

impl Refusal {
    /// Says what is wrong with a subject, such as `event 3 of run_…`; overlong texts are cut.
    pub fn new(kind: RefusalKind, subject: impl AsRef<str>, problem: impl AsRef<str>) -> Self {
        Self { kind, subject: shown(subject.as_ref()), problem: shown(problem.as_ref()) }
    }

    /// Returns which rule refused.
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subject.is_empty() {
            return formatter.write_str(&self.problem);
        }
        write!(formatter, "{}: {}", self.subject, self.problem)
    }
}

impl std::error::Error for Refusal {}

impl From<Disagreement> for Refusal {
    fn from(found: Disagreement) -> Self {
        let kind = if found.is_unread { RefusalKind::TooLarge } else { RefusalKind::Integrity };
        Self::new(kind, found.subject, found.problem)
    }
}

/// Cuts a text that a line brought: a message stays short whatever it repeats.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_short_whatever_it_repeats() {
        let long = Refusal::new(RefusalKind::Shape, "é".repeat(5000), "x".repeat(5000)).to_string();
        assert_eq!(long.chars().count(), 2 * 301 + 2);
        let short = Refusal::new(RefusalKind::Shape, "", "a line").to_string();
        assert_eq!(short, "a line");
    }
}
