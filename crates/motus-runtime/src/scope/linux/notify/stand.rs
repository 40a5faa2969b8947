//! Where we stand in the system: who stands elsewhere may find by a name what we do not find.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::fs::{AtFlags, statat};
use rustix::io::Errno;

/// What decides on the meaning of names: the mounts, the root, and what a user may do.
const WHERE: [&str; 3] = ["ns/mnt", "root", "ns/user"];

/// Where this process stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Stand([(u64, u64); 3]);

impl Stand {
    /// Looks at this process; `processes` is `/proc`.
    pub(in super::super) fn here(processes: BorrowedFd<'_>) -> io::Result<Self> {
        Ok(Self::of(processes, "self")?)
    }

    /// Tells whether a thread stands where we do, as far as we may know.
    pub(in super::super) fn is_that_of(self, processes: BorrowedFd<'_>, thread: u32) -> bool {
        Self::of(processes, &thread.to_string()) == Ok(self)
    }

    fn of(processes: BorrowedFd<'_>, whose: &str) -> Result<Self, Errno> {
        let mut stand = [(0, 0); 3];
        for (place, name) in stand.iter_mut().zip(WHERE) {
            let status = statat(processes, format!("{whose}/{name}"), AtFlags::empty())?;
            *place = (status.st_dev, status.st_ino);
        }
        Ok(Self(stand))
    }
}
