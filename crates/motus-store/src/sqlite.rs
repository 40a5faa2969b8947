//! Opening a Store for writing or for reading.

use std::path::{Path, PathBuf};

use motus_fs::{PrivateCopy, tighten};
use motus_ledger::{ReadTransaction, Store, StoreError, StoreErrorKind, WriteTransaction};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::create::create;
use crate::error::{from_file, from_sqlite};
use crate::schema::{self, Objects};
use crate::transaction::{Reading, Writing};
use crate::{Notice, StorePlace, connection};

/// The log is moved into the database before a first write when it is larger than this, in bytes.
const CHECKPOINT_ABOVE: u64 = 4 * 1024 * 1024;

/// A Store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    place: StorePlace,
    pub(crate) connection: Connection,
    /// The log's size at the last attempt to move it; the next one waits until it grew again.
    checkpointed_at: u64,
    /// What is read instead of the Store's own files, when those may not be used in place.
    _copy: Option<PrivateCopy>,
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
    /// `store.empty`, `store.foreign`, `store.corrupt`, `store.denied`, `store.locked`,
    /// `store.disk_full`, `store.io`.
    pub fn open(place: &StorePlace, private: bool) -> Result<Opened, StoreError> {
        if !place.check()? {
            create(place)?;
        }
        let failed = |error| from_sqlite(&error, place.path());
        let mut connection = connection::open_writable(place.path()).map_err(failed)?;
        let objects = Objects::read(&connection).map_err(failed)?;
        // Until here the file may be another program's: nothing of it has been changed.
        if !objects.is_blank() {
            schema::require_ours(&objects, place.path())?;
        }
        let notices = if private { tighten_all(place)? } else { Vec::new() };
        connection::prepare_writing(&connection).map_err(failed)?;
        if !objects.missing_tables().is_empty() || !objects.missing_guards().is_empty() {
            schema::complete(&mut connection, place.path())?;
        }
        Ok(Opened { store: Self::new(place, connection, None), notices })
    }

    /// Opens a Store for reading; nothing of it is changed.
    ///
    /// Where SQLite cannot keep its shared index beside the file, an empty log lets the file be read
    /// as immutable; otherwise a private copy of file and log is read, because the log holds
    /// committed runs. Errors: `store.missing` and those of [`SqliteStore::open`].
    pub fn open_read_only(place: &StorePlace) -> Result<Self, StoreError> {
        if !place.check()? {
            let message = format!("there is no Store yet: {}", place.path().display());
            return Err(StoreError::new(StoreErrorKind::Missing, message));
        }
        let failed = |error| from_sqlite(&error, place.path());
        let (connection, copy) = match connection::open_read_only(place.path(), "?mode=ro") {
            Ok(connection) => (connection, None),
            Err(error) if !may_be_read_otherwise(&error) => return Err(failed(error)),
            Err(_) if place.wal_bytes() == 0 => {
                let immutable = connection::open_read_only(place.path(), "?mode=ro&immutable=1");
                (immutable.map_err(failed)?, None)
            }
            Err(_) => open_copy(place)?,
        };
        schema::require_ours(&Objects::read(&connection).map_err(failed)?, place.path())?;
        Ok(Self::new(place, connection, copy))
    }

    fn new(place: &StorePlace, connection: Connection, copy: Option<PrivateCopy>) -> Self {
        Self { place: place.clone(), connection, checkpointed_at: 0, _copy: copy }
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
        let bytes = self.place.wal_bytes();
        if bytes < self.checkpointed_at.saturating_add(CHECKPOINT_ABOVE) {
            return;
        }
        self.checkpointed_at = bytes;
        // Not moving it now costs space, not data: the next writer tries again.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
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

/// Tells whether opening failed for want of the shared index, not of the Store.
fn may_be_read_otherwise(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn open_copy(place: &StorePlace) -> Result<(Connection, Option<PrivateCopy>), StoreError> {
    let copy = PrivateCopy::of(&[place.path().to_owned(), place.wal()]).map_err(from_file)?;
    let connection = connection::open_read_only(&copy.path_of(place.path()), "?mode=ro")
        .map_err(|error| from_sqlite(&error, place.path()))?;
    Ok((connection, Some(copy)))
}
