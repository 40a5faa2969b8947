//! Why there is no bundle to verify.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Tells why a place cannot be opened as a bundle's directory.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing is there.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// Something else is there.
    #[error("{} is no directory", .0.display())]
    NotADirectory(PathBuf),
    /// The system refuses.
    #[error("{} cannot be opened: {source}", path.display())]
    Unreadable {
        /// The place.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn new(path: PathBuf, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path),
            io::ErrorKind::NotADirectory => Self::NotADirectory(path),
            _ => Self::Unreadable { path, source },
        }
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "bundle.missing",
            Self::NotADirectory(_) => "bundle.not_a_directory",
            Self::Unreadable { .. } => "bundle.unreadable",
        }
    }
}

impl From<OpenError> for io::Error {
    /// Keeps the kind of the cause and the whole message.
    fn from(error: OpenError) -> Self {
        let kind = match &error {
            OpenError::Missing(_) => io::ErrorKind::NotFound,
            OpenError::NotADirectory(_) => io::ErrorKind::NotADirectory,
            OpenError::Unreadable { source, .. } => source.kind(),
        };
        Self::new(kind, error)
    }
}
