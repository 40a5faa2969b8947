//! A path, name by name: what is done where the kernel would take us for the caller.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{CWD, Mode, OFlags, PROC_SUPER_MAGIC, fstat, fstatfs, openat, readlinkat};
use rustix::io::Errno;

use super::super::kin;
use super::super::metadata::Standing;
use super::place::Through;
use super::text::split;
use super::{LOOKS, MOST_LINKS, Manner, Place, Resolver, Unresolved, Wish, is_link};

/// Walks a path from a start, or from the root.
pub(super) fn walk(
    resolver: &Resolver,
    manner: Manner<'_>,
    start: Option<OwnedFd>,
    text: &[u8],
    place: &mut Place,
) -> Result<(), Unresolved> {
    // A name that comes or goes may have slashes behind it; what is opened is a directory then.
    let text = match (manner.wish, split(text)) {
        (Wish::Named, Some((above, last))) => [above, last].concat(),
        _ => text.to_vec(),
    };
    let here = start.map_or_else(root, Ok)?;
    let (ahead, through) = (Vec::new(), Vec::new());
    let mut walk = Walk { resolver, manner, here, ahead, links: 0, process: None, through };
    walk.go_on_with(&text);
    walk.finish(place)?;
    place.through = std::mem::take(&mut walk.through);
    walk.take_for_itself(place);
    Ok(())
}

struct Walk<'a> {
    resolver: &'a Resolver,
    manner: Manner<'a>,
    here: OwnedFd,
    /// The names to come, the last first.
    ahead: Vec<Vec<u8>>,
    links: u8,
    /// The process whose thread it is, once it was asked for.
    process: Option<u32>,
    through: Vec<Through>,
}

impl Walk<'_> {
    fn finish(&mut self, place: &mut Place) -> Result<(), Unresolved> {
        while let Some(name) = self.ahead.pop() {
            if name == b"." {
                continue;
            }
            let is_last = self.ahead.is_empty();
            if name != b".." && self.enter_process(&name)? {
                continue;
            }
            if is_last && self.manner.wish == Wish::Named && name != b".." {
                return self.name(&name, place);
            }
            let handle = match self.open(&name, OFlags::NOFOLLOW) {
                Err(Errno::NOENT) if is_last && self.manner.wish == Wish::OrMade => {
                    self.name(&name, place)?;
                    place.exists = false;
                    return Ok(());
                }
                opened => opened?,
            };
            let is_followed = !is_last || self.manner.follows;
            if is_followed && is_link(fstat(&handle)?.st_mode) {
                self.follow(&name, handle.as_fd())?;
            } else {
                self.here = handle;
            }
        }
        let here = self.here.try_clone().map_err(|_| Unresolved::Unreadable(Errno::MFILE))?;
        self.resolver.settle(here, self.manner.wish, place)
    }

    /// Says where a name in this directory lies.
    fn name(&self, name: &[u8], place: &mut Place) -> Result<(), Unresolved> {
        self.resolver.name(self.here.as_fd(), place)?;
        place.push(name);
        Ok(())
    }

    /// Opens a name by the rights of the caller; but below `/proc` by ours, since what a process finds of itself there it
    /// finds whoever it counts as.
    fn open(&self, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let is_our_right = self.manner.standing.is_ours() || self.is_in_proc()?;
        let standing = if is_our_right { &Standing::Same } else { self.manner.standing };
        let _taken = standing.take_on().map_err(|_| Errno::ACCESS)?;
        openat(&self.here, name, LOOKS | flags, Mode::empty())
    }

    /// Takes the caller for `self`, and tells whether it had to.
    fn enter_process(&mut self, name: &[u8]) -> Result<bool, Unresolved> {
        let is_itself = name == b"self" || name == b"thread-self";
        if !is_itself || self.path()? != b"/proc" {
            return Ok(false);
        }
        let thread = self.manner.thread;
        let process = kin::process_of(thread).ok_or(Unresolved::Unreadable(Errno::SRCH))?;
        self.process = Some(process);
        if name == b"self" {
            self.go_on_with(format!("{process}").as_bytes());
        } else {
            self.go_on_with(format!("{process}/task/{thread}").as_bytes());
        }
        Ok(true)
    }

    fn follow(&mut self, name: &[u8], link: BorrowedFd<'_>) -> Result<(), Unresolved> {
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(Unresolved::Fails(Errno::LOOP));
        }
        if self.leads_to_what_is_open()? {
            let path = self.path()?;
            let there = self.open(name, OFlags::empty())?;
            let directory = std::mem::replace(&mut self.here, there);
            let through = Through::new(directory, &path, name, self.process);
            self.through.push(through.ok_or(Unresolved::Unreadable(Errno::ACCESS))?);
            return Ok(());
        }
        let text: CString = readlinkat(link, "", Vec::new())?;
        if text.as_bytes().starts_with(b"/") {
            self.here = root()?;
        }
        self.go_on_with(text.as_bytes());
        Ok(())
    }

    /// Tells whether the links of this directory are no texts: those of a process in `/proc`.
    fn leads_to_what_is_open(&self) -> Result<bool, Unresolved> {
        if !self.is_in_proc()? {
            return Ok(false);
        }
        let path = self.path()?;
        let below = path.strip_prefix(b"/proc/").unwrap_or_default();
        Ok(below.first().is_some_and(u8::is_ascii_digit))
    }

    fn is_in_proc(&self) -> Result<bool, Errno> {
        Ok(fstatfs(&self.here)?.f_type == PROC_SUPER_MAGIC)
    }

    fn path(&self) -> Result<Vec<u8>, Unresolved> {
        let mut place = Place::default();
        self.resolver.name(self.here.as_fd(), &mut place)?;
        Ok(place.text)
    }

    fn go_on_with(&mut self, text: &[u8]) {
        if text.ends_with(b"/") {
            self.ahead.push(b".".to_vec());
        }
        let names = text.split(|byte| *byte == b'/').filter(|name| !name.is_empty());
        let names: Vec<_> = names.map(<[u8]>::to_vec).collect();
        self.ahead.extend(names.into_iter().rev());
    }

    /// What a process finds under its own number is told as its own: the number says nothing to anybody later.
    fn take_for_itself(&self, place: &mut Place) {
        let Some(process) = self.process else { return };
        let rest = place.text.strip_prefix(format!("/proc/{process}").as_bytes());
        let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(b"/")) else {
            return;
        };
        place.text = [b"/proc/self", rest].concat();
    }
}

fn root() -> Result<OwnedFd, Unresolved> {
    Ok(openat(CWD, "/", LOOKS | OFlags::DIRECTORY, Mode::empty())?)
}
