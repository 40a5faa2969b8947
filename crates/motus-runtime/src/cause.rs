//! What cut a run short, found out as the run goes on.
//!
//! A single interrupt proves nothing yet: programs that talk with people take it and go on. It is
//! the cause when the command dies of it or ends soon after. Everything else is certain at once, and
//! the first certain cause stays.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::completion::Interruption;

/// A command that ends this soon after an interrupt has ended because of it.
pub(crate) const INTERRUPT_GRACE: Duration = Duration::from_secs(2);

/// The cause, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Cause {
    certain: Option<Interruption>,
    /// When the first interrupt came, unless something was certain by then.
    interrupted_at: Option<Instant>,
}

impl Cause {
    /// Returns what has certainly cut the run short.
    pub(crate) fn certain(&self) -> Option<Interruption> {
        self.certain
    }

    /// Records a certain cause, unless there is one.
    pub(crate) fn record(&mut self, cause: Interruption) {
        self.certain.get_or_insert(cause);
    }

    /// Takes note of an interrupt and says whether it is to be enforced, as the second one is.
    pub(crate) fn is_insisted_on(&mut self, now: Instant) -> bool {
        if self.certain.is_some() || self.interrupted_at.is_some() {
            return true;
        }
        self.interrupted_at = Some(now);
        false
    }

    /// Decides, once the command has ended, whether a single interrupt was the cause.
    pub(crate) fn settle(&mut self, killed_by: Option<Signal>, ended_at: Instant) {
        let Some(interrupted_at) = self.interrupted_at else {
            return;
        };
        let died_of_it = killed_by == Some(Signal::SIGINT);
        let ended_soon = ended_at.saturating_duration_since(interrupted_at) <= INTERRUPT_GRACE;
        // The reader in our pipeline got the same interrupt: its going away is no cause of its own.
        let is_open = matches!(self.certain, None | Some(Interruption::ReaderLeft));
        if is_open && (died_of_it || ended_soon) {
            self.certain = Some(Interruption::Signal(Signal::SIGINT as i32));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERRUPT: Interruption = Interruption::Signal(Signal::SIGINT as i32);

    /// Interrupts a command once and returns the cause after it ended this much later.
    fn interrupted(killed_by: Option<Signal>, after: Duration) -> Option<Interruption> {
        let (mut cause, now) = (Cause::default(), Instant::now());
        assert!(!cause.is_insisted_on(now));
        cause.settle(killed_by, now + after);
        cause.certain()
    }

    #[test]
    fn one_interrupt_counts_when_the_command_dies_of_it_or_ends_soon() {
        let (soon, late) = (INTERRUPT_GRACE, INTERRUPT_GRACE + Duration::from_millis(1));
        assert_eq!(interrupted(None, soon), Some(INTERRUPT));
        assert_eq!(interrupted(Some(Signal::SIGINT), late), Some(INTERRUPT));
        assert_eq!(interrupted(None, late), None);
        assert_eq!(interrupted(Some(Signal::SIGSEGV), late), None);
    }

    #[test]
    fn the_second_interrupt_is_insisted_on() {
        let (mut cause, now) = (Cause::default(), Instant::now());
        assert!(!cause.is_insisted_on(now));
        assert!(cause.is_insisted_on(now));
    }

    #[test]
    fn an_interrupt_during_another_ending_is_insisted_on_and_changes_nothing() {
        let (mut cause, now) = (Cause::default(), Instant::now());
        cause.record(Interruption::Timeout);
        assert!(cause.is_insisted_on(now));
        cause.record(INTERRUPT);
        cause.settle(Some(Signal::SIGINT), now);
        assert_eq!(cause.certain(), Some(Interruption::Timeout));
    }

    #[test]
    fn the_first_certain_cause_stays_but_for_a_reader_that_left_on_the_same_interrupt() {
        for (certain, expected) in [
            (Interruption::ReaderLeft, INTERRUPT),
            (Interruption::Timeout, Interruption::Timeout),
            (Interruption::Signal(15), Interruption::Signal(15)),
        ] {
            let (mut cause, now) = (Cause::default(), Instant::now());
            assert!(!cause.is_insisted_on(now));
            cause.record(certain);
            cause.settle(None, now);
            assert_eq!(cause.certain(), Some(expected));
        }
    }
}
