//! Looking after a Store: what its file says of itself, and moving its log.

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::MAIN_DB;

use crate::error::from_sqlite;
use crate::schema::Objects;
use crate::{Sample, SqliteStore, guard, statement};

/// What SQLite and the schema say about a Store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What `integrity_check` found wrong; empty when nothing is.
    pub integrity: Sample,
    /// Rows that refer to rows that are not there, as `table rowid -> table`.
    pub dangling: Sample,
    /// Tables that a Store has and this one has not.
    pub missing_tables: Vec<&'static str>,
    /// Tables that no Store has.
    pub unexpected_tables: Sample,
    /// Guards that this Store lacks.
    pub missing_guards: Vec<&'static str>,
    /// Guards whose place is taken by a trigger that no release has written.
    pub changed_guards: Vec<&'static str>,
}

/// How far a log was moved into its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalCheckpoint {
    /// Whether a reader or writer kept part of it in use.
    pub busy: bool,
}

impl SqliteStore {
    /// Examines the whole file; reads every page.
    pub fn health(&self) -> Result<Health, StoreError> {
        let read = || {
            let objects = Objects::read(&self.connection)?;
            Ok(Health {
                integrity: self.integrity()?,
                dangling: self.dangling()?,
                missing_tables: objects.missing_tables(),
                unexpected_tables: objects.unexpected_tables().collect(),
                missing_guards: guard::missing(&objects.triggers),
                changed_guards: guard::changed(&objects.triggers),
            })
        };
        read().map_err(|error| from_sqlite(&error, self.path()))
    }

    /// Moves the whole log into the database and empties it, when nobody else uses it.
    ///
    /// Errors: `store.denied` for a Store that was opened for reading.
    pub fn checkpoint(&self) -> Result<WalCheckpoint, StoreError> {
        let failed = |error| from_sqlite(&error, self.path());
        // SQLite would try, and fail at writing through a file that it opened for reading.
        if self.connection.is_readonly(MAIN_DB).map_err(failed)? {
            let message = format!("the Store was opened for reading: {}", self.path().display());
            return Err(StoreError::new(StoreErrorKind::Denied, message));
        }
        self.connection
            .query_row(statement::CHECKPOINT_TRUNCATE, [], |row| {
                Ok(WalCheckpoint { busy: row.get(0)? })
            })
            .map_err(failed)
    }

    fn integrity(&self) -> rusqlite::Result<Sample> {
        let mut statement = self.connection.prepare(statement::INTEGRITY_CHECK)?;
        let mut rows = statement.query([])?;
        let mut found = Sample::default();
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" {
                found.add(&line);
            }
        }
        Ok(found)
    }

    fn dangling(&self) -> rusqlite::Result<Sample> {
        let mut statement = self.connection.prepare(statement::FOREIGN_KEY_CHECK)?;
        let mut rows = statement.query([])?;
        let mut found = Sample::default();
        while let Some(row) = rows.next()? {
            let (table, rowid, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            found.add(&format!("{table} {} -> {parent}", rowid.unwrap_or_default()));
        }
        Ok(found)
    }
}
