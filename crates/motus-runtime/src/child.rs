//! The command as a process: starting it, and noticing that it stopped or ended.
//!
//! It takes no action on what it sees; `watch` does.

#[cfg(target_os = "linux")]
mod death;
mod failure;

use std::io::{self, PipeWriter};
use std::os::fd::BorrowedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgid};

use crate::completion::{End, StartFailure};
use crate::group::Group;
use crate::launch::Launch;
use crate::scope::{Session, SpawnError};
#[cfg(target_os = "linux")]
use death::Death;
pub(crate) use failure::{start_failure, unconfined};

/// A started command, leader of its own process group.
#[derive(Debug)]
pub(crate) struct Leader {
    child: Child,
    pid: Pid,
    #[cfg(target_os = "linux")]
    death: Death,
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
        Ok(Leader {
            child,
            pid,
            #[cfg(target_os = "linux")]
            death: Death::of(pid),
            end: None,
        })
    }

    /// Returns what becomes readable when the leader dies, where the system has it: whether we are told of it or not.
    #[cfg(target_os = "linux")]
    pub(crate) fn death(&self) -> Option<BorrowedFd<'_>> {
        self.death.as_fd()
    }

    /// Returns nothing: this system tells its parent.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "elsewhere there is something")]
    pub(crate) fn death(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    pub(crate) fn group(&self) -> Group {
        Group(self.pid)
    }

    /// Sends a signal to the leader alone, if it has left its group: what is sent to that does not reach it.
    pub(crate) fn send_to_strayed(&self, signal: Signal) {
        // Ended, its number may be another's.
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
        // Before we ask: who is dead by then and is not told to us has been told to somebody else, who traces it.
        let has_died = self.death.has_come();
        let seen = look(WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        if self.lets_go(seen) {
            return None;
        }
        match seen {
            Ok(WaitStatus::StillAlive) if has_died => {
                if let Some(end) = self.death.end() {
                    return Some(self.ended(end));
                }
                // Nothing to be waited for as long as the system does not list it.
                self.death.forget();
            }
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
            Ok(WaitStatus::Exited(_, code)) => Some(self.ended(End::Exited(code))),
            Ok(WaitStatus::Signaled(_, signal, _)) => {
                Some(self.ended(End::Signaled(signal as i32)))
            }
            Ok(_) | Err(Errno::EINTR) => None,
            Err(_) => Some(self.ended(STATUS_UNKNOWN)),
        }
    }

    /// Takes an end that nobody will be asked for again.
    fn ended(&mut self, end: End) -> Change {
        let killed_by = match end {
            End::Signaled(signal) => Signal::try_from(signal).ok(),
            _ => None,
        };
        self.end.get_or_insert(end);
        Change::Ended { killed_by }
    }

    /// Waits no more for one that SIGKILL does not end: that is what it is taken to have died of.
    pub(crate) fn give_up(&mut self) -> Change {
        self.ended(End::Signaled(Signal::SIGKILL as i32))
    }

    /// Removes the ended process, unless its end is told to somebody else, and returns how it ended; the answer never
    /// changes.
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
