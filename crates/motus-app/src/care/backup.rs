//! A copy of a Store in a new file.

use motus_store::{Figures, SqliteStore, StorePlace};

use super::CareError;
use super::ends::kept_ends;
use crate::scope::lists::{self, CopiedLists};

/// A copy that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// What is in it.
    pub figures: Figures,
    /// How many ends of runs waited beside the Store to be recorded: the copy lacks them. `None` when
    /// that cannot be told.
    pub kept_ends: Option<usize>,
    /// Whether the log held something that could not be read, so that the copy lacks it.
    pub lacks_damaged_log: bool,
    /// What became of the lists of effects that its records name.
    pub lists: CopiedLists,
}

/// Copies the Store to a new file while others write, with the lists of effects that its records name; see
/// [`motus_store::SqliteStore::back_up_with`].
pub fn back_up(place: &StorePlace, target: &StorePlace) -> Result<BackedUp, CareError> {
    // Before the copy: what is recorded meanwhile may be in it or not.
    let kept_ends = kept_ends(place);
    let is_there = place.is_there()?;
    let lacks_damaged_log = is_there && place.has_damaged_log()?;
    let (figures, lists) =
        SqliteStore::back_up_with(place, target, |copy| lists::copy(copy, place, target))?;
    Ok(BackedUp { figures, kept_ends, lacks_damaged_log, lists })
}
