//! Opening what a path leads to without following any link: one that has come to be on the way might lead anywhere.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};
use rustix::io::Errno;

const LOOKS: OFlags = OFlags::PATH.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);

/// Opens a path for a mere look; a link at its end is opened itself.
///
/// Errors: the system's; ELOOP for a link on the way.
pub(super) fn open(path: &Path) -> Result<OwnedFd, Errno> {
    match openat2(CWD, path, LOOKS, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // In a scope around this one nobody is told by this call what is where.
        Err(Errno::NOSYS) => open_by_steps(path),
        opened => opened,
    }
}

/// Opens name by name: a link on the way is none of the directories that it has to lead through.
pub(super) fn open_by_steps(path: &Path) -> Result<OwnedFd, Errno> {
    let mut opened = openat(CWD, "/", LOOKS, Mode::empty())?;
    for name in path.components().skip(1) {
        let next = openat(&opened, name.as_os_str(), LOOKS, Mode::empty());
        opened = match next {
            Err(Errno::NOTDIR) if is_link(&opened) => return Err(Errno::LOOP),
            next => next?,
        };
    }
    Ok(opened)
}

pub(super) fn is_link(opened: &OwnedFd) -> bool {
    fstat(opened).is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Symlink)
}
