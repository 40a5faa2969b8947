//! A scope around this very process, which an outer `motus wrap` holds it to.

use motus_fs::is_permitted;
use motus_store::StorePlace;

/// Tells whether a Store that was denied is one that owner and mode of its files allow: then it is something around
/// this process that keeps it from them.
pub fn is_withheld(place: &StorePlace) -> bool {
    [place.path().to_owned(), place.wal(), place.shm(), place.journal()]
        .iter()
        .all(|file| is_permitted(file))
}
