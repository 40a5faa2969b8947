//! strace put before a program: one of its system calls fails, or is the one at which it dies.
//!
//! strace does it as the call is entered, so that the call does not happen, and every state between two
//! calls is met.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::Scratch;

/// Calls that change files; a question mark lets strace skip one that this machine does not have.
///
/// What opening a new file changes is seen by a kill at the next of these calls.
pub const CHANGING_CALLS: [&str; 14] = [
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fchmod",
    "?rename",
    "renameat",
    "?renameat2",
    "?unlink",
    "unlinkat",
    "?mkdir",
    "mkdirat",
    "linkat",
];

/// Tries strace on a command that does nothing.
///
/// Errors: the sentence that tells why what needs it is skipped.
pub fn can_hinder() -> Result<(), String> {
    let mut probe = Command::new("strace");
    probe.args(["-qq", "-o", "/dev/null", "--inject=fsync:error=EIO:when=1", "true"]);
    match probe.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("strace cannot hinder system calls: {}", output.status)),
        Err(error) => Err(format!("strace does not run: {error}")),
    }
}

/// Prepares a program in a directory, with its threads and children, under strace that hinders some calls.
///
/// Shape: what `--inject` takes, the calls first, such as `fsync:error=EIO:when=2` or
/// `write:signal=SIGKILL:when=1`. Of the command its program and arguments count. [`trace`] returns what strace
/// tells of it.
pub fn hindered(scratch: &Scratch, inject: &str, command: &Command) -> Command {
    let calls = inject.split(':').next().unwrap_or_default();
    let mut strace = scratch.command("strace");
    strace.args(["-f", "-qq", "-o"]).arg(trace_file(scratch));
    strace.args([format!("--trace={calls}"), format!("--inject={inject}")]);
    strace.arg(command.get_program()).args(command.get_args());
    strace
}

/// Returns the calls that the last hindered program made of those that were to be hindered, a line each.
///
/// Shape: as strace prints them, the process first; `(INJECTED)` stands in the line of a call that failed.
pub fn trace(scratch: &Scratch) -> String {
    fs::read_to_string(trace_file(scratch)).unwrap_or_default()
}

fn trace_file(scratch: &Scratch) -> PathBuf {
    scratch.path().join("trace")
}
