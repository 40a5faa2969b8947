//! A temporary name that one process has, and the lock by which others know that it lives.
//!
//! The maker of a directory holds a lock on it, `flock`'s, which the system gives back when the maker dies.
//! Who gets the lock of a temporary directory may remove it: nobody makes it any more. Where the file
//! system has no such locks, nobody gets one, and what is left stays.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::atomic::{directory_of, leftovers_of, temporary_prefix};
use crate::remove_directory;

/// Opens a directory and no link.
pub(crate) const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// So many names are tried.
const MOST_NAMES: u32 = 1000;

/// A directory of one's own under a temporary name.
#[derive(Debug)]
pub(super) struct Claim {
    parent: OwnedFd,
    own: OwnedFd,
    name: OsString,
}

impl Claim {
    /// Makes an empty directory beside a target, and removes leftovers of the target.
    pub(super) fn beside(target: &Path) -> io::Result<Self> {
        if target.file_name().is_none() {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let parent = rustix::fs::open(directory_of(target), flags, Mode::empty())?;
        remove_leftovers(&parent, target);
        for number in 0..MOST_NAMES {
            let mut name = temporary_prefix(target);
            name.push(format!("{}-{number}", std::process::id()));
            if let Some(own) = take(parent.as_fd(), &name)? {
                return Ok(Self { parent, own, name });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Tells whether the name still leads to the directory.
    pub(super) fn is_in_place(&self) -> bool {
        leads_to(self.parent.as_fd(), &self.name, self.own.as_fd())
    }

    pub(super) fn parent(&self) -> BorrowedFd<'_> {
        self.parent.as_fd()
    }

    pub(super) fn own(&self) -> BorrowedFd<'_> {
        self.own.as_fd()
    }

    pub(super) fn name(&self) -> &OsStr {
        &self.name
    }
}

/// Makes a directory that only the user may enter.
pub(crate) fn make_directory(
    parent: BorrowedFd<'_>,
    name: impl rustix::path::Arg + Copy,
) -> Result<OwnedFd, Errno> {
    rustix::fs::mkdirat(parent, name, Mode::RWXU)?;
    open_made(parent, name)
}

/// Opens a directory that was just made, under any umask.
fn open_made(
    parent: BorrowedFd<'_>,
    name: impl rustix::path::Arg + Copy,
) -> Result<OwnedFd, Errno> {
    // The umask may have taken the user's own access away, without which there is no opening.
    let opened = match rustix::fs::openat(parent, name, DIRECTORY, Mode::empty()) {
        Err(Errno::ACCESS) => {
            rustix::fs::chmodat(parent, name, Mode::RWXU, AtFlags::empty())?;
            rustix::fs::openat(parent, name, DIRECTORY, Mode::empty())
        }
        opened => opened,
    }?;
    rustix::fs::fchmod(&opened, Mode::RWXU)?;
    Ok(opened)
}

/// Makes a directory under a name and holds it; `None` when the name is not to be had.
fn take(parent: BorrowedFd<'_>, name: &OsStr) -> Result<Option<OwnedFd>, Errno> {
    match rustix::fs::mkdirat(parent, name, Mode::RWXU) {
        Err(Errno::EXIST) => return Ok(None),
        made => made?,
    }
    // Somebody who removes leftovers may come between making, opening and locking.
    let own = match open_made(parent, name) {
        Err(Errno::NOENT) => return Ok(None),
        own => own?,
    };
    let locked = rustix::fs::flock(&own, FlockOperation::NonBlockingLockExclusive);
    let is_ours = locked != Err(Errno::WOULDBLOCK) && leads_to(parent, name, own.as_fd());
    Ok(is_ours.then_some(own))
}

/// Removes what killed writers left. What cannot be removed does no harm.
fn remove_leftovers(parent: &OwnedFd, target: &Path) {
    for path in leftovers_of(target).unwrap_or_default() {
        let Some(name) = path.file_name() else { continue };
        if let Some(_held) = hold_leftover(parent.as_fd(), name) {
            let _ = remove_directory(&path);
        }
    }
}

/// Takes the lock of a directory of the user's own that nobody makes any more.
fn hold_leftover(parent: BorrowedFd<'_>, name: &OsStr) -> Option<OwnedFd> {
    let opened = rustix::fs::openat(parent, name, DIRECTORY, Mode::empty()).ok()?;
    let facts = rustix::fs::fstat(&opened).ok()?;
    if facts.st_uid != rustix::process::geteuid().as_raw() {
        return None;
    }
    rustix::fs::flock(&opened, FlockOperation::NonBlockingLockExclusive).ok()?;
    leads_to(parent, name, opened.as_fd()).then_some(opened)
}

/// Tells whether a name leads to what was opened.
fn leads_to(parent: BorrowedFd<'_>, name: &OsStr, opened: BorrowedFd<'_>) -> bool {
    let named = rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW);
    match (named, rustix::fs::fstat(opened)) {
        (Ok(named), Ok(opened)) => (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino),
        _ => false,
    }
}
