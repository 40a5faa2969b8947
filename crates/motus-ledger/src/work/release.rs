//! Releasing a claim: what came of it, perhaps to whom it is handed, and the end of its run, together.

use motus_json::Object;

use crate::kind::Kind;
use crate::operation::{CloseRequest, close_run, release_lock};
use crate::work::hand_off::recorded;
use crate::work::lease::{close_key, release_key};
use crate::work::lookup::page_of_leases;
use crate::work::record::{add, hold, require_alive, said_release, writer};
use crate::work::texts::Redaction;
use crate::work::{Fact, HandOff, Lease, LeaseState, WorkError, find_lease};
use crate::{Clock, Event, Outcome, ReadTransaction, Run, RunId, WriteTransaction};

/// How the work ended, in the words of its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseOutcome {
    /// It did what it set out to do.
    Success,
    /// It did not.
    Failure,
    /// It did some of it.
    Partial,
    /// It was given up.
    Aborted,
}

impl ReleaseOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Success, Self::Failure, Self::Partial, Self::Aborted];

    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Partial => "partial",
            Self::Aborted => "aborted",
        }
    }

    /// Reads the word for it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// Returns what the run comes to, which knows no half of a success.
    fn of_run(self) -> Outcome {
        match self {
            Self::Success | Self::Partial => Outcome::Success,
            Self::Failure => Outcome::Failure,
            Self::Aborted => Outcome::Aborted,
        }
    }
}

/// What releasing a claim needs.
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// The lease or its run.
    pub lease: String,
    /// How the work ended.
    pub outcome: ReleaseOutcome,
    /// To whom the work is handed.
    pub hand_off: Option<HandOff>,
    /// The agent that writes; the one that claimed when none is given.
    pub agent_id: Option<String>,
}

/// A claim that was released.
#[derive(Debug, Clone)]
pub struct Released {
    /// The lease, its run closed.
    pub lease: Lease,
    /// The event that says so; nothing in a run that was closed without one.
    pub event: Option<Event>,
    /// Whether it had been released before, in the same way.
    pub replayed: bool,
}

/// A claim that was closed because its time was up.
#[derive(Debug, Clone, PartialEq)]
pub struct Expired {
    /// The lease, its run closed.
    pub lease: Lease,
}

/// Why and how a claim ends.
struct End {
    outcome: ReleaseOutcome,
    reason_code: &'static str,
    message: &'static str,
    producer_id: String,
    /// Why something of the hand-off was replaced, whose own payloads take no further member.
    redaction: Redaction,
}

impl End {
    fn released(outcome: ReleaseOutcome, producer_id: String) -> Self {
        Self {
            outcome,
            reason_code: "RELEASED_OK",
            message: "released",
            producer_id,
            redaction: Redaction::default(),
        }
    }

    fn expired(producer_id: String) -> Self {
        Self {
            outcome: ReleaseOutcome::Aborted,
            reason_code: "EXPIRED_TTL",
            message: "expired",
            ..Self::released(ReleaseOutcome::Aborted, producer_id)
        }
    }
}

/// Releases a claim: its last events, the end of its run, and its locks.
///
/// Releasing it again in the same way is a replay. A release that the published release has begun is
/// completed by the same outcome. Errors: `work.lease_not_found`, `work.lease_expired`;
/// `work.lease_closed` when its run ended otherwise; `work.release_conflict`;
/// `work.handoff_without_evidence`; those of [`HandOff::check`].
pub fn release(
    transaction: &mut dyn WriteTransaction,
    request: &ReleaseRequest,
    clock: &dyn Clock,
) -> Result<Released, WorkError> {
    let found = find_lease(transaction, &request.lease)?;
    let lease = found.ok_or_else(|| WorkError::LeaseNotFound(request.lease.clone()))?;
    if lease.state(clock) == LeaseState::Closed {
        return replay(transaction, lease, request);
    }
    require_alive(&lease, clock)?;
    let said = said_release(transaction, &lease)?;
    if let Some(said) = said.filter(|said| *said != request.outcome || request.hand_off.is_some()) {
        return Err(conflict(lease, said.as_str()));
    }
    hold(transaction, &lease, clock)?;
    let mut end = End::released(request.outcome, writer(&lease, request.agent_id.as_deref())?);
    if let Some(hand_off) = &request.hand_off {
        let (facts, redaction) = hand_off.facts(transaction, &lease)?;
        for fact in facts {
            add(transaction, &lease, &fact, &end.producer_id, clock)?;
        }
        end.redaction = redaction;
    }
    let (run, event) = finish(transaction, &lease, end, clock)?;
    Ok(Released { lease: Lease { run, ..lease }, event: Some(event), replayed: false })
}

/// Closes those claims whose time is up among the next open runs before this one.
///
/// Returns them, and where the next page begins; nothing behind the last page. A claim whose release was
/// begun ends as that says.
pub fn expire_page(
    transaction: &mut dyn WriteTransaction,
    before: Option<RunId>,
    clock: &dyn Clock,
) -> Result<(Vec<Expired>, Option<RunId>), WorkError> {
    let page = page_of_leases(transaction, true, before)?;
    let mut closed = Vec::new();
    for lease in page.leases {
        if lease.state(clock) != LeaseState::Expired {
            continue;
        }
        let producer_id = "motus-work:cleanup".to_owned();
        let end = match said_release(transaction, &lease)? {
            Some(said) => End::released(said, producer_id),
            None => End::expired(producer_id),
        };
        let (run, _) = finish(transaction, &lease, end, clock)?;
        closed.push(Expired { lease: Lease { run, ..lease } });
    }
    Ok((closed, page.last))
}

fn replay(
    transaction: &dyn ReadTransaction,
    lease: Lease,
    request: &ReleaseRequest,
) -> Result<Released, WorkError> {
    let Some(said) = lease.released_as() else {
        return Err(WorkError::LeaseClosed(lease.lease_id));
    };
    let is_handed_likewise = match (&request.hand_off, recorded(transaction, &lease)?) {
        (None, None) => true,
        (Some(asked), Some(recorded)) => recorded.is_of(asked),
        _ => false,
    };
    if said != request.outcome || !is_handed_likewise {
        return Err(conflict(lease, said.as_str()));
    }
    let key = release_key(&lease.lease_id, said.as_str());
    let event = transaction.event_by_key(&lease.run.id, &key)?;
    Ok(Released { lease, event, replayed: true })
}

fn conflict(lease: Lease, said: &str) -> WorkError {
    let Lease { lease_id, run, .. } = lease;
    WorkError::ReleaseConflict { lease_id, run_id: run.id, said: said.to_owned() }
}

/// Records the release, closes the run and gives the locks back.
fn finish(
    transaction: &mut dyn WriteTransaction,
    lease: &Lease,
    end: End,
    clock: &dyn Clock,
) -> Result<(Run, Event), WorkError> {
    let outcome = end.outcome.as_str();
    let mut payload = Object::from([
        ("outcome", outcome),
        ("decision", "GRANTED"),
        ("reason_code", end.reason_code),
        ("message", end.message),
    ]);
    end.redaction.record(&mut payload);
    let (kind, id) = (Kind::work_release(), outcome.to_owned());
    let fact = Fact { kind, what: "release", id, payload };
    // A release that was begun elsewhere is said once.
    let begun = transaction.event_by_key(&lease.run.id, &fact.key(lease))?;
    let event = match begun {
        Some(event) => event,
        None => add(transaction, lease, &fact, &end.producer_id, clock)?,
    };
    let close = CloseRequest {
        run_id: lease.run.id.clone(),
        outcome: end.outcome.of_run(),
        outcome_note: Some(format!("motus work released {outcome}: {}", end.reason_code)),
        idempotency_key: close_key(&lease.lease_id, outcome),
        producer_id: end.producer_id,
    };
    let run = close_run(transaction, &close, clock)?;
    give_back(transaction, lease, clock)?;
    Ok((run, event))
}

fn give_back(
    transaction: &mut dyn WriteTransaction,
    lease: &Lease,
    clock: &dyn Clock,
) -> Result<(), WorkError> {
    for resource in lease.fenced() {
        let lock = transaction.lock(&resource)?;
        if let Some(lock) = lock.filter(|lock| lock.holder == lease.lease_id) {
            release_lock(transaction, &lock.fence(), clock)?;
        }
    }
    Ok(())
}
