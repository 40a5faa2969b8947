//! What the work loop refuses, each with a stable code.

use thiserror::Error;

use crate::portable::story::StoryError;
use crate::projection::ProjectionError;
use crate::work::Party;
use crate::{LedgerError, RunId, StoreError, Timestamp};

/// Why a step of the work loop was refused or failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkError {
    /// Somebody works on this task, or holds what the claim names.
    #[error("{}", held_message(.0))]
    Held(Box<Holding>),
    /// No claim has this lease.
    #[error("lease not found: {0}")]
    LeaseNotFound(String),
    /// The claim was released before.
    #[error("lease is closed: {0}")]
    LeaseClosed(String),
    /// The claim's time was up.
    #[error("lease has expired: {0}")]
    LeaseExpired(String),
    /// Somebody else has, or had since, what the claim held.
    #[error("lease lost its lock of {resource} to somebody else: {lease_id}")]
    LockLost {
        /// The lease.
        lease_id: String,
        /// What it held.
        resource: String,
    },
    /// The claim was released before, in another way.
    #[error("lease was released before {said}: {lease_id}")]
    ReleaseConflict {
        /// The lease.
        lease_id: String,
        /// Its run.
        run_id: RunId,
        /// How it was released: as what, or to whom it was handed where only that differs.
        said: String,
    },
    /// Work of which nothing shows anything cannot be handed over.
    #[error("a hand-off needs evidence that says something, and this lease has none: {0}")]
    HandOffWithoutEvidence(String),
    /// The run is open, or was not handed to anybody.
    #[error("run was not handed over: {0}")]
    NotHandedOver(RunId),
    /// Only the receiver of a hand-off accepts it, or goes on with it.
    #[error("run was handed to {receiver}, not to {asking}: {run_id}")]
    NotReceiver {
        /// The run that was handed over.
        run_id: RunId,
        /// To whom.
        receiver: Party,
        /// Who asked: a party, or an agent by its name.
        asking: String,
    },
    /// What was handed over is another task.
    #[error("run was handed over as {work_id}, not as {asked}: {run_id}")]
    OtherTask {
        /// The run that was handed over.
        run_id: RunId,
        /// Its task.
        work_id: String,
        /// The task that was asked for.
        asked: String,
    },
    /// A text is longer than is taken.
    #[error("{field} is longer than {limit} bytes")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// The longest that is taken, in bytes.
        limit: usize,
    },
    /// A list is longer than is taken.
    #[error("there are more than {limit} of {field}")]
    TooMany {
        /// What of.
        field: &'static str,
        /// The most that are taken.
        limit: usize,
    },
    /// A name holds what looks like a credential.
    #[error("{field} holds what looks like a credential")]
    SecretInName {
        /// Which name.
        field: &'static str,
    },
    /// A projection of the run could not be made.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// A run could not be told.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// A rule of the ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Who holds what a claim asks for, and until when.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// What is held, such as `task:T1`.
    pub resource: String,
    /// The lease that holds it, or the holder of a lock.
    pub holder: String,
    /// The agent of the lease, when it is one.
    pub agent_id: Option<String>,
    /// The run of the lease, when it is one.
    pub run_id: Option<RunId>,
    /// Until when, if nothing else happens.
    pub until: Timestamp,
}

impl WorkError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held(_) => "work.held",
            Self::LeaseNotFound(_) => "work.lease_not_found",
            Self::LeaseClosed(_) => "work.lease_closed",
            Self::LeaseExpired(_) | Self::LockLost { .. } => "work.lease_expired",
            Self::ReleaseConflict { .. } => "work.release_conflict",
            Self::HandOffWithoutEvidence(_) => "work.handoff_without_evidence",
            Self::NotHandedOver(_) => "work.not_handed_over",
            Self::NotReceiver { .. } => "work.not_receiver",
            Self::OtherTask { .. } => "work.other_task",
            Self::TooLong { .. } => "work.text_too_long",
            Self::TooMany { .. } => "work.too_many",
            Self::SecretInName { .. } => "work.secret_in_name",
            Self::Projection(error) => error.code(),
            Self::Story(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }

    /// Returns the word that a document tells a refusal by; nothing for what is no refusal of the loop.
    pub fn reason_code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Held(_) => "HELD",
            Self::LeaseNotFound(_) => "LEASE_NOT_FOUND",
            Self::LeaseClosed(_) => "LEASE_CLOSED",
            Self::LeaseExpired(_) | Self::LockLost { .. } => "LEASE_EXPIRED",
            Self::ReleaseConflict { .. } => "RELEASE_CONFLICT",
            Self::HandOffWithoutEvidence(_) => "HANDOFF_WITHOUT_EVIDENCE",
            Self::NotHandedOver(_) => "NOT_HANDED_OVER",
            Self::NotReceiver { .. } => "NOT_RECEIVER",
            Self::OtherTask { .. } => "OTHER_TASK",
            _ => return None,
        })
    }
}

fn held_message(holding: &Holding) -> String {
    let Holding { resource, holder, agent_id, until, .. } = holding;
    let agent = agent_id.as_ref().map(|agent| format!(" ({agent})")).unwrap_or_default();
    format!("{resource} is held by {holder}{agent} until {until}")
}

impl From<StoreError> for WorkError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(error.into())
    }
}
