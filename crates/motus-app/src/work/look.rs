//! Looking at work, and changing nothing.

use std::ops::ControlFlow;

use motus_json::{Object, Value};
use motus_ledger::work::{self, Judged, Lease, LeaseState, Origin, WorkError, lease_of_run};
use motus_ledger::{Clock, Event, ReadTransaction, Run, RunId, projection};
use motus_store::StorePlace;

use crate::reading::read;
use crate::runs::select;
use crate::work::WorkFailure;
use crate::work::named::{named, named_lease};

/// What a worker goes on from.
#[derive(Debug)]
pub struct Context {
    /// The claim, with what it names and when its time is up.
    pub lease: Lease,
    /// Where it stands.
    pub state: LeaseState,
    /// The work that it continues.
    pub origin: Option<Origin>,
}

/// Finds what the holder of a claim goes on from, which is named as for [`status`].
///
/// Errors: those of [`status`].
pub fn context(place: &StorePlace, name: &str, clock: &dyn Clock) -> Result<Context, WorkFailure> {
    read(place, |transaction| {
        let lease = named_lease(transaction, name)?;
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
    /// How it was handed over, and what was made of its end; nothing when its events cannot be relied on.
    pub judged: Option<Judged>,
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
        let found = named(transaction, name)?;
        let packet = projection::work_packet(transaction, &found.0.id).map_err(WorkError::from)?;
        Ok(Status { standing: standing(transaction, found, clock)?, packet })
    })
}

/// Gathers what a reviewer looks at, of work that is named as for [`status`].
///
/// Errors: `work.lease_not_found`, `run.ambiguous`, and those of reading a Store.
pub fn review(place: &StorePlace, name: &str, clock: &dyn Clock) -> Result<Review, WorkFailure> {
    read(place, |transaction| review_of(transaction, named(transaction, name)?, clock))
}

/// Gathers what a reviewer looks at, of a run that is named as every command does that reads runs.
///
/// Errors: `run.not_found`, `run.none_yet`, `run.ambiguous`, and those of reading a Store.
pub fn review_run(
    place: &StorePlace,
    selector: &str,
    clock: &dyn Clock,
) -> Result<Review, WorkFailure> {
    read(place, |transaction| {
        let run = select(transaction, selector)?;
        let lease = lease_of_run(transaction, run.clone())?;
        review_of(transaction, (run, lease), clock)
    })
}

fn review_of(
    transaction: &dyn ReadTransaction,
    found: (Run, Option<Lease>),
    clock: &dyn Clock,
) -> Result<Review, WorkFailure> {
    let run = &found.0;
    let mut events = Vec::new();
    transaction.visit_events(&run.id, &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    })?;
    let receipt = if run.is_open() { None } else { readable(receipt_of(transaction, &run.id))? };
    Ok(Review { standing: standing(transaction, found, clock)?, events, receipt })
}

fn standing(
    transaction: &dyn ReadTransaction,
    (run, lease): (Run, Option<Lease>),
    clock: &dyn Clock,
) -> Result<Standing, WorkFailure> {
    let origin = match &lease {
        Some(lease) => readable(Origin::of_lease(transaction, lease))?.flatten(),
        None => None,
    };
    let judged = readable(work::judge(transaction, &run))?;
    let state = lease.as_ref().map(|lease| lease.state(clock));
    Ok(Standing { run, lease, state, origin, judged })
}

/// Takes what cannot be read, or was altered, for what is not there.
pub(super) fn readable<T>(found: Result<T, WorkError>) -> Result<Option<T>, WorkError> {
    let says_nothing = |error: &WorkError| {
        matches!(error.code(), "projection.payload_unreadable" | "projection.payload_altered")
    };
    match found {
        Err(error) if says_nothing(&error) => Ok(None),
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
    /// How it was handed over, and what was made of its end.
    pub judged: Judged,
}

/// Projects the receipt of a piece of work, named as for [`status`].
///
/// Errors: those of [`status`].
pub fn receipt(place: &StorePlace, name: &str) -> Result<Receipt, WorkFailure> {
    read(place, |transaction| {
        let (run, lease) = named(transaction, name)?;
        let receipt = if run.is_open() { None } else { Some(receipt_of(transaction, &run.id)?) };
        let judged = work::judge(transaction, &run)?;
        let lease_id = lease.map_or_else(|| run.id.to_string(), |lease| lease.lease_id);
        Ok(Receipt { run_id: run.id, lease_id, receipt, judged })
    })
}
