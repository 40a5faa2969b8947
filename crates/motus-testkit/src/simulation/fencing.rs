//! What must hold of tokens whatever the model says: they grow, and nobody writes with an old one.

use std::collections::BTreeMap;

use super::operation::Operation;
use super::step::Step;

/// The highest token that was given, by resource, and to whom.
#[derive(Default)]
pub(super) struct Fencing(BTreeMap<String, (u64, String)>);

impl Fencing {
    /// Looks at the next step. Errors: what does not hold.
    pub(super) fn observe(&mut self, step: &Step) -> Result<(), String> {
        if step.refusal().is_some() {
            return Ok(());
        }
        match &step.operation {
            Operation::Acquire { resource, holder, .. } => {
                let token = step.answer["lock"]["fencing_token"].as_u64().unwrap_or_default();
                self.given(resource, token, holder)
            }
            operation => match operation.fence_of_write() {
                None => Ok(()),
                Some(fence) => {
                    let highest = self.0.get(&fence.resource).map_or(0, |(token, _)| *token);
                    if fence.token >= highest {
                        return Ok(());
                    }
                    let token = fence.token;
                    Err(format!(
                        "a write with token {token} was accepted after {highest} was given"
                    ))
                }
            },
        }
    }

    fn given(&mut self, resource: &str, token: u64, holder: &str) -> Result<(), String> {
        if let Some((highest, last)) = self.0.get(resource) {
            if token < *highest {
                return Err(format!("token {token} was given after {highest}"));
            }
            if token == *highest && last != holder {
                return Err(format!("token {token} was given to {last} and to {holder}"));
            }
        }
        self.0.insert(resource.to_owned(), (token, holder.to_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use motus_ledger::Fence;
    use serde_json::{Value, json};

    use super::super::operation::Append;
    use super::*;

    fn step(operation: Operation, answer: Value) -> Step {
        Step { worker: 0, life: 0, number: 0, now: 0, operation, answer }
    }

    fn given(token: u64, holder: &str) -> Step {
        let (resource, holder) = ("r".to_owned(), holder.to_owned());
        let operation = Operation::Acquire { resource, holder, ttl: 1 };
        step(operation, json!({ "lock": { "fencing_token": token } }))
    }

    fn written(token: u64, answer: Value) -> Step {
        let fence = Fence { resource: "r".to_owned(), holder: "a".to_owned(), token };
        let append = Append {
            run: "run".to_owned(),
            key: "k".to_owned(),
            kind: "k".to_owned(),
            payload: Value::Null,
            producer: "p".to_owned(),
            fence: Some(fence),
        };
        step(Operation::Append(append), answer)
    }

    fn check(steps: &[Step], found: &str) {
        let mut fencing = Fencing::default();
        let all: Result<(), String> = steps.iter().try_for_each(|step| fencing.observe(step));
        assert_eq!(all.err().unwrap_or_default(), found);
    }

    #[test]
    fn tokens_grow_and_old_ones_write_nothing() {
        let event = json!({ "event": {} });
        check(&[given(1, "a"), given(1, "a"), given(2, "b"), written(2, event.clone())], "");
        check(&[given(2, "a"), given(1, "a")], "token 1 was given after 2");
        check(&[given(1, "a"), given(1, "b")], "token 1 was given to a and to b");
        let found = "a write with token 1 was accepted after 2 was given";
        check(&[given(1, "a"), given(2, "b"), written(1, event)], found);
        check(&[given(2, "b"), written(1, json!({ "refused": "lock.fence_invalid" }))], "");
    }
}
