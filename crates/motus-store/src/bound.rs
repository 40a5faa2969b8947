//! A bound on what a single change may compute: a trigger that never ends would hold the write lock for
//! ever.

use std::cell::Cell;

use rusqlite::Connection;

/// How many steps of SQLite's machine lie between two looks at the bound.
const STEPS_PER_LOOK: i32 = 1000;

/// A change that takes more than about a million steps does not end; one of ours takes less than a hundred.
const LOOKS: u32 = 1000;

thread_local! {
    /// How many looks are left to the change that this thread makes; `None` outside of one.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Lets SQLite look at the bound while it computes something for this connection.
pub(crate) fn install(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.progress_handler(STEPS_PER_LOOK, Some(is_exceeded))
}

/// Makes a change within the bound; beyond it, SQLite interrupts the change and ends the transaction.
///
/// Other statements have no bound: examining or copying a large Store takes as long as it takes.
pub(crate) fn within_bounds<T>(change: impl FnOnce() -> T) -> T {
    LEFT.set(Some(LOOKS));
    let changed = change();
    LEFT.set(None);
    changed
}

fn is_exceeded() -> bool {
    match LEFT.get() {
        None => false,
        Some(0) => true,
        Some(left) => {
            LEFT.set(Some(left - 1));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use motus_ledger::{Event, RunId, StoreError, Timestamp, WriteTransaction};
    use rusqlite::{ErrorCode, StatementStatus, params_from_iter};

    use super::*;
    use crate::transaction::{Reading, Writing};
    use crate::{schema, statement};

    /// Counts to a number, some ten steps each.
    fn count_to(connection: &Connection, number: u32) -> rusqlite::Result<u32> {
        let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            SELECT count(*) FROM n";
        connection.query_row(sql, [number], |row| row.get(0))
    }

    #[test]
    fn only_a_change_has_a_bound() {
        let mut connection = Connection::open_in_memory().unwrap();
        install(&mut connection).unwrap();
        let error = within_bounds(|| count_to(&connection, 1_000_000)).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(ErrorCode::OperationInterrupted));
        assert_eq!(count_to(&connection, 1_000_000), Ok(1_000_000));
        // One change after the other: each has the whole bound.
        for _ in 0..3 {
            assert_eq!(within_bounds(|| count_to(&connection, 50_000)), Ok(50_000));
        }
    }

    fn store() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::complete(&mut connection, Path::new("store.db")).unwrap();
        install(&mut connection).unwrap();
        connection
    }

    fn insert(writing: &mut dyn WriteTransaction, seq: u64) -> Result<(), StoreError> {
        let text = |name: &str| format!("{name} {seq}");
        writing.insert_event(&Event {
            run_id: RunId::from("run_x"),
            seq,
            idempotency_key: text("key"),
            id: text("id"),
            payload_hash: text("hash"),
            schema_hash: text("hash"),
            schema_kind: text("kind"),
            ts: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
            payload_json: "{}".to_owned(),
            producer_id: "p".to_owned(),
        })
    }

    #[test]
    fn a_trigger_that_does_not_end_is_refused_and_the_transaction_is_over() {
        let mut connection = store();
        let trigger = "CREATE TRIGGER endless BEFORE INSERT ON events WHEN NEW.seq = 2 BEGIN
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT count(*) FROM n; END";
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(trigger).unwrap();
        let reading = Reading::new(connection.transaction().unwrap(), Path::new("store.db"));
        let mut writing = Box::new(Writing::new(reading));
        insert(&mut *writing, 1).unwrap();
        let told = |result: Result<(), StoreError>| {
            let error = result.unwrap_err();
            (error.code(), error.to_string())
        };
        let endless = "a trigger of the Store on its `events` does not end".to_owned();
        assert_eq!(told(insert(&mut *writing, 2)), ("store.guard_refused", endless));
        // Nothing that follows counts by itself.
        let over = "a trigger of the Store ended the transaction".to_owned();
        assert_eq!(told(insert(&mut *writing, 3)), ("store.guard_refused", over));
        assert_eq!(writing.commit().unwrap_err().code(), "store.io");
        let rows: u32 =
            connection.query_row(statement::COUNT_EVENTS, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0);
    }

    #[test]
    fn a_change_of_ours_takes_few_steps() {
        let connection = store();
        let steps = |sql: &str, values: &[&str]| {
            let mut statement = connection.prepare(sql).unwrap();
            let changed = statement.execute(params_from_iter(values)).unwrap();
            assert_eq!(changed, 1, "{sql}");
            statement.get_status(StatementStatus::VmStep)
        };
        let taken = [
            steps(statement::RUN_INSERT, &["r", "k", "p", "s", "t", "i", "c", "g"]),
            steps(statement::KIND_VERSION_INSERT, &["kind", "hash", "{}", "t"]),
            steps(statement::KIND_VERSION_INSERT_OLDER, &["kind", "other", "{}", "t"]),
            steps(
                statement::EVENT_INSERT,
                &["r", "1", "k", "id", "h", "hash", "kind", "t", "{}", "p"],
            ),
            steps(statement::RUN_CLOSE, &["r", "t", "success", "n", "k", "h", "p"]),
            steps(statement::LOCK_PUT, &["l", "h", "1", "t", "t"]),
            steps(statement::LOCK_PUT, &["l", "h", "2", "t", "t"]),
        ];
        assert!(taken.iter().all(|steps| (1..200).contains(steps)), "{taken:?}");
    }
}
