//! Reading a Store in one transaction, wherever it lies.

use motus_ledger::{ReadTransaction, Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

/// Reads in one transaction; what somebody may have changed meanwhile is read again from a copy.
pub(crate) fn read<T, E: From<StoreError>>(
    place: &StorePlace,
    read: impl Fn(&dyn ReadTransaction) -> Result<T, E>,
) -> Result<T, E> {
    read_as_opened(SqliteStore::open_read_only(place)?, place, read)
}

/// Reads as [`read`] does, and changes nothing where the Store lies.
pub(crate) fn read_traceless<T, E: From<StoreError>>(
    place: &StorePlace,
    read: impl Fn(&dyn ReadTransaction) -> Result<T, E>,
) -> Result<T, E> {
    read_as_opened(SqliteStore::open_traceless(place)?, place, read)
}

fn read_as_opened<T, E: From<StoreError>>(
    mut store: SqliteStore,
    place: &StorePlace,
    read: impl Fn(&dyn ReadTransaction) -> Result<T, E>,
) -> Result<T, E> {
    let found = read(&*store.begin_read()?);
    if store.was_read_whole()? {
        return found;
    }
    let mut copy = SqliteStore::open_copy(place)?;
    let transaction = copy.begin_read()?;
    read(&*transaction)
}
