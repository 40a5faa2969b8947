//! How much of a payload is left.

use motus_json::{Value, canonical};

/// Bytes of a payload, as it is stored, that may still be filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room(pub(super) usize);

impl Room {
    /// Takes what an item of a list needs; refuses, and takes nothing, when that is not there.
    pub(super) fn take(&mut self, item: &Value) -> bool {
        // The comma before it counts as well.
        let needed = canonical::store::write(item).len().saturating_add(1);
        match self.0.checked_sub(needed) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}
