//! Why a run has no portable form, each with a stable code.

use motus_json::ReadError;
use thiserror::Error;

use crate::StoreError;

/// Why a run has no portable form.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoryError {
    /// The run is open.
    #[error("run is still open: {0}")]
    RunOpen(String),
    /// A stored payload is not JSON.
    #[error("payload of event {seq} is not readable: {source}")]
    PayloadUnreadable {
        /// The event's place in the run.
        seq: u64,
        /// What the reader met.
        source: ReadError,
    },
    /// A stored payload is not the one that was recorded.
    #[error("payload of event {seq} does not have its recorded digest")]
    PayloadAltered {
        /// The event's place in the run.
        seq: u64,
    },
    /// An identifier names a path or a credential, and cannot be another.
    #[error("identifier of {0} is an absolute path or a credential")]
    IdentifierUnfit(&'static str),
    /// Who did the work cannot be said so.
    #[error("{0}")]
    ActorInvalid(String),
    /// The Store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoryError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RunOpen(_) => "projection.run_open",
            Self::PayloadUnreadable { .. } => "projection.payload_unreadable",
            Self::PayloadAltered { .. } => "projection.payload_altered",
            Self::IdentifierUnfit(_) => "receipt.identifier_unfit",
            Self::ActorInvalid(_) => "receipt.actor_invalid",
            Self::Store(error) => error.code(),
        }
    }

    /// Tells whether a stored payload says nothing that can be relied on.
    pub fn is_of_payload(&self) -> bool {
        matches!(self, Self::PayloadUnreadable { .. } | Self::PayloadAltered { .. })
    }
}
