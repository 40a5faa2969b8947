//! Giving back the room that nothing needs.

use motus_ledger::StoreErrorKind;
use motus_store::StorePlace;

use super::{CareError, Sizes, open};

/// A database that was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vacuumed {
    /// How much room the files took before.
    pub before: Sizes,
    /// How much they take now.
    pub after: Sizes,
    /// Whether somebody uses the log, so that the file keeps its size for now.
    pub busy: bool,
}

/// Rewrites the database without the room that nothing needs; see [`motus_store::SqliteStore::vacuum`].
///
/// Errors: `vacuum.damaged`, `vacuum.disk_full`, and nothing was changed.
pub fn vacuum(place: &StorePlace) -> Result<Vacuumed, CareError> {
    let mut store = open(place)?;
    let before = Sizes::of(place)?;
    let moved = store.vacuum().map_err(|error| match error.kind() {
        StoreErrorKind::Corrupt => CareError::VacuumDamaged(error),
        StoreErrorKind::DiskFull => CareError::VacuumDiskFull(error),
        _ => CareError::Store(error),
    })?;
    Ok(Vacuumed { before, after: Sizes::of(place)?, busy: moved.busy })
}
