//! Why something was not done to a release.

use std::path::{Path, PathBuf};

use motus_fs::{FileError, JailError};
use motus_ledger::release::{FINAL_RECEIPT, IdError, METRICS_TEMPLATE, Refusal, SOURCE};
use motus_ledger::{LedgerError, RunId, StoreError};
use thiserror::Error;

/// Why something was refused or failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The name is none of a release.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A rule is broken.
    #[error("{}", refusal.message(&|path| place(workspace, path)))]
    Refused {
        /// The rule.
        refusal: Refusal,
        /// Where the release is.
        workspace: PathBuf,
    },
    /// There is a final receipt, and it is not one that could be recorded.
    #[error("final receipt already exists: {}", path.display())]
    Unsound {
        /// The receipt.
        path: PathBuf,
        /// Why it does not hold.
        source: Box<Self>,
    },
    /// Something stands where a directory belongs.
    #[error("{} is {found}, not a directory", path.display())]
    NotADirectory {
        /// Where.
        path: PathBuf,
        /// What it is, such as `a link`.
        found: String,
    },
    /// Another process changes the workspace.
    #[error("another process is changing this release: {}", .0.display())]
    Busy(PathBuf),
    /// Another final receipt was recorded before, and is not there any more.
    #[error(
        "release {release} was finalized before, with another receipt: {receipt_hash} in {run_id}"
    )]
    Recorded {
        /// The release.
        release: String,
        /// The digest of the receipt that was recorded.
        receipt_hash: String,
        /// The run that recorded it.
        run_id: RunId,
    },
    /// The final receipt is not the one that was recorded.
    #[error("final receipt is not the one that was recorded in {run_id}: {}", path.display())]
    PinChanged {
        /// The receipt.
        path: PathBuf,
        /// The run that recorded another one.
        run_id: RunId,
    },
    /// The final receipt is there, and the Store does not know of it yet.
    #[error("final receipt is there and could not be recorded: {}", path.display())]
    Unrecorded {
        /// The receipt.
        path: PathBuf,
        /// Why not.
        source: LedgerError,
    },
    /// A file or a directory cannot be read or written.
    #[error(transparent)]
    File(#[from] JailError),
    /// The Store cannot be used, or refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl ReleaseError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Id(error) => error.code(),
            Self::Refused { refusal, .. } => refusal.code(),
            Self::Unsound { .. } => "release.final_exists",
            Self::NotADirectory { .. } => "release.not_a_directory",
            Self::Busy(_) => "release.busy",
            Self::Recorded { .. } => "release.recorded",
            Self::PinChanged { .. } => "release.pin_changed",
            Self::Unrecorded { .. } => "release.unrecorded",
            Self::File(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }
}

impl ReleaseError {
    /// Returns what a person can do, where more is known than the code says.
    pub fn hint(&self) -> Option<&'static str> {
        let Self::Refused { refusal, .. } = self else { return None };
        match refusal {
            Refusal::Missing { path, .. } => Some(on_missing(path)),
            Refusal::Unreadable { path, .. } => Some(on_unreadable(path)),
            _ => None,
        }
    }

    /// Returns what is wrong one by one, where the message only names it.
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Refused { refusal, .. } => refusal.details(),
            _ => Vec::new(),
        }
    }
}

fn on_missing(path: &str) -> &'static str {
    match path {
        SOURCE => {
            "make a workspace with `motus release scaffold`, or restore the source of one, from version control for instance"
        }
        FINAL_RECEIPT => {
            "make it with `motus release finalize`, which makes one that was recorded and is gone once more"
        }
        _ => "make the generated files with `motus release sync`",
    }
}

fn on_unreadable(path: &str) -> &'static str {
    match path {
        SOURCE => {
            "mend it, or restore it, from version control for instance: no command makes it once more"
        }
        FINAL_RECEIPT => {
            "restore the final receipt that was made, from version control for instance"
        }
        METRICS_TEMPLATE => {
            "mend it, so that nothing that was filled in is lost, or move it away; then `motus release sync`"
        }
        _ => "move what stands there away; `motus release sync` makes it anew",
    }
}

/// Returns where something of a workspace is; `""` is the workspace itself.
fn place(workspace: &Path, path: &str) -> String {
    let place = if path.is_empty() { workspace.to_owned() } else { workspace.join(path) };
    place.display().to_string()
}

impl From<FileError> for ReleaseError {
    fn from(error: FileError) -> Self {
        Self::File(error.into())
    }
}

impl From<StoreError> for ReleaseError {
    fn from(error: StoreError) -> Self {
        Self::Ledger(error.into())
    }
}
