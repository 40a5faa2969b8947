//! What keeps bytes from being an entry, as the errors that tell it.

use crate::yaml;
use crate::{Code, Error};

use super::MOST_BYTES;

/// What is wrong with a text, and in which of its lines if it is one.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    /// Counts lines from one that is not the first of its file.
    pub(super) fn below(mut self, lines: usize) -> Self {
        self.line = self.line.map(|line| line + lines);
        self
    }

    /// Tells it of a file, or of the body that was to become one.
    pub(super) fn error(self, code: Code, path: &str) -> Error {
        match self.line {
            Some(line) => {
                let message = format!("{path}: line {line}: {}", self.message);
                Error::new(code, message).with("path", path).with("line", line)
            }
            None => Error::new(code, format!("{path}: {}", self.message)).with("path", path),
        }
    }
}

impl From<yaml::Fault> for Fault {
    fn from(fault: yaml::Fault) -> Self {
        Self { line: Some(fault.line), message: fault.message }
    }
}

/// Takes bytes as text. Errors: `bad_frontmatter`.
pub(super) fn utf_8<'a>(bytes: &'a [u8], path: &str) -> Result<&'a str, Error> {
    str::from_utf8(bytes).map_err(|error| {
        let message = format!("not UTF-8 at byte {}", error.valid_up_to());
        Fault::whole(message).error(Code::BadFrontmatter, path)
    })
}

/// Tells that an entry would be longer than it may be.
pub(super) fn too_long(path: &str) -> Error {
    let message = format!("the entry would be longer than {MOST_BYTES} bytes");
    Fault::whole(message).error(Code::BadContent, path).with("limit", MOST_BYTES)
}
