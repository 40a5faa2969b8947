//! The claims, and where each stands.

use std::ops::ControlFlow;

use motus_ledger::work::{self, Judged, Lease, Stage};
use motus_ledger::{Clock, ReadTransaction};
use motus_store::StorePlace;

use crate::reading::read;
use crate::work::WorkFailure;
use crate::work::look::readable;

/// A claim, and where it stands.
#[derive(Debug)]
pub struct Listed {
    /// The claim.
    pub lease: Lease,
    /// Where it stands.
    pub stage: Stage,
    /// What its run says of its end; nothing when its events cannot be read.
    pub judged: Option<Judged>,
}

/// Lists the claims that are open, and those that wait for a receiver, newest first; with `all`, every one.
///
/// Cost: of each claim its first and its last event and those that are no evidence; all of them only where
/// it was handed over. Errors: those of reading a Store.
pub fn leases(
    place: &StorePlace,
    all: bool,
    clock: &dyn Clock,
) -> Result<Vec<Listed>, WorkFailure> {
    read(place, |transaction| {
        let (mut listed, mut failed) = (Vec::new(), None);
        work::visit_leases(
            transaction,
            false,
            &mut |lease| match stands(transaction, lease, clock) {
                Ok(found) => {
                    let is_wanted =
                        matches!(found.stage, Stage::Open | Stage::Expired | Stage::HandedOver);
                    listed.extend(Some(found).filter(|_| all || is_wanted));
                    ControlFlow::Continue(())
                }
                Err(failure) => {
                    failed = Some(failure);
                    ControlFlow::Break(())
                }
            },
        )?;
        failed.map_or(Ok(listed), Err)
    })
}

fn stands(
    transaction: &dyn ReadTransaction,
    lease: Lease,
    clock: &dyn Clock,
) -> Result<Listed, WorkFailure> {
    let judged = readable(work::judge_briefly(transaction, &lease.run))?;
    Ok(Listed { stage: Stage::of(&lease, judged.as_ref(), clock), lease, judged })
}
