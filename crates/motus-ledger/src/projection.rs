//! Projections: readings of a run that can always be derived again from its rows.

mod facts;
mod receipt;

use std::ops::ControlFlow;

use thiserror::Error;

pub use facts::RunFacts;
pub use receipt::receipt;

use crate::{ReadTransaction, RunId, StoreError};

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

/// Gathers what the projections of a run need, reading its events once.
pub fn gather(
    transaction: &dyn ReadTransaction,
    run_id: &RunId,
) -> Result<RunFacts, ProjectionError> {
    let run =
        transaction.run(run_id)?.ok_or_else(|| ProjectionError::RunUnknown(run_id.clone()))?;
    let mut facts = RunFacts::new(run);
    let mut failure = None;
    transaction.visit_events(run_id, &mut |event| match facts.observe(&event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failure.map_or(Ok(facts), Err)
}
