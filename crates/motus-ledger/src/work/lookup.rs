//! Finding claims: by an index where their key names them, among open runs where only a payload does.

use std::ops::ControlFlow;

use crate::work::fence::lost_lock;
use crate::work::kinds::CLAIM_KIND;
use crate::work::lease::claim_key;
use crate::work::{Lease, SOURCE, WorkError};
use crate::{ReadTransaction, Run, RunId, RunQuery};

/// How many runs are read at a time.
const PAGE: u32 = 200;

/// Finds a claim by its lease or by its run.
///
/// The key of a claim's run names the lease, so that one look at an index finds those of every release;
/// of two runs with this key the older one counts. A lease that only a payload names is looked for among
/// open runs.
pub fn find_lease(
    transaction: &dyn ReadTransaction,
    name: &str,
) -> Result<Option<Lease>, WorkError> {
    if let Some(run) = transaction.run(&RunId::from(name))? {
        return lease_of_run(transaction, run);
    }
    if let Some(lease) = lease_with_key(transaction, name)? {
        return Ok(Some(lease));
    }
    let mut found = None;
    visit_leases(transaction, true, &mut |lease| {
        if lease.lease_id == name {
            found = Some(lease);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Finds the claim whose run has the key of a lease.
pub(super) fn lease_with_key(
    transaction: &dyn ReadTransaction,
    lease_id: &str,
) -> Result<Option<Lease>, WorkError> {
    match transaction.run_by_source_and_key(SOURCE, &claim_key(lease_id))? {
        Some(run) => lease_of_run(transaction, run),
        None => Ok(None),
    }
}

/// Reads the claim of a run; nothing when the run holds none.
pub fn lease_of_run(
    transaction: &dyn ReadTransaction,
    run: Run,
) -> Result<Option<Lease>, WorkError> {
    if run.source != SOURCE {
        return Ok(None);
    }
    let mut claim = None;
    transaction.visit_events(&run.id, &mut |event| {
        if event.schema_kind != CLAIM_KIND {
            return ControlFlow::Continue(());
        }
        claim = Some(event);
        ControlFlow::Break(())
    })?;
    let Some(payload) = claim.as_ref().and_then(|event| event.payload().ok()) else {
        return Ok(None);
    };
    let last = transaction.last_event(&run.id)?;
    let Some(lease) = Lease::from_claim(&payload, run, last.as_ref()) else { return Ok(None) };
    Ok(Some(Lease { lost_lock: lost_lock(transaction, &lease)?, ..lease }))
}

/// Hands every claim to `visit`, newest first; with `open_only` those whose run is open.
pub fn visit_leases(
    transaction: &dyn ReadTransaction,
    open_only: bool,
    visit: &mut dyn FnMut(Lease) -> ControlFlow<()>,
) -> Result<(), WorkError> {
    let mut before = None;
    loop {
        let page = page_of_leases(transaction, open_only, before)?;
        for lease in page.leases {
            if visit(lease).is_break() {
                return Ok(());
            }
        }
        before = match page.last {
            Some(last) => Some(last),
            None => return Ok(()),
        };
    }
}

/// Some of the claims.
pub(super) struct Page {
    pub(super) leases: Vec<Lease>,
    /// The run behind which the next page begins; nothing behind the last page.
    pub(super) last: Option<RunId>,
}

/// Returns the claims of the next runs before this one, newest first.
pub(super) fn page_of_leases(
    transaction: &dyn ReadTransaction,
    open_only: bool,
    before: Option<RunId>,
) -> Result<Page, WorkError> {
    let query = RunQuery { source: Some(SOURCE.to_owned()), open_only, before, limit: PAGE };
    let runs = transaction.runs(&query)?;
    let last = runs.last().map(|run| run.id.clone());
    let mut leases = Vec::new();
    for run in runs {
        leases.extend(lease_of_run(transaction, run)?);
    }
    Ok(Page { leases, last })
}
