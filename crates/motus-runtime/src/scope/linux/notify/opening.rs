//! What opening something comes to: by its flags, and by what is there.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use rustix::path::DecInt;

use super::super::super::tally::Deed;
use super::super::call::Name;
use super::super::lookup::{Place, Unresolved, Wish, read_into};

/// How something is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    flags: u64,
    pub(super) resolve: ResolveFlags,
    /// Whether the flags were read from memory, and may be others when the kernel reads them.
    is_read: bool,
}

/// The bytes of an `open_how` that are known: flags, mode, and how to look names up.
const HOW: u64 = 24;

impl Opening {
    pub(super) fn new(flags: u64) -> Self {
        Self { flags, resolve: ResolveFlags::empty(), is_read: false }
    }

    /// Reads an `open_how`; what is longer than known has to be zero, or the kernel refuses it.
    pub(super) fn read(thread: u32, how: u64, size: u64) -> Result<Self, Unresolved> {
        if size < HOW {
            return Err(Unresolved::Fails(Errno::INVAL));
        }
        let mut words = [[0; 8]; 3];
        read_into(thread, how, words.as_flattened_mut())?;
        let [flags, _mode, resolve] = words.map(u64::from_ne_bytes);
        let resolve = ResolveFlags::from_bits_retain(resolve) & !ResolveFlags::CACHED;
        Ok(Self { flags, resolve, is_read: true })
    }

    /// Tells whether it is a mere look, which is no attempt on anything.
    pub(super) fn only_looks(self) -> bool {
        self.has(libc::O_PATH)
    }

    /// Tells whether nothing could be changed by it, whatever is there.
    pub(super) fn only_reads(self) -> bool {
        !self.writes() && !self.has(libc::O_CREAT) && !self.makes_nameless()
    }

    /// Tells whether the kernel will see the same flags.
    pub(super) fn is_certain(self) -> bool {
        !self.is_read
    }

    /// Returns the name as it is looked up by this.
    pub(super) fn name(self, name: Name) -> Name {
        match name {
            Name::Path { directory, address, may_be_empty, .. } => {
                let is_exclusive = self.has(libc::O_CREAT) && self.has(libc::O_EXCL);
                let follows = !self.has(libc::O_NOFOLLOW) && !is_exclusive;
                Name::Path { directory, address, follows, may_be_empty }
            }
            name @ Name::Descriptor(_) => name,
        }
    }

    pub(super) fn wish(self) -> Wish {
        let creates = self.has(libc::O_CREAT) && !self.makes_nameless();
        if creates { Wish::OrMade } else { Wish::There }
    }

    pub(super) fn deed(self, exists: bool) -> Deed {
        match exists {
            false => Deed::Entry,
            true if self.writes() || self.makes_nameless() => Deed::Write,
            true => Deed::Read,
        }
    }

    /// Says how it fails whatever a scope says, for the sake of what is there.
    pub(super) fn moot(self, deed: Deed, place: &Place) -> Option<i32> {
        if !place.exists {
            return None;
        }
        let creates = self.has(libc::O_CREAT);
        if creates && self.has(libc::O_EXCL) {
            return Some(libc::EEXIST);
        }
        let is_directory = place.is_directory();
        let is_link = self.has(libc::O_NOFOLLOW) && place.path().is_symlink();
        match deed {
            _ if self.has(libc::O_DIRECTORY) && (!is_directory || is_link) => Some(libc::ENOTDIR),
            _ if is_link => Some(libc::ELOOP),
            Deed::Write if is_directory && !self.makes_nameless() => Some(libc::EISDIR),
            _ if is_directory && creates => Some(libc::EISDIR),
            _ => None,
        }
    }

    /// Opens on the caller's behalf what has no name, through a handle of ours: the caller's flags count, but for those
    /// about a name. Nothing waits there: pipes without a name are open at once.
    pub(super) fn open_again(
        self,
        handle: BorrowedFd<'_>,
        descriptors: BorrowedFd<'_>,
    ) -> Result<OwnedFd, Errno> {
        let of_names = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let flags = OFlags::from_bits_retain(u32::try_from(self.flags).map_err(|_| Errno::INVAL)?);
        let flags = flags.difference(of_names) | OFlags::CLOEXEC | OFlags::NOCTTY;
        if self.is_read {
            // It refuses flags that are not known, and the other one does not.
            let resolve = ResolveFlags::empty();
            return openat2(descriptors, DecInt::from_fd(handle), flags, Mode::empty(), resolve);
        }
        openat(descriptors, DecInt::from_fd(handle), flags, Mode::empty())
    }

    /// Tells whether a program that is started later does not get what is opened.
    pub(super) fn closes_on_exec(self) -> bool {
        self.has(libc::O_CLOEXEC)
    }

    fn writes(self) -> bool {
        self.has(libc::O_ACCMODE) || self.has(libc::O_TRUNC)
    }

    fn makes_nameless(self) -> bool {
        self.has(libc::O_TMPFILE & !libc::O_DIRECTORY)
    }

    fn has(self, flag: i32) -> bool {
        self.flags & u64::from(flag.cast_unsigned()) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_what_an_opening_comes_to() {
        use libc::{O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TMPFILE, O_TRUNC, O_WRONLY};
        let (read, write, entry) = (Deed::Read, Deed::Write, Deed::Entry);
        for (flags, only_reads, wish, there, missing) in [
            (O_RDONLY, true, Wish::There, read, entry),
            (O_WRONLY, false, Wish::There, write, entry),
            (O_RDWR, false, Wish::There, write, entry),
            (O_RDONLY | O_TRUNC, false, Wish::There, write, entry),
            (O_RDONLY | O_CREAT, false, Wish::OrMade, read, entry),
            (O_WRONLY | O_CREAT | O_EXCL, false, Wish::OrMade, write, entry),
            // It names the directory, in which something comes to be.
            (O_WRONLY | O_TMPFILE, false, Wish::There, write, entry),
        ] {
            let opening = Opening::new(flags.cast_unsigned().into());
            assert_eq!(opening.only_reads(), only_reads, "{flags:o}");
            assert_eq!(opening.wish(), wish, "{flags:o}");
            assert_eq!((opening.deed(true), opening.deed(false)), (there, missing), "{flags:o}");
        }
    }

    #[test]
    fn links_are_followed_unless_flags_forbid_it() {
        use libc::{O_CREAT, O_EXCL, O_NOFOLLOW};
        for (flags, expected) in [
            (0, true),
            (O_CREAT, true),
            (O_EXCL, true),
            (O_NOFOLLOW, false),
            (O_CREAT | O_EXCL, false),
        ] {
            let name = Name::Path { directory: 3, address: 1, follows: true, may_be_empty: false };
            let opening = Opening::new(flags.cast_unsigned().into());
            let Name::Path { follows, .. } = opening.name(name) else { panic!("it is a path") };
            assert_eq!(follows, expected, "{flags:o}");
        }
    }
}
