//! Why bytes are not a document: one stable code and one byte offset for each refusal.

/// Tells why and where reading stopped.
///
/// Shape: the offset counts bytes from the start of the input and points at the first byte that could
/// not be accepted: the opening quote of a repeated key, the backslash of a wrong escape, the first
/// byte of a number out of range, the end of the input when it was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct ReadError {
    kind: ReadErrorKind,
    offset: usize,
}

/// Names what a document did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// `json.too_large`: the input is longer than [`Limits::bytes`](crate::Limits::bytes).
    #[error("input longer than {limit} bytes")]
    TooLarge {
        /// The limit that was crossed, in bytes.
        limit: usize,
    },
    /// `json.byte_order_mark`: the input starts with U+FEFF.
    #[error("byte order mark")]
    ByteOrderMark,
    /// `json.not_utf8`: the input is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// `json.truncated`: the input ends inside the document, or is empty.
    #[error("input ends too early")]
    Truncated,
    /// `json.syntax`: the grammar wants something else here.
    #[error("expected {expected}")]
    Syntax {
        /// What the grammar wants.
        expected: &'static str,
    },
    /// `json.control_character`: a string holds a raw character below U+0020.
    #[error("unescaped control character")]
    ControlCharacter,
    /// `json.escape`: a backslash starts no escape sequence of JSON.
    #[error("unknown escape sequence")]
    Escape,
    /// `json.non_finite`: `NaN` or an infinity, which JSON does not have.
    #[error("number is not finite")]
    NonFinite,
    /// `json.number_range`: a float too large for 64 bits.
    #[error("float out of range")]
    NumberRange,
    /// `json.float`: a number with a fraction or an exponent, where only integers are.
    #[error("a number that is no integer")]
    Float,
    /// `json.negative_zero`: `-0`, which is a second spelling of 0.
    #[error("negative zero")]
    NegativeZero,
    /// `json.integer_range`: an integer that 64 bits cannot hold.
    #[error("integer of more than 64 bits")]
    IntegerRange,
    /// `json.lone_surrogate`: an escape that is half of a character.
    #[error("half of a character")]
    LoneSurrogate,
    /// `json.upper_case_escape`: a control escaped with upper-case digits.
    #[error("escape in upper case")]
    UpperCaseEscape,
    /// `json.not_an_object`: a document that is no object where one is wanted.
    #[error("not an object")]
    NotAnObject,
    /// `json.duplicate_key`: an object holds a key twice, once unescaped.
    #[error("duplicate key")]
    DuplicateKey,
    /// `json.depth`: arrays and objects nest deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("nested deeper than {limit} levels")]
    Depth {
        /// The limit that was crossed, in levels.
        limit: usize,
    },
    /// `json.too_many_values`: more values than [`Limits::values`](crate::Limits::values).
    #[error("more than {limit} values")]
    TooManyValues {
        /// The limit that was crossed.
        limit: usize,
    },
    /// `json.trailing_data`: something other than white space follows the document.
    #[error("data after the document")]
    TrailingData,
}

impl ReadError {
    pub(crate) fn new(kind: ReadErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// Returns what went wrong.
    pub fn kind(&self) -> ReadErrorKind {
        self.kind
    }

    /// Returns where it went wrong, in bytes from the start of the input.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the stable code of the kind.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl ReadErrorKind {
    /// Returns the stable code, `json.` and a reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "json.too_large",
            Self::ByteOrderMark => "json.byte_order_mark",
            Self::NotUtf8 => "json.not_utf8",
            Self::Truncated => "json.truncated",
            Self::Syntax { .. } => "json.syntax",
            Self::ControlCharacter => "json.control_character",
            Self::Escape => "json.escape",
            Self::NonFinite => "json.non_finite",
            Self::NumberRange => "json.number_range",
            Self::Float => "json.float",
            Self::NegativeZero => "json.negative_zero",
            Self::IntegerRange => "json.integer_range",
            Self::LoneSurrogate => "json.lone_surrogate",
            Self::UpperCaseEscape => "json.upper_case_escape",
            Self::NotAnObject => "json.not_an_object",
            Self::DuplicateKey => "json.duplicate_key",
            Self::Depth { .. } => "json.depth",
            Self::TooManyValues { .. } => "json.too_many_values",
            Self::TrailingData => "json.trailing_data",
        }
    }
}
