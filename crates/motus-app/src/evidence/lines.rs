//! The lines of a report, of which no more than a bounded part is in memory.

use memchr::memchr;

use super::intake::{Flaw, Intake, Place};

/// Lines, one after the other.
pub(super) struct Lines<'s> {
    intake: Intake<'s>,
    line: Vec<u8>,
    /// As much of a line as is kept.
    longest: usize,
}

/// A line without its end.
pub(super) struct Line<'l> {
    pub(super) place: Place,
    pub(super) bytes: &'l [u8],
    /// Whether there is more of it than what was kept.
    pub(super) is_cut: bool,
}

impl<'s> Lines<'s> {
    pub(super) fn new(intake: Intake<'s>, longest: usize) -> Self {
        Self { intake, line: Vec::new(), longest }
    }

    pub(super) fn into_intake(self) -> Intake<'s> {
        self.intake
    }

    /// Returns where the reading stands.
    pub(super) fn place(&self) -> Place {
        self.intake.place()
    }

    /// Returns the next line, without `\n` or `\r\n`.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Flaw> {
        let place = self.intake.place();
        self.line.clear();
        let mut is_cut = false;
        if self.intake.peek_byte()?.is_none() {
            return Ok(None);
        }
        loop {
            let window = self.intake.peek(1)?;
            let end = memchr(b'\n', window);
            let piece = window.get(..end.unwrap_or(window.len())).unwrap_or_default();
            let room = self.longest.saturating_sub(self.line.len());
            is_cut |= piece.len() > room;
            self.line.extend_from_slice(piece.get(..room).unwrap_or(piece));
            let taken = piece.len().saturating_add(usize::from(end.is_some()));
            self.intake.pass(taken);
            if end.is_some() || taken == 0 {
                break;
            }
        }
        if !is_cut && self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Ok(Some(Line { place, bytes: &self.line, is_cut }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], longest: usize) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(Intake::new(bytes).unwrap(), longest);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            found.push((line.place.line, text, line.is_cut));
        }
        found
    }

    #[test]
    fn a_line_ends_with_either_end_or_with_the_report() {
        let line = |number, text: &str| (number, text.to_owned(), false);
        assert_eq!(read(b"", 9), []);
        assert_eq!(read(b"a\r\n\nb", 9), [line(1, "a"), line(2, ""), line(3, "b")]);
        assert_eq!(read(b"a\n", 9), [line(1, "a")]);
    }

    #[test]
    fn a_long_line_is_kept_in_part_and_passed_over_whole() {
        let long = [vec![b'x'; 200_000], b"\nnext".to_vec()].concat();
        let lines = read(&long, 3);
        assert_eq!(lines, [(1, "xxx".to_owned(), true), (2, "nex".to_owned(), true)]);
        assert_eq!(read(b"xxx\r\n", 3), [(1, "xxx".to_owned(), true)]);
    }
}
