//! Why a workspace was not set up.

use std::path::PathBuf;

use motus_fs::{FileError, FileType, Found, JailError};
use thiserror::Error;

/// What keeps a workspace from being set up; nothing of the user's was changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    /// There is no directory to integrate.
    #[error("there is no directory to integrate: {}", .0.display())]
    RootMissing(PathBuf),
    /// Something else stands where a directory belongs.
    #[error("{found} stands where a directory of the workspace belongs: {}", path.display())]
    NotADirectory {
        /// Where.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// `current` is no link to a release of this workspace.
    #[error("{} {found}, and leads to no release of this workspace", path.display())]
    CurrentElsewhere {
        /// Where.
        path: PathBuf,
        /// What it is, or where it leads.
        found: String,
        /// Whether it can be led elsewhere without losing anything.
        is_link: bool,
    },
    /// Somebody else was setting it up all the time.
    #[error("another process is setting this workspace up: {}", .0.display())]
    Busy(PathBuf),
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something below the workspace could not be used.
    #[error(transparent)]
    Jail(#[from] JailError),
}

impl InitError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RootMissing(_) => "init.root_missing",
            Self::NotADirectory { .. } => "init.not_a_directory",
            Self::CurrentElsewhere { .. } => "init.current_elsewhere",
            Self::Busy(_) => "init.busy",
            Self::File(error) => error.code(),
            Self::Jail(error) => error.code(),
        }
    }

    pub(super) fn not_a_directory(path: PathBuf, found: FileType) -> Self {
        let found = match found {
            FileType::Link => "a link",
            FileType::File => "a plain file",
            FileType::Directory => "a directory",
            FileType::Special => "a device, pipe or socket",
        };
        Self::NotADirectory { path, found }
    }

    /// Tells of a link on the way as of anything else that is no directory.
    pub(super) fn of_directory(error: JailError) -> Self {
        match error {
            JailError::NotAFile { path, found: Found::Link } => {
                Self::not_a_directory(path, FileType::Link)
            }
            error => error.into(),
        }
    }
}
