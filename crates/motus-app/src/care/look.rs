//! What a Store says of itself.

use motus_ledger::{LedgerError, Lock, Timestamp};
use motus_store::{Figures, SqliteStore, StorePlace};

use super::CareError;
use crate::locks;

/// Measures a Store; `None` when there is none.
pub fn stats(place: &StorePlace) -> Result<Option<Figures>, CareError> {
    if !place.is_there()? {
        return Ok(None);
    }
    let figures = read(place, |store| Ok(store.figures()?))?;
    Ok(Some(figures))
}

/// Lists every lock that was ever taken, by its resource; `None` when there is no Store.
pub fn lock_info(place: &StorePlace, now: &Timestamp) -> Result<Option<Vec<Lock>>, LedgerError> {
    if !place.is_there()? {
        return Ok(None);
    }
    Ok(Some(locks::list(place, true, now)?))
}

/// Makes sure that there is a Store; statistics of it are not gathered.
///
/// The table that they are kept in is one that release 0.5.3 warns of, and no statement of ours needs
/// them.
pub fn analyze(place: &StorePlace) -> Result<(), CareError> {
    SqliteStore::open_read_only(place)?;
    Ok(())
}

/// Reads; what somebody may have changed meanwhile is read again from a copy.
fn read<T>(
    place: &StorePlace,
    read: impl Fn(&mut SqliteStore) -> Result<T, CareError>,
) -> Result<T, CareError> {
    let mut store = SqliteStore::open_read_only(place)?;
    let found = read(&mut store);
    if store.was_read_whole()? {
        return found;
    }
    read(&mut SqliteStore::open_copy(place)?)
}
