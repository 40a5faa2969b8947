//! How a program ended and what it said.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::thread;

use super::Mask;

/// What a program that ended left behind; either a code or a signal is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The exit code, when it exited.
    pub code: Option<i32>,
    /// The signal, when one ended it.
    pub signal: Option<i32>,
    /// The bytes of its standard output.
    pub stdout: Vec<u8>,
    /// The bytes of its standard error.
    pub stderr: Vec<u8>,
}

impl Captured {
    /// Returns the standard output as text; bytes that are none become U+FFFD.
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Returns the standard error as text; bytes that are none become U+FFFD.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Spells all of it for a snapshot.
    pub fn snapshot(&self, mask: &Mask) -> String {
        let end = match (self.code, self.signal) {
            (Some(code), _) => format!("exit {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "no end".to_owned(),
        };
        let stdout = mask.apply(&self.stdout_text());
        let stderr = mask.apply(&self.stderr_text());
        format!("{end}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }

    /// Expects exit code 0.
    #[must_use]
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.snapshot(&Mask::new()));
        self
    }
}

impl From<Output> for Captured {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: output.stdout,
            stderr: output.stderr,
        }
    }
}

/// Runs a program to its end, with nothing to read.
#[track_caller]
pub fn capture(command: &mut Command) -> Captured {
    let output = command.stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}")).into()
}

/// Runs a program to its end, with `input` to read; it need not read all of it.
#[track_caller]
pub fn capture_with_input(command: &mut Command, input: &[u8]) -> Captured {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    let stdin = child.stdin.take();
    thread::scope(|scope| {
        // A program that stops reading early is no failure of the test.
        scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(input)));
        child.wait_with_output().expect("a child can be waited for").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn codes_signals_and_streams_are_told_apart() {
        let ended = capture(&mut shell("echo out; echo err >&2; exit 3"));
        assert_eq!(ended.snapshot(&Mask::new()), "exit 3\n--- stdout\nout\n--- stderr\nerr\n");
        let killed = capture(&mut shell("kill -9 $$"));
        assert_eq!((killed.code, killed.signal), (None, Some(9)));
    }

    #[test]
    fn input_is_handed_over_whole_or_as_far_as_it_is_read() {
        let long = vec![b'x'; 1 << 20];
        assert_eq!(capture_with_input(&mut shell("cat"), &long).stdout, long);
        assert_eq!(capture_with_input(&mut shell("exit 0"), &long).code, Some(0));
    }
}
