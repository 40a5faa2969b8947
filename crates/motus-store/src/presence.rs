//! Noticing that the files of an open Store are no longer those in its place.

use std::path::Path;

use motus_fs::{FileIdentity, blank, inspect};
use motus_ledger::StoreError;

use crate::StorePlace;
use crate::error::{from_file, moved};

/// No index of a log of less than half a gigabyte is longer, in bytes: it may have grown since it was looked at.
const LONG: u64 = 1 << 20;

/// Which files a connection works on.
///
/// Files that were removed or moved take writes as before, and nobody finds them again.
#[derive(Debug)]
pub(crate) struct Presence {
    database: FileIdentity,
    /// The log and its shared index, once they are there: they come with a first write.
    others: [Option<FileIdentity>; 2],
    /// The length of the shared index, which no connection makes shorter while another one is there.
    index_bytes: u64,
}

impl Presence {
    /// Looks which files are there now.
    pub(crate) fn look(place: &StorePlace) -> Result<Self, StoreError> {
        let database = identity(place.path())?.ok_or_else(|| moved(place.path()))?;
        let index = inspect(&place.shm()).map_err(from_file)?;
        let others = [identity(&place.wal())?, index.map(|found| found.identity)];
        Ok(Self { database, others, index_bytes: index.map_or(0, |found| found.bytes) })
    }

    /// Refuses when they are not those of the first look, or the index was cut short; asks by path alone.
    pub(crate) fn confirm(&mut self, place: &StorePlace) -> Result<(), StoreError> {
        let now = Self::look(place).map_err(|_| moved(place.path()))?;
        let are_same = |(before, now): (&Option<_>, &Option<_>)| before.is_none() || before == now;
        let same_others = self.others.iter().zip(&now.others).all(are_same);
        if now.database != self.database || !same_others || now.index_bytes < self.index_bytes {
            return Err(moved(place.path()));
        }
        *self = now;
        Ok(())
    }

    /// Makes an index whole that was cut short; whoever looks into it then makes it anew, from the log.
    ///
    /// It is memory that is shared with whoever may write the file: what is missing of it ends whoever looks there.
    pub(crate) fn mend_index(&self, place: &StorePlace) -> Result<(), StoreError> {
        let found = inspect(&place.shm()).map_err(from_file)?;
        let is_cut = found.is_some_and(|found| found.bytes < self.index_bytes);
        match (is_cut, self.others) {
            (true, [_, Some(known)]) => {
                blank(&place.shm(), known, self.index_bytes.max(LONG)).map_err(from_file)
            }
            _ => Ok(()),
        }
    }
}

fn identity(path: &Path) -> Result<Option<FileIdentity>, StoreError> {
    Ok(inspect(path).map_err(from_file)?.map(|found| found.identity))
}
