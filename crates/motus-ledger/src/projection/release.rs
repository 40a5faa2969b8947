//! The release of work, and what it adds to how the run ended.
//!
//! The run's own outcome counts; a release can refine a success to a partial one, and a close is
//! accepted when both agree. That is how 0.6.5 has it; 0.5.3 believed the release alone, so that a run
//! that was still open had an outcome, and one that was aborted could pass for a success.

use motus_json::{Object, Value};

use crate::projection::ProjectionError;
use crate::projection::observer::{Observer, payload};
use crate::{Event, Outcome, Run};

/// What the last `work.release` event says of how the work ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// Nothing: there is no such event, or its payload is empty.
    #[default]
    Absent,
    Success,
    Failure,
    /// Some of the work was done.
    Partial,
    /// It was abandoned, or how it ended is not said in a way that counts.
    Other,
}

impl Observer for Release {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        if event.schema_kind == "work.release" {
            *self = Self::read(&payload(event)?);
        }
        Ok(())
    }
}

impl Release {
    /// Reads the payload of a release; one that says nothing is none.
    pub(crate) fn read(payload: &Object) -> Self {
        if payload.is_empty() {
            return Self::Absent;
        }
        match payload.get("outcome").and_then(Value::as_str) {
            Some("success") => Self::Success,
            Some("failure") => Self::Failure,
            Some("partial") => Self::Partial,
            _ => Self::Other,
        }
    }

    /// Returns the outcome of a run with this release: none while it is open.
    pub(super) fn outcome(self, run: &Run) -> Option<&'static str> {
        run.closing.as_ref().map(|closing| self.refine(closing.outcome))
    }

    /// Returns the outcome of a run that ended so.
    pub(crate) fn refine(self, outcome: Outcome) -> &'static str {
        match (outcome, self) {
            (Outcome::Success, Self::Partial) => "partial",
            _ => outcome.as_str(),
        }
    }

    /// Tells whether a run that ended so came to an accepted end: a success that the release does not
    /// deny, or a failure that it confirms.
    pub(super) fn accepts(self, outcome: Outcome) -> bool {
        matches!(
            (outcome, self),
            (Outcome::Success, Self::Absent | Self::Success | Self::Partial)
                | (Outcome::Failure, Self::Failure)
        )
    }
}
