//! The model's own answers, so that an error in it is not taken for one of the ledger.

use motus_ledger::{Fence, Outcome};
use serde_json::{Value, json};

use super::*;

/// A model that is asked one thing after the other.
struct Asked {
    model: Model,
    seconds: u64,
}

impl Asked {
    fn new() -> Self {
        Self { model: Model::new(), seconds: 0 }
    }

    fn ask(&mut self, operation: Operation) -> Value {
        let now = BEGINNING + self.seconds * 1_000_000_000;
        let id = format!("run_{now:020}_0123456789ab");
        let answer = json!({ "run": { "id": id } });
        self.model.answer(&Step { worker: 0, life: 0, number: 0, now, operation, answer })
    }

    fn start(&mut self, key: &str, intent: &str) -> Value {
        self.ask(Operation::Start { key: key.to_owned(), intent: intent.to_owned() })
    }

    fn acquire(&mut self, holder: &str, ttl: i64) -> Value {
        let (resource, holder) = ("r".to_owned(), holder.to_owned());
        self.ask(Operation::Acquire { resource, holder, ttl })
    }
}

fn append(run: &str, key: &str, payload: Value, fence: Option<Fence>) -> Operation {
    Operation::Append(Append {
        run: run.to_owned(),
        key: key.to_owned(),
        kind: NOTE.to_owned(),
        payload,
        producer: "p".to_owned(),
        fence,
    })
}

fn close(run: &str, outcome: Outcome) -> Operation {
    Operation::Close(Close {
        run: run.to_owned(),
        key: "end".to_owned(),
        outcome,
        note: None,
        producer: "p".to_owned(),
        fence: None,
    })
}

fn fence(holder: &str, token: u64) -> Fence {
    Fence { resource: "r".to_owned(), holder: holder.to_owned(), token }
}

#[track_caller]
fn refused(answer: &Value, code: &str) {
    assert_eq!(answer, &json!({ "refused": code }));
}

#[test]
fn a_run_is_started_once_and_takes_events_until_it_is_closed() {
    let mut asked = Asked::new();
    let run = asked.start("k", "work");
    let id = run["run"]["id"].as_str().expect("an identifier").to_owned();
    asked.seconds = 9;
    assert_eq!(asked.start("k", "work"), run);
    refused(&asked.start("k", "other"), "ledger.start_conflict");
    refused(&asked.start(" ", "work"), "ledger.field_required");
    let one = asked.ask(append(&id, "e", json!({ "n": 1 }), None));
    assert_eq!(
        (&one["event"]["seq"], &one["event"]["ts"]),
        (&1.into(), &"2026-01-02T03:04:14Z".into())
    );
    refused(&asked.ask(append(&id, "e", json!({ "n": 2 }), None)), "ledger.event_conflict");
    refused(&asked.ask(append(&id, "f", json!({ "n": "x" }), None)), "kind.payload_invalid");
    refused(&asked.ask(append("run_x", "e", json!({ "n": 1 }), None)), "ledger.run_unknown");
    let closed = asked.ask(close(&id, Outcome::Success));
    assert_eq!(closed["run"]["outcome"], "success");
    // The digest that the contract prints for another producer has this form.
    assert_eq!(
        hash(&end_payload("success", None, "p1")),
        "sha256:be7451afea38454d20ffecac7706415a190535b240326450dbf3a0073458693a"
    );
    asked.seconds = 20;
    assert_eq!(asked.ask(close(&id, Outcome::Success)), closed);
    refused(&asked.ask(close(&id, Outcome::Failure)), "ledger.close_conflict");
    assert_eq!(asked.ask(append(&id, "e", json!({ "n": 1 }), None)), one);
    refused(&asked.ask(append(&id, "f", json!({ "n": 1 }), None)), "ledger.run_closed");
}

#[test]
fn a_lock_has_one_holder_and_a_token_for_each_tenure() {
    let mut asked = Asked::new();
    refused(&asked.ask(Operation::Assert(fence("a", 1))), "lock.missing");
    refused(&asked.acquire("a", 0), "lock.ttl_invalid");
    refused(&asked.acquire("a", i64::MAX), "lock.ttl_invalid");
    let first = asked.acquire("a", 10);
    assert_eq!(first["lock"]["fencing_token"], 1);
    refused(&asked.acquire("b", 10), "lock.held");
    asked.seconds = 5;
    let renewed = asked.acquire("a", 3);
    assert_eq!(renewed["lock"]["acquired_at"], first["lock"]["acquired_at"]);
    assert_eq!(renewed["lock"]["expires_at"], "2026-01-02T03:04:13Z");
    asked.seconds = 8;
    refused(&asked.ask(Operation::Assert(fence("a", 1))), "lock.fence_invalid");
    let second = asked.acquire("b", 10);
    assert_eq!(second["lock"]["fencing_token"], 2);
    refused(&asked.ask(Operation::Release(fence("a", 1))), "lock.fence_invalid");
    let released = asked.ask(Operation::Release(fence("b", 2)));
    assert_eq!(released["lock"]["expires_at"], "2026-01-02T03:04:13Z");
    asked.seconds = 30;
    assert_eq!(asked.ask(Operation::Release(fence("b", 2))), released);
    assert_eq!(asked.acquire("b", 10)["lock"]["fencing_token"], 3);
}

#[test]
fn a_write_under_a_lock_needs_the_lock_first() {
    let mut asked = Asked::new();
    let id = asked.start("k", "work")["run"]["id"].as_str().expect("an identifier").to_owned();
    asked.acquire("a", 10);
    let note = json!({ "n": 1 });
    assert_eq!(asked.ask(append(&id, "e", note.clone(), Some(fence("a", 1))))["event"]["seq"], 1);
    asked.seconds = 10;
    // Even what would be a replay is refused.
    refused(&asked.ask(append(&id, "e", note.clone(), Some(fence("a", 1)))), "lock.fence_invalid");
    refused(&asked.ask(append("run_x", "e", note, Some(fence("", 1)))), "ledger.field_required");
}
