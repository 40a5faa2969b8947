//! The route summary: where the work of a run went.

use motus_json::{Object, Value};

use crate::projection::event_view::EventViews;
use crate::projection::observer::{Observer, gather};
use crate::projection::release::Release;
use crate::projection::{ProjectionError, find};
use crate::{Event, ReadTransaction, Run, RunId};

/// Projects the route summary of a run, open or closed.
///
/// Shape: `schema_version`, `run_id`, `status`, `outcome` (null while it is open), `route_events` (views
/// of the events of a kind `route.*`). Errors: `ledger.run_unknown`, `projection.payload_unreadable`.
pub fn route_summary(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<Object, ProjectionError> {
    let run = find(transaction, run_id)?;
    Ok(gather(transaction, run_id, Route::default())?.summary(&run))
}

/// The events of the route that were seen, and the release that the outcome depends on.
#[derive(Debug)]
pub(super) struct Route {
    events: EventViews,
    pub(super) release: Release,
}

impl Default for Route {
    fn default() -> Self {
        Self { events: EventViews::of_kinds("route."), release: Release::default() }
    }
}

impl Observer for Route {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        self.events.observe(event)?;
        self.release.observe(event)
    }
}

impl Route {
    /// Makes the summary of the run whose events were seen.
    pub(super) fn summary(self, run: &Run) -> Object {
        Object::from([
            ("schema_version", Value::from("motus.route_summary.projection.v1")),
            ("run_id", run.id.as_str().into()),
            ("status", run.status().into()),
            ("outcome", self.release.outcome(run).into()),
            ("route_events", self.events.views.into()),
        ])
    }
}
