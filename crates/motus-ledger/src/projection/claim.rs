//! The claim that a run of work begins with.

use motus_json::Value;

use crate::projection::ProjectionError;
use crate::projection::observer::{Observer, payload};
use crate::projection::truth::is_truthy;
use crate::{Event, Run};

/// What the first `work.claim` event says of lease and work.
#[derive(Debug, Default)]
pub(super) struct Claim {
    is_seen: bool,
    lease_id: Option<Value>,
    work_id: Option<Value>,
}

impl Observer for Claim {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        if event.schema_kind == "work.claim" && !self.is_seen {
            let mut payload = payload(event)?;
            self.is_seen = true;
            self.lease_id = payload.remove("lease_id");
            self.work_id = payload.remove("work_id");
        }
        Ok(())
    }
}

impl Claim {
    /// Returns the lease as it was claimed, or null.
    pub(super) fn lease_id(&self) -> Value {
        self.lease_id.clone().into()
    }

    /// Returns the lease, or the run's identifier where none is said.
    pub(super) fn lease_id_or_run(&self, run: &Run) -> Value {
        said_or_run(self.lease_id.as_ref(), run)
    }

    /// Returns what is worked on, or the run's identifier where that is not said.
    pub(super) fn work_id_or_run(&self, run: &Run) -> Value {
        said_or_run(self.work_id.as_ref(), run)
    }
}

fn said_or_run(value: Option<&Value>, run: &Run) -> Value {
    let said = value.filter(|value| is_truthy(value));
    said.cloned().unwrap_or_else(|| run.id.as_str().into())
}
