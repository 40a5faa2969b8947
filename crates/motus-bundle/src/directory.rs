//! A bundle in a directory.
//!
//! Whoever made the bundle chose every name in it, and may still be changing it. So everything is opened
//! below one descriptor of the root, without following a link; what was opened is looked at again
//! through its descriptor; and each reading opens a file once, so that the bytes that are hashed are the
//! bytes that are parsed.

mod hands;
mod reader;
mod root;
mod walk;
mod workers;

use std::path::Path;
use std::sync::OnceLock;

use motus_kernel::source::{BundleSource, Entry, FileDigest, SourceError, Take};

use crate::OpenError;
use reader::{LARGE_PIECE, Reader};
use root::Root;

/// A bundle in a directory that was opened.
///
/// Shape: a path may lead to the root through links, since the caller typed it; below the root no link is
/// followed. Mounts below the root and files with several names are like all others.
#[derive(Debug)]
pub struct Directory {
    root: Root,
    /// How many threads may work: to find that out can take as long as to verify a small bundle.
    hands: OnceLock<usize>,
}

impl Directory {
    /// Opens the root; nothing below it is looked at.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let root = Root::open(path);
        let root = root.map_err(|error| OpenError::new(path.to_owned(), error.into()))?;
        Ok(Self { root, hands: OnceLock::new() })
    }

    /// Opens a directory below this one, wherever this one lies by now.
    ///
    /// Shape: names with `/` between them, or nothing for this one once more.
    /// Errors: nothing is there, something else is, or a link stands on the way: no link is followed.
    pub fn below(&self, path: &str) -> Result<Self, OpenError> {
        let root = self.root.below(path.as_bytes());
        let root = root.map_err(|error| OpenError::new(path.into(), error.into()))?;
        Ok(Self { root, hands: OnceLock::new() })
    }
}

impl BundleSource for Directory {
    /// Shape: at most 100,000 names, 128 directories inside one another and 16 MiB of paths. An empty
    /// directory is nothing; a name that is no text is told as [`EntryKind::Other`], since no manifest can
    /// list it.
    /// Errors: what crosses a bound, and a directory that cannot be read.
    ///
    /// [`EntryKind::Other`]: motus_kernel::source::EntryKind::Other
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        walk::list(&self.root)
    }

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let mut reader = Reader::new(&self.root, LARGE_PIECE);
        reader.look(path)?;
        reader.read(path, take)
    }

    fn digests(&self, files: &[(&str, u64)]) -> Vec<Result<FileDigest, SourceError>> {
        workers::digests(&self.root, files)
    }

    fn in_order(&self, count: usize, job: &(dyn Fn(usize) + Sync), finish: &mut dyn FnMut(usize)) {
        let hands = if hands::is_worth(count) { *self.hands.get_or_init(hands::hands) } else { 1 };
        hands::in_order(hands, count, job, finish);
    }
}
