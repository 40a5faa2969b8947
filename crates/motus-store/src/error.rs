//! What SQLite reports, in the words of the Store port.

use std::path::Path;

use motus_fs::FileError;
use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::ErrorCode;

/// Turns an error of SQLite into one of the port; `path` names the Store.
pub(crate) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> StoreError {
    let kind = kind_of(error);
    let place = path.display();
    let message = match kind {
        StoreErrorKind::Locked => format!("another process holds the Store: {place}"),
        StoreErrorKind::DiskFull => format!("no space left for the Store: {place}"),
        StoreErrorKind::Corrupt => format!("the Store is damaged or no Store at all: {place}"),
        StoreErrorKind::Denied => format!("access to the Store is denied: {place}"),
        StoreErrorKind::GuardRefused => guard_message(error),
        StoreErrorKind::RowInvalid => {
            format!("the Store holds a row that is not a record: {place}")
        }
        _ => format!("the Store cannot be used: {place}"),
    };
    // The text, not the type: callers of the port know no database.
    StoreError::new(kind, message).with_source(error.to_string())
}

/// Turns an error of the file system into one of the port.
pub(crate) fn from_file(error: FileError) -> StoreError {
    let kind = match error.code() {
        "file.missing" | "file.denied" => StoreErrorKind::Denied,
        "file.disk_full" => StoreErrorKind::DiskFull,
        _ => StoreErrorKind::Io,
    };
    StoreError::new(kind, error.to_string()).with_source(error)
}

fn kind_of(error: &rusqlite::Error) -> StoreErrorKind {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};

    match error {
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) => {
            StoreErrorKind::RowInvalid
        }
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreErrorKind::Locked,
            ErrorCode::DiskFull => StoreErrorKind::DiskFull,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
                StoreErrorKind::Denied
            }
            ErrorCode::ConstraintViolation => StoreErrorKind::GuardRefused,
            _ => StoreErrorKind::Io,
        },
        _ => StoreErrorKind::Io,
    }
}

/// A trigger's own text says what it guards.
fn guard_message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        _ => "a guard of the Store refused the change".to_owned(),
    }
}
