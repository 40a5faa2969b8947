//! What the Store knows of a final receipt, read without a trace.

use std::path::PathBuf;

use motus_ledger::release::{FinalReceipt, Pin, Standing, standing};
use motus_ledger::{RunId, StoreError, Timestamp};
use motus_store::StorePlace;

use super::Workspace;
use crate::reading::read_traceless;

/// How a final receipt stands to what was recorded of it.
#[derive(Debug)]
pub struct Pinned {
    /// The verdict.
    pub pin: Pin,
    /// The run that recorded a receipt, or that was begun to do so.
    pub run_id: Option<RunId>,
    /// The digest of the receipt that was recorded.
    pub recorded_hash: Option<String>,
    /// When the receipt was made that was recorded, if that was recorded, too.
    pub recorded_at: Option<Timestamp>,
    /// The Store that was asked.
    pub store: PathBuf,
    /// Whether there is no such Store.
    pub store_is_missing: bool,
    /// Why the Store could not be asked, when there is one.
    pub unreadable: Option<StoreError>,
}

/// Looks a final receipt up, or that there is none.
pub(super) fn look_up(
    workspace: &Workspace,
    store: &StorePlace,
    receipt: Option<&FinalReceipt>,
) -> Pinned {
    let read = read(workspace, store);
    let store_is_missing = matches!(read, Ok(None));
    let (standing, unreadable) = match read {
        Ok(standing) => (standing.unwrap_or(Standing::Unknown), None),
        Err(error) => (Standing::Unknown, Some(error)),
    };
    let mut pinned = Pinned {
        pin: standing.judge(receipt),
        run_id: None,
        recorded_hash: None,
        recorded_at: None,
        store: store.path().to_owned(),
        store_is_missing,
        unreadable,
    };
    match standing {
        Standing::Unknown => {}
        Standing::Begun(run) => pinned.run_id = Some(run.id),
        Standing::Recorded(recorded) => {
            pinned.run_id = Some(recorded.run.id);
            pinned.recorded_hash = Some(recorded.receipt_hash);
            pinned.recorded_at = recorded.timestamp;
        }
    }
    pinned
}

/// Returns what the Store knows; nothing when it is not there.
fn read(workspace: &Workspace, store: &StorePlace) -> Result<Option<Standing>, StoreError> {
    if !store.is_there()? {
        return Ok(None);
    }
    let key = workspace.pin_key(store);
    read_traceless(store, |transaction| standing(transaction, &key)).map(Some)
}
