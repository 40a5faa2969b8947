//! Bugs that a worker may have, so that the simulation can show that it would find them.
//!
//! They stand in the way from a request to the ledger's operation; the ledger itself has none of them.

use motus_ledger::operation::assert_lock;
use motus_ledger::{
    Clock, Digest, Event, Fence, LedgerError, Lock, ReadTransaction, RunId, WriteTransaction,
};
use serde_json::Value;

use super::operation::{Append, Operation};
use super::perform::{Caller, lock_row, perform, row, run_row};
use super::world::NOTE;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// A write under a lock does not look at the lock.
    FenceIgnored,
    /// The number of an event is read before the write lock is held.
    SeqBeforeLock,
    /// Who takes over an expired lock gets the token of the last holder.
    TokenKept,
    /// A fence holds for as long as nobody else took the lock.
    ExpiryIgnored,
    /// A run can be closed again in another way.
    CloseNotFinal,
    /// Appending again appends a second event.
    ReplayAppends,
    /// The lock is looked at in one transaction, and written under in the next.
    CheckThenWrite,
    /// Success is told before the commit, which fails.
    ToldBeforeCommit,
    /// A refused request has changed something.
    RefusedTooLate,
}

impl Plant {
    /// Every bug.
    pub const ALL: [Self; 9] = [
        Self::FenceIgnored,
        Self::SeqBeforeLock,
        Self::TokenKept,
        Self::ExpiryIgnored,
        Self::CloseNotFinal,
        Self::ReplayAppends,
        Self::CheckThenWrite,
        Self::ToldBeforeCommit,
        Self::RefusedTooLate,
    ];

    /// Returns the name on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::FenceIgnored => "fence-ignored",
            Self::SeqBeforeLock => "seq-before-lock",
            Self::TokenKept => "token-kept",
            Self::ExpiryIgnored => "expiry-ignored",
            Self::CloseNotFinal => "close-not-final",
            Self::ReplayAppends => "replay-appends",
            Self::CheckThenWrite => "check-then-write",
            Self::ToldBeforeCommit => "told-before-commit",
            Self::RefusedTooLate => "refused-too-late",
        }
    }

    /// Finds a bug by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plant| plant.name() == name)
    }
}

/// What a worker with a bug saw before it began to write.
#[derive(Debug, Default)]
pub(super) struct SeenEarly {
    /// The number of the run's last event.
    last_seq: u64,
    /// What the fence came to.
    fence: Option<Result<(), LedgerError>>,
}

impl SeenEarly {
    /// Looks, before the write transaction.
    pub(super) fn look(
        transaction: &dyn ReadTransaction,
        operation: &Operation,
        caller: &Caller<'_>,
    ) -> Result<Self, LedgerError> {
        let last_seq = match operation {
            Operation::Append(Append { run, .. }) => {
                transaction.last_seq(&RunId::from(run.as_str()))?
            }
            _ => 0,
        };
        let fence = operation
            .fence_of_write()
            .map(|fence| assert_lock(transaction, fence, caller.moment).map(|_| ()));
        Ok(Self { last_seq, fence })
    }
}

/// Performs an operation with a bug.
pub(super) fn perform_planted(
    plant: Plant,
    seen: SeenEarly,
    transaction: &mut dyn WriteTransaction,
    operation: &Operation,
    caller: &Caller<'_>,
) -> Result<Value, LedgerError> {
    let mut honestly = |operation: &Operation| perform(transaction, operation, caller);
    match (plant, operation) {
        (Plant::FenceIgnored, _) => honestly(&operation.without_fence()),
        (Plant::CheckThenWrite, _) => match seen.fence {
            Some(Err(refused)) => Err(refused),
            _ => honestly(&operation.without_fence()),
        },
        (Plant::ExpiryIgnored, _) => ignore_expiry(transaction, operation, caller),
        (Plant::SeqBeforeLock, Operation::Append(append)) => {
            append_behind(seen.last_seq, transaction, append, caller)
        }
        (Plant::TokenKept, Operation::Acquire { resource, .. }) => {
            keep_token(transaction, resource, operation, caller)
        }
        (Plant::CloseNotFinal, Operation::Close(close)) => match honestly(operation) {
            Err(LedgerError::CloseConflict) => run_row(transaction, &close.run),
            answer => answer,
        },
        (Plant::ReplayAppends, Operation::Append(append)) => {
            let run = RunId::from(append.run.as_str());
            if transaction.event_by_key(&run, &append.key)?.is_none() {
                return perform(transaction, operation, caller);
            }
            let again = Append { key: format!("{}, again", append.key), ..append.clone() };
            perform(transaction, &Operation::Append(again), caller)
        }
        (Plant::RefusedTooLate, Operation::Acquire { .. }) => match honestly(operation) {
            Err(LedgerError::LockHeld(held)) => {
                let expires_at = caller.moment.timestamp();
                transaction.put_lock(&Lock { expires_at, ..(*held).clone() })?;
                Err(LedgerError::LockHeld(held))
            }
            answer => answer,
        },
        _ => honestly(operation),
    }
}

/// Compares holder and token, and not the time.
fn ignore_expiry(
    transaction: &mut dyn WriteTransaction,
    operation: &Operation,
    caller: &Caller<'_>,
) -> Result<Value, LedgerError> {
    let holds = |fence: &Fence| -> Result<Option<Lock>, LedgerError> {
        Ok(transaction.lock(&fence.resource)?.filter(|lock| lock.fence() == *fence))
    };
    if let Operation::Assert(fence) = operation
        && let Some(lock) = holds(fence)?
    {
        return Ok(lock_row(&lock));
    }
    if let Some(fence) = operation.fence_of_write()
        && holds(fence)?.is_some()
    {
        return perform(transaction, &operation.without_fence(), caller);
    }
    perform(transaction, operation, caller)
}

/// Numbers an event after one that may no longer be the last.
fn append_behind(
    last_seq: u64,
    transaction: &mut dyn WriteTransaction,
    append: &Append,
    caller: &Caller<'_>,
) -> Result<Value, LedgerError> {
    let run_id = RunId::from(append.run.as_str());
    let is_plain = append.fence.is_none()
        && append.kind == NOTE
        && append.payload["n"].is_u64()
        && !append.key.trim().is_empty()
        && transaction.run(&run_id)?.is_some_and(|run| run.is_open())
        && transaction.event_by_key(&run_id, &append.key)?.is_none();
    let version = transaction.latest_kind_version(NOTE)?;
    let Some(version) = version.filter(|_| is_plain) else {
        return perform(transaction, &Operation::Append(append.clone()), caller);
    };
    let payload_json = append.payload.to_string();
    let event = Event {
        seq: last_seq + 1,
        idempotency_key: append.key.clone(),
        id: Event::derive_id(&run_id, &append.key).as_str().to_owned(),
        payload_hash: Digest::of(&payload_json).as_str().to_owned(),
        schema_hash: version.schema_hash,
        schema_kind: append.kind.clone(),
        ts: caller.moment.timestamp(),
        payload_json,
        producer_id: append.producer.clone(),
        run_id,
    };
    transaction.insert_event(&event)?;
    Ok(row("event", event.to_object()))
}

/// Takes an expired lock over without counting on.
fn keep_token(
    transaction: &mut dyn WriteTransaction,
    resource: &str,
    operation: &Operation,
    caller: &Caller<'_>,
) -> Result<Value, LedgerError> {
    let earlier = transaction.lock(resource)?;
    let answer = perform(transaction, operation, caller)?;
    let (Some(earlier), Some(lock)) = (earlier, transaction.lock(resource)?) else {
        return Ok(answer);
    };
    let kept = Lock { fencing_token: earlier.fencing_token, ..lock };
    transaction.put_lock(&kept)?;
    Ok(lock_row(&kept))
}
