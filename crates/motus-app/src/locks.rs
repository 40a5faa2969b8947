//! Locks of a Store: taken, shown, given back, listed.

use motus_ledger::operation::{self, AcquireRequest};
use motus_ledger::{Clock, Fence, LedgerError, Lock, Timestamp, WriteTransaction};
use motus_store::{SqliteStore, StorePlace};

use crate::changed::write;
use crate::reading::read;

/// How many rows are asked for at once; those that are not wanted are never held together.
const PAGE: u32 = 256;

/// Where locks are kept.
#[derive(Debug, Clone)]
pub struct LockStore {
    /// The Store.
    pub place: StorePlace,
    /// Whether access by group and others to the Store is taken away when it is written.
    pub private: bool,
}

/// What came of a change to a lock: the lock as it stands now.
pub type Changed = crate::Changed<Lock, LedgerError>;

/// Takes a lock, or renews one's own; a Store that is missing is made.
///
/// Errors, of the request and of the Store itself: `ledger.field_required`, `lock.ttl_invalid`, and those
/// of opening a Store.
pub fn acquire(
    store: &LockStore,
    request: &AcquireRequest,
    clock: &dyn Clock,
) -> Result<Changed, LedgerError> {
    request.check(clock)?;
    change(store, |transaction| operation::acquire_lock(transaction, request, clock))
}

/// Confirms that a lock is held with this fence, and changes nothing.
///
/// Nothing keeps it held afterwards: what has to be written under the lock is written by
/// [`motus_ledger::operation::append_fenced_event`]. Errors: `lock.missing`, `lock.fence_invalid`, and
/// those of reading a Store.
pub fn assert(place: &StorePlace, fence: &Fence, clock: &dyn Clock) -> Result<Lock, LedgerError> {
    read(place, |transaction| operation::assert_lock(transaction, fence, clock))
}

/// Gives a lock back; its token stays in the Store.
///
/// Errors, of the Store itself: `store.missing`, and those of opening one.
pub fn release(
    store: &LockStore,
    fence: &Fence,
    clock: &dyn Clock,
) -> Result<Changed, LedgerError> {
    store.place.require()?;
    change(store, |transaction| operation::release_lock(transaction, fence, clock))
}

/// Lists the locks that are held at this time, by resource; with `all`, those that ended as well.
pub fn list(place: &StorePlace, all: bool, now: &Timestamp) -> Result<Vec<Lock>, LedgerError> {
    read(place, |transaction| {
        let mut listed = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = transaction.locks(after.as_deref(), PAGE)?;
            let Some(last) = page.last() else {
                return Ok(listed);
            };
            after = Some(last.resource.clone());
            listed.extend(page.into_iter().filter(|lock| all || !lock.is_expired(now)));
        }
    })
}

/// Opens the Store and runs `work` in a transaction, which is committed unless `work` refuses.
fn change(
    store: &LockStore,
    work: impl FnOnce(&mut dyn WriteTransaction) -> Result<Lock, LedgerError>,
) -> Result<Changed, LedgerError> {
    let opened = SqliteStore::open(&store.place, store.private)?;
    let (mut store, notices) = (opened.store, opened.notices);
    Ok(Changed { done: write(&mut store, work), notices })
}

#[cfg(test)]
mod tests {
    use motus_ledger::Store;
    use motus_testkit::FixedClock;
    use motus_testkit::harness::Scratch;

    use super::*;

    /// Makes a Store with this many locks; every tenth one has ended.
    fn many(scratch: &Scratch, number: u32) -> StorePlace {
        let place = StorePlace::new(scratch.project().join("store.db"));
        let mut store = SqliteStore::open(&place, true).expect("the Store opens").store;
        let mut transaction = store.begin_write().expect("a write transaction");
        for number in 0..number {
            let end = if number % 10 == 0 { 100 } else { 101 };
            let lock = Lock {
                resource: format!("{number:06}"),
                holder: "a".to_owned(),
                fencing_token: 1,
                acquired_at: FixedClock::at_second(1).timestamp(),
                expires_at: FixedClock::at_second(end).timestamp(),
            };
            transaction.put_lock(&lock).expect("the row can be kept");
        }
        transaction.commit().expect("the commit");
        place
    }

    #[test]
    fn a_list_goes_through_all_pages() {
        let now = FixedClock::at_second(100).timestamp();
        for number in [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 30] {
            let scratch = Scratch::new();
            let place = many(&scratch, number);
            let all = list(&place, true, &now).expect("a list");
            assert_eq!(all.len(), usize::try_from(number).expect("a small number"));
            assert!(all.is_sorted_by(|one, next| one.resource < next.resource));
            let held = list(&place, false, &now).expect("a list");
            let expected: Vec<&Lock> =
                all.iter().filter(|lock| !lock.resource.ends_with('0')).collect();
            assert_eq!(held.iter().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn what_every_store_would_refuse_makes_none() {
        let scratch = Scratch::new();
        let place = StorePlace::new(scratch.project().join("store.db"));
        let store = LockStore { place: place.clone(), private: true };
        let request = AcquireRequest {
            resource: "deploy".to_owned(),
            holder: "a".to_owned(),
            ttl_seconds: 0,
        };
        let clock = FixedClock::default();
        let refused = acquire(&store, &request, &clock).expect_err("a refusal");
        assert_eq!(refused.code(), "lock.ttl_invalid");
        let fence = Fence { resource: "deploy".to_owned(), holder: "a".to_owned(), token: 1 };
        assert_eq!(release(&store, &fence, &clock).expect_err("no Store").code(), "store.missing");
        assert_eq!(assert(&place, &fence, &clock).expect_err("no Store").code(), "store.missing");
        assert!(!place.path().exists());
    }
}
