//! The locks of a lease: whether it still has them, and extending them.

use motus_json::{Object, Value};

use crate::operation::{AcquireRequest, acquire_lock, extend_lock};
use crate::work::{Lease, WorkError};
use crate::{Clock, Lock, ReadTransaction, Timestamp, WriteTransaction};

/// Finds a lock of an open lease that somebody else has, or had since.
///
/// A claim of the published release holds no locks. A run that was imported has left its locks behind.
pub(super) fn lost_lock(
    transaction: &dyn ReadTransaction,
    lease: &Lease,
) -> Result<Option<String>, WorkError> {
    if !lease.is_fenced || !lease.run.is_open() {
        return Ok(None);
    }
    for resource in lease.fenced() {
        let lock = transaction.lock(&resource)?;
        if lock.is_some_and(|lock| lock.holder != lease.lease_id) {
            return Ok(Some(resource));
        }
    }
    Ok(None)
}

/// Extends every lock of a lease that is alive, and returns those that it did not have before.
///
/// One whose time was up keeps its token: nobody else had it since. Those that nobody ever took here, as
/// after an import, are taken.
pub(super) fn hold(
    transaction: &mut dyn WriteTransaction,
    lease: &Lease,
    clock: &dyn Clock,
) -> Result<Vec<Lock>, WorkError> {
    let mut taken = Vec::new();
    if !lease.is_fenced {
        return Ok(taken);
    }
    let ttl_seconds = countable(lease.ttl_seconds, &clock.timestamp());
    for resource in lease.fenced() {
        if let Some(lock) = transaction.lock(&resource)? {
            extend_lock(transaction, &lock.fence(), ttl_seconds, clock)?;
            continue;
        }
        let holder = lease.lease_id.clone();
        let acquisition = AcquireRequest { resource, holder, ttl_seconds };
        taken.push(acquire_lock(transaction, &acquisition, clock)?);
    }
    Ok(taken)
}

/// Adds the tokens of new locks to a payload; nothing when there are none.
pub(super) fn tell_tokens(payload: &mut Object, locks: &[Lock]) {
    if !locks.is_empty() {
        payload.insert("fencing", fencing(locks));
    }
}

/// Spells locks as the events of a claim have them.
pub(super) fn fencing(locks: &[Lock]) -> Value {
    let told = |lock: &Lock| {
        Value::Object(Object::from([
            ("resource", Value::from(lock.resource.as_str())),
            ("token", lock.fencing_token.into()),
        ]))
    };
    locks.iter().map(told).collect()
}

/// Returns the time to live, or as much of it as there is time.
fn countable(ttl_seconds: i64, now: &Timestamp) -> i64 {
    ttl_seconds.min(Timestamp::last().unix_seconds().saturating_sub(now.unix_seconds()))
}
