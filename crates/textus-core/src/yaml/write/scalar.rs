//! How a string is spelled: plain where that is safe, else in the quotes that the reference takes.
//!
//! Safe means that this reader and one of strict YAML 1.1 both read the same string back.

use super::fold::Line;
use crate::yaml::resolve::{Plain, looks_like_time, resolve};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    /// Lines as they are, behind `|`.
    Literal,
    /// `<<`, which is a merge key to some readers even in quotes.
    Tagged,
}

/// Appends a string as a value; lines that it breaks into begin at the indentation.
pub(super) fn push(text: &str, indent: usize, out: &mut String) {
    match style(text) {
        Style::Literal => literal(text, indent, out),
        Style::Plain => Line::continuing(out, Some(indent)).plain(text),
        Style::Single => Line::continuing(out, Some(indent)).single_quoted(text),
        Style::Double => Line::continuing(out, Some(indent)).double_quoted(text),
        Style::Tagged => out.push_str("!!str '<<'"),
    }
}

/// Returns a string in one line, as a key or where only this line may change.
pub(in crate::yaml) fn one_line(text: &str, in_flow: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let line = Line::continuing(&mut out, None);
    match style(text) {
        Style::Plain if in_flow && text.contains([',', '[', ']', '{', '}', '?', ':']) => {
            line.single_quoted(text);
        }
        Style::Plain => line.plain(text),
        Style::Single => line.single_quoted(text),
        Style::Double | Style::Literal => line.double_quoted(text),
        Style::Tagged => out.push_str("!!str '<<'"),
    }
    out
}

/// Tells whether a text may stand without quotes where it stood as a date or time.
pub(super) fn is_plain_time(text: &str) -> bool {
    resolve(text) == Plain::Time
}

fn style(text: &str) -> Style {
    let traits = Traits::of(text);
    if traits.breaks {
        return if traits.fits_lines { Style::Literal } else { Style::Double };
    }
    if text == "<<" {
        return Style::Tagged;
    }
    if traits.special || matches!(text, "y" | "Y" | "n" | "N") || begins_oddly(text) {
        return Style::Double;
    }
    if is_safe_in_place(text) && is_text_to_all(text) { Style::Plain } else { Style::Single }
}

/// What decides whether a text can be written as it is.
struct Traits {
    /// Some character must be escaped.
    special: bool,
    /// There is a line break.
    breaks: bool,
    /// Its lines can stand as they are.
    fits_lines: bool,
}

impl Traits {
    fn of(text: &str) -> Self {
        let special = text.chars().any(|character| character != '\n' && is_special(character));
        let breaks = text.contains('\n');
        let blank_at_an_end = text.contains(" \n") || text.ends_with(' ');
        let only_breaks = text.bytes().all(|byte| byte == b'\n');
        Self { special, breaks, fits_lines: !special && !blank_at_an_end && !only_breaks }
    }
}

/// Tells whether a character is shown by its escape only: controls, breaks that are not LF, marks
/// that hide, and what lies outside the Basic Multilingual Plane.
pub(super) fn is_special(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
        | '\u{fffe}' | '\u{ffff}' | '\u{10000}'..)
}

/// Tells whether a text begins with something other than a letter, digit or `_` and has no `"`
/// after it.
fn begins_oddly(text: &str) -> bool {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => !is_word(first) && !characters.as_str().contains('"'),
        None => false,
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Tells whether nothing in a text means something to the syntax.
fn is_safe_in_place(text: &str) -> bool {
    let begins_well = !text.starts_with([
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@',
        '`', '=', '<', ' ', '.',
    ]);
    let ends_well = !text.ends_with([' ', ':']);
    begins_well && ends_well && !text.contains(": ") && !text.contains(" #")
}

/// Tells whether a plain text is a string to this reader and to others that follow YAML 1.1 less or
/// more closely.
fn is_text_to_all(text: &str) -> bool {
    resolve(text) == Plain::Text
        && !looks_like_time(text)
        && !looks_like_wrong_octal(text)
        && !looks_like_number(text)
}

/// Tells whether a text would be a number if separators stood anywhere, or base 60 had more places.
fn looks_like_number(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let in_base_60 = |byte: u8| byte.is_ascii_digit() || b"_:.".contains(&byte);
    if text.contains(':') {
        return text.bytes().all(in_base_60);
    }
    text.contains(['_', ',']) && resolve(&text.replace(['_', ','], "")) != Plain::Text
}

/// Tells whether a text begins as an octal number would, with a digit that is none: `08`, `0129ab`.
fn looks_like_wrong_octal(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('0') else {
        return false;
    };
    rest.trim_start_matches(|digit: char| digit.is_digit(8)).starts_with(['8', '9'])
}

/// Appends lines behind `|`, with `-` or `+` for none or several breaks at the end.
fn literal(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let lines = match text.strip_suffix('\n') {
        None => {
            out.push('-');
            text
        }
        Some(lines) => {
            if lines.ends_with('\n') {
                out.push('+');
            }
            lines
        }
    };
    for line in lines.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            super::push_indent(indent, out);
            out.push_str(line);
        }
    }
}
