//! Counting, call by call with strace, how often a program makes the disk wait.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::spent::quietly;
use crate::failure::Failure;
use crate::product::Product;
use crate::workspace;

/// Everything that waits for a disk.
const SYNC_CALLS: [&str; 5] = ["fsync", "fdatasync", "sync_file_range", "sync", "syncfs"];

/// Tries strace on a command that does nothing.
///
/// Errors: the sentence that tells why a row is skipped.
pub(super) fn can_count() -> Result<(), String> {
    workspace::capture(Command::new("strace").args(["-f", "-o", "/dev/null", "true"]))
        .map(|_| ())
        .map_err(|why| format!("strace does not run: {why}").replace(['\n', '|'], " "))
}

/// Runs a command to its end and counts its sync calls and those of its children.
///
/// The trace is left in `trace`.
pub(super) fn count(product: &Product, command: &Command, trace: &Path) -> Result<u64, Failure> {
    let mut strace = product.command("strace");
    strace
        .args(["-f", "-o"])
        .arg(trace)
        .arg(format!("--trace={}", SYNC_CALLS.join(",")))
        .arg(command.get_program())
        .args(command.get_args());
    quietly(&mut strace)?;
    let text = fs::read_to_string(trace)
        .map_err(|error| Failure::Failed(format!("strace left no trace: {error}")))?;
    Ok(calls(&text))
}

/// Counts the calls in a trace of several processes, where every line begins with a process id.
///
/// A call during which another process was seen takes two lines; only the first has its name at
/// the beginning.
fn calls(trace: &str) -> u64 {
    let is_call = |line: &&str| {
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let name = call.split('(').next().unwrap_or_default();
        call.len() > name.len() && SYNC_CALLS.contains(&name)
    };
    trace.lines().filter(is_call).count() as u64
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
        assert_eq!(calls(trace), 4);
        assert_eq!(calls(""), 0);
    }
}
