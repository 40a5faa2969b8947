//! Looking at work, and changing nothing.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use motus_ledger::work::{
    self, Acceptance, Lease, LeaseState, Origin, ReadyHandOff, WorkError, find_lease, lease_of_run,
};
use motus_ledger::{Clock, Event, ReadTransaction, Run, RunId, projection};
use motus_store::StorePlace;

use crate::reading::read;
use crate::runs::{RunError, select};
use crate::work::WorkFailure;

/// What a worker goes on from.
#[derive(Debug)]
pub struct Context {
    /// The claim.
    pub lease: Lease,
    /// Where it stands.
    pub state: LeaseState,
    /// The work that it continues.
    pub origin: Option<Origin>,
}

/// Finds what the holder of a lease goes on from.
///
/// Errors: `work.lease_not_found`, and those of reading a Store.
pub fn context(place: &StorePlace, name: &str, clock: &dyn Clock) -> Result<Context, WorkFailure> {
    read(place, |transaction| {
        let lease = find_lease(transaction, name)?;
        let lease = lease.ok_or_else(|| WorkError::LeaseNotFound(name.to_owned()))?;
        let origin = Origin::of_lease(transaction, &lease)?;
        Ok(Context { state: lease.state(clock), lease, origin })
    })
}

/// Where a piece of work stands among others.
#[derive(Debug)]
pub struct Standing {
    /// Its run.
    pub run: Run,
    /// Its claim, when it was claimed.
    pub lease: Option<Lease>,
    /// Where the claim stands.
    pub state: Option<LeaseState>,
    /// The work that it continues.
    pub origin: Option<Origin>,
    /// How it was handed over.
    pub hand_off: Option<ReadyHandOff>,
    /// How it was accepted, once its receiver did so.
    pub acceptance: Option<Acceptance>,
}

/// Where a piece of work stands, and all that its run says of itself.
#[derive(Debug)]
pub struct Status {
    /// Where it stands.
    pub standing: Standing,
    /// The work packet of the run.
    pub packet: Object,
}

/// What somebody looks at who reviews a piece of work.
#[derive(Debug)]
pub struct Review {
    /// Where it stands.
    pub standing: Standing,
    /// Its events, in order; a payload need not be readable.
    pub events: Vec<Event>,
    /// The receipt; nothing while the run is open, or when it cannot be made.
    pub receipt: Option<Object>,
}

impl Review {
    /// Tells whether the end of the work counts as accepted, as its receipt says.
    pub fn accepted_close(&self) -> Option<bool> {
        self.receipt.as_ref()?.get("accepted_close")?.as_bool()
    }

    /// Returns what the work came to, as its receipt says.
    pub fn outcome(&self) -> Option<&str> {
        self.receipt.as_ref()?.get("outcome").and_then(Value::as_str)
    }

    /// Returns the identifier of the receipt.
    pub fn receipt_id(&self) -> Option<&str> {
        self.receipt.as_ref()?.get("receipt_id").and_then(Value::as_str)
    }
}

/// Tells where a piece of work stands: a claim by its lease, or any run as `motus run` names them.
///
/// Errors: `work.lease_not_found`, `run.ambiguous`, `projection.payload_unreadable`, and those of reading
/// a Store.
pub fn status(place: &StorePlace, name: &str, clock: &dyn Clock) -> Result<Status, WorkFailure> {
    read(place, |transaction| {
        let run = selected(transaction, name)?;
        let packet = projection::work_packet(transaction, &run.id).map_err(WorkError::from)?;
        Ok(Status { standing: standing(transaction, run, clock)?, packet })
    })
}

/// Gathers what a reviewer looks at, of work that is named as for [`status`].
///
/// Errors: `work.lease_not_found`, `run.ambiguous`, and those of reading a Store.
pub fn review(place: &StorePlace, name: &str, clock: &dyn Clock) -> Result<Review, WorkFailure> {
    read(place, |transaction| review_of(transaction, selected(transaction, name)?, clock))
}

/// Gathers what a reviewer looks at, of a run that is named as every command does that reads runs.
///
/// Errors: `run.not_found`, `run.none_yet`, `run.ambiguous`, and those of reading a Store.
pub fn review_run(
    place: &StorePlace,
    selector: &str,
    clock: &dyn Clock,
) -> Result<Review, WorkFailure> {
    read(place, |transaction| review_of(transaction, select(transaction, selector)?, clock))
}

fn review_of(
    transaction: &dyn ReadTransaction,
    run: Run,
    clock: &dyn Clock,
) -> Result<Review, WorkFailure> {
    let mut events = Vec::new();
    transaction.visit_events(&run.id, &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    })?;
    let receipt = if run.is_open() { None } else { readable(receipt_of(transaction, &run.id))? };
    Ok(Review { standing: standing(transaction, run, clock)?, events, receipt })
}

fn standing(
    transaction: &dyn ReadTransaction,
    run: Run,
    clock: &dyn Clock,
) -> Result<Standing, WorkFailure> {
    let lease = lease_of_run(transaction, run.clone())?;
    let origin = match &lease {
        Some(lease) => readable(Origin::of_lease(transaction, lease))?.flatten(),
        None => None,
    };
    let hand_off = match ReadyHandOff::of_run(transaction, &run) {
        Err(WorkError::NotHandedOver(_)) => None,
        hand_off => Some(hand_off?),
    };
    let acceptance = match &hand_off {
        Some(hand_off) => work::acceptance_of(transaction, &run.id, &hand_off.receiver)?,
        None => None,
    };
    let state = lease.as_ref().map(|lease| lease.state(clock));
    Ok(Standing { run, lease, state, origin, hand_off, acceptance })
}

/// Takes what cannot be read for what is not there.
fn readable<T>(found: Result<T, WorkError>) -> Result<Option<T>, WorkError> {
    match found {
        Err(WorkError::Projection(error)) if error.code() == "projection.payload_unreadable" => {
            Ok(None)
        }
        found => found.map(Some),
    }
}

fn receipt_of(transaction: &dyn ReadTransaction, run: &RunId) -> Result<Object, WorkError> {
    Ok(projection::receipt(transaction, run)?)
}

/// The receipt of a run, or that there is none yet.
#[derive(Debug)]
pub struct Receipt {
    /// The run.
    pub run_id: RunId,
    /// The lease, or the run when it has none.
    pub lease_id: String,
    /// The receipt; nothing while the run is open.
    pub receipt: Option<Object>,
}

/// Projects the receipt of a piece of work, named as for [`status`].
///
/// Errors: those of [`status`].
pub fn receipt(place: &StorePlace, name: &str) -> Result<Receipt, WorkFailure> {
    read(place, |transaction| {
        let run = selected(transaction, name)?;
        let receipt = if run.is_open() { None } else { Some(receipt_of(transaction, &run.id)?) };
        let run_id = run.id.clone();
        let lease = lease_of_run(transaction, run)?;
        let lease_id = lease.map_or_else(|| run_id.to_string(), |lease| lease.lease_id);
        Ok(Receipt { run_id, lease_id, receipt })
    })
}

/// Lists the claims whose run is open, newest first; with `all`, those that ended as well.
///
/// Errors: those of reading a Store.
pub fn leases(place: &StorePlace, all: bool) -> Result<Vec<Lease>, WorkFailure> {
    read(place, |transaction| {
        let mut leases = Vec::new();
        work::visit_leases(transaction, !all, &mut |lease| {
            leases.push(lease);
            ControlFlow::Continue(())
        })?;
        Ok(leases)
    })
}

/// Finds a run by the lease that it belongs to.
pub(super) fn selected_by_lease(
    transaction: &dyn ReadTransaction,
    name: &str,
) -> Result<Option<Run>, WorkFailure> {
    Ok(find_lease(transaction, name)?.map(|lease| lease.run))
}

/// Finds a run by a lease, or as every command that reads runs does.
fn selected(transaction: &dyn ReadTransaction, name: &str) -> Result<Run, WorkFailure> {
    if let Some(run) = selected_by_lease(transaction, name)? {
        return Ok(run);
    }
    select(transaction, name).map_err(|error| match error {
        RunError::NotFound(_) | RunError::NoneYet => {
            WorkError::LeaseNotFound(name.to_owned()).into()
        }
        other => other.into(),
    })
}
