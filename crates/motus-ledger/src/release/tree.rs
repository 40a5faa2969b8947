//! What stands in a workspace, as somebody else read it.

use std::collections::BTreeMap;

/// Something below a workspace's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File(Vec<u8>),
    /// Anything else, and why it cannot be a file of a release: `is a symbolic link`.
    Unusable(&'static str),
}

/// The files of a workspace by their paths below it, with `/` between names; directories are not told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// What is there.
    pub entries: BTreeMap<String, Entry>,
}

impl Tree {
    /// Tells whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns what stands under a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }
}

impl<P: Into<String>> FromIterator<(P, Vec<u8>)> for Tree {
    fn from_iter<I: IntoIterator<Item = (P, Vec<u8>)>>(files: I) -> Self {
        let entries = files.into_iter().map(|(path, bytes)| (path.into(), Entry::File(bytes)));
        Self { entries: entries.collect() }
    }
}
