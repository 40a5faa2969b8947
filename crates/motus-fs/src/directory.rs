//! Directories that appear whole or not at all.
//!
//! A directory is filled beside its target, under a name that the next writer of the same target knows as
//! a leftover once its maker is gone. It is private: what it holds, and while it is made, is the user's
//! alone. Nothing that stands at the target is ever replaced.

mod claim;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use crate::atomic::directory_of;
use crate::{FileError, Operation, remove_directory};
use claim::Claim;
pub(crate) use claim::{DIRECTORY, make_directory};

/// A directory in the making beside its target; dropped before [`NewDirectory::publish`], it is removed.
#[derive(Debug)]
pub struct NewDirectory {
    claim: Claim,
    target: PathBuf,
    /// Directories into which something was put since they were synced, by their paths; the directory
    /// itself is the empty one.
    unsynced: BTreeSet<String>,
    is_waiting: bool,
}

impl NewDirectory {
    /// Makes the empty directory, which only the user may enter, and removes what killed writers of the
    /// same target left: the user's own directories of such a name that no process holds.
    ///
    /// The directory above the target must be there; links that lead to it are followed.
    pub fn beside(target: &Path) -> Result<Self, FileError> {
        let claim = Claim::beside(target)
            .map_err(|source| FileError::new(Operation::CreateDirectory, target, source))?;
        let unsynced = BTreeSet::from([String::new()]);
        Ok(Self { claim, target: target.to_owned(), unsynced, is_waiting: true })
    }

    /// Returns where the directory is until it is published.
    pub fn path(&self) -> PathBuf {
        directory_of(&self.target).join(self.claim.name())
    }

    /// Writes and syncs a new file below the directory, with the directories that it needs.
    ///
    /// Shape: names with `/` between them, none of them empty, `.` or `..`. Nothing is replaced, and no link
    /// is followed.
    pub fn write(&mut self, relative: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.create(relative, bytes).map_err(|source| self.failed(relative, source))
    }

    /// Syncs every directory, the innermost first, so that all that was written outlasts a power failure.
    pub fn sync(&mut self) -> Result<(), FileError> {
        while let Some(innermost) = self.unsynced.last() {
            self.sync_one(innermost).map_err(|source| self.failed(innermost, source))?;
            self.unsynced.pop_last();
        }
        Ok(())
    }

    /// Gives the directory its name, durably; `false` when something has that name, be it an empty directory
    /// or a link that leads nowhere.
    ///
    /// After an error the directory has its temporary name, as long as the system lets it have that. Where
    /// the system cannot rename without replacing, an empty directory that appears at the same moment may be
    /// replaced; nothing else ever is.
    pub fn publish(&mut self) -> Result<bool, FileError> {
        self.sync()?;
        let is_placed = self.rename().map_err(|source| self.failed("", source))?;
        self.is_waiting = !is_placed;
        if is_placed && let Err(error) = rustix::fs::fsync(self.claim.parent()) {
            // A name that may be lost with the next power failure was not given.
            let _ = self.take_back();
            return Err(self.failed("", error.into()));
        }
        Ok(is_placed)
    }

    /// Takes the name away again, so that the directory is removed when it is dropped.
    pub fn take_back(&mut self) -> Result<(), FileError> {
        let parent = self.claim.parent();
        let name = self.target.file_name().unwrap_or_default();
        rustix::fs::renameat(parent, name, parent, self.claim.name())
            .map_err(|error| self.failed("", error.into()))?;
        self.is_waiting = true;
        Ok(())
    }

    fn rename(&self) -> io::Result<bool> {
        // What was filled and looked at is what gets the name.
        if !self.claim.is_in_place() {
            return Err(io::Error::other("it was moved away while it was made"));
        }
        let name = self.target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        Ok(rename_without_replacing(self.claim.parent(), self.claim.name(), name)?)
    }

    fn create(&mut self, relative: &str, bytes: &[u8]) -> io::Result<()> {
        if relative.split('/').any(|name| matches!(name, "" | "." | "..")) {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        let (above, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let directory = self.directory(above)?;
        let flags = OFlags::WRONLY
            | OFlags::CREATE
            | OFlags::EXCL
            | OFlags::NOFOLLOW
            | OFlags::NOCTTY
            | OFlags::CLOEXEC;
        let private = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(rustix::fs::openat(&directory, name, flags, private)?);
        self.unsynced.insert(above.to_owned());
        // The umask may have taken the user's own access away.
        rustix::fs::fchmod(&file, private)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// Opens a directory below, and makes what is missing on the way.
    fn directory(&mut self, relative: &str) -> io::Result<OwnedFd> {
        let mut here = self.claim.own().try_clone_to_owned()?;
        let ends = relative.match_indices('/').map(|(at, _)| at).chain([relative.len()]);
        for path in ends.filter_map(|end| relative.get(..end)).filter(|path| !path.is_empty()) {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            here = match rustix::fs::openat(&here, name, DIRECTORY, Mode::empty()) {
                Err(Errno::NOENT) => {
                    self.unsynced.extend([above.to_owned(), path.to_owned()]);
                    make_directory(here.as_fd(), name)?
                }
                opened => opened?,
            };
        }
        Ok(here)
    }

    fn sync_one(&self, relative: &str) -> io::Result<()> {
        let mut here = self.claim.own().try_clone_to_owned()?;
        for name in relative.split('/').filter(|name| !name.is_empty()) {
            here = rustix::fs::openat(&here, name, DIRECTORY, Mode::empty())?;
        }
        Ok(rustix::fs::fsync(&here)?)
    }

    fn failed(&self, relative: &str, source: io::Error) -> FileError {
        let path = if relative.is_empty() { &self.target } else { &self.target.join(relative) };
        FileError::new(Operation::Write, path, source)
    }
}

impl Drop for NewDirectory {
    fn drop(&mut self) {
        if self.is_waiting && self.claim.is_in_place() {
            // Nobody reads a temporary directory by its name; one that stays is the next writer's to remove.
            let _ = remove_directory(&self.path());
        }
    }
}

/// Renames within a directory; `false` when something has the name.
fn rename_without_replacing(
    directory: impl AsFd,
    from: &std::ffi::OsStr,
    to: &std::ffi::OsStr,
) -> Result<bool, Errno> {
    match rename_where_nothing_is(directory.as_fd(), from, to) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        // An old kernel or a file system without it; some sandboxes refuse calls that they do not know.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::PERM) => {
            rename_after_looking(directory, from, to)
        }
        Err(error) => Err(error),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_where_nothing_is(
    directory: std::os::fd::BorrowedFd<'_>,
    from: &std::ffi::OsStr,
    to: &std::ffi::OsStr,
) -> Result<(), Errno> {
    use rustix::fs::{RenameFlags, renameat_with};

    renameat_with(directory, from, directory, to, RenameFlags::NOREPLACE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_where_nothing_is(
    _: std::os::fd::BorrowedFd<'_>,
    _: &std::ffi::OsStr,
    _: &std::ffi::OsStr,
) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

/// Renames a directory where nothing was found; renaming one replaces nothing but an empty directory.
fn rename_after_looking(
    directory: impl AsFd,
    from: &std::ffi::OsStr,
    to: &std::ffi::OsStr,
) -> Result<bool, Errno> {
    match rustix::fs::statat(&directory, to, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => return Ok(false),
        Err(Errno::NOENT) => {}
        Err(error) => return Err(error),
    }
    match rustix::fs::renameat(&directory, from, &directory, to) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
