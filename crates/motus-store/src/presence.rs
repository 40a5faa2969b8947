//! Noticing that the files of an open Store are no longer those in its place.

use std::path::Path;

use motus_fs::{FileIdentity, inspect};
use motus_ledger::StoreError;

use crate::StorePlace;
use crate::error::{from_file, moved};

/// Which files a connection works on.
///
/// Files that were removed or moved take writes as before, and nobody finds them again.
#[derive(Debug)]
pub(crate) struct Presence {
    database: FileIdentity,
    /// The log and its shared index, once they are there: they come with a first write.
    others: [Option<FileIdentity>; 2],
}

impl Presence {
    /// Looks which files are there now.
    pub(crate) fn look(place: &StorePlace) -> Result<Self, StoreError> {
        let database = identity(place.path())?.ok_or_else(|| moved(place.path()))?;
        Ok(Self { database, others: [identity(&place.wal())?, identity(&place.shm())?] })
    }

    /// Refuses when they are not those of the first look; asks by path alone.
    pub(crate) fn confirm(&mut self, place: &StorePlace) -> Result<(), StoreError> {
        let now = Self::look(place).map_err(|_| moved(place.path()))?;
        let are_same = |(before, now): (&Option<_>, &Option<_>)| before.is_none() || before == now;
        let same_others = self.others.iter().zip(&now.others).all(are_same);
        if now.database != self.database || !same_others {
            return Err(moved(place.path()));
        }
        *self = now;
        Ok(())
    }
}

fn identity(path: &Path) -> Result<Option<FileIdentity>, StoreError> {
    Ok(inspect(path).map_err(from_file)?.map(|found| found.identity))
}
