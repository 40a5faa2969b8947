//! Adding what happens to a claim, which keeps it alive.

use crate::operation::{append_event, ensure_kind};
use crate::work::fence::{hold, tell_tokens};
use crate::work::lease::release_key;
use crate::work::texts::check_name;
use crate::work::{Fact, Lease, LeaseState, ReleaseOutcome, WorkError, find_lease, producer};
use crate::{Clock, Event, LedgerError, NewEvent, ReadTransaction, WriteTransaction};

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
    let mut fact = fact.clone();
    tell_tokens(&mut fact.payload, &hold(transaction, &lease, clock)?);
    let event = add(transaction, &lease, &fact, &producer_id, clock)?;
    Ok((lease, event))
}

/// Names who writes to a claim.
pub(super) fn writer(lease: &Lease, agent_id: Option<&str>) -> Result<String, WorkError> {
    match agent_id {
        Some(agent_id) => check_name("agent", agent_id).map(|()| producer(agent_id)),
        None => Ok(producer(&lease.agent_id)),
    }
}

/// Refuses a lease that is not alive; one that cleaning up closed has expired.
pub(super) fn require_alive(lease: &Lease, clock: &dyn Clock) -> Result<(), WorkError> {
    let lease_id = lease.lease_id.clone();
    Err(match (lease.state(clock), lease.lost_lock.clone()) {
        (LeaseState::Active, _) => return Ok(()),
        (LeaseState::Closed, _) if !lease.ended_by_time() => WorkError::LeaseClosed(lease_id),
        (LeaseState::Expired, Some(resource)) => WorkError::LockLost { lease_id, resource },
        (LeaseState::Closed | LeaseState::Expired, _) => WorkError::LeaseExpired(lease_id),
    })
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
