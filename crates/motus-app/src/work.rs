//! The work loop on a Store: claim, add, release, accept, look.
//!
//! Each step opens the Store, and happens in one transaction. The time is read once, when nobody else
//! can write any more: what a step says of itself and what it locks are of the same moment.

mod claim;
mod failure;
mod list;
mod look;
mod named;
mod step;

#[cfg(test)]
mod tests;

pub use claim::{Claim, Granted, claim};
pub use failure::WorkFailure;
pub use list::{Listed, leases};
pub use look::{
    Context, Receipt, Review, Standing, Status, context, receipt, review, review_run, status,
};
pub use step::{Accept, Recorded, Released, accept, clean_up, new_id, record, release};

use std::path::PathBuf;
use std::time::Duration;

use motus_ledger::{Clock, Store, StoreError, WriteTransaction};
use motus_runtime::git;
use motus_store::{Notice, SqliteStore, StorePlace};

use crate::changed::write;

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
pub type Changed<T> = crate::Changed<T, WorkFailure>;

/// A clock that has been read.
struct Reading(u64);

impl Clock for Reading {
    fn unix_nanoseconds(&self) -> u64 {
        self.0
    }
}

impl WorkStore {
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
        Ok(Changed { done: write_now(&mut store, clock, step), notices })
    }

    fn cwd(&self) -> String {
        self.directory.to_string_lossy().into_owned()
    }

    fn git_sha(&self) -> Option<String> {
        git::commit(&self.directory, GIT_LIMIT)
    }
}

/// Takes a step, for which the time is read once nobody else can write.
fn write_now<T>(
    store: &mut dyn Store,
    clock: &dyn Clock,
    step: impl FnOnce(&mut dyn WriteTransaction, &dyn Clock) -> Result<T, WorkFailure>,
) -> Result<T, WorkFailure> {
    write(store, |transaction| step(transaction, &Reading(clock.unix_nanoseconds())))
}
