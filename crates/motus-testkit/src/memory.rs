//! The Store port in memory: the simplest driver that keeps the contract.
//!
//! It is the oracle for other drivers, so it is written to be seen through, not to be fast: a write
//! transaction copies all rows before its first change. It never waits; a second writer is refused
//! at once with `store.locked`.

mod rows;
mod transaction;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use motus_ledger::{ReadTransaction, Store, StoreError, StoreErrorKind, WriteTransaction};

use rows::Rows;
use transaction::MemoryTransaction;

/// A Store in memory; a clone is another handle on the same rows.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Shared>>,
}

/// What all handles share: the committed rows, and whether somebody is writing.
#[derive(Debug, Default)]
struct Shared {
    committed: Arc<Rows>,
    has_writer: bool,
}

impl MemoryStore {
    /// Makes an empty Store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A test that panicked while it held the lock has left whole rows behind.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn begin_read(&mut self) -> Result<Box<dyn ReadTransaction + '_>, StoreError> {
        let rows = Arc::clone(&self.lock().committed);
        Ok(Box::new(MemoryTransaction::reading(rows)))
    }

    fn begin_write(&mut self) -> Result<Box<dyn WriteTransaction + '_>, StoreError> {
        let mut shared = self.lock();
        if shared.has_writer {
            return Err(StoreError::new(StoreErrorKind::Locked, "another handle is writing"));
        }
        shared.has_writer = true;
        let rows = Arc::clone(&shared.committed);
        drop(shared);
        Ok(Box::new(MemoryTransaction::writing(rows, self)))
    }
}
