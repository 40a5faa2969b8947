//! The lines of an input, one in memory at a time and none too long.

use std::io::{self, BufRead, BufReader, Read};

use motus_fs::{FileError, TooMuch};
use motus_ledger::travel::{LONGEST_LINE, Refusal, RefusalKind};

use super::TravelError;
use super::source::Input;

/// How much memory stays in use for the next line, in bytes.
const KEPT: usize = 1 << 20;

/// How much is read at a time, in bytes.
const PIECE: usize = 1 << 16;

/// Lines, counted from one.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    longest: usize,
}

impl Lines<Input> {
    pub(super) fn of(input: Input) -> Self {
        Self::with_bound(input, LONGEST_LINE)
    }

    /// Returns what is read.
    pub(super) fn input(&self) -> &Input {
        self.reader.get_ref()
    }

    pub(super) fn into_input(self) -> Input {
        self.reader.into_inner()
    }
}

impl<R: Read> Lines<R> {
    fn with_bound(reader: R, longest: usize) -> Self {
        let reader = BufReader::with_capacity(PIECE, reader);
        Self { reader, line: Vec::new(), number: 0, longest }
    }

    /// Returns the next line without its newline, which the last may lack, and its number.
    ///
    /// Errors: `import.line_too_long`, when no more than the bound was read; `input.unreadable`; that of
    /// keeping what is read.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, TravelError> {
        self.line.clear();
        self.line.shrink_to(KEPT);
        let most = u64::try_from(self.longest).unwrap_or(u64::MAX).saturating_add(1);
        let mut reader = (&mut self.reader).take(most);
        if reader.read_until(b'\n', &mut self.line).map_err(failed)? == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > self.longest {
            let problem = format!("the line is longer than {} bytes", self.longest);
            let refusal = Refusal::new(RefusalKind::LineTooLong, "", problem);
            return Err(TravelError::at(self.number)(refusal));
        }
        Ok(Some((self.number, &self.line)))
    }
}

/// Tells an input that cannot be read from one that cannot be kept.
fn failed(error: io::Error) -> TravelError {
    let error = match error.downcast::<TooMuch>() {
        Ok(TooMuch { most }) => return TravelError::TooLong(most),
        Err(error) => error,
    };
    match error.downcast::<FileError>() {
        Ok(error) => TravelError::Unkept(error),
        Err(error) => TravelError::Unreadable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], longest: usize) -> Vec<Result<(u64, String), &'static str>> {
        let mut lines = Lines::with_bound(bytes, longest);
        let mut found = Vec::new();
        loop {
            match lines.next() {
                Ok(None) => return found,
                Ok(Some((number, line))) => {
                    found.push(Ok((number, String::from_utf8_lossy(line).into_owned())));
                }
                Err(error) => {
                    found.push(Err(error.code()));
                    return found;
                }
            }
        }
    }

    #[test]
    fn a_line_ends_with_a_newline_or_with_the_input() {
        let line = |number, text: &str| Ok((number, text.to_owned()));
        assert_eq!(read(b"", 3), []);
        assert_eq!(read(b"abc", 3), [line(1, "abc")]);
        assert_eq!(read(b"abc\n", 3), [line(1, "abc")]);
        assert_eq!(read(b"a\n\nb\r\n", 3), [line(1, "a"), line(2, ""), line(3, "b\r")]);
    }

    #[test]
    fn a_line_beyond_the_bound_is_refused_with_its_number() {
        let code = "import.line_too_long";
        assert_eq!(read(b"abcd", 3), [Err(code)]);
        assert_eq!(read(b"abc\nabcd\n", 3), [Ok((1, "abc".to_owned())), Err(code)]);
    }
}
