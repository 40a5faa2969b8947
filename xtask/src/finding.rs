//! A rule break: where it is, what it is, what to do about it.

use std::fmt;

/// One rule break, printed as `path:line: what, and what to do`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Path from the repository root, with `/`.
    path: String,
    /// One-based; 1 also stands for the file as a whole.
    line: usize,
    message: String,
}

impl Finding {
    /// Makes a finding at a line; `message` says what is wrong and what to do.
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}
