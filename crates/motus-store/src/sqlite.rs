//! Opening a Store for writing or for reading.

use std::path::{Path, PathBuf};

use motus_fs::tighten;
use motus_ledger::{ReadTransaction, Store, StoreError, WriteTransaction};
use rusqlite::{Connection, TransactionBehavior};

use crate::create::create;
use crate::error::{from_file, from_sqlite};
use crate::presence::Presence;
use crate::reading::{self, Source};
use crate::schema::{self, Objects};
use crate::transaction::{Reading, Writing};
use crate::{Notice, StorePlace, connection, guard, statement};

/// The log is moved into the database before a first write when it is larger than this, in bytes.
const CHECKPOINT_ABOVE: u64 = 4 * 1024 * 1024;

/// A Store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    place: StorePlace,
    pub(crate) connection: Connection,
    /// The log's size at the last attempt to move it; the next one waits until it grew again.
    checkpointed_at: u64,
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
        let store = Self::new(place, connection, Source::InPlace, presence);
        Ok(Opened { store, notices })
    }

    /// Opens a Store for reading; nothing of it is changed.
    ///
    /// Errors: `store.missing` and those of [`SqliteStore::open`].
    pub fn open_read_only(place: &StorePlace) -> Result<Self, StoreError> {
        Self::open_source(place, reading::open)
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
        Self { place: place.clone(), connection, checkpointed_at: 0, source, presence }
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

    /// Moves a log that grew large into the database, as far as readers allow.
    fn checkpoint_when_large(&mut self) {
        let Ok(bytes) = self.place.wal_bytes() else {
            return;
        };
        if bytes < self.checkpointed_at.saturating_add(CHECKPOINT_ABOVE) {
            return;
        }
        self.checkpointed_at = bytes;
        // Not moving it now costs space, not data: the next writer tries again.
        let _ = self.connection.query_row(statement::CHECKPOINT_PASSIVE, [], |_| Ok(()));
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
        self.checkpoint_when_large();
        let path = self.place.path();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| from_sqlite(&error, path))?;
        // After waiting for the lock: what was moved meanwhile takes no write either.
        if let Some(presence) = &mut self.presence {
            presence.confirm(&self.place)?;
        }
        Ok(Box::new(Writing::new(Reading::new(transaction, path))))
    }
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
