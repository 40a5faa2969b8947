//! What goes wrong, as every door tells it.

use std::fmt;

use motus_json::{Object, Value};

/// Names what went wrong for programs; the text is part of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// No entry, or no file of one, has the key.
    UnknownKey,
    /// An entry's metadata cannot be read, or names another file.
    BadFrontmatter,
    /// The manifest says something that no manifest may say.
    BadManifest,
    /// A body that was given cannot be of the entry's format.
    BadContent,
    /// A required field is missing or a field has the wrong type.
    SchemaViolation,
    /// The role lacks the capability that the zone requires.
    WriteForbidden,
    /// The file is not the one that the caller saw.
    EtagMismatch,
    /// A predicate of the transition's guard does not hold.
    GuardFailed,
    /// What was to be accepted or rejected is no proposal.
    ProposalError,
    /// A target cannot be published to.
    PublishError,
    /// A template is not well formed.
    TemplateError,
    /// A template rendered what the format cannot hold.
    BadRender,
    /// A projection asks for more than there may be.
    InvalidProjection,
    /// The role is not declared.
    InvalidRole,
    /// The log no longer holds what comes after the cursor.
    CursorExpired,
    /// The manifest changed during a session.
    ContractDrift,
    /// The command or a declaration is not well formed.
    Usage,
    /// A flag has another name now.
    FlagRenamed,
    /// The file system refused, or the store is not there.
    IoError,
    /// Another build holds the lock.
    BuildInProgress,
}

impl Code {
    /// Returns the code as it stands in an error envelope.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::BadFrontmatter => "bad_frontmatter",
            Self::BadManifest => "bad_manifest",
            Self::BadContent => "bad_content",
            Self::SchemaViolation => "schema_violation",
            Self::WriteForbidden => "write_forbidden",
            Self::EtagMismatch => "etag_mismatch",
            Self::GuardFailed => "guard_failed",
            Self::ProposalError => "proposal_error",
            Self::PublishError => "publish_error",
            Self::TemplateError => "template_error",
            Self::BadRender => "bad_render",
            Self::InvalidProjection => "invalid_projection",
            Self::InvalidRole => "invalid_role",
            Self::CursorExpired => "cursor_expired",
            Self::ContractDrift => "contract_drift",
            Self::Usage => "usage",
            Self::FlagRenamed => "flag_renamed",
            Self::IoError => "io_error",
            Self::BuildInProgress => "build_in_progress",
        }
    }

    /// Returns the exit code of a command that ends with this.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::FlagRenamed => 2,
            Self::IoError => 64,
            Self::BuildInProgress => 75,
            _ => 1,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Says what went wrong, with the facts for programs and the next step for people.
///
/// Shape: the message names the offender; `details` is always an object; the hint is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
    details: Object,
    hint: Option<String>,
}

impl Error {
    /// Makes an error without details and hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Object::new(), hint: None }
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name, value);
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what it is about, in front of the message.
    #[must_use]
    pub fn about(self, subject: &str) -> Self {
        Self { message: format!("{subject}: {}", self.message), ..self }
    }

    /// Says the same under another code.
    #[must_use]
    pub fn recoded(self, code: Code) -> Self {
        Self { code, ..self }
    }

    /// Returns the code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the facts.
    pub fn details(&self) -> &Object {
        &self.details
    }

    /// Returns the next step, where there is one.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}
