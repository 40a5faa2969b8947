//! The death of a process, as the system shows it to everybody: its parent is told of it only when whoever traces it has
//! been, which may be its own child that never asks.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, getegid, geteuid};
use rustix::process::{PidfdFlags, pidfd_open};

use super::{STATUS_UNKNOWN, end_of};
use crate::completion::End;
use crate::numbering;

/// What tells of the death of one process.
#[derive(Debug)]
pub(super) struct Death {
    pid: Pid,
    /// None where the system has no such thing: then its parent is told, or nobody.
    process: Option<OwnedFd>,
}

impl Death {
    /// Looks out for the death of a child that nobody has waited for.
    pub(super) fn of(pid: Pid) -> Self {
        let number = rustix::process::Pid::from_raw(pid.as_raw());
        let process = number.and_then(|number| pidfd_open(number, PidfdFlags::empty()).ok());
        Self { pid, process }
    }

    /// Returns what becomes readable when it has come.
    pub(super) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.process.as_ref().map(AsFd::as_fd)
    }

    /// Tells whether it has come: whether all threads have ended.
    pub(super) fn has_come(&self) -> bool {
        let Some(process) = self.as_fd() else { return false };
        let mut polled = [PollFd::new(process, PollFlags::POLLIN)];
        poll(&mut polled, PollTimeout::ZERO).is_ok_and(|readable| readable > 0)
    }

    /// Looks out no more.
    pub(super) fn forget(&mut self) {
        self.process = None;
    }

    /// Returns how the process ended, unless the system lists it as one that lives.
    pub(super) fn end(&self) -> Option<End> {
        if !numbering::is_that_of_proc() {
            return None;
        }
        let stat = fs::read(format!("/proc/{}/stat", self.pid)).ok()?;
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        end_in(&stat, is_of(&status, geteuid().as_raw(), getegid().as_raw()))
    }
}

/// Reads the end of a process from its `stat`, as proc(5) has it; `None` for one that lives.
///
/// The system says zero where it does not want to tell; of what is ours it tells.
fn end_in(stat: &[u8], is_ours: bool) -> Option<End> {
    // A name may hold anything: the last bracket ends it.
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    let mut words = std::str::from_utf8(stat.get(end + 1..)?).ok()?.split_ascii_whitespace();
    // The third, the twentieth and the fifty-second of all words.
    let has_ended = matches!(words.next()?, "Z" | "X");
    let threads: u64 = words.nth(16)?.parse().ok()?;
    if !has_ended || threads > 1 {
        return None;
    }
    Some(match words.nth(31).and_then(|word| word.parse().ok()) {
        Some(0) if !is_ours => STATUS_UNKNOWN,
        Some(code) => end_of(ExitStatus::from_raw(code)),
        None => STATUS_UNKNOWN,
    })
}

/// Tells from the lines of `/proc/NUMBER/status` whether a process counts as one user and group in every way.
fn is_of(status: &str, user: u32, group: u32) -> bool {
    [("Uid:", user), ("Gid:", group)].iter().all(|(name, expected)| {
        let numbers = status.lines().find_map(|line| line.strip_prefix(name));
        let is_it = |number: &str| number.parse() == Ok(*expected);
        numbers.is_some_and(|numbers| numbers.split_whitespace().all(is_it))
    })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn how_it_ended_is_read_of_the_dead_alone() {
        let read = |state, threads, code: i32, is_ours| {
            let (before, between) = ("0 ".repeat(16), "0 ".repeat(31));
            let stat = format!("7 (a) b) {state} {before}{threads} {between}{code}\n");
            end_in(stat.as_bytes(), is_ours)
        };
        assert_eq!(read("Z", 1, 3 << 8, true), Some(End::Exited(3)));
        assert_eq!(read("Z", 1, 0, true), Some(End::Exited(0)));
        assert_eq!(read("X", 0, 9, false), Some(End::Signaled(9)));
        assert_eq!(read("Z", 1, 0, false), Some(STATUS_UNKNOWN), "it is not told");
        assert_eq!(read("Z", 2, 0, true), None, "another thread lives");
        assert_eq!(read("t", 1, 0, true), None);
        assert_eq!(end_in(b"7 (a) Z 0 0", true), None);
    }

    #[test]
    fn who_became_somebody_else_is_not_ours() {
        let status = |users: &str| format!("Name:\ta\nUid:\t{users}\nGid:\t8\t8\t8\t8\n");
        assert!(is_of(&status("7\t7\t7\t7"), 7, 8));
        assert!(!is_of(&status("7\t0\t0\t0"), 7, 8) && !is_of(&status("7\t7\t7\t7"), 7, 9));
        assert!(!is_of("", 7, 8));
    }

    #[test]
    fn the_dead_are_told_from_the_living() {
        let mut command = Command::new("cat");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let death = Death::of(Pid::from_raw(child.id().cast_signed()));
        assert_eq!((death.has_come(), death.end()), (false, None));
        drop(child.stdin.take());
        let began = Instant::now();
        while death.end().is_none() && began.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(5));
        }
        let told = (death.has_come(), death.end());
        child.wait().unwrap();
        assert_eq!(told, (death.process.is_some(), Some(End::Exited(0))));
    }
}
