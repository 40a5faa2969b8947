//! The work loop on a Store: claim, add, release, accept, look.
//!
//! Each step opens the Store, and happens in one transaction. The time is read once, when nobody else
//! can write any more: what a step says of itself and what it locks are of the same moment.

mod claim;
mod failure;
mod look;
mod step;

pub use claim::{Claim, Granted, claim};
pub use failure::WorkFailure;
pub use look::{
    Context, Receipt, Review, Standing, Status, context, leases, receipt, review, review_run,
    status,
};
pub use step::{
    Acceptance, Recorded, Release, Released, accept, clean_up, new_id, record, release,
};

use std::path::PathBuf;
use std::time::Duration;

use motus_ledger::{Clock, Store, StoreError, StoreErrorKind, WriteTransaction};
use motus_runtime::git;
use motus_store::{Notice, SqliteStore, StorePlace};

/// How long the git command may take to name the commit.
const GIT_LIMIT: Duration = Duration::from_secs(2);

/// Where work is recorded.
#[derive(Debug, Clone)]
pub struct WorkStore {
    /// The Store.
    pub place: StorePlace,
    /// Whether access by group and others to the Store is taken away when it is written.
    pub private: bool,
    /// The working directory.
    pub directory: PathBuf,
}

/// What came of a step.
#[derive(Debug)]
pub struct Changed<T> {
    /// What was recorded, or why it was refused.
    pub done: Result<T, WorkFailure>,
    /// What was changed about the Store's files, refused or not.
    pub notices: Vec<Notice>,
}

/// A clock that has been read.
struct Reading(u64);

impl Clock for Reading {
    fn unix_nanoseconds(&self) -> u64 {
        self.0
    }
}

impl WorkStore {
    /// Refuses a Store that is not there. Errors: `store.missing`, and those of the place.
    fn require(&self) -> Result<(), StoreError> {
        if self.place.check()? {
            return Ok(());
        }
        let message = format!("there is no Store yet: {}", self.place.path().display());
        Err(StoreError::new(StoreErrorKind::Missing, message))
    }

    fn open(&self) -> Result<(SqliteStore, Vec<Notice>), StoreError> {
        let opened = SqliteStore::open(&self.place, self.private)?;
        Ok((opened.store, opened.notices))
    }

    /// Opens the Store and takes a step, which is committed unless it is refused.
    fn change<T>(
        &self,
        clock: &dyn Clock,
        step: impl FnOnce(&mut dyn WriteTransaction, &dyn Clock) -> Result<T, WorkFailure>,
    ) -> Result<Changed<T>, WorkFailure> {
        let (mut store, notices) = self.open()?;
        Ok(Changed { done: write(&mut store, clock, step), notices })
    }

    fn cwd(&self) -> String {
        self.directory.to_string_lossy().into_owned()
    }

    fn git_sha(&self) -> Option<String> {
        git::commit(&self.directory, GIT_LIMIT)
    }
}

fn write<T>(
    store: &mut dyn Store,
    clock: &dyn Clock,
    step: impl FnOnce(&mut dyn WriteTransaction, &dyn Clock) -> Result<T, WorkFailure>,
) -> Result<T, WorkFailure> {
    let mut transaction = store.begin_write()?;
    let done = step(&mut *transaction, &Reading(clock.unix_nanoseconds()))?;
    transaction.commit()?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use motus_ledger::work::{EvidenceFact, TestCounts, find_lease};
    use motus_testkit::SequentialIds;
    use motus_testkit::harness::Scratch;

    use super::*;
    use crate::reading::read;

    /// Moves on by ten seconds whenever it is read.
    struct Ticking(AtomicU64);

    impl Clock for Ticking {
        fn unix_nanoseconds(&self) -> u64 {
            self.0.fetch_add(10_000_000_000, Ordering::SeqCst)
        }
    }

    #[test]
    fn a_step_and_what_it_locks_are_of_one_moment() {
        let scratch = Scratch::new();
        let store = WorkStore {
            place: StorePlace::new(scratch.project().join("store.db")),
            private: true,
            directory: scratch.project(),
        };
        let (clock, ids) = (Ticking(AtomicU64::new(0)), SequentialIds::default());
        let asked = Claim {
            task: Some("T1".to_owned()),
            agent_id: "ann".to_owned(),
            intent: String::new(),
            resources: Vec::new(),
            ttl_seconds: 600,
            shared: false,
            from: None,
        };
        let granted = claim(&store, &asked, &clock, &ids, &ids).expect("a Store").done;
        let claimed = granted.expect("granted").claimed;
        let lock = claimed.locks.first().expect("a lock").clone();
        assert_eq!(claimed.lease.run.started_at, claimed.event.ts);
        assert_eq!(lock.acquired_at, claimed.event.ts);
        assert_eq!(lock.expires_at, claimed.lease.expires_at());
        let fact = EvidenceFact {
            id: new_id("evidence", &ids),
            evidence_type: "log".to_owned(),
            tests: TestCounts::default(),
            diff: None,
            log: None,
        };
        let (fact, lease_id) = (fact.fact().expect("a fact"), claimed.lease.lease_id);
        let recorded = record(&store, &lease_id, &fact, None, &clock).expect("a Store").done;
        let event = recorded.expect("recorded").event;
        assert!(!event.ts.is_no_later_than(&claimed.event.ts));
        let (lease, lock) = read(&store.place, |transaction| {
            let lock = transaction.lock("task:T1")?;
            Ok::<_, WorkFailure>((find_lease(transaction, &lease_id)?, lock))
        })
        .expect("readable");
        let (lease, lock) = (lease.expect("a lease"), lock.expect("a lock"));
        assert_eq!(lock.expires_at, lease.expires_at());
        assert_eq!(lease.last_event_at, event.ts);
    }
}
