//! Writing under a lock: the fence is confirmed in the transaction that writes.
//!
//! Between a check in one transaction and a write in the next, a holder can be paused for as long as it
//! takes somebody else to get the lock. Here nothing lies between them.

use crate::operation::{CloseRequest, append_event, assert_lock, close_run};
use crate::{Clock, Event, Fence, LedgerError, NewEvent, Run, WriteTransaction};

/// Appends an event if the fence still holds.
///
/// A replay is refused as well once the fence is invalid. Errors: those of [`assert_lock`], then those of
/// [`append_event`].
pub fn append_fenced_event(
    transaction: &mut dyn WriteTransaction,
    request: &NewEvent,
    fence: &Fence,
    clock: &dyn Clock,
) -> Result<Event, LedgerError> {
    assert_lock(transaction, fence, clock)?;
    append_event(transaction, request, clock)
}

/// Closes a run if the fence still holds.
///
/// Errors: those of [`assert_lock`], then those of [`close_run`].
pub fn close_fenced_run(
    transaction: &mut dyn WriteTransaction,
    request: &CloseRequest,
    fence: &Fence,
    clock: &dyn Clock,
) -> Result<Run, LedgerError> {
    assert_lock(transaction, fence, clock)?;
    close_run(transaction, request, clock)
}
