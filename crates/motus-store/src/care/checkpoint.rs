//! Moving the log into the database.

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::{MAIN_DB, Row};

use crate::error::from_sqlite;
use crate::{SqliteStore, statement};

/// How far a log was moved into its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalCheckpoint {
    /// Whether a reader or writer kept the log in use, so that it could not be emptied.
    pub busy: bool,
    /// How many pages of what was committed are in the log alone; `None` when somebody else is moving
    /// them.
    pub remaining_pages: Option<u64>,
}

impl WalCheckpoint {
    /// Tells whether everything that was committed is in the database, the log emptied or not.
    pub fn is_complete(&self) -> bool {
        self.remaining_pages == Some(0)
    }

    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (busy, pages, moved): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let remaining_pages = if busy {
            u64::try_from(pages)
                .ok()
                .map(|pages| pages.saturating_sub(u64::try_from(moved).unwrap_or(0)))
        } else {
            Some(0)
        };
        Ok(Self { busy, remaining_pages })
    }
}

impl SqliteStore {
    /// Moves the whole log into the database and empties it, when nobody else uses it.
    ///
    /// Waits for others as a writer does. Errors: `store.denied` for a Store that was opened for
    /// reading, `store.disk_full`.
    pub fn checkpoint(&self) -> Result<WalCheckpoint, StoreError> {
        let failed = |error| from_sqlite(&error, self.path());
        // SQLite would try, and fail at writing through a file that it opened for reading.
        if self.connection.is_readonly(MAIN_DB).map_err(failed)? {
            let message = format!("the Store was opened for reading: {}", self.path().display());
            return Err(StoreError::new(StoreErrorKind::Denied, message));
        }
        self.connection
            .query_row(statement::CHECKPOINT_TRUNCATE, [], WalCheckpoint::from_row)
            .map_err(failed)
    }
}
