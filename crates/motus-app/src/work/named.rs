//! Which run is meant, where a lease is as good as a run.

use motus_ledger::work::{Lease, WorkError, find_lease, lease_of_run};
use motus_ledger::{ReadTransaction, Run};

use crate::runs::{RunError, select};
use crate::work::WorkFailure;

/// Finds a run by the lease that it belongs to, or as every command does that reads runs, and its claim.
///
/// Errors: `work.lease_not_found`, `run.ambiguous`, and those of reading a Store.
pub(super) fn named(
    transaction: &dyn ReadTransaction,
    name: &str,
) -> Result<(Run, Option<Lease>), WorkFailure> {
    if let Some(lease) = find_lease(transaction, name)? {
        return Ok((lease.run.clone(), Some(lease)));
    }
    let run = select(transaction, name).map_err(|error| match error {
        RunError::NotFound(_) | RunError::NoneYet => not_found(name),
        other => other.into(),
    })?;
    let lease = lease_of_run(transaction, run.clone())?;
    Ok((run, lease))
}

/// Finds a claim, named as for [`named`]. Errors: those of [`named`].
pub(super) fn named_lease(
    transaction: &dyn ReadTransaction,
    name: &str,
) -> Result<Lease, WorkFailure> {
    named(transaction, name)?.1.ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> WorkFailure {
    WorkError::LeaseNotFound(name.to_owned()).into()
}
