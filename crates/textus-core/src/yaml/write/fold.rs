//! One-line scalars, folded where a line has grown longer than 80 columns.
//!
//! A line breaks only at a single blank between two other characters: reading makes that break the
//! same blank again. Text without blanks is never broken.

use super::scalar::is_special;

/// A line breaks at the first blank behind this column.
const WIDTH: usize = 80;

/// The end of the text that has been written, where a scalar goes on.
pub(super) struct Line<'a> {
    out: &'a mut String,
    column: usize,
    /// Where lines go on after a fold; without it there is none.
    indent: Option<usize>,
}

impl<'a> Line<'a> {
    pub(super) fn continuing(out: &'a mut String, indent: Option<usize>) -> Self {
        let line = out.rfind('\n').and_then(|at| out.get(at + 1..)).unwrap_or(out);
        let column = line.chars().count();
        Self { out, column, indent }
    }

    pub(super) fn plain(mut self, text: &str) {
        self.characters(text, Self::push);
    }

    pub(super) fn single_quoted(mut self, text: &str) {
        self.push('\'');
        self.characters(text, |line, character| {
            if character == '\'' {
                line.push('\'');
            }
            line.push(character);
        });
        self.push('\'');
    }

    pub(super) fn double_quoted(mut self, text: &str) {
        self.push('"');
        self.characters(text, Self::push_escaped);
        self.push('"');
    }

    /// Writes characters, with a break in place of each blank where the line should end.
    fn characters(&mut self, text: &str, push: impl Fn(&mut Self, char)) {
        let mut before = ' ';
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            let after = rest.as_str().chars().next().unwrap_or(' ');
            let may_break = character == ' ' && before != ' ' && after != ' ';
            match self.indent {
                Some(indent) if may_break && self.column > WIDTH => self.fold(indent),
                _ => push(self, character),
            }
            before = character;
        }
    }

    fn fold(&mut self, indent: usize) {
        self.out.push('\n');
        super::push_indent(indent, self.out);
        self.column = indent;
    }

    fn push(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    fn push_escaped(&mut self, character: char) {
        let short = match character {
            '"' | '\\' => character,
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ if is_special(character) => return self.push_hexadecimal(u32::from(character)),
            _ => return self.push(character),
        };
        self.push('\\');
        self.push(short);
    }

    fn push_hexadecimal(&mut self, code: u32) {
        let escape = match code {
            0..=0xff => format!("\\x{code:02X}"),
            0x100..=0xffff => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08X}"),
        };
        self.out.push_str(&escape);
        self.column += escape.len();
    }
}
