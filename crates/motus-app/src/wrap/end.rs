//! Where the end of a run goes: into the Store, else into the spool, else to whoever reads stderr.

use std::path::{Path, PathBuf};

use motus_fs::{FileError, create_private_directory, replace};
use motus_json::canonical;
use motus_ledger::LedgerError;
use motus_store::SqliteStore;

use crate::EndJournal;

/// Where the end of a run was recorded.
#[derive(Debug)]
#[non_exhaustive]
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
    let Err(cause) = journal.record(store) else {
        return Recorded::InStore;
    };
    let spool = store.place().spool();
    match write_spool(journal, &spool) {
        Ok(file) => Recorded::Spooled { file, cause },
        Err(spool_cause) => {
            let line = canonical::store::write(&journal.to_value());
            Recorded::Unwritten { line, cause, spool_cause }
        }
    }
}

fn write_spool(journal: &EndJournal, spool: &Path) -> Result<PathBuf, FileError> {
    create_private_directory(spool)?;
    let file = journal.file_in(spool);
    replace(&file, journal.to_text().as_bytes())?;
    Ok(file)
}
