//! Tables of calls and what they ask for.

use super::*;
use crate::scope::linux::filter::calls;

fn ask(number: c_long, arguments: [u64; 6]) -> Asked {
    let number = i32::try_from(number).unwrap();
    let architecture = filter::NATIVE;
    asked(&Notification { id: 1, thread: 1, number, architecture, arguments })
}

fn path(directory: i32, address: u64, follows: bool, may_be_empty: bool) -> Name {
    Name::Path { directory, address, follows, may_be_empty }
}

#[test]
fn files_are_asked_about_by_the_names_that_they_go_by() {
    let here = HERE;
    let followed = path(AT_FDCWD, 7, true, false);
    let named = |address| path(AT_FDCWD, address, false, false);
    let makes = |name| Asked::Change { name, touch: Touch::Makes };
    let device = Asked::Forbidden { called: "mknod:device", errno: libc::EPERM };
    let fifo = u64::from(libc::S_IFIFO);
    let disk = u64::from(libc::S_IFBLK);
    let renames = |from, to| Asked::ChangeTwo { from, to, pair: Pair::Renames };
    let links = |from, to| Asked::ChangeTwo { from, to, pair: Pair::Links };
    for (number, arguments, expected) in [
        (libc::SYS_openat, [here, 7, 0o101, 0, 0, 0], Asked::Open { name: followed, flags: 0o101 }),
        (
            libc::SYS_openat,
            [5, 7, 1 << 40, 0, 0, 0],
            Asked::Open { name: path(5, 7, true, false), flags: 0 },
        ),
        (
            libc::SYS_openat2,
            [5, 7, 8, 24, 0, 0],
            Asked::OpenHow { name: path(5, 7, true, false), how: 8, size: 24 },
        ),
        (
            libc::SYS_truncate,
            [7, 2, 0, 0, 0, 0],
            Asked::Change { name: followed, touch: Touch::Cuts { length: 2 } },
        ),
        (
            libc::SYS_unlinkat,
            [here, 7, 0x200, 0, 0, 0],
            Asked::Change { name: named(7), touch: Touch::Removes },
        ),
        (libc::SYS_mkdirat, [here, 7, 0o777, 0, 0, 0], makes(named(7))),
        (libc::SYS_mknodat, [here, 7, fifo, 0, 0, 0], makes(named(7))),
        (libc::SYS_mknodat, [here, 7, disk, 0, 0, 0], device),
        // The text of a link is no name that is touched.
        (libc::SYS_symlinkat, [99, here, 7, 0, 0, 0], makes(named(7))),
        (libc::SYS_renameat2, [here, 7, here, 8, 1, 0], renames(named(7), named(8))),
        (libc::SYS_linkat, [here, 7, here, 8, 0, 0], links(named(7), named(8))),
        (libc::SYS_linkat, [here, 7, here, 8, 0x400, 0], links(followed, named(8))),
        (libc::SYS_linkat, [5, 7, here, 8, 0x1000, 0], links(path(5, 7, false, true), named(8))),
        (libc::SYS_execve, [7, 0, 0, 0, 0, 0], Asked::Run(followed)),
        (libc::SYS_execveat, [5, 7, 0, 0, 0x1100, 0], Asked::Run(path(5, 7, false, true))),
        (libc::SYS_execveat, [5, 0, 0, 0, 0x1000, 0], Asked::Run(Name::Descriptor(5))),
    ] {
        assert_eq!(ask(number, arguments), expected, "{number} {arguments:?}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn older_calls_ask_for_the_same() {
    for (old, arguments, new, others) in [
        (libc::SYS_open, [7, 0o1, 0, 0, 0, 0], libc::SYS_openat, [HERE, 7, 0o1, 0, 0, 0]),
        (libc::SYS_creat, [7, 0, 0, 0, 0, 0], libc::SYS_openat, [HERE, 7, 0o1101, 0, 0, 0]),
        (libc::SYS_unlink, [7; 6], libc::SYS_unlinkat, [HERE, 7, 0, 0, 0, 0]),
        (libc::SYS_rmdir, [7; 6], libc::SYS_unlinkat, [HERE, 7, 0x200, 0, 0, 0]),
        (libc::SYS_mkdir, [7; 6], libc::SYS_mkdirat, [HERE, 7, 0, 0, 0, 0]),
        (libc::SYS_symlink, [9, 7, 0, 0, 0, 0], libc::SYS_symlinkat, [9, HERE, 7, 0, 0, 0]),
        (libc::SYS_rename, [7, 8, 0, 0, 0, 0], libc::SYS_renameat2, [HERE, 7, HERE, 8, 0, 0]),
        (libc::SYS_link, [7, 8, 0, 0, 0, 0], libc::SYS_linkat, [HERE, 7, HERE, 8, 0, 0]),
        (libc::SYS_chmod, [7, 0o600, 0, 0, 0, 0], libc::SYS_fchmodat, [HERE, 7, 0o600, 0, 0, 0]),
        (libc::SYS_chown, [7, 1, 2, 0, 0, 0], libc::SYS_fchownat, [HERE, 7, 1, 2, 0, 0]),
        (libc::SYS_lchown, [7, 1, 2, 0, 0, 0], libc::SYS_fchownat, [HERE, 7, 1, 2, 0x100, 0]),
    ] {
        assert_eq!(ask(old, arguments), ask(new, others), "{old}");
    }
    let times = |name, form| Asked::Metadata { name, change: Metadata::Times { address: 9, form } };
    let followed = path(AT_FDCWD, 7, true, false);
    let fd = Name::Descriptor(5);
    for (number, arguments, expected) in [
        (libc::SYS_utime, [7, 9, 0, 0, 0, 0], times(followed, TimeForm::Seconds)),
        (libc::SYS_utimes, [7, 9, 0, 0, 0, 0], times(followed, TimeForm::Microseconds)),
        (libc::SYS_futimesat, [HERE, 7, 9, 0, 0, 0], times(followed, TimeForm::Microseconds)),
        (libc::SYS_futimesat, [5, 0, 9, 0, 0, 0], times(fd, TimeForm::Microseconds)),
    ] {
        assert_eq!(ask(number, arguments), expected, "{number} {arguments:?}");
    }
}

#[test]
fn metadata_is_asked_about_with_what_is_changed() {
    let fd = Name::Descriptor(5);
    let followed = path(AT_FDCWD, 7, true, false);
    let link = path(AT_FDCWD, 7, false, false);
    let mode = |name| Asked::Metadata { name, change: Metadata::Mode(0o600) };
    let nobody = Metadata::Owner { user: u32::MAX, group: 2 };
    let times = Metadata::Times { address: 9, form: TimeForm::Nanoseconds };
    let set = Metadata::SetAttribute { name: 8, value: 9, size: 3, flags: 1 };
    let remove = Metadata::RemoveAttribute { name: 8 };
    let by = Metadata::SetAttributeBy { name: 8, arguments: 9, size: 16 };
    let minus_one = u64::from(u32::MAX);
    for (number, arguments, expected) in [
        (libc::SYS_fchmod, [5, 0o600, 0, 0, 0, 0], mode(fd)),
        // `fchmodat` has no flags: a fourth argument is left over from something else.
        (libc::SYS_fchmodat, [HERE, 7, 0o600, 0x100, 0, 0], mode(followed)),
        (FCHMODAT2, [HERE, 7, 0o600, 0x100, 0, 0], mode(link)),
        (FCHMODAT2, [5, 7, 0o600, 0x1000, 0, 0], mode(path(5, 7, true, true))),
        (FCHMODAT2, [5, 7, 0o600, 1, 0, 0], Asked::Wrong(libc::EINVAL)),
        (
            libc::SYS_fchown,
            [5, minus_one, 2, 0, 0, 0],
            Asked::Metadata { name: fd, change: nobody },
        ),
        (
            libc::SYS_fchownat,
            [HERE, 7, minus_one, 2, 0x100, 0],
            Asked::Metadata { name: link, change: nobody },
        ),
        (
            libc::SYS_utimensat,
            [HERE, 7, 9, 0, 0, 0],
            Asked::Metadata { name: followed, change: times },
        ),
        (libc::SYS_utimensat, [5, 0, 9, 0, 0, 0], Asked::Metadata { name: fd, change: times }),
        (libc::SYS_utimensat, [HERE, 0, 9, 0, 0, 0], Asked::Wrong(libc::EFAULT)),
        (libc::SYS_setxattr, [7, 8, 9, 3, 1, 0], Asked::Metadata { name: followed, change: set }),
        (libc::SYS_lsetxattr, [7, 8, 9, 3, 1, 0], Asked::Metadata { name: link, change: set }),
        (libc::SYS_fsetxattr, [5, 8, 9, 3, 1, 0], Asked::Metadata { name: fd, change: set }),
        (
            libc::SYS_removexattr,
            [7, 8, 0, 0, 0, 0],
            Asked::Metadata { name: followed, change: remove },
        ),
        (libc::SYS_fremovexattr, [5, 8, 0, 0, 0, 0], Asked::Metadata { name: fd, change: remove }),
        (SETXATTRAT, [HERE, 7, 0x100, 8, 9, 16], Asked::Metadata { name: link, change: by }),
        (SETXATTRAT, [5, 0, 0x1000, 8, 9, 16], Asked::Metadata { name: fd, change: by }),
        (REMOVEXATTRAT, [HERE, 7, 0, 8, 0, 0], Asked::Metadata { name: followed, change: remove }),
    ] {
        assert_eq!(ask(number, arguments), expected, "{number} {arguments:?}");
    }
}

#[test]
fn sockets_go_to_the_broker_and_the_rest_is_forbidden_by_name() {
    let (socket, address) = (3, 7);
    assert_eq!(
        ask(libc::SYS_connect, [3, 7, 16 | 1 << 32, 0, 0, 0]),
        Asked::Connect { socket, address, length: 16 }
    );
    assert_eq!(
        ask(libc::SYS_bind, [3, 7, 16, 0, 0, 0]),
        Asked::Bind { socket, address, length: 16 }
    );
    assert_eq!(ask(libc::SYS_listen, [3, 8, 0, 0, 0, 0]), Asked::Listen { socket, backlog: 8 });
    for (number, arguments, called, errno) in [
        (libc::SYS_mount, [0; 6], "mount", libc::EPERM),
        (libc::SYS_io_uring_setup, [0; 6], "io_uring_setup", libc::ENOSYS),
        (libc::SYS_socket, [2, 2, 0, 0, 0, 0], "socket:udp", libc::EACCES),
        (libc::SYS_ioctl, [0, 0x5412, 0, 0, 0, 0], "ioctl:TIOCSTI", libc::EPERM),
        (c_long::from(calls::NEWEST), [0; 6], "file_setattr", libc::ENOSYS),
        (9999, [0; 6], "unknown", libc::ENOSYS),
    ] {
        assert_eq!(ask(number, arguments), Asked::Forbidden { called, errno }, "{number}");
    }
    let foreign =
        Notification { id: 1, thread: 1, number: 2, architecture: 0x4000_0003, arguments: [0; 6] };
    assert_eq!(asked(&foreign), Asked::Forbidden { called: "foreign", errno: libc::ENOSYS });
}

#[test]
fn every_call_that_the_filter_asks_about_is_known() {
    for call in calls::all().filter(|call| call.treatment != calls::Treatment::Absent) {
        let asked = ask(c_long::from(call.number), [0; 6]);
        let is_by_argument = matches!(call.treatment, calls::Treatment::Refused(sign, _) if sign != filter::Sign::Always);
        let is_unknown = matches!(asked, Asked::Forbidden { called: "unknown", .. });
        assert!(is_by_argument || !is_unknown, "{} is asked about, and not known", call.name);
    }
}
