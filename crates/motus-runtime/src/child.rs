//! The command as a process: starting it, and noticing that it stopped or ended.
//!
//! It takes no action on what it sees; `watch` does.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, PipeWriter, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgid};

use crate::completion::{End, StartFailure, StartFailureKind, system_message};
use crate::group::Group;
use crate::launch::Launch;
use crate::scope::{Session, SpawnError};

/// The longest `#!` line the kernel looks at.
const INTERPRETER_LINE: u64 = 256;

/// A started command, leader of its own process group.
#[derive(Debug)]
pub(crate) struct Leader {
    child: Child,
    pid: Pid,
    end: Option<End>,
}

/// What happened to the leader since the last look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Stopped(Signal),
    Ended { killed_by: Option<Signal> },
}

impl Leader {
    /// Starts the command in a new process group, with the two pipe ends as its outputs, in its scope if it has one.
    pub(crate) fn start(
        launch: &Launch,
        stdout: PipeWriter,
        stderr: PipeWriter,
        session: Option<&mut Session>,
    ) -> Result<Leader, StartFailure> {
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .stdout(stdout)
            .stderr(stderr)
            .process_group(0);
        let refused = |error: io::Error| start_failure(&error, Path::new(&launch.program));
        let child = match session {
            None => command.spawn().map_err(refused)?,
            Some(session) => {
                command.envs(session.environment());
                session.spawn(command).map_err(|error| match error {
                    SpawnError::NotStarted(error) => refused(error),
                    SpawnError::Unconfined(error) => unconfined(&error),
                })?
            }
        };
        let pid = Pid::from_raw(child.id().cast_signed());
        Ok(Leader { child, pid, end: None })
    }

    pub(crate) fn group(&self) -> Group {
        Group(self.pid)
    }

    /// Sends a signal to the leader alone, if it has left its group: what is sent to that does not reach it.
    pub(crate) fn send_to_strayed(&self, signal: Signal) {
        // Waited for, its number may be another's.
        if self.end.is_none() && getpgid(Some(self.pid)).is_ok_and(|group| group != self.pid) {
            let _ = kill(self.pid, signal);
        }
    }

    /// Returns the next change without waiting for one.
    ///
    /// The end is reported again and again: the process stays a zombie until [`Leader::reap`], so
    /// that the number of its group cannot be given to strangers while we may still signal it.
    #[cfg(target_os = "linux")]
    pub(crate) fn change(&mut self) -> Option<Change> {
        use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};

        let look = |flags| waitid(Id::Pid(self.pid), WaitPidFlag::WNOHANG | flags);
        let seen = look(WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        if self.lets_go(seen) {
            return None;
        }
        match seen {
            Ok(WaitStatus::StillAlive) | Err(Errno::EINTR) => {}
            Ok(WaitStatus::Signaled(_, signal, _)) => {
                return Some(Change::Ended { killed_by: Some(signal) });
            }
            // Among the errors: death by a real-time signal, which nix has no name for.
            _ => return Some(Change::Ended { killed_by: None }),
        }
        match look(WaitPidFlag::WSTOPPED) {
            Ok(WaitStatus::Stopped(_, signal)) => Some(Change::Stopped(signal)),
            seen => {
                self.lets_go(seen);
                None
            }
        }
    }

    /// Lets a leader go on that has made us its tracer and waits for us: as if it had not, with the signal that was
    /// on its way. Tells whether it was so; else it would be taken for ended.
    #[cfg(target_os = "linux")]
    fn lets_go(&self, seen: nix::Result<nix::sys::wait::WaitStatus>) -> bool {
        use nix::sys::ptrace::detach;
        use nix::sys::wait::WaitStatus;

        match seen {
            // It is the tracer's alone.
            Ok(WaitStatus::PtraceEvent(_, Signal::SIGTRAP, _) | WaitStatus::PtraceSyscall(_)) => {
                let _ = detach(self.pid, None);
                true
            }
            Ok(WaitStatus::PtraceEvent(_, signal, _)) => {
                let _ = detach(self.pid, signal);
                true
            }
            // A real-time signal on its way, or death by one: then there is nobody to let go.
            Err(Errno::EINVAL) => detach(self.pid, None).is_ok(),
            _ => false,
        }
    }

    /// Returns the next change without waiting for one.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn change(&mut self) -> Option<Change> {
        use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

        match waitpid(self.pid, Some(WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED)) {
            Ok(WaitStatus::Stopped(_, signal)) => Some(Change::Stopped(signal)),
            Ok(WaitStatus::Exited(_, code)) => Some(self.ended(End::Exited(code), None)),
            Ok(WaitStatus::Signaled(_, signal, _)) => {
                Some(self.ended(End::Signaled(signal as i32), Some(signal)))
            }
            Ok(_) | Err(Errno::EINTR) => None,
            Err(_) => Some(self.ended(STATUS_UNKNOWN, None)),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn ended(&mut self, end: End, killed_by: Option<Signal>) -> Change {
        self.end.get_or_insert(end);
        Change::Ended { killed_by }
    }

    /// Removes the ended process and returns how it ended; the answer never changes.
    pub(crate) fn reap(&mut self) -> End {
        let child = &mut self.child;
        self.end.get_or_insert_with(|| child.wait().map_or(STATUS_UNKNOWN, end_of)).clone()
    }
}

/// Somebody else in this process has waited for the child: it has ended, nobody can say how.
const STATUS_UNKNOWN: End = End::Exited(255);

fn end_of(status: ExitStatus) -> End {
    match status.signal() {
        Some(signal) => End::Signaled(signal),
        None => status.code().map_or(STATUS_UNKNOWN, End::Exited),
    }
}

/// Puts the error of a failed start into one of the two classes that shells know.
pub(crate) fn start_failure(error: &io::Error, program: &Path) -> StartFailure {
    let errno = error.raw_os_error();
    let kind = match errno.map(Errno::from_raw) {
        Some(Errno::ENOENT | Errno::ENOTDIR | Errno::ENAMETOOLONG) => StartFailureKind::NotFound,
        _ => StartFailureKind::NotExecutable,
    };
    let is_missing = errno == Some(Errno::ENOENT as i32);
    let interpreter = if is_missing { missing_interpreter(program) } else { None };
    StartFailure {
        kind,
        errno,
        message: errno.map_or_else(|| error.to_string(), system_message),
        explanation: interpreter
            .map(|path| format!("its interpreter {} does not exist", path.display())),
    }
}

/// Says that nothing was started, because it would not have been held to its scope.
pub(crate) fn unconfined(error: &io::Error) -> StartFailure {
    StartFailure {
        kind: StartFailureKind::NotExecutable,
        errno: None,
        message: "cannot be held to its scope".to_owned(),
        explanation: Some(error.to_string()),
    }
}

/// Returns the interpreter a script asks for, when the script exists and the interpreter does not.
/// Only for a program given as a path: the search in `PATH` is the system's, not ours to repeat.
fn missing_interpreter(program: &Path) -> Option<PathBuf> {
    if !program.as_os_str().as_bytes().contains(&b'/') || !fs::metadata(program).ok()?.is_file() {
        return None;
    }
    let mut start = Vec::new();
    File::open(program).ok()?.take(INTERPRETER_LINE).read_to_end(&mut start).ok()?;
    let path = interpreter_in(&start)?;
    (path.try_exists().ok() == Some(false)).then_some(path)
}

/// Reads the path as the kernel does: blanks end it, but a carriage return is a part of it.
fn interpreter_in(start: &[u8]) -> Option<PathBuf> {
    let line = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    let mut words = line.split(|byte| b" \t\0".contains(byte));
    words.find(|word| !word.is_empty()).map(|word| PathBuf::from(OsStr::from_bytes(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(errno: Errno, program: &str, kind: StartFailureKind) {
        let failure = start_failure(&io::Error::from(errno), Path::new(program));
        assert_eq!((failure.kind, failure.errno), (kind, Some(errno as i32)), "{errno}");
    }

    #[test]
    fn what_is_not_there_and_what_cannot_be_there_is_not_found() {
        for errno in [Errno::ENOENT, Errno::ENOTDIR, Errno::ENAMETOOLONG] {
            check(errno, "no-such-program", StartFailureKind::NotFound);
        }
        for errno in [
            Errno::EACCES,
            Errno::ENOEXEC,
            Errno::E2BIG,
            Errno::EISDIR,
            Errno::ELOOP,
            Errno::ENOMEM,
        ] {
            check(errno, "program", StartFailureKind::NotExecutable);
        }
    }

    #[test]
    fn an_error_without_a_number_keeps_its_text() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "nul byte found");
        let failure = start_failure(&error, Path::new("a"));
        assert_eq!(failure.kind, StartFailureKind::NotExecutable);
        assert_eq!(failure.to_string(), "nul byte found");
    }

    #[test]
    fn the_interpreter_is_read_as_the_kernel_does() {
        for (line, path) in [
            ("#!/bin/sh", Some("/bin/sh")),
            ("#! \t/bin/sh -e\necho", Some("/bin/sh")),
            ("#!/bin/sh\r\necho", Some("/bin/sh\r")),
            ("#!\n/bin/sh", None),
            ("/bin/sh", None),
        ] {
            assert_eq!(interpreter_in(line.as_bytes()).as_deref(), path.map(Path::new), "{line:?}");
        }
    }
}
