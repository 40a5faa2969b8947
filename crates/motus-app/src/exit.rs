//! The exit codes of the motus command: the one place that names their values.

/// Done.
pub const OK: u8 = 0;
/// Refused, failed, or the answer is no; the report or the error's code says why.
pub const FAILED: u8 = 1;
/// The command line, or a document that it names, cannot be used.
pub const USAGE: u8 = 2;
/// Waiting for a person or a gate.
pub const WAITING: u8 = 3;
/// In conflict with what is recorded: held, fenced, closed, or said otherwise before.
pub const CONFLICT: u8 = 4;

/// A wrapped command ran out of time.
pub const TIMED_OUT: u8 = 124;
/// A wrapped command exists and cannot be executed.
pub const NOT_EXECUTABLE: u8 = 126;
/// A wrapped command was not found.
pub const NOT_FOUND: u8 = 127;
/// Nobody reads what a wrapped command writes any more.
pub const READER_LEFT: u8 = SIGNAL_BASE + 13;
/// Added to the number of the signal that ended a wrapped command.
pub const SIGNAL_BASE: u8 = 128;
