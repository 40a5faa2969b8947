//! The system calls that no safe library has: the one place of this crate with unsafe code.
//!
//! Everything here is a thin, safe face: buffers are owned, lengths come from the buffers, and descriptors are
//! borrowed or owned as the types say.

#![expect(
    unsafe_code,
    reason = "seccomp, its notifications, and the one step between fork and exec"
)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::os::unix::thread::JoinHandleExt as _;
use std::process::Command;
use std::thread::JoinHandle;

use nix::sys::pthread::pthread_kill;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

use super::filter::Instruction;
use super::probe::Attempts;

#[cfg(test)]
mod tests;

/// `SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP`: there since Linux 6.6.
const SYNC_WAKE_UP: libc::c_ulong = 1;

/// One question of the kernel: somebody in the scope is about to make a system call, and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notification {
    /// Names the question; grows by one from question to question.
    pub(super) id: u64,
    /// The thread that asks, as this process sees it.
    pub(super) thread: u32,
    /// The number of the system call.
    pub(super) number: i32,
    /// The architecture of the call, an `AUDIT_ARCH` value.
    pub(super) architecture: u32,
    /// Its arguments.
    pub(super) arguments: [u64; 6],
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The call is made, as if nobody had asked.
    Continue,
    /// The call is not made and fails with this error number, which is positive.
    Fail(i32),
    /// The call is not made and returns this.
    Return(i64),
}

/// What the kernel writes a question to: as long as any kernel's that is answered here.
#[repr(C)]
struct Question {
    known: libc::seccomp_notif,
    spare: [u64; 22],
}

/// What the kernel reads an answer from.
#[repr(C)]
struct Reply {
    known: libc::seccomp_notif_resp,
    spare: [u64; 8],
}

/// Holds this thread, and all that it starts, to a filter, for good; with a listener where the filter asks.
///
/// Needs `no_new_privs`. Errors: the system's; EBUSY when a listener above this one exists.
pub(super) fn install(filter: &[Instruction], with_listener: bool) -> io::Result<Option<OwnedFd>> {
    let length =
        u16::try_from(filter.len()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // An `Instruction` is laid out as the kernel's, and the kernel only reads.
    let program = libc::sock_fprog { len: length, filter: filter.as_ptr().cast_mut().cast() };
    let flags = if with_listener {
        check_sizes()?;
        libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
    } else {
        0
    };
    // SAFETY: the program and the instructions that it points to outlive the call, its length is theirs, and
    // the kernel copies both. What the call does to this thread leaves its memory alone.
    let result = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program)
    };
    let result = checked(result)?;
    if !with_listener {
        return Ok(None);
    }
    let descriptor =
        RawFd::try_from(result).map_err(|_| io::Error::from_raw_os_error(libc::EBADF))?;
    // SAFETY: with NEW_LISTENER a success is a fresh descriptor, which nobody else knows of.
    Ok(Some(unsafe { OwnedFd::from_raw_fd(descriptor) }))
}

/// Refuses a kernel that writes more than fits, or less than is read.
fn check_sizes() -> io::Result<()> {
    let mut sizes =
        libc::seccomp_notif_sizes { seccomp_notif: 0, seccomp_notif_resp: 0, seccomp_data: 0 };
    // SAFETY: the kernel writes exactly this structure, which lives here and is ours alone.
    let result = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_GET_NOTIF_SIZES, 0, &raw mut sizes)
    };
    checked(result)?;
    let question = size_of::<libc::seccomp_notif>()..=size_of::<Question>();
    let reply = size_of::<libc::seccomp_notif_resp>()..=size_of::<Reply>();
    let fits = question.contains(&sizes.seccomp_notif.into())
        && reply.contains(&sizes.seccomp_notif_resp.into())
        && usize::from(sizes.seccomp_data) == size_of::<libc::seccomp_data>();
    if fits { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::E2BIG)) }
}

/// Wakes whoever asks on the processor of whoever answers; without it each question costs ten times as much.
pub(super) fn wake_in_place(listener: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the descriptor is open as long as it is borrowed, and this request takes a number, no address.
    let result = unsafe {
        libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP)
    };
    checked(result.into()).map(|_| ())
}

/// Waits for the next question. `None`: who asked is gone, or the wait was interrupted.
pub(super) fn receive(listener: BorrowedFd<'_>) -> io::Result<Option<Notification>> {
    // The kernel insists on zeroes.
    let mut question = Question {
        known: libc::seccomp_notif {
            id: 0,
            pid: 0,
            flags: 0,
            data: libc::seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] },
        },
        spare: [0; 22],
    };
    // SAFETY: the descriptor is open as long as it is borrowed; the kernel writes at most as much as the
    // structure holds, which `check_sizes` saw to, and every pattern of bits is a value of it.
    let result = unsafe {
        libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut question)
    };
    match checked(result.into()) {
        Ok(_) => Ok(Some(Notification::from(&question.known))),
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::EINTR)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells whether whoever asked still waits: what was read of its memory before is its own.
pub(super) fn still_waits(listener: BorrowedFd<'_>, id: u64) -> bool {
    again(|| {
        // SAFETY: the descriptor is open as long as it is borrowed; the kernel reads eight bytes from a number
        // that lives as long as the call.
        let result = unsafe {
            libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &raw const id)
        };
        checked(result.into())
    })
    .is_ok()
}

/// Answers. Who has gone away since is no error.
pub(super) fn answer(listener: BorrowedFd<'_>, id: u64, answer: Answer) -> io::Result<()> {
    let mut reply =
        Reply { known: libc::seccomp_notif_resp { id, val: 0, error: 0, flags: 0 }, spare: [0; 8] };
    match answer {
        Answer::Continue => reply.known.flags = CONTINUE,
        // Nothing and a positive number would be told as a success.
        Answer::Fail(error) if error <= 0 => reply.known.error = -libc::EPERM,
        Answer::Fail(error) => reply.known.error = -error,
        Answer::Return(value) => reply.known.val = value,
    }
    let sent = again(|| {
        // SAFETY: the descriptor is open as long as it is borrowed; the kernel reads no more than the structure
        // holds, which `check_sizes` saw to.
        let result = unsafe {
            libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw const reply)
        };
        checked(result.into())
    });
    match sent {
        Err(error) if error.raw_os_error() != Some(libc::ENOENT) => Err(error),
        _ => Ok(()),
    }
}

/// Gives whoever asks a descriptor of its own for what a descriptor of ours holds, and returns its number there: the
/// lowest that is free, as if it had opened that itself. It goes on waiting for the answer.
///
/// Errors: EMFILE where it may have no more; ENOENT when it is gone.
pub(super) fn hand_over(
    listener: BorrowedFd<'_>,
    id: u64,
    held: BorrowedFd<'_>,
    closes_on_exec: bool,
) -> io::Result<libc::c_long> {
    let number =
        |fd: RawFd| u32::try_from(fd).map_err(|_| io::Error::from_raw_os_error(libc::EBADF));
    let flags = if closes_on_exec { libc::O_CLOEXEC } else { 0 };
    // Not answered by the same call: that would tell of a success when a signal to us came between.
    let given = libc::seccomp_notif_addfd {
        id,
        flags: 0,
        srcfd: number(held.as_raw_fd())?,
        newfd: 0,
        newfd_flags: flags.cast_unsigned(),
    };
    again(|| {
        // SAFETY: both descriptors are open as long as they are borrowed; the kernel reads exactly this structure,
        // which lives as long as the call, and writes no memory of ours.
        let result = unsafe {
            libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_ADDFD, &raw const given)
        };
        checked(result.into())
    })
}

#[expect(clippy::cast_possible_truncation, reason = "the flag is the lowest bit")]
const CONTINUE: u32 = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;

/// By which a thread of ours is interrupted: nothing else is done about it, and nobody else sends it.
const SIGNAL: Signal = Signal::SIGURG;

/// Lets this thread be interrupted, whatever signals whoever started it does not take.
pub(super) fn be_interruptible() -> io::Result<()> {
    let mut taken = SigSet::empty();
    taken.add(SIGNAL);
    Ok(taken.thread_unblock()?)
}

/// Has a thread of ours return from a call of the system that it waits in.
pub(super) fn interrupt<T>(thread: &JoinHandle<T>) -> io::Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}
    // Without SA_RESTART: the call is not to be made again.
    let action = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing, which is safe at any moment.
    unsafe { sigaction(SIGNAL, &action) }?;
    pthread_kill(thread.as_pthread_t(), SIGNAL)?;
    Ok(())
}

/// Returns the version of Landlock's interface; 0 without one.
pub(super) fn landlock_version() -> u32 {
    const VERSION: u32 = 1;
    // SAFETY: with this flag the kernel takes no structure, and returns a number.
    let result = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, VERSION)
    };
    u32::try_from(result).unwrap_or(0)
}

/// Lets no program that this process starts inherit a descriptor above standard error.
pub(super) fn hide_descriptors() -> io::Result<()> {
    // SAFETY: descriptors are marked, none is closed, and no memory is involved.
    let result =
        unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    checked(result).map(|_| ())
}

/// Has the child of a command close a descriptor, if there is one, and lower its limit of processes, between fork and
/// exec; and leave no memory dump, which would be a file that nobody is asked about.
///
/// A child that holds the listener would wait for itself for ever when we die before it executes.
pub(super) fn before_exec(
    command: &mut Command,
    listener: impl Into<Option<RawFd>>,
    processes: Option<u64>,
) {
    let listener = listener.into();
    let prepare = move || {
        if let Some(listener) = listener {
            nix::unistd::close(listener)?;
        }
        // By 1 the system also hands no dump to a program, which 0 does not keep it from.
        setrlimit(Resource::RLIMIT_CORE, 1, 1)
            .or_else(|_| setrlimit(Resource::RLIMIT_CORE, 0, 0))?;
        if let Some(processes) = processes {
            let (_, hard) = getrlimit(Resource::RLIMIT_NPROC)?;
            let most = processes.min(hard);
            setrlimit(Resource::RLIMIT_NPROC, most, most)?;
        }
        Ok(())
    };
    // SAFETY: what runs in the child makes a few plain system calls on values of its own: it takes no lock,
    // allocates nothing, and an error is a number.
    unsafe { command.pre_exec(prepare) };
}

/// Has the child of a command make calls, between fork and exec, and report what came of them.
///
/// It is ended when the thread that starts it is: nobody else would answer what it asks.
pub(super) fn attempt_before_exec(command: &mut Command, attempts: Attempts) {
    let starter = nix::unistd::getpid();
    let prepare = move || {
        nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
        // Who had ended before that is waited for in vain.
        if nix::unistd::getppid() != starter {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        attempts.make_and_report()
    };
    // SAFETY: all that an attempt needs was made before, so that what runs in the child are plain system calls:
    // it takes no lock, allocates nothing, and an error is a number.
    unsafe { command.pre_exec(prepare) };
}

impl From<&libc::seccomp_notif> for Notification {
    fn from(known: &libc::seccomp_notif) -> Self {
        Self {
            id: known.id,
            thread: known.pid,
            number: known.data.nr,
            architecture: known.data.arch,
            arguments: known.data.args,
        }
    }
}

/// Makes a call until no signal interrupts it.
fn again(mut call: impl FnMut() -> io::Result<libc::c_long>) -> io::Result<libc::c_long> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Tells a result from an error.
fn checked(result: libc::c_long) -> io::Result<libc::c_long> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
