//! How large a Store is and what it holds.

use motus_fs::inspect;
use motus_ledger::StoreError;
use rusqlite::Connection;

use super::health::integrity;
use crate::error::{from_file, from_sqlite};
use crate::schema::Objects;
use crate::{Sample, SqliteStore, StorePlace, TABLES, statement};

/// How large a Store is and what it holds, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The size of the database file.
    pub database_bytes: u64,
    /// The size of its log.
    pub wal_bytes: u64,
    /// The part of the database that holds nothing and that a vacuum gives back.
    pub unused_bytes: u64,
    /// The tables of a Store that are there, each with its number of rows; sorted by name.
    pub rows: Vec<(&'static str, u64)>,
    /// Tables that a Store has and this one has not.
    pub missing_tables: Vec<&'static str>,
    /// Tables and views that no Store has; nothing of them is counted.
    pub unexpected_tables: Vec<String>,
    /// What `integrity_check` found wrong; empty when nothing is.
    pub integrity: Sample,
}

impl SqliteStore {
    /// Tells whether the Store has no table of this name.
    pub fn lacks_table(&self, name: &str) -> Result<bool, StoreError> {
        let objects =
            Objects::read(&self.connection).map_err(|error| from_sqlite(&error, self.path()))?;
        Ok(objects.missing_tables().contains(&name))
    }

    /// Counts the rows of the tables of a Store that are there; sorted by name.
    pub fn row_counts(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let read = || rows(&self.connection, &Objects::read(&self.connection)?.missing_tables());
        read().map_err(|error| from_sqlite(&error, self.path()))
    }

    /// Measures the Store; reads every page.
    pub fn figures(&self) -> Result<Figures, StoreError> {
        let contents =
            Contents::read(&self.connection).map_err(|error| from_sqlite(&error, self.path()))?;
        Ok(contents.with_sizes(self.place().database_bytes()?, self.place().wal_bytes()?))
    }
}

impl StorePlace {
    /// Returns the database file's size in bytes, 0 when there is none.
    pub fn database_bytes(&self) -> Result<u64, StoreError> {
        Ok(inspect(self.path()).map_err(from_file)?.map_or(0, |found| found.bytes))
    }
}

/// What a database says of itself.
pub(super) struct Contents {
    unused_bytes: u64,
    rows: Vec<(&'static str, u64)>,
    missing_tables: Vec<&'static str>,
    unexpected_tables: Vec<String>,
    integrity: Sample,
}

impl Contents {
    /// Reads everything in one transaction.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let transaction = connection.unchecked_transaction()?;
        let objects = Objects::read(&transaction)?;
        let missing_tables = objects.missing_tables();
        let rows = rows(&transaction, &missing_tables)?;
        Ok(Self {
            unused_bytes: transaction.query_row(statement::UNUSED_BYTES, [], |row| row.get(0))?,
            rows,
            unexpected_tables: objects.unexpected_tables().map(str::to_owned).collect(),
            integrity: integrity(&transaction)?,
            missing_tables,
        })
    }

    /// Returns what is wrong with the file, if anything is.
    pub(super) fn first_problem(&self) -> Option<&str> {
        self.integrity.first().first().map(String::as_str)
    }

    pub(super) fn with_sizes(self, database_bytes: u64, wal_bytes: u64) -> Figures {
        let Self { unused_bytes, rows, missing_tables, unexpected_tables, integrity } = self;
        Figures {
            database_bytes,
            wal_bytes,
            unused_bytes,
            rows,
            missing_tables,
            unexpected_tables,
            integrity,
        }
    }
}

fn rows(
    connection: &Connection,
    missing_tables: &[&str],
) -> rusqlite::Result<Vec<(&'static str, u64)>> {
    let is_there = |name: &&str| !missing_tables.contains(name);
    let count = |name| connection.query_row(count_of(name), [], |row| row.get(0));
    TABLES.into_iter().filter(is_there).map(|name| Ok((name, count(name)?))).collect()
}

fn count_of(table: &str) -> &'static str {
    match table {
        "events" => statement::COUNT_EVENTS,
        "kind_versions" => statement::COUNT_KIND_VERSIONS,
        "locks" => statement::COUNT_LOCKS,
        _ => statement::COUNT_RUNS,
    }
}
