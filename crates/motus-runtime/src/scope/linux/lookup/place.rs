//! Where a name leads: what is found, and whether it has a name in the file system at all.

use std::ffi::OsStr;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, fstat, fstatfs, lstat, statat};

use super::super::kin;
use super::origin;

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
    /// What was found, if it was to be held or is anonymous.
    pub(in super::super) handle: Option<OwnedFd>,
    /// The links of `/proc` to what a process has open that were followed on the way.
    pub(super) through: Vec<Through>,
}

/// A link of `/proc` to what a process has open.
#[derive(Debug)]
pub(super) struct Through {
    /// The directory that the link lies in, of the very process that had it: once that has ended, it is empty.
    directory: OwnedFd,
    name: Vec<u8>,
    /// The process or thread by its number; `None` where who follows needs more than to be of the same user.
    process: Option<u32>,
    /// Whether it is known to be the caller's own.
    is_own: bool,
}

impl Through {
    /// Notes a link in a directory with this path, for a caller whose process may be known.
    pub(super) fn new(
        directory: OwnedFd,
        path: &[u8],
        name: &[u8],
        caller: Option<u32>,
    ) -> Option<Self> {
        let (number, kind) = {
            let mut names = path.strip_prefix(b"/proc/")?.splitn(2, |byte| *byte == b'/');
            (names.next()?, names.next().unwrap_or_default())
        };
        let number = str::from_utf8(number).ok()?.parse().ok();
        let is_of_root = kind.ends_with(b"map_files");
        Some(Self {
            directory,
            name: name.to_vec(),
            process: number.filter(|_| !is_of_root),
            is_own: !is_of_root && number.is_some() && number == caller,
        })
    }

    /// Tells whether it is a link of the process that a thread belongs to. Others' we may look into, the thread perhaps not.
    fn is_of(&self, thread: u32) -> bool {
        let is_own = |number| kin::is_thread_of(thread, number);
        self.is_own || (self.process.is_some_and(is_own) && self.is_there())
    }

    /// Tells whether the process is still the one that was found by its number.
    fn is_there(&self) -> bool {
        statat(&self.directory, self.name.as_slice(), AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }
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

    /// Tells whether it was come to without following links of another process than the thread's own.
    pub(in super::super) fn is_reached_by(&self, thread: u32) -> bool {
        self.through.iter().all(|through| through.is_of(thread))
    }

    /// Tells whether its path leads from our root to what is held: what lies in mounts that are not ours has a path, too.
    pub(in super::super) fn is_where_it_says(&self, held: BorrowedFd<'_>) -> bool {
        origin::leads_to(&self.text, self.is_deleted, held)
    }

    /// Looks whether there is something, not following a link.
    pub(in super::super) fn is_there(&self) -> bool {
        lstat(self.path()).is_ok()
    }

    /// Looks whether there is a directory.
    pub(in super::super) fn is_directory(&self) -> bool {
        self.path().is_dir()
    }

    /// Looks whether there is a directory, not following a link.
    pub(in super::super) fn is_directory_itself(&self) -> bool {
        lstat(self.path())
            .is_ok_and(|status| FileType::from_raw_mode(status.st_mode) == FileType::Directory)
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.exists = true;
        self.is_anonymous = false;
        self.is_deleted = false;
        self.handle = None;
        self.through.clear();
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
            self.is_anonymous |= self.is_memory(handle);
        }
    }

    /// Tells whether what is anonymous is so beyond doubt: by what the kernel calls it, and not because what it is called
    /// after is gone.
    pub(in super::super) fn was_never_named(&self) -> bool {
        !self.text.starts_with(b"/") || self.directory() == b"/"
    }

    /// Memory that is shared has the name of a file that it never was, like `/dev/zero`: nothing that lies where that
    /// says it would. What has a name somewhere is a file, called so where paths mean something else.
    fn is_memory(&self, handle: BorrowedFd<'_>) -> bool {
        if fstat(handle).is_ok_and(|status| status.st_nlink != 0) {
            return false;
        }
        if self.text.starts_with(b"/memfd:") {
            return true;
        }
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
