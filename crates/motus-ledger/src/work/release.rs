//! Releasing a claim: what came of it, perhaps to whom it is handed, and the end of its run, together.

use motus_json::Object;

use crate::kind::Kind;
use crate::operation::{CloseRequest, close_run, release_lock, require};
use crate::work::fence::hold;
use crate::work::lease::{EXPIRED_TTL, LOST_LOCK, close_key};
use crate::work::lookup::page_of_leases;
use crate::work::record::{add, require_alive, said_release, writer};
use crate::work::replay::{conflict, replay};
use crate::work::texts::Redaction;
use crate::work::{Fact, HandOff, Lease, LeaseState, ReleaseOutcome, WorkError, find_lease};
use crate::{Clock, Event, Run, RunId, WriteTransaction};

/// The member of a release that says why the work ended so; the published releases tolerate it.
pub(crate) const NOTE: &str = "note";

/// What releasing a claim needs.
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// The lease or its run.
    pub lease: String,
    /// How the work ended.
    pub outcome: ReleaseOutcome,
    /// To whom the work is handed.
    pub hand_off: Option<HandOff>,
    /// Why it ended so.
    pub note: Option<String>,
    /// The agent that writes; the one that claimed when none is given.
    pub agent_id: Option<String>,
}

impl ReleaseRequest {
    /// Tells whether the work is given up, and nobody goes on with it.
    fn gives_up(&self) -> bool {
        self.outcome == ReleaseOutcome::Aborted && self.hand_off.is_none()
    }

    /// Refuses what every Store would refuse.
    ///
    /// Errors: `ledger.field_required`, `work.text_too_long`, and those of [`HandOff::check`].
    pub fn check(&self) -> Result<(), WorkError> {
        self.cleaned_note(&mut Redaction::default())?;
        self.hand_off.as_ref().map_or(Ok(()), HandOff::check)
    }

    /// Returns the note as it is recorded.
    pub(super) fn cleaned_note(
        &self,
        redaction: &mut Redaction,
    ) -> Result<Option<String>, WorkError> {
        let Some(note) = &self.note else { return Ok(None) };
        require("note", note)?;
        redaction.take("note", note).map(Some)
    }
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

/// Why and how a claim ends.
struct End {
    outcome: ReleaseOutcome,
    reason_code: &'static str,
    message: &'static str,
    producer_id: String,
    note: Option<String>,
    /// Why something was replaced, in the note or in the hand-off, whose own payloads take no further member.
    redaction: Redaction,
}

impl End {
    fn released(outcome: ReleaseOutcome, producer_id: String) -> Self {
        Self {
            outcome,
            reason_code: "RELEASED_OK",
            message: "released",
            producer_id,
            note: None,
            redaction: Redaction::default(),
        }
    }

    fn cleaned(lease: &Lease, producer_id: String, clock: &dyn Clock) -> Self {
        let (reason_code, message) = match &lease.lost_lock {
            Some(_) if !lease.is_over(clock) => (LOST_LOCK, "lost its lock"),
            _ => (EXPIRED_TTL, "expired"),
        };
        Self { reason_code, message, ..Self::released(ReleaseOutcome::Aborted, producer_id) }
    }
}

/// Releases a claim: its last events, the end of its run, and its locks.
///
/// Releasing it again in the same way is a replay. A release that the published release has begun is
/// completed by the same outcome. One that lost a lock can be given up, and nothing else: it is in nobody's
/// way, and whoever has the lock keeps it. A request without a note contradicts none. Errors:
/// `work.lease_not_found`, `work.lease_expired`; `work.lease_closed` when its run ended otherwise;
/// `work.release_conflict`; `work.handoff_without_evidence`; those of [`ReleaseRequest::check`].
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
    if !(lease.lost_lock.is_some() && request.gives_up()) {
        require_alive(&lease, clock)?;
    }
    let says_more = request.hand_off.is_some() || request.note.is_some();
    let said = said_release(transaction, &lease)?;
    if let Some(said) = said.filter(|said| *said != request.outcome || says_more) {
        return Err(conflict(lease, said, None, request));
    }
    if lease.lost_lock.is_none() {
        hold(transaction, &lease, clock)?;
    }
    let mut end = End::released(request.outcome, writer(&lease, request.agent_id.as_deref())?);
    if let Some(hand_off) = &request.hand_off {
        let (facts, redaction) = hand_off.facts(transaction, &lease)?;
        for fact in facts {
            add(transaction, &lease, &fact, &end.producer_id, clock)?;
        }
        end.redaction = redaction;
    }
    end.note = request.cleaned_note(&mut end.redaction)?;
    let (run, event) = finish(transaction, &lease, end, clock)?;
    Ok(Released { lease: Lease { run, ..lease }, event: Some(event), replayed: false })
}

/// Closes those claims whose time is up, or that lost a lock, among the next open runs before this one.
///
/// Returns them, and where the next page begins; nothing behind the last page. A claim whose release was
/// begun ends as that says.
pub fn expire_page(
    transaction: &mut dyn WriteTransaction,
    before: Option<RunId>,
    clock: &dyn Clock,
) -> Result<(Vec<Lease>, Option<RunId>), WorkError> {
    let page = page_of_leases(transaction, true, before)?;
    let mut closed = Vec::new();
    for lease in page.leases {
        if lease.state(clock) != LeaseState::Expired {
            continue;
        }
        let producer_id = "motus-work:cleanup".to_owned();
        let end = match said_release(transaction, &lease)? {
            Some(said) => End::released(said, producer_id),
            None => End::cleaned(&lease, producer_id, clock),
        };
        let (run, _) = finish(transaction, &lease, end, clock)?;
        closed.push(Lease { run, ..lease });
    }
    Ok((closed, page.last))
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
    if let Some(note) = end.note {
        payload.insert(NOTE, note);
    }
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
