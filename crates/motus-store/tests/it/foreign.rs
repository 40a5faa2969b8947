//! Databases of other programs: told from a Store by all of its tables, and left as they are.

use std::fs;

use motus_store::SqliteStore;

use crate::sandbox::{Sandbox, code, mode, names, set_mode};

/// Makes a database with plain SQLite, in which `change` is the last that is done.
fn database(start: &str, change: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.make_directory();
    let connection = sandbox.sqlite();
    connection.execute_batch(start).expect("the statements are valid");
    connection.execute_batch(change).expect("the statements are valid");
    drop(connection);
    set_mode(sandbox.place.path(), 0o644);
    sandbox
}

/// A Store's own tables, in the journal mode of a new database.
const OURS: &str = include_str!("../../sql/tables.sql");

#[track_caller]
fn left_alone(sandbox: &Sandbox, what: &str) {
    let before = fs::read(sandbox.place.path()).expect("the file can be read");
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "store.foreign", "{what}");
    assert_eq!(code(sandbox.open()), "store.foreign", "{what}");
    let after = fs::read(sandbox.place.path()).expect("the file can be read");
    assert!(after == before, "{what}: the file was changed");
    assert_eq!(mode(sandbox.place.path()), 0o644, "{what}");
    assert_eq!(names(sandbox.directory()), ["kernel-store.db"], "{what}");
}

#[test]
fn one_table_of_the_right_name_makes_no_store() {
    for table in ["events", "kind_versions", "locks", "runs"] {
        let sandbox = database("", &format!("CREATE TABLE {table} (id TEXT)"));
        left_alone(&sandbox, table);
    }
    for table in ["events", "kind_versions", "runs"] {
        let sandbox = database(OURS, &format!("DROP TABLE {table}"));
        left_alone(&sandbox, &format!("without {table}"));
    }
}

#[test]
fn a_view_in_the_place_of_a_table_is_never_asked() {
    for table in ["events", "kind_versions", "locks", "runs"] {
        let change = format!(
            "DROP TABLE {table};
            CREATE VIEW {table} AS
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"
        );
        left_alone(&database(OURS, &change), table);
    }
    left_alone(&database("", "CREATE VIEW other AS SELECT 1"), "a view alone");
}

#[test]
fn a_table_that_computes_is_no_table_of_a_store() {
    let generated = "DROP TABLE locks;
        CREATE TABLE locks (resource, holder, fencing_token, acquired_at,
            expires_at AS (acquired_at || 'x'))";
    left_alone(&database(OURS, generated), "a generated column");
    let beyond = "ALTER TABLE runs ADD COLUMN more AS (length(id))";
    left_alone(&database(OURS, beyond), "a generated column beyond ours");
    let computed = "DROP TABLE locks;
        CREATE VIRTUAL TABLE locks
        USING fts5(resource, holder, fencing_token, acquired_at, expires_at)";
    left_alone(&database(OURS, computed), "a virtual table");
}

#[test]
fn other_columns_make_another_database() {
    let renamed = "ALTER TABLE locks RENAME COLUMN holder TO owner";
    left_alone(&database(OURS, renamed), "a renamed column");
    let fewer = "ALTER TABLE kind_versions DROP COLUMN registered_at";
    left_alone(&database(OURS, fewer), "a column less");
}

#[test]
fn a_later_column_and_missing_locks_are_fine() {
    let sandbox = database(OURS, "ALTER TABLE runs ADD COLUMN more; DROP TABLE locks");
    assert_eq!(code(SqliteStore::open_read_only(&sandbox.place)), "ok");
    assert_eq!(code(sandbox.open()), "ok");
}
