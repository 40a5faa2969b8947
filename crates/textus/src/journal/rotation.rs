//! Moving the log away when it is long, so that a kill at any step loses no row and no number.
//!
//! The note beside the youngest log is written before the log gets its name, and each log is moved after
//! its note. So a note may stand without its log, never the other way round by our doing; and the next
//! rotation goes on at the gap that a killed one left.

use std::fs::File;
use std::io::{Read, Seek};

use motus_fs::{Jail, JailError, Line, Lines};
use textus_core::Error;
use textus_core::audit::{Segment, seq_of_line};
use textus_core::time::Utc;

use super::{LONGEST_LINE, LONGEST_SEARCH};
use crate::{failure, layout};

/// The name under which a note is written before it gets its own.
const STAGED_SIDECAR: &str = ".audit.log.meta.json.new";

/// Moves the active log away, keeping `keep` older ones; the caller holds the locks.
///
/// `last` is the number of the log's last row.
pub(crate) fn rotate(root: &Jail, keep: u64, last: u64, now: Utc) -> Result<(), Error> {
    let (file, _) = root.open_file(layout::AUDIT_LOG).map_err(|error| failure::of_jail(&error))?;
    let first = first_seq(root, layout::AUDIT_LOG, &file)?.unwrap_or(last);
    let segment = Segment { min_seq: first, max_seq: last, rotated_at: now.to_string() };
    steps(root, keep.max(1), &segment).map_err(|error| failure::of_jail(&error))
}

fn steps(root: &Jail, keep: u64, segment: &Segment) -> Result<(), JailError> {
    let gap = make_room(root, keep)?;
    for number in (1..gap).rev() {
        move_if_there(root, &layout::sidecar(number), &layout::sidecar(number + 1))?;
        move_if_there(root, &layout::rotated(number), &layout::rotated(number + 1))?;
    }
    let text = segment.to_text();
    let mut note = root.stage(&layout::sidecar(1), STAGED_SIDECAR, text.as_bytes(), None)?;
    note.publish()?;
    root.rename(layout::AUDIT_LOG, &layout::rotated(1))?;
    note.sync()
}

/// Removes the logs that are too many and returns the smallest number that is free then.
fn make_room(root: &Jail, keep: u64) -> Result<u64, JailError> {
    if let Some(free) = first_free(root, keep)? {
        return Ok(free);
    }
    let mut last = keep;
    while exists(root, &layout::rotated(last + 1))? {
        last += 1;
    }
    for number in (keep..=last).rev() {
        // A note that outlived its log would say that its rows are still there.
        root.remove(&layout::sidecar(number))?;
        root.remove(&layout::rotated(number))?;
    }
    Ok(keep)
}

fn first_free(root: &Jail, keep: u64) -> Result<Option<u64>, JailError> {
    for number in 1..=keep {
        if !exists(root, &layout::rotated(number))? {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

fn exists(root: &Jail, name: &str) -> Result<bool, JailError> {
    root.inspect(name).map(|found| found.is_some())
}

fn move_if_there(root: &Jail, from: &str, to: &str) -> Result<(), JailError> {
    if exists(root, from)? { root.rename(from, to) } else { Ok(()) }
}

/// Returns the number of the first line of a log that has one; leaves the file at its beginning.
///
/// Cost: at most the first 8 MB; a log without a row there has none.
pub(super) fn first_seq(root: &Jail, name: &str, file: &File) -> Result<Option<u64>, Error> {
    let path = root.path_of(name);
    let failed = |error| failure::of_reading(&path, &error);
    let mut lines = Lines::new(file.take(LONGEST_SEARCH), LONGEST_LINE);
    let first = loop {
        match lines.read().map_err(failed)? {
            None => break None,
            Some(Line::TooLong) => {}
            Some(Line::Closed(line) | Line::Open(line)) => {
                if let Some(seq) = seq_of_line(line) {
                    break Some(seq);
                }
            }
        }
    };
    let mut file = file;
    file.rewind().map_err(failed)?;
    Ok(first)
}
