//! From a name in another process to what lies there: absolute, and without links.
//!
//! Names are looked up by the kernel, from where the caller stands, and read back from a descriptor of ours. What leads
//! through `/proc`, where links lead on by other rules and `self` is whoever asks, is walked name by name.
//!
//! Children cannot change their root, so absolute names start at ours. What is found was so at that moment: who changes
//! names or memory meanwhile is told wrongly, never let through, since nothing is decided by names alone.

mod memory;
mod origin;
mod place;
mod plain;
#[cfg(test)]
mod tests;
mod text;
mod walk;

use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::buffer::spare_capacity;
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, openat, openat2, readlinkat,
    readlinkat_raw, statat,
};
use rustix::io::Errno;
use rustix::path::DecInt;

use super::call::Name;
use super::metadata::Standing;
pub(super) use memory::{MOST_TEXT, read_into, read_text};
pub(super) use place::Place;
use text::{hints_at_self, split};

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute, without links.
    pub(super) path: PathBuf,
    /// Whether something is there.
    pub(super) exists: bool,
    /// Whether no link of another process than the caller's own was followed on the way.
    pub(super) is_reached: bool,
}

/// What is wanted of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// What is there.
    There,
    /// What is there, to be held on to.
    Held,
    /// What is there, or would come to be there.
    OrMade,
    /// The name in its directory, whether anything is there or not.
    Named,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// The caller fails in the same way.
    Fails(Errno),
    /// It is we who do not get there.
    Unreadable(Errno),
}

/// Where a path starts, how its last name is taken, and what is wanted of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'a> {
    pub(super) thread: u32,
    /// By whose rights names are looked up. What the thread has open is opened by ours: it has come to that.
    pub(super) standing: &'a Standing,
    pub(super) directory: i32,
    pub(super) follows: bool,
    pub(super) wish: Wish,
    /// The caller's own restrictions, of `openat2`.
    pub(super) resolve: ResolveFlags,
    /// As many links may be gone on behind.
    pub(super) links: u8,
}

/// As many links as the kernel follows.
const MOST_LINKS: u8 = 40;

/// Finds what names lead to; keeps what that takes.
#[derive(Debug)]
pub(super) struct Resolver {
    /// `/proc`.
    processes: OwnedFd,
    /// `/proc/self/fd`.
    descriptors: OwnedFd,
    /// `/proc/PID`, with the number of this process.
    own: Vec<u8>,
    text: Vec<u8>,
}

/// Finds what a path leads to for a thread, whose text has already been read.
///
/// Relative to its working directory. Errors: ENOENT, ENOTDIR, ELOOP and the like when the way there does not exist.
/// What is not there by its last name alone is no error.
pub(super) fn resolve_text(thread: u32, path: &[u8], follows: bool) -> io::Result<Target> {
    let resolver = Resolver::new()?;
    let mut place = Place::default();
    let manner = Manner {
        thread,
        standing: &Standing::Same,
        directory: libc::AT_FDCWD,
        follows,
        wish: Wish::OrMade,
        resolve: ResolveFlags::empty(),
        links: MOST_LINKS,
    };
    resolver.resolve_text(manner, path, &mut place)?;
    let is_reached = place.is_reached_by(thread);
    Ok(Target { path: place.path().to_owned(), exists: place.exists, is_reached })
}

impl Resolver {
    pub(super) fn new() -> io::Result<Self> {
        let looks = LOOKS | OFlags::DIRECTORY;
        Ok(Self {
            processes: openat(CWD, "/proc", looks, Mode::empty())?,
            descriptors: openat(CWD, "/proc/self/fd", looks, Mode::empty())?,
            own: format!("/proc/{}", std::process::id()).into_bytes(),
            text: Vec::with_capacity(MOST_TEXT),
        })
    }

    /// Returns `/proc/self/fd`, where a descriptor of ours leads to what it holds.
    pub(super) fn descriptors(&self) -> BorrowedFd<'_> {
        self.descriptors.as_fd()
    }

    /// Returns `/proc`.
    pub(super) fn processes(&self) -> BorrowedFd<'_> {
        self.processes.as_fd()
    }

    /// Finds what a name of a thread leads to, as the kernel would for that thread, and for who stands so.
    pub(super) fn resolve(
        &mut self,
        thread: u32,
        standing: &Standing,
        name: Name,
        wish: Wish,
        resolve: ResolveFlags,
        place: &mut Place,
    ) -> Result<(), Unresolved> {
        match name {
            Name::Descriptor(number) => {
                // What is held is to be changed, which a mere look does not suffice for.
                if number < 0 || (wish == Wish::Held && self.only_looks(thread, number)?) {
                    return Err(Unresolved::Fails(Errno::BADF));
                }
                self.resolve_descriptor(thread, number, wish, place)
            }
            Name::Path { directory, address, follows, may_be_empty } => {
                read_text(thread, address, &mut self.text)?;
                if self.text.is_empty() && may_be_empty {
                    return self.resolve_descriptor(thread, directory, wish, place);
                }
                let links = MOST_LINKS;
                let manner = Manner { thread, standing, directory, follows, wish, resolve, links };
                self.resolve_text(manner, &self.text, place)
            }
        }
    }

    fn resolve_descriptor(
        &self,
        thread: u32,
        number: i32,
        wish: Wish,
        place: &mut Place,
    ) -> Result<(), Unresolved> {
        let handle = self.open_start(thread, number, OFlags::empty())?;
        self.settle(handle, wish, place)
    }

    fn resolve_text(
        &self,
        manner: Manner<'_>,
        text: &[u8],
        place: &mut Place,
    ) -> Result<(), Unresolved> {
        if text.is_empty() {
            return Err(Unresolved::Fails(Errno::NOENT));
        }
        let is_free = manner.resolve.is_empty();
        // What is held is named by itself.
        let may_be_plain = is_free && manner.wish != Wish::Held;
        if may_be_plain && plain::look_up(self, manner, text, place)? {
            return Ok(());
        }
        let is_rooted = text.starts_with(b"/") && !manner.resolve.contains(ResolveFlags::IN_ROOT);
        let start = (!is_rooted)
            .then(|| self.open_start(manner.thread, manner.directory, OFlags::DIRECTORY))
            .transpose()?;
        let is_settled = !(is_free && hints_at_self(text))
            && match (manner.wish, split(text)) {
                (Wish::OrMade | Wish::Named, Some(named)) => {
                    self.look_up_named(manner, start.as_ref(), text, named, place)?
                }
                _ => self.look_up(manner, start.as_ref(), text, place)?,
            };
        if is_settled { Ok(()) } else { walk::walk(self, manner, start, text, place) }
    }

    /// Has the kernel look up a path as a whole; false if it has to be walked.
    fn look_up(
        &self,
        manner: Manner<'_>,
        start: Option<&OwnedFd>,
        text: &[u8],
        place: &mut Place,
    ) -> Result<bool, Unresolved> {
        let flags = if manner.follows { LOOKS } else { LOOKS | OFlags::NOFOLLOW };
        match look(manner, start, text, flags) {
            Ok(handle) => {
                self.settle(handle, manner.wish, place)?;
                Ok(!self.is_own(place))
            }
            Err(Errno::NOENT) if self.is_missing(manner, start, text, place) => {
                Err(Unresolved::Fails(Errno::NOENT))
            }
            Err(error) => must_walk(error, manner),
        }
    }

    /// Has the kernel look up the directory of a path, and looks there for its last name; false if it has to be walked.
    fn look_up_named(
        &self,
        manner: Manner<'_>,
        start: Option<&OwnedFd>,
        text: &[u8],
        (above, last): (&[u8], &[u8]),
        place: &mut Place,
    ) -> Result<bool, Unresolved> {
        let opened;
        let parent = match start {
            Some(start) if above.is_empty() => start,
            _ => match look(manner, start, above, LOOKS | OFlags::DIRECTORY) {
                Ok(handle) => {
                    opened = handle;
                    &opened
                }
                Err(error) => return must_walk(error, manner),
            },
        };
        self.name(parent.as_fd(), place)?;
        if self.is_own(place) {
            return Ok(false);
        }
        if manner.wish == Wish::OrMade {
            match statat(parent, last, AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => place.exists = false,
                Err(error) => return Err(Unresolved::from(error)),
                Ok(status) if is_link(status.st_mode) && manner.follows => {
                    return match self.look_up(manner, start, text, place) {
                        Err(Unresolved::Fails(Errno::NOENT)) if !manner.resolve.is_empty() => {
                            self.look_up_behind(manner, start, parent, (above, last), place)
                        }
                        found => found,
                    };
                }
                Ok(_) => {}
            }
        }
        place.push(last);
        Ok(true)
    }

    /// Goes on where a link leads that leads to nothing yet, within the caller's own restrictions.
    fn look_up_behind(
        &self,
        mut manner: Manner<'_>,
        start: Option<&OwnedFd>,
        parent: &OwnedFd,
        (above, last): (&[u8], &[u8]),
        place: &mut Place,
    ) -> Result<bool, Unresolved> {
        manner.links = manner.links.checked_sub(1).ok_or(Unresolved::Fails(Errno::LOOP))?;
        let link = readlinkat(parent, last, Vec::new())?.into_bytes();
        let is_absolute = link.starts_with(b"/");
        let is_rooted = is_absolute && !manner.resolve.contains(ResolveFlags::IN_ROOT);
        if is_rooted && manner.resolve.contains(ResolveFlags::BENEATH) {
            return Err(Unresolved::Fails(Errno::XDEV));
        }
        let text = if is_absolute { link } else { [above, &link].concat() };
        let start = if is_rooted { None } else { start };
        match split(&text) {
            Some(named) => self.look_up_named(manner, start, &text, named, place),
            None => self.look_up(manner, start, &text, place),
        }
    }

    /// Tells whether a thread holds something by a descriptor that nothing can be done with.
    fn only_looks(&self, thread: u32, number: i32) -> Result<bool, Unresolved> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let about = format!("{thread}/fdinfo/{number}");
        let about = match openat(&self.processes, about, flags, Mode::empty()) {
            Err(Errno::NOENT) => return Err(Unresolved::Fails(Errno::BADF)),
            Err(error) => return Err(Unresolved::Unreadable(error)),
            Ok(about) => about,
        };
        let mut buffer = [0; 256];
        let length = rustix::io::read(about, &mut buffer)?;
        let text = buffer.get(..length).unwrap_or_default();
        let flags = text
            .split(|byte| *byte == b'\n')
            .find_map(|line| line.strip_prefix(b"flags:"))
            .and_then(|flags| i32::from_str_radix(str::from_utf8(flags).ok()?.trim(), 8).ok())
            .ok_or(Unresolved::Unreadable(Errno::BADF))?;
        Ok(flags & libc::O_PATH != 0)
    }

    /// Tells whether a path that the kernel did not find is not there for the caller either: not so when a link on the
    /// way might lead through a process, which is another for us.
    fn is_missing(
        &self,
        manner: Manner<'_>,
        start: Option<&OwnedFd>,
        text: &[u8],
        place: &mut Place,
    ) -> bool {
        let mut rest = text;
        while let Some((above, last)) = split(rest) {
            let opened = match start {
                Some(start) if above.is_empty() => start.try_clone().map_err(|_| Errno::MFILE),
                _ => look(manner, start, above, LOOKS | OFlags::DIRECTORY),
            };
            match opened {
                Err(Errno::NOENT) => rest = above,
                Err(_) => return false,
                Ok(parent) => {
                    let there = statat(&parent, last, AtFlags::SYMLINK_NOFOLLOW);
                    return there.err() == Some(Errno::NOENT)
                        && self.name(parent.as_fd(), place).is_ok()
                        && !self.is_own(place);
                }
            }
        }
        false
    }

    /// Opens where a thread's paths start: its working directory, or a directory that it holds.
    fn open_start(&self, thread: u32, number: i32, flags: OFlags) -> Result<OwnedFd, Unresolved> {
        let mut link = [0; 32];
        let link = link_to_start(&mut link, thread, number);
        openat(&self.processes, link, LOOKS | flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT if number != libc::AT_FDCWD => Unresolved::Fails(Errno::BADF),
            // Whose memory was readable, or whose links are closed to us, is one of those that hide.
            Errno::ACCESS => Unresolved::Unreadable(error),
            error => Unresolved::from(error),
        })
    }

    /// Says of something open what it is, by the name that it has now.
    fn settle(&self, handle: OwnedFd, wish: Wish, place: &mut Place) -> Result<(), Unresolved> {
        self.name(handle.as_fd(), place)?;
        if wish == Wish::Held || place.is_anonymous {
            place.handle = Some(handle);
        }
        Ok(())
    }

    fn name(&self, handle: BorrowedFd<'_>, place: &mut Place) -> Result<(), Unresolved> {
        place.clear();
        place.text.reserve(MOST_TEXT);
        readlinkat_raw(&self.descriptors, DecInt::from_fd(handle), spare_capacity(&mut place.text))
            // What has a longer path than the kernel can tell has none for us.
            .map_err(Unresolved::Unreadable)?;
        place.classify(handle);
        Ok(())
    }

    /// Tells whether a place lies in this process's part of `/proc`: `self` leads there, for us.
    fn is_own(&self, place: &Place) -> bool {
        let rest = place.text.strip_prefix(self.own.as_slice());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }
}

/// Says by which link below `/proc` a thread's working directory is reached, or what it holds.
fn link_to_start(buffer: &mut [u8; 32], thread: u32, number: i32) -> &[u8] {
    let mut rest = buffer.as_mut_slice();
    let written = if number == libc::AT_FDCWD {
        write!(rest, "{thread}/cwd")
    } else {
        write!(rest, "{thread}/fd/{number}")
    };
    let left = rest.len();
    // Two numbers of 32 bits always fit.
    buffer.get(..buffer.len() - left).filter(|_| written.is_ok()).unwrap_or_default()
}

const LOOKS: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);

/// Opens a path, but for links of `/proc` to what is open somewhere: those are not followed for us.
fn look(
    manner: Manner<'_>,
    start: Option<&OwnedFd>,
    text: &[u8],
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let start = start.map_or(CWD, AsFd::as_fd);
    let resolve = manner.resolve | ResolveFlags::NO_MAGICLINKS;
    let _taken = manner.standing.take_on().map_err(|_| Errno::ACCESS)?;
    openat2(start, text, flags, Mode::empty(), resolve)
}

/// Tells whether an error may be due to how we look.
fn must_walk(error: Errno, manner: Manner<'_>) -> Result<bool, Unresolved> {
    match error {
        Errno::NOENT | Errno::LOOP | Errno::NOSYS if manner.resolve.is_empty() => Ok(false),
        // What a process has open is its own alone, whoever it counts as.
        Errno::ACCESS if !manner.standing.is_ours() => Ok(false),
        error => Err(Unresolved::from(error)),
    }
}

fn is_link(mode: u32) -> bool {
    FileType::from_raw_mode(mode) == FileType::Symlink
}

impl From<Errno> for Unresolved {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT
            | Errno::NOTDIR
            | Errno::LOOP
            | Errno::NAMETOOLONG
            | Errno::ACCESS
            | Errno::XDEV
            | Errno::BADF
            | Errno::INVAL
            // A lookup that came between renamings is made again.
            | Errno::AGAIN
            | Errno::STALE => Self::Fails(error),
            error => Self::Unreadable(error),
        }
    }
}

impl From<Unresolved> for io::Error {
    fn from(unresolved: Unresolved) -> Self {
        match unresolved {
            Unresolved::Fails(error) | Unresolved::Unreadable(error) => error.into(),
        }
    }
}
