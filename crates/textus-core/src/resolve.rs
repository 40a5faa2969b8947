//! Which file a key means, and which key a file has.
//!
//! Paths are texts below `zones/`, joined by `/`; whether a file is there is asked elsewhere.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::Key;
use crate::key::is_segment;
use crate::manifest::{Entry, Manifest};

/// Says what a key means.
#[derive(Clone, Debug)]
pub struct Resolution<'a> {
    /// The entry to which the key belongs.
    pub entry: &'a Entry,
    /// The files it may be, below `zones/`: the first that is there counts, and if none is, the first.
    pub candidates: Vec<String>,
    /// Whether the key is that of a nested entry itself. It has no file of its own that would be
    /// listed, so nothing may be written there.
    pub is_subtree: bool,
}

impl Resolution<'_> {
    /// Returns the file that is written when none is there, below `zones/`.
    pub fn primary(&self) -> &str {
        self.candidates.first().map_or("", String::as_str)
    }
}

/// Says why a file below a nested entry has no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// A part of its path begins with a dot.
    Hidden,
    /// Its name is not one that counts here: another extension, or not the entry's index file.
    OtherFile,
    /// It is an index file, but in no directory that could name a key.
    AtBase,
    /// A part of its path cannot be a segment of a key.
    IllegalSegment(String),
    /// Its key would have too many segments.
    TooDeep,
    /// Its key belongs to another entry, the key of which this is.
    Shadowed(Key),
}

impl Unlisted {
    /// Tells whether the name is at fault, so that somebody should hear of the file.
    pub fn is_illegal(&self) -> bool {
        matches!(self, Self::IllegalSegment(_) | Self::TooDeep)
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("a part of the path begins with a dot"),
            Self::OtherFile => f.write_str("the name is not one that the entry lists"),
            Self::AtBase => f.write_str("an index file names the directory that it is in"),
            Self::IllegalSegment(part) => write!(f, "'{part}' cannot be a segment of a key"),
            Self::TooDeep => f.write_str("the key would have more than 8 segments"),
            Self::Shadowed(key) => write!(f, "the key belongs to entry '{key}'"),
        }
    }
}

impl Entry {
    /// Returns the files that a key below this nested entry may be, the one to write first.
    fn files_below(&self, segments: &[&str]) -> Vec<String> {
        let stem = format!("{}/{}", self.path, segments.join("/"));
        if let Some(index) = &self.index_filename {
            return vec![format!("{stem}/{index}")];
        }
        let extensions = self.format.nested_extensions();
        extensions.iter().map(|extension| format!("{stem}{extension}")).collect()
    }

    /// Returns the key of a file below this nested entry, given its path below [`Entry::path`].
    ///
    /// Another entry may own the key nevertheless: see [`Manifest::listed_key`].
    pub fn key_of(&self, relative: &str) -> Result<Key, Unlisted> {
        if relative.split('/').any(|part| part.starts_with('.')) {
            return Err(Unlisted::Hidden);
        }
        let stem = match &self.index_filename {
            Some(index) if relative == index => return Err(Unlisted::AtBase),
            Some(index) => {
                relative.strip_suffix(index.as_str()).and_then(|stem| stem.strip_suffix('/'))
            }
            None => {
                let extensions = self.format.nested_extensions();
                extensions.iter().find_map(|extension| relative.strip_suffix(extension))
            }
        };
        let stem = stem.ok_or(Unlisted::OtherFile)?;
        if let Some(part) = stem.split('/').find(|part| !is_segment(part)) {
            return Err(Unlisted::IllegalSegment(part.to_owned()));
        }
        // Every segment is one, so only their number can be wrong.
        Key::parse(&format!("{}.{}", self.key, stem.replace('/', ".")))
            .map_err(|_| Unlisted::TooDeep)
    }
}

impl Manifest {
    /// Returns what a key means, or nothing if no entry has it.
    ///
    /// The entry with the longest key that the wanted one begins with decides, even if it has no such
    /// file: what is below a leaf is unknown although a shorter nested entry could hold it.
    /// Source: textus/3 §4.
    pub fn resolve(&self, key: &Key) -> Option<Resolution<'_>> {
        let entry = self.deciding(key)?;
        let below = key.segments_below(&entry.key)?;
        if below.is_empty() {
            return Some(Resolution {
                entry,
                candidates: vec![entry.file()],
                is_subtree: entry.nested,
            });
        }
        entry.nested.then(|| Resolution {
            entry,
            candidates: entry.files_below(&below),
            is_subtree: false,
        })
    }

    /// Returns the key under which a file of a nested entry is listed.
    ///
    /// It is the one that resolves to that entry, so that no key is listed twice and every listed key
    /// can be read. Shape: `relative` is the file's path below [`Entry::path`].
    pub fn listed_key(&self, entry: &Entry, relative: &str) -> Result<Key, Unlisted> {
        let key = entry.key_of(relative)?;
        match self.deciding(&key) {
            Some(owner) if owner.key != entry.key => Err(Unlisted::Shadowed(owner.key.clone())),
            _ => Ok(key),
        }
    }

    /// Returns the entry with the longest key that a key begins with.
    fn deciding(&self, key: &Key) -> Option<&Entry> {
        let prefixes = self.entries.iter().filter(|entry| key.is_within(entry.key.as_str()));
        prefixes.max_by_key(|entry| entry.key.as_str().len())
    }
}
