//! Where the entries of a list are, by what they are called.

use std::collections::BTreeMap;

/// The places of a list's entries by their keys, so that a later word replaces an earlier one at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places<K: Ord>(BTreeMap<K, usize>);

impl<K: Ord> Default for Places<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Places<K> {
    /// Puts an entry into the list, in the place of the one with the same key if there is one.
    pub(super) fn put<T>(&mut self, list: &mut Vec<T>, key: K, entry: T) {
        if let Some(place) = self.find(list, &key) {
            *place = entry;
        } else {
            self.0.insert(key, list.len());
            list.push(entry);
        }
    }

    /// Returns the entry with a key.
    pub(super) fn find<'l, T>(&self, list: &'l mut [T], key: &K) -> Option<&'l mut T> {
        list.get_mut(*self.0.get(key)?)
    }
}
