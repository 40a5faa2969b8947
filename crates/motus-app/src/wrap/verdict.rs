//! What a completion means: outcome, exit code, and what to tell.

use motus_ledger::wrap::Stream;
use motus_ledger::{Outcome, python_repr};
use motus_runtime::{
    Completion, End, Interruption, StartFailure, StartFailureKind, StreamCount, system_message,
};

use crate::exit;
use crate::wrap::Command;

/// The judgement on a completed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The code to exit with: the command's own, unless it was cut short.
    pub exit_code: u8,
    /// The run's outcome. What was cut short is aborted, whatever code it ended with.
    pub outcome: Outcome,
    /// Whether its time was up.
    pub timed_out: bool,
    /// Whether it wrote more than it may.
    pub is_output_spent: bool,
    /// What cut it short.
    pub interruption: Option<String>,
    /// What to tell when it could not be started.
    pub start_failure: Option<FailedStart>,
    /// Which of its outputs were lost.
    pub lost_outputs: Vec<LostOutput>,
}

/// What to tell of a command that could not be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStart {
    /// The line that is counted as the command's error output.
    pub line: String,
    /// What the line leaves unsaid.
    pub explanation: Option<String>,
}

/// An output that could not be passed on, other than for want of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostOutput {
    /// Which one.
    pub stream: Stream,
    /// The system's words for it.
    pub cause: String,
}

impl LostOutput {
    /// Returns the stable code of the warning.
    pub fn code(&self) -> &'static str {
        "output.failed"
    }
}

impl Verdict {
    /// Judges a completion.
    pub fn of(command: &Command, completion: &Completion) -> Self {
        let exit_code = exit_code(&completion.end, completion.interruption);
        let outcome = match (completion.interruption, exit_code) {
            (Some(_), _) => Outcome::Aborted,
            (None, exit::OK) => Outcome::Success,
            (None, _) => Outcome::Failure,
        };
        Self {
            exit_code,
            outcome,
            timed_out: completion.interruption == Some(Interruption::Timeout),
            is_output_spent: completion.interruption == Some(Interruption::OutputLimit),
            interruption: completion.interruption.map(describe),
            start_failure: start_failure(command, completion),
            lost_outputs: lost_outputs(completion),
        }
    }

    /// Returns what counts as the command's error output: the line about a failed start is part of it.
    pub(super) fn stderr_count(&self, relayed: &StreamCount) -> StreamCount {
        match &self.start_failure {
            None => *relayed,
            Some(FailedStart { line, .. }) => StreamCount {
                bytes: u64::try_from(line.len()).unwrap_or(u64::MAX).saturating_add(1),
                lines: 1,
                complete: true,
                write_error: None,
            },
        }
    }
}

fn exit_code(end: &End, interruption: Option<Interruption>) -> u8 {
    match (interruption, end) {
        (Some(Interruption::Timeout | Interruption::OutputLimit), _) => exit::TIMED_OUT,
        (Some(Interruption::Signal(signal)), _) => signal_code(signal),
        (_, End::NotStarted(failure)) if failure.kind == StartFailureKind::NotFound => {
            exit::NOT_FOUND
        }
        (_, End::NotStarted(_)) => exit::NOT_EXECUTABLE,
        // It said that all was well before it could know, or died of what we did about it.
        (Some(Interruption::ReaderLeft), End::Exited(0) | End::Signaled(_)) => exit::READER_LEFT,
        (Some(Interruption::OutputFailed), End::Exited(0)) => exit::FAILED,
        (_, End::Exited(code)) => u8::try_from(*code).unwrap_or(u8::MAX),
        (_, End::Signaled(signal)) => signal_code(*signal),
    }
}

/// Returns the code for a signal.
pub(super) fn signal_code(signal: i32) -> u8 {
    u8::try_from(signal).map_or(u8::MAX, |signal| exit::SIGNAL_BASE.saturating_add(signal))
}

fn describe(interruption: Interruption) -> String {
    match interruption {
        Interruption::Timeout => "timeout".to_owned(),
        Interruption::OutputLimit => "output limit".to_owned(),
        Interruption::Signal(signal) => format!("signal {signal}"),
        Interruption::ReaderLeft | Interruption::OutputFailed => "broken output".to_owned(),
    }
}

/// Words the failure as the published release does; its length is recorded.
fn start_failure(command: &Command, completion: &Completion) -> Option<FailedStart> {
    let End::NotStarted(StartFailure { kind, errno, message, explanation }) = &completion.end
    else {
        return None;
    };
    if *kind == StartFailureKind::Interrupted {
        return None;
    }
    let errno = errno.map(|errno| format!("[Errno {errno}] ")).unwrap_or_default();
    let program = python_repr(&command.program.to_string_lossy());
    Some(FailedStart {
        line: format!("motus wrap failed to start command: {errno}{message}: {program}"),
        explanation: explanation.clone(),
    })
}

fn lost_outputs(completion: &Completion) -> Vec<LostOutput> {
    [(Stream::Stdout, &completion.stdout), (Stream::Stderr, &completion.stderr)]
        .into_iter()
        .filter_map(|(stream, count)| {
            let cause = system_message(count.write_error?);
            Some(LostOutput { stream, cause })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn verdict(end: End, interruption: Option<Interruption>, errors: [Option<i32>; 2]) -> Verdict {
        let command =
            Command { program: "x".into(), arguments: Vec::new(), timeout: None, scope: None };
        let [stdout, stderr] =
            errors.map(|write_error| StreamCount { write_error, ..StreamCount::default() });
        let completion = Completion {
            end,
            interruption,
            stdout,
            stderr,
            duration: Duration::ZERO,
            observation: None,
        };
        Verdict::of(&command, &completion)
    }

    fn judge(end: End, interruption: Option<Interruption>) -> (u8, Outcome) {
        let verdict = verdict(end, interruption, [None, None]);
        (verdict.exit_code, verdict.outcome)
    }

    fn not_started(kind: StartFailureKind) -> End {
        let message = "no".to_owned();
        End::NotStarted(StartFailure { kind, errno: Some(2), message, explanation: None })
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
    fn what_was_cut_short_is_aborted_with_the_code_of_its_cause() {
        let aborted = Outcome::Aborted;
        let (timeout, term) = (Some(Interruption::Timeout), Some(Interruption::Signal(15)));
        assert_eq!(judge(End::Signaled(15), timeout), (124, aborted));
        for end in [End::Exited(0), End::Exited(3), End::Signaled(15), End::Signaled(9)] {
            assert_eq!(judge(end, term), (143, aborted));
        }
        assert_eq!(judge(not_started(StartFailureKind::Interrupted), term), (143, aborted));
        assert_eq!(judge(End::Exited(1), Some(Interruption::Signal(2))), (130, aborted));
    }

    #[test]
    fn a_command_whose_reader_left_has_broken_its_pipe_unless_it_says_otherwise() {
        let left = Some(Interruption::ReaderLeft);
        for end in [End::Exited(0), End::Signaled(13), End::Signaled(15)] {
            assert_eq!(judge(end, left), (141, Outcome::Aborted));
        }
        assert_eq!(judge(End::Exited(3), left), (3, Outcome::Aborted));
    }

    #[test]
    fn a_command_whose_output_was_lost_has_not_succeeded() {
        let failed = Some(Interruption::OutputFailed);
        assert_eq!(judge(End::Exited(0), failed), (1, Outcome::Aborted));
        assert_eq!(judge(End::Exited(3), failed), (3, Outcome::Aborted));
        assert_eq!(judge(End::Signaled(13), failed), (141, Outcome::Aborted));
        let lost = |errors| verdict(End::Exited(0), failed, errors).lost_outputs;
        let of = |stream| vec![LostOutput { stream, cause: "No space left on device".to_owned() }];
        assert_eq!(lost([Some(28), None]), of(Stream::Stdout));
        assert_eq!(lost([None, Some(28)]), of(Stream::Stderr));
        assert_eq!(lost([None, None]), []);
    }
}
