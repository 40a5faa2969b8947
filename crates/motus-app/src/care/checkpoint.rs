//! Moving the log into the database.

use motus_ledger::{StoreError, StoreErrorKind};
use motus_store::{StorePlace, WalCheckpoint};

use super::{CareError, Sizes, open};

/// A log that was moved: the database alone has everything that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpointed {
    /// How much room the files took before.
    pub before: Sizes,
    /// How much they take now.
    pub after: Sizes,
    /// Whether somebody uses the log, so that it could not be emptied.
    pub busy: bool,
}

/// Moves the log into the database and empties it if nobody uses it.
///
/// Errors: `store.locked` when a part of it had to stay in the log; `checkpoint.log_damaged`, and nothing
/// was moved, because emptying such a log would destroy what cannot be moved.
pub fn checkpoint(place: &StorePlace) -> Result<Checkpointed, CareError> {
    place.require()?;
    if place.has_damaged_log()? {
        return Err(CareError::LogDamaged(place.wal()));
    }
    let store = open(place)?;
    let before = Sizes::of(place)?;
    let moved = store.checkpoint()?;
    let after = Sizes::of(place)?;
    if moved.is_complete() {
        return Ok(Checkpointed { before, after, busy: moved.busy });
    }
    Err(unfinished(&moved, place).into())
}

fn unfinished(moved: &WalCheckpoint, place: &StorePlace) -> StoreError {
    let part = match moved.remaining_pages {
        Some(pages) => format!("{pages} pages of the log had to stay in it"),
        None => "the log could not be moved".to_owned(),
    };
    let message = format!("another process holds the Store: {}", place.path().display());
    StoreError::new(StoreErrorKind::Locked, message).with_source(part)
}
