//! Opening what lies below a directory, without leaving it and without waiting.
//!
//! A path is relative to the directory. Links on the way are followed as long as they stay below it;
//! one that leaves, and every absolute one, is refused; a jail without links refuses all of them. What is no plain file is told by its kind, and
//! neither a pipe nor a device is waited for. Names are bytes to this module; it knows no product type.

mod beneath;
mod change;
mod error;
mod link;
mod list;
mod unlinked;

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use beneath::Links;
pub use error::{Found, JailError};

use crate::{FileError, FileType, Inspection, Operation};

/// A directory that nothing opened through it lies outside of.
///
/// Holds a descriptor: a directory that takes the place of this one later is another one.
#[derive(Debug)]
pub struct Jail {
    directory: OwnedFd,
    path: PathBuf,
    listed: bool,
    links: Links,
}

/// A plain file that was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// What was known of it when it was opened.
    pub facts: Inspection,
}

impl Jail {
    /// Opens a directory; links that lead to it are followed.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = rustix::fs::open(path, flags, Mode::empty())
            .map_err(|error| FileError::new(Operation::Read, path, error))?;
        Ok(Self { directory, path: path.to_owned(), listed: false, links: Links::Followed })
    }

    /// Refuses every link from now on, wherever it leads; jails below this one do so too.
    ///
    /// For places where a link would let one who may change a file change another one.
    #[must_use]
    pub fn without_links(self) -> Self {
        Self { links: Links::Refused, ..self }
    }

    /// Opens a directory below this one, as a jail of its own.
    pub fn below(&self, relative: &str) -> Result<Self, JailError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let directory = self.open_beneath(relative, flags)?;
        Ok(Self { directory, path: self.path_of(relative), listed: false, links: self.links })
    }

    /// Returns where the directory was when it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the whole path of something below, for people.
    pub fn path_of(&self, relative: &str) -> PathBuf {
        if relative.is_empty() { self.path.clone() } else { self.path.join(relative) }
    }

    /// Reads a plain file of at most `limit` bytes.
    pub fn read(&self, relative: &str, limit: u64) -> Result<PlainFile, JailError> {
        let (file, facts) = self.open_plain(relative, OFlags::RDONLY)?;
        let too_large = || JailError::TooLarge { path: self.path_of(relative), limit };
        if facts.bytes > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(facts.bytes).unwrap_or(0) + 1);
        let mut bounded = file.take(limit.saturating_add(1));
        bounded.read_to_end(&mut bytes).map_err(|error| self.failed(relative, error))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err(too_large());
        }
        Ok(PlainFile { bytes, facts })
    }

    /// Opens a plain file for reading.
    pub fn open_file(&self, relative: &str) -> Result<(File, Inspection), JailError> {
        self.open_plain(relative, OFlags::RDONLY)
    }

    /// Looks at what a path leads to, without opening it; `None` when nothing is there.
    pub fn inspect(&self, relative: &str) -> Result<Option<Inspection>, JailError> {
        let opened = match self.open_beneath(relative, beneath::LOOK) {
            Err(JailError::Missing { .. }) => return Ok(None),
            opened => opened?,
        };
        let metadata = File::from(opened).metadata();
        Ok(Some(Inspection::of(&metadata.map_err(|error| self.failed(relative, error))?)))
    }

    /// Opens a path and makes sure that it is a plain file.
    fn open_plain(&self, relative: &str, flags: OFlags) -> Result<(File, Inspection), JailError> {
        let opened = match self.open_beneath(relative, flags) {
            Err(JailError::System(error)) if may_be_special(&error.source) => {
                return Err(self.special_or(relative, error));
            }
            opened => opened?,
        };
        self.require_plain(relative, File::from(opened))
    }

    pub(crate) fn require_plain(
        &self,
        relative: &str,
        file: File,
    ) -> Result<(File, Inspection), JailError> {
        let metadata = file.metadata().map_err(|error| self.failed(relative, error))?;
        if metadata.is_file() {
            return Ok((file, Inspection::of(&metadata)));
        }
        let found = Found::of(metadata.file_type());
        Err(JailError::NotAFile { path: self.path_of(relative), found })
    }

    /// Tells what could not be opened by what it is, where that is the reason.
    fn special_or(&self, relative: &str, error: FileError) -> JailError {
        let looked = self.open_beneath(relative, beneath::LOOK).map(File::from);
        match looked.map(|file| self.require_plain(relative, file)) {
            Ok(Err(refused)) => refused,
            _ => JailError::System(error),
        }
    }

    fn open_beneath(&self, relative: &str, flags: OFlags) -> Result<OwnedFd, JailError> {
        let relative = if relative.is_empty() { "." } else { relative };
        // Without O_NONBLOCK opening a pipe waits for its other end; looking takes no such flag.
        let patient = if flags.contains(beneath::LOOK) && beneath::LOOK != OFlags::RDONLY {
            OFlags::empty()
        } else {
            OFlags::NONBLOCK | OFlags::NOCTTY
        };
        let flags = flags | OFlags::CLOEXEC | patient;
        let opened = beneath::open(self.directory.as_fd(), relative, flags, self.links);
        opened.map_err(|error| self.refused(relative, error))
    }

    /// Says what an error number of opening means for whoever asked for the path.
    fn refused(&self, relative: &str, error: Errno) -> JailError {
        let path = self.path_of(relative);
        match error {
            Errno::NOENT | Errno::NOTDIR => JailError::Missing { path },
            Errno::XDEV => JailError::LeadsOutside { path },
            Errno::LOOP => JailError::NotAFile { path: self.link_on(relative), found: Found::Link },
            error => JailError::System(FileError::new(Operation::Read, &path, error)),
        }
    }

    /// Returns where the first link on a path is, for people.
    fn link_on(&self, relative: &str) -> PathBuf {
        let is_link =
            |place: &&str| rustix::fs::readlinkat(&self.directory, *place, Vec::new()).is_ok();
        let ends = relative.match_indices('/').map(|(at, _)| at);
        let mut places = ends.filter_map(|end| relative.get(..end));
        let first = if self.links == Links::Refused { places.find(is_link) } else { None };
        self.path_of(first.unwrap_or(relative))
    }

    fn failed(&self, relative: &str, error: impl Into<io::Error>) -> JailError {
        self.failed_to(Operation::Read, relative, error)
    }

    pub(crate) fn failed_to(
        &self,
        operation: Operation,
        relative: &str,
        error: impl Into<io::Error>,
    ) -> JailError {
        JailError::System(FileError::new(operation, &self.path_of(relative), error))
    }

    /// Opens the directory that something lies in, and returns it with the name there.
    pub(crate) fn parent_of<'p>(&self, relative: &'p str) -> Result<(Self, &'p str), JailError> {
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        if matches!(name, "" | "." | "..") {
            return Err(self.failed(relative, io::ErrorKind::InvalidFilename));
        }
        Ok((self.below(parent)?, name))
    }

    pub(crate) fn directory(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }
}

/// Tells whether opening may have failed because of what stands there: sockets cannot be opened, nor
/// devices without a driver, nor directories for writing.
fn may_be_special(error: &io::Error) -> bool {
    let number = Errno::from_io_error(error);
    matches!(number, Some(Errno::NXIO | Errno::NODEV | Errno::ISDIR | Errno::OPNOTSUPP))
}

/// Tells a kind of directory entry by what the system calls it.
fn file_type_of(kind: rustix::fs::FileType) -> FileType {
    match kind {
        rustix::fs::FileType::RegularFile => FileType::File,
        rustix::fs::FileType::Directory => FileType::Directory,
        rustix::fs::FileType::Symlink => FileType::Link,
        _ => FileType::Special,
    }
}

#[cfg(test)]
mod tests;
