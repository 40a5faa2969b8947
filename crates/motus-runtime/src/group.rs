//! The process group of a command. It signals the whole group and never a single process.

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// A process group led by the command.
///
/// While one member lives the system does not hand its number out again. Once the leader has been
/// waited for and the group is empty, the number is free: callers ask [`Group::is_alive`] shortly
/// before they signal a group whose leader is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group(pub(crate) Pid);

impl Group {
    /// Sends `signal` to every member. A group that is gone, or that belongs to another user by
    /// now, is no error: there is nothing left that we could do about it.
    pub(crate) fn send(self, signal: Signal) {
        let _ = killpg(self.0, signal);
    }

    /// Sends `signal`, then wakes a stopped group so that the signal is acted upon.
    pub(crate) fn send_and_wake(self, signal: Signal) {
        self.send(signal);
        self.send(Signal::SIGCONT);
    }

    /// Whether the group has members. A zombie counts, also one left to an init that never reaps:
    /// whoever waits for a group to go must limit the wait.
    pub(crate) fn is_alive(self) -> bool {
        killpg(self.0, None) != Err(Errno::ESRCH)
    }
}
