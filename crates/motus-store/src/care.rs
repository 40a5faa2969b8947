//! Looking after a Store: what its file says of itself, and moving its log.

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::MAIN_DB;

use crate::SqliteStore;
use crate::error::from_sqlite;
use crate::schema::{Objects, TABLES};

/// What SQLite and the schema say about a Store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What `integrity_check` found wrong; empty when nothing is.
    pub integrity: Vec<String>,
    /// Rows that refer to rows that are not there, as `table rowid -> table`.
    pub dangling: Vec<String>,
    /// Tables that a Store has and this one has not.
    pub missing_tables: Vec<&'static str>,
    /// Tables that no Store has.
    pub unexpected_tables: Vec<String>,
    /// Guards that this Store lacks.
    pub missing_guards: Vec<&'static str>,
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
                missing_guards: objects.missing_guards(),
                unexpected_tables: objects
                    .tables
                    .into_iter()
                    .filter(|name| !TABLES.contains(&name.as_str()))
                    .collect(),
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
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                Ok(WalCheckpoint { busy: row.get(0)? })
            })
            .map_err(failed)
    }

    fn integrity(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let lines: Vec<String> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    fn dangling(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        statement
            .query_map([], |row| {
                let (table, rowid, parent): (String, Option<i64>, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(format!("{table} {} -> {parent}", rowid.unwrap_or_default()))
            })?
            .collect()
    }
}
