//! What a completion means: outcome, exit code, and what to tell.

use motus_ledger::Outcome;
use motus_ledger::redact::redact;
use motus_runtime::{Completion, End, Interruption, StartFailure, StartFailureKind, StreamCount};

use crate::exit;
use crate::wrap::Command;
use crate::wrap::python_repr::python_repr;

/// The judgement on a completed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The code to exit with: the command's own wherever it has one.
    pub exit_code: u8,
    /// The run's outcome. What was cut short is aborted, whatever code it ended with.
    pub outcome: Outcome,
    /// Whether its time was up.
    pub timed_out: bool,
    /// What cut it short.
    pub interruption: Option<String>,
    /// The line to tell when it could not be started.
    pub start_failure: Option<String>,
}

impl Verdict {
    /// Judges a completion.
    pub fn of(command: &Command, completion: &Completion) -> Self {
        let timed_out = completion.interruption == Some(Interruption::Timeout);
        let exit_code = if timed_out { exit::TIMED_OUT } else { exit_code(completion) };
        let outcome = match (&completion.interruption, exit_code) {
            (Some(_), _) => Outcome::Aborted,
            (None, exit::OK) => Outcome::Success,
            (None, _) => Outcome::Failure,
        };
        Self {
            exit_code,
            outcome,
            timed_out,
            interruption: completion.interruption.map(describe),
            start_failure: start_failure(command, completion),
        }
    }

    /// Returns what counts as the command's error output: the line about a failed start is part of it.
    pub(super) fn stderr_count(&self, relayed: &StreamCount) -> StreamCount {
        match &self.start_failure {
            None => *relayed,
            Some(line) => StreamCount {
                bytes: u64::try_from(line.len()).unwrap_or(u64::MAX).saturating_add(1),
                lines: 1,
                complete: true,
            },
        }
    }

    /// Returns why a secret is suspected in the line about a failed start, which names the program.
    pub(super) fn stderr_reasons(&self) -> Vec<&'static str> {
        let line = self.start_failure.as_deref();
        line.map_or_else(Vec::new, |line| redact(line).reasons)
    }
}

fn exit_code(completion: &Completion) -> u8 {
    match &completion.end {
        End::Exited(code) => u8::try_from(*code).unwrap_or(u8::MAX),
        End::Signaled(signal) => signal_code(*signal),
        End::NotStarted(failure) => match (failure.kind, &completion.interruption) {
            (StartFailureKind::NotFound, _) => exit::NOT_FOUND,
            (StartFailureKind::Interrupted, Some(Interruption::Signal(signal))) => {
                signal_code(*signal)
            }
            _ => exit::NOT_EXECUTABLE,
        },
    }
}

fn signal_code(signal: i32) -> u8 {
    u8::try_from(signal).map_or(u8::MAX, |signal| exit::SIGNAL_BASE.saturating_add(signal))
}

fn describe(interruption: Interruption) -> String {
    match interruption {
        Interruption::Timeout => "timeout".to_owned(),
        Interruption::Signal(signal) => format!("signal {signal}"),
        Interruption::BrokenOutput { .. } => "broken output".to_owned(),
    }
}

/// Words the failure as the published release does; its length is recorded.
fn start_failure(command: &Command, completion: &Completion) -> Option<String> {
    let End::NotStarted(StartFailure { kind, errno, message }) = &completion.end else {
        return None;
    };
    if *kind == StartFailureKind::Interrupted {
        return None;
    }
    let errno = errno.map(|errno| format!("[Errno {errno}] ")).unwrap_or_default();
    let program = python_repr(&command.program.to_string_lossy());
    Some(format!("motus wrap failed to start command: {errno}{message}: {program}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn judge(end: End, interruption: Option<Interruption>) -> (u8, Outcome) {
        let command = Command { program: "x".into(), arguments: Vec::new(), timeout: None };
        let completion = Completion {
            end,
            interruption,
            stdout: StreamCount::default(),
            stderr: StreamCount::default(),
            duration: Duration::ZERO,
        };
        let verdict = Verdict::of(&command, &completion);
        (verdict.exit_code, verdict.outcome)
    }

    fn not_started(kind: StartFailureKind) -> End {
        End::NotStarted(StartFailure { kind, errno: Some(2), message: "no".to_owned() })
    }

    #[test]
    fn an_undisturbed_command_is_judged_by_its_code() {
        assert_eq!(judge(End::Exited(0), None), (0, Outcome::Success));
        assert_eq!(judge(End::Exited(3), None), (3, Outcome::Failure));
        assert_eq!(judge(End::Signaled(9), None), (137, Outcome::Failure));
        let failure = Outcome::Failure;
        assert_eq!(judge(not_started(StartFailureKind::NotFound), None), (127, failure));
        assert_eq!(judge(not_started(StartFailureKind::NotExecutable), None), (126, failure));
    }

    #[test]
    fn what_was_cut_short_is_aborted_and_keeps_its_code() {
        let aborted = Outcome::Aborted;
        assert_eq!(judge(End::Signaled(15), Some(Interruption::Timeout)), (124, aborted));
        assert_eq!(judge(End::Exited(0), Some(Interruption::Signal(15))), (0, aborted));
        assert_eq!(judge(End::Signaled(2), Some(Interruption::Signal(2))), (130, aborted));
        let broken = Interruption::BrokenOutput { errno: Some(32) };
        assert_eq!(judge(End::Signaled(13), Some(broken)), (141, aborted));
        assert_eq!(
            judge(not_started(StartFailureKind::Interrupted), Some(Interruption::Signal(15))),
            (143, aborted)
        );
    }
}
