//! Locks with fencing tokens: taken, renewed, shown, given back.
//!
//! Time decides when a lock may be taken, and may be told wrongly; the token decides who may write under
//! it. It is compared inside the transaction that writes, so a holder that was paused past its time, or
//! whose clock is behind, writes nothing once somebody else has the lock.

use crate::operation::require;
use crate::{
    Clock, Fence, LedgerError, Lock, ReadTransaction, RefusedFence, Timestamp, WriteTransaction,
};

/// What taking a lock needs.
#[derive(Debug, Clone)]
pub struct AcquireRequest {
    /// What to lock.
    pub resource: String,
    /// Who takes it.
    pub holder: String,
    /// For how many seconds, from now.
    pub ttl_seconds: i64,
}

impl AcquireRequest {
    /// Refuses what every Store would refuse, so that none is opened or made for it.
    ///
    /// Errors: `ledger.field_required`; `lock.ttl_invalid`.
    pub fn check(&self, clock: &dyn Clock) -> Result<(), LedgerError> {
        self.expiry(&clock.timestamp()).map(drop)
    }

    fn expiry(&self, now: &Timestamp) -> Result<Timestamp, LedgerError> {
        require("resource", &self.resource)?;
        require("holder", &self.holder)?;
        let invalid = LedgerError::TtlInvalid { seconds: self.ttl_seconds };
        if self.ttl_seconds <= 0 {
            return Err(invalid);
        }
        now.after_seconds(self.ttl_seconds).ok_or(invalid)
    }
}

/// Takes a lock that is free or has expired, or renews the caller's own.
///
/// A new tenure has a token one above the last; a renewal keeps token and beginning, and may end sooner
/// than before. Errors: `ledger.field_required`; `lock.ttl_invalid` for a time that is not positive or
/// ends after the year 9999; `lock.held`; `lock.tokens_exhausted`.
pub fn acquire_lock(
    transaction: &mut dyn WriteTransaction,
    request: &AcquireRequest,
    clock: &dyn Clock,
) -> Result<Lock, LedgerError> {
    let now = clock.timestamp();
    let expires_at = request.expiry(&now)?;
    let lock = match transaction.lock(&request.resource)? {
        None => tenure(request, 1, now, expires_at),
        Some(found) if found.is_expired(&now) => {
            let token = next_token(&found)?;
            tenure(request, token, now, expires_at)
        }
        Some(found) if found.holder == request.holder => Lock { expires_at, ..found },
        Some(found) => return Err(LedgerError::LockHeld(Box::new(found))),
    };
    transaction.put_lock(&lock)?;
    Ok(lock)
}

/// Extends the last tenure of a lock, from now, also when its time is up: nobody else had it since.
///
/// It keeps token and beginning. Errors: `lock.ttl_invalid`, and those of [`release_lock`].
pub fn extend_lock(
    transaction: &mut dyn WriteTransaction,
    fence: &Fence,
    ttl_seconds: i64,
    clock: &dyn Clock,
) -> Result<Lock, LedgerError> {
    let (resource, holder) = (fence.resource.clone(), fence.holder.clone());
    let request = AcquireRequest { resource, holder, ttl_seconds };
    let expires_at = request.expiry(&clock.timestamp())?;
    let lock = Lock { expires_at, ..last_tenure(&*transaction, fence)? };
    transaction.put_lock(&lock)?;
    Ok(lock)
}

/// Confirms that a fence is that of the lock's present holder.
///
/// Whoever writes under a lock calls this in the transaction in which they write. Errors:
/// `lock.missing` when nobody ever locked the resource; `lock.fence_invalid` for another holder, another
/// token, or a lock that has expired.
pub fn assert_lock(
    transaction: &dyn ReadTransaction,
    fence: &Fence,
    clock: &dyn Clock,
) -> Result<Lock, LedgerError> {
    let lock = last_tenure(transaction, fence)?;
    if lock.is_expired(&clock.timestamp()) {
        return Err(refused(fence, lock));
    }
    Ok(lock)
}

/// Gives a lock back: from now on it has expired, and its row keeps the token.
///
/// Giving it back again changes nothing. Errors: those of [`assert_lock`], without the one for a lock
/// that has expired under its last holder.
pub fn release_lock(
    transaction: &mut dyn WriteTransaction,
    fence: &Fence,
    clock: &dyn Clock,
) -> Result<Lock, LedgerError> {
    let lock = last_tenure(&*transaction, fence)?;
    let now = clock.timestamp();
    if lock.is_expired(&now) {
        return Ok(lock);
    }
    let released = Lock { expires_at: now, ..lock };
    transaction.put_lock(&released)?;
    Ok(released)
}

/// Finds the lock whose last tenure, over or not, is that of the fence.
fn last_tenure(transaction: &dyn ReadTransaction, fence: &Fence) -> Result<Lock, LedgerError> {
    require("resource", &fence.resource)?;
    require("holder", &fence.holder)?;
    let Some(lock) = transaction.lock(&fence.resource)? else {
        return Err(LedgerError::LockMissing(fence.resource.clone()));
    };
    if lock.fence() == *fence { Ok(lock) } else { Err(refused(fence, lock)) }
}

fn refused(fence: &Fence, lock: Lock) -> LedgerError {
    LedgerError::FenceInvalid(Box::new(RefusedFence { shown: fence.clone(), lock }))
}

fn tenure(
    request: &AcquireRequest,
    fencing_token: u64,
    acquired_at: Timestamp,
    expires_at: Timestamp,
) -> Lock {
    Lock {
        resource: request.resource.clone(),
        holder: request.holder.clone(),
        fencing_token,
        acquired_at,
        expires_at,
    }
}

/// The Store keeps a token as a signed integer.
fn next_token(lock: &Lock) -> Result<u64, LedgerError> {
    let next = lock.fencing_token.checked_add(1).filter(|token| i64::try_from(*token).is_ok());
    next.ok_or_else(|| LedgerError::TokensExhausted { resource: lock.resource.clone() })
}
