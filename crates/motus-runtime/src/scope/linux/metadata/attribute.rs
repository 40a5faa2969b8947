//! Extended attributes: name and value from the caller's memory, within the kernel's own bounds.

use std::os::fd::{AsRawFd as _, BorrowedFd};

use rustix::fs::{XattrFlags, removexattr, setxattr};
use rustix::io::Errno;

use super::super::lookup::{Unresolved, read_into, read_text};

/// As long as a name may be.
const MOST_NAME: usize = 255;
/// As long as a value may be.
const MOST_VALUE: u64 = 65_536;
/// The bytes of an `xattr_args`: an address, a size, flags.
const ARGUMENTS: u64 = 16;

/// What becomes of an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Attribute {
    name: Vec<u8>,
    /// The value and flags with which it is set; without one it is removed.
    value: Option<(Vec<u8>, u32)>,
}

impl Attribute {
    /// Reads one that is set.
    pub(super) fn read(
        thread: u32,
        name: u64,
        value: u64,
        size: u64,
        flags: u32,
    ) -> Result<Self, Unresolved> {
        if flags & !(XattrFlags::CREATE | XattrFlags::REPLACE).bits() != 0 {
            return Err(Unresolved::Fails(Errno::INVAL));
        }
        let name = read_name(thread, name)?;
        if size > MOST_VALUE {
            return Err(Unresolved::Fails(Errno::TOOBIG));
        }
        let mut content = vec![0; usize::try_from(size).unwrap_or_default()];
        read_into(thread, value, &mut content)?;
        Ok(Self { name, value: Some((content, flags)) })
    }

    /// Reads one that is set by arguments that stand in memory.
    pub(super) fn read_by(
        thread: u32,
        name: u64,
        arguments: u64,
        size: u64,
    ) -> Result<Self, Unresolved> {
        match size {
            ARGUMENTS => {}
            ..ARGUMENTS => return Err(Unresolved::Fails(Errno::INVAL)),
            _ => return Err(Unresolved::Fails(Errno::TOOBIG)),
        }
        let mut words = [[0; 8]; 2];
        read_into(thread, arguments, words.as_flattened_mut())?;
        let [value, rest] = words;
        let ([size, flags], []) = rest.as_chunks::<4>() else {
            return Err(Unresolved::Fails(Errno::INVAL));
        };
        let (size, flags) = (u32::from_ne_bytes(*size), u32::from_ne_bytes(*flags));
        Self::read(thread, name, u64::from_ne_bytes(value), size.into(), flags)
    }

    /// Reads one that is removed.
    pub(super) fn read_removal(thread: u32, name: u64) -> Result<Self, Unresolved> {
        Ok(Self { name: read_name(thread, name)?, value: None })
    }

    /// Tells whether it is one of those that whoever may write a file may set.
    pub(super) fn is_of_users(&self) -> bool {
        self.name.starts_with(b"user.")
    }

    /// Tells whether it is one of those that take more than a command in a scope may, also as root.
    pub(super) fn is_of_administrators(&self) -> bool {
        let of_modules = self.name.starts_with(b"security.") && self.name != b"security.capability";
        self.name.starts_with(b"trusted.") || of_modules
    }

    /// Sets or removes it.
    pub(super) fn apply(&self, file: BorrowedFd<'_>) -> Result<(), Errno> {
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        let name = self.name.as_slice();
        match &self.value {
            Some((value, flags)) => {
                setxattr(path, name, value, XattrFlags::from_bits_retain(*flags))
            }
            None => removexattr(path, name),
        }
    }
}

fn read_name(thread: u32, address: u64) -> Result<Vec<u8>, Unresolved> {
    let mut name = Vec::new();
    let read = read_text(thread, address, &mut name);
    match read {
        Ok(()) if (1..=MOST_NAME).contains(&name.len()) => Ok(name),
        Ok(()) | Err(Unresolved::Fails(Errno::NAMETOOLONG)) => Err(Unresolved::Fails(Errno::RANGE)),
        Err(error) => Err(error),
    }
}
