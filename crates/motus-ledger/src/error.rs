//! What the ledger's rules refuse, each with a stable code.

use thiserror::Error;

use crate::{Lock, RefusedFence, RunId, StoreError};

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
    /// A lock was asked for no time, or for longer than times can be spelled.
    #[error("{}", ttl_message(*seconds))]
    TtlInvalid {
        /// The seconds asked for.
        seconds: i64,
    },
    /// Somebody else holds the lock.
    #[error("resource lock is held by {} until {}: {}", .0.holder, .0.expires_at, .0.resource)]
    LockHeld(Box<Lock>),
    /// Nobody ever locked this resource.
    #[error("resource lock is missing: {0}")]
    LockMissing(String),
    /// The lock is not, or no longer, held with this holder and token.
    #[error("resource lock fencing token is invalid: {0}")]
    FenceInvalid(Box<RefusedFence>),
    /// The resource was locked more often than tokens can count.
    #[error("resource lock has no token left: {resource}")]
    TokensExhausted {
        /// What is locked.
        resource: String,
    },
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
            Self::TtlInvalid { .. } => "lock.ttl_invalid",
            Self::LockHeld(_) => "lock.held",
            Self::LockMissing(_) => "lock.missing",
            Self::FenceInvalid(_) => "lock.fence_invalid",
            Self::TokensExhausted { .. } => "lock.tokens_exhausted",
            Self::Schema(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

fn ttl_message(seconds: i64) -> String {
    if seconds > 0 {
        return format!("ttl_seconds is too large: {seconds}");
    }
    "ttl_seconds must be positive".to_owned()
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
