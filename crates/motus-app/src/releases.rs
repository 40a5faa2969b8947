//! Governed releases on disk: scaffolded, synchronized, validated, finalized, shown.
//!
//! What is right and what is generated, the ledger says; here its documents are read and written. Reading
//! never goes through a link and leaves no trace. What changes a workspace has it alone, writes each file
//! whole, and completes what an earlier attempt that was killed has begun.

mod error;
mod finalize;
mod pin;
mod reading;
mod show;
mod workspace;
mod writing;

pub use error::ReleaseError;
pub use finalize::{Finalized, Finalizing, How, Recorder, finalize};
pub use pin::Pinned;
pub use show::{Next, Shown, show};
pub use workspace::{OUTPUT_DIRECTORY, Workspace, root_of};
pub use writing::{Written, scaffold, sync};

use motus_ledger::release::{self, FINAL_RECEIPT, FinalReceipt};
use motus_store::StorePlace;

/// Checks a workspace, and changes nothing anywhere.
///
/// A final receipt is not asked for; what is wrong with one that is there is returned. Errors: the first rule
/// that is broken, and what cannot be read.
pub fn validate(workspace: &Workspace) -> Result<Option<ReleaseError>, ReleaseError> {
    let tree = reading::tree(workspace)?;
    release::validate(&tree, workspace.id()).map_err(workspace.refused())?;
    if tree.entry(FINAL_RECEIPT).is_none() {
        return Ok(None);
    }
    let receipt = release::validate_final(&tree, workspace.id());
    Ok(receipt.err().map(workspace.refused()))
}

/// Checks a workspace with its final receipt, and compares that with what was recorded.
///
/// Nothing is changed but in the directory of temporary files, where a Store that has a log is copied to be
/// read. Errors: those of [`validate`], and those of the receipt.
pub fn validate_final(
    workspace: &Workspace,
    store: &StorePlace,
) -> Result<(FinalReceipt, Pinned), ReleaseError> {
    let tree = reading::tree(workspace)?;
    let receipt = release::validate_final(&tree, workspace.id()).map_err(workspace.refused())?;
    let pinned = pin::look_up(workspace, store, Some(&receipt));
    Ok((receipt, pinned))
}
