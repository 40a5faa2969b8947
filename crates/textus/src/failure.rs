//! What the file system refuses, as every door tells it.
//!
//! The one place where file errors become errors of the protocol.

use std::io;
use std::path::Path;

use motus_fs::{AppendError, FileError, Found, JailError, LockError};
use textus_core::{Code, Error};

/// Makes an `io_error` that names the path, `{path}`.
pub(crate) fn of_file(error: &FileError) -> Error {
    let told = tell(error, &error.path);
    match error.source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            told.hint("the disk is full; nothing was changed")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            told.hint("the user who runs this may not do that there")
        }
        _ => told,
    }
}

/// Makes an `io_error` of whatever keeps something below a directory from being used.
pub(crate) fn of_jail(error: &JailError) -> Error {
    match error {
        JailError::System(error) => of_file(error),
        JailError::TooLarge { .. } => tell(error, error.path()).hint("an entry has at most 1 MB"),
        JailError::LeadsOutside { .. } => {
            tell(error, error.path()).hint("paths may lead to places inside, not out")
        }
        JailError::NotAFile { found: Found::Link, .. } => tell(error, error.path())
            .hint("no link in a store is followed; put what it leads to in its place"),
        JailError::NotAFile { found: Found::SharedFile, .. } => tell(error, error.path())
            .hint("what is written there would be written elsewhere too; put a copy in its place"),
        _ => tell(error, error.path()),
    }
}

/// Makes an `io_error` of a lock that was not had, `{path, holder}` when somebody else has it.
pub(crate) fn of_lock(error: &LockError) -> Error {
    match error {
        LockError::Held { path, holder } => tell(error, path)
            .with("holder", holder)
            .hint("somebody else is writing; try again when they are done"),
        LockError::Refused(error) => of_jail(error),
    }
}

/// Makes an `io_error` of a row that could not be written down.
pub(crate) fn of_append(error: &AppendError) -> Error {
    let told = of_jail(&error.source);
    if error.is_restored { told } else { unsettled(&told) }
}

/// Makes an `io_error` of a failed read of a file that was open already.
pub(crate) fn of_reading(path: &Path, error: &io::Error) -> Error {
    tell(&format!("cannot read {}: {error}", path.display()), path)
}

/// Makes an `io_error` of an audit log that cannot be used as it is.
pub(crate) fn of_log(path: &Path, why: &str) -> Error {
    tell(&format!("{} {why}", path.display()), path)
}

/// Says of an error that a change is in the log and may not be in place.
pub(crate) fn unsettled(error: &Error) -> Error {
    let message = format!("{}; the change is in the log and unfinished", error.message());
    let told =
        error.details().iter().fold(Error::new(error.code(), message), |told, (name, value)| {
            told.with(&name.to_string_lossy(), value.clone())
        });
    told.hint("the next write finishes it; 'textus doctor' tells whether it could")
}

fn tell(what: &dyn std::fmt::Display, path: &Path) -> Error {
    Error::new(Code::IoError, what.to_string()).with("path", path.to_string_lossy().into_owned())
}
