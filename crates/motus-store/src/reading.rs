//! Opening a Store for reading, where its files may be used in place and where they may not.

use motus_fs::{Inspection, PrivateCopy, inspect};
use motus_ledger::StoreError;
use rusqlite::{Connection, ErrorCode};

use crate::error::{from_file, from_sqlite, moved};
use crate::{StorePlace, connection};

/// What is read.
#[derive(Debug)]
pub(crate) enum Source {
    /// The Store's own files, under SQLite's locks.
    InPlace,
    /// The Store's own file as it was, without locks: what a writer does meanwhile goes unnoticed.
    Unlocked(Inspection),
    /// A copy, as it is.
    Copy(#[expect(dead_code, reason = "it is removed when it is dropped")] PrivateCopy),
}

/// Opens a Store as well as its place allows.
///
/// Where SQLite cannot keep its shared index beside the file, a file without a log is read without
/// locks. Otherwise a private copy of file and log is read, because the log holds committed runs, or
/// because a rollback journal holds what a killed writer overwrote.
pub(crate) fn open(place: &StorePlace) -> Result<(Connection, Source), StoreError> {
    match connection::open_read_only(place.path(), "?mode=ro") {
        Ok(connection) => Ok((connection, Source::InPlace)),
        Err(error) if !may_be_read_otherwise(&error) => Err(from_sqlite(&error, place.path())),
        Err(_) if has_log(place)? => open_copy(place),
        Err(_) => open_unlocked(place),
    }
}

/// Opens a Store so that nothing is changed beside it, not even a time.
///
/// A log is not read in place: SQLite opens it for writing, and keeps its index beside it up to date. Without one
/// the file itself is read, without locks.
pub(crate) fn open_traceless(place: &StorePlace) -> Result<(Connection, Source), StoreError> {
    if has_log(place)? { open_copy(place) } else { open_unlocked(place) }
}

/// Opens a private copy of a Store.
pub(crate) fn open_copy(place: &StorePlace) -> Result<(Connection, Source), StoreError> {
    let files = [place.path().to_owned(), place.wal(), place.journal()];
    let copy = PrivateCopy::of(&files).map_err(from_file)?;
    let path = copy.path_of(place.path());
    let connection = if place.journal_bytes()? > 0 {
        connection::roll_back(&path).and_then(|()| connection::open_read_only(&path, "?mode=ro"))
    } else {
        connection::open_read_only(&path, "?mode=ro")
    };
    let connection = connection.map_err(|error| from_sqlite(&error, place.path()))?;
    Ok((connection, Source::Copy(copy)))
}

impl Source {
    /// Tells whether what is read cannot change while it is read.
    pub(crate) fn is_locked(&self) -> bool {
        !matches!(self, Self::Unlocked(_))
    }

    /// Tells whether everything that was read was there at one moment.
    pub(crate) fn is_unchanged(&self, place: &StorePlace) -> Result<bool, StoreError> {
        match self {
            Self::InPlace | Self::Copy(_) => Ok(true),
            Self::Unlocked(before) => {
                let now = inspect(place.path()).map_err(from_file)?;
                Ok(now == Some(*before) && !has_log(place)?)
            }
        }
    }
}

fn open_unlocked(place: &StorePlace) -> Result<(Connection, Source), StoreError> {
    let before = inspect(place.path()).map_err(from_file)?.ok_or_else(|| moved(place.path()))?;
    let connection = connection::open_read_only(place.path(), "?mode=ro&immutable=1");
    let connection = connection.map_err(|error| from_sqlite(&error, place.path()))?;
    let source = Source::Unlocked(before);
    if source.is_unchanged(place)? { Ok((connection, source)) } else { open_copy(place) }
}

fn has_log(place: &StorePlace) -> Result<bool, StoreError> {
    Ok(place.wal_bytes()? > 0 || place.journal_bytes()? > 0)
}

/// Tells whether opening failed for want of the shared index, not of the Store.
fn may_be_read_otherwise(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn place(directory: &tempfile::TempDir) -> StorePlace {
        let place = StorePlace::new(directory.path().join("store.db"));
        let connection = Connection::open(place.path()).unwrap();
        connection.execute_batch("CREATE TABLE runs (id)").unwrap();
        place
    }

    #[test]
    fn a_file_that_is_read_without_locks_is_watched() {
        let changes: [fn(&StorePlace) -> PathBuf; 3] =
            [StorePlace::wal, StorePlace::journal, |place| place.path().to_owned()];
        for changed in changes {
            let directory = tempfile::tempdir().unwrap();
            let place = place(&directory);
            let (_connection, source) = open_unlocked(&place).unwrap();
            assert!(!source.is_locked() && source.is_unchanged(&place).unwrap());
            // What a writer leaves, wherever it leaves it.
            motus_fs::replace(&changed(&place), b"bytes").unwrap();
            assert!(!source.is_unchanged(&place).unwrap());
        }
    }

    #[test]
    fn a_file_with_a_log_is_not_read_without_locks() {
        let directory = tempfile::tempdir().unwrap();
        let place = place(&directory);
        motus_fs::replace(&place.wal(), b"a log").unwrap();
        let (_connection, source) = open_unlocked(&place).unwrap();
        assert!(source.is_locked());
    }
}
