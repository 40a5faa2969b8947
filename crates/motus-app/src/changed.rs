//! What came of a change to a Store, and what had to be done about its files for it.

use motus_ledger::{Store, StoreError, WriteTransaction};
use motus_store::Notice;

/// What came of a change to a Store.
#[derive(Debug)]
pub struct Changed<T, E> {
    /// What was recorded, or why it was refused.
    pub done: Result<T, E>,
    /// What was changed about the Store's files, refused or not.
    pub notices: Vec<Notice>,
}

/// Takes a step in a transaction, which is committed unless the step is refused.
pub(crate) fn write<T, E: From<StoreError>>(
    store: &mut dyn Store,
    step: impl FnOnce(&mut dyn WriteTransaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut transaction = store.begin_write()?;
    let done = step(&mut *transaction)?;
    transaction.commit()?;
    Ok(done)
}
