//! What SQLite reports, in the words of the Store port.

use std::io;
use std::path::Path;

use motus_fs::{FileError, growth, inspect, new_descriptor};
use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::{ErrorCode, ffi};

use crate::StorePlace;

/// Turns an error of SQLite into one of the port; `path` names the Store.
pub(crate) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> StoreError {
    if let Some(reason) = reason_of_the_system(error, path) {
        return reason;
    }
    let kind = kind_of(error);
    let place = path.display();
    let message = match kind {
        StoreErrorKind::Locked => format!("another process holds the Store: {place}"),
        StoreErrorKind::DiskFull => format!("no space left for the Store: {place}"),
        StoreErrorKind::Corrupt => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => format!("not a Store, or a damaged one: {place}"),
            _ => format!("the Store is damaged: {place}"),
        },
        StoreErrorKind::Foreign => format!("the file is a database of something else: {place}"),
        StoreErrorKind::Denied => format!("access to the Store is denied: {place}"),
        StoreErrorKind::GuardRefused => guard_message(error),
        StoreErrorKind::RowTooLarge => {
            format!("the Store holds a value of more than 64 MiB, which is not read: {place}")
        }
        StoreErrorKind::RowInvalid => {
            format!("the Store holds a row that is not a record: {place}")
        }
        _ => format!("the Store cannot be used: {place}"),
    };
    // The text, not the type: callers of the port know no database.
    StoreError::new(kind, message).with_source(text_of(error))
}

/// Turns an error of the file system into one of the port.
pub(crate) fn from_file(error: FileError) -> StoreError {
    let kind = match error.code() {
        "file.denied" => StoreErrorKind::Denied,
        "file.disk_full" => StoreErrorKind::DiskFull,
        _ if error.source.kind() == io::ErrorKind::ResourceBusy => StoreErrorKind::Locked,
        _ => StoreErrorKind::Io,
    };
    StoreError::new(kind, error.to_string()).with_source(error)
}

/// Says that the Store is not where it was.
pub(crate) fn moved(path: &Path) -> StoreError {
    let message = format!("the Store was moved or removed while it was in use: {}", path.display());
    StoreError::new(StoreErrorKind::Moved, message)
}

fn kind_of(error: &rusqlite::Error) -> StoreErrorKind {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnName, InvalidColumnType,
        SqlInputError, SqliteFailure, Utf8Error,
    };

    match error {
        FromSqlConversionFailure(..)
        | IntegralValueOutOfRange(..)
        | InvalidColumnType(..)
        | Utf8Error(..) => StoreErrorKind::RowInvalid,
        // Every statement fits a Store, so the database is another one.
        SqlInputError { .. } | InvalidColumnName(_) => StoreErrorKind::Foreign,
        SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreErrorKind::Locked,
            ErrorCode::DiskFull => StoreErrorKind::DiskFull,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
                StoreErrorKind::Denied
            }
            ErrorCode::ConstraintViolation => StoreErrorKind::GuardRefused,
            ErrorCode::TooBig => StoreErrorKind::RowTooLarge,
            // The shared index is made to its full size at once, which fails for want of room alone.
            _ if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => StoreErrorKind::DiskFull,
            _ => StoreErrorKind::Io,
        },
        _ => StoreErrorKind::Io,
    }
}

/// Asks the system why SQLite could not open or write a file, which SQLite does not tell.
fn reason_of_the_system(error: &rusqlite::Error, path: &Path) -> Option<StoreError> {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return None;
    };
    if failure.code == ErrorCode::CannotOpen {
        if let Err(reason) = new_descriptor() {
            let message = format!("the Store cannot be opened: {}", path.display());
            return Some(StoreError::new(StoreErrorKind::Io, message).with_source(reason));
        }
        return matches!(inspect(path), Ok(None)).then(|| moved(path));
    }
    if failure.extended_code != ffi::SQLITE_IOERR_WRITE {
        return None;
    }
    let place = StorePlace::new(path);
    let files = [path.to_owned(), place.wal(), place.journal()];
    let bytes = files.iter().filter_map(|file| inspect(file).ok().flatten()).map(|it| it.bytes);
    let bytes = bytes.max().unwrap_or_default();
    match growth(path.parent()?, bytes) {
        Err(reason) if matches!(reason.code(), "file.disk_full" | "file.too_large") => {
            let message = format!("no space left for the Store: {}", path.display());
            Some(StoreError::new(StoreErrorKind::DiskFull, message).with_source(reason))
        }
        _ => None,
    }
}

/// Returns what SQLite says, without the statement that it was asked.
fn text_of(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

/// A trigger's own text says what it guards.
fn guard_message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        _ => "a guard of the Store refused the change".to_owned(),
    }
}
