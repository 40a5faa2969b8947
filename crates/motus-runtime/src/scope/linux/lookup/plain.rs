//! Paths without a link on the way, which most are: looked up by the kernel in one go, they lead where they say.
//!
//! That nothing on the way is a link is what the kernel is asked to see to. So what leads through a process in `/proc`
//! is none of these. Where a file system does not tell large letters from small, the caller's spelling stands.

use std::os::fd::AsFd as _;

use rustix::buffer::spare_capacity;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2, readlinkat_raw};
use rustix::io::Errno;

use super::place::DELETED;
use super::text::{normalize, split};
use super::{LOOKS, MOST_TEXT, Manner, Place, Resolver, Unresolved, Wish, link_to_start};

/// Finds what a path leads to; false if there are links, or it has to be found in another way.
pub(super) fn look_up(
    resolver: &Resolver,
    manner: Manner<'_>,
    text: &[u8],
    place: &mut Place,
) -> Result<bool, Unresolved> {
    place.clear();
    if !text.starts_with(b"/") && !begin(resolver, manner, place) {
        return Ok(false);
    }
    place.text.extend_from_slice(text);
    let flags = if manner.follows { LOOKS } else { LOOKS | OFlags::NOFOLLOW };
    let is_found = match manner.wish {
        Wish::There => match look(&place.text, flags) {
            // The way there was without links, as far as it goes, and began where the thread still stands.
            Err(Errno::NOENT) if begins(resolver, manner, text, place) => {
                return Err(Unresolved::Fails(Errno::NOENT));
            }
            found => found.is_ok(),
        },
        Wish::OrMade => match look(&place.text, flags) {
            Err(Errno::NOENT) if !place.text.ends_with(b"/") => {
                place.exists = false;
                has_directory(resolver, manner, text, place)?
            }
            found => found.is_ok(),
        },
        Wish::Named => has_directory(resolver, manner, text, place)?,
        Wish::Held => false,
    };
    if is_found {
        normalize(&mut place.text);
    }
    Ok(is_found)
}

/// Begins with where the thread stands, as far as that has a name.
fn begin(resolver: &Resolver, manner: Manner<'_>, place: &mut Place) -> bool {
    let mut link = [0; 32];
    let link = link_to_start(&mut link, manner.thread, manner.directory);
    place.text.reserve(MOST_TEXT);
    let read =
        readlinkat_raw(resolver.processes.as_fd(), link, spare_capacity(&mut place.text)).is_ok();
    let is_named = place.text.starts_with(b"/") && !place.text.ends_with(DELETED);
    place.text.push(b'/');
    read && is_named
}

/// Tells whether the directory of a name is there, without links on the way.
fn has_directory(
    resolver: &Resolver,
    manner: Manner<'_>,
    text: &[u8],
    place: &Place,
) -> Result<bool, Unresolved> {
    let Some((above, _)) = split(&place.text) else { return Ok(false) };
    match look(above, LOOKS | OFlags::DIRECTORY) {
        Err(Errno::NOENT) if begins(resolver, manner, text, place) => {
            Err(Unresolved::Fails(Errno::NOENT))
        }
        found => Ok(found.is_ok()),
    }
}

/// Tells whether a place still begins where the thread stands: its directory may have been renamed meanwhile.
fn begins(resolver: &Resolver, manner: Manner<'_>, text: &[u8], place: &Place) -> bool {
    if text.starts_with(b"/") {
        return true;
    }
    let mut link = [0; 32];
    let link = link_to_start(&mut link, manner.thread, manner.directory);
    let mut buffer = [0; MOST_TEXT];
    let length = readlinkat_raw(resolver.processes.as_fd(), link, &mut buffer).unwrap_or_default();
    let rest = place.text.strip_suffix(text).and_then(|start| start.strip_suffix(b"/"));
    length > 0 && rest == buffer.get(..length)
}

fn look(text: &[u8], flags: OFlags) -> Result<(), Errno> {
    openat2(CWD, text, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS).map(drop)
}
