//! Rewriting the database without the room that nothing needs.

use motus_ledger::{Store, StoreError, StoreErrorKind};

use super::WalCheckpoint;
use super::health::refuse_damage;
use crate::error::from_sqlite;
use crate::{SqliteStore, statement};

impl SqliteStore {
    /// Rewrites the database and moves the log into it, so that the file shrinks; changes no row.
    ///
    /// Waits for writers as a writer does; readers go on with what they read, and the file shrinks once
    /// they let go of the log. Versions of kinds keep their order. Errors: `store.denied`,
    /// `store.locked`, `store.moved`, `store.corrupt` for a damaged one, and `store.disk_full` where there
    /// is no room for a second database, as temporary file and in the log; then nothing was changed.
    pub fn vacuum(&mut self) -> Result<WalCheckpoint, StoreError> {
        // Waits its turn, and refuses files that were moved away; SQLite lets nothing be rewritten within.
        drop(self.begin_write()?);
        // What is rewritten from damaged pages looks sound afterwards, and lacks what could not be read.
        refuse_damage(&self.connection, self.path())?;
        if let Err(error) = self.connection.execute_batch(statement::VACUUM) {
            // What was rewritten in vain stays in the log's file until it is emptied.
            let _ = self.checkpoint();
            return Err(self.vacuum_failed(&error));
        }
        self.checkpoint()
    }

    fn vacuum_failed(&self, error: &rusqlite::Error) -> StoreError {
        let failed = from_sqlite(error, self.path());
        if failed.kind() != StoreErrorKind::DiskFull {
            return failed;
        }
        let place = self.path().display();
        let message = format!(
            "no space left to write the database a second time, to a temporary file and the log: {place}"
        );
        StoreError::new(StoreErrorKind::DiskFull, message).with_source(error.to_string())
    }
}
