//! The port's transactions over SQLite's.

use std::ops::ControlFlow;
use std::path::Path;

use motus_ledger::kind::KindVersion;
use motus_ledger::{
    Closing, Event, Lock, ReadTransaction, Run, RunId, RunQuery, StoreError, StoreErrorKind,
    WriteTransaction,
};
use rusqlite::{ErrorCode, Params, Row, Transaction, params};

use crate::error::from_sqlite;
use crate::{bound, row, statement};

/// Sorts behind every identifier of a run.
const BEHIND_ALL: &str = "\u{10ffff}";

/// A read transaction; it ends when it is dropped.
pub(crate) struct Reading<'a> {
    transaction: Transaction<'a>,
    path: &'a Path,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(transaction: Transaction<'a>, path: &'a Path) -> Self {
        Self { transaction, path }
    }

    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        from_sqlite(error, self.path)
    }

    fn find<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.visit(sql, params, read, &mut |item| {
            found = Some(item);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    fn visit<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
        visit: &mut dyn FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let failed = |error| self.failed(&error);
        let mut statement = self.transaction.prepare_cached(sql).map_err(failed)?;
        let mut rows = statement.query(params).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let item = read(row).map_err(|error| self.not_a_record(row, &error))?;
            if visit(item).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Says which value of which row is at fault, as far as that is known.
    fn not_a_record(&self, row: &Row<'_>, error: &rusqlite::Error) -> StoreError {
        let failed = self.failed(error);
        match row::place_of(row, error) {
            Some(place) => StoreError::new(failed.kind(), format!("{failed}: {place}"))
                .with_source(error.to_string()),
            None => failed,
        }
    }

    fn collect<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.visit(sql, params, read, &mut |item| {
            found.push(item);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// A Store that lacks the table of locks holds none; one that is read is not given the table.
    fn unless_lockless<T: Default>(&self, found: Result<T, StoreError>) -> Result<T, StoreError> {
        match found {
            Err(_) if matches!(self.transaction.table_exists(None, "locks"), Ok(false)) => {
                Ok(T::default())
            }
            other => other,
        }
    }

    fn number(&self, sql: &str, run: &RunId) -> Result<u64, StoreError> {
        let found = self.find(sql, [run.as_str()], |row| row.get(0))?;
        Ok(found.unwrap_or_default())
    }
}

impl ReadTransaction for Reading<'_> {
    fn run(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        self.find(statement::RUN_BY_ID, [id.as_str()], row::run)
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>, StoreError> {
        let before = query.before.as_ref().map_or(BEHIND_ALL, RunId::as_str);
        // One statement for each question, so that each can have the plan that suits it.
        let sql = match (&query.source, query.open_only) {
            (None, false) => statement::RUNS_NEWEST_FIRST,
            (None, true) => statement::RUNS_NEWEST_FIRST_OPEN,
            (Some(_), false) => statement::RUNS_NEWEST_FIRST_OF_SOURCE,
            (Some(_), true) => statement::RUNS_NEWEST_FIRST_OF_SOURCE_OPEN,
        };
        match &query.source {
            None => self.collect(sql, params![before, query.limit], row::run),
            Some(source) => self.collect(sql, params![before, query.limit, source], row::run),
        }
    }

    fn run_ids_with_prefix(&self, prefix: &str, limit: u32) -> Result<Vec<RunId>, StoreError> {
        let end = format!("{prefix}{}", char::MAX);
        self.collect(statement::RUN_IDS_IN_RANGE, params![prefix, end, limit], |row| {
            row.get::<_, String>(0).map(RunId::from)
        })
    }

    fn run_ids_after(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<RunId>, StoreError> {
        let after = after.map_or("", RunId::as_str);
        self.collect(statement::RUN_IDS_AFTER, params![after, limit], |row| {
            row.get::<_, String>(0).map(RunId::from)
        })
    }

    fn visit_events(
        &self,
        run: &RunId,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.visit(statement::EVENTS_OF_RUN, [run.as_str()], row::event, visit)
    }

    fn visit_events_without(
        &self,
        run: &RunId,
        prefix: &str,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let end = format!("{prefix}{}", char::MAX);
        let params = params![run.as_str(), prefix, end];
        self.visit(statement::EVENTS_OF_RUN_WITHOUT, params, row::event, visit)
    }

    fn event_by_key(&self, run: &RunId, key: &str) -> Result<Option<Event>, StoreError> {
        self.find(statement::EVENT_BY_KEY, [run.as_str(), key], row::event)
    }

    fn kind_version(&self, kind: &str, hash: &str) -> Result<Option<KindVersion>, StoreError> {
        self.find(statement::KIND_VERSION, [kind, hash], row::kind_version)
    }

    fn latest_kind_version(&self, kind: &str) -> Result<Option<KindVersion>, StoreError> {
        self.find(statement::KIND_VERSION_LATEST, [kind], row::kind_version)
    }

    fn visit_kind_versions(
        &self,
        visit: &mut dyn FnMut(KindVersion) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.visit(statement::KIND_VERSIONS, [], row::kind_version, visit)
    }

    fn run_by_key(
        &self,
        source: &str,
        producer: &str,
        key: &str,
    ) -> Result<Option<Run>, StoreError> {
        self.find(statement::RUN_BY_KEY, [source, producer, key], row::run)
    }

    fn last_event(&self, run: &RunId) -> Result<Option<Event>, StoreError> {
        self.find(statement::LAST_EVENT, [run.as_str()], row::event)
    }

    fn run_by_source_and_key(&self, source: &str, key: &str) -> Result<Option<Run>, StoreError> {
        self.find(statement::RUN_BY_SOURCE_AND_KEY, [source, key], row::run)
    }

    fn open_runs_without_lock(
        &self,
        source: &str,
        key_prefix: &str,
        resource_prefix: &str,
    ) -> Result<Vec<Run>, StoreError> {
        let holder_from = key_prefix.chars().count().saturating_add(1);
        let values = params![source, holder_from, resource_prefix];
        self.collect(statement::OPEN_RUNS_WITHOUT_LOCK, values, row::run)
    }

    fn last_seq(&self, run: &RunId) -> Result<u64, StoreError> {
        self.number(statement::LAST_SEQ, run)
    }

    fn lock(&self, resource: &str) -> Result<Option<Lock>, StoreError> {
        self.unless_lockless(self.find(statement::LOCK, [resource], row::lock))
    }

    fn locks(&self, after: Option<&str>, limit: u32) -> Result<Vec<Lock>, StoreError> {
        self.unless_lockless(self.collect(
            statement::LOCKS,
            params![after.unwrap_or_default(), limit],
            row::lock,
        ))
    }
}

/// A write transaction; dropped without a commit, it changes nothing.
pub(crate) struct Writing<'a>(Reading<'a>);

impl<'a> Writing<'a> {
    pub(crate) fn new(reading: Reading<'a>) -> Self {
        Self(reading)
    }

    /// Changes one row of a table, exactly: what a trigger makes of the change is not to be told as done.
    fn change(&self, table: &str, sql: &str, params: impl Params) -> Result<(), StoreError> {
        let transaction = &self.0.transaction;
        if transaction.is_autocommit() {
            // Each further change would count at once and by itself.
            return Err(refused("a trigger of the Store ended the transaction".to_owned()));
        }
        let changed = transaction
            .prepare_cached(sql)
            .and_then(|mut statement| bound::within_bounds(|| statement.execute(params)));
        match changed {
            Ok(1) => Ok(()),
            Ok(_) => {
                Err(refused(format!("a trigger of the Store undid the change of its `{table}`")))
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                Err(refused(format!("a trigger of the Store on its `{table}` does not end")))
            }
            Err(error) => Err(self.0.failed(&error)),
        }
    }

    fn add_kind_version(&self, sql: &str, version: &KindVersion) -> Result<(), StoreError> {
        let values = params![
            version.schema_kind,
            version.schema_hash,
            version.schema_json,
            version.registered_at.as_str(),
        ];
        self.change("kind_versions", sql, values)
    }
}

/// Returns the error of a change that the Store's own triggers did not let happen.
fn refused(message: String) -> StoreError {
    StoreError::new(StoreErrorKind::GuardRefused, message)
}

impl ReadTransaction for Writing<'_> {
    fn run(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        self.0.run(id)
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>, StoreError> {
        self.0.runs(query)
    }

    fn run_ids_with_prefix(&self, prefix: &str, limit: u32) -> Result<Vec<RunId>, StoreError> {
        self.0.run_ids_with_prefix(prefix, limit)
    }

    fn run_ids_after(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<RunId>, StoreError> {
        self.0.run_ids_after(after, limit)
    }

    fn visit_events(
        &self,
        run: &RunId,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.visit_events(run, visit)
    }

    fn visit_events_without(
        &self,
        run: &RunId,
        prefix: &str,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.visit_events_without(run, prefix, visit)
    }

    fn event_by_key(&self, run: &RunId, key: &str) -> Result<Option<Event>, StoreError> {
        self.0.event_by_key(run, key)
    }

    fn kind_version(&self, kind: &str, hash: &str) -> Result<Option<KindVersion>, StoreError> {
        self.0.kind_version(kind, hash)
    }

    fn latest_kind_version(&self, kind: &str) -> Result<Option<KindVersion>, StoreError> {
        self.0.latest_kind_version(kind)
    }

    fn visit_kind_versions(
        &self,
        visit: &mut dyn FnMut(KindVersion) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.visit_kind_versions(visit)
    }

    fn run_by_key(
        &self,
        source: &str,
        producer: &str,
        key: &str,
    ) -> Result<Option<Run>, StoreError> {
        self.0.run_by_key(source, producer, key)
    }

    fn last_event(&self, run: &RunId) -> Result<Option<Event>, StoreError> {
        self.0.last_event(run)
    }

    fn run_by_source_and_key(&self, source: &str, key: &str) -> Result<Option<Run>, StoreError> {
        self.0.run_by_source_and_key(source, key)
    }

    fn open_runs_without_lock(
        &self,
        source: &str,
        key_prefix: &str,
        resource_prefix: &str,
    ) -> Result<Vec<Run>, StoreError> {
        self.0.open_runs_without_lock(source, key_prefix, resource_prefix)
    }

    fn last_seq(&self, run: &RunId) -> Result<u64, StoreError> {
        self.0.last_seq(run)
    }

    fn lock(&self, resource: &str) -> Result<Option<Lock>, StoreError> {
        self.0.lock(resource)
    }

    fn locks(&self, after: Option<&str>, limit: u32) -> Result<Vec<Lock>, StoreError> {
        self.0.locks(after, limit)
    }
}

impl WriteTransaction for Writing<'_> {
    fn insert_run(&mut self, run: &Run) -> Result<(), StoreError> {
        let values = params![
            run.id.as_str(),
            run.idempotency_key,
            run.producer_id,
            run.source,
            run.started_at.as_str(),
            run.intent,
            run.cwd,
            run.git_sha,
        ];
        self.change("runs", statement::RUN_INSERT, values)
    }

    fn insert_event(&mut self, event: &Event) -> Result<(), StoreError> {
        let values = params![
            event.run_id.as_str(),
            event.seq,
            event.idempotency_key,
            event.id,
            event.payload_hash,
            event.schema_hash,
            event.schema_kind,
            event.ts.as_str(),
            event.payload_json,
            event.producer_id,
        ];
        self.change("events", statement::EVENT_INSERT, values)
    }

    fn insert_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.add_kind_version(statement::KIND_VERSION_INSERT, version)
    }

    fn insert_older_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.add_kind_version(statement::KIND_VERSION_INSERT_OLDER, version)
    }

    fn put_lock(&mut self, lock: &Lock) -> Result<(), StoreError> {
        let values = params![
            lock.resource,
            lock.holder,
            lock.fencing_token,
            lock.acquired_at.as_str(),
            lock.expires_at.as_str(),
        ];
        self.change("locks", statement::LOCK_PUT, values)
    }

    fn close_run(&mut self, run: &RunId, closing: &Closing) -> Result<(), StoreError> {
        let values = params![
            run.as_str(),
            closing.ended_at.as_str(),
            closing.outcome.as_str(),
            closing.outcome_note,
            closing.idempotency_key,
            closing.payload_hash,
            closing.producer_id,
        ];
        self.change("runs", statement::RUN_CLOSE, values)
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Reading { transaction, path } = self.0;
        transaction.commit().map_err(|error| from_sqlite(&error, path))
    }
}
