//! Where a bundle's files come from: the port that a directory, an archive or a test implements.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

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

/// What reading a file gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest {
    /// The digest of the bytes; of a file longer than it may be, of those that were read.
    pub sha256: Digest,
    /// How many bytes there are.
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

/// Takes the bytes of a file piece by piece, and may have enough of them.
pub type Take<'t> = dyn FnMut(&[u8]) -> ControlFlow<()> + 't;

/// Gives the files of one bundle.
///
/// An implementation never leaves the bundle's root, never follows a link, opens a file once for each
/// reading, and opens nothing but regular files.
pub trait BundleSource {
    /// Lists everything below the root, in any order.
    fn list(&self) -> Result<Vec<Entry>, SourceError>;

    /// Hands over the bytes of a regular file, piece by piece, until its end or until no more are wanted.
    ///
    /// Returns the size of the whole file.
    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError>;

    /// Hashes files, in the order given, each with the size that it may have; an implementation may do
    /// several at once.
    fn digests(&self, files: &[(&str, u64)]) -> Vec<Result<FileDigest, SourceError>> {
        files.iter().map(|(path, most)| digest(self, path, *most)).collect()
    }

    /// Does the jobs from 0 to `count`, each once, and calls `finish` for each, here and in their order, once
    /// it is done; an implementation may do several jobs at once.
    fn in_order(&self, count: usize, job: &(dyn Fn(usize) + Sync), finish: &mut dyn FnMut(usize)) {
        for number in 0..count {
            job(number);
            finish(number);
        }
    }
}

/// Hashes one file as it is read, not far beyond the size that it may have.
pub fn digest<S: BundleSource + ?Sized>(
    source: &S,
    path: &str,
    most: u64,
) -> Result<FileDigest, SourceError> {
    let mut hashing = Hashing::new(most);
    let size_bytes = source.read(path, &mut |piece| hashing.take(piece))?;
    Ok(hashing.finish(size_bytes))
}

/// Hashes bytes that pass, until they are too many.
#[derive(Debug)]
pub struct Hashing {
    hasher: Hasher,
    taken: u64,
    most: u64,
}

impl Hashing {
    /// Begins, with the size that the file may have.
    pub fn new(most: u64) -> Self {
        Self { hasher: Hasher::new(), taken: 0, most }
    }

    /// Takes the next piece; ends the reading of a file that is too long.
    pub fn take(&mut self, piece: &[u8]) -> ControlFlow<()> {
        self.hasher.update(piece);
        self.taken = self.taken.saturating_add(piece.len() as u64);
        if self.taken > self.most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Ends, with the size that the reading told. A file that grew is as long as what was taken.
    pub fn finish(self, size_bytes: u64) -> FileDigest {
        FileDigest { sha256: self.hasher.finish(), size_bytes: size_bytes.max(self.taken) }
    }
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

    fn read(&self, path: &str, take: &mut Take<'_>) -> Result<u64, SourceError> {
        let bytes = self.files.get(path).ok_or_else(|| SourceError::new("does not exist"))?;
        // One piece is all there is.
        let _ = take(bytes);
        Ok(bytes.len() as u64)
    }
}
