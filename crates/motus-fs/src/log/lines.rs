//! Reading lines from the beginning, with a bound on each.

use std::io::{self, BufRead, BufReader, Read};

/// A line without its LF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'l> {
    /// LF closes it.
    Closed(&'l [u8]),
    /// The last line, which nothing closes: somebody may be writing it.
    Open(&'l [u8]),
    /// It has more bytes than the caller takes.
    TooLong,
}

/// Reads lines one after the other; memory is bounded by the longest line that is taken.
#[derive(Debug)]
pub struct Lines<R> {
    reader: BufReader<R>,
    longest: usize,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// Reads lines of at most `longest` bytes.
    pub fn new(reader: R, longest: usize) -> Self {
        Self { reader: BufReader::with_capacity(64 << 10, reader), longest, line: Vec::new() }
    }

    /// Returns the next line; `None` at the end.
    pub fn read(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let most = u64::try_from(self.longest).unwrap_or(u64::MAX).saturating_add(1);
        if self.reader.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            return Ok(Some(Line::Closed(&self.line)));
        }
        if self.line.len() > self.longest {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Open(&self.line)))
    }
}
