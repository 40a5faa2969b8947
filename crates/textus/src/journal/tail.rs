//! The end of the log, found from behind: which number comes next, and what was written last.

use std::fs::File;

use motus_fs::{Jail, JailError, LinesBack};
use textus_core::Error;
use textus_core::audit::{Row, seq_of_line};

use super::sidecar::read_sidecar;
use super::{LONGEST_LINE, LONGEST_SEARCH, MOST_GAPS, no_rows};
use crate::{failure, layout};

/// As many rows as one change ever writes.
pub(crate) const MOST_ROWS: usize = 4;

/// So many bytes of rows are looked at: where logs were merged, the last one need not have the greatest
/// number.
pub(super) const STRETCH: u64 = 64 << 10;

/// Returns the greatest number of the last rows: of the active log, else of the youngest rotated one that
/// has some, else 0.
///
/// Cost: the end of the log, however long it is. Errors: `io_error` for a log that ends with much that is
/// no row.
pub(crate) fn last_seq(root: &Jail, active: Option<&File>) -> Result<u64, Error> {
    let path = root.path_of(layout::AUDIT_LOG);
    let length = |file: &File| file.metadata().map(|facts| facts.len());
    let length = active.map(length).transpose();
    let length = length.map_err(|error| failure::of_reading(&path, &error))?;
    last_seq_before(root, active, length.unwrap_or_default())
}

/// Returns what [`last_seq`] did when the active log ended at an offset.
pub(crate) fn last_seq_before(root: &Jail, active: Option<&File>, end: u64) -> Result<u64, Error> {
    let found = active.map(|file| last_in(root, layout::AUDIT_LOG, file, end)).transpose()?;
    if let Some(seq) = found.flatten() {
        return Ok(seq);
    }
    for number in 1..=MOST_GAPS {
        let name = layout::rotated(number);
        let found = match root.open_file(&name) {
            Ok((file, facts)) => last_in(root, &name, &file, facts.bytes)?,
            Err(JailError::Missing { .. }) => None,
            Err(error) => return Err(failure::of_jail(&error)),
        };
        // The log itself is asked first: a note may be missing, or be that of another log.
        let found = match found {
            None => read_sidecar(root, number)?.map(|segment| segment.max_seq),
            found => found,
        };
        if let Some(seq) = found {
            return Ok(seq);
        }
    }
    Ok(0)
}

/// Returns the greatest number in the last stretch of what a log holds before an offset.
pub(super) fn last_in(
    root: &Jail,
    name: &str,
    file: &File,
    end: u64,
) -> Result<Option<u64>, Error> {
    let path = root.path_of(name);
    let floor = end.saturating_sub(LONGEST_SEARCH);
    let mut found: Option<(u64, u64)> = None;
    for line in LinesBack::between(file, floor, end, LONGEST_LINE) {
        let line = line.map_err(|error| failure::of_reading(&path, &error))?;
        if found.is_some_and(|(_, last)| last.saturating_sub(line.start) > STRETCH) {
            break;
        }
        if let Some(seq) = line.bytes.as_deref().and_then(seq_of_line) {
            let (greatest, last) = found.unwrap_or((seq, line.start));
            found = Some((greatest.max(seq), last));
        }
    }
    match found {
        None if floor > 0 => Err(no_rows(&path)),
        found => Ok(found.map(|(greatest, _)| greatest)),
    }
}

/// Returns the last rows of the active log that one invocation wrote, the oldest first.
pub(crate) fn last_group(root: &Jail, active: &File) -> Result<Vec<Row>, Error> {
    let path = root.path_of(layout::AUDIT_LOG);
    let failed = |error| failure::of_reading(&path, &error);
    let end = active.metadata().map_err(failed)?.len();
    let floor = end.saturating_sub(LONGEST_SEARCH);
    let mut rows: Vec<Row> = Vec::new();
    for line in LinesBack::between(active, floor, end, LONGEST_LINE).take(MOST_ROWS) {
        let bytes = line.map_err(failed)?.bytes;
        let Some(row) = bytes.as_deref().and_then(Row::from_line) else { break };
        let is_other = |last: &Row| last.correlation_id() != row.correlation_id();
        if row.correlation_id().is_none() || rows.last().is_some_and(is_other) {
            break;
        }
        rows.push(row);
    }
    rows.reverse();
    Ok(rows)
}
