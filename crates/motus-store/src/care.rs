//! Looking after a Store's file: measuring and examining it, moving its log, copying it, and bringing it
//! into order.
//!
//! No row is ever changed here.

mod backup;
mod checkpoint;
mod figures;
mod health;
mod recover;
mod turn;
mod vacuum;

pub use backup::BackupError;
pub use checkpoint::WalCheckpoint;
pub use figures::Figures;
pub use health::Health;
pub use recover::{KeptLog, Recovered};

use motus_ledger::StoreError;

use crate::{Opened, SqliteStore, StorePlace};

impl SqliteStore {
    /// Opens a Store for writing as [`SqliteStore::open`] does, and makes none.
    ///
    /// Errors: `store.missing`, and those of opening one.
    pub fn open_existing(place: &StorePlace, private: bool) -> Result<Opened, StoreError> {
        place.require()?;
        Self::open(place, private)
    }
}
