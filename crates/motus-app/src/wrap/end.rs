//! Where the end of a run goes: into the Store, else into the spool, else to whoever reads stderr.

use std::path::PathBuf;

use motus_fs::FileError;
use motus_json::canonical;
use motus_ledger::LedgerError;
use motus_store::{SqliteStore, StorePlace};

use crate::EndJournal;

/// Where the end of a run was recorded.
#[derive(Debug)]
pub enum Recorded {
    /// In the Store.
    InStore,
    /// In a file that `motus doctor --fix` records later.
    Spooled {
        /// The file.
        file: PathBuf,
        /// Why the Store did not take it.
        cause: LedgerError,
    },
    /// Nowhere: the caller has to show it.
    Unwritten {
        /// The record, on one line.
        line: String,
        /// Why the Store did not take it.
        cause: LedgerError,
        /// Why the spool did not take it.
        spool_cause: FileError,
    },
}

pub(super) fn record(journal: &EndJournal, store: &mut SqliteStore) -> Recorded {
    // The command had the files, and may have changed them.
    let looked = store.look_again().map_err(LedgerError::from);
    let Err(cause) = looked.and_then(|()| journal.record(store)) else {
        return Recorded::InStore;
    };
    match write_spool(journal, store.place()) {
        Ok(file) => Recorded::Spooled { file, cause },
        Err(spool_cause) => {
            let line = canonical::store::write(&journal.to_value());
            Recorded::Unwritten { line, cause, spool_cause }
        }
    }
}

fn write_spool(journal: &EndJournal, place: &StorePlace) -> Result<PathBuf, FileError> {
    let spool = place.create_spool()?;
    spool.replace_private(&journal.file_name(), journal.to_text().as_bytes())?;
    Ok(journal.file_in(&place.spool()))
}
