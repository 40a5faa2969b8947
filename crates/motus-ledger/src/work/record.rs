//! Adding what happens to a claim, which keeps it alive.

use crate::operation::{AcquireRequest, acquire_lock, append_event, ensure_kind};
use crate::work::lease::release_key;
use crate::work::texts::check_name;
use crate::work::{Fact, Lease, LeaseState, ReleaseOutcome, WorkError, find_lease, producer};
use crate::{Clock, Event, LedgerError, NewEvent, ReadTransaction, Timestamp, WriteTransaction};

/// Adds a fact to a claim that is alive, and extends what the claim holds.
///
/// The agent is who writes; the one that claimed when none is given. Errors: `work.lease_not_found`,
/// `work.lease_closed`, `work.lease_expired`, those of a name for the agent's, and those of
/// [`append_event`].
pub fn record(
    transaction: &mut dyn WriteTransaction,
    lease: &str,
    fact: &Fact,
    agent_id: Option<&str>,
    clock: &dyn Clock,
) -> Result<(Lease, Event), WorkError> {
    let found = find_lease(transaction, lease)?;
    let lease = found.ok_or_else(|| WorkError::LeaseNotFound(lease.to_owned()))?;
    require_alive(&lease, clock)?;
    let producer_id = writer(&lease, agent_id)?;
    if said_release(transaction, &lease)?.is_some() {
        return Err(WorkError::LeaseClosed(lease.lease_id));
    }
    hold(transaction, &lease, clock)?;
    let event = add(transaction, &lease, fact, &producer_id, clock)?;
    Ok((lease, event))
}

/// Names who writes to a claim.
pub(super) fn writer(lease: &Lease, agent_id: Option<&str>) -> Result<String, WorkError> {
    match agent_id {
        Some(agent_id) => check_name("agent", agent_id).map(|()| producer(agent_id)),
        None => Ok(producer(&lease.agent_id)),
    }
}

/// Refuses a lease that is not alive; one that was closed because its time was up has expired.
pub(super) fn require_alive(lease: &Lease, clock: &dyn Clock) -> Result<(), WorkError> {
    let lease_id = || lease.lease_id.clone();
    match lease.state(clock) {
        LeaseState::Active => Ok(()),
        LeaseState::Closed if !lease.ended_by_time() => Err(WorkError::LeaseClosed(lease_id())),
        LeaseState::Closed | LeaseState::Expired => Err(WorkError::LeaseExpired(lease_id())),
    }
}

/// Returns how an open lease was released; the published release closes the run only afterwards.
pub(super) fn said_release(
    transaction: &dyn ReadTransaction,
    lease: &Lease,
) -> Result<Option<ReleaseOutcome>, WorkError> {
    for outcome in ReleaseOutcome::ALL {
        let key = release_key(&lease.lease_id, outcome.as_str());
        if transaction.event_by_key(&lease.run.id, &key)?.is_some() {
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

/// Extends every lock of a lease; one that somebody else has, or had, meanwhile ends it.
///
/// A claim of the published release holds no locks. A run that was imported has left its locks behind:
/// those that nobody ever took here are taken.
pub(super) fn hold(
    transaction: &mut dyn WriteTransaction,
    lease: &Lease,
    clock: &dyn Clock,
) -> Result<(), WorkError> {
    if !lease.is_fenced {
        return Ok(());
    }
    for resource in lease.fenced() {
        let holder = transaction.lock(&resource)?.map(|lock| lock.holder);
        if holder.is_some_and(|holder| holder != lease.lease_id) {
            return Err(WorkError::LeaseExpired(lease.lease_id.clone()));
        }
        let renewal = AcquireRequest {
            resource,
            holder: lease.lease_id.clone(),
            ttl_seconds: countable(lease.ttl_seconds, &clock.timestamp()),
        };
        acquire_lock(transaction, &renewal, clock)?;
    }
    Ok(())
}

/// Returns the time to live, or as much of it as there is time.
fn countable(ttl_seconds: i64, now: &Timestamp) -> i64 {
    ttl_seconds.min(Timestamp::last().unix_seconds().saturating_sub(now.unix_seconds()))
}

/// Appends a fact's event.
pub(super) fn add(
    transaction: &mut dyn WriteTransaction,
    lease: &Lease,
    fact: &Fact,
    producer_id: &str,
    clock: &dyn Clock,
) -> Result<Event, LedgerError> {
    let schema_hash = ensure_kind(transaction, &fact.kind, clock)?;
    let mut payload = fact.payload.clone();
    payload.insert("lease_id", lease.lease_id.as_str());
    let event = NewEvent {
        run_id: lease.run.id.clone(),
        schema_kind: fact.kind.name.to_string(),
        payload: payload.into(),
        idempotency_key: fact.key(lease),
        producer_id: producer_id.to_owned(),
        schema_hash: Some(schema_hash),
    };
    append_event(transaction, &event, clock)
}
