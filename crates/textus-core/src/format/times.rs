//! Which strings of a document were written as dates or times without quotes.
//!
//! It keeps places, not values: the value of such a place is its source text, as for any string.

use std::collections::BTreeMap;

/// Remembers which strings of a document were unquoted dates or times, by the path to each.
///
/// Shape: a path is the keys from the document's root, a list's items by their number: `a.0.b` is
/// `["a", "0", "b"]`. The members of `_meta` stand under it in JSON and YAML, and at the root in
/// Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times(pub(crate) Branch);

/// The places below one value, in the form of the document, so that paths share what they share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Branch {
    here: bool,
    below: BTreeMap<String, Branch>,
}

impl Times {
    /// Tells whether there is no date or time at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether a date or time stands at a path from the root.
    pub fn contains<S: AsRef<str>>(&self, path: impl AsRef<[S]>) -> bool {
        self.0.contains(path)
    }

    /// Remembers a date or time at a path from the root.
    pub fn insert<S: AsRef<str>>(&mut self, path: impl AsRef<[S]>) {
        self.0.insert(path);
    }
}

impl Branch {
    /// The place of one date or time by itself.
    pub(crate) fn leaf() -> Self {
        Self { here: true, below: BTreeMap::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.here && self.below.is_empty()
    }

    /// Tells whether this very place holds a date or time.
    pub(crate) fn is_time(&self) -> bool {
        self.here
    }

    pub(crate) fn contains<S: AsRef<str>>(&self, path: impl AsRef<[S]>) -> bool {
        let mut place = self;
        for key in path.as_ref() {
            match place.below.get(key.as_ref()) {
                Some(next) => place = next,
                None => return false,
            }
        }
        place.here
    }

    pub(crate) fn insert<S: AsRef<str>>(&mut self, path: impl AsRef<[S]>) {
        let mut place = self;
        for key in path.as_ref() {
            place = place.below.entry(key.as_ref().to_owned()).or_default();
        }
        place.here = true;
    }

    /// Returns what is remembered of one member or item.
    pub(crate) fn below(&self, key: &str) -> Option<&Branch> {
        self.below.get(key)
    }

    /// Hangs what is known of a member or item under its key.
    pub(crate) fn adopt(&mut self, key: &str, branch: Branch) {
        if !branch.is_empty() {
            self.below.insert(key.to_owned(), branch);
        }
    }

    /// Forgets a member or item with all below it, and the members above it that have nothing else.
    pub(crate) fn forget(&mut self, parent: Option<&str>, key: &str) {
        let Some(parent) = parent else {
            self.below.remove(key);
            return;
        };
        if let Some(inner) = self.below.get_mut(parent) {
            inner.below.remove(key);
            if inner.is_empty() {
                self.below.remove(parent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_by_path() {
        let mut times = Times::default();
        assert!(times.is_empty());
        times.insert(["a", "0", "b"]);
        assert!(times.contains(["a", "0", "b"]) && !times.is_empty());
        assert!(!times.contains(["a", "0"]) && !times.contains(["a", "1", "b"]));
        times.0.forget(Some("a"), "1");
        assert!(times.contains(["a", "0", "b"]));
        times.0.forget(Some("a"), "0");
        assert!(times.is_empty());
    }
}
