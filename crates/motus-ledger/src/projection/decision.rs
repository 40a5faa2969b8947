//! Decisions: what was decided in a run.

use motus_json::{Object, Value};

use crate::projection::observer::{Observer, gather, payload};
use crate::projection::truth::is_truthy;
use crate::projection::{ProjectionError, find};
use crate::{Event, ReadTransaction, RunId};

/// Projects the decisions of a run: one object for each event of a kind `decision.*`, in sequence order.
///
/// Shape: `decision_id`, `decision_type` (the kind behind its prefix), `decision`, `recorded_at`,
/// `producer_id`, `payload`, `schema_hash`, `payload_hash`. What was decided is the payload's
/// `decision`, `summary` or `message`, the first that is said, else the kind. Errors:
/// `ledger.run_unknown`, `projection.payload_unreadable`.
pub fn decisions(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<Vec<Value>, ProjectionError> {
    find(transaction, run_id)?;
    Ok(gather(transaction, run_id, Decisions::default())?.items)
}

/// The decisions that were seen.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) items: Vec<Value>,
}

impl Observer for Decisions {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        if let Some(decision_type) = event.schema_kind.strip_prefix("decision.") {
            self.items.push(Value::Object(item(event, decision_type, payload(event)?)));
        }
        Ok(())
    }
}

fn item(event: &Event, decision_type: &str, payload: Object) -> Object {
    Object::from([
        ("decision_id", Value::from(event.id.as_str())),
        ("decision_type", decision_type.into()),
        ("decision", decided(event, &payload)),
        ("recorded_at", event.ts.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("payload", payload.into()),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
    ])
}

fn decided(event: &Event, payload: &Object) -> Value {
    let said = ["decision", "summary", "message"].into_iter().filter_map(|name| payload.get(name));
    let first = said.into_iter().find(|value| is_truthy(value));
    first.cloned().unwrap_or_else(|| event.schema_kind.as_str().into())
}
