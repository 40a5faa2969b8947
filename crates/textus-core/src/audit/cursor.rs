//! Cursors: up to which row somebody has seen the log, and whether the rest is still there.

use super::Segment;
use crate::{Code, Error};

/// Returns the number of the oldest row that the log still holds; `None` for an empty log.
///
/// It is the least of the rotated logs, or else that of the active log's first row.
pub fn min_available(rotated: &[Segment], first_active: Option<u64>) -> Option<u64> {
    rotated.iter().map(|segment| segment.min_seq).min().or(first_active)
}

/// Checks that every row after a cursor is still in the log.
///
/// Errors: `cursor_expired`, `{requested, min_available}`.
pub fn check_cursor(requested: u64, min_available: Option<u64>) -> Result<(), Error> {
    match min_available {
        Some(oldest) if requested < oldest.saturating_sub(1) => {
            let message =
                format!("cursor {requested} has expired: the audit log begins at {oldest}");
            Err(Error::new(Code::CursorExpired, message)
                .with("requested", requested)
                .with("min_available", oldest)
                .hint("run 'textus boot' and go on from its latest_seq"))
        }
        _ => Ok(()),
    }
}
