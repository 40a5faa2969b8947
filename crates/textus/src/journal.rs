//! The audit log on disk, for reading: one file that grows, and those that were rotated away.
//!
//! Nothing here writes or locks. Files are opened from the youngest to the oldest, so that a rotation
//! meanwhile shows a file twice rather than not at all; what was seen is not read again. A log that is far
//! too long is refused, and so is a search through much that is no row.

mod append;
mod rotation;
mod sidecar;
mod tail;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use motus_fs::{FileIdentity, Inspection, Jail, JailError, Line, Lines, LinesBack};
use textus_core::Error;
use textus_core::audit::{self, Row, Segment};

use crate::{failure, layout};

pub(crate) use append::open_locked;
pub(crate) use rotation::rotate;
use tail::STRETCH;
pub(crate) use tail::{MOST_ROWS, last_group, last_seq, last_seq_before};

/// The longest line that is read, in bytes; a longer one is none of ours.
pub(crate) const LONGEST_LINE: usize = 4 << 20;

/// How far rows are searched for in what is none, in bytes.
pub(crate) const LONGEST_SEARCH: u64 = 8 << 20;

/// A log is refused that is this many times as long as it should get, and longer than so many bytes.
const MOST_TIMES: u64 = 8;
const LONGEST_LOG: u64 = 64 << 20;

/// How many numbers in a row may be missing before there are no older logs: a rotation that was killed
/// leaves one gap.
const MOST_GAPS: u64 = 8;

/// How many logs are kept open while they are read; rotation reaches the older ones last.
const MOST_OPEN: usize = 32;

/// The audit log of a store.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'s> {
    root: &'s Jail,
    /// The most bytes of one file.
    most_bytes: u64,
}

/// One line of the log, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The name of the file.
    pub file: String,
    /// The number of the line, from 1 on.
    pub line: u64,
    /// The row; `None` for what is none.
    pub row: Option<Row>,
}

/// One file of the log.
struct Piece {
    /// The number in its name; 0 for the active log.
    number: u64,
    name: String,
    /// Not kept of those that are old.
    file: Option<File>,
    identity: FileIdentity,
    /// The number of its first row, if it has one.
    first: Option<u64>,
}

impl<'s> Journal<'s> {
    /// `max_size` is the length at which the log is rotated.
    pub(crate) fn new(root: &'s Jail, max_size: u64) -> Self {
        Self { root, most_bytes: max_size.saturating_mul(MOST_TIMES).max(LONGEST_LOG) }
    }

    /// Returns the greatest number of the last rows; 0 for a log without rows.
    pub fn latest_seq(&self) -> Result<u64, Error> {
        let active = self.open(layout::AUDIT_LOG)?;
        last_seq(self.root, active.as_ref().map(|(file, _)| file))
    }

    /// Reads all lines, the oldest first, until the visitor has enough.
    ///
    /// A last line that nothing closes is passed over if it is
    /// no row, because somebody may be writing it. Memory: one line.
    pub fn scan(&self, visit: &mut dyn FnMut(Scanned) -> ControlFlow<()>) -> Result<(), Error> {
        for piece in self.pieces()?.into_iter().rev() {
            if self.scan_piece(piece, visit)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Collects the rows with a greater number, the oldest first; cost is that of those rows.
    ///
    /// Errors: `cursor_expired` when rows after `seq` were rotated away.
    pub fn rows_after(&self, seq: u64) -> Result<Vec<Row>, Error> {
        // What is checked is what is read: a rotation meanwhile changes neither.
        let pieces = self.pieces()?;
        audit::check_cursor(seq, self.min_of(&pieces)?)?;
        let (mut rows, mut passed) = (Vec::new(), 0_u64);
        self.visit_back(&pieces, &mut |row, bytes| {
            if row.seq > seq {
                passed = 0;
                rows.push(row);
                return ControlFlow::Continue(());
            }
            // Where logs were merged, a row may stand after one with a greater number.
            passed = bytes.saturating_add(passed);
            if passed > STRETCH { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        rows.reverse();
        Ok(rows)
    }

    /// Reads the rows from the youngest on, until the visitor has enough.
    pub fn scan_back(&self, visit: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), Error> {
        self.visit_back(&self.pieces()?, &mut |row, _| visit(row))
    }

    /// Returns the number of the oldest row that there still is; `None` for an empty log.
    ///
    /// A log is asked itself; the note beside it counts where the log is gone or holds no row, if what it
    /// tells comes before the active log.
    pub fn min_available(&self) -> Result<Option<u64>, Error> {
        self.min_of(&self.pieces()?)
    }

    fn min_of(self, pieces: &[Piece]) -> Result<Option<u64>, Error> {
        let first_active =
            pieces.iter().find(|piece| piece.number == 0).and_then(|piece| piece.first);
        let before = sidecar::first_of(pieces);
        let mut segments = Vec::new();
        for piece in pieces.iter().filter(|piece| piece.number > 0) {
            let read = |min_seq| Segment { min_seq, max_seq: min_seq, rotated_at: String::new() };
            segments.extend(match piece.first {
                None => self.noted(piece.number, before)?,
                first => first.map(read),
            });
        }
        // What they tell is not available, and others count on it.
        for number in 1..=MOST_GAPS {
            if self.open(&layout::rotated(number))?.is_none() {
                segments.extend(self.noted(number, before)?);
            }
        }
        Ok(audit::min_available(&segments, first_active))
    }

    fn noted(self, number: u64, before: Option<u64>) -> Result<Option<Segment>, Error> {
        let noted = sidecar::read_sidecar(self.root, number)?;
        Ok(noted.filter(|noted| sidecar::is_older(noted, before)))
    }

    /// Opens the active log and the rotated ones, each file once, the youngest first.
    ///
    /// Their order is that of their rows: while they are opened one by one, they may get other names.
    fn pieces(self) -> Result<Vec<Piece>, Error> {
        let (mut pieces, mut seen) = (Vec::new(), BTreeSet::new());
        let names = std::iter::once((0, layout::AUDIT_LOG.to_owned()));
        let names = names.chain((1..).map(|number| (number, layout::rotated(number))));
        let mut gaps = 0;
        for (number, name) in names {
            let Some((file, facts)) = self.open(&name)? else {
                gaps += 1;
                if gaps > MOST_GAPS {
                    break;
                }
                continue;
            };
            gaps = 0;
            if seen.insert(facts.identity) {
                let first = rotation::first_seq(self.root, &name, &file)?;
                let file = Some(file).filter(|_| pieces.len() < MOST_OPEN);
                pieces.push(Piece { number, name, file, identity: facts.identity, first });
            }
        }
        pieces.sort_by_key(|piece| Reverse(piece.first.unwrap_or(u64::MAX)));
        Ok(pieces)
    }

    /// Opens a piece again that is not kept open; it may have got another name since.
    fn reopen(self, piece: &Piece) -> Result<File, Error> {
        for number in piece.number..=piece.number.saturating_add(MOST_GAPS) {
            match self.open(&layout::rotated(number))? {
                Some((file, facts)) if facts.identity == piece.identity => return Ok(file),
                _ => {}
            }
        }
        let why = "was rotated away while the log was read";
        Err(failure::of_log(&self.root.path_of(&piece.name), why).hint("try again"))
    }

    pub(crate) fn open(self, name: &str) -> Result<Option<(File, Inspection)>, Error> {
        match self.root.open_file(name) {
            Ok((file, facts)) => {
                self.require_short(name, facts.bytes)?;
                Ok(Some((file, facts)))
            }
            Err(JailError::Missing { .. }) => Ok(None),
            Err(error) => Err(failure::of_jail(&error)),
        }
    }

    /// Refuses a log that is so long that reading it would take forever. Errors: `io_error`.
    pub(crate) fn require_short(self, name: &str, bytes: u64) -> Result<(), Error> {
        if bytes <= self.most_bytes {
            return Ok(());
        }
        let why = format!("has {bytes} bytes; an audit log may have {}", self.most_bytes);
        Err(failure::of_log(&self.root.path_of(name), &why)
            .hint("move it away, or raise audit.max_size in the manifest: an eighth is enough"))
    }

    fn scan_piece(
        self,
        mut piece: Piece,
        visit: &mut dyn FnMut(Scanned) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let path = self.root.path_of(&piece.name);
        let file = match piece.file.take() {
            Some(file) => file,
            None => self.reopen(&piece)?,
        };
        let mut lines = Lines::new(file, LONGEST_LINE);
        let mut number = 0;
        loop {
            let line = lines.read().map_err(|error| failure::of_reading(&path, &error))?;
            number += 1;
            let row = match line {
                None => return Ok(ControlFlow::Continue(())),
                Some(Line::Closed(line)) => Row::from_line(line),
                Some(Line::TooLong) => None,
                Some(Line::Open(line)) => match Row::from_line(line) {
                    None => continue,
                    row => row,
                },
            };
            let scanned = Scanned { file: piece.name.clone(), line: number, row };
            if visit(scanned).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Tells rows from the youngest on, each with its length in bytes.
    fn visit_back(
        self,
        pieces: &[Piece],
        visit: &mut dyn FnMut(Row, u64) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        for piece in pieces {
            let path = self.root.path_of(&piece.name);
            let reopened = if piece.file.is_none() { Some(self.reopen(piece)?) } else { None };
            let Some(file) = piece.file.as_ref().or(reopened.as_ref()) else { continue };
            if visit_file_back(&path, file, visit)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn visit_file_back(
    path: &Path,
    file: &File,
    visit: &mut dyn FnMut(Row, u64) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Error> {
    let failed = |error| failure::of_reading(path, &error);
    // Where the row begins that was told last.
    let mut told = file.metadata().map_err(failed)?.len();
    for line in LinesBack::of(file, LONGEST_LINE).map_err(failed)? {
        let line = line.map_err(failed)?;
        let passed = told.saturating_sub(line.start);
        if let Some(row) = line.bytes.as_deref().and_then(Row::from_line) {
            told = line.start;
            if visit(row, passed).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        } else if passed > LONGEST_SEARCH {
            return Err(no_rows(path));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Says that a log holds much that is no row.
fn no_rows(path: &Path) -> Error {
    failure::of_log(path, "has no row for more than 8 MB")
        .hint("remove what is no row of an audit log from it; 'tail' shows the end")
}
