//! The loop that stands by one command: signals, stops, deadline, broken outputs, drain.
//!
//! It decides what is sent to the command's group and when the run is over; it neither relays bytes
//! (`relay`) nor knows how the terminal changes hands (`terminal`). Every step is due at an instant
//! that is computed from the state, so nothing here sleeps and nothing waits on our own outputs.

mod ending;
mod stream;

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::signal::Signal;

use crate::cause::Cause;
use crate::child::{Change, Leader, start_failure, unconfined};
use crate::completion::{
    Completion, End, Interruption, StartFailure, StartFailureKind, StreamCount,
};
use crate::group::Group;
use crate::launch::{Launch, Outputs};
use crate::pipe::wide_pipe;
use crate::relay::{Allowance, DRAIN_LIMIT, Ending, LeaderEnd, Relay, timeout};
use crate::scope::Session;
use crate::signals::{Signals, is_ending};
use crate::terminal::Terminal;
use ending::Sweep;
use stream::Stream;

/// From the break of an output to SIGTERM: most commands end of their own SIGPIPE before that.
const BROKEN_OUTPUT_GRACE: Duration = Duration::from_millis(500);

/// Runs one command to its end.
pub(crate) fn run(signals: &mut Signals, launch: &Launch, outputs: Outputs) -> Completion {
    let started = Instant::now();
    if let Some(signal) = signals.received().into_iter().find(|&signal| is_ending(signal)) {
        return not_started(interrupted(signal), Some(signal), started);
    }
    match Watch::start(launch, outputs, started) {
        Ok(mut watch) => watch.stand_by(signals),
        Err(failure) => not_started(failure, None, started),
    }
}

fn interrupted(signal: Signal) -> StartFailure {
    StartFailure {
        kind: StartFailureKind::Interrupted,
        errno: None,
        message: format!("{signal} arrived before the start"),
        explanation: None,
    }
}

fn not_started(failure: StartFailure, signal: Option<Signal>, started: Instant) -> Completion {
    let empty = StreamCount { complete: true, ..StreamCount::default() };
    Completion {
        end: End::NotStarted(failure),
        interruption: signal.map(|signal| Interruption::Signal(signal as i32)),
        stdout: empty,
        stderr: empty,
        duration: started.elapsed(),
        observation: None,
    }
}

/// A started command and all that is known about it.
struct Watch {
    leader: Leader,
    /// What holds the command to its scope.
    session: Option<Session>,
    group: Group,
    terminal: Option<Terminal>,
    streams: [Stream; 2],
    started: Instant,
    cause: Cause,
    /// Stopped, and nobody above us who could resume it.
    is_stopped: bool,
    /// Present until the leader has ended.
    leader_end: Option<LeaderEnd>,
    ended_at: Option<Instant>,
    sweep: Sweep,
    deadline: Option<Instant>,
    terminate_at: Option<Instant>,
    kill_at: Option<Instant>,
    /// Set with the first SIGKILL.
    give_up_at: Option<Instant>,
}

impl Watch {
    /// Starts the relays, then the command: a command that runs is never without its relays.
    fn start(launch: &Launch, outputs: Outputs, started: Instant) -> Result<Watch, StartFailure> {
        let program = launch.program.as_ref();
        let refused = |error: io::Error| start_failure(&error, program);

        let (stdout, stdout_end) = wide_pipe().map_err(refused)?;
        let (stderr, stderr_end) = wide_pipe().map_err(refused)?;
        let (leader_end, leader_watch) = LeaderEnd::new().map_err(refused)?;
        let other_watch = leader_watch.try_clone().map_err(refused)?;
        let limits = launch.confinement.as_ref().map(|it| &it.scope.limits);
        let allowance = Allowance::new(limits.and_then(|limits| limits.output_bytes));
        let other = allowance.clone();
        let relays = [
            Relay::start(stdout, outputs.stdout, leader_watch, allowance).map_err(refused)?,
            Relay::start(stderr, outputs.stderr, other_watch, other).map_err(refused)?,
        ];
        let terminal = Terminal::controlling();
        let mut session = match &launch.confinement {
            None => None,
            Some(it) => Some(Session::prepare(it).map_err(|error| unconfined(&error))?),
        };
        let leader = Leader::start(launch, stdout_end, stderr_end, session.as_mut())?;

        let mut watch = Watch {
            group: leader.group(),
            leader,
            session,
            terminal,
            streams: relays.map(|relay| Stream::new(relay, started)),
            started,
            cause: Cause::default(),
            is_stopped: false,
            leader_end: Some(leader_end),
            ended_at: None,
            sweep: Sweep::NotStarted,
            deadline: launch.timeout.and_then(|timeout| started.checked_add(timeout)),
            terminate_at: None,
            kill_at: None,
            give_up_at: None,
        };
        if let Some(terminal) = &mut watch.terminal {
            terminal.lend_at_once(watch.group);
        }
        Ok(watch)
    }

    fn stand_by(&mut self, signals: &mut Signals) -> Completion {
        let ended_at = loop {
            for signal in signals.received() {
                self.forward(signal);
            }
            self.follow_leader();
            self.follow_relays();
            self.act(Instant::now());
            if let Some(ended_at) = self.ended_at.filter(|_| self.is_over()) {
                break ended_at;
            }
            self.wait(signals);
        };
        let end = self.leader.reap();
        // Whoever lives on has no leader any more, and nothing of this process is a child of it now.
        let mut is_asked_to_end = || signals.ask_to_end();
        let session = self.session.take();
        let observation = session.map(|session| session.finish(&mut is_asked_to_end));
        Completion {
            end,
            interruption: self.cause.certain(),
            stdout: self.streams[0].relay.count(),
            stderr: self.streams[1].relay.count(),
            duration: ended_at.saturating_duration_since(self.started),
            observation,
        }
    }

    fn is_over(&self) -> bool {
        let relayed = self.streams.iter().all(|stream| !stream.is_open);
        self.ended_at.is_some() && relayed && self.sweep != Sweep::Running
    }

    fn forward(&mut self, signal: Signal) {
        if signal == Signal::SIGCONT {
            // Where there is a shell we were stopped with the command, and it is awake by now.
            if self.terminal.as_ref().is_some_and(Terminal::has_shell) {
                return;
            }
            self.is_stopped = false;
        }
        match self.sweep {
            Sweep::Done => {}
            _ if self.is_stopped && is_ending(signal) => self.send_and_wake(signal),
            _ => self.send(signal),
        }
        if is_ending(signal) {
            self.end_by(signal);
        }
    }

    /// Sends a signal to the command's group, and to its leader wherever that is.
    fn send(&self, signal: Signal) {
        self.group.send(signal);
        self.leader.send_to_strayed(signal);
    }

    /// Sends a signal, then wakes what is stopped so that the signal is acted upon.
    fn send_and_wake(&self, signal: Signal) {
        self.send(signal);
        self.send(Signal::SIGCONT);
    }

    fn follow_leader(&mut self) {
        while self.ended_at.is_none() {
            match self.leader.change() {
                None => break,
                Some(Change::Stopped(signal)) => self.leader_stopped(signal),
                Some(Change::Ended { killed_by }) => self.leader_ended(killed_by),
            }
        }
        // After the end as well: what it has left may fork until the last output is there.
        if let Some(session) = &self.session {
            session.bury_orphans(self.group.0.as_raw());
        }
    }

    fn leader_stopped(&mut self, signal: Signal) {
        if let Some(terminal) = &mut self.terminal {
            let wants_terminal = matches!(signal, Signal::SIGTTIN | Signal::SIGTTOU);
            if wants_terminal && terminal.lend_on_demand(self.group) {
                return self.group.send(Signal::SIGCONT);
            }
            if terminal.has_shell() {
                let steps = [self.deadline, self.terminate_at, self.kill_at];
                return terminal.suspend(self.group, steps.into_iter().flatten().min());
            }
        }
        // Nobody could resume us. The system ignores ^Z in that place, too.
        let is_key = self.terminal.is_some() && signal == Signal::SIGTSTP;
        // A signal that is to end the command may have come before we saw the stop.
        if is_key || self.cause.certain().is_some() {
            self.group.send(Signal::SIGCONT);
        } else {
            self.is_stopped = true;
        }
    }

    fn leader_ended(&mut self, killed_by: Option<Signal>) {
        let now = Instant::now();
        self.ended_at = Some(now);
        self.cause.settle(killed_by, now);
        if let Some(terminal) = &mut self.terminal {
            // ^C and ^\ went to the group in the foreground, and so past us.
            let by_keyboard = |signal: &Signal| matches!(signal, Signal::SIGINT | Signal::SIGQUIT);
            if let Some(signal) = killed_by.filter(by_keyboard).filter(|_| terminal.is_lent()) {
                self.cause.record(Interruption::Signal(signal as i32));
            }
            terminal.reclaim();
        }
        if let Some(leader_end) = self.leader_end.take() {
            leader_end.announce();
        }
        for stream in &mut self.streams {
            stream.delivered_at = now;
        }
        // Whoever still relays after the drain is held up by its reader, and that counts.
        self.deadline = self.deadline.map(|deadline| deadline.max(now + 2 * DRAIN_LIMIT));
        (self.terminate_at, self.kill_at) = (None, None);
        if self.cause.certain().is_some() {
            self.start_sweep();
        }
    }

    fn follow_relays(&mut self) {
        for index in 0..self.streams.len() {
            let stream = &mut self.streams[index];
            let Some(ending) = stream.relay.ending().filter(|_| stream.is_open) else {
                continue;
            };
            stream.is_open = false;
            if ending == Ending::AllowanceSpent {
                self.interrupt(Interruption::OutputLimit);
                if self.ended_at.is_none() && self.kill_at.is_none() {
                    self.terminate_at = Some(Instant::now());
                }
            }
            if let Ending::Broken(errno) = ending {
                self.interrupt(broken_output(errno));
                if self.ended_at.is_none() && self.kill_at.is_none() {
                    let grace_ends = Instant::now() + BROKEN_OUTPUT_GRACE;
                    self.terminate_at.get_or_insert(grace_ends);
                }
            }
        }
    }

    /// Waits for a signal, for the end of a relay, or until the next step is due.
    fn wait(&mut self, signals: &Signals) {
        let now = Instant::now();
        let due = self.next_step(now);
        let left = due.map_or(Duration::MAX, |due| due.saturating_duration_since(now));
        let open = self.streams.iter().filter(|stream| stream.is_open);
        let mut sources: Vec<PollFd<'_>> = std::iter::once(signals.as_fd())
            .chain(open.map(|stream| stream.relay.as_fd()))
            // Once it has ended there would be nothing to wait for.
            .chain(self.leader.death().filter(|_| self.ended_at.is_none()))
            .map(|source| PollFd::new(source, PollFlags::POLLIN))
            .collect();
        // Interrupted or failed, the loop looks at everything again.
        let _ = poll(&mut sources, timeout(left));
    }
}

fn broken_output(errno: i32) -> Interruption {
    if errno == Errno::EPIPE as i32 { Interruption::ReaderLeft } else { Interruption::OutputFailed }
}
