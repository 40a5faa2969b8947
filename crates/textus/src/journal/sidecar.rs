//! The notes beside rotated logs, and which of them are believed.
//!
//! They are files like others, and may be wrong. Where a log has rows, it is asked itself.

use motus_fs::{Jail, JailError};
use textus_core::Error;
use textus_core::audit::Segment;

use super::tail::last_in;
use super::{Journal, MOST_GAPS, Piece, rotation};
use crate::{failure, layout};

/// The longest note beside a rotated log.
const LONGEST_SIDECAR: u64 = 64 << 10;

impl Journal<'_> {
    /// Names the notes beside rotated logs that are not believed: they are none, contradict their log, or
    /// speak of rows that the active log has or that come after it.
    ///
    /// Cost: both ends of each rotated log. Errors: `io_error`.
    pub fn doubtful_notes(&self) -> Result<Vec<String>, Error> {
        let pieces = self.pieces()?;
        let before = first_of(&pieces);
        let (mut doubtful, mut gaps) = (Vec::new(), 0);
        for number in 1.. {
            let name = layout::sidecar(number);
            let is_there = match self.root.inspect(&name) {
                Ok(found) => found.is_some(),
                Err(JailError::System(error)) => return Err(failure::of_file(&error)),
                // A link is there, and none of ours.
                Err(_) => true,
            };
            let log = self.open(&layout::rotated(number))?;
            gaps = if is_there || log.is_some() { 0 } else { gaps + 1 };
            if gaps > MOST_GAPS {
                break;
            }
            let own = match &log {
                Some((file, facts)) => {
                    let name = layout::rotated(number);
                    let last = last_in(self.root, &name, file, facts.bytes)?;
                    rotation::first_seq(self.root, &name, file)?.zip(last)
                }
                None => None,
            };
            let noted = if is_there { read_sidecar(self.root, number)? } else { None };
            let agrees = |noted: &Segment| {
                own.is_none_or(|(first, last)| (noted.min_seq, noted.max_seq) == (first, last))
            };
            if is_there && !noted.is_some_and(|noted| is_older(&noted, before) && agrees(&noted)) {
                doubtful.push(name);
            }
        }
        Ok(doubtful)
    }
}

/// Returns the number of the active log's first row, or else that of the oldest row there is.
pub(super) fn first_of(pieces: &[Piece]) -> Option<u64> {
    let active = pieces.iter().find(|piece| piece.number == 0).and_then(|piece| piece.first);
    active.or_else(|| pieces.iter().filter_map(|piece| piece.first).min())
}

/// Tells whether a note may be that of a log which was rotated away before this row was written.
pub(super) fn is_older(noted: &Segment, before: Option<u64>) -> bool {
    before.is_none_or(|first| noted.max_seq < first)
}

/// Reads what is noted beside a rotated log; what cannot be read is not noted.
pub(super) fn read_sidecar(root: &Jail, number: u64) -> Result<Option<Segment>, Error> {
    match root.read(&layout::sidecar(number), LONGEST_SIDECAR) {
        Ok(file) => Ok(Segment::from_bytes(&file.bytes)),
        Err(JailError::System(error)) => Err(failure::of_file(&error)),
        Err(_) => Ok(None),
    }
}
