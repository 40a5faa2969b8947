//! Transactions over the rows in memory: a view that may become the committed rows.

use std::ops::ControlFlow;
use std::sync::Arc;

use motus_ledger::kind::KindVersion;
use motus_ledger::{
    Closing, Event, Lock, ReadTransaction, Run, RunId, RunQuery, StoreError, WriteTransaction,
};

use super::MemoryStore;
use super::rows::Rows;

/// A view of the rows, and the Store whose only writer it is while it may change them.
pub(super) struct MemoryTransaction<'a> {
    rows: Arc<Rows>,
    store: Option<&'a MemoryStore>,
}

impl<'a> MemoryTransaction<'a> {
    pub(super) fn reading(rows: Arc<Rows>) -> Self {
        Self { rows, store: None }
    }

    /// The caller has marked the Store as being written; dropping this takes the mark away.
    pub(super) fn writing(rows: Arc<Rows>, store: &'a MemoryStore) -> Self {
        Self { rows, store: Some(store) }
    }

    fn change(&mut self) -> &mut Rows {
        Arc::make_mut(&mut self.rows)
    }
}

impl Drop for MemoryTransaction<'_> {
    fn drop(&mut self) {
        if let Some(store) = self.store {
            store.lock().has_writer = false;
        }
    }
}

impl ReadTransaction for MemoryTransaction<'_> {
    fn run(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        Ok(self.rows.runs.get(id).cloned())
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>, StoreError> {
        let matches = |run: &&Run| {
            query.source.as_ref().is_none_or(|source| *source == run.source)
                && (!query.open_only || run.is_open())
                && query.before.as_ref().is_none_or(|before| run.id < *before)
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        Ok(self.rows.runs.values().rev().filter(matches).take(limit).cloned().collect())
    }

    fn run_ids_with_prefix(&self, prefix: &str, limit: u32) -> Result<Vec<RunId>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let ids = self.rows.runs.keys().filter(|id| id.as_str().starts_with(prefix));
        Ok(ids.take(limit).cloned().collect())
    }

    fn run_ids_after(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<RunId>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let ids = self.rows.runs.keys().filter(|id| after.is_none_or(|after| *id > after));
        Ok(ids.take(limit).cloned().collect())
    }

    fn visit_events(
        &self,
        run: &RunId,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let _ = self.rows.events_of(run).iter().cloned().try_for_each(visit);
        Ok(())
    }

    fn event_by_key(&self, run: &RunId, key: &str) -> Result<Option<Event>, StoreError> {
        let found = self.rows.events_of(run).iter().find(|event| event.idempotency_key == key);
        Ok(found.cloned())
    }

    fn kind_version(&self, kind: &str, hash: &str) -> Result<Option<KindVersion>, StoreError> {
        let mut versions = self.rows.kind_versions.iter();
        let found = versions.find(|each| each.schema_kind == kind && each.schema_hash == hash);
        Ok(found.cloned())
    }

    fn latest_kind_version(&self, kind: &str) -> Result<Option<KindVersion>, StoreError> {
        let mut versions = self.rows.kind_versions.iter().rev();
        Ok(versions.find(|version| version.schema_kind == kind).cloned())
    }

    fn visit_kind_versions(
        &self,
        visit: &mut dyn FnMut(KindVersion) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let _ = self.rows.kind_versions.iter().cloned().try_for_each(visit);
        Ok(())
    }

    fn run_by_key(
        &self,
        source: &str,
        producer: &str,
        key: &str,
    ) -> Result<Option<Run>, StoreError> {
        let found = self.rows.runs.values().find(|run| {
            run.source == source && run.producer_id == producer && run.idempotency_key == key
        });
        Ok(found.cloned())
    }

    fn last_event(&self, run: &RunId) -> Result<Option<Event>, StoreError> {
        Ok(self.rows.events_of(run).last().cloned())
    }

    fn run_by_source_and_key(&self, source: &str, key: &str) -> Result<Option<Run>, StoreError> {
        let mut runs = self.rows.runs.values();
        Ok(runs.find(|run| run.source == source && run.idempotency_key == key).cloned())
    }

    fn open_runs_without_lock(
        &self,
        source: &str,
        key_prefix: &str,
        resource_prefix: &str,
    ) -> Result<Vec<Run>, StoreError> {
        let before = key_prefix.chars().count();
        let has_lock = |run: &&Run| {
            let holder: String = run.idempotency_key.chars().skip(before).collect();
            let mut locks = self.rows.locks.values();
            locks.any(|lock| lock.holder == holder && lock.resource.starts_with(resource_prefix))
        };
        let open = self.rows.runs.values().rev();
        let open = open.filter(|run| run.source == source && run.is_open());
        Ok(open.filter(|run| !has_lock(run)).cloned().collect())
    }

    fn last_seq(&self, run: &RunId) -> Result<u64, StoreError> {
        Ok(self.rows.events_of(run).last().map_or(0, |event| event.seq))
    }

    fn lock(&self, resource: &str) -> Result<Option<Lock>, StoreError> {
        Ok(self.rows.locks.get(resource).cloned())
    }

    fn locks(&self, after: Option<&str>, limit: u32) -> Result<Vec<Lock>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let locks = self.rows.locks.values();
        let behind = locks.filter(|lock| after.is_none_or(|after| lock.resource.as_str() > after));
        Ok(behind.take(limit).cloned().collect())
    }
}

impl WriteTransaction for MemoryTransaction<'_> {
    fn insert_run(&mut self, run: &Run) -> Result<(), StoreError> {
        self.change().insert_run(run)
    }

    fn insert_event(&mut self, event: &Event) -> Result<(), StoreError> {
        self.change().insert_event(event)
    }

    fn insert_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.change().insert_kind_version(version)
    }

    fn insert_older_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.change().insert_kind_version_at(0, version)
    }

    fn put_lock(&mut self, lock: &Lock) -> Result<(), StoreError> {
        self.change().locks.insert(lock.resource.clone(), lock.clone());
        Ok(())
    }

    fn close_run(&mut self, run: &RunId, closing: &Closing) -> Result<(), StoreError> {
        self.change().close_run(run, closing)
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if let Some(store) = self.store {
            store.lock().committed = Arc::clone(&self.rows);
        }
        Ok(())
    }
}
