//! The audit log: what is written down about every change, and how it is asked for.
//!
//! Lines in, rows out, and back. Where the lines are kept, and when they are rotated, is not known here.

mod cursor;
mod filter;
mod line;
mod segment;

use motus_json::Object;

pub use cursor::{check_cursor, min_available};
pub use filter::Filter;
pub use line::seq_of_line;
pub use segment::Segment;

/// The greatest number that a row may have: every reader of JSON has it exactly.
pub const MOST_SEQ: u64 = (1 << 53) - 1;

/// One line of the log. Source: textus/3 §5.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// One more than that of the row before, across rotations; up to [`MOST_SEQ`].
    pub seq: u64,
    /// UTC, whole seconds, `Z`.
    pub ts: String,
    /// Who did it.
    pub role: String,
    /// `put`, `delete`, `mv`, `event_error`.
    pub verb: String,
    /// What was changed; the new key after a move; empty, and `null` in the log, where it is about none.
    pub key: String,
    /// What was there before, if anything.
    pub etag_before: Option<String>,
    /// What is there now, if anything.
    pub etag_after: Option<String>,
    /// Only of a move.
    pub moved: Option<Moved>,
    /// What else is known; `correlation_id` always in rows that this product writes.
    pub extras: Object,
}

/// What a row of a move says in addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The key before.
    pub from_key: String,
    /// The key after.
    pub to_key: String,
    /// The uid that went along.
    pub uid: Option<String>,
}

impl Row {
    /// Returns what the row is grouped by: all rows of one invocation have the same.
    pub fn correlation_id(&self) -> Option<&str> {
        self.extras.get("correlation_id")?.as_str()
    }
}

#[cfg(test)]
mod tests;
