//! Looking after a Store: how large it is, moving its log, copying it while others write.
//!
//! Nothing here makes a Store that is not there, or changes a row.

mod backup;
mod checkpoint;
mod ends;
mod look;
mod recover;
mod vacuum;
mod wait;

pub use backup::{BackedUp, back_up};
pub use checkpoint::{Checkpointed, checkpoint};
pub use look::{analyze, lock_info, stats};
pub use motus_store::{BackupError, Figures, KeptLog, Recovered, TABLES};
pub use recover::{PutInOrder, recover};
pub use vacuum::{Vacuumed, vacuum};
pub use wait::{Patience, wait};

use std::path::PathBuf;

use motus_ledger::StoreError;
use motus_store::{SqliteStore, StorePlace};
use thiserror::Error;

/// Why a Store could not be looked after.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CareError {
    /// The Store could not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No copy was made.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The Store is damaged; nothing of it was changed.
    #[error("{0}")]
    Damaged(#[source] StoreError),
    /// The Store is damaged; it was not rewritten.
    #[error("{0}")]
    VacuumDamaged(#[source] StoreError),
    /// There is no room for a second database; nothing was changed.
    #[error("{0}")]
    VacuumDiskFull(#[source] StoreError),
    /// The log holds what cannot be moved; nothing of it was.
    #[error("the log is damaged, and something in it cannot be moved: {}", .0.display())]
    LogDamaged(PathBuf),
    /// The time to wait is none.
    #[error("--max-seconds must be a number of seconds, 0 or more, or inf")]
    MaxSecondsInvalid,
    /// The time between two questions is none.
    #[error("--interval must be a positive number of seconds")]
    IntervalInvalid,
}

impl CareError {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Backup(error) => error.code(),
            Self::Damaged(_) => "recover.damaged",
            Self::LogDamaged(_) => "checkpoint.log_damaged",
            Self::VacuumDamaged(_) => "vacuum.damaged",
            Self::VacuumDiskFull(_) => "vacuum.disk_full",
            Self::MaxSecondsInvalid => "usage.max_seconds_invalid",
            Self::IntervalInvalid => "usage.interval_invalid",
        }
    }
}

/// How much room the files of a Store take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The database file, in bytes.
    pub database_bytes: u64,
    /// Its log, in bytes.
    pub wal_bytes: u64,
}

impl Sizes {
    fn of(place: &StorePlace) -> Result<Self, StoreError> {
        let (database_bytes, wal_bytes) = (place.database_bytes()?, place.wal_bytes()?);
        Ok(Self { database_bytes, wal_bytes })
    }
}

/// Opens a Store that is there for writing; who may read its files stays as it is.
fn open(place: &StorePlace) -> Result<SqliteStore, StoreError> {
    Ok(SqliteStore::open_existing(place, false)?.store)
}
