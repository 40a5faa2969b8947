//! What SQLite and the schema say about a Store.

use std::path::Path;

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::Connection;

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
    /// Other triggers on the tables of a Store, which no release has written.
    pub foreign_triggers: Sample,
}

impl SqliteStore {
    /// Examines the whole file; reads every page.
    pub fn health(&self) -> Result<Health, StoreError> {
        let read = || {
            let objects = Objects::read(&self.connection)?;
            Ok(Health {
                integrity: integrity(&self.connection)?,
                dangling: dangling(&self.connection)?,
                missing_tables: objects.missing_tables(),
                unexpected_tables: objects.unexpected_tables().collect(),
                missing_guards: guard::missing(&objects.triggers),
                changed_guards: guard::changed(&objects.triggers),
                foreign_triggers: guard::foreign(&objects.triggers).iter().collect(),
            })
        };
        read().map_err(|error| from_sqlite(&error, self.path()))
    }
}

/// Asks SQLite what is wrong with the file; reads every page.
pub(super) fn integrity(connection: &Connection) -> rusqlite::Result<Sample> {
    let mut statement = connection.prepare(statement::INTEGRITY_CHECK)?;
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

/// Refuses a file of which SQLite says that something is wrong with it; reads every page.
pub(super) fn refuse_damage(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = integrity(connection).map_err(|error| from_sqlite(&error, path))?;
    let Some(first) = found.first().first() else {
        return Ok(());
    };
    let message = format!("the Store is damaged: {}", path.display());
    Err(StoreError::new(StoreErrorKind::Corrupt, message).with_source(first.clone()))
}

fn dangling(connection: &Connection) -> rusqlite::Result<Sample> {
    let mut statement = connection.prepare(statement::FOREIGN_KEY_CHECK)?;
    let mut rows = statement.query([])?;
    let mut found = Sample::default();
    while let Some(row) = rows.next()? {
        let (table, rowid, parent): (String, Option<i64>, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        found.add(&format!("{table} {} -> {parent}", rowid.unwrap_or_default()));
    }
    Ok(found)
}
