//! The handoff: what a run says to the one that goes on with its work.

use motus_json::{Object, Value};

use crate::projection::event_view::EventViews;
use crate::projection::observer::gather;
use crate::projection::{ProjectionError, find};
use crate::{ReadTransaction, RunId};

/// Projects the handoff of a run, to a child when it is known which run that is.
///
/// Shape: `schema_version`, `parent_run_id`, `child_run_id` (or null), `handoff_events` (views of the
/// parent's events of a kind `handoff.*`). The child must be there; nothing else is read of it. Errors:
/// `ledger.run_unknown`, `projection.payload_unreadable`.
pub fn handoff(
    transaction: &dyn ReadTransaction,
    parent: &RunId,
    child: Option<&RunId>,
) -> Result<Object, ProjectionError> {
    find(transaction, parent)?;
    let child = child.map(|child| find(transaction, child)).transpose()?;
    let events = gather(transaction, parent, EventViews::of_kinds("handoff."))?;
    Ok(Object::from([
        ("schema_version", Value::from("motus.handoff.projection.v1")),
        ("parent_run_id", parent.as_str().into()),
        ("child_run_id", child.as_ref().map(|child| child.id.as_str()).into()),
        ("handoff_events", events.views.into()),
    ]))
}
