//! One pass over a run's events, and what it keeps of them.

use std::ops::ControlFlow;

use motus_json::{Object, Value};

use crate::projection::ProjectionError;
use crate::{Event, ReadTransaction, RunId};

/// Keeps of a run's events what one projection speaks of.
pub(super) trait Observer {
    /// Takes in the next event of the run, in sequence order.
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError>;
}

/// Shows each event of a run to an observer, holding one at a time, and returns what it kept.
pub(super) fn gather<T: Observer>(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
    mut observer: T,
) -> Result<T, ProjectionError> {
    let mut failure = None;
    transaction.visit_events(run_id, &mut |event| match observer.observe(&event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failure.map_or(Ok(observer), Err)
}

/// Reads the payload of an event.
///
/// No writer stores anything but an object; what another hand put there instead counts as an empty
/// one, as in the published projections. Errors: `projection.payload_unreadable`.
pub(super) fn payload(event: &Event) -> Result<Object, ProjectionError> {
    match event.payload() {
        Ok(Value::Object(payload)) => Ok(payload),
        Ok(_) => Ok(Object::new()),
        Err(source) => Err(ProjectionError::PayloadUnreadable { seq: event.seq, source }),
    }
}
