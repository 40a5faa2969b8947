//! Whether a path leads to what is held: what lies in another mount namespace, outside of our root, in a mount that was taken
//! away or below one that hides it has a path as well, which reads like one of ours.

use std::ffi::OsStr;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, StatxFlags, readlink, statx};
use rustix::io::Errno;

use super::super::unlinked;

/// What tells files, and the mounts that they were reached by, from one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: (u32, u32),
    number: u64,
    /// `None` on systems that do not tell: before Linux 5.8.
    mount: Option<u64>,
}

/// Tells whether a path without links leads from our root to what is held. What has been removed or renamed since it was
/// called so has to lie in the mount that the path leads into.
pub(super) fn leads_to(path: &[u8], is_deleted: bool, held: BorrowedFd<'_>) -> bool {
    let Ok(identity) = identify(held) else { return false };
    let mut above = path;
    loop {
        match open(above).and_then(|found| identify(found.as_fd())) {
            Ok(found) => {
                let is_whole = above.len() == path.len();
                let is_same = is_whole && identity.is_file(found);
                let is_past = || !is_whole || is_deleted || !is_called(held, path);
                return is_same || (identity.is_beside(found) && is_past());
            }
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS) if above != b"/" => {
                above = directory_of(above);
            }
            Err(_) => return false,
        }
    }
}

impl Identity {
    fn is_file(self, other: Self) -> bool {
        (self.device, self.number) == (other.device, other.number)
    }

    fn is_beside(self, other: Self) -> bool {
        self.mount.is_some() && self.mount == other.mount
    }
}

fn directory_of(path: &[u8]) -> &[u8] {
    match memchr::memrchr(b'/', path) {
        Some(0) | None => b"/",
        Some(slash) => path.get(..slash).unwrap_or_default(),
    }
}

/// Tells whether something has a path by now.
fn is_called(held: BorrowedFd<'_>, path: &[u8]) -> bool {
    let link = readlink(format!("/proc/self/fd/{}", held.as_raw_fd()), Vec::new());
    link.is_ok_and(|link| link.as_bytes() == path)
}

/// A link that came to be on the way is not followed: it may lead to the very place that is held.
fn open(path: &[u8]) -> Result<OwnedFd, Errno> {
    unlinked::open(Path::new(OsStr::from_bytes(path)))
}

fn identify(file: BorrowedFd<'_>) -> Result<Identity, Errno> {
    let wanted = StatxFlags::INO | StatxFlags::MNT_ID;
    let status = statx(file, "", AtFlags::EMPTY_PATH, wanted)?;
    let tells = StatxFlags::from_bits_retain(status.stx_mask).contains(StatxFlags::MNT_ID);
    Ok(Identity {
        device: (status.stx_dev_major, status.stx_dev_minor),
        number: status.stx_ino,
        mount: tells.then_some(status.stx_mnt_id),
    })
}
