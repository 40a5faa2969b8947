//! Mode, owner, times and attributes: done on the command's behalf, on the very file that was judged.
//!
//! The file was opened before it was judged, and is changed through that descriptor: whoever swaps names meanwhile
//! changes nothing else. Nothing is done that the caller could not do by itself.

mod attribute;
mod credentials;
#[cfg(test)]
mod tests;
mod times;

use std::os::fd::BorrowedFd;

use rustix::fs::{AtFlags, FileType, Gid, Mode, Stat, Uid, chmodat, chownat, fstat};
use rustix::io::Errno;
use rustix::path::DecInt;

use super::call::Metadata;
use super::lookup::Unresolved;
use super::sys::Answer;
use attribute::Attribute;
pub(super) use credentials::Standing;
use times::read_times;

/// A change whose arguments were read: nothing of it is the caller's any more.
#[derive(Debug)]
pub(super) enum Wanted {
    Mode(u32),
    Owner(Option<Uid>, Option<Gid>),
    Times(rustix::fs::Timestamps),
    Attribute(Attribute),
}

/// Reads what a change needs from the caller's memory.
pub(super) fn read(thread: u32, change: Metadata) -> Result<Wanted, Unresolved> {
    let some = |number: u32| (number != u32::MAX).then_some(number);
    Ok(match change {
        Metadata::Mode(mode) => Wanted::Mode(mode),
        Metadata::Owner { user, group } => {
            Wanted::Owner(some(user).map(Uid::from_raw), some(group).map(Gid::from_raw))
        }
        Metadata::Times { address, form } => Wanted::Times(read_times(thread, address, form)?),
        Metadata::SetAttribute { name, value, size, flags } => {
            Wanted::Attribute(Attribute::read(thread, name, value, size, flags)?)
        }
        Metadata::SetAttributeBy { name, arguments, size } => {
            Wanted::Attribute(Attribute::read_by(thread, name, arguments, size)?)
        }
        Metadata::RemoveAttribute { name } => {
            Wanted::Attribute(Attribute::read_removal(thread, name)?)
        }
    })
}

/// Tells whether a change is one of the node of a device, which no rule about its content grants.
pub(super) fn is_of_device(file: BorrowedFd<'_>, change: Metadata) -> bool {
    let is_device = fstat(file).is_ok_and(|status| {
        let kind = FileType::from_raw_mode(status.st_mode);
        matches!(kind, FileType::CharacterDevice | FileType::BlockDevice)
    });
    is_device && !matches!(change, Metadata::Times { .. })
}

/// Changes what a descriptor without rights holds, as who stands so could; `descriptors` is our `/proc/self/fd`.
pub(super) fn perform(
    standing: &Standing,
    wanted: &Wanted,
    file: BorrowedFd<'_>,
    descriptors: BorrowedFd<'_>,
) -> Answer {
    let result = fstat(file).and_then(|status| {
        standing.check(wanted, &status)?;
        let _taken = standing.take_on()?;
        change(wanted, &status, file, descriptors)
    });
    match result {
        Ok(()) => Answer::Return(0),
        Err(error) => Answer::Fail(error.raw_os_error()),
    }
}

/// A link in `/proc/self/fd` leads to what is open itself, be it a link; so nothing has to be said about following.
fn change(
    wanted: &Wanted,
    status: &Stat,
    file: BorrowedFd<'_>,
    descriptors: BorrowedFd<'_>,
) -> Result<(), Errno> {
    let path = DecInt::from_fd(file);
    let flags = AtFlags::empty();
    match wanted {
        // Some file systems would change it.
        Wanted::Mode(_) if FileType::from_raw_mode(status.st_mode) == FileType::Symlink => {
            Err(Errno::OPNOTSUPP)
        }
        Wanted::Mode(mode) => chmodat(descriptors, path, Mode::from_bits_retain(*mode), flags),
        Wanted::Owner(user, group) => chownat(descriptors, path, *user, *group, flags),
        Wanted::Times(times) => rustix::fs::utimensat(descriptors, path, times, flags),
        Wanted::Attribute(attribute) => attribute.apply(file),
    }
}
