//! Why a step of the work loop did not happen.

use motus_ledger::work::WorkError;
use motus_ledger::{LedgerError, StoreError};
use thiserror::Error;

use crate::runs::RunError;

/// Why a step of the work loop was refused or failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkFailure {
    /// A rule refused it, or the Store failed.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// The run that is named is not found.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl WorkFailure {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Work(error) => error.code(),
            Self::Run(error) => error.code(),
        }
    }

    /// Returns what the person can do, where more is known of that than the code says.
    pub fn hint(&self) -> Option<String> {
        let Self::Work(error) = self else { return None };
        Some(match error {
            WorkError::NotReceiver { receiver, .. } => format!(
                "{receiver} accepts it with --as {receiver}, and goes on with it as --agent {}",
                receiver.id()
            ),
            WorkError::LockLost { lease_id, .. } => format!(
                "give it up with `motus work release {lease_id} aborted`, and claim the task anew"
            ),
            WorkError::OtherTask { work_id, .. } => {
                format!("leave the task out, or claim {work_id}")
            }
            _ => return None,
        })
    }

    /// Returns the rule's refusal, when it is one.
    pub fn refusal(&self) -> Option<&WorkError> {
        match self {
            Self::Work(error) if error.reason_code().is_some() => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for WorkFailure {
    fn from(error: StoreError) -> Self {
        Self::Work(error.into())
    }
}

impl From<LedgerError> for WorkFailure {
    fn from(error: LedgerError) -> Self {
        Self::Work(error.into())
    }
}
