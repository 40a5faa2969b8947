//! The filter, run over calls by an interpreter of our own, and judged by the tables of the contract.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the words of a call are halves, and numbers of calls are small"
)]

use super::assembler::{Assembler, Label, Test};
use super::*;

const FOREIGN: u32 = 0x4000_0003;
const X32: i64 = 0x4000_0000;

const ASK: u32 = libc::SECCOMP_RET_USER_NOTIF;
const GO: u32 = libc::SECCOMP_RET_ALLOW;

const WRITES: Purpose = Purpose::Asking { observes_reads: false };
const READS: Purpose = Purpose::Asking { observes_reads: true };
const ALONE: Purpose = Purpose::Alone;
const READING: Purpose = Purpose::Reading;

/// What the kernel does with a program; an error is what it would not have taken.
fn run(program: &[Instruction], words: &[u32]) -> Result<u32, String> {
    let mut accumulator = 0;
    let mut at = 0;
    loop {
        let step = program.get(at).ok_or("runs off the end")?;
        at += 1;
        let jump = |met: bool| usize::from(if met { step.jump_true } else { step.jump_false });
        match step.code {
            0x20 if step.value % 4 == 0 => {
                accumulator =
                    *words.get(step.value as usize / 4).ok_or("reads outside of the call")?;
            }
            0x54 => accumulator &= step.value,
            0x06 => return Ok(step.value),
            0x05 => at += step.value as usize,
            0x15 => at += jump(accumulator == step.value),
            0x25 => at += jump(accumulator > step.value),
            0x45 => at += jump(accumulator & step.value != 0),
            code => return Err(format!("no instruction: {code:#x}")),
        }
    }
}

fn words(architecture: u32, number: i64, arguments: [u64; 6]) -> Vec<u32> {
    let mut words = vec![number as u32, architecture, 0, 0];
    words.extend(arguments.into_iter().flat_map(|it| [it as u32, (it >> 32) as u32]));
    words
}

#[track_caller]
fn check(purpose: Purpose, number: i64, arguments: &[u64], verdict: u32) {
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    let found = run(&program(purpose), &words(NATIVE, number, all));
    assert_eq!(found, Ok(verdict), "{purpose:?} {number} {arguments:x?}");
}

fn fails(errno: i32) -> u32 {
    libc::SECCOMP_RET_ERRNO | errno.cast_unsigned()
}

#[test]
fn other_architectures_and_numbers_without_a_call_do_not_exist() {
    let program = program(WRITES);
    for (architecture, number) in [
        (FOREIGN, libc::SYS_getpid),
        (FOREIGN, 5),
        (0xc000_003e ^ 0xc000_00b7 ^ NATIVE, libc::SYS_openat),
        (NATIVE, X32),
        (NATIVE, X32 + libc::SYS_openat),
        (NATIVE, 470),
        (NATIVE, 512),
        (NATIVE, -1),
        (NATIVE, i64::from(i32::MIN)),
    ] {
        let verdict = run(&program, &words(architecture, number, [0; 6]));
        assert_eq!(verdict, Ok(fails(libc::ENOSYS)), "{architecture:#x} {number:#x}");
    }
}

#[test]
fn what_needs_no_question_goes_on_whatever_its_arguments() {
    for number in [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_futex,
        libc::SYS_mmap,
        libc::SYS_clone,
        libc::SYS_exit_group,
        libc::SYS_close_range,
        libc::SYS_faccessat2,
        libc::SYS_statx,
        libc::SYS_landlock_restrict_self,
        libc::SYS_unshare,
        libc::SYS_accept4,
        libc::SYS_shmdt,
        462,
        468,
    ] {
        for purpose in [WRITES, READS, ALONE, READING] {
            check(purpose, number, &[u64::MAX; 6], GO);
        }
    }
}

#[test]
fn opening_is_asked_about_as_its_flags_say() {
    let upper = 0xffff_ffff_0000_0000;
    for (flags, writes, reads) in [
        (libc::O_RDONLY, GO, ASK),
        (libc::O_RDONLY | libc::O_CLOEXEC | libc::O_DIRECTORY, GO, ASK),
        (libc::O_RDONLY | libc::O_APPEND, GO, ASK),
        (libc::O_WRONLY, ASK, ASK),
        (libc::O_RDWR, ASK, ASK),
        (libc::O_ACCMODE, ASK, ASK),
        (libc::O_RDONLY | libc::O_CREAT, ASK, ASK),
        (libc::O_RDONLY | libc::O_TRUNC, ASK, ASK),
        (libc::O_TMPFILE | libc::O_WRONLY, ASK, ASK),
        (libc::O_TMPFILE & !libc::O_DIRECTORY, ASK, ASK),
        (libc::O_PATH, GO, GO),
        (libc::O_PATH | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC, GO, GO),
    ] {
        let flags = flags as u64;
        for (purpose, verdict) in [(WRITES, writes), (READS, reads), (ALONE, GO)] {
            check(purpose, libc::SYS_openat, &[0, 0, flags], verdict);
            check(purpose, libc::SYS_openat, &[0, 0, flags | upper], verdict);
            #[cfg(target_arch = "x86_64")]
            check(purpose, libc::SYS_open, &[0, flags | upper], verdict);
        }
    }
    check(WRITES, libc::SYS_openat2, &[0; 6], ASK);
    check(ALONE, libc::SYS_openat2, &[0; 6], GO);
}

#[test]
fn files_are_asked_about_or_left_to_landlock() {
    let files: Vec<i64> = calls::all()
        .filter(|call| call.treatment == Treatment::Files)
        .map(|call| call.number.into())
        .collect();
    assert!(files.len() >= 15, "{}", files.len());
    for number in files {
        for purpose in [WRITES, READS] {
            check(purpose, number, &[0; 6], ASK);
            check(purpose, number, &[u64::MAX; 6], ASK);
        }
        check(ALONE, number, &[u64::MAX; 6], GO);
    }
}

#[test]
fn attributes_are_asked_about_and_where_nobody_answers_no_program_gets_another_s_rights() {
    for call in calls::all() {
        if let Treatment::Attributes(_) = call.treatment {
            check(WRITES, call.number.into(), &[u64::MAX; 6], ASK);
            check(READING, call.number.into(), &[0; 6], fails(libc::EACCES));
        }
    }
    check(ALONE, libc::SYS_fchmod, &[3, 0o777], GO);
    check(ALONE, libc::SYS_utimensat, &[u64::MAX; 6], GO);
    for (number, arguments) in [
        (libc::SYS_fchmod, &[3, 0o4755][..]),
        (libc::SYS_fchmodat, &[3, 0, 0o2755]),
        (452, &[3, 0, 0o6777]),
        (libc::SYS_fchown, &[3, 0, 0]),
        (libc::SYS_fchownat, &[3, 0, 0]),
    ] {
        check(ALONE, number, arguments, fails(libc::EPERM));
    }
    for number in [libc::SYS_setxattr, libc::SYS_fsetxattr, 466] {
        check(ALONE, number, &[0; 6], fails(libc::EOPNOTSUPP));
    }
}

#[test]
fn who_only_reads_changes_nothing_that_landlock_does_not_know_of() {
    let numbers = [libc::SYS_fchmod, libc::SYS_fchownat, libc::SYS_utimensat, libc::SYS_fsetxattr];
    for number in numbers.into_iter().chain([452, 463, 466]) {
        check(READING, number, &[u64::MAX; 6], fails(libc::EACCES));
    }
    for number in [libc::SYS_execve, libc::SYS_openat, libc::SYS_openat2, libc::SYS_unlinkat] {
        check(READING, number, &[u64::MAX; 6], GO);
    }
    check(READING, libc::SYS_connect, &[3, 0, 16], fails(libc::EACCES));
    check(READING, libc::SYS_socket, &[2, 2, 0], fails(libc::EACCES));
}

#[test]
fn nobody_is_reached_where_nobody_answers() {
    for number in [libc::SYS_connect, libc::SYS_listen] {
        check(WRITES, number, &[3, 0, 16], ASK);
        check(ALONE, number, &[3, 0, 16], fails(libc::EACCES));
    }
}

#[test]
fn what_no_scope_allows_is_asked_about_to_be_seen_or_fails() {
    for (number, errno) in [
        (libc::SYS_io_uring_setup, libc::ENOSYS),
        (libc::SYS_io_uring_enter, libc::ENOSYS),
        (libc::SYS_move_mount, libc::ENOSYS),
        (467, libc::ENOSYS),
        (libc::SYS_mount, libc::EPERM),
        (libc::SYS_chroot, libc::EPERM),
        (libc::SYS_open_by_handle_at, libc::EPERM),
        (libc::SYS_setns, libc::EPERM),
        (469, libc::ENOSYS),
        (libc::SYS_bpf, libc::EPERM),
        (libc::SYS_keyctl, libc::EPERM),
        (443, libc::EPERM),
        (libc::SYS_shmat, libc::EACCES),
        (libc::SYS_mq_open, libc::EACCES),
    ] {
        check(WRITES, number, &[0; 6], ASK);
        check(ALONE, number, &[0; 6], fails(errno));
    }
}

/// A call that is refused or goes on by its arguments, and how it is told.
#[track_caller]
fn check_sign(number: i64, arguments: &[u64], told: Option<(&'static str, i32)>) {
    let (asked, alone) = told.map_or((GO, GO), |(_, errno)| (ASK, fails(errno)));
    check(WRITES, number, arguments, asked);
    check(ALONE, number, arguments, alone);
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    let found = refusal(number as i32, &all).map(|it| (it.called, it.errno));
    assert_eq!(found, told, "{number} {arguments:x?}");
}

#[test]
fn sending_may_not_connect() {
    let fast_open = 0x2000_0000;
    let upper = fast_open << 32;
    for (number, at, told) in [
        (libc::SYS_sendto, 3, "sendto:fastopen"),
        (libc::SYS_sendmsg, 2, "sendmsg:fastopen"),
        (libc::SYS_sendmmsg, 3, "sendmmsg:fastopen"),
    ] {
        for argument in 0..6 {
            let mut arguments = [0; 6];
            arguments[argument] = fast_open | 0x4000;
            let told = (argument == at).then_some((told, libc::EOPNOTSUPP));
            check_sign(number, &arguments, told);
            arguments[argument] = upper | 0x4000;
            check_sign(number, &arguments, None);
        }
    }
}

#[test]
fn what_hides_its_arguments_and_has_an_older_brother_does_not_exist() {
    for purpose in [WRITES, READS, ALONE, READING] {
        check(purpose, libc::SYS_clone3, &[0x1000, 88], fails(libc::ENOSYS));
        check(purpose, libc::SYS_clone, &[0x1000, 88], GO);
    }
}

#[test]
fn nobody_outside_is_made_to_wait_or_looked_at() {
    let told = |name| Some((name, libc::EAGAIN));
    let (lease, notice) = (1024, 1026);
    for (command, argument, told) in [
        (lease, 0, told("fcntl:F_SETLEASE")),
        (lease, 1, told("fcntl:F_SETLEASE")),
        (lease + (7 << 32), 1 << 40, told("fcntl:F_SETLEASE")),
        (notice, 4, told("fcntl:F_NOTIFY")),
        // Giving one up, asking for one; the flags and the locks that everybody uses.
        (lease, 2, None),
        (1025, 0, None),
        (2, 1, None),
        (6, 0, None),
        (1030, 3, None),
    ] {
        check_sign(libc::SYS_fcntl, &[9, command, argument], told);
    }
}

#[test]
fn nobody_puts_a_listener_in_our_place() {
    let told = Some(("seccomp:listener", libc::EBUSY));
    // Flags stand in the second argument; the first one says what is wanted, and takes none in most cases.
    for (flags, told) in [(0, None), (1, None), (8, told), (8 | 32, told), (8 << 32, None)] {
        check_sign(libc::SYS_seccomp, &[1, flags, 0x1000], told);
    }
}

#[test]
fn requests_are_compared_as_the_kernel_does() {
    let told = |name| Some((name, libc::EPERM));
    for (request, told) in [
        (0x5412, told("ioctl:TIOCSTI")),
        (0x541c, told("ioctl:TIOCLINUX")),
        (0x4008_6602, told("ioctl:FS_IOC_SETFLAGS")),
        (0xffff_ffff_4008_6602, told("ioctl:FS_IOC_SETFLAGS")),
        (0x1_401c_5820, told("ioctl:FS_IOC_FSSETXATTR")),
        (0x5000_943f, told("ioctl:BTRFS_IOC_SNAP_DESTROY_V2")),
        (0xc040_6618, told("ioctl:FS_IOC_REMOVE_ENCRYPTION_KEY")),
        // Reading flags, the size of a terminal, sharing blocks of what is open for writing.
        (0x8008_6601, None),
        (0x5413, None),
        (0x4004_9409, None),
    ] {
        check_sign(libc::SYS_ioctl, &[0, request], told);
        check_sign(libc::SYS_ioctl, &[request, 0], None);
    }
}

#[test]
fn no_option_leads_a_connection_past_its_address() {
    let told = |name| Some((name, libc::EPERM));
    for (level, option, told) in [
        (0, 4, told("setsockopt:IP_OPTIONS")),
        (1, 25, told("setsockopt:SO_BINDTODEVICE")),
        (1, 62, told("setsockopt:SO_BINDTOIFINDEX")),
        (41, 57, told("setsockopt:IPV6_RTHDR")),
        (41 + (7 << 40), 59 + (7 << 40), told("setsockopt:IPV6_DSTOPTS")),
        // Reusing an address, sending at once, both versions of addresses; and the same numbers elsewhere.
        (1, 2, None),
        (6, 1, None),
        (41, 26, None),
        (1, 4, None),
        (0, 25, None),
        (6, 4, None),
    ] {
        check_sign(libc::SYS_setsockopt, &[9, level, option, 0x1000, 4], told);
    }
}

#[test]
fn sockets_are_of_files_or_tcp() {
    let told = |name| Some((name, libc::EACCES));
    let flags = u64::try_from(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK).unwrap();
    for (family, kind, protocol, refused) in [
        (1, 1, 0, None),
        (1, 5, 0, None),
        (1, 2, 0, told("socket:unix-datagram")),
        (1, 3, 0, told("socket:unix-datagram")),
        (2, 1, 0, None),
        (2, 1, 6, None),
        (10, 1, 6, None),
        (2, 1, 262, told("socket:mptcp")),
        (10, 1, 132, told("socket:sctp")),
        (2, 5, 132, told("socket:sctp")),
        (2, 2, 0, told("socket:udp")),
        (10, 2, 17, told("socket:udp")),
        (2, 2, 1, told("socket:icmp")),
        (10, 2, 58, told("socket:icmp")),
        (2, 3, 6, told("socket:raw")),
        // An old spelling of raw packets.
        (2, 10, 0, told("socket:internet")),
        (16, 3, 0, Some(("socket:netlink", libc::EOPNOTSUPP))),
        (17, 3, 0, told("socket:packet")),
        (38, 5, 0, told("socket:alg")),
        (40, 1, 0, told("socket:vsock")),
        (31, 1, 0, told("socket:other")),
        (u64::from(u32::MAX), 1, 0, told("socket:other")),
        (0x1_0000_0002, 1, 6, None),
    ] {
        check_sign(libc::SYS_socket, &[family, kind, protocol], refused);
        check_sign(libc::SYS_socket, &[family, kind | flags, protocol], refused);
    }
    for (family, kind, refused) in [
        (1, 1, None),
        (1, 5, None),
        (1, 2, told("socketpair:unix-datagram")),
        (1, 3, told("socketpair:unix-datagram")),
        (30, 1, told("socketpair:other")),
        (2, 1, told("socketpair:other")),
    ] {
        check_sign(libc::SYS_socketpair, &[family, kind | flags, 0], refused);
    }
}

#[test]
fn limits_of_others_are_not_set_and_ones_own_are() {
    let told = Some(("prlimit:other", libc::EPERM));
    for (process, limit, told) in [
        (0, 0, None),
        (0, 0x7fff_0000_1000, None),
        (7, 0, None),
        (7, 0x1000, told),
        (7, 0x1_0000_0000, told),
        (7 << 32, 0x1000, None),
        (u64::MAX, 1, told),
    ] {
        check_sign(libc::SYS_prlimit64, &[process, 7, limit, 0], told);
    }
}

#[test]
fn the_time_and_the_place_of_others_are_not_set() {
    for (number, told) in [
        (libc::SYS_sched_setparam, "sched_setparam:other"),
        (libc::SYS_sched_setscheduler, "sched_setscheduler:other"),
        (libc::SYS_sched_setaffinity, "sched_setaffinity:other"),
        (libc::SYS_sched_setattr, "sched_setattr:other"),
        (libc::SYS_migrate_pages, "migrate_pages:other"),
        (libc::SYS_move_pages, "move_pages:other"),
    ] {
        check_sign(number, &[0, 7, 7], None);
        check_sign(number, &[7 << 32, 7, 7], None);
        check_sign(number, &[7, 0, 0], Some((told, libc::EPERM)));
    }
    let told = [
        ("setpriority:other", libc::SYS_setpriority, 0),
        ("ioprio_set:other", libc::SYS_ioprio_set, 1),
    ];
    for (name, number, process) in told {
        check_sign(number, &[process, 0, 7], None);
        for [which, who] in [[process, 7], [process, u64::MAX], [2, 0], [2, 7], [3, 0]] {
            check_sign(number, &[which, who, 7], Some((name, libc::EPERM)));
        }
    }
}

#[test]
fn a_process_is_named_where_one_can_be() {
    for (number, arguments, expected) in [
        (libc::SYS_sched_setaffinity, [7, 8, 9, 0, 0, 0], Some(7)),
        (libc::SYS_prlimit64, [7, 8, 9, 0, 0, 0], Some(7)),
        (libc::SYS_setpriority, [0, 8, 9, 0, 0, 0], Some(8)),
        (libc::SYS_setpriority, [1, 8, 9, 0, 0, 0], None),
        (libc::SYS_ioprio_set, [1, 8, 9, 0, 0, 0], Some(8)),
        (libc::SYS_ioprio_set, [0, 8, 9, 0, 0, 0], None),
        (libc::SYS_mount, [7, 8, 9, 0, 0, 0], None),
    ] {
        assert_eq!(named(number as i32, &arguments), expected, "{number} {arguments:?}");
    }
}

#[test]
fn what_is_told_is_what_is_refused_for_any_arguments() {
    let program = program(ALONE);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let interesting =
        [0, 1, 2, 3, 4, 5, 6, 10, 16, 25, 41, 57, 262, 0x5412, 0x4008_6602, 0x2000_0000, u64::MAX];
    for call in calls::all() {
        for _ in 0..500 {
            let arguments = [(); 6].map(|()| match random() % 3 {
                0 => random(),
                _ => interesting[random() as usize % interesting.len()] | (random() % 2) << 11,
            });
            let verdict = run(&program, &words(NATIVE, call.number.into(), arguments)).unwrap();
            let told = refusal(call.number.cast_signed(), &arguments);
            let expected = match call.treatment {
                Treatment::Reaches => fails(libc::EACCES),
                Treatment::Absent => fails(libc::ENOSYS),
                Treatment::Attributes(Attribute::Owner) => fails(libc::EPERM),
                Treatment::Attributes(Attribute::Named) => fails(libc::EOPNOTSUPP),
                Treatment::Attributes(Attribute::Mode(argument))
                    if arguments[usize::from(argument)] & 0o6000 != 0 =>
                {
                    fails(libc::EPERM)
                }
                _ => told.map_or(GO, |it| fails(it.errno)),
            };
            assert_eq!(verdict, expected, "{call:?} {arguments:x?}");
        }
    }
}

#[test]
fn every_call_stands_once_and_below_the_newest() {
    let mut numbers: Vec<_> = calls::all().map(|call| call.number).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), count);
    assert!(numbers.iter().all(|number| *number <= calls::NEWEST));
}

#[test]
fn a_program_is_one_that_the_kernel_takes_and_looks_through() {
    for purpose in [WRITES, READS, ALONE, READING] {
        let program = program(purpose);
        assert!(program.len() <= 4096, "{}", program.len());
        for (at, step) in program.iter().enumerate() {
            let known = [0x20, 0x54, 0x06, 0x05, 0x15, 0x25, 0x45].contains(&step.code);
            assert!(known, "{at}: {step:?}");
            let furthest = match step.code {
                0x05 => step.value as usize,
                _ => usize::from(step.jump_true.max(step.jump_false)),
            };
            assert!(at + furthest + 1 < program.len() + usize::from(step.code == 0x06), "{at}");
        }
    }
}

/// A chain of branches longer than a jump is wide, whose every way is told apart.
fn long_chain(length: u32) -> Vec<Instruction> {
    let mut code = Assembler::default();
    let last = code.end(u32::MAX);
    let ends: Vec<Label> = (0..length).map(|value| code.end(value)).collect();
    let chain = ends
        .iter()
        .enumerate()
        .rev()
        .fold(last, |next, (value, end)| code.branch(Test::Equals(value as u32), *end, next));
    code.load(0, chain);
    code.finish()
}

#[test]
fn jumps_longer_than_eight_bits_lead_where_they_should() {
    for length in [1, 100, 127, 128, 129, 253, 254, 255, 256, 257, 300, 1000] {
        let program = long_chain(length);
        for value in 0..length {
            assert_eq!(run(&program, &[value]), Ok(value), "{length}");
        }
        assert_eq!(run(&program, &[length]), Ok(u32::MAX), "{length}");
    }
}

#[test]
fn both_ways_of_a_branch_may_be_far() {
    for padding in (0..600).chain([5000]) {
        let mut code = Assembler::default();
        let met = code.end(1);
        let otherwise = code.end(2);
        let after = code.end(3);
        for _ in 0..padding {
            code.end(9);
        }
        let branched = code.branch(Test::Exceeds(5), met, otherwise);
        let loaded = code.load(4, branched);
        let tested = code.branch(Test::HasAnyBit(1), loaded, after);
        code.load(0, tested);
        let program = code.finish();
        for (words, verdict) in [([1, 6], 1), ([1, 5], 2), ([0, 6], 3)] {
            assert_eq!(run(&program, &words), Ok(verdict), "{padding}");
        }
    }
}
