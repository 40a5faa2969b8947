//! The supervisors: threads that are asked about system calls, judge, count and answer.
//!
//! They fail closed: whoever asks and gets no answer fails when the listener is closed, which it is when they end, for
//! whatever reason.

mod judge;
mod mirror;
mod opening;
pub(super) mod stand;

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::super::tally::Tally;
use super::super::{Level, Scope};
use super::broker::Broker;
use super::sys::{self, Answer};
use judge::Judge;

/// The supervisors of one command.
#[derive(Debug)]
pub(in super::super) struct Supervisors {
    threads: Vec<JoinHandle<Watched>>,
    /// Set when nobody is to be answered any more.
    is_abandoned: Arc<AtomicBool>,
}

/// What they have seen.
#[derive(Debug, Default)]
pub(in super::super) struct Watched {
    pub(in super::super) tallies: Vec<Tally>,
    pub(in super::super) unreadable: u64,
    pub(in super::super) trouble: Vec<String>,
}

impl Supervisors {
    /// Starts answering. One thread on one processor, else two: more bring nothing.
    #[expect(clippy::needless_pass_by_value, reason = "a broker lives as long as anybody holds it")]
    pub(in super::super) fn start(
        listener: Arc<OwnedFd>,
        scope: Arc<Scope>,
        level: Level,
        broker: Broker,
    ) -> io::Result<Self> {
        // Slower without it, and as right.
        let _ = sys::wake_in_place(listener.as_fd());
        let waits = Waits::here();
        let is_abandoned = Arc::new(AtomicBool::new(false));
        let threads = (0..waits.threads())
            .map(|_| {
                let (listener, stop) = (Arc::clone(&listener), Arc::clone(&is_abandoned));
                let judge = Judge::new(&scope, level, broker.clone(), waits.threads())?;
                thread::Builder::new()
                    .name("scope-watch".to_owned())
                    .spawn(move || watch(&listener, waits, &stop, judge))
            })
            .collect::<io::Result<_>>()?;
        Ok(Self { threads, is_abandoned })
    }

    /// Stops answering, although somebody may be left who asks, and returns what was seen.
    pub(in super::super) fn abandon(self) -> Watched {
        self.is_abandoned.store(true, Ordering::Release);
        for thread in &self.threads {
            // It may be about to ask the system for a question, and miss the signal.
            while !thread.is_finished() {
                let _ = sys::interrupt(thread);
                thread::sleep(Duration::from_millis(1));
            }
        }
        self.finish()
    }

    /// Waits until nothing of the command is left that could ask, and returns what was seen.
    pub(in super::super) fn finish(self) -> Watched {
        let mut watched = Watched::default();
        for thread in self.threads {
            match thread.join() {
                Ok(seen) => {
                    watched.tallies.extend(seen.tallies);
                    watched.unreadable += seen.unreadable;
                    watched.trouble.extend(seen.trouble);
                }
                Err(_) => watched.trouble.push("a supervisor ended early".to_owned()),
            }
        }
        watched
    }
}

/// How questions are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// By asking for one: the kernel says when nobody is left.
    Asking,
    /// By polling before: asking would never end.
    Polling,
}

impl Waits {
    fn here() -> Self {
        Self::of(&fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default())
    }

    /// Kernels before 6.11 leave whoever asks asleep when the last one ends that could be asked about.
    fn of(release: &str) -> Self {
        let mut numbers = release.split(['.', '-']);
        let mut next = || numbers.next().and_then(|number| number.trim().parse().ok()).unwrap_or(0);
        if (next(), next()) < (6, 11) { Self::Polling } else { Self::Asking }
    }

    /// Of two that poll, one would be left asking.
    fn threads(self) -> usize {
        let processors = thread::available_parallelism().map_or(1, Into::into);
        if self == Self::Polling { 1 } else { processors.min(2) }
    }
}

/// Answers until nobody is left to ask.
fn watch(listener: &OwnedFd, waits: Waits, stop: &AtomicBool, mut judge: Judge) -> Watched {
    let mut watched = Watched::default();
    let listener = listener.as_fd();
    let mut failures = 0;
    while !stop.load(Ordering::Acquire) {
        if waits == Waits::Polling && is_over(listener, PollTimeout::NONE) {
            break;
        }
        match sys::receive(listener) {
            Ok(Some(notification)) => {
                // What goes wrong about one question must not leave whoever asked waiting for ever.
                let answer =
                    catch_unwind(AssertUnwindSafe(|| judge.judge(listener, &notification)));
                let answer = answer.unwrap_or_else(|_| {
                    watched.trouble.push("a question could not be judged".to_owned());
                    Some(Answer::Fail(libc::EACCES))
                });
                let sent = answer.map(|answer| sys::answer(listener, notification.id, answer));
                if let Some(Err(error)) = sent {
                    watched.trouble.push(format!("a question could not be answered: {error}"));
                    break;
                }
            }
            Ok(None) if is_over(listener, PollTimeout::ZERO) => break,
            Ok(None) => {}
            Err(error) if failures < 100 => {
                failures += 1;
                thread::sleep(Duration::from_millis(1));
                if failures == 1 {
                    watched.trouble.push(format!("a question could not be read: {error}"));
                }
            }
            Err(_) => break,
        }
    }
    watched.trouble.truncate(10);
    judge.finish(&mut watched);
    watched
}

/// Tells whether nobody is left to ask.
fn is_over(listener: BorrowedFd<'_>, timeout: PollTimeout) -> bool {
    let mut polled = [PollFd::new(listener, PollFlags::POLLIN)];
    let _ = poll(&mut polled, timeout);
    polled.iter().any(|one| one.revents().is_some_and(|seen| seen.contains(PollFlags::POLLHUP)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_might_never_wake_up_polls_alone() {
        for (release, expected) in [
            ("6.18.44-fc-v669\n", Waits::Asking),
            ("6.11\n", Waits::Asking),
            ("7.0.1", Waits::Asking),
            ("6.8.0-45-generic", Waits::Polling),
            ("5.19.17", Waits::Polling),
            ("", Waits::Polling),
        ] {
            assert_eq!(Waits::of(release), expected, "{release}");
        }
        assert_eq!(Waits::Polling.threads(), 1);
        assert!((1..=2).contains(&Waits::Asking.threads()));
    }
}
