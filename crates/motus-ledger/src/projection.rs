//! Projections: readings of a run that can always be derived again from its rows.
//!
//! Each is one function of a view of the Store and a run, and reads the run's events once; what it
//! says depends on nothing else. An [`observer`] keeps of each event what its projection speaks of, so
//! that memory does not grow with the others.
//!
//! Source: the published projections of 0.5.3, with the outcome and the acceptance of 0.6.5; where the
//! two differ stands in [`release`].

mod claim;
mod decision;
mod event_view;
mod evidence;
mod findings;
mod handoff;
mod observer;
mod packet;
mod receipt;
mod release;
mod route;
mod truth;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub(crate) use release::Release;

pub use decision::decisions;
pub use evidence::evidence;
pub use handoff::handoff;
pub use packet::work_packet;
pub use receipt::{receipt, receipt_id};
pub use route::route_summary;

use crate::{ReadTransaction, Run, RunId, StoreError};

/// Why a projection could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// No run has this identifier.
    #[error("run not found: {0}")]
    RunUnknown(RunId),
    /// The run is open, and an open run has no receipt.
    #[error("run is still open: {0}")]
    RunOpen(RunId),
    /// A stored payload is not JSON.
    #[error("payload of event {seq} is not readable: {source}")]
    PayloadUnreadable {
        /// The event's place in the run.
        seq: u64,
        /// What the reader met.
        source: motus_json::ReadError,
    },
    /// The Store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ProjectionError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RunUnknown(_) => "ledger.run_unknown",
            Self::RunOpen(_) => "projection.run_open",
            Self::PayloadUnreadable { .. } => "projection.payload_unreadable",
            Self::Store(error) => error.code(),
        }
    }
}

/// Finds a run that must be there.
fn find(transaction: &dyn ReadTransaction, run_id: &RunId) -> Result<Run, ProjectionError> {
    transaction.run(run_id)?.ok_or_else(|| ProjectionError::RunUnknown(run_id.clone()))
}
