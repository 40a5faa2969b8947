//! Adding what a plan says is missing; the rules were asked before.

use super::catalogue::Placement;
use super::exported_run::ExportedRun;
use super::plan::Plan;
use crate::kind::KindVersion;
use crate::{StoreError, WriteTransaction};

/// Adds a run, or the rest of one, and closes it when it came closed.
///
/// The plan is to be made in the same transaction.
pub fn apply(
    transaction: &mut dyn WriteTransaction,
    exported: &ExportedRun,
    plan: Plan,
) -> Result<(), StoreError> {
    let (from_seq, closes) = match plan {
        Plan::Contained => return Ok(()),
        Plan::Continues { from_seq, closes } => (from_seq, closes),
        Plan::New => {
            transaction.insert_run(exported.run())?;
            (1, !exported.run().is_open())
        }
    };
    for event in exported.events().iter().filter(|event| event.seq >= from_seq) {
        transaction.insert_event(event)?;
    }
    match &exported.run().closing {
        Some(closing) if closes => transaction.close_run(&exported.run().id, closing),
        _ => Ok(()),
    }
}

/// Adds a version of a kind where it belongs among those of its kind.
pub fn apply_kind(
    transaction: &mut dyn WriteTransaction,
    version: &KindVersion,
    placement: Placement,
) -> Result<(), StoreError> {
    match placement {
        Placement::Known => Ok(()),
        Placement::Newest => transaction.insert_kind_version(version),
        Placement::Older => transaction.insert_older_kind_version(version),
    }
}
