//! Lists that a payload may hold a part of: as many items as there is room for, and how many there are.

use motus_json::{Object, Value, canonical};

/// Bytes of a payload, as it is stored, that may still be filled.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    pub(super) fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Returns a list with the first items that fit, and the number of all.
    pub(super) fn listing(&mut self, items: impl ExactSizeIterator<Item = Value>) -> Value {
        let total = items.len() as u64;
        let mut kept = Vec::new();
        for item in items {
            // The comma before it counts as well.
            let needed = canonical::store::write(&item).len().saturating_add(1);
            let Some(left) = self.0.checked_sub(needed) else { break };
            self.0 = left;
            kept.push(item);
        }
        Object::from([("total", Value::from(total)), ("items", kept.into())]).into()
    }
}

/// Reads a list, and whether it is whole.
pub(super) fn read<T>(
    payload: &Value,
    name: &str,
    item: impl Fn(&Value) -> Option<T>,
) -> Option<(Vec<T>, bool)> {
    let listing = payload.get(name)?;
    let total = listing.get("total")?.as_u64()?;
    let items = listing.get("items")?.as_array()?;
    let items: Vec<T> = items.iter().map(item).collect::<Option<_>>()?;
    let is_whole = items.len() as u64 == total;
    Some((items, is_whole))
}
