//! Reading lines from the end of a file, block by block.

use std::fs::File;
use std::io;

use super::read_at;

/// Bytes of the first block; the blocks of one line double, so that a long line costs its length.
const FIRST_BLOCK: usize = 8 << 10;
const LARGEST_BLOCK: usize = 1 << 20;

/// A line as it was found from behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBack {
    /// Where it begins.
    pub start: u64,
    /// Its bytes without LF; `None` when it has too many.
    pub bytes: Option<Vec<u8>>,
    /// Whether LF closes it; only the last line of a file may have none.
    pub is_closed: bool,
}

/// Yields the lines of a file, the last one first.
///
/// Memory: a line and a block. What is appended after the beginning is not seen.
#[derive(Debug)]
pub struct LinesBack<'f> {
    file: &'f File,
    longest: usize,
    /// What lies before this offset is never read.
    floor: u64,
    /// What lies before this offset was not read yet.
    unread: u64,
    /// The end of what was not yielded yet.
    end: u64,
    /// The bytes from `unread` to `end`, unless they are too many for a line.
    held: Vec<u8>,
    is_too_long: bool,
}

impl<'f> LinesBack<'f> {
    /// Reads what the file holds now; a line of more than `longest` bytes is only told.
    pub fn of(file: &'f File, longest: usize) -> io::Result<Self> {
        Ok(Self::between(file, 0, file.metadata()?.len(), longest))
    }

    /// Reads what lies between two offsets; the line that the first one cuts is told without its bytes.
    pub fn between(file: &'f File, floor: u64, end: u64, longest: usize) -> Self {
        let held = Vec::new();
        Self { file, longest, floor, unread: end, end, held, is_too_long: false }
    }

    fn find(&mut self) -> io::Result<Option<LineBack>> {
        if self.end <= self.floor {
            return Ok(None);
        }
        let mut block = FIRST_BLOCK;
        if self.held.is_empty() {
            self.read_block(block)?;
        }
        let is_closed = self.held.last() == Some(&b'\n');
        if is_closed {
            self.held.pop();
            self.end -= 1;
        }
        let mut searched = 0;
        loop {
            let fresh = self.held.len().saturating_sub(searched);
            let fresh = self.held.get(..fresh).unwrap_or_default();
            if let Some(at) = fresh.iter().rposition(|byte| *byte == b'\n') {
                return Ok(Some(self.take(at + 1, is_closed)));
            }
            if self.unread <= self.floor {
                self.is_too_long |= self.floor > 0;
                return Ok(Some(self.take(0, is_closed)));
            }
            if self.held.len() > self.longest {
                self.is_too_long = true;
                self.held.clear();
            }
            searched = self.held.len();
            block = (block * 2).min(LARGEST_BLOCK);
            self.read_block(block)?;
        }
    }

    /// Splits the line off that begins at this offset of what is held.
    fn take(&mut self, at: usize, is_closed: bool) -> LineBack {
        let bytes = self.held.split_off(at.min(self.held.len()));
        let start = self.unread.saturating_add(u64::try_from(self.held.len()).unwrap_or(0));
        let fits = !self.is_too_long && bytes.len() <= self.longest;
        self.end = start;
        self.is_too_long = false;
        LineBack { start, bytes: fits.then_some(bytes), is_closed }
    }

    /// Reads the block before what is held.
    fn read_block(&mut self, size: usize) -> io::Result<()> {
        let left = self.unread.saturating_sub(self.floor);
        let wanted = size.min(usize::try_from(left).unwrap_or(usize::MAX));
        let start = self.unread.saturating_sub(u64::try_from(wanted).unwrap_or(0));
        let mut bytes = read_at(self.file, start, wanted)?;
        if bytes.len() < wanted {
            // Somebody shortened the file.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.append(&mut self.held);
        self.held = bytes;
        self.unread = start;
        Ok(())
    }
}

impl Iterator for LinesBack<'_> {
    type Item = io::Result<LineBack>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.find();
        if found.is_err() {
            self.end = 0;
        }
        found.transpose()
    }
}
