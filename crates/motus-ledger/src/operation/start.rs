//! Starting a run, idempotently.

use crate::operation::require;
use crate::{Clock, Ids, LedgerError, NewRun, Run, RunId, WriteTransaction};

/// Starts a run, or returns the one that the same source, producer and key started before.
///
/// Errors: `ledger.field_required` for a blank text; `ledger.start_conflict` when the earlier run
/// had another intent, directory or commit.
pub fn start_run(
    transaction: &mut dyn WriteTransaction,
    request: &NewRun,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Run, LedgerError> {
    require("source", &request.source)?;
    require("intent", &request.intent)?;
    require("cwd", &request.cwd)?;
    require("idempotency_key", &request.idempotency_key)?;
    require("producer_id", &request.producer_id)?;
    let earlier =
        transaction.run_by_key(&request.source, &request.producer_id, &request.idempotency_key)?;
    if let Some(earlier) = earlier {
        return replay(earlier, request);
    }
    let run = new_run(request, clock, ids);
    transaction.insert_run(&run)?;
    Ok(run)
}

fn replay(earlier: Run, request: &NewRun) -> Result<Run, LedgerError> {
    let same = earlier.intent == request.intent
        && earlier.cwd == request.cwd
        && earlier.git_sha == request.git_sha;
    if same { Ok(earlier) } else { Err(LedgerError::StartConflict) }
}

fn new_run(request: &NewRun, clock: &dyn Clock, ids: &dyn Ids) -> Run {
    Run {
        id: RunId::generate(clock, ids),
        idempotency_key: request.idempotency_key.clone(),
        producer_id: request.producer_id.clone(),
        source: request.source.clone(),
        started_at: clock.timestamp(),
        intent: request.intent.clone(),
        cwd: request.cwd.clone(),
        git_sha: request.git_sha.clone(),
        closing: None,
    }
}
