//! What killed writers left.

use textus_core::Error;

use super::issue::{Issue, Level};
use crate::verb::absolute;
use crate::{Store, Unfinished, WhyUnfinished};

/// Tells what is in the log and not in place, and what waits for nothing.
pub(super) fn examine(store: &Store) -> Result<Vec<Issue>, Error> {
    let unfinished = store.unfinished()?;
    Ok(unfinished.iter().map(|found| issue(store, found)).collect())
}

fn issue(store: &Store, found: &Unfinished) -> Issue {
    let path = absolute(store, &found.path);
    let seq = found.seq;
    let (level, message, fix) = match found.why {
        WhyUnfinished::Waiting => (
            Level::Warning,
            format!("row {seq} of the log is not in place yet: {path}"),
            "the next write finishes it, or 'textus doctor --fix'",
        ),
        WhyUnfinished::Changed => (
            Level::Error,
            format!("{path} is neither what row {seq} of the log found nor what it made"),
            "write the entry again, so that the log says what is true",
        ),
        WhyUnfinished::Leftover => (
            Level::Info,
            format!("{path} is what a killed writer left"),
            "remove it; nothing refers to it",
        ),
    };
    Issue::new("write.unfinished", level, path, message).fix(fix).with("seq", seq)
}
