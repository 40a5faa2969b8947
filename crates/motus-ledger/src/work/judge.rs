//! Whether a run was handed over, for whom it waits, and who accepted it by what: decided here for all.

use std::ops::ControlFlow;

use motus_json::Value;

use crate::portable::story::{
    Actor, Judged, Judgement, Method, judge_alone, judge_without_evidence,
};
use crate::work::accept::key;
use crate::work::{DECISION_KIND, Party, ReadyHandOff, SOURCE, WorkError};
use crate::{Event, ReadTransaction, Run, RunId};

/// What is decided by an acceptance.
pub(super) const ACCEPTED: &str = "accepted";

/// Judges a run by what it says, and by whether the receiver of its hand-off accepted it in another run.
///
/// Errors: `projection.payload_unreadable`, `projection.payload_altered`.
pub fn judge(transaction: &dyn ReadTransaction, run: &Run) -> Result<Judged, WorkError> {
    let judged = judge_alone(transaction, run)?;
    with_acceptance(transaction, run, judged)
}

/// Judges a run as [`judge`] does, for who looks at many: its evidence is read only where it is handed over.
///
/// Errors: those of [`judge`], but for what is wrong with evidence that decides nothing.
pub fn judge_briefly(transaction: &dyn ReadTransaction, run: &Run) -> Result<Judged, WorkError> {
    match judge_without_evidence(transaction, run)? {
        Some(judged) => with_acceptance(transaction, run, judged),
        None => judge(transaction, run),
    }
}

fn with_acceptance(
    transaction: &dyn ReadTransaction,
    run: &Run,
    mut judged: Judged,
) -> Result<Judged, WorkError> {
    let Judgement::Waiting { receiver } = &judged.judgement else { return Ok(judged) };
    let Some(acceptance) = acceptance_of(transaction, &run.id, receiver)? else {
        return Ok(judged);
    };
    if let Some(closing) = acceptance.closing {
        judged.judgement = Judgement::Accepted {
            by: Actor { kind: receiver.kind().to_owned(), id: receiver.id().to_owned() },
            method: Method::HandoffAcceptance,
            at: closing.ended_at,
            in_run: Some(acceptance.id),
        };
    }
    Ok(judged)
}

/// Reads how a closed run was handed over. Errors: `work.not_handed_over`, and those of [`judge`].
pub(super) fn handed_over(
    transaction: &dyn ReadTransaction,
    run: &Run,
) -> Result<ReadyHandOff, WorkError> {
    let hand_off = judge_alone(transaction, run)?.hand_off;
    hand_off.ok_or_else(|| WorkError::NotHandedOver(run.id.clone()))
}

/// Finds the run in which the receiver accepted another one. A run that only has its key is none.
pub(super) fn acceptance_of(
    transaction: &dyn ReadTransaction,
    run: &RunId,
    receiver: &Party,
) -> Result<Option<Run>, WorkError> {
    let found = transaction.run_by_source_and_key(SOURCE, &key(run, receiver))?;
    let Some(found) = found else { return Ok(None) };
    match judge_alone(transaction, &found) {
        Ok(judged) => {
            let accepts = judged.accepts.as_ref() == Some(run);
            let by_receiver = matches!(&judged.judgement, Judgement::Accepted { by, .. }
                if by.kind == receiver.kind() && by.id == receiver.id());
            Ok(Some(found).filter(|_| accepts && by_receiver))
        }
        // What cannot be read, or was altered, says nothing.
        Err(error) if error.is_of_payload() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Finds the event of a run that accepts another one: the last, as the judgement has it.
pub(super) fn event_of_acceptance(
    transaction: &dyn ReadTransaction,
    acceptance: &RunId,
) -> Result<Option<Event>, WorkError> {
    let mut found = None;
    transaction.visit_events(acceptance, &mut |event| {
        let is_decision = event.schema_kind == DECISION_KIND;
        if is_decision && event.payload().is_ok_and(|payload| accepted_by(&payload).is_some()) {
            found = Some(event);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Reads the payload of a decision: which run it accepts, and who does; nothing when it is another one.
pub(crate) fn accepted_by(payload: &Value) -> Option<(RunId, Party)> {
    let text = |name| payload.get(name).and_then(Value::as_str);
    let run = text("accepted_run").filter(|run| !run.is_empty())?;
    let acceptor = Party::from_value(payload.get("acceptor")?)?;
    (text("decision") == Some(ACCEPTED)).then(|| (RunId::from(run), acceptor))
}
