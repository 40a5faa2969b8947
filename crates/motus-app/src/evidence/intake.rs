//! The bytes of a report as they come: bounded, counted by line and column, and digested.
//!
//! A reader sees a window of them and says how many it took; no more than the window is in memory.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};
use motus_ledger::{Digest, DigestHasher};

/// The longest report that is read, in bytes.
pub(super) const LARGEST_REPORT: u64 = 256 << 20;

/// How many bytes the window holds.
const WINDOW: usize = 64 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A place in a report; line and column are counted from one, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Place {
    /// Returns the place behind these bytes.
    pub(super) fn after(mut self, bytes: &[u8]) -> Self {
        let last = match memrchr(b'\n', bytes) {
            Some(last) => {
                let lines = memchr_iter(b'\n', bytes).count();
                self = Self { line: self.line.saturating_add(count(lines)), column: 1 };
                bytes.get(last.saturating_add(1)..).unwrap_or_default()
            }
            None => bytes,
        };
        let begins_a_character = |byte: &&u8| !matches!(**byte, 0x80..=0xBF);
        let characters = last.iter().filter(begins_a_character).count();
        self.column = self.column.saturating_add(count(characters));
        self
    }
}

/// What is wrong with a report, and where.
#[derive(Debug)]
pub(super) enum Flaw {
    /// It is not what it should be.
    Malformed { place: Place, problem: String },
    /// It cannot be read.
    Unreadable(io::Error),
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A report that is being read.
pub(super) struct Intake<'s> {
    stream: Box<dyn Read + 's>,
    window: Vec<u8>,
    /// Where in the window the bytes begin that nobody took yet, and where they end.
    from: usize,
    to: usize,
    is_at_end: bool,
    read: u64,
    most: u64,
    place: Place,
    hasher: DigestHasher,
    allowance: Option<Allowance>,
}

/// How much one piece of markup may take.
struct Allowance {
    left: usize,
}

/// A piece is longer than it may be; the inner error of an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("a piece of the report is too long")]
pub(super) struct TooLong;

impl<'s> Intake<'s> {
    /// Begins; a byte order mark is passed over.
    pub(super) fn new(stream: impl Read + 's) -> io::Result<Self> {
        Self::bounded(stream, LARGEST_REPORT)
    }

    fn bounded(stream: impl Read + 's, most: u64) -> io::Result<Self> {
        let mut intake = Self {
            stream: Box::new(stream),
            window: vec![0; WINDOW],
            from: 0,
            to: 0,
            is_at_end: false,
            read: 0,
            most,
            place: Place { line: 1, column: 1 },
            hasher: DigestHasher::default(),
            allowance: None,
        };
        if intake.peek(BYTE_ORDER_MARK.len())?.starts_with(BYTE_ORDER_MARK) {
            intake.from = BYTE_ORDER_MARK.len();
        }
        Ok(intake)
    }

    /// Returns where the next byte stands.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Returns the next bytes: at least this many, unless the report ends before.
    pub(super) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.to.saturating_sub(self.from) < wanted && !self.is_at_end {
            self.fill()?;
        }
        Ok(self.rest())
    }

    /// Returns the next byte.
    pub(super) fn peek_byte(&mut self) -> io::Result<Option<u8>> {
        Ok(self.peek(1)?.first().copied())
    }

    /// Takes bytes that were seen.
    pub(super) fn pass(&mut self, bytes: usize) {
        let bytes = bytes.min(self.to.saturating_sub(self.from));
        let end = self.from.saturating_add(bytes);
        self.place = self.place.after(self.window.get(self.from..end).unwrap_or_default());
        self.from = end;
    }

    /// Bounds what is taken until the next call, for readers that collect without end.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowance = Some(Allowance { left: bytes });
    }

    /// Says that something is wrong with what comes next.
    pub(super) fn flaw(&self, problem: impl Into<String>) -> Flaw {
        Flaw::Malformed { place: self.place, problem: problem.into() }
    }

    /// Reads what is left; returns the digest of all bytes, and how many they are.
    pub(super) fn finish(mut self) -> io::Result<(Digest, u64)> {
        while !self.is_at_end {
            self.from = self.to;
            self.fill()?;
        }
        Ok((self.hasher.finish(), self.read))
    }

    fn rest(&self) -> &[u8] {
        self.window.get(self.from..self.to).unwrap_or_default()
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.from > 0 {
            self.window.copy_within(self.from..self.to, 0);
            self.to = self.to.saturating_sub(self.from);
            self.from = 0;
        }
        let Some(free) = self.window.get_mut(self.to..).filter(|free| !free.is_empty()) else {
            return Err(io::Error::other(TooLong));
        };
        let length = loop {
            match self.stream.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.hasher.update(free.get(..length).unwrap_or_default());
        self.is_at_end = length == 0;
        self.to = self.to.saturating_add(length);
        self.read = self.read.saturating_add(count(length));
        if self.read > self.most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
    }
}

impl Read for Intake<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Intake<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance.as_ref().is_some_and(|allowance| allowance.left == 0) {
            return Err(io::Error::other(TooLong));
        }
        self.peek(1)
    }

    fn consume(&mut self, bytes: usize) {
        if let Some(allowance) = &mut self.allowance {
            allowance.left = allowance.left.saturating_sub(bytes);
        }
        self.pass(bytes);
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(bytes: &[u8]) -> (u64, u64) {
        let Place { line, column } = Place { line: 1, column: 1 }.after(bytes);
        (line, column)
    }

    #[test]
    fn places_are_lines_and_characters() {
        assert_eq!(place(b""), (1, 1));
        assert_eq!(place(b"ab"), (1, 3));
        assert_eq!(place("é\n".as_bytes()), (2, 1));
        assert_eq!(place("x\n\néé".as_bytes()), (3, 3));
    }

    #[test]
    fn pieces_of_any_size_give_the_same_digest_and_place() {
        /// Gives one byte at a time.
        struct Slowly<'b>(&'b [u8]);
        impl Read for Slowly<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0.read(buffer.get_mut(..1).unwrap_or_default())
            }
        }
        let bytes = "\u{feff}one\ntwo\n".repeat(3);
        let mut intake = Intake::new(Slowly(bytes.as_bytes())).unwrap();
        assert!(intake.peek(5).unwrap().starts_with(b"one\nt"));
        intake.pass(5);
        assert_eq!(intake.place(), Place { line: 2, column: 2 });
        let (digest, length) = intake.finish().unwrap();
        assert_eq!((digest, length), (Digest::of(&bytes), bytes.len() as u64));
    }

    #[test]
    fn a_report_that_is_too_large_is_refused_and_one_that_is_not_is_read() {
        let read = |most| {
            let intake = Intake::bounded(io::repeat(b'x').take(100_000), most);
            intake.and_then(Intake::finish).map(|(_, bytes)| bytes).map_err(|error| error.kind())
        };
        assert_eq!(read(100_000), Ok(100_000));
        assert_eq!(read(99_999), Err(io::ErrorKind::FileTooLarge));
    }

    #[test]
    fn a_piece_that_is_too_long_is_not_collected() {
        let mut intake = Intake::new(io::repeat(b'x')).unwrap();
        intake.allow(100_000);
        let mut collected = Vec::new();
        let error = intake.read_to_end(&mut collected).unwrap_err();
        assert!(error.downcast::<TooLong>().is_ok());
        assert!(collected.len() <= 100_000 + WINDOW);
    }
}
