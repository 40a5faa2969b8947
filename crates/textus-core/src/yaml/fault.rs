//! Why a text is not read as YAML, and where.
//!
//! The parser names its faults for programs; here they become a few plain sentences for people.

use std::fmt;

use granit_parser::{ErrorKind, Marker, ScanError};

use super::MOST_LEVELS;

/// Says why reading stopped.
///
/// Shape: lines and columns count characters from 1. The message is lower case, names what it is
/// about and does not repeat the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the offender.
    pub line: usize,
    /// The column of the offender.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Fault {
    pub(super) fn at(place: Marker, message: impl Into<String>) -> Self {
        Self { line: place.line(), column: place.col() + 1, message: message.into() }
    }

    /// A fault that has no better place than the beginning.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { line: 1, column: 1, message: message.into() }
    }
}

impl fmt::Display for Fault {
    /// Writes `line 3: duplicate key 'a'`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Fault {}

impl From<ScanError> for Fault {
    fn from(error: ScanError) -> Self {
        Self::at(*error.marker(), describe(error.kind()))
    }
}

/// Returns the beginning of a text, short enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Says what the parser found, as far as a person can use it.
fn describe(kind: &ErrorKind) -> String {
    let fixed = match kind {
        ErrorKind::UnexpectedCharacter { character } => {
            return format!("character '{}' is not allowed here", character.escape_default());
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("'{open}' is closed by '{close}'");
        }
        ErrorKind::UnclosedFlowCollection { open } => return format!("'{open}' is never closed"),
        ErrorKind::RecursionLimitExceeded => {
            return format!("nested deeper than {MOST_LEVELS} levels");
        }
        ErrorKind::DirectiveDisallowed => "directives are not allowed",
        ErrorKind::BomInsideDocument => "a byte order mark is not allowed",
        ErrorKind::InvalidQuotedScalarIndent => {
            "a quote is not closed, or its text goes on without being indented"
        }
        ErrorKind::UnclosedQuotedScalar => "a quote is never closed",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabInIndentation => "a tab is not allowed here; indent with spaces",
        ErrorKind::MappingValueNotAllowed => "a ':' is not allowed here; quote the text",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => "a key lacks its ':'",
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            "a list item is not allowed here"
        }
        ErrorKind::ExpectedBlockMappingKey => "a key of the mapping is expected here",
        ErrorKind::ExpectedBlockSequenceEntry => "an item of the list, '- ', is expected here",
        ErrorKind::ExpectedFlowMappingSeparator => "',' or '}' is expected here",
        ErrorKind::ExpectedFlowSequenceSeparator => "',' or ']' is expected here",
        ErrorKind::MisplacedFlowCollectionEnd => "a closing bracket is misplaced",
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => "the indentation is wrong",
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => "text follows a closing quote",
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => "an escape in quotes is not known",
        ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate => "an escape is half of a character",
        ErrorKind::DocumentIndicatorInQuotedScalar => "a document ends inside quotes",
        ErrorKind::CommentInterceptedScalar => "a comment interrupts a text of several lines",
        ErrorKind::CommentNotSeparated => "a comment must follow a blank",
        ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd => {
            "text follows the end of the document"
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag => "tags are not allowed",
        _ => "this is not well-formed YAML",
    };
    fixed.to_owned()
}
