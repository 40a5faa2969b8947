//! System calls in our words: what a notification asks for.
//!
//! Knows numbers, flags and where arguments stand; reads nobody's memory and decides nothing.

#![expect(clippy::many_single_char_names, reason = "arguments have a place, and no name")]

#[cfg(test)]
mod tests;

use libc::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW, c_long};

use super::filter::{self, Refusal, refusal};
use super::sys::Notification;

/// Calls that are newer than the list of the library; their numbers are the same on every architecture.
const FCHMODAT2: c_long = 452;
const SETXATTRAT: c_long = 463;
const REMOVEXATTRAT: c_long = 466;

/// How a call names what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A path in the caller's memory, relative to a directory descriptor (`AT_FDCWD` for the working directory).
    Path { directory: i32, address: u64, follows: bool, may_be_empty: bool },
    /// A descriptor of the caller.
    Descriptor(i32),
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Opens something; the flags are those of `open`.
    Open { name: Name, flags: u64 },
    /// Opens something; the flags are in an `open_how` at an address.
    OpenHow { name: Name, how: u64, size: u64 },
    /// Does something to one name, which Landlock decides on.
    Change { name: Name, touch: Touch },
    /// Does so to two names at once: both go on, or neither.
    ChangeTwo { from: Name, to: Name, pair: Pair },
    /// Runs a program.
    Run(Name),
    /// Changes mode, owner, times or attributes, which Landlock knows nothing of.
    Metadata { name: Name, change: Metadata },
    /// Connects a socket.
    Connect { socket: i32, address: u64, length: u64 },
    /// Gives a socket an address.
    Bind { socket: i32, address: u64, length: u64 },
    /// Has a socket wait for connections.
    Listen { socket: i32, backlog: i32 },
    /// Something that no scope allows.
    Forbidden { called: &'static str, errno: i32 },
    /// Something that the kernel refuses whoever asks, with this error number.
    Wrong(i32),
}

/// What happens to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Comes to be: fails when it is there.
    Makes,
    /// Goes away: fails when it is not there.
    Removes,
    /// Is put in the place of what is there, if anything is.
    Replaces,
    /// Stays, and its content is cut to so many bytes: fails when it is not there.
    Cuts { length: u64 },
}

/// What happens to two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// The first goes away, and what lay there lies at the second.
    Renames,
    /// What lies at the one lies at the other afterwards.
    Exchanges,
    /// What lies at the first lies at the second as well.
    Links,
}

/// What is changed about a file beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metadata {
    Mode(u32),
    /// `u32::MAX` leaves one as it is.
    Owner {
        user: u32,
        group: u32,
    },
    /// Times at an address, of the form that `form` says; address 0 is now.
    Times {
        address: u64,
        form: TimeForm,
    },
    /// Sets an extended attribute; name and value are at addresses.
    SetAttribute {
        name: u64,
        value: u64,
        size: u64,
        flags: u32,
    },
    /// The same; value, size and flags are in an `xattr_args` at an address.
    SetAttributeBy {
        name: u64,
        arguments: u64,
        size: u64,
    },
    /// Removes an extended attribute.
    RemoveAttribute {
        name: u64,
    },
}

/// How times are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// Two `timespec`.
    Nanoseconds,
    /// Two `timeval`.
    Microseconds,
    /// A `utimbuf`.
    Seconds,
}

/// Returns what a notification asks for.
///
/// Whatever is not known is forbidden: it is a filter and a table that disagree.
pub(super) fn asked(notification: &Notification) -> Asked {
    if notification.architecture != filter::NATIVE {
        return Asked::Forbidden { called: "foreign", errno: libc::ENOSYS };
    }
    let number = c_long::from(notification.number);
    let arguments = notification.arguments;
    files(number, arguments)
        .or_else(|| old_files(number, arguments))
        .or_else(|| metadata(number, arguments))
        .or_else(|| attributes(number, arguments))
        .or_else(|| sockets(number, arguments))
        .unwrap_or_else(|| forbidden(notification))
}

/// What no scope allows; what is not known either, lest it go on unseen.
fn forbidden(notification: &Notification) -> Asked {
    let unknown = Refusal { called: "unknown", errno: libc::ENOSYS };
    let known = refusal(notification.number, &notification.arguments);
    let Refusal { called, errno } = known.unwrap_or(unknown);
    Asked::Forbidden { called, errno }
}

/// Files and programs, on every architecture.
fn files(number: c_long, [a, b, c, d, e, _]: [u64; 6]) -> Option<Asked> {
    Some(match number {
        libc::SYS_openat => Asked::Open { name: followed(a, b), flags: low(c).into() },
        libc::SYS_openat2 => Asked::OpenHow { name: followed(a, b), how: c, size: d },
        libc::SYS_truncate => {
            Asked::Change { name: followed(HERE, a), touch: Touch::Cuts { length: b } }
        }
        libc::SYS_unlinkat => Asked::Change { name: named(a, b), touch: Touch::Removes },
        libc::SYS_mkdirat => Asked::Change { name: named(a, b), touch: Touch::Makes },
        libc::SYS_mknodat => node(named(a, b), c),
        libc::SYS_symlinkat => Asked::Change { name: named(b, c), touch: Touch::Makes },
        #[cfg(not(target_arch = "riscv64"))]
        libc::SYS_renameat => renaming(named(a, b), named(c, d)),
        libc::SYS_renameat2 => {
            let pair =
                if low(e) & libc::RENAME_EXCHANGE != 0 { Pair::Exchanges } else { Pair::Renames };
            Asked::ChangeTwo { from: named(a, b), to: named(c, d), pair }
        }
        libc::SYS_linkat => {
            let from = Name::Path {
                directory: int(a),
                address: b,
                follows: has(e, AT_SYMLINK_FOLLOW),
                may_be_empty: has(e, AT_EMPTY_PATH),
            };
            Asked::ChangeTwo { from, to: named(c, d), pair: Pair::Links }
        }
        libc::SYS_execve => Asked::Run(followed(HERE, a)),
        libc::SYS_execveat => Asked::Run(flagged(a, b, e)),
        _ => return None,
    })
}

/// Files by the calls that only older architectures have.
#[cfg(target_arch = "x86_64")]
fn old_files(number: c_long, [a, b, c, ..]: [u64; 6]) -> Option<Asked> {
    Some(match number {
        libc::SYS_open => Asked::Open { name: followed(HERE, a), flags: low(b).into() },
        libc::SYS_creat => {
            let flags = libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC;
            Asked::Open { name: followed(HERE, a), flags: flags.cast_unsigned().into() }
        }
        libc::SYS_unlink | libc::SYS_rmdir => {
            Asked::Change { name: named(HERE, a), touch: Touch::Removes }
        }
        libc::SYS_mkdir => Asked::Change { name: named(HERE, a), touch: Touch::Makes },
        libc::SYS_mknod => node(named(HERE, a), b),
        libc::SYS_symlink => Asked::Change { name: named(HERE, b), touch: Touch::Makes },
        libc::SYS_rename => renaming(named(HERE, a), named(HERE, b)),
        libc::SYS_link => {
            Asked::ChangeTwo { from: named(HERE, a), to: named(HERE, b), pair: Pair::Links }
        }
        libc::SYS_chmod => mode(followed(HERE, a), b),
        libc::SYS_chown => owner(followed(HERE, a), b, c),
        libc::SYS_lchown => owner(named(HERE, a), b, c),
        libc::SYS_utime => times(followed(HERE, a), b, TimeForm::Seconds),
        libc::SYS_utimes => times(followed(HERE, a), b, TimeForm::Microseconds),
        libc::SYS_futimesat if b == 0 => times(Name::Descriptor(int(a)), c, TimeForm::Microseconds),
        libc::SYS_futimesat => times(followed(a, b), c, TimeForm::Microseconds),
        _ => return None,
    })
}

#[cfg(not(target_arch = "x86_64"))]
fn old_files(_: c_long, _: [u64; 6]) -> Option<Asked> {
    None
}

/// Mode, owner and times, on every architecture.
fn metadata(number: c_long, [a, b, c, d, e, _]: [u64; 6]) -> Option<Asked> {
    const KNOWN: i32 = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    Some(match number {
        libc::SYS_fchmod => mode(Name::Descriptor(int(a)), b),
        libc::SYS_fchmodat => mode(followed(a, b), c),
        FCHMODAT2 | libc::SYS_utimensat if has(d, !KNOWN) => Asked::Wrong(libc::EINVAL),
        FCHMODAT2 => mode(flagged(a, b, d), c),
        libc::SYS_fchown => owner(Name::Descriptor(int(a)), b, c),
        libc::SYS_fchownat if has(e, !KNOWN) => Asked::Wrong(libc::EINVAL),
        libc::SYS_fchownat => owner(flagged(a, b, e), c, d),
        libc::SYS_utimensat if b == 0 && int(a) == AT_FDCWD => Asked::Wrong(libc::EFAULT),
        libc::SYS_utimensat if b == 0 && low(d) != 0 => Asked::Wrong(libc::EINVAL),
        libc::SYS_utimensat if b == 0 => times(Name::Descriptor(int(a)), c, TimeForm::Nanoseconds),
        libc::SYS_utimensat => times(flagged(a, b, d), c, TimeForm::Nanoseconds),
        _ => return None,
    })
}

/// Extended attributes.
fn attributes(number: c_long, [a, b, c, d, e, f]: [u64; 6]) -> Option<Asked> {
    const KNOWN: i32 = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    let set = Metadata::SetAttribute { name: b, value: c, size: d, flags: low(e) };
    let remove = Metadata::RemoveAttribute { name: b };
    let (name, change) = match number {
        libc::SYS_setxattr => (followed(HERE, a), set),
        libc::SYS_lsetxattr => (named(HERE, a), set),
        libc::SYS_fsetxattr => (Name::Descriptor(int(a)), set),
        libc::SYS_removexattr => (followed(HERE, a), remove),
        libc::SYS_lremovexattr => (named(HERE, a), remove),
        libc::SYS_fremovexattr => (Name::Descriptor(int(a)), remove),
        SETXATTRAT | REMOVEXATTRAT if has(c, !KNOWN) => return Some(Asked::Wrong(libc::EINVAL)),
        SETXATTRAT => {
            let change = Metadata::SetAttributeBy { name: d, arguments: e, size: f };
            (flagged(a, b, c), change)
        }
        REMOVEXATTRAT => (flagged(a, b, c), Metadata::RemoveAttribute { name: d }),
        _ => return None,
    };
    Some(Asked::Metadata { name, change })
}

/// Sockets that a broker may handle.
fn sockets(number: c_long, [a, b, c, ..]: [u64; 6]) -> Option<Asked> {
    let (socket, address) = (int(a), b);
    // The kernel takes a length for an `int`.
    let length = u64::from(low(c));
    Some(match number {
        libc::SYS_connect => Asked::Connect { socket, address, length },
        libc::SYS_bind => Asked::Bind { socket, address, length },
        libc::SYS_listen => Asked::Listen { socket, backlog: int(b) },
        _ => return None,
    })
}

/// A device in the place of a file would be a way to a disk as a whole: no rule grants making one.
fn node(name: Name, mode: u64) -> Asked {
    match low(mode) & libc::S_IFMT {
        libc::S_IFCHR | libc::S_IFBLK => {
            Asked::Forbidden { called: "mknod:device", errno: libc::EPERM }
        }
        _ => Asked::Change { name, touch: Touch::Makes },
    }
}

fn renaming(from: Name, to: Name) -> Asked {
    Asked::ChangeTwo { from, to, pair: Pair::Renames }
}

fn mode(name: Name, mode: u64) -> Asked {
    Asked::Metadata { name, change: Metadata::Mode(low(mode) & 0o7777) }
}

fn owner(name: Name, user: u64, group: u64) -> Asked {
    Asked::Metadata { name, change: Metadata::Owner { user: low(user), group: low(group) } }
}

fn times(name: Name, address: u64, form: TimeForm) -> Asked {
    Asked::Metadata { name, change: Metadata::Times { address, form } }
}

/// The working directory, in the place of an argument that a call does not have.
const HERE: u64 = AT_FDCWD.cast_unsigned() as u64;

/// A path whose last name is followed when it is a link.
fn followed(directory: u64, address: u64) -> Name {
    Name::Path { directory: int(directory), address, follows: true, may_be_empty: false }
}

/// A path whose last name is meant itself.
fn named(directory: u64, address: u64) -> Name {
    Name::Path { directory: int(directory), address, follows: false, may_be_empty: false }
}

/// A path of which `AT_` flags say both.
fn flagged(directory: u64, address: u64, flags: u64) -> Name {
    let may_be_empty = has(flags, AT_EMPTY_PATH);
    if address == 0 && may_be_empty {
        return Name::Descriptor(int(directory));
    }
    let follows = !has(flags, AT_SYMLINK_NOFOLLOW);
    Name::Path { directory: int(directory), address, follows, may_be_empty }
}

fn has(flags: u64, flag: i32) -> bool {
    int(flags) & flag != 0
}

/// The half of an argument that the kernel looks at where it takes an `int`.
#[expect(clippy::cast_possible_truncation, reason = "the kernel cuts it the same way")]
fn low(argument: u64) -> u32 {
    argument as u32
}

fn int(argument: u64) -> i32 {
    low(argument).cast_signed()
}
