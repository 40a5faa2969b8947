//! The calls that do not simply go on, as data: name, number on this machine, and what is to be done about each.

use super::refusal::{Family, Sign};

/// The newest call that was judged: what is newer fails as if it did not exist.
pub(in super::super) const NEWEST: u32 = 469;

/// What is done about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Treatment {
    /// It opens something by flags in this argument: asked about as they say; Landlock decides.
    Opens(u8),
    /// It names or changes files: asked about; Landlock decides.
    Files,
    /// It changes what belongs to a file and is not in it, of which Landlock knows nothing: asked about.
    Attributes(Attribute),
    /// It reaches somebody: asked about, and done on the command's behalf; refused where nobody answers.
    Reaches,
    /// It does not exist, and nobody is told: programs fall back on another at once.
    Absent,
    /// No scope allows it, if this sign is there: asked about, to be seen, and refused with this error.
    Refused(Sign, i32),
}

/// What belongs to a file and is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Attribute {
    /// Who may do what, as this argument says.
    Mode(u8),
    Times,
    Owner,
    /// Attributes by name.
    Named,
}

/// A call of this table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Call {
    /// As the kernel's manual has it.
    pub(in super::super) name: &'static str,
    /// On this machine.
    pub(in super::super) number: u32,
    pub(in super::super) treatment: Treatment,
}

/// Returns every call of the table, each once.
pub(in super::super) fn all() -> impl DoubleEndedIterator<Item = &'static Call> {
    let few = LEGACY_OPEN.iter().chain(ARGUMENTS).chain(ABSENT);
    few.chain(LEGACY).chain(FILES).chain(REFUSED).chain(PORTS)
}

/// Returns what the table says of a call.
pub(in super::super) fn find(number: i32) -> Option<&'static Call> {
    let number = u32::try_from(number).ok()?;
    all().find(|call| call.number == number)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers of calls are small, and constants"
)]
const fn call(name: &'static str, number: libc::c_long, treatment: Treatment) -> Call {
    Call { name, number: number as u32, treatment }
}

const fn opens(name: &'static str, number: libc::c_long, flags: u8) -> Call {
    call(name, number, Treatment::Opens(flags))
}

const fn files(name: &'static str, number: libc::c_long) -> Call {
    call(name, number, Treatment::Files)
}

const fn mode(name: &'static str, number: libc::c_long, argument: u8) -> Call {
    call(name, number, Treatment::Attributes(Attribute::Mode(argument)))
}

const fn times(name: &'static str, number: libc::c_long) -> Call {
    call(name, number, Treatment::Attributes(Attribute::Times))
}

const fn owner(name: &'static str, number: libc::c_long) -> Call {
    call(name, number, Treatment::Attributes(Attribute::Owner))
}

const fn named(name: &'static str, number: libc::c_long) -> Call {
    call(name, number, Treatment::Attributes(Attribute::Named))
}

const fn reaches(name: &'static str, number: libc::c_long) -> Call {
    call(name, number, Treatment::Reaches)
}

const fn refused(name: &'static str, number: libc::c_long, error: i32) -> Call {
    call(name, number, Treatment::Refused(Sign::Always, error))
}

const fn refused_if(name: &'static str, number: libc::c_long, sign: Sign, error: i32) -> Call {
    call(name, number, Treatment::Refused(sign, error))
}

/// The old way to open.
#[cfg(target_arch = "x86_64")]
const LEGACY_OPEN: &[Call] = &[opens("open", libc::SYS_open, 1)];
#[cfg(not(target_arch = "x86_64"))]
const LEGACY_OPEN: &[Call] = &[];

/// Calls about which the arguments decide.
const ARGUMENTS: &[Call] = &[
    opens("openat", libc::SYS_openat, 2),
    refused_if("ioctl", libc::SYS_ioctl, Sign::Request { argument: 1 }, libc::EPERM),
    // Whoever opens the file outside would wait.
    refused_if("fcntl", libc::SYS_fcntl, Sign::Lease, libc::EAGAIN),
    // A connection that begins with the first bytes sent needs no `connect`.
    refused_if("sendto:fastopen", libc::SYS_sendto, fast_open(3), libc::EOPNOTSUPP),
    refused_if("sendmsg:fastopen", libc::SYS_sendmsg, fast_open(2), libc::EOPNOTSUPP),
    refused_if("sendmmsg:fastopen", libc::SYS_sendmmsg, fast_open(3), libc::EOPNOTSUPP),
    refused_if("socket", libc::SYS_socket, Sign::Socket(Family::Any), libc::EACCES),
    // One end of a pair of datagram sockets may send to any socket in the file system.
    refused_if("socketpair", libc::SYS_socketpair, Sign::Socket(Family::Unix), libc::EACCES),
    // What goes to this machine by its address would go to another.
    refused_if("setsockopt", libc::SYS_setsockopt, Sign::SocketOption, libc::EPERM),
    // A listener of theirs would answer in place of ours, once ours is closed; while it is not, this is the kernel's
    // own answer.
    refused_if("seccomp:listener", libc::SYS_seccomp, LISTENER, libc::EBUSY),
    // The limits, the time and the place of whoever watches are not the command's to set; of a user's other
    // processes neither. Whoever names a process of its own is let go on by whoever answers.
    refused_if("prlimit:other", libc::SYS_prlimit64, Sign::OtherProcess, libc::EPERM),
    refused_if("setpriority:other", libc::SYS_setpriority, PRIORITY, libc::EPERM),
    refused_if("ioprio_set:other", libc::SYS_ioprio_set, INPUT_PRIORITY, libc::EPERM),
    refused_if("sched_setparam:other", libc::SYS_sched_setparam, Sign::Named, libc::EPERM),
    refused_if("sched_setscheduler:other", libc::SYS_sched_setscheduler, Sign::Named, libc::EPERM),
    refused_if("sched_setaffinity:other", libc::SYS_sched_setaffinity, Sign::Named, libc::EPERM),
    refused_if("sched_setattr:other", libc::SYS_sched_setattr, Sign::Named, libc::EPERM),
    refused_if("migrate_pages:other", libc::SYS_migrate_pages, Sign::Named, libc::EPERM),
    refused_if("move_pages:other", libc::SYS_move_pages, Sign::Named, libc::EPERM),
];

/// A process is `PRIO_PROCESS`; a group may be that of whoever watches, also the caller's own.
const PRIORITY: Sign = Sign::NamedAs { process: 0 };
/// A process is `IOPRIO_WHO_PROCESS`.
const INPUT_PRIORITY: Sign = Sign::NamedAs { process: 1 };

const fn fast_open(flags: u8) -> Sign {
    Sign::HasAnyBit { argument: flags, bits: libc::MSG_FASTOPEN.cast_unsigned() }
}

#[expect(clippy::cast_possible_truncation, reason = "the flag is among the lowest bits")]
const LISTENER: Sign =
    Sign::HasAnyBit { argument: 1, bits: libc::SECCOMP_FILTER_FLAG_NEW_LISTENER as u32 };

/// Calls that only the oldest machines have.
#[cfg(target_arch = "x86_64")]
const LEGACY: &[Call] = &[
    files("creat", libc::SYS_creat),
    files("unlink", libc::SYS_unlink),
    files("rmdir", libc::SYS_rmdir),
    files("rename", libc::SYS_rename),
    files("link", libc::SYS_link),
    files("symlink", libc::SYS_symlink),
    files("mkdir", libc::SYS_mkdir),
    files("mknod", libc::SYS_mknod),
    mode("chmod", libc::SYS_chmod, 1),
    owner("chown", libc::SYS_chown),
    owner("lchown", libc::SYS_lchown),
    times("utime", libc::SYS_utime),
    times("utimes", libc::SYS_utimes),
    times("futimesat", libc::SYS_futimesat),
];
#[cfg(not(target_arch = "x86_64"))]
const LEGACY: &[Call] = &[];

/// Calls that name files, and those that reach somebody. Numbers stand where the library is older than the call.
const FILES: &[Call] = &[
    files("execve", libc::SYS_execve),
    files("execveat", libc::SYS_execveat),
    files("openat2", libc::SYS_openat2),
    files("truncate", libc::SYS_truncate),
    files("unlinkat", libc::SYS_unlinkat),
    files("renameat", libc::SYS_renameat),
    files("renameat2", libc::SYS_renameat2),
    files("linkat", libc::SYS_linkat),
    files("symlinkat", libc::SYS_symlinkat),
    files("mkdirat", libc::SYS_mkdirat),
    files("mknodat", libc::SYS_mknodat),
    mode("fchmod", libc::SYS_fchmod, 1),
    mode("fchmodat", libc::SYS_fchmodat, 2),
    mode("fchmodat2", 452, 2),
    owner("fchown", libc::SYS_fchown),
    owner("fchownat", libc::SYS_fchownat),
    times("utimensat", libc::SYS_utimensat),
    named("setxattr", libc::SYS_setxattr),
    named("lsetxattr", libc::SYS_lsetxattr),
    named("fsetxattr", libc::SYS_fsetxattr),
    named("setxattrat", 463),
    named("removexattr", libc::SYS_removexattr),
    named("lremovexattr", libc::SYS_lremovexattr),
    named("fremovexattr", libc::SYS_fremovexattr),
    named("removexattrat", 466),
    reaches("bind", libc::SYS_bind),
    reaches("connect", libc::SYS_connect),
    reaches("listen", libc::SYS_listen),
];

/// Calls that no scope allows.
const REFUSED: &[Call] = &[
    // What they open is not seen; programs fall back on what is.
    refused("io_uring_setup", libc::SYS_io_uring_setup, libc::ENOSYS),
    refused("io_uring_enter", libc::SYS_io_uring_enter, libc::ENOSYS),
    refused("io_uring_register", libc::SYS_io_uring_register, libc::ENOSYS),
    // Names would lead elsewhere.
    refused("open_tree", libc::SYS_open_tree, libc::ENOSYS),
    refused("open_tree_attr", 467, libc::ENOSYS),
    refused("fsopen", libc::SYS_fsopen, libc::ENOSYS),
    refused("fsconfig", libc::SYS_fsconfig, libc::ENOSYS),
    refused("fspick", libc::SYS_fspick, libc::ENOSYS),
    refused("fsmount", libc::SYS_fsmount, libc::ENOSYS),
    refused("move_mount", libc::SYS_move_mount, libc::ENOSYS),
    refused("mount_setattr", libc::SYS_mount_setattr, libc::ENOSYS),
    refused("mount", libc::SYS_mount, libc::EPERM),
    refused("umount2", libc::SYS_umount2, libc::EPERM),
    refused("pivot_root", libc::SYS_pivot_root, libc::EPERM),
    refused("chroot", libc::SYS_chroot, libc::EPERM),
    refused("open_by_handle_at", libc::SYS_open_by_handle_at, libc::EPERM),
    refused("setns", libc::SYS_setns, libc::EPERM),
    refused("fanotify_init", libc::SYS_fanotify_init, libc::EPERM),
    // They reach into the kernel, or into other processes.
    refused("bpf", libc::SYS_bpf, libc::EPERM),
    refused("userfaultfd", libc::SYS_userfaultfd, libc::EPERM),
    refused("perf_event_open", libc::SYS_perf_event_open, libc::EPERM),
    refused("add_key", libc::SYS_add_key, libc::EPERM),
    refused("keyctl", libc::SYS_keyctl, libc::EPERM),
    refused("request_key", libc::SYS_request_key, libc::EPERM),
    refused("kexec_load", libc::SYS_kexec_load, libc::EPERM),
    refused("kexec_file_load", KEXEC_FILE_LOAD, libc::EPERM),
    refused("init_module", libc::SYS_init_module, libc::EPERM),
    refused("finit_module", libc::SYS_finit_module, libc::EPERM),
    refused("delete_module", libc::SYS_delete_module, libc::EPERM),
    // They change the machine for everybody.
    refused("swapon", libc::SYS_swapon, libc::EPERM),
    refused("swapoff", libc::SYS_swapoff, libc::EPERM),
    refused("quotactl", libc::SYS_quotactl, libc::EPERM),
    refused("quotactl_fd", 443, libc::EPERM),
    refused("acct", libc::SYS_acct, libc::EPERM),
    refused("reboot", libc::SYS_reboot, libc::EPERM),
    refused("settimeofday", libc::SYS_settimeofday, libc::EPERM),
    refused("clock_settime", libc::SYS_clock_settime, libc::EPERM),
    refused("clock_adjtime", libc::SYS_clock_adjtime, libc::EPERM),
    refused("adjtimex", libc::SYS_adjtimex, libc::EPERM),
    refused("sethostname", libc::SYS_sethostname, libc::EPERM),
    refused("setdomainname", libc::SYS_setdomainname, libc::EPERM),
    refused("vhangup", libc::SYS_vhangup, libc::EPERM),
    // Flags of a file, which no descriptor's mode guards: programs fall back on `ioctl`.
    refused("file_setattr", 469, libc::ENOSYS),
    // They are shared with whoever knows a number, without any file. Who is denied one may try another for ever.
    refused("shmget", libc::SYS_shmget, libc::ENOSYS),
    refused("shmat", libc::SYS_shmat, libc::EACCES),
    refused("shmctl", libc::SYS_shmctl, libc::EACCES),
    refused("msgget", libc::SYS_msgget, libc::ENOSYS),
    refused("msgsnd", libc::SYS_msgsnd, libc::EACCES),
    refused("msgrcv", libc::SYS_msgrcv, libc::EACCES),
    refused("msgctl", libc::SYS_msgctl, libc::EACCES),
    refused("semget", libc::SYS_semget, libc::ENOSYS),
    refused("semop", libc::SYS_semop, libc::EACCES),
    refused("semtimedop", libc::SYS_semtimedop, libc::EACCES),
    refused("semctl", libc::SYS_semctl, libc::EACCES),
    refused("mq_open", libc::SYS_mq_open, libc::EACCES),
    refused("mq_unlink", libc::SYS_mq_unlink, libc::EACCES),
];

/// Calls that there are others for, whose arguments stand where they can be looked at.
const ABSENT: &[Call] = &[
    // It may start a process in another group of limits: where that is written, no rule about files holds.
    call("clone3", libc::SYS_clone3, Treatment::Absent),
];

/// Missing from the library for some systems.
const KEXEC_FILE_LOAD: libc::c_long = if cfg!(target_arch = "x86_64") { 320 } else { 294 };

/// The ports of the machine itself.
#[cfg(target_arch = "x86_64")]
const PORTS: &[Call] = &[
    refused("iopl", libc::SYS_iopl, libc::EPERM),
    refused("ioperm", libc::SYS_ioperm, libc::EPERM),
];
#[cfg(not(target_arch = "x86_64"))]
const PORTS: &[Call] = &[];
