//! Accepting work that was handed over: a run of its own, which refers to the first.

use motus_json::{Object, Value};

use crate::operation::{CloseRequest, append_event, close_run, ensure_kind, start_run};
use crate::projection;
use crate::work::judge::{ACCEPTED, acceptance_of, event_of_acceptance, handed_over};
use crate::work::texts::check_name;
use crate::work::{Party, SOURCE, WorkError, decision_kind, lease_of_run, producer};
use crate::{
    Clock, Event, Ids, LedgerError, NewEvent, NewRun, Outcome, ReadTransaction, Run, RunId,
    WriteTransaction,
};

/// What accepting work needs.
#[derive(Debug, Clone)]
pub struct AcceptRequest {
    /// The run that was handed over.
    pub run_id: RunId,
    /// Who accepts it. When that is not said, it is the agent, and it has to be the receiver.
    pub acceptor: Option<Party>,
    /// The agent that writes.
    pub agent_id: String,
    /// The working directory.
    pub cwd: String,
    /// The commit that is checked out, when known.
    pub git_sha: Option<String>,
}

/// Work that was accepted.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The run that was accepted.
    pub accepted_run: RunId,
    /// The run of the acceptance, which is closed.
    pub run: Run,
    /// The event that says so.
    pub event: Event,
    /// The receipt of the run that was accepted.
    pub receipt_id: String,
    /// Who accepted it.
    pub acceptor: Party,
    /// Whether it had been accepted before.
    pub replayed: bool,
}

impl AcceptRequest {
    /// Returns who accepts: the receiver, and nobody else. Errors: `work.not_receiver`.
    fn acceptor(&self, receiver: &Party) -> Result<Party, WorkError> {
        let is_receiver = match &self.acceptor {
            Some(acceptor) => acceptor == receiver,
            None => receiver.kind() == "agent" && receiver.id() == self.agent_id,
        };
        if is_receiver {
            return Ok(receiver.clone());
        }
        Err(WorkError::NotReceiver {
            run_id: self.run_id.clone(),
            receiver: receiver.clone(),
            asking: match &self.acceptor {
                Some(acceptor) => acceptor.to_string(),
                None => format!("agent:{}", self.agent_id),
            },
        })
    }

    fn run(&self, key: String) -> NewRun {
        NewRun {
            source: SOURCE.to_owned(),
            intent: format!("Accept {}", self.run_id),
            cwd: self.cwd.clone(),
            git_sha: self.git_sha.clone(),
            idempotency_key: key,
            producer_id: producer(&self.agent_id),
        }
    }
}

/// Accepts work that was handed over: run, decision and the end of the run, together.
///
/// Accepting it again is a replay, from anywhere. Errors: `ledger.run_unknown`, `work.not_handed_over`,
/// `work.not_receiver`, `projection.payload_unreadable`.
pub fn accept(
    transaction: &mut dyn WriteTransaction,
    request: &AcceptRequest,
    clock: &dyn Clock,
    ids: &dyn Ids,
) -> Result<Accepted, WorkError> {
    check_name("agent", &request.agent_id)?;
    let unknown = || LedgerError::RunUnknown(request.run_id.clone());
    let handed = transaction.run(&request.run_id)?.ok_or_else(unknown)?;
    let receiver = handed_over(transaction, &handed)?.receiver;
    let acceptor = request.acceptor(&receiver)?;
    let receipt = projection::receipt(transaction, &handed.id)?;
    let receipt_id = receipt.get("receipt_id").and_then(Value::as_str).unwrap_or_default();
    if let Some((run, event)) = find(transaction, &handed.id, &receiver)? {
        let (accepted_run, receipt_id) = (handed.id, receipt_id.to_owned());
        return Ok(Accepted { accepted_run, run, event, receipt_id, acceptor, replayed: true });
    }
    let run = request.run(key(&handed.id, &acceptor));
    let run = start_run(transaction, &run, clock, ids)?;
    let lease = lease_of_run(transaction, handed)?;
    let lease_id = lease.map_or_else(|| request.run_id.to_string(), |lease| lease.lease_id);
    let event = NewEvent {
        run_id: run.id.clone(),
        schema_kind: decision_kind().name.into_owned(),
        payload: payload(&lease_id, &request.run_id, receipt_id, &acceptor).into(),
        idempotency_key: event_key(&run),
        producer_id: run.producer_id.clone(),
        schema_hash: Some(ensure_kind(transaction, &decision_kind(), clock)?),
    };
    let event = append_event(transaction, &event, clock)?;
    let close = CloseRequest {
        run_id: run.id.clone(),
        outcome: Outcome::Success,
        outcome_note: Some(format!("motus work accepted {}", request.run_id)),
        idempotency_key: format!("{}:close", run.idempotency_key),
        producer_id: run.producer_id.clone(),
    };
    let run = close_run(transaction, &close, clock)?;
    let (accepted_run, receipt_id) = (request.run_id.clone(), receipt_id.to_owned());
    Ok(Accepted { accepted_run, run, event, receipt_id, acceptor, replayed: false })
}

/// Finds run and event of an acceptance.
fn find(
    transaction: &dyn ReadTransaction,
    run: &RunId,
    receiver: &Party,
) -> Result<Option<(Run, Event)>, WorkError> {
    let Some(found) = acceptance_of(transaction, run, receiver)? else { return Ok(None) };
    let event = event_of_acceptance(transaction, &found.id)?;
    Ok(event.map(|event| (found, event)))
}

/// Returns the key of the run in which somebody accepts another one.
pub(super) fn key(run: &RunId, acceptor: &Party) -> String {
    format!("accept:{run}:{acceptor}")
}

fn event_key(acceptance: &Run) -> String {
    format!("{}:event", acceptance.idempotency_key)
}

fn payload(lease_id: &str, run: &RunId, receipt_id: &str, acceptor: &Party) -> Object {
    Object::from([
        ("lease_id", Value::from(lease_id)),
        ("legacy_decision_id", Value::Null),
        ("decision", ACCEPTED.into()),
        ("rationale", Value::Null),
        ("alternatives_considered", Value::Array(Vec::new())),
        ("accepted_run", run.as_str().into()),
        ("receipt_id", receipt_id.into()),
        ("acceptor", acceptor.to_object().into()),
    ])
}
