//! Opening a path that stays below a directory: by the kernel where it can, else step by step.
//!
//! Both ways refuse the same: a path or a link that is absolute, `..` above the directory, and any link
//! where none is to be followed.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// Opens nothing but the place itself, where the system can do that.
#[cfg(target_os = "linux")]
pub(super) const LOOK: OFlags = OFlags::PATH;
/// Opens nothing but the place itself, where the system can do that.
#[cfg(not(target_os = "linux"))]
pub(super) const LOOK: OFlags = OFlags::RDONLY;

/// As many links as the kernel follows on one path.
const MOST_LINKS: usize = 40;

/// How often the kernel is asked again after somebody renamed a directory on the way.
#[cfg(target_os = "linux")]
const ATTEMPTS: usize = 16;

/// What becomes of links on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// They are followed while they stay below.
    Followed,
    /// They are refused, wherever they lead.
    Refused,
}

/// Opens a relative path. Errors: `XDEV` when it would leave the directory, `LOOP` when links lead
/// nowhere or are refused.
pub(super) fn open(
    directory: BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
    links: Links,
) -> Result<OwnedFd, Errno> {
    match by_the_kernel(directory, path, flags, links) {
        // An old kernel does not have the call; some sandboxes refuse the ones they do not know.
        Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => {
            step_by_step(directory, path, flags, links)
        }
        opened => opened,
    }
}

#[cfg(target_os = "linux")]
fn by_the_kernel(
    directory: BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
    links: Links,
) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};

    let none = match links {
        Links::Followed => ResolveFlags::empty(),
        Links::Refused => ResolveFlags::NO_SYMLINKS,
    };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | none;
    let mut opened = Err(Errno::AGAIN);
    for _ in 0..ATTEMPTS {
        opened = openat2(directory, path, flags, Mode::empty(), resolve);
        if !matches!(opened, Err(Errno::AGAIN | Errno::INTR)) {
            break;
        }
    }
    opened
}

#[cfg(not(target_os = "linux"))]
fn by_the_kernel(_: BorrowedFd<'_>, _: &str, _: OFlags, _: Links) -> Result<OwnedFd, Errno> {
    Err(Errno::NOSYS)
}

/// Opens one directory after the other, and reads each link instead of letting the kernel follow it.
pub(super) fn step_by_step(
    directory: BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
    followed: Links,
) -> Result<OwnedFd, Errno> {
    let mut ahead = pieces(path.as_bytes())?;
    let mut way = Way { start: directory, below: Vec::new() };
    let mut links = 0;
    while let Some(piece) = ahead.pop() {
        match piece.as_bytes() {
            b"." => {}
            // The directories on the way are kept open: leaving is impossible, whatever is renamed.
            b".." => way.below.pop().map(drop).ok_or(Errno::XDEV)?,
            _ => {
                let is_last = ahead.is_empty();
                match way.step(&piece, is_last, flags)? {
                    Step::Opened(opened) if is_last => return Ok(opened),
                    Step::Opened(opened) => way.below.push(opened),
                    Step::Link(target) => {
                        links += 1;
                        if links > MOST_LINKS || followed == Links::Refused {
                            return Err(Errno::LOOP);
                        }
                        ahead.extend(pieces(target.as_bytes())?);
                    }
                }
            }
        }
    }
    rustix::fs::openat(way.here(), ".", flags, Mode::empty())
}

/// The directories that are open, from the first one below the start on.
struct Way<'d> {
    start: BorrowedFd<'d>,
    below: Vec<OwnedFd>,
}

enum Step {
    Opened(OwnedFd),
    Link(CString),
}

impl Way<'_> {
    fn here(&self) -> BorrowedFd<'_> {
        self.below.last().map_or(self.start, AsFd::as_fd)
    }

    fn step(&self, piece: &CString, is_last: bool, flags: OFlags) -> Result<Step, Errno> {
        if let Ok(target) = rustix::fs::readlinkat(self.here(), piece, Vec::new()) {
            return Ok(Step::Link(target));
        }
        let directories = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let flags = if is_last { flags } else { directories };
        // What became a link meanwhile is refused.
        rustix::fs::openat(self.here(), piece, flags | OFlags::NOFOLLOW, Mode::empty())
            .map(Step::Opened)
    }
}

/// Splits a relative path, the last piece first.
fn pieces(path: &[u8]) -> Result<Vec<CString>, Errno> {
    if path.starts_with(b"/") {
        return Err(Errno::XDEV);
    }
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    let pieces = path.split(|byte| *byte == b'/').filter(|piece| !piece.is_empty());
    pieces.rev().map(|piece| CString::new(piece).map_err(|_| Errno::INVAL)).collect()
}
