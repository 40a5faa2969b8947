//! How far a release is, and what to do next.

use motus_ledger::release::{FinalReceipt, Overview, Pin, Refusal, Tree, final_hash, overview};
use motus_store::StorePlace;

use super::{Pinned, ReleaseError, Workspace, pin, reading};

/// A release as somebody sees it who wants to know what to do next.
#[derive(Debug)]
pub struct Shown {
    /// What its documents say.
    pub overview: Overview,
    /// What the Store says of its final receipt.
    pub pinned: Pinned,
    /// What to do next.
    pub next: Next,
}

/// What to do next with a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Write what is missing into the source; then synchronize.
    FillIn,
    /// Synchronize.
    Sync,
    /// Mend what synchronizing would refuse, see [`Overview::hindrance`]; then synchronize.
    Mend,
    /// Move what nothing generates elsewhere; then validate.
    MoveStrays,
    /// Restore what was finalized, which no command does; then validate.
    Restore,
    /// Finalize, or complete what was begun.
    Finalize,
    /// Nothing is left but to check it from time to time.
    Check,
}

/// Looks at a release, and changes nothing.
///
/// Errors: a source without which nothing can be told, and what cannot be read.
pub fn show(workspace: &Workspace, store: &StorePlace) -> Result<Shown, ReleaseError> {
    let tree = reading::tree(workspace)?;
    let overview = overview(&tree, workspace.id()).map_err(workspace.refused())?;
    let receipt = overview.finalized.as_ref().and_then(|receipt| receipt.as_ref().ok());
    let pinned = pin::look_up(workspace, store, receipt);
    let is_lost = overview.finalized.is_none() && is_lost(&tree, workspace, &pinned);
    let next = if is_lost { Next::Restore } else { next(&overview, receipt, &pinned) };
    Ok(Shown { overview, pinned, next })
}

/// Tells of a receipt that was recorded and is gone whether the source would give another one by now.
fn is_lost(tree: &Tree, workspace: &Workspace, pinned: &Pinned) -> bool {
    let Some(recorded) = &pinned.recorded_hash else { return false };
    let again = pinned.recorded_at.as_ref().map(|at| final_hash(tree, workspace.id(), at));
    again.and_then(Result::ok).as_ref() != Some(recorded)
}

fn next(overview: &Overview, receipt: Option<&FinalReceipt>, pinned: &Pinned) -> Next {
    match (&overview.finalized, &overview.refusal) {
        (Some(_), _) if receipt.is_none() || pinned.pin == Pin::Changed => Next::Restore,
        (Some(_), _) if pinned.pin == Pin::Ok || pinned.unreadable.is_some() => Next::Check,
        (Some(_), _) => Next::Finalize,
        (None, Some(Refusal::Stray { .. })) => Next::MoveStrays,
        (None, Some(_)) if overview.hindrance.is_some() => Next::Mend,
        (None, Some(_)) => Next::Sync,
        (None, None) if overview.open_closeout.is_empty() => Next::Finalize,
        (None, None) => Next::FillIn,
    }
}
