//! Bringing a Store that nobody uses into order.

use motus_ledger::StoreErrorKind;
use motus_store::{Recovered, SqliteStore, StorePlace};

use super::ends::kept_ends;
use super::{CareError, Sizes};

/// A Store that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutInOrder {
    /// What was done.
    pub done: Recovered,
    /// How much room the files took before.
    pub before: Sizes,
    /// How much they take now.
    pub after: Sizes,
    /// How many ends of runs wait beside the Store to be recorded; `None` when that cannot be told.
    pub kept_ends: Option<usize>,
}

/// Replays and moves what a killed writer left; see [`motus_store::SqliteStore::recover`].
///
/// Errors: `store.in_use`; `recover.damaged`, and nothing was changed.
pub fn recover(place: &StorePlace) -> Result<PutInOrder, CareError> {
    let before = Sizes::of(place)?;
    let done = SqliteStore::recover(place).map_err(|error| match error.kind() {
        StoreErrorKind::Corrupt => CareError::Damaged(error),
        _ => CareError::Store(error),
    })?;
    Ok(PutInOrder { done, before, after: Sizes::of(place)?, kept_ends: kept_ends(place) })
}
