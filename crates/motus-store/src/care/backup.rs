//! A consistent copy of a Store in a new file, made while others write.

mod error;

pub use error::BackupError;

use std::error::Error;
use std::path::Path;

use motus_fs::{FileError, NewFile, inspect};
use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use super::Figures;
use super::figures::Contents;
use crate::error::from_sqlite;
use crate::schema::{self, Objects};
use crate::{SqliteStore, StorePlace, connection, statement};

/// All pages in one step, so that all of them are of one moment.
const ALL_PAGES: std::ffi::c_int = -1;

/// Endings of the files beside a database: a copy of such a name would become part of another one.
const RESERVED: [&str; 5] = ["-wal", "-shm", "-journal", "-spool", "-scope"];

impl SqliteStore {
    /// Writes what the Store holds now to a new file, and tells what is in it.
    ///
    /// The copy is of one moment, keeps no writer waiting, and has everything that was committed, in the
    /// log or not. It gets its name once it was examined and synced, and is readable by the user alone;
    /// what has the name already is kept. Errors: those of [`SqliteStore::open_read_only`] and of
    /// [`BackupError`]; nothing is left of a failed copy.
    pub fn back_up(place: &StorePlace, target: &StorePlace) -> Result<Figures, BackupError> {
        Self::back_up_with(place, target, |_| Ok(())).map(|(figures, ())| figures)
    }

    /// Writes a copy as [`SqliteStore::back_up`] does, and has `accompany` put beside its place what belongs to it, as the
    /// copy itself tells; only then it gets its name.
    ///
    /// Errors: those of [`SqliteStore::back_up`] and of `accompany`.
    pub fn back_up_with<T>(
        place: &StorePlace,
        target: &StorePlace,
        accompany: impl FnOnce(&mut Self) -> Result<T, BackupError>,
    ) -> Result<(Figures, T), BackupError> {
        place.refuse_other_names()?;
        let store = Self::open_steady(place)?;
        refuse_target(target)?;
        let cannot_write = |error| BackupError::from_file(error, target.path());
        let file = NewFile::left_of(owner(place, target), target.path()).map_err(cannot_write)?;
        store.copy_into(file.path(), target)?;
        let contents = store.examine(file.path())?;
        let bytes = inspect(file.path()).map_err(cannot_write)?.map_or(0, |found| found.bytes);
        let accompanied = accompany(&mut Self::open_traceless(&StorePlace::new(file.path()))?)?;
        publish(file, target)?;
        Ok((contents.with_sizes(bytes, 0), accompanied))
    }

    fn copy_into(&self, file: &Path, target: &StorePlace) -> Result<(), BackupError> {
        let failed = |error| self.copy_failed(&error, file, target);
        let mut copy = open_empty(file).map_err(failed)?;
        let step = Backup::new(&self.connection, &mut copy)
            .and_then(|backup| backup.step(ALL_PAGES))
            .map_err(failed)?;
        if step != StepResult::Done {
            let busy = ffi::Error::new(ffi::SQLITE_BUSY);
            return Err(failed(rusqlite::Error::SqliteFailure(busy, None)));
        }
        copy.close().map_err(|(_, error)| failed(error))
    }

    /// Tells which of the two files SQLite had trouble with: it writes to one of them only.
    fn copy_failed(
        &self,
        error: &rusqlite::Error,
        file: &Path,
        target: &StorePlace,
    ) -> BackupError {
        let is_write = match error.sqlite_error() {
            Some(failure) => {
                matches!(
                    failure.code,
                    ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::CannotOpen
                ) || matches!(
                    failure.extended_code,
                    ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE | ffi::SQLITE_IOERR_FSYNC
                )
            }
            None => false,
        };
        if is_write {
            BackupError::target(from_sqlite(error, file).kind(), target.path(), error.to_string())
        } else {
            self.unsound_or(from_sqlite(error, self.path()))
        }
    }

    /// Reads the whole copy, without locks because nobody knows it yet.
    fn examine(&self, file: &Path) -> Result<Contents, BackupError> {
        let read = || {
            let failed = |error| from_sqlite(&error, self.path());
            let copy = connection::open_read_only(file, "?mode=ro&immutable=1").map_err(failed)?;
            let objects = Objects::read(&copy).map_err(failed)?;
            schema::require_ours(&copy, &objects, self.path())?;
            Contents::read(&copy).map_err(failed)
        };
        let contents = read().map_err(|error| self.unsound_or(error))?;
        match contents.first_problem() {
            Some(found) => Err(self.unsound(found.to_owned())),
            None => Ok(contents),
        }
    }

    fn unsound_or(&self, error: StoreError) -> BackupError {
        if error.kind() == StoreErrorKind::Corrupt {
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            return self.unsound(cause);
        }
        BackupError::Store(error)
    }

    fn unsound(&self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> BackupError {
        BackupError::Unsound { store: self.path().to_owned(), cause: cause.into() }
    }
}

/// Returns what a copy is named after until it is whole: beside the Store, the Store itself, whose leftovers
/// the doctor looks for.
fn owner<'a>(place: &'a StorePlace, target: &'a StorePlace) -> &'a Path {
    let is_beside = place.path().parent() == target.path().parent();
    if is_beside { place.path() } else { target.path() }
}

/// Gives a whole copy its name.
fn publish(file: NewFile, target: &StorePlace) -> Result<(), BackupError> {
    // A log that was left there meanwhile would be taken for this file's own.
    refuse_target(target)?;
    if file.publish().map_err(|error| BackupError::from_file(error, target.path()))? {
        return Ok(());
    }
    Err(BackupError::TargetExists(target.path().to_owned()))
}

/// Refuses everything but a free name in a directory that is there.
fn refuse_target(target: &StorePlace) -> Result<(), BackupError> {
    let path = target.path();
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    if RESERVED.iter().any(|suffix| name.ends_with(suffix.as_bytes())) {
        return Err(BackupError::TargetReserved(path.to_owned()));
    }
    let cannot_look = |error: FileError| BackupError::from_file(error, path);
    if inspect(path).map_err(cannot_look)?.is_some() {
        return Err(BackupError::TargetExists(path.to_owned()));
    }
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(BackupError::DirectoryMissing(path.to_owned()));
    }
    target.check().map_err(|error| match error.kind() {
        StoreErrorKind::OrphanedLog => BackupError::TargetLog(path.to_owned()),
        _ => BackupError::Store(error),
    })?;
    target.refuse_too_long_to_create().map_err(BackupError::Store)
}

fn open_empty(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection::harden(&connection)?;
    connection.execute_batch(statement::COPY_TARGET)?;
    Ok(connection)
}

#[cfg(test)]
mod tests;
