//! What the Store knows of a final receipt, read without a trace.

use motus_ledger::release::{FinalReceipt, Pin, Standing, standing};
use motus_ledger::{RunId, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

use super::Workspace;

/// How a final receipt stands to what was recorded of it.
#[derive(Debug)]
pub struct Pinned {
    /// The verdict.
    pub pin: Pin,
    /// The run that recorded a receipt, or that was begun to do so.
    pub run_id: Option<RunId>,
    /// The digest of the receipt that was recorded.
    pub recorded_hash: Option<String>,
    /// Why the Store could not be asked, when there is one.
    pub unreadable: Option<StoreError>,
}

/// Looks a final receipt up, or that there is none.
pub(super) fn look_up(
    workspace: &Workspace,
    store: &StorePlace,
    receipt: Option<&FinalReceipt>,
) -> Pinned {
    let (standing, unreadable) = match read(workspace, store) {
        Ok(standing) => (standing, None),
        Err(error) => (Standing::Unknown, Some(error)),
    };
    let pin = standing.judge(receipt);
    let (run_id, recorded_hash) = match standing {
        Standing::Unknown => (None, None),
        Standing::Begun(run) => (Some(run.id), None),
        Standing::Recorded(recorded) => (Some(recorded.run.id), Some(recorded.receipt_hash)),
    };
    Pinned { pin, run_id, recorded_hash, unreadable }
}

/// Reads a copy: where a Store is read in place, SQLite keeps its index beside it up to date.
fn read(workspace: &Workspace, store: &StorePlace) -> Result<Standing, StoreError> {
    if !store.is_there()? {
        return Ok(Standing::Unknown);
    }
    let mut copy = SqliteStore::open_copy(store)?;
    let transaction = copy.begin_read()?;
    standing(&*transaction, &workspace.pin_key(store))
}
