//! Opening a Store for writing or for reading.

use std::mem;
use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{inspect, tighten};
use motus_ledger::{ReadTransaction, Store, StoreError, WriteTransaction};
use rusqlite::{Connection, TransactionBehavior};

use crate::create::create;
use crate::error::{from_file, from_sqlite};
use crate::presence::Presence;
use crate::reading::{self, Source};
use crate::schema::{self, Objects};
use crate::transaction::{Reading, Writing};
use crate::turns::{self, Turns};
use crate::{Notice, StorePlace, WalCheckpoint, connection, guard, statement};

/// The log is moved into the database before a write when it is larger than this, in bytes.
///
/// Once it was moved whole, it is written from its beginning again, and its file keeps this size.
const LOG_LIMIT: u64 = 4 * 1024 * 1024;

/// A Store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    place: StorePlace,
    pub(crate) connection: Connection,
    /// How large the log has to be for the next attempt to move it, in bytes.
    checkpoint_above: u64,
    turns: Turns,
    source: Source,
    /// The files that are written; `None` when the Store was opened for reading.
    presence: Option<Presence>,
}

/// A Store that was opened for writing, and what that changed.
#[derive(Debug)]
pub struct Opened {
    /// The Store.
    pub store: SqliteStore,
    /// What was changed about its files.
    pub notices: Vec<Notice>,
}

impl SqliteStore {
    /// Opens a Store for writing and makes what is missing of it.
    ///
    /// With `private`, access by group and others is taken away. Errors: `store.not_a_file`,
    /// `store.empty`, `store.orphaned_log`, `store.foreign`, `store.corrupt`, `store.denied`,
    /// `store.locked`, `store.disk_full`, `store.io`.
    pub fn open(place: &StorePlace, private: bool) -> Result<Opened, StoreError> {
        if !place.check()? {
            create(place)?;
        }
        let failed = |error| from_sqlite(&error, place.path());
        let mut connection = connection::open_writable(place.path()).map_err(failed)?;
        let objects = Objects::read(&connection).map_err(failed)?;
        // Until here the file may be another program's: nothing of it has been changed.
        if !objects.is_blank() {
            schema::require_ours(&connection, &objects, place.path())?;
        }
        let mut notices = if private { tighten_all(place)? } else { Vec::new() };
        notices.extend(guard::changed(&objects.triggers).into_iter().map(Notice::ChangedGuard));
        connection::prepare_writing(&connection).map_err(failed)?;
        let lacks_guards = !guard::missing(&objects.triggers).is_empty();
        let lacks_tables = !objects.missing_tables().is_empty();
        if lacks_guards || lacks_tables || objects.lacks_indexes() {
            schema::complete(&mut connection, place.path())?;
        }
        let presence = Some(Presence::look(place)?);
        let store = Self::new(&place.settled(), connection, Source::InPlace, presence);
        Ok(Opened { store, notices })
    }

    /// Opens a Store for reading; nothing of it is changed.
    ///
    /// Errors: `store.missing` and those of [`SqliteStore::open`].
    pub fn open_read_only(place: &StorePlace) -> Result<Self, StoreError> {
        Self::open_source(place, reading::open)
    }

    /// Opens a Store for reading so that nothing is changed where it lies: in place when all of it is in its
    /// file, otherwise in a private copy among temporary files. Ask [`SqliteStore::was_read_whole`] afterwards.
    ///
    /// Errors: those of [`SqliteStore::open_read_only`].
    pub fn open_traceless(place: &StorePlace) -> Result<Self, StoreError> {
        Self::open_source(place, reading::open_traceless)
    }

    /// Opens a private copy of a Store for reading: nothing that others do can be seen in it.
    ///
    /// Errors: those of [`SqliteStore::open_read_only`].
    pub fn open_copy(place: &StorePlace) -> Result<Self, StoreError> {
        Self::open_source(place, reading::open_copy)
    }

    /// Opens a Store for reading so that nothing that others do goes unnoticed, through a copy if need
    /// be.
    ///
    /// Errors: those of [`SqliteStore::open_read_only`].
    pub fn open_steady(place: &StorePlace) -> Result<Self, StoreError> {
        let store = Self::open_read_only(place)?;
        if store.source.is_locked() { Ok(store) } else { Self::open_copy(place) }
    }

    fn open_source(
        place: &StorePlace,
        open: fn(&StorePlace) -> Result<(Connection, Source), StoreError>,
    ) -> Result<Self, StoreError> {
        place.require()?;
        let (connection, source) = open(place)?;
        let objects =
            Objects::read(&connection).map_err(|error| from_sqlite(&error, place.path()))?;
        schema::require_ours(&connection, &objects, place.path())?;
        Ok(Self::new(place, connection, source, None))
    }

    fn new(
        place: &StorePlace,
        connection: Connection,
        source: Source,
        presence: Option<Presence>,
    ) -> Self {
        let (checkpoint_above, turns) = (LOG_LIMIT, Turns::default());
        Self { place: place.clone(), connection, checkpoint_above, turns, source, presence }
    }

    /// Tells whether all that was read since opening was there at one moment.
    ///
    /// A Store that is read without locks, because its place allows none, may have been written
    /// meanwhile; it is to be read again through [`SqliteStore::open_copy`].
    pub fn was_read_whole(&self) -> Result<bool, StoreError> {
        self.source.is_unchanged(&self.place)
    }

    /// Returns where the Store is.
    pub fn place(&self) -> &StorePlace {
        &self.place
    }

    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Looks at the files again after a time in which others had them: before anything else is asked of the Store.
    ///
    /// An index of the log that was cut short is made whole. Where the files are others, those that were opened are let go as
    /// they are: closing them would look into an index that nobody can mend.
    /// Errors: `store.moved`, and then the Store takes nothing any more; `store.denied`, `store.io`.
    pub fn look_again(&mut self) -> Result<(), StoreError> {
        let Some(presence) = &mut self.presence else { return Ok(()) };
        let mended = presence.mend_index(&self.place);
        let Err(lost) = mended.and_then(|()| presence.confirm(&self.place)) else {
            return Ok(());
        };
        let nothing = Connection::open_in_memory();
        let nothing = nothing.map_err(|error| from_sqlite(&error, self.place.path()))?;
        mem::forget(mem::replace(&mut self.connection, nothing));
        Err(lost)
    }

    /// Moves a log that grew large into the database, as far as readers allow.
    fn checkpoint_when_large(&mut self, bytes: u64) {
        if bytes <= LOG_LIMIT {
            self.checkpoint_above = LOG_LIMIT;
        }
        if bytes <= self.checkpoint_above {
            return;
        }
        // Not moving it now costs space, not data.
        let is_complete = self.checkpoint_in_passing().is_ok_and(|it| it.is_complete());
        let growth = if is_complete { LOG_LIMIT } else { LOG_LIMIT / 4 };
        self.checkpoint_above = bytes.saturating_add(growth);
    }

    /// Moves the log under the write lock, which it does not wait for.
    ///
    /// Beside writers that go on, no log is ever moved whole, and then it grows for as long as they do.
    fn checkpoint_in_passing(&mut self) -> rusqlite::Result<WalCheckpoint> {
        self.connection.busy_handler(Some(turns::wait_in_passing))?;
        let read = WalCheckpoint::from_row;
        let moved = self.connection.query_row(statement::CHECKPOINT_FULL, [], read);
        self.connection.busy_handler(Some(turns::wait))?;
        moved
    }
}

impl Store for SqliteStore {
    fn begin_read(&mut self) -> Result<Box<dyn ReadTransaction + '_>, StoreError> {
        let path = self.place.path();
        let transaction =
            self.connection.transaction().map_err(|error| from_sqlite(&error, path))?;
        Ok(Box::new(Reading::new(transaction, path)))
    }

    fn begin_write(&mut self) -> Result<Box<dyn WriteTransaction + '_>, StoreError> {
        let log = inspect(&self.place.wal()).ok().flatten();
        if let Some(log) = log {
            self.checkpoint_when_large(log.bytes);
        }
        let now = log.map_or(Duration::ZERO, |log| since_epoch(log.modified));
        let (path, connection) = (self.place.path(), &mut self.connection);
        let transaction = self
            .turns
            .take(now, || connection.transaction_with_behavior(TransactionBehavior::Immediate))
            .map_err(|error| from_sqlite(&error, path))?;
        // After waiting for the lock: what was moved meanwhile takes no write either.
        if let Some(presence) = &mut self.presence {
            presence.confirm(&self.place)?;
        }
        Ok(Box::new(Writing::new(Reading::new(transaction, path))))
    }
}

/// Returns a time of a file; one before the epoch is as good as the epoch.
fn since_epoch((seconds, nanoseconds): (i64, i64)) -> Duration {
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    Duration::from_secs(part(seconds)) + Duration::from_nanos(part(nanoseconds))
}

fn tighten_all(place: &StorePlace) -> Result<Vec<Notice>, StoreError> {
    let mut places: Vec<PathBuf> =
        place.state_directory().map(Path::to_owned).into_iter().collect();
    places.extend([place.path().to_owned(), place.wal(), place.shm(), place.spool()]);
    let mut notices = Vec::new();
    for path in places {
        if tighten(&path).map_err(from_file)? {
            notices.push(Notice::Tightened(path));
        }
    }
    Ok(notices)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_log_that_was_reset_is_not_a_large_one() {
        let limit = format!("journal_size_limit = {LOG_LIMIT};");
        assert!(statement::CONNECTION.contains(&limit), "{}", statement::CONNECTION);
    }

    #[test]
    fn a_statement_is_planned_once_whatever_is_asked_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let place = StorePlace::new(directory.path().join("store.db"));
        let writing = SqliteStore::open(&place, true).unwrap().store;
        let reading = SqliteStore::open_read_only(&place).unwrap();
        for store in [&writing, &reading] {
            for sql in [statement::LAST_SEQ, statement::KIND_VERSION_LATEST] {
                let mut statement = store.connection.prepare(sql).unwrap();
                for asked in ["a", "b", "c"] {
                    let _ = statement.query_row([asked], |_| Ok(()));
                }
                assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
            }
        }
    }
}
