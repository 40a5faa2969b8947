//! From a request to the ledger's operation, and from what that returns to an answer.

use motus_json::canonical;
use motus_ledger::operation::{self, AcquireRequest, CloseRequest};
use motus_ledger::{
    Ids, LedgerError, Lock, NewEvent, Outcome, Run, RunId, StoreErrorKind, WriteTransaction,
};
use serde_json::{Value, json};

use super::operation::{Append, Close, Operation};
use super::world::{Moment, new_run};
use crate::sample;

/// The time and the random bytes of whoever makes a request.
pub(super) struct Caller<'a> {
    pub(super) moment: &'a Moment,
    pub(super) ids: &'a dyn Ids,
}

/// Performs an operation and returns the row that comes back.
pub(super) fn perform(
    transaction: &mut dyn WriteTransaction,
    operation: &Operation,
    caller: &Caller<'_>,
) -> Result<Value, LedgerError> {
    let clock = caller.moment;
    match operation {
        Operation::Start { key, intent } => {
            let request = new_run(key, intent);
            let run = operation::start_run(transaction, &request, clock, caller.ids)?;
            Ok(row("run", run.to_object()))
        }
        Operation::Append(append) => {
            let request = new_event(append);
            let event = match &append.fence {
                None => operation::append_event(transaction, &request, clock),
                Some(fence) => operation::append_fenced_event(transaction, &request, fence, clock),
            };
            Ok(row("event", event?.to_object()))
        }
        Operation::Close(close) => {
            let request = close_request(close);
            let run = match &close.fence {
                None => operation::close_run(transaction, &request, clock),
                Some(fence) => operation::close_fenced_run(transaction, &request, fence, clock),
            };
            Ok(row("run", run?.to_object()))
        }
        Operation::Acquire { resource, holder, ttl } => {
            let (resource, holder) = (resource.clone(), holder.clone());
            let request = AcquireRequest { resource, holder, ttl_seconds: *ttl };
            Ok(lock_row(&operation::acquire_lock(transaction, &request, clock)?))
        }
        Operation::Assert(fence) => {
            Ok(lock_row(&operation::assert_lock(transaction, fence, clock)?))
        }
        Operation::Release(fence) => {
            Ok(lock_row(&operation::release_lock(transaction, fence, clock)?))
        }
    }
}

/// Returns what is recorded as the answer.
///
/// What a guard of the Store refuses is an answer too, and one that nobody expects. Errors: trouble of
/// the Store, after which nothing can be recorded.
pub(super) fn answer(performed: Result<Value, LedgerError>) -> Result<Value, LedgerError> {
    match performed {
        Ok(row) => Ok(row),
        Err(LedgerError::Store(error)) if error.kind() != StoreErrorKind::GuardRefused => {
            Err(error.into())
        }
        Err(refused) => Ok(json!({ "refused": refused.code() })),
    }
}

/// Returns a row under its name, as the history spells it.
pub(super) fn row(name: &str, columns: motus_json::Object) -> Value {
    let text = canonical::store::write(&motus_json::Value::Object(columns));
    json!({ name: serde_json::from_str::<Value>(&text).unwrap_or_default() })
}

pub(super) fn lock_row(lock: &Lock) -> Value {
    row("lock", lock.to_object())
}

/// Returns the row of a run as it stands.
pub(super) fn run_row(
    transaction: &mut dyn WriteTransaction,
    run: &str,
) -> Result<Value, LedgerError> {
    let run = transaction.run(&RunId::from(run))?;
    Ok(run.as_ref().map(Run::to_object).map_or(Value::Null, |columns| row("run", columns)))
}

fn new_event(append: &Append) -> NewEvent {
    NewEvent {
        run_id: RunId::from(append.run.as_str()),
        schema_kind: append.kind.clone(),
        payload: sample::json(&append.payload.to_string()),
        idempotency_key: append.key.clone(),
        producer_id: append.producer.clone(),
        schema_hash: None,
    }
}

fn close_request(close: &Close) -> CloseRequest {
    let outcome: Outcome = close.outcome;
    CloseRequest {
        run_id: RunId::from(close.run.as_str()),
        outcome,
        outcome_note: close.note.clone(),
        idempotency_key: close.key.clone(),
        producer_id: close.producer.clone(),
    }
}
