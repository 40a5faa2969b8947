//! What the ledger's rules refuse, each with a stable code.

use thiserror::Error;

use crate::{RunId, StoreError};

/// Why an operation on the ledger was refused or failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A required text was empty or blank.
    #[error("{field} is required")]
    FieldRequired {
        /// The name of the argument.
        field: &'static str,
    },
    /// No run has this identifier.
    #[error("run not found: {0}")]
    RunUnknown(RunId),
    /// The run's key was used before for another run.
    #[error("start_run idempotency key reused with different payload")]
    StartConflict,
    /// The event's key was used before for another event of the run.
    #[error("log_event idempotency key reused with different payload")]
    EventConflict,
    /// The run is closed and accepts no more events.
    #[error("cannot append event to closed run")]
    RunClosed,
    /// The run was closed before, in another way.
    #[error("run is already closed")]
    CloseConflict,
    /// A kind or a payload does not satisfy the schema rules.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The Store could not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LedgerError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FieldRequired { .. } => "ledger.field_required",
            Self::RunUnknown(_) => "ledger.run_unknown",
            Self::StartConflict => "ledger.start_conflict",
            Self::EventConflict => "ledger.event_conflict",
            Self::RunClosed => "ledger.run_closed",
            Self::CloseConflict => "ledger.close_conflict",
            Self::Schema(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

/// Why a kind or a payload was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The schema itself is not one that a kind may have.
    #[error("{0}")]
    Invalid(String),
    /// The schema changes the kind in a way that is not additive.
    #[error("schema evolution {0}")]
    Evolution(String),
    /// No version of this kind is registered.
    #[error("schema kind is not registered: {kind}")]
    KindUnknown {
        /// The kind asked for.
        kind: String,
    },
    /// This version of the kind is not registered.
    #[error("schema version is not registered: {kind} {hash}")]
    VersionUnknown {
        /// The kind asked for.
        kind: String,
        /// The version asked for.
        hash: String,
    },
    /// The payload does not satisfy its kind's schema.
    #[error("{0}")]
    Payload(String),
}

impl SchemaError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "kind.schema_invalid",
            Self::Evolution(_) => "kind.evolution_refused",
            Self::KindUnknown { .. } => "kind.unknown",
            Self::VersionUnknown { .. } => "kind.version_unknown",
            Self::Payload(_) => "kind.payload_invalid",
        }
    }
}
