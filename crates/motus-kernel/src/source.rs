//! Where a bundle's files come from: the port that a directory, an archive or a test implements.

use std::collections::BTreeMap;
use std::fmt;

use crate::Digest;
use crate::digest::Hasher;

/// What stands somewhere below a bundle's root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link, a pipe, a socket or a device: nothing that a bundle may hold.
    Other,
}

/// Something below a bundle's root; directories are not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/` between names; bytes that are no text are shown as U+FFFD.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What reading a whole file gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest {
    /// The digest of the bytes.
    pub sha256: Digest,
    /// How many bytes there were.
    pub size_bytes: u64,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// What stands in the way, as a sentence without the path.
    pub message: String,
}

impl SourceError {
    /// Makes an error.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

/// Gives the files of one bundle.
///
/// An implementation never leaves the bundle's root, never follows a link, opens a file once for each
/// reading, and opens nothing but regular files.
pub trait BundleSource {
    /// Lists everything below the root, in any order.
    fn list(&self) -> Result<Vec<Entry>, SourceError>;

    /// Hands over the bytes of a regular file, piece by piece.
    fn read(&self, path: &str, take: &mut dyn FnMut(&[u8])) -> Result<(), SourceError>;

    /// Hashes files, in the order given; an implementation may do several at once.
    fn digests(&self, paths: &[&str]) -> Vec<Result<FileDigest, SourceError>> {
        paths.iter().map(|path| digest(self, path)).collect()
    }
}

/// Hashes one file as it is read.
pub fn digest<S: BundleSource + ?Sized>(source: &S, path: &str) -> Result<FileDigest, SourceError> {
    let (mut hasher, mut size_bytes) = (Hasher::new(), 0_u64);
    source.read(path, &mut |piece| {
        hasher.update(piece);
        size_bytes += piece.len() as u64;
    })?;
    Ok(FileDigest { sha256: hasher.finish(), size_bytes })
}

/// A bundle in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryBundle {
    /// The files by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl BundleSource for MemoryBundle {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let entry = |path: &String| Entry { path: path.clone(), kind: EntryKind::File };
        Ok(self.files.keys().map(entry).collect())
    }

    fn read(&self, path: &str, take: &mut dyn FnMut(&[u8])) -> Result<(), SourceError> {
        let bytes = self.files.get(path).ok_or_else(|| SourceError::new("does not exist"))?;
        take(bytes);
        Ok(())
    }
}
