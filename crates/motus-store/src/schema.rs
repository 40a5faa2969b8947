//! Which objects a Store has, and making those that are missing.

use std::path::Path;

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::from_sqlite;
use crate::statement;

/// The tables of a Store; any other is foreign to it.
pub const TABLES: [&str; 4] = ["events", "kind_versions", "locks", "runs"];

/// The triggers that keep a Store append-only.
pub const GUARDS: [&str; 8] = [
    "events_closed_run_guard",
    "events_no_delete",
    "events_no_update",
    "kind_versions_no_delete",
    "kind_versions_no_update",
    "runs_closed_outcome_guard",
    "runs_identity_guard",
    "runs_no_delete",
];

/// The tables and triggers that a database has, sorted.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    pub(crate) tables: Vec<String>,
    pub(crate) triggers: Vec<String>,
}

impl Objects {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut objects = Self::default();
        let mut statement = connection.prepare(statement::OBJECTS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let object_type: String = row.get(0)?;
            let names = match object_type.as_str() {
                "table" => &mut objects.tables,
                _ => &mut objects.triggers,
            };
            names.push(row.get(1)?);
        }
        Ok(objects)
    }

    pub(crate) fn missing_tables(&self) -> Vec<&'static str> {
        missing(&TABLES, &self.tables)
    }

    pub(crate) fn missing_guards(&self) -> Vec<&'static str> {
        missing(&GUARDS, &self.triggers)
    }

    /// Tells whether the database has nothing at all, as one that was never filled.
    pub(crate) fn is_blank(&self) -> bool {
        self.tables.is_empty()
    }
}

fn missing(expected: &[&'static str], found: &[String]) -> Vec<&'static str> {
    expected.iter().copied().filter(|name| !found.iter().any(|other| other == name)).collect()
}

/// Refuses a database that has none of a Store's tables.
pub(crate) fn require_ours(objects: &Objects, path: &Path) -> Result<(), StoreError> {
    if objects.missing_tables().len() == TABLES.len() {
        let message = format!("the file is a database of something else: {}", path.display());
        return Err(StoreError::new(StoreErrorKind::Foreign, message));
    }
    Ok(())
}

/// Makes the tables and guards that are missing, all or none.
pub(crate) fn complete(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error| from_sqlite(&error, path);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    transaction.execute_batch(statement::TABLES).map_err(failed)?;
    transaction.execute_batch(statement::GUARDS).map_err(failed)?;
    transaction.commit().map_err(failed)
}
