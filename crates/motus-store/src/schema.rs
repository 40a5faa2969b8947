//! Which objects a Store has, and making those that are missing.

use std::path::Path;

use motus_ledger::{StoreError, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::from_sqlite;
use crate::guard::Trigger;
use crate::{SqliteStore, statement};

/// The tables of a Store; any other is foreign to it.
pub const TABLES: [&str; 4] = ["events", "kind_versions", "locks", "runs"];

/// The indexes that make listing cheap. A Store without them says the same, more slowly.
const INDEXES: [&str; 4] = ["locks_by_holder", "runs_by_key", "runs_by_source", "runs_open"];

/// The one table that no run needs; a Store without it gets it.
const DISPENSABLE: &str = "locks";

/// Some of the tables of the two databases of release 0.4.0, its coordination and its context cache.
const OF_RELEASE_040: [[&str; 3]; 2] = [
    ["compiled_contracts", "kernel_evidence", "roadmap_items"],
    ["policy_bundles", "resource_specs", "tool_specs"],
];

const EVENTS: [&str; 10] = [
    "run_id",
    "seq",
    "idempotency_key",
    "id",
    "payload_hash",
    "schema_hash",
    "schema_kind",
    "ts",
    "payload_json",
    "producer_id",
];

const KIND_VERSIONS: [&str; 4] = ["schema_kind", "schema_hash", "schema_json", "registered_at"];

const LOCKS: [&str; 5] = ["resource", "holder", "fencing_token", "acquired_at", "expires_at"];

const RUNS: [&str; 14] = [
    "id",
    "idempotency_key",
    "producer_id",
    "source",
    "started_at",
    "ended_at",
    "intent",
    "cwd",
    "git_sha",
    "outcome",
    "outcome_note",
    "end_idempotency_key",
    "end_payload_hash",
    "ended_by_producer_id",
];

/// A table or view that a database has.
#[derive(Debug)]
struct Relation {
    name: String,
    /// Whether its rows are in the file, where nothing has to be computed to read them.
    is_stored: bool,
}

/// The objects that a database has, sorted by name.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    relations: Vec<Relation>,
    indexes: Vec<String>,
    pub(crate) triggers: Vec<Trigger>,
}

impl Objects {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut objects = Self::default();
        let mut statement = connection.prepare(statement::OBJECTS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (object_type, name): (String, String) = (row.get(0)?, row.get(1)?);
            match object_type.as_str() {
                "table" | "view" => {
                    let root_page: i64 = row.get(3)?;
                    let is_stored = object_type == "table" && root_page > 0;
                    objects.relations.push(Relation { name, is_stored });
                }
                "trigger" => {
                    let (table, sql) = (row.get(2)?, row.get(4)?);
                    objects.triggers.push(Trigger { name, table, sql });
                }
                "index" => objects.indexes.push(name),
                _ => {}
            }
        }
        Ok(objects)
    }

    pub(crate) fn missing_tables(&self) -> Vec<&'static str> {
        TABLES.into_iter().filter(|name| self.relation(name).is_none()).collect()
    }

    pub(crate) fn lacks_indexes(&self) -> bool {
        !self.missing_indexes().is_empty()
    }

    fn missing_indexes(&self) -> Vec<&'static str> {
        INDEXES.into_iter().filter(|name| !self.indexes.iter().any(|found| found == name)).collect()
    }

    pub(crate) fn unexpected_tables(&self) -> impl Iterator<Item = &str> {
        self.relations
            .iter()
            .map(|relation| relation.name.as_str())
            .filter(|name| !TABLES.contains(name))
    }

    /// Tells a database of release 0.4.0 by names that no other program has together.
    fn are_of_release_040(&self) -> bool {
        OF_RELEASE_040.iter().any(|names| names.iter().all(|name| self.relation(name).is_some()))
    }

    /// Tells whether the database has nothing at all, as one that was never filled.
    pub(crate) fn is_blank(&self) -> bool {
        self.relations.is_empty()
    }

    fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }
}

impl SqliteStore {
    /// Returns the indexes that make listing cheap and are not there.
    pub fn missing_indexes(&self) -> Result<Vec<&'static str>, StoreError> {
        let objects = Objects::read(&self.connection);
        Ok(objects.map_err(|error| from_sqlite(&error, self.path()))?.missing_indexes())
    }
}

/// Refuses a database that is not a Store: nothing in it has been read but its list of objects.
///
/// A view or a virtual table of the right name computes what it likes, for as long as it likes.
pub(crate) fn require_ours(
    connection: &Connection,
    objects: &Objects,
    path: &Path,
) -> Result<(), StoreError> {
    for name in TABLES {
        let difference = match objects.relation(name) {
            None if name == DISPENSABLE => continue,
            None => format!("it has no table `{name}`"),
            Some(relation) if !relation.is_stored => format!("its `{name}` is no plain table"),
            Some(_) => {
                let columns = columns(connection, name).map_err(|it| from_sqlite(&it, path))?;
                if columns.is_some_and(|columns| begins_with(&columns, expected_columns(name))) {
                    continue;
                }
                format!("its table `{name}` has other columns")
            }
        };
        let what = if objects.are_of_release_040() {
            "the file is a Store of release 0.4.0, which no command here reads or changes"
        } else {
            "the file is a database of something else"
        };
        let message = format!("{what}: {}", path.display());
        return Err(StoreError::new(StoreErrorKind::Foreign, message).with_source(difference));
    }
    Ok(())
}

/// Returns the names of a table's columns; `None` when one of them is computed.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Option<Vec<String>>> {
    let mut names = Vec::new();
    let mut is_computed = false;
    connection.pragma(None, "table_xinfo", table, |row| {
        is_computed |= row.get::<_, i64>("hidden")? != 0;
        names.push(row.get("name")?);
        Ok(())
    })?;
    Ok(if is_computed { None } else { Some(names) })
}

/// Returns the columns that a table of a Store begins with.
fn expected_columns(table: &str) -> &'static [&'static str] {
    match table {
        "events" => &EVENTS,
        "kind_versions" => &KIND_VERSIONS,
        "locks" => &LOCKS,
        _ => &RUNS,
    }
}

fn begins_with(names: &[String], expected: &[&str]) -> bool {
    names.len() >= expected.len() && names.iter().zip(expected).all(|(name, wanted)| name == wanted)
}

/// Makes the tables, indexes and guards that are missing, all or none.
pub(crate) fn complete(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error| from_sqlite(&error, path);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    transaction.execute_batch(statement::TABLES).map_err(failed)?;
    transaction.execute_batch(statement::INDEXES).map_err(failed)?;
    transaction.execute_batch(statement::GUARDS).map_err(failed)?;
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_ours_is_ours_and_has_nothing_else() {
        let mut connection = Connection::open_in_memory().unwrap();
        let path = Path::new("store.db");
        assert!(Objects::read(&connection).unwrap().is_blank());
        complete(&mut connection, path).unwrap();
        let objects = Objects::read(&connection).unwrap();
        require_ours(&connection, &objects, path).unwrap();
        assert!(objects.missing_tables().is_empty());
        assert!(!objects.lacks_indexes());
        assert_eq!(objects.unexpected_tables().count(), 0);
        assert!(crate::guard::missing(&objects.triggers).is_empty());
        assert!(crate::guard::changed(&objects.triggers).is_empty());
        for name in TABLES {
            assert_eq!(columns(&connection, name).unwrap().unwrap(), expected_columns(name));
        }
    }
}
