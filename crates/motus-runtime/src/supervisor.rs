//! The entry point: takes over the signals, then runs a command under supervision.

use std::io;

use crate::completion::Completion;
use crate::launch::{Launch, Outputs};
use crate::signals::{Signals, is_ending};
use crate::watch;

/// Holds the signals of this process from before the first record until it is dropped.
#[derive(Debug)]
pub struct Supervisor {
    signals: Signals,
}

/// The supervisor could not be set up; nothing was started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuperviseError {
    /// The signal handlers could not be installed.
    #[error("cannot take over the signals: {0}")]
    SignalsUnavailable(#[source] io::Error),
    /// Another [`Supervisor`] of this process is still alive.
    #[error("another supervisor of this process holds the signals")]
    AlreadyInstalled,
    /// Our own standard output or error could not be duplicated.
    #[error("cannot use the standard outputs: {0}")]
    OutputUnavailable(#[source] io::Error),
}

impl SuperviseError {
    /// Returns the stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            SuperviseError::SignalsUnavailable(_) => "supervise.signals_unavailable",
            SuperviseError::AlreadyInstalled => "supervise.already_installed",
            SuperviseError::OutputUnavailable(_) => "supervise.output_unavailable",
        }
    }
}

impl Supervisor {
    /// Takes over INT, TERM, HUP, QUIT, ALRM, VTALRM, PROF, XCPU, IO, PWR, TSTP, USR1, USR2, WINCH
    /// and CHLD. XFSZ is disarmed for good: a write beyond the size limit of files is an error.
    ///
    /// From here on a signal is kept until [`Supervisor::run`] or [`Supervisor::pending`] looks at
    /// it. Signals that are ignored already stay ignored.
    ///
    /// Errors: `supervise.signals_unavailable`, `supervise.already_installed`.
    pub fn install() -> Result<Supervisor, SuperviseError> {
        Signals::take_over()
            .map_err(SuperviseError::SignalsUnavailable)?
            .map(|signals| Supervisor { signals })
            .ok_or(SuperviseError::AlreadyInstalled)
    }

    /// Runs the command to its end, relaying its output, signals, stops and deadline.
    ///
    /// A signal that asked us to end before this call prevents the start.
    pub fn run(&mut self, launch: &Launch, outputs: Outputs) -> Completion {
        watch::run(&mut self.signals, launch, outputs)
    }

    /// Returns the number of a signal that asked us to end and arrived since the last look, and
    /// forgets it.
    pub fn pending(&mut self) -> Option<i32> {
        let received = self.signals.received().into_iter().find(|&signal| is_ending(signal));
        received.map(|signal| signal as i32)
    }
}
