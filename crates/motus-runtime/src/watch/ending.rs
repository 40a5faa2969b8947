//! How a command is brought to its end: what is due when, and what is sent then.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::Watch;
use crate::cause::INTERRUPT_GRACE;
use crate::child::Change;
use crate::completion::Interruption;

/// From the signal that is to end the command to SIGKILL.
const KILL_GRACE: Duration = INTERRUPT_GRACE;

/// Between one SIGKILL and the next: who traces a process can hold it up on its way.
const KILL_STEP: Duration = Duration::from_millis(250);

/// What the system has not ended so long after SIGKILL is given up.
const KILL_LIMIT: Duration = Duration::from_secs(5);

/// What an interrupted command leaves behind in its group gets this long after SIGTERM.
const SWEEP_GRACE: Duration = Duration::from_millis(500);

/// How often we look whether an interrupted group has gone; its members are not our children.
const SWEEP_STEP: Duration = Duration::from_millis(10);

/// The removal of what an interrupted command left behind in its group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sweep {
    NotStarted,
    Running,
    /// Done once and for all: the number of the group may belong to strangers from here on.
    Done,
}

impl Watch {
    /// Sees to it that the command ends of a signal that it has been sent.
    pub(super) fn end_by(&mut self, signal: Signal) {
        let now = Instant::now();
        let runs = self.ended_at.is_none();
        // A single interrupt is the command's own affair until it has ended.
        if runs && signal == Signal::SIGINT && !self.cause.is_insisted_on(now) {
            return;
        }
        self.interrupt(Interruption::Signal(signal as i32));
        if runs {
            self.kill_at.get_or_insert(now + KILL_GRACE);
        }
    }

    /// Records the first cause only; what is already under way goes on.
    pub(super) fn interrupt(&mut self, cause: Interruption) {
        self.cause.record(cause);
        if self.ended_at.is_some() {
            self.start_sweep();
        }
    }

    pub(super) fn start_sweep(&mut self) {
        if self.sweep != Sweep::NotStarted {
            return;
        }
        self.sweep = Sweep::Running;
        self.group.send_and_wake(Signal::SIGTERM);
        // As long as the leader is a zombie, the group cannot be seen to be empty.
        self.leader.reap();
        self.kill_at = Some(Instant::now() + SWEEP_GRACE);
    }

    fn end_sweep(&mut self) {
        self.sweep = Sweep::Done;
        self.kill_at = None;
    }

    /// Takes the steps that are due.
    pub(super) fn act(&mut self, now: Instant) {
        if is_due(self.deadline, now) {
            self.deadline = None;
            self.interrupt(Interruption::Timeout);
            if self.ended_at.is_none() && self.kill_at.is_none() {
                self.terminate_at = Some(now);
            }
        }
        if is_due(self.terminate_at, now) {
            self.terminate_at = None;
            self.send_and_wake(Signal::SIGTERM);
            self.kill_at.get_or_insert(now + KILL_GRACE);
        }
        if self.sweep == Sweep::Running && !self.group.is_alive() {
            self.end_sweep();
        }
        if is_due(self.kill_at, now) {
            self.kill_at = None;
            self.send(Signal::SIGKILL);
            match self.sweep {
                Sweep::Running => self.end_sweep(),
                _ => self.insist(now),
            }
        }
        if self.gives_up_stalled_relays() {
            for stream in &mut self.streams {
                stream.is_open &= !is_due(stream.stalls_at(now), now);
            }
        }
    }

    /// Goes on until the leader is dead: a process that traces it, and is in another group, can keep it from dying.
    fn insist(&mut self, now: Instant) {
        match self.give_up_at {
            None => self.give_up_at = Some(now + KILL_LIMIT),
            Some(limit) if now >= limit => {
                if let Change::Ended { killed_by } = self.leader.give_up() {
                    self.leader_ended(killed_by);
                }
                return;
            }
            Some(_) => {
                if let Some(session) = &self.session {
                    session.kill_descendants();
                }
            }
        }
        self.kill_at = Some(now + KILL_STEP);
    }

    /// A slow reader may take any time it likes, but not once the run has been interrupted.
    fn gives_up_stalled_relays(&self) -> bool {
        self.ended_at.is_some() && self.cause.certain().is_some()
    }

    pub(super) fn next_step(&mut self, now: Instant) -> Option<Instant> {
        let mut steps = vec![self.deadline, self.terminate_at, self.kill_at];
        if self.sweep == Sweep::Running {
            steps.push(Some(now + SWEEP_STEP));
        }
        if self.gives_up_stalled_relays() {
            steps.extend(self.streams.iter_mut().map(|stream| stream.stalls_at(now)));
        }
        steps.into_iter().flatten().min()
    }
}

fn is_due(step: Option<Instant>, now: Instant) -> bool {
    step.is_some_and(|at| now >= at)
}
