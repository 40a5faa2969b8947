//! The structure of the file, as the published Store has it.

use std::path::Path;

use motus_ledger::RunQuery;
use motus_testkit::harness::{Reference, capture};
use rusqlite::Connection;

use crate::sandbox::Sandbox;

/// The indexes that no published release makes: plain ones, so that they refuse no row.
const OWN_INDEXES: [(&str, &str); 4] = [
    ("locks_by_holder", "CREATE INDEX locks_by_holder ON locks (holder)"),
    ("runs_by_key", "CREATE INDEX runs_by_key ON runs (source, idempotency_key)"),
    ("runs_by_source", "CREATE INDEX runs_by_source ON runs (source, id)"),
    ("runs_open", "CREATE INDEX runs_open ON runs (id) WHERE ended_at IS NULL"),
];

/// Returns the named columns of all rows, joined with spaces.
pub(crate) fn rows(connection: &Connection, sql: &str, columns: &[&str]) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("the statement is valid");
    let mut rows = statement.query([]).expect("the statement can be run");
    let mut lines = Vec::new();
    while let Some(row) = rows.next().expect("the rows can be read") {
        let cell = |name: &&str| match row.get_ref(*name).expect("the column is there") {
            rusqlite::types::ValueRef::Null => "-".to_owned(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            value => value.as_str().expect("a text").to_owned(),
        };
        lines.push(columns.iter().map(cell).collect::<Vec<_>>().join(" "));
    }
    lines
}

/// Returns name, type, not-null flag, default and place in the primary key of each column.
pub(crate) fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let sql = format!("PRAGMA table_info({table})");
    rows(connection, &sql, &["name", "type", "notnull", "dflt_value", "pk"])
}

/// Returns name, uniqueness, origin and columns of each index that a table's definition asks for.
pub(crate) fn indexes(connection: &Connection, table: &str) -> Vec<String> {
    let list = format!("PRAGMA index_list({table})");
    let mut names = rows(connection, &list, &["name", "unique", "origin", "partial"]);
    names.retain(|line| !line.ends_with(" c 0") && !line.ends_with(" c 1"));
    let describe = |line: String| {
        let name = line.split(' ').next().expect("a line begins with a name");
        let sql = format!("PRAGMA index_info({name})");
        format!("{line}: {}", rows(connection, &sql, &["name"]).join(","))
    };
    let mut described: Vec<String> = names.into_iter().map(describe).collect();
    described.sort();
    described
}

/// Returns each foreign key's number, place, target and columns.
pub(crate) fn foreign_keys(connection: &Connection, table: &str) -> Vec<String> {
    let sql = format!("PRAGMA foreign_key_list({table})");
    let columns = ["id", "seq", "table", "from", "to", "on_update", "on_delete"];
    rows(connection, &sql, &columns)
}

#[test]
fn runs_has_the_published_structure() {
    let (sandbox, _) = Sandbox::with_run(0);
    let connection = sandbox.sqlite();
    assert_eq!(
        columns(&connection, "runs"),
        [
            "id TEXT 0 - 1",
            "idempotency_key TEXT 1 - 0",
            "producer_id TEXT 1 - 0",
            "source TEXT 1 - 0",
            "started_at TEXT 1 - 0",
            "ended_at TEXT 0 - 0",
            "intent TEXT 1 - 0",
            "cwd TEXT 1 - 0",
            "git_sha TEXT 0 - 0",
            "outcome TEXT 0 - 0",
            "outcome_note TEXT 0 - 0",
            "end_idempotency_key TEXT 0 - 0",
            "end_payload_hash TEXT 0 - 0",
            "ended_by_producer_id TEXT 0 - 0",
        ]
    );
    assert_eq!(
        indexes(&connection, "runs"),
        [
            "sqlite_autoindex_runs_1 1 pk 0: id",
            "sqlite_autoindex_runs_2 1 u 0: source,producer_id,idempotency_key",
        ]
    );
    assert!(foreign_keys(&connection, "runs").is_empty());
}

#[test]
fn kind_versions_has_the_published_structure() {
    let (sandbox, _) = Sandbox::with_run(0);
    let connection = sandbox.sqlite();
    assert_eq!(
        columns(&connection, "kind_versions"),
        [
            "schema_kind TEXT 1 - 1",
            "schema_hash TEXT 1 - 2",
            "schema_json TEXT 1 - 0",
            "registered_at TEXT 1 - 0",
        ]
    );
    assert_eq!(
        indexes(&connection, "kind_versions"),
        ["sqlite_autoindex_kind_versions_1 1 pk 0: schema_kind,schema_hash"]
    );
    // "Latest" is the highest rowid, so the table must have one.
    assert_eq!(rows(&connection, "SELECT rowid AS n FROM kind_versions", &["n"]), ["1"]);
}

#[test]
fn events_has_the_published_structure() {
    let (sandbox, _) = Sandbox::with_run(0);
    let connection = sandbox.sqlite();
    assert_eq!(
        columns(&connection, "events"),
        [
            "run_id TEXT 1 - 1",
            "seq INTEGER 1 - 2",
            "idempotency_key TEXT 1 - 0",
            "id TEXT 1 - 0",
            "payload_hash TEXT 1 - 0",
            "schema_hash TEXT 1 - 0",
            "schema_kind TEXT 1 - 0",
            "ts TEXT 1 - 0",
            "payload_json TEXT 1 - 0",
            "producer_id TEXT 1 - 0",
        ]
    );
    let unique: Vec<String> = indexes(&connection, "events")
        .into_iter()
        .map(|line| line.split_once(' ').expect("a name and more").1.to_owned())
        .collect();
    for expected in ["1 pk 0: run_id,seq", "1 u 0: run_id,idempotency_key", "1 u 0: id"] {
        assert!(unique.iter().any(|line| line == expected), "{expected}: {unique:?}");
    }
    assert_eq!(unique.len(), 3);
    assert_eq!(
        foreign_keys(&connection, "events"),
        [
            "0 0 kind_versions schema_kind schema_kind NO ACTION NO ACTION",
            "0 1 kind_versions schema_hash schema_hash NO ACTION NO ACTION",
            "1 0 runs run_id id NO ACTION NO ACTION",
        ]
    );
}

#[test]
fn locks_has_the_published_structure() {
    let (sandbox, _) = Sandbox::with_run(0);
    let connection = sandbox.sqlite();
    assert_eq!(
        columns(&connection, "locks"),
        [
            "resource TEXT 0 - 1",
            "holder TEXT 1 - 0",
            "fencing_token INTEGER 1 - 0",
            "acquired_at TEXT 1 - 0",
            "expires_at TEXT 1 - 0",
        ]
    );
    assert_eq!(indexes(&connection, "locks"), ["sqlite_autoindex_locks_1 1 pk 0: resource"]);
}

#[test]
fn the_file_has_the_published_settings_and_no_other_object() {
    let (sandbox, _) = Sandbox::with_run(0);
    let connection = sandbox.sqlite();
    for (pragma, value) in [
        ("user_version", "0"),
        ("application_id", "0"),
        ("journal_mode", "wal"),
        ("page_size", "4096"),
        ("encoding", "UTF-8"),
        ("auto_vacuum", "0"),
    ] {
        assert_eq!(rows(&connection, &format!("PRAGMA {pragma}"), &[pragma]), [value]);
    }
    let own = "SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name";
    let mut expected: Vec<String> = OWN_INDEXES.map(|(name, _)| format!("index {name}")).into();
    expected.extend(motus_store::TABLES.iter().map(|name| format!("table {name}")));
    expected.extend(motus_store::GUARDS.iter().map(|name| format!("trigger {name}")));
    assert_eq!(rows(&connection, own, &["type", "name"]), expected);
}

/// Returns the indexes that no table's definition asks for, with their statements.
fn own_indexes(connection: &Connection) -> Vec<String> {
    let sql =
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
    rows(connection, sql, &["sql"])
}

#[test]
fn the_indexes_of_our_own_are_made_for_writing_and_refuse_nothing() {
    let (sandbox, _) = Sandbox::with_run(1);
    let expected = OWN_INDEXES.map(|(_, sql)| sql);
    assert_eq!(own_indexes(&sandbox.sqlite()), expected);
    for (name, _) in OWN_INDEXES {
        let drop = format!("DROP INDEX {name}");
        sandbox.sqlite().execute_batch(&drop).expect("an index can be dropped");
    }
    assert_eq!(count_runs(&sandbox), 1);
    assert!(own_indexes(&sandbox.sqlite()).is_empty(), "reading made an index");
    sandbox.ledger();
    assert_eq!(own_indexes(&sandbox.sqlite()), expected);
}

fn count_runs(sandbox: &Sandbox) -> usize {
    let query = RunQuery { limit: 10, ..RunQuery::default() };
    sandbox.reader().read(|transaction| transaction.runs(&query).expect("the runs")).len()
}

/// Runs a published program on the Store of a sandbox and returns what it prints.
fn published(sandbox: &Sandbox, program: &Path, arguments: &[&str]) -> String {
    let mut command = sandbox.scratch.command(program);
    command.args(arguments).env("MOTUS_KERNEL_STORE_PATH", sandbox.place.path());
    let captured = capture(&mut command).expect_success();
    captured.stdout_text()
}

#[test]
fn both_published_releases_go_on_in_a_store_with_our_indexes() {
    let test = "layout::both_published_releases_go_on_in_a_store_with_our_indexes";
    for found in [Reference::or_skip(test), Reference::later_or_skip(test)] {
        let Some(reference) = found else { continue };
        let program = reference.program();
        let sandbox = Sandbox::new();
        published(&sandbox, program, &["wrap", "--", "true"]);
        assert!(own_indexes(&sandbox.sqlite()).is_empty(), "the release makes indexes itself");
        sandbox.ledger();
        assert_eq!(own_indexes(&sandbox.sqlite()).len(), OWN_INDEXES.len());
        published(&sandbox, program, &["wrap", "--", "true"]);
        let told = published(&sandbox, program, &["doctor"]);
        assert!(told.contains("store_schema: pass - Store schema present"), "{told}");
        assert!(told.contains(" 0 failed"), "{told}");
        assert_eq!(own_indexes(&sandbox.sqlite()).len(), OWN_INDEXES.len());
        assert_eq!(count_runs(&sandbox), 2);
        let health = sandbox.open().expect("the Store opens").store.health().expect("health");
        assert!(health.integrity.is_empty() && health.unexpected_tables.is_empty());
    }
}
