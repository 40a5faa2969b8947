//! The search for what a command has left running, until nothing of it is there.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

use super::groups::Groups;
use super::is_alone;
use super::listing::processes;
use super::strangers::Strangers;

/// What is about to end by itself gets this long.
const GRACE: Duration = Duration::from_millis(200);

/// What cannot be ended, such as a process that the system holds up, is given up after this long.
const LIMIT: Duration = Duration::from_secs(5);

/// Where more than this many have died by then, what forks all the time is at work, and is not about to end.
const MOST_DYING: usize = 300;

const STEP: Duration = Duration::from_millis(5);

/// While nobody dies, the system takes its time.
const SHORT_STEP: Duration = Duration::from_millis(1);

/// Between two looks at everybody, so long those are ended that have just become ours, which is all that is left where
/// nothing holds its parents up: what forks all the time is gone before a long look is over.
const SHORT_LOOKS: Duration = Duration::from_millis(250);

/// So long the dead are waited for before those are looked for again who live: others may die as fast.
const BURIAL: Duration = Duration::from_millis(50);

/// After so many looks that find nobody, nobody is there, where the system itself cannot say so.
const EMPTY_LOOKS: usize = 10;

/// What has become of what a command left running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super::super) struct Ended {
    /// How many processes were left running.
    pub(in super::super::super) count: u64,
    /// Whether some of them may be running still.
    pub(in super::super::super) gave_up: bool,
}

/// Ends every descendant of this process but strangers, after a moment's grace. `leader` is the number of the command's
/// first process, which has ended.
///
/// Call it when no child of this process is wanted any more.
pub(in super::super::super) fn end_descendants(
    strangers: &Strangers,
    leader: Option<i32>,
) -> Ended {
    let mut hunt = Hunt {
        strangers,
        groups: Groups::beside(leader, strangers),
        started: Instant::now(),
        ended: HashSet::new(),
        dead: HashSet::new(),
        buried: 0,
        is_ending: false,
        empty_looks: 0,
    };
    while hunt.is_patient() {
        if hunt.is_over() {
            return hunt.over(false);
        }
        thread::sleep(STEP);
    }
    if hunt.buried <= MOST_DYING {
        hunt.note_dead();
    }
    hunt.is_ending = true;
    while hunt.started.elapsed() < LIMIT {
        // First: a look at everybody takes long where many have died.
        let began = Instant::now();
        while began.elapsed() < SHORT_LOOKS {
            let buried = hunt.buried;
            hunt.end_children();
            if hunt.is_over() {
                return hunt.over(false);
            }
            if hunt.buried == buried {
                thread::sleep(SHORT_STEP);
            }
        }
        hunt.end_all();
    }
    hunt.over(true)
}

#[derive(Debug)]
struct Hunt<'a> {
    strangers: &'a Strangers,
    groups: Groups,
    started: Instant,
    /// Who was alive and has been sent a signal, or has died of it.
    ended: HashSet<i32>,
    /// Who was dead before anybody was sent a signal, and may not be waited for as long as its tracer lives.
    dead: HashSet<i32>,
    /// How many of the dead were waited for.
    buried: usize,
    /// Whether anybody is sent a signal by now.
    is_ending: bool,
    empty_looks: usize,
}

impl Hunt<'_> {
    fn is_patient(&self) -> bool {
        self.started.elapsed() < GRACE && self.buried <= MOST_DYING
    }

    /// Notes who is dead by now, and is still to be waited for.
    fn note_dead(&mut self) {
        if self.strangers.are_listed() {
            let found = self.strangers.others(&mut processes());
            self.dead.extend(found.iter().filter(|(_, facts)| facts.is_dead).map(|(it, _)| *it));
        }
    }

    /// Looks at everybody and ends all that is ours: who cannot be ended yet may have others below.
    fn end_all(&mut self) {
        if self.strangers.are_listed() {
            let mut all = processes();
            let found = self.strangers.others(&mut all);
            let living: Vec<_> = found.iter().filter(|(_, facts)| !facts.is_dead).collect();
            self.ended.extend(self.groups.send(Signal::SIGKILL, &living, &all));
        }
    }

    /// Ends those that are children of this process by now: whoever has lost its parent is.
    fn end_children(&mut self) {
        match self.strangers.own_children() {
            Some(children) => self.groups.kill_all(&children),
            None => self.end_all(),
        }
    }

    /// Waits for whoever is dead, for as long as it may take.
    fn bury(&mut self) {
        let flags = Some(WaitPidFlag::WNOHANG | WaitPidFlag::__WALL);
        let began = Instant::now();
        while began.elapsed() < BURIAL {
            match waitpid(None, flags) {
                Ok(WaitStatus::Signaled(process, Signal::SIGKILL, _))
                    if self.is_ending && !self.dead.contains(&process.as_raw()) =>
                {
                    self.ended.insert(process.as_raw());
                }
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => break,
                _ => {}
            }
            self.buried += 1;
        }
    }

    /// Waits for the dead and tells whether nobody is left. The system knows whether we have a child at all; strangers
    /// aside, we know none when several looks in a row find none: whoever forks all the time is missed by some.
    fn is_over(&mut self) -> bool {
        self.bury();
        if is_alone() {
            return true;
        }
        if !self.strangers.are_there() {
            return false;
        }
        let is_empty = match self.strangers.own_children() {
            Some(children) => children.is_empty(),
            None => self.strangers.others(&mut processes()).is_empty(),
        };
        self.empty_looks = if is_empty { self.empty_looks + 1 } else { 0 };
        self.empty_looks >= EMPTY_LOOKS
    }

    fn over(self, gave_up: bool) -> Ended {
        let count = self.ended.len() as u64;
        Ended { count: count.max(u64::from(gave_up)), gave_up }
    }
}
