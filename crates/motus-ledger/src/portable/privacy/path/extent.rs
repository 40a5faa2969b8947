//! Where a path ends: with its quotation, otherwise with the word.

use super::{Part, Walk};
use crate::portable::privacy::character::{closing_quote, ends_a_path, is_space};
use crate::portable::privacy::start::Before;

impl Walk<'_> {
    /// Returns where a path ends of which the first part begins at `inner`.
    pub(super) fn end(&self, inner: usize) -> usize {
        let quoted = match (self.history.before(), self.history.last()) {
            (Before::Boundary, Some(opening)) => self.end_of_quotation(inner, opening),
            _ => None,
        };
        quoted.unwrap_or_else(|| self.end_of_word(inner))
    }

    fn end_of_quotation(&self, mut at: usize, opening: char) -> Option<usize> {
        let closing = closing_quote(opening)?;
        while let Some(unit) = self.unit(at) {
            match unit.character {
                _ if unit.is_encoded => {}
                it if it == closing => return Some(at),
                it if it == opening || it == '\n' => return None,
                _ => {}
            }
            at = unit.end;
        }
        None
    }

    fn end_of_word(&self, mut at: usize) -> usize {
        let mut end = at;
        let mut depth = 0_u32;
        while let Some(unit) = self.unit(at) {
            let ends = ends_a_path(unit.character) && !unit.is_encoded;
            match unit.character {
                '(' | '[' | '{' => depth = depth.saturating_add(1),
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                '\\' if self.character(unit.end) == Some(' ') => {
                    at = self.unit(unit.end).map_or(unit.end, |space| space.end);
                    end = at;
                    continue;
                }
                ' ' if self.goes_on_behind(unit.end) => {}
                _ if ends => break,
                _ => {}
            }
            at = unit.end;
            if !matches!(unit.character, '.' | ':' | '!' | '?' | '…') {
                end = at;
            }
        }
        end
    }

    /// Tells whether the next word has a backslash and begins no path: `C:\Program Files\x`.
    fn goes_on_behind(&self, space: usize) -> bool {
        let is_windows = self.text.get(self.at..space).is_some_and(|path| path.contains('\\'));
        let part = if is_windows { self.part(space) } else { Part::default() };
        part.length > 0
            && part.is_followed
            && self.character(part.end) == Some('\\')
            && !part.head.contains(':')
            && !self.unit(part.end).and_then(|it| self.character(it.end)).is_none_or(is_space)
    }
}
