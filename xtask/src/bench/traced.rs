//! What a command asks of the system, call by call, as strace tells it.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::product::Product;
use crate::workspace;

/// The calls of one command and its children, one line each or, where two processes met, two.
pub(super) struct Traced(String);

/// A command to be traced, with what a [`Command`] does not tell again.
pub(super) struct Subject<'a> {
    pub(super) command: &'a Command,
    /// What it reads.
    pub(super) input: Option<&'a Path>,
    pub(super) exit_code: i32,
}

impl<'a> Subject<'a> {
    /// A command that reads nothing and succeeds.
    pub(super) fn of(command: &'a Command) -> Self {
        Self { command, input: None, exit_code: 0 }
    }
}

/// Tries strace on a command that does nothing.
///
/// Errors: the sentence that tells why a row is skipped.
pub(super) fn can_trace() -> Result<(), String> {
    workspace::capture(Command::new("strace").args(["-f", "-o", "/dev/null", "true"]))
        .map(|_| ())
        .map_err(|why| format!("strace does not run: {why}").replace(['\n', '|'], " "))
}

/// Runs a command to its end and tells which of these calls it made; the trace is left in `trace`.
pub(super) fn run(
    product: &Product,
    subject: &Subject<'_>,
    calls: &[&str],
    trace: &Path,
) -> Result<Traced, Failure> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Failure::Failed(format!("{what} {:?}: {error}", subject.command))
    };
    let mut strace = product.command("strace");
    strace.args(["-f", "-y", "-o"]).arg(trace).arg(format!("--trace={}", calls.join(",")));
    strace.arg(subject.command.get_program()).args(subject.command.get_args());
    if let Some(input) = subject.input {
        strace.stdin(File::open(input).map_err(|error| failed("no input for", &error))?);
    }
    let status = strace.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| failed("cannot trace", &error))?;
    if status.code() != Some(subject.exit_code) {
        return Err(failed("not the end that was expected of", &status));
    }
    let text = fs::read_to_string(trace);
    Ok(Traced(text.map_err(|error| failed("strace left no trace of", &error))?))
}

impl Traced {
    /// Counts the calls with one of these names.
    pub(super) fn count(&self, names: &[&str]) -> u64 {
        self.lines(names).count() as u64
    }

    /// Returns the calls with one of these names, as they were begun.
    ///
    /// A call during which another process was seen takes two lines; only the first has its name at
    /// the beginning.
    pub(super) fn lines<'t>(&'t self, names: &[&str]) -> impl Iterator<Item = &'t str> {
        let is_call = |line: &&str| {
            let name = line.split('(').next().unwrap_or_default();
            line.len() > name.len() && names.contains(&name)
        };
        let without_process =
            |line: &'t str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        self.0.lines().map(without_process).filter(is_call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_on_two_lines_counts_once() {
        let trace = "\
12    fsync(8)                                = 0
12    fsync(9 <unfinished ...>
13    fdatasync(3)                            = 0
12    <... fsync resumed>)                    = 0
13    +++ exited with 0 +++
12    --- SIGCHLD {si_signo=SIGCHLD, si_pid=13} ---
12    sync()                                  = 0
12    synchronous(8)                          = 0
";
        let names = ["fsync", "fdatasync", "sync"];
        assert_eq!(Traced(trace.to_owned()).count(&names), 4);
        assert_eq!(Traced(String::new()).count(&names), 0);
    }
}
