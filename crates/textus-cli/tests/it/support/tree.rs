//! All that a directory holds, so that two moments can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Names, kinds, bytes, modes, owners, inodes and times below a directory, itself included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Looks at everything; links are not followed.
    pub(crate) fn of(directory: &Path) -> Self {
        let mut tree = Self(BTreeMap::new());
        tree.collect(directory, ".");
        tree
    }

    fn collect(&mut self, path: &Path, name: &str) {
        let facts = fs::symlink_metadata(path).unwrap();
        let bytes = if facts.is_file() { fs::read(path).unwrap_or_default() } else { Vec::new() };
        let (changed, nanoseconds) = (facts.ctime(), facts.ctime_nsec());
        let (modified, fraction) = (facts.mtime(), facts.mtime_nsec());
        let told = format!(
            "{:o} {} {} {changed}.{nanoseconds} {modified}.{fraction} {}",
            facts.mode(),
            facts.uid(),
            facts.ino(),
            String::from_utf8_lossy(&bytes),
        );
        self.0.insert(name.to_owned(), told);
        if facts.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                let below = format!("{name}/{}", entry.file_name().to_string_lossy());
                self.collect(&entry.path(), &below);
            }
        }
    }
}
