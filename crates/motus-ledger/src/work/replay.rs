//! Releasing a claim again: the same is a replay, all else a conflict that says what differs.

use crate::work::hand_off::recorded;
use crate::work::lease::release_key;
use crate::work::release::NOTE;
use crate::work::texts::Redaction;
use crate::work::{Lease, ReadyHandOff, ReleaseOutcome, ReleaseRequest, Released, WorkError};
use crate::{Event, ReadTransaction};

/// Answers a release of a claim that is closed: a replay when it was released in the same way.
pub(super) fn replay(
    transaction: &dyn ReadTransaction,
    lease: Lease,
    request: &ReleaseRequest,
) -> Result<Released, WorkError> {
    if lease.ended_by_time() {
        return Err(WorkError::LeaseExpired(lease.lease_id));
    }
    let Some(said) = lease.released_as() else {
        return Err(WorkError::LeaseClosed(lease.lease_id));
    };
    let recorded = recorded(transaction, &lease)?;
    let is_handed_likewise = match (&request.hand_off, &recorded) {
        (None, None) => true,
        (Some(asked), Some(recorded)) => recorded.is_of(asked),
        _ => false,
    };
    if said != request.outcome || !is_handed_likewise {
        return Err(conflict(lease, said, recorded, request));
    }
    let key = release_key(&lease.lease_id, said.as_str());
    let event = transaction.event_by_key(&lease.run.id, &key)?;
    let asked = request.cleaned_note(&mut Redaction::default())?;
    if asked.is_some() && asked != event.as_ref().and_then(note) {
        let said = format!("as {}, with another note or none", said.as_str());
        return Err(WorkError::ReleaseConflict {
            lease_id: lease.lease_id,
            run_id: lease.run.id,
            said,
        });
    }
    Ok(Released { lease, event, replayed: true })
}

fn note(release: &Event) -> Option<String> {
    release.payload().ok()?.get(NOTE)?.as_str().map(str::to_owned)
}

/// Says what differs: the outcome, or where that is the same, to whom the work was handed.
pub(super) fn conflict(
    lease: Lease,
    said: ReleaseOutcome,
    recorded: Option<ReadyHandOff>,
    request: &ReleaseRequest,
) -> WorkError {
    let Lease { lease_id, run, .. } = lease;
    let said = match (said == request.outcome, recorded) {
        (false, _) => format!("as {}", said.as_str()),
        (true, None) if request.hand_off.is_none() => {
            format!("as {}, without a note", said.as_str())
        }
        (true, None) => "and handed to nobody".to_owned(),
        (true, Some(recorded)) => {
            let receiver = recorded.receiver;
            match &request.hand_off {
                Some(asked) if asked.receiver == receiver => {
                    format!("and handed to {receiver}, for another action or reason")
                }
                _ => format!("and handed to {receiver}"),
            }
        }
    };
    WorkError::ReleaseConflict { lease_id, run_id: run.id, said }
}
