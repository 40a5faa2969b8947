//! What a file operation failed at.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A failed file operation, with the place and the cause.
#[derive(Debug, Error)]
#[error("cannot {operation} {}: {source}", path.display())]
pub struct FileError {
    /// What was attempted.
    pub operation: Operation,
    /// Where.
    pub path: PathBuf,
    /// What the operating system answered.
    #[source]
    pub source: io::Error,
}

impl FileError {
    pub(crate) fn new(operation: Operation, path: &Path, source: impl Into<io::Error>) -> Self {
        Self { operation, path: path.to_owned(), source: source.into() }
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::NotFound => "file.missing",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "file.denied",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "file.disk_full",
            io::ErrorKind::FileTooLarge => "file.too_large",
            _ => "file.failed",
        }
    }
}

/// A kind of file operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading a file or a directory.
    Read,
    /// Writing a file.
    Write,
    /// Making a directory.
    CreateDirectory,
    /// Restricting who may read a file or a directory.
    Restrict,
    /// Removing a file.
    Remove,
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::CreateDirectory => "create directory",
            Self::Restrict => "restrict access to",
            Self::Remove => "remove",
        })
    }
}
