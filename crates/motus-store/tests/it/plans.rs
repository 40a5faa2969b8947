//! What a statement costs: no more in a Store of many runs than in one of few.
//!
//! Two views of the same promise: the plan that SQLite makes, for every statement that there is, and
//! the steps that it takes, for those that read runs and events.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::types::Null;
use rusqlite::{Connection, StatementStatus, ToSql, params, params_from_iter};

/// The statements that visit a whole table, each because that is its purpose.
const WHOLE: [(&str, &str); 8] = [
    ("count_events", "counts every row of a table"),
    ("count_kind_versions", "counts every row of a table"),
    ("count_locks", "counts every row of a table"),
    ("count_runs", "counts every row of a table"),
    ("first_read", "finds out whether the list of objects can be read"),
    ("kind_versions", "hands out every version that is registered"),
    ("objects", "reads the whole list of objects, which does not grow with the runs"),
    ("unused_bytes", "multiplies two numbers that the header of the file holds"),
];

/// The words that an operation on rows begins with; other statements have no plan.
const OPERATIONS: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// Statistics as `ANALYZE` leaves them, and a Store that has become another one since.
const STATISTICS: [(&str, &str); 5] = [
    ("none", ""),
    ("of this Store", "ANALYZE"),
    ("of empty tables", "ANALYZE; DELETE FROM sqlite_stat1; ANALYZE sqlite_schema"),
    (
        "of one row in each table",
        "ANALYZE; UPDATE sqlite_stat1 SET stat = '1 1 1 1 1'; ANALYZE sqlite_schema",
    ),
    (
        "of rows that are all alike",
        "ANALYZE; UPDATE sqlite_stat1 SET stat = '1000000 1000000 1000000 1000000 1';
        ANALYZE sqlite_schema",
    ),
];

/// Returns every file of statements, by name.
fn files() -> BTreeMap<String, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        files.insert(name, fs::read_to_string(path).expect("a text"));
    }
    files
}

/// Returns the statements that have a plan: one in each file, comments left out.
fn operations() -> BTreeMap<String, String> {
    let mut operations = BTreeMap::new();
    for (name, text) in files() {
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        let statement = lines.join("\n").trim().to_owned();
        if OPERATIONS.iter().any(|word| statement.starts_with(word)) {
            assert!(!statement.contains(';'), "{name}: one statement for each file");
            operations.insert(name, statement);
        }
    }
    operations
}

/// Makes tables and indexes, and this many runs of one source, a few of another, a few of them open.
fn database(runs: u32) -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    let files = files();
    connection.execute_batch(&files["tables"]).expect("the tables");
    connection.execute_batch(&files["indexes"]).expect("the indexes");
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {runs})
        INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd)
        SELECT printf('run_%020d', i), 'k' || i, 'p', iif(i % 50 = 0, 'rare', 'common'), 't', 'i', '/'
        FROM n;
        INSERT INTO kind_versions VALUES ('note', 'h', '{{}}', 't'), ('rare', 'h', '{{}}', 't');
        INSERT INTO events SELECT id, 1, 'e1', id || 1, 'p', 'h', 'note', 't', '{{}}', 'p' FROM runs;
        INSERT INTO events
        SELECT id, i, 'e' || i, id || i, 'p', 'h', 'note', 't', '{{}}', 'p'
        FROM runs, (SELECT 2 AS i UNION SELECT 3 UNION SELECT 4) WHERE id = printf('run_%020d', 1);
        INSERT INTO locks SELECT id, 'h', 1, 't', 't' FROM runs;
        UPDATE runs SET ended_at = 't', outcome = 'success'
        WHERE id NOT IN (printf('run_%020d', 1), printf('run_%020d', 2), printf('run_%020d', 50));"
    );
    connection.execute_batch(&fill).expect("the rows");
    connection.execute_batch(&files["guards"]).expect("the guards");
    connection
}

fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {statement}");
    let mut explained = connection.prepare(&explained).expect("the statement is valid");
    let values = vec![Null; explained.parameter_count()];
    let steps = explained.query_map(params_from_iter(values), |row| row.get("detail"));
    steps.expect("it can be explained").collect::<Result<_, _>>().expect("a text")
}

/// Tells whether a step of a plan finds its rows by an index, or has none to find.
fn is_cheap(step: &str) -> bool {
    step.starts_with("SEARCH ") || step.ends_with("SCALAR SUBQUERY 1")
}

#[test]
fn every_statement_finds_its_rows_by_an_index_whatever_the_statistics_say() {
    let operations = operations();
    for (of, analyze) in STATISTICS {
        let connection = database(500);
        connection.execute_batch(analyze).expect("statistics");
        for (name, statement) in &operations {
            let plan = plan(&connection, statement);
            let is_whole = WHOLE.iter().any(|(whole, _)| whole == name);
            assert_eq!(plan.iter().all(|step| is_cheap(step)), !is_whole, "{of}: {name}: {plan:?}");
        }
    }
}

#[test]
fn no_statement_is_looked_at_by_nobody() {
    let operations = operations();
    for (name, why) in WHOLE {
        assert!(operations.contains_key(name), "{name}, which {why}, is gone");
    }
    let mut others: Vec<String> = Vec::new();
    for (name, text) in files() {
        if !operations.contains_key(&name) && text.contains("SELECT") {
            others.push(name);
        }
    }
    // Their queries are parts of triggers; what they cost is counted with the insertions below.
    assert_eq!(others, ["guards", "guards_published"]);
}

/// Returns how many steps SQLite takes, expecting no visit of a whole table and no sorting.
fn steps(connection: &Connection, name: &str, values: &[&dyn ToSql]) -> i32 {
    let text = &operations()[name];
    let mut statement = connection.prepare(text).expect("a statement");
    let mut rows = statement.query(values).expect("it can be run");
    while rows.next().expect("a row").is_some() {}
    drop(rows);
    assert_eq!(statement.get_status(StatementStatus::FullscanStep), 0, "{name} reads a table");
    assert_eq!(statement.get_status(StatementStatus::Sort), 0, "{name} sorts");
    statement.get_status(StatementStatus::VmStep)
}

/// Returns the steps of everything that a reader or a writer asks of one run or one page of runs.
fn costs(connection: &Connection) -> BTreeMap<&'static str, i32> {
    let (first, last) = ("run_00000000000000000001", "run_00000000000000000100");
    let behind = "\u{10ffff}";
    let mut costs = BTreeMap::new();
    let mut count = |name, values: &[&dyn ToSql]| {
        costs.insert(name, steps(connection, name, values));
    };
    count("runs_newest_first", params![behind, 20]);
    count("runs_newest_first_open", params![behind, 20]);
    count("runs_newest_first_of_source", params![behind, 3, "rare"]);
    count("runs_newest_first_of_source_open", params![behind, 20, "common"]);
    count("run_by_id", params![last]);
    count("run_by_key", params!["common", "p", "k1"]);
    count("run_by_source_and_key", params!["common", "k1"]);
    count("open_runs_without_lock", params!["common", 7, "task:"]);
    count(
        "run_ids_in_range",
        params!["run_0000000000000000009", "run_0000000000000000009\u{10ffff}", 5],
    );
    count("run_ids_after", params![first, 20]);
    count("events_of_run", params![first]);
    count("events_of_run_without", params![first, "evidence.", "evidence.\u{10ffff}"]);
    count("event_by_key", params![first, "e2"]);
    count("last_event", params![first]);
    count("last_seq", params![first]);
    count("kind_version", params!["note", "h"]);
    count("kind_version_latest", params!["note"]);
    count("lock", params![last]);
    count("locks", params!["", 20]);
    count("run_insert", params!["run_x", "k", "p", "common", "t", "i", "/", None::<String>]);
    count("event_insert", params!["run_x", 1, "e", "x", "p", "h", "note", "t", "{}", "p"]);
    count("run_close", params!["run_x", "t", "success", None::<String>, "e", "h", "p"]);
    count("kind_version_insert", params!["new", "h", "{}", "t"]);
    count("kind_version_insert_older", params!["new", "g", "{}", "t"]);
    count("lock_put", params![last, "h", 2, "t", "t"]);
    costs
}

#[test]
fn no_step_is_added_by_a_hundred_times_as_many_runs() {
    let few = costs(&database(200));
    assert_eq!(costs(&database(20_000)), few);
    let counted: Vec<&str> = few.keys().copied().collect();
    let operations = operations();
    let expected: Vec<&String> =
        operations.keys().filter(|name| !WHOLE.iter().any(|(whole, _)| whole == name)).collect();
    assert_eq!(counted, expected, "a statement is not counted");
}

/// Makes this many open claims, each with the locks of its task and of a file.
fn claims(number: u32) -> Connection {
    let connection = database(200);
    let fill = format!(
        "DELETE FROM locks;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
        INSERT INTO runs (id, idempotency_key, producer_id, source, started_at, intent, cwd)
        SELECT printf('run_1%019d', i), 'claim:lease-' || i, 'p', 'motus-work', 't', 'i', '/' FROM n;
        INSERT INTO locks
        SELECT 'task:' || id, substr(idempotency_key, 7), 1, 't', 't' FROM runs WHERE source = 'motus-work';
        INSERT INTO locks
        SELECT 'file:' || id, substr(idempotency_key, 7), 1, 't', 't' FROM runs WHERE source = 'motus-work';"
    );
    connection.execute_batch(&fill).expect("the rows");
    connection
}

#[test]
fn an_open_claim_costs_the_next_one_a_look_at_its_locks_and_no_more() {
    let cost = |number| {
        steps(&claims(number), "open_runs_without_lock", params!["motus-work", 7, "task:"])
    };
    let (ten, many) = (cost(10), cost(410));
    let each = (many - ten) / 400;
    assert!(each < 40, "{each} steps for each open claim");
    assert!((many - ten) % 400 == 0, "all open claims cost the same: {ten}, {many}");
    // What finds one claim, its lock or its last event costs the same in both.
    let rest = |number| {
        let connection = claims(number);
        let mut all = costs(&connection);
        all.retain(|name, _| !name.contains("open"));
        all
    };
    assert_eq!(rest(410), rest(10));
}

/// Of a run that is full of evidence, what asks for all else pays a comparison for each piece.
#[test]
fn what_is_left_out_of_a_run_costs_a_comparison() {
    let cost = |name: &str, pieces: u32| {
        let connection = database(200);
        let fill = format!(
            "INSERT INTO kind_versions VALUES ('evidence.x', 'h', '{{}}', 't');
            WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {pieces} + 9)
            INSERT INTO events SELECT 'run_00000000000000000001', i, 'f' || i, 'f' || i, 'p', 'h',
            'evidence.x', 't', '{{}}', 'p' FROM n;"
        );
        connection.execute_batch(&fill).expect("the rows");
        let run: &dyn ToSql = &"run_00000000000000000001";
        let bounds: [&dyn ToSql; 2] = [&"evidence.", &"evidence.\u{10ffff}"];
        let values =
            if name == "events_of_run" { vec![run] } else { vec![run, bounds[0], bounds[1]] };
        steps(&connection, name, &values)
    };
    let each = |name| (cost(name, 1010) - cost(name, 10)) / 1000;
    let (whole, left_out) = (each("events_of_run"), each("events_of_run_without"));
    assert!(left_out * 2 <= whole, "{left_out} steps for each piece, and {whole} to read it");
}
