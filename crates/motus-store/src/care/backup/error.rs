//! Why no copy was made.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use motus_fs::FileError;
use motus_ledger::{StoreError, StoreErrorKind};

/// Why no copy of a Store was made; nothing is left of the attempt.
#[derive(Debug)]
#[non_exhaustive]
pub enum BackupError {
    /// The name is taken, by whatever it is; it is never overwritten.
    TargetExists(PathBuf),
    /// The name is one that SQLite or Motus gives to a file beside another database.
    TargetReserved(PathBuf),
    /// A log of another database waits at the place, and would be replayed into the copy.
    TargetLog(PathBuf),
    /// The directory of the copy is not there.
    DirectoryMissing(PathBuf),
    /// The place takes no such file.
    Target {
        /// What kind of trouble it is.
        kind: StoreErrorKind,
        /// The copy.
        path: PathBuf,
        /// What was said about it.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The Store is damaged, and so would be its copy.
    Unsound {
        /// The Store.
        store: PathBuf,
        /// The first problem that was found.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The Store could not be read, or the place of the copy holds parts of another one.
    Store(StoreError),
}

impl BackupError {
    pub(super) fn target(
        kind: StoreErrorKind,
        path: &Path,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Target { kind, path: path.to_owned(), cause: cause.into() }
    }

    /// Returns the error of a file that belongs beside the copy.
    pub fn of_file(error: FileError, path: &Path) -> Self {
        Self::from_file(error, path)
    }

    pub(super) fn from_file(error: FileError, path: &Path) -> Self {
        let kind = match error.code() {
            "file.missing" => {
                return Self::DirectoryMissing(path.parent().unwrap_or(path).to_owned());
            }
            "file.denied" => StoreErrorKind::Denied,
            "file.disk_full" | "file.too_large" => StoreErrorKind::DiskFull,
            _ => StoreErrorKind::Io,
        };
        Self::target(kind, path, error.source)
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TargetExists(_) => "backup.target_exists",
            Self::TargetReserved(_) => "backup.target_reserved",
            Self::TargetLog(_) => "backup.target_log",
            Self::DirectoryMissing(_) => "backup.directory_missing",
            Self::Target { kind: StoreErrorKind::Denied, .. } => "backup.denied",
            Self::Target { kind: StoreErrorKind::DiskFull, .. } => "backup.disk_full",
            Self::Target { .. } => "backup.failed",
            Self::Unsound { .. } => "backup.unsound",
            Self::Store(error) => error.code(),
        }
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, path) = match self {
            Self::Store(error) => return error.fmt(formatter),
            Self::TargetExists(path) => ("something is at the place of the backup already", path),
            Self::TargetReserved(path) => {
                ("a file of this name belongs to the database beside it", path)
            }
            Self::TargetLog(path) => {
                ("the log of another database waits at the place of the backup", path)
            }
            Self::DirectoryMissing(path) => ("the directory of the backup is not there", path),
            Self::Target { kind: StoreErrorKind::Denied, path, .. } => {
                ("the backup may not be written", path)
            }
            Self::Target { kind: StoreErrorKind::DiskFull, path, .. } => {
                ("no space left for the backup", path)
            }
            Self::Target { path, .. } => ("the backup cannot be written", path),
            Self::Unsound { store, .. } => ("the Store is damaged, and no copy was made", store),
        };
        write!(formatter, "{text}: {}", path.display())
    }
}

impl Error for BackupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Target { cause, .. } | Self::Unsound { cause, .. } => Some(&**cause),
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
