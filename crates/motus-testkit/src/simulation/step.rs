//! One step of the history: who asked for what at which time, and what the answer was.

use motus_ledger::NewEvent;
use serde_json::{Value, json};

use super::operation::Operation;
use super::world::{OURS, STEP, history_run};
use crate::sample;

/// One step, as the event of the history run holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) worker: u64,
    /// How often the worker had died before.
    pub(super) life: u64,
    /// The place of the request in the worker's plan.
    pub(super) number: u64,
    /// What the worker's clock showed, in nanoseconds since 1970-01-01T00:00:00Z.
    pub(super) now: u64,
    pub(super) operation: Operation,
    /// The row that came back under its name, or a code under `refused`.
    pub(super) answer: Value,
}

impl Step {
    /// Returns the canonical payload; its texts are ASCII and its numbers whole.
    pub(super) fn payload(&self) -> String {
        let payload = json!({
            "worker": self.worker,
            "life": self.life,
            "number": self.number,
            "now": self.now,
            "operation": self.operation.to_json(),
            "answer": self.answer,
        });
        payload.to_string()
    }

    /// Reads a payload.
    pub(super) fn read(payload: &str) -> Option<Self> {
        let payload: Value = serde_json::from_str(payload).ok()?;
        let number = |name: &str| payload.get(name)?.as_u64();
        Some(Self {
            worker: number("worker")?,
            life: number("life")?,
            number: number("number")?,
            now: number("now")?,
            operation: Operation::from_json(payload.get("operation")?)?,
            answer: payload.get("answer")?.clone(),
        })
    }

    /// Returns the key under which the step is recorded.
    pub(super) fn key(&self) -> String {
        format!("{}.{}.{}", self.worker, self.life, self.number)
    }

    /// Asks for the step to be recorded.
    pub(super) fn record(&self) -> NewEvent {
        NewEvent {
            run_id: history_run(),
            schema_kind: STEP.to_owned(),
            payload: sample::json(&self.payload()),
            idempotency_key: self.key(),
            producer_id: OURS.to_owned(),
            schema_hash: None,
        }
    }

    /// Returns the code of a refusal.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.answer.get("refused")?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use motus_ledger::{Fence, Outcome};

    use super::super::operation::{Append, Close};
    use super::*;

    fn check(operation: Operation, answer: Value) {
        let step = Step { worker: 1, life: 2, number: 3, now: 4, operation, answer };
        let payload = step.payload();
        assert_eq!(Step::read(&payload).as_ref(), Some(&step), "{payload}");
        // Otherwise the Store would hold another text than the one that was told.
        let canonical = motus_json::canonical::store::write(&step.record().payload);
        assert_eq!(canonical, payload);
    }

    #[test]
    fn a_step_is_read_as_it_was_spelled() {
        let fence = Fence { resource: "r".to_owned(), holder: "h".to_owned(), token: 7 };
        let append = Append {
            run: "run_1".to_owned(),
            key: "k".to_owned(),
            kind: "note".to_owned(),
            payload: json!({ "n": 1 }),
            producer: "p".to_owned(),
            fence: None,
        };
        let close = Close {
            run: "run_1".to_owned(),
            key: "k".to_owned(),
            outcome: Outcome::Aborted,
            note: None,
            producer: "p".to_owned(),
            fence: Some(fence.clone()),
        };
        check(
            Operation::Start { key: "k".to_owned(), intent: String::new() },
            json!({ "run": { "id": "run_1" } }),
        );
        check(Operation::Append(append.clone()), json!({ "event": { "seq": 1 } }));
        check(
            Operation::Append(Append { fence: Some(fence.clone()), ..append }),
            json!({ "refused": "ledger.run_closed" }),
        );
        check(Operation::Close(close.clone()), json!({ "run": null }));
        let noted = Close { note: Some("why".to_owned()), fence: None, ..close };
        check(Operation::Close(noted), json!({ "run": null }));
        let acquire =
            Operation::Acquire { resource: "r".to_owned(), holder: "h".to_owned(), ttl: -1 };
        check(acquire, json!({ "refused": "lock.held" }));
        check(Operation::Assert(fence.clone()), json!({ "lock": { "fencing_token": 7 } }));
        check(Operation::Release(fence), json!({ "lock": {} }));
    }
}
