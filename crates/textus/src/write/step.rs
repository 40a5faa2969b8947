//! What is left to do of a change that was interrupted, from what is seen of its files.
//!
//! Pure: rows and etags in, a plan out. It never plans to touch a file that holds anything but what
//! the change itself found or made there.

use std::collections::BTreeMap;

use textus_core::Etag;
use textus_core::Key;
use textus_core::audit::Row;
use textus_core::manifest::Manifest;

/// One file that changes, as part of an audit row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The number of the row.
    pub(super) seq: u64,
    /// Where the file is, below `zones/`.
    pub(super) path: String,
    /// What it held before; `None` when it was not there.
    pub(super) before: Option<Etag>,
    /// What it holds afterwards; `None` when it is removed.
    pub(super) after: Option<Etag>,
}

/// What is at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing.
    Absent,
    /// A file with these bytes.
    File(Etag),
    /// Something that cannot be read as one.
    Other,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Nothing: every file is what the change makes it.
    Done,
    /// The steps from this one on.
    Finish(usize),
    /// Nothing can be done: other hands changed a file, or what was to be written is gone.
    Unfinished,
}

/// Decides what is left of the steps, which were begun in this order.
///
/// `sights` tells what is at each path of the steps, `staged` what waits beside a step's path to be
/// written there. If the first so many steps were done and the others were not, the rest is to be
/// done; if no such number fits what is seen, nothing is.
pub(super) fn decide(
    steps: &[Step],
    sights: &BTreeMap<&str, Sight>,
    staged: impl Fn(&Step) -> Option<Etag>,
) -> Plan {
    let fits =
        |done: &usize| sights.iter().all(|(path, sight)| *sight == expected(steps, *done, path));
    match (0..=steps.len()).rev().find(fits) {
        Some(done) if done == steps.len() => Plan::Done,
        Some(done) => {
            let is_ready = |step: &Step| step.after.is_none() || staged(step) == step.after;
            let is_ready = steps.iter().skip(done).all(is_ready);
            if is_ready { Plan::Finish(done) } else { Plan::Unfinished }
        }
        None => Plan::Unfinished,
    }
}

/// Tells whether it is seen that none of the steps was done, and that all could be.
pub(super) fn is_untouched(
    steps: &[Step],
    sights: &BTreeMap<&str, Sight>,
    staged: impl Fn(&Step) -> Option<Etag>,
) -> bool {
    let is_ready = |step: &Step| step.after.is_none() || staged(step) == step.after;
    let is_before = |(path, sight): (&&str, &Sight)| *sight == expected(steps, 0, path);
    !steps.is_empty() && sights.iter().all(is_before) && steps.iter().all(is_ready)
}

/// Returns what is at a path after the first so many steps.
fn expected(steps: &[Step], done: usize, path: &str) -> Sight {
    let of_path = |step: &&Step| step.path == path;
    let made = steps.iter().take(done).rev().find(of_path).map(|step| &step.after);
    let etag = made.or_else(|| steps.iter().find(of_path).map(|step| &step.before));
    match etag {
        Some(Some(etag)) => Sight::File(etag.clone()),
        _ => Sight::Absent,
    }
}

/// Returns the steps that rows stand for, where the keys still mean files.
///
/// `is_there` tells which of several possible files of a key exists; the first one counts otherwise.
pub(super) fn of_rows(
    rows: &[Row],
    manifest: &Manifest,
    is_there: impl Fn(&str) -> bool,
) -> Option<Vec<Step>> {
    let path = |key: &str| {
        let key = Key::parse(key).ok()?;
        let resolution = manifest.resolve(&key)?;
        let existing = resolution.candidates.iter().find(|path| is_there(path));
        Some(existing.map_or_else(|| resolution.primary().to_owned(), Clone::clone))
    };
    let mut steps = Vec::new();
    for row in rows {
        let etag = |text: &Option<String>| text.clone().map(Etag::claimed);
        let (before, after) = (etag(&row.etag_before), etag(&row.etag_after));
        let seq = row.seq;
        match (&row.moved, before, after) {
            (_, None, None) => {}
            (Some(moved), before, after) => {
                let path_to = path(&moved.to_key)?;
                steps.push(Step { seq, path: path_to, before: None, after });
                steps.push(Step { seq, path: path(&moved.from_key)?, before, after: None });
            }
            (None, before, after) => steps.push(Step { seq, path: path(&row.key)?, before, after }),
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests;
