//! Closing a run, once.

use crate::operation::require;
use crate::{Clock, Closing, LedgerError, Outcome, Run, RunId, WriteTransaction};

/// What closing a run needs.
#[derive(Debug, Clone)]
pub struct CloseRequest {
    /// The run to close.
    pub run_id: RunId,
    /// The terminal outcome.
    pub outcome: Outcome,
    /// A remark on the outcome.
    pub outcome_note: Option<String>,
    /// The key under which closing again is a replay.
    pub idempotency_key: String,
    /// Who closes the run.
    pub producer_id: String,
}

/// Closes an open run; closing it again in exactly the same way is a replay.
///
/// Errors: `ledger.field_required`; `ledger.run_unknown`; `ledger.close_conflict`.
pub fn close_run(
    transaction: &mut dyn WriteTransaction,
    request: &CloseRequest,
    clock: &dyn Clock,
) -> Result<Run, LedgerError> {
    require("run_id", request.run_id.as_str())?;
    require("idempotency_key", &request.idempotency_key)?;
    require("producer_id", &request.producer_id)?;
    let Some(mut run) = transaction.run(&request.run_id)? else {
        return Err(LedgerError::RunUnknown(request.run_id.clone()));
    };
    let closing = closing(request, clock);
    if let Some(earlier) = &run.closing {
        return if replays(earlier, &closing) { Ok(run) } else { Err(LedgerError::CloseConflict) };
    }
    transaction.close_run(&run.id, &closing)?;
    run.closing = Some(closing);
    Ok(run)
}

fn closing(request: &CloseRequest, clock: &dyn Clock) -> Closing {
    let note = request.outcome_note.as_deref();
    Closing {
        ended_at: clock.timestamp(),
        outcome: request.outcome,
        outcome_note: request.outcome_note.clone(),
        idempotency_key: request.idempotency_key.clone(),
        payload_hash: Closing::digest(request.outcome, note, &request.producer_id)
            .as_str()
            .to_owned(),
        producer_id: request.producer_id.clone(),
    }
}

/// All but the time must agree.
fn replays(earlier: &Closing, now: &Closing) -> bool {
    Closing { ended_at: now.ended_at.clone(), ..earlier.clone() } == *now
}
