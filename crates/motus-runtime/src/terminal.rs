//! The controlling terminal: who is in its foreground, and stopping and resuming with the shell.
//!
//! It never changes terminal modes; shells restore those themselves.

mod alarm;

use std::fs::File;
use std::io;
use std::time::Instant;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, killpg};
use nix::unistd::{Pid, getpgrp, getppid, getsid, tcgetpgrp, tcsetpgrp};

use crate::group::Group;
use alarm::Alarm;

/// The terminal that controls our session.
#[derive(Debug)]
pub(crate) struct Terminal {
    device: File,
    own_group: Pid,
    /// Whether the command gets the foreground from the start. Only when both our input and output
    /// are this terminal: in `motus wrap -- cmd | less` the reader needs the foreground too.
    at_once: bool,
    loan: Option<Loan>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Loan {
    group: Group,
    /// Lent on demand: others in our own group may have stopped meanwhile, for want of it.
    on_demand: bool,
}

impl Terminal {
    /// Returns the controlling terminal, if the session has one.
    pub(crate) fn controlling() -> Option<Terminal> {
        #[expect(clippy::disallowed_methods, reason = "a terminal is opened, and no file changed")]
        let device = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let own_group = getpgrp();
        // The call fails on every terminal that is not the controlling one.
        let at_once = tcgetpgrp(io::stdin()).is_ok() && tcgetpgrp(io::stdout()).is_ok();
        Some(Terminal { device, own_group, at_once, loan: None })
    }

    /// Lends the foreground right after the start, where that is the rule.
    pub(crate) fn lend_at_once(&mut self, group: Group) {
        if self.at_once {
            self.lend(group, false);
        }
    }

    /// Gives the foreground to a command that was stopped for want of it.
    ///
    /// Returns whether the command has it now. It stays away when our own group is in the
    /// background too.
    pub(crate) fn lend_on_demand(&mut self, group: Group) -> bool {
        self.lend(group, true);
        self.foreground() == Ok(group.0)
    }

    pub(crate) fn is_lent(&self) -> bool {
        self.loan.is_some()
    }

    /// Takes the foreground back for good.
    pub(crate) fn reclaim(&mut self) {
        if self.take_back().is_some_and(|loan| loan.on_demand) {
            // A reader in our own pipeline that wanted the terminal meanwhile has been stopped.
            let _ = killpg(self.own_group, Signal::SIGCONT);
        }
    }

    /// Stops this process and its group along with the command; returns once resumed, or when `until` has passed: what
    /// the command has started elsewhere has not stopped, and its time runs.
    ///
    /// The command is running again afterwards, in the foreground if it was there before.
    pub(crate) fn suspend(&mut self, group: Group, until: Option<Instant>) {
        let loan = self.take_back();
        let _alarm = until.map(Alarm::set);
        // A script that runs us is part of the job and must stop with it, in the same instant: a
        // shell that saw only the script stop could resume the job before we have stopped.
        let _ = killpg(self.own_group, Signal::SIGSTOP);
        match loan {
            Some(loan) => self.lend(group, loan.on_demand),
            None => self.lend_at_once(group),
        }
        group.send(Signal::SIGCONT);
    }

    fn lend(&mut self, group: Group, on_demand: bool) {
        let ours = self.foreground() == Ok(self.own_group);
        if ours && self.set_foreground(group.0) {
            self.loan = Some(Loan { group, on_demand });
        }
    }

    /// Ends a loan, unless a third group has got hold of the foreground: the shell, after it saw
    /// us stopped, or a job of a command that is a shell itself.
    fn take_back(&mut self) -> Option<Loan> {
        let loan = self.loan.take()?;
        let current = self.foreground().ok()?;
        let free = current == loan.group.0 || !Group(current).is_alive();
        (free && self.set_foreground(self.own_group)).then_some(loan)
    }

    /// Whether a job-control shell stands above us that would resume us after a stop.
    pub(crate) fn has_shell(&self) -> bool {
        let Ok(session) = getsid(None) else {
            return false;
        };
        let parent = getppid();
        self.own_group != session && parent.as_raw() > 0 && getsid(Some(parent)) == Ok(session)
    }

    /// Blocks the signal by which the system stops whoever does this from the background; not for
    /// longer, because the command would inherit that.
    fn set_foreground(&self, group: Pid) -> bool {
        let mut stop = SigSet::empty();
        stop.add(Signal::SIGTTOU);
        let before = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK);
        let is_set = tcsetpgrp(&self.device, group).is_ok();
        if let Ok(mask) = before {
            let _ = mask.thread_set_mask();
        }
        is_set
    }

    fn foreground(&self) -> Result<Pid, Errno> {
        tcgetpgrp(&self.device)
    }
}
