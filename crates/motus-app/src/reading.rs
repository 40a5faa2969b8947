//! Reading a Store in one transaction, wherever it lies.

use motus_ledger::{ReadTransaction, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

/// Reads in one transaction; what somebody may have changed meanwhile is read again from a copy.
pub(crate) fn read<T, E: From<StoreError>>(
    place: &StorePlace,
    read: impl Fn(&dyn ReadTransaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut store = SqliteStore::open_read_only(place)?;
    let found = read(&*store.begin_read()?);
    if store.was_read_whole()? {
        return found;
    }
    let mut copy = SqliteStore::open_copy(place)?;
    let transaction = copy.begin_read()?;
    read(&*transaction)
}
