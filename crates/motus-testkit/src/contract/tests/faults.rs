//! Drivers with one planted fault each: a suite that has never failed is no evidence.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use motus_ledger::kind::KindVersion;
use motus_ledger::{
    Clock, Closing, Event, Lock, ReadTransaction, Run, RunId, RunQuery, Store, StoreError,
    WriteTransaction,
};

use crate::contract::{
    StoreFixture, append, fences, guards, kinds, listing, locks, lookup, payloads, start,
    transactions, travel, work,
};
use crate::{FixedClock, MemoryStore};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    LosesCommits,
    ListsOldestFirst,
    IgnoresLimits,
    IgnoresCase,
    NeverStops,
    SkipsNumbers,
    TrimsKeys,
    LatestIsFirst,
    RewritesNumbers,
    ForgetsRuns,
    RefusesNothing,
    KeepsTokens,
    ExpiresLate,
    ForgetsReleases,
    ForgetsEndedLocks,
    RepeatsLocks,
    LocksWithoutCase,
    WalksNewestFirst,
    RepeatsRuns,
    OlderBecomesLatest,
    LastIsFirst,
    ForgetsTheOldest,
    ForgetsUnlocked,
    ForgetsResources,
}

type Case = fn(&dyn StoreFixture);

/// Each fault with a case that must notice it.
const NOTICED: [(Fault, Case); 24] = [
    (Fault::LosesCommits, transactions::a_commit_outlives_its_handle),
    (Fault::ListsOldestFirst, listing::runs_are_listed_newest_first),
    (Fault::IgnoresLimits, listing::a_limit_and_a_key_page_through_all_runs),
    (Fault::IgnoresCase, listing::a_prefix_finds_identifiers_literally),
    (Fault::NeverStops, lookup::events_are_visited_in_order_until_told_to_stop),
    (Fault::SkipsNumbers, append::events_are_numbered_without_gaps_per_run),
    (Fault::TrimsKeys, payloads::odd_keys_and_producers_survive),
    (Fault::LatestIsFirst, kinds::registering_an_old_version_does_not_make_it_latest),
    (Fault::RewritesNumbers, payloads::payloads_survive_verbatim),
    (Fault::ForgetsRuns, start::starting_again_returns_the_same_run),
    (Fault::RefusesNothing, guards::a_run_is_inserted_once),
    (Fault::KeepsTokens, locks::a_released_lock_is_taken_with_the_next_token),
    (Fault::ExpiresLate, locks::a_lock_expires_at_its_very_end),
    (Fault::ForgetsReleases, fences::nobody_else_writes_under_the_lock),
    (Fault::ForgetsEndedLocks, locks::tokens_grow_across_release_and_expiry),
    (Fault::RepeatsLocks, locks::locks_are_listed_in_pages),
    (Fault::LocksWithoutCase, locks::locks_belong_to_their_resource),
    (Fault::WalksNewestFirst, travel::runs_are_walked_oldest_first),
    (Fault::RepeatsRuns, travel::pages_hold_each_run_once),
    (Fault::OlderBecomesLatest, travel::an_older_version_leaves_the_latest_one),
    (Fault::LastIsFirst, work::the_last_event_is_the_one_appended_last),
    (Fault::ForgetsTheOldest, work::a_run_is_found_by_source_and_key),
    (Fault::ForgetsUnlocked, work::open_runs_without_a_lock_are_told_from_others),
    (Fault::ForgetsResources, work::open_runs_without_a_lock_are_told_from_others),
];

#[test]
fn every_planted_fault_is_noticed() {
    for (fault, case) in NOTICED {
        let passes = |fault| {
            let faulty = Faulty { store: MemoryStore::new(), fault };
            catch_unwind(AssertUnwindSafe(|| case(&faulty))).is_ok()
        };
        assert!(passes(Fault::None), "the wrapper itself breaks the case for {fault:?}");
        assert!(!passes(fault), "{fault:?} went unnoticed");
    }
}

#[derive(Clone)]
struct Faulty {
    store: MemoryStore,
    fault: Fault,
}

impl StoreFixture for Faulty {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.clone())
    }
}

impl Store for Faulty {
    fn begin_read(&mut self) -> Result<Box<dyn ReadTransaction + '_>, StoreError> {
        let fault = self.fault;
        Ok(Box::new(FaultyTransaction { inner: self.store.begin_read()?, fault }))
    }

    fn begin_write(&mut self) -> Result<Box<dyn WriteTransaction + '_>, StoreError> {
        let fault = self.fault;
        Ok(Box::new(FaultyTransaction { inner: self.store.begin_write()?, fault }))
    }
}

struct FaultyTransaction<T: ?Sized> {
    inner: Box<T>,
    fault: Fault,
}

impl<T: ReadTransaction + ?Sized> ReadTransaction for FaultyTransaction<T> {
    fn run(&self, id: &RunId) -> Result<Option<Run>, StoreError> {
        self.inner.run(id)
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>, StoreError> {
        let mut query = query.clone();
        if self.fault == Fault::IgnoresLimits {
            query.limit = u32::MAX;
        }
        let mut runs = self.inner.runs(&query)?;
        if self.fault == Fault::ListsOldestFirst {
            runs.reverse();
        }
        Ok(runs)
    }

    fn run_ids_with_prefix(&self, prefix: &str, limit: u32) -> Result<Vec<RunId>, StoreError> {
        if self.fault != Fault::IgnoresCase {
            return self.inner.run_ids_with_prefix(prefix, limit);
        }
        let prefix = prefix.to_lowercase();
        let mut ids = self.inner.run_ids_with_prefix("", u32::MAX)?;
        ids.retain(|id| id.as_str().to_lowercase().starts_with(&prefix));
        Ok(ids)
    }

    fn run_ids_after(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<RunId>, StoreError> {
        let mut page = self.inner.run_ids_after(after, limit)?;
        if self.fault == Fault::WalksNewestFirst {
            page.reverse();
        }
        if self.fault == Fault::RepeatsRuns && !page.is_empty() {
            page.splice(0..0, after.cloned());
        }
        Ok(page)
    }

    fn visit_events(
        &self,
        run: &RunId,
        visit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let never_stops = self.fault == Fault::NeverStops;
        self.inner.visit_events(run, &mut |event| match visit(event) {
            ControlFlow::Break(()) if never_stops => ControlFlow::Continue(()),
            flow => flow,
        })
    }

    fn event_by_key(&self, run: &RunId, key: &str) -> Result<Option<Event>, StoreError> {
        let key = if self.fault == Fault::TrimsKeys { key.trim() } else { key };
        self.inner.event_by_key(run, key)
    }

    fn kind_version(&self, kind: &str, hash: &str) -> Result<Option<KindVersion>, StoreError> {
        self.inner.kind_version(kind, hash)
    }

    fn latest_kind_version(&self, kind: &str) -> Result<Option<KindVersion>, StoreError> {
        if self.fault != Fault::LatestIsFirst {
            return self.inner.latest_kind_version(kind);
        }
        let mut first = None;
        self.inner.visit_kind_versions(&mut |version| {
            first = first.take().or((version.schema_kind == kind).then_some(version));
            ControlFlow::Continue(())
        })?;
        Ok(first)
    }

    fn visit_kind_versions(
        &self,
        visit: &mut dyn FnMut(KindVersion) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.inner.visit_kind_versions(visit)
    }

    fn run_by_key(
        &self,
        source: &str,
        producer: &str,
        key: &str,
    ) -> Result<Option<Run>, StoreError> {
        if self.fault == Fault::ForgetsRuns {
            return Ok(None);
        }
        self.inner.run_by_key(source, producer, key)
    }

    fn last_event(&self, run: &RunId) -> Result<Option<Event>, StoreError> {
        if self.fault != Fault::LastIsFirst {
            return self.inner.last_event(run);
        }
        let mut first = None;
        self.inner.visit_events(run, &mut |event| {
            first = Some(event);
            ControlFlow::Break(())
        })?;
        Ok(first)
    }

    fn run_by_source_and_key(&self, source: &str, key: &str) -> Result<Option<Run>, StoreError> {
        if self.fault != Fault::ForgetsTheOldest {
            return self.inner.run_by_source_and_key(source, key);
        }
        let all = RunQuery { limit: u32::MAX, ..RunQuery::default() };
        let runs = self.inner.runs(&all)?;
        Ok(runs.into_iter().find(|run| run.source == source && run.idempotency_key == key))
    }

    fn open_runs_without_lock(
        &self,
        source: &str,
        key_prefix: &str,
        resource_prefix: &str,
    ) -> Result<Vec<Run>, StoreError> {
        match self.fault {
            Fault::ForgetsUnlocked => Ok(Vec::new()),
            Fault::ForgetsResources => self.inner.open_runs_without_lock(source, key_prefix, ""),
            _ => self.inner.open_runs_without_lock(source, key_prefix, resource_prefix),
        }
    }

    fn last_seq(&self, run: &RunId) -> Result<u64, StoreError> {
        Ok(self.inner.last_seq(run)? + u64::from(self.fault == Fault::SkipsNumbers))
    }

    fn lock(&self, resource: &str) -> Result<Option<Lock>, StoreError> {
        let mut found = match self.fault {
            Fault::LocksWithoutCase => self.inner.lock(&resource.to_lowercase())?,
            _ => self.inner.lock(resource)?,
        };
        if self.fault == Fault::ForgetsEndedLocks {
            found = found.filter(|lock| lock.expires_at != lock.acquired_at);
        }
        Ok(found.map(
            |lock| if self.fault == Fault::ExpiresLate { a_second_longer(lock) } else { lock },
        ))
    }

    fn locks(&self, after: Option<&str>, limit: u32) -> Result<Vec<Lock>, StoreError> {
        if self.fault != Fault::RepeatsLocks {
            return self.inner.locks(after, limit);
        }
        let mut page: Vec<Lock> =
            after.map(|after| self.inner.lock(after)).transpose()?.flatten().into_iter().collect();
        page.extend(self.inner.locks(after, limit)?);
        Ok(page)
    }
}

impl WriteTransaction for FaultyTransaction<dyn WriteTransaction + '_> {
    fn insert_run(&mut self, run: &Run) -> Result<(), StoreError> {
        let inserted = self.inner.insert_run(run);
        if self.fault == Fault::RefusesNothing { Ok(()) } else { inserted }
    }

    fn insert_event(&mut self, event: &Event) -> Result<(), StoreError> {
        let mut event = event.clone();
        if self.fault == Fault::RewritesNumbers {
            event.payload_json = event.payload_json.replace("1e+16", "10000000000000000.0");
        }
        self.inner.insert_event(&event)
    }

    fn insert_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        self.inner.insert_kind_version(version)
    }

    fn insert_older_kind_version(&mut self, version: &KindVersion) -> Result<(), StoreError> {
        if self.fault == Fault::OlderBecomesLatest {
            return self.inner.insert_kind_version(version);
        }
        self.inner.insert_older_kind_version(version)
    }

    fn put_lock(&mut self, lock: &Lock) -> Result<(), StoreError> {
        let mut lock = lock.clone();
        let earlier = self.inner.lock(&lock.resource)?;
        if self.fault == Fault::LocksWithoutCase {
            lock.resource = lock.resource.to_lowercase();
        }
        if let Some(earlier) = earlier {
            if self.fault == Fault::KeepsTokens {
                lock.fencing_token = earlier.fencing_token;
            }
            if self.fault == Fault::ForgetsReleases && lock.fence() == earlier.fence() {
                return Ok(());
            }
        }
        self.inner.put_lock(&lock)
    }

    fn close_run(&mut self, run: &RunId, closing: &Closing) -> Result<(), StoreError> {
        self.inner.close_run(run, closing)
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.fault == Fault::LosesCommits { Ok(()) } else { self.inner.commit() }
    }
}

/// A driver cannot compare times wrongly, but what it answers can have the same effect.
fn a_second_longer(lock: Lock) -> Lock {
    let end = u64::try_from(lock.expires_at.unix_seconds()).expect("a time of our days");
    Lock { expires_at: FixedClock::at_second(end + 1).timestamp(), ..lock }
}
