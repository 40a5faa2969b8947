//! Where a name leads: what is found, and whether it has a name in the file system at all.

use std::ffi::OsStr;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{fstat, fstatfs, lstat};

/// What a name leads to. Kept and filled again, so that nothing is allocated for each question.
#[derive(Debug, Default)]
pub(in super::super) struct Place {
    pub(super) text: Vec<u8>,
    /// Whether something is there, as far as it was looked for.
    pub(in super::super) exists: bool,
    /// Whether it is a pipe, a socket, or memory: nothing that a rule could name.
    pub(in super::super) is_anonymous: bool,
    /// Whether it has no name any more, or never had one.
    pub(in super::super) is_deleted: bool,
    /// What was found, if it was to be held.
    pub(in super::super) handle: Option<OwnedFd>,
}

/// The file systems of memory.
const TMPFS_MAGIC: rustix::fs::FsWord = 0x0102_1994;
const HUGETLBFS_MAGIC: rustix::fs::FsWord = 0x9584_58f6;

/// What the kernel adds to the last name that something had.
pub(super) const DELETED: &[u8] = b" (deleted)";

impl Place {
    /// Returns its path: absolute and without links, unless it is anonymous.
    pub(in super::super) fn path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.text))
    }

    /// Returns its path as bytes.
    pub(in super::super) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns the path of the directory that it lies in.
    pub(in super::super) fn directory(&self) -> &[u8] {
        match memchr::memrchr(b'/', &self.text) {
            Some(0) | None => b"/",
            Some(slash) => self.text.get(..slash).unwrap_or_default(),
        }
    }

    /// Looks whether there is something, not following a link.
    pub(in super::super) fn is_there(&self) -> bool {
        lstat(self.path()).is_ok()
    }

    /// Looks whether there is a directory.
    pub(in super::super) fn is_directory(&self) -> bool {
        self.path().is_dir()
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.exists = true;
        self.is_anonymous = false;
        self.is_deleted = false;
        self.handle = None;
    }

    /// Goes on to a name in the directory that this is.
    pub(super) fn push(&mut self, name: &[u8]) {
        if self.text != b"/" {
            self.text.push(b'/');
        }
        self.text.extend_from_slice(name);
    }

    /// Tells names from what the kernel says of things without one.
    pub(super) fn classify(&mut self, handle: BorrowedFd<'_>) {
        self.is_anonymous = !self.text.starts_with(b"/");
        if self.text.ends_with(DELETED) && !self.is_named_so(handle) {
            self.text.truncate(self.text.len() - DELETED.len());
            self.is_deleted = true;
            self.is_anonymous |= self.text.starts_with(b"/memfd:") || self.is_memory(handle);
        }
    }

    /// Memory that is shared has the name of a file that it never was, like `/dev/zero`: nothing that lies where that
    /// says it would.
    fn is_memory(&self, handle: BorrowedFd<'_>) -> bool {
        let is_of_memory = fstatfs(handle)
            .is_ok_and(|system| matches!(system.f_type, TMPFS_MAGIC | HUGETLBFS_MAGIC));
        let directory = Path::new(OsStr::from_bytes(self.directory()));
        let (Ok(there), Ok(above)) = (fstat(handle), lstat(directory)) else { return false };
        is_of_memory && there.st_dev != above.st_dev
    }

    /// A file may be called as if it were deleted.
    fn is_named_so(&self, handle: BorrowedFd<'_>) -> bool {
        let (Ok(there), Ok(named)) = (fstat(handle), lstat(self.path())) else { return false };
        (there.st_dev, there.st_ino) == (named.st_dev, named.st_ino)
    }
}
