//! What became of a command: the facts a caller records. It judges none of them.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::scope::Observation;

/// Says everything that is known about one run of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// How the command itself (the leader of its process group) ended.
    pub end: End,
    /// What cut the run short, if anything did; the first cause wins.
    pub interruption: Option<Interruption>,
    /// What the command wrote to its standard output.
    pub stdout: StreamCount,
    /// What the command wrote to its standard error.
    pub stderr: StreamCount,
    /// From just before the start to the end of the leader; later relaying is not counted.
    pub duration: Duration,
    /// What was seen of it, when it was started in a scope.
    pub observation: Option<Observation>,
}

/// How the command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It exited with this code, `0..=255`.
    Exited(i32),
    /// It was killed by the signal of this number.
    Signaled(i32),
    /// It never ran.
    NotStarted(StartFailure),
}

/// What cut a run short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// The time allowed had passed.
    Timeout,
    /// This signal reached us and was forwarded, or the terminal sent it to the command and it
    /// died of it. An interrupt that the command has survived is none; a second one is.
    Signal(i32),
    /// The reader of one of our own outputs went away.
    ReaderLeft,
    /// It wrote more than it may.
    OutputLimit,
    /// One of our own outputs cannot be written, for instance because the disk is full. Which one
    /// and why is in [`StreamCount::write_error`].
    OutputFailed,
}

/// Why a command never ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFailure {
    /// The class that decides the exit code.
    pub kind: StartFailureKind,
    /// The error number of the system, when there was one.
    pub errno: Option<i32>,
    /// The system's own words for people, without the name of the program and a full stop.
    pub message: String,
    /// What the message leaves unsaid: that it is the interpreter of a script which is missing.
    pub explanation: Option<String>,
}

/// The classes of [`StartFailure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartFailureKind {
    /// There is no such program, or there cannot be, or the interpreter of the script is missing;
    /// shells say 127.
    NotFound,
    /// It exists but cannot be executed, or the system refused a new process; shells say 126.
    NotExecutable,
    /// A signal came before the start, so there was no start. [`Completion::interruption`] has it.
    Interrupted,
}

impl fmt::Display for StartFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// Counts what the command wrote to one stream, whether or not it could be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamCount {
    /// Bytes received from the command.
    pub bytes: u64,
    /// Newlines, plus one when the last byte is not a newline; 0 for an empty stream.
    pub lines: u64,
    /// Whether the stream was read to its end. False when another process kept it open past the
    /// drain limit, or when our own output broke.
    pub complete: bool,
    /// The error number of the write of ours that failed, except `EPIPE`: a reader that went away
    /// had what it wanted.
    pub write_error: Option<i32>,
}

/// Returns the system's words for an error number, as `strerror` has them.
pub fn system_message(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    text.strip_suffix(&format!(" (os error {errno})")).map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_worded_as_the_system_does() {
        for (errno, text) in
            [(2, "No such file or directory"), (28, "No space left on device"), (32, "Broken pipe")]
        {
            assert_eq!(system_message(errno), text);
        }
        if cfg!(target_os = "linux") {
            assert_eq!(system_message(40), "Too many levels of symbolic links");
        }
    }
}
