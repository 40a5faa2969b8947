//! A directory that one process at a time changes, with no file made for it.
//!
//! It is for directories that people share and keep under version control, where a lock file would be one
//! more thing to ignore.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::Patience;
use crate::{Jail, JailError, Operation};

/// The lock of a directory, held until it is dropped.
#[derive(Debug)]
pub struct DirectoryLock {
    /// An opening of its own: a lock belongs to the opening, and the jail's is shared with whoever lists it.
    _directory: OwnedFd,
}

impl Jail {
    /// Takes the lock of the directory itself; `None` when somebody else had it for all of `wait`.
    ///
    /// Only who asks for it as well is kept out. Where the file system has no such locks, as some network
    /// ones have not, it counts as taken.
    pub fn lock(&self, wait: Duration) -> Result<Option<DirectoryLock>, JailError> {
        let failed = |error: Errno| self.failed_to(Operation::Read, "", error);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory =
            rustix::fs::openat(self.directory(), ".", flags, Mode::empty()).map_err(failed)?;
        let is_taken = match Patience::of(wait).flock(&directory) {
            Err(error) if has_no_locks(error) => true,
            taken => taken.map_err(failed)?,
        };
        Ok(is_taken.then_some(DirectoryLock { _directory: directory }))
    }
}

/// Network file systems turn the lock into one that needs a file which is open for writing.
fn has_no_locks(error: Errno) -> bool {
    matches!(error, Errno::BADF | Errno::INVAL | Errno::NOLCK | Errno::NOSYS)
        || error == Errno::OPNOTSUPP
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn of_two_openings_one_has_the_directory_and_nothing_is_left_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Jail::open(folder.path()).unwrap(), Jail::open(folder.path()).unwrap());
        let held = one.lock(Duration::ZERO).unwrap();
        assert!(held.is_some());
        assert!(other.lock(Duration::from_millis(5)).unwrap().is_none());
        assert!(one.lock(Duration::ZERO).unwrap().is_none(), "a jail has it once");
        drop(held);
        assert!(other.lock(Duration::ZERO).unwrap().is_some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn who_waits_gets_it_when_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let jail = Jail::open(folder.path()).unwrap();
        let held = jail.lock(Duration::ZERO).unwrap();
        let path = folder.path().to_owned();
        let waiting = std::thread::spawn(move || {
            Jail::open(&path).unwrap().lock(Duration::from_mins(1)).unwrap().is_some()
        });
        drop(held);
        assert!(waiting.join().unwrap());
    }
}
