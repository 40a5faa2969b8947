//! Receives the signals meant for the command, so that none is lost before it has started.
//!
//! It forwards nothing itself. A signal that was ignored when the process began (`nohup`, a
//! background job of a plain shell) stays ignored, for us and for the command. What the system gives
//! no name to (the real-time signals) or sends for a fault of the process is left alone.

use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use nix::sys::signal::{SigSet, Signal};
use signal_hook::flag::{self, register_conditional_default};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::low_level::signal_name;

/// Signals that ask the run to end: who sends them expects the process to die of them.
const ENDING: &[Signal] = &[
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGALRM,
    Signal::SIGVTALRM,
    Signal::SIGPROF,
    Signal::SIGXCPU,
    Signal::SIGIO,
    #[cfg(target_os = "linux")]
    Signal::SIGPWR,
];

/// Signals that are only passed on.
const PASSED_ON: &[Signal] =
    &[Signal::SIGTSTP, Signal::SIGCONT, Signal::SIGUSR1, Signal::SIGUSR2, Signal::SIGWINCH];

/// Sent for a write beyond the size limit of files. With any handler the write fails with `EFBIG`
/// instead, and unlike being ignored a handler is not inherited by the command.
const DISARMED: Signal = Signal::SIGXFSZ;

/// The signals received since the last look.
#[derive(Debug)]
pub(crate) struct Signals {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    /// What arrived and was only looked at.
    kept: Vec<Signal>,
}

/// True while nobody listens: signals then do what they do by default.
///
/// A handler cannot be removed from the process again, only made to act like the default, and that
/// action must be registered once however often supervisors come and go.
static RELEASED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

impl Signals {
    /// Takes the signals over. Returns nothing when another supervisor holds them.
    pub(crate) fn take_over() -> io::Result<Option<Signals>> {
        let ignored = ignored_at_start();
        let listened = |signal: &Signal| !ignored.contains(*signal);
        let kept: Vec<Signal> = ENDING.iter().chain(PASSED_ON).copied().filter(listened).collect();

        let released = released(&kept, listened(&DISARMED))?;
        if !released.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let delivery = listen(&kept)?;
        // Only now, so that no signal falls between its default and our ear. Whoever else comes
        // this far at the same time is turned away.
        let signals = Signals { delivery, kept: Vec::new() };
        Ok(released.swap(false, Ordering::SeqCst).then_some(signals))
    }

    /// Returns what arrived since the last call, ending signals first, and the one that wakes last.
    pub(crate) fn received(&mut self) -> Vec<Signal> {
        self.keep();
        let mut received = mem::take(&mut self.kept);
        // Which of them came first is not known: a command that should have stopped goes on sooner than that one is left
        // stopped for good.
        received.sort_by_key(|&signal| (!is_ending(signal), signal == Signal::SIGCONT));
        received
    }

    /// Tells whether a signal that asks the run to end has arrived since the last call of [`Signals::received`], which
    /// still returns it.
    pub(crate) fn ask_to_end(&mut self) -> bool {
        self.keep();
        self.kept.iter().copied().any(is_ending)
    }

    fn keep(&mut self) {
        let arrived = self.delivery.pending().filter_map(|number| Signal::try_from(number).ok());
        for signal in arrived.filter(|&signal| signal != Signal::SIGCHLD) {
            // The system does not count signals, nor does who looks often.
            if !self.kept.contains(&signal) {
                self.kept.push(signal);
            }
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.delivery.get_read().as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        if let Some(released) = RELEASED.get() {
            released.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether the signal asks the run to end, rather than telling the command something.
pub(crate) fn is_ending(signal: Signal) -> bool {
    ENDING.contains(&signal)
}

fn listen(signals: &[Signal]) -> io::Result<SignalDelivery<UnixStream, SignalOnly>> {
    // An inherited mask that hides the end of children would leave us waiting for ever.
    let mut child = SigSet::empty();
    child.add(Signal::SIGCHLD);
    child.thread_unblock()?;

    let (read, write) = UnixStream::pair()?;
    let numbers = signals.iter().chain([&Signal::SIGCHLD]).map(|&signal| signal as i32);
    SignalDelivery::with_pipe(read, write, SignalOnly, numbers)
}

fn released(signals: &[Signal], disarms: bool) -> io::Result<&'static Arc<AtomicBool>> {
    if let Some(released) = RELEASED.get() {
        return Ok(released);
    }
    let released = Arc::new(AtomicBool::new(true));
    // A signal whose default cannot be acted out does nothing once it is released.
    let named = |signal: &&Signal| signal_name(**signal as i32).is_some();
    for &signal in signals.iter().filter(named) {
        register_conditional_default(signal as i32, Arc::clone(&released))?;
    }
    if disarms {
        // Nobody looks at the flag; the handler is all there is to it.
        flag::register(DISARMED as i32, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(RELEASED.get_or_init(|| released))
}

/// Makes a write beyond the size limit of files an error of that write, not the end of the process.
///
/// A command that is started later dies of the signal as usual.
pub fn survive_file_size_limit() -> io::Result<()> {
    if ignored_at_start().contains(DISARMED) {
        return Ok(());
    }
    // Nobody looks at the flag; the handler is all there is to it.
    flag::register(DISARMED as i32, Arc::new(AtomicBool::new(false)))?;
    Ok(())
}

/// Reads which signals this process was told to ignore.
#[cfg(target_os = "linux")]
fn ignored_at_start() -> SigSet {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_in(&status)
}

/// There is no safe way to ask; every signal is taken over.
#[cfg(not(target_os = "linux"))]
fn ignored_at_start() -> SigSet {
    SigSet::empty()
}

#[cfg(any(target_os = "linux", test))]
fn ignored_in(status: &str) -> SigSet {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok())
        .unwrap_or_default();
    ENDING
        .iter()
        .chain(PASSED_ON)
        .chain([&DISARMED])
        .copied()
        .filter(|&signal| mask & (1 << (signal as i32 - 1)) != 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::raise;

    use super::*;

    #[test]
    fn who_only_asks_whether_to_end_leaves_the_signal_to_be_received() {
        let mut signals = Signals::take_over().unwrap().unwrap();
        raise(Signal::SIGWINCH).unwrap();
        assert!(!signals.ask_to_end(), "that asks for nothing");
        for _ in 0..3 {
            raise(Signal::SIGVTALRM).unwrap();
            assert!(signals.ask_to_end());
        }
        assert_eq!(signals.received(), [Signal::SIGVTALRM, Signal::SIGWINCH]);
        assert!(!signals.ask_to_end() && signals.received().is_empty());
    }

    #[test]
    fn the_ignored_mask_counts_from_signal_one() {
        let ignored = ignored_in("Name:\tx\nSigIgn:\t0000000000001005\nSigCgt:\t0\n");
        assert!(ignored.contains(Signal::SIGHUP) && ignored.contains(Signal::SIGQUIT));
        assert!(!ignored.contains(Signal::SIGINT) && !ignored.contains(Signal::SIGTERM));
    }

    #[test]
    fn an_unreadable_status_ignores_nothing() {
        assert_eq!(ignored_in("").iter().count(), 0);
        assert_eq!(ignored_in("SigIgn:\tzz\n").iter().count(), 0);
    }
}
