//! Whether a writer would have its turn now.

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::TransactionBehavior;
use std::time::Duration;

use crate::error::from_sqlite;
use crate::schema::{self, Objects};
use crate::{SqliteStore, StorePlace, connection};

impl SqliteStore {
    /// Tells whether a write could begin now; writes nothing and waits for nobody.
    ///
    /// Between two questions nothing of the Store is held, so that asking keeps nobody from it. Errors:
    /// those of [`SqliteStore::open`] and `store.missing`.
    pub fn may_write_now(place: &StorePlace) -> Result<bool, StoreError> {
        place.require()?;
        place.refuse_other_names()?;
        match begin_write_at_once(place) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == StoreErrorKind::Locked => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn begin_write_at_once(place: &StorePlace) -> Result<(), StoreError> {
    let failed = |error| from_sqlite(&error, place.path());
    let mut connection = connection::open_writable(place.path()).map_err(failed)?;
    connection.busy_timeout(Duration::ZERO).map_err(failed)?;
    let objects = Objects::read(&connection).map_err(failed)?;
    if !objects.is_blank() {
        schema::require_ours(&connection, &objects, place.path())?;
    }
    // It ends as it began: dropped without a commit.
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map(drop).map_err(failed)
}
