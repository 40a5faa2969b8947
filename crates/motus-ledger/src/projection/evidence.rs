//! Evidence: what a run shows for what it did.

use motus_json::{Object, Value};

use crate::projection::observer::{Observer, gather, payload};
use crate::projection::{ProjectionError, find};
use crate::{Event, ReadTransaction, RunId};

/// Projects the evidence of a run: one object for each event of a kind `evidence.*`, in sequence order.
///
/// Shape: `evidence_id`, `evidence_type` (the kind behind its prefix), `recorded_at`, `producer_id`,
/// `payload`, `schema_hash`, `payload_hash`. Errors: `ledger.run_unknown`,
/// `projection.payload_unreadable`.
pub fn evidence(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<Vec<Value>, ProjectionError> {
    find(transaction, run_id)?;
    Ok(gather(transaction, run_id, Evidence::default())?.items)
}

/// The evidence that was seen.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) items: Vec<Value>,
}

impl Observer for Evidence {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        if let Some(evidence_type) = event.schema_kind.strip_prefix("evidence.") {
            self.items.push(Value::Object(item(event, evidence_type, payload(event)?)));
        }
        Ok(())
    }
}

fn item(event: &Event, evidence_type: &str, payload: Object) -> Object {
    Object::from([
        ("evidence_id", Value::from(event.id.as_str())),
        ("evidence_type", evidence_type.into()),
        ("recorded_at", event.ts.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("payload", payload.into()),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
    ])
}
