//! Writes plain data as block YAML, in the layout that files of the protocol's reference have.
//!
//! Two spaces a level, lists not indented under their key, `[]` and `{}` when empty, nothing at all
//! for null. It keeps its own stack: depth costs no thread stack.

mod fold;
mod scalar;

use motus_json::{Number, Object, Text, Value};

use crate::format::Times;
use crate::format::times::Branch;

pub(super) use scalar::one_line;

/// A key longer than this stands behind `? `.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Writes a mapping without a `---` line; nothing at all when it is empty.
///
/// Shape: ends with a newline; [`read`](super::read()) gives an equal value back unless a text
/// holds half of a character, which becomes U+FFFD, or a float is not finite. Source: textus/3 §5.
pub fn write(object: &Object) -> String {
    write_timed(object, &Times::default())
}

/// Writes a mapping and leaves dates and times without quotes where they had none.
pub fn write_timed(object: &Object, times: &Times) -> String {
    write_within(object, times, usize::MAX).unwrap_or_default()
}

/// Writes a mapping unless that takes more than so many bytes.
pub(crate) fn write_within(object: &Object, times: &Times, most: usize) -> Option<String> {
    let mut out = String::new();
    let top = Level {
        rest: Rest::Members(object.iter()),
        indent: 0,
        times: Some(&times.0),
        inline: false,
    };
    block(top, most, &mut out).then_some(out)
}

/// Writes any value as a document of its own, with its `---`.
pub fn document(value: &Value) -> String {
    let mut out = "---".to_owned();
    if let Some(rest) = Rest::of(value) {
        out.push('\n');
        block(Level { rest, indent: 0, times: None, inline: false }, usize::MAX, &mut out);
    } else if value.is_null() {
        out.push('\n');
    } else {
        out.push(' ');
        match value.as_text() {
            Some(text) => out.push_str(&one_line(&text.to_string_lossy(), false)),
            None => scalar_value(value, None, 2, &mut out),
        }
        out.push('\n');
    }
    out
}

/// What is left of a list or mapping that is being written.
enum Rest<'a> {
    Members(<&'a Object as IntoIterator>::IntoIter),
    Items(std::iter::Enumerate<std::slice::Iter<'a, Value>>),
}

impl<'a> Rest<'a> {
    /// Returns the entries of a list or mapping that has any.
    fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Object(object) if !object.is_empty() => Some(Self::Members(object.iter())),
            Value::Array(items) if !items.is_empty() => Some(Self::Items(items.iter().enumerate())),
            _ => None,
        }
    }
}

struct Level<'a> {
    rest: Rest<'a>,
    indent: usize,
    times: Option<&'a Branch>,
    /// Whether the next entry goes on in a line that has begun.
    inline: bool,
}

/// Writes a list or mapping and all below it; tells whether it stayed within its bytes.
fn block(top: Level<'_>, most: usize, out: &mut String) -> bool {
    let mut open = vec![top];
    while let Some(level) = open.last_mut() {
        match entry(level, out) {
            Step::Below(below) => open.push(below),
            Step::Whole => {}
            Step::End => {
                open.pop();
            }
        }
        if out.len() > most {
            return false;
        }
    }
    true
}

/// What became of an attempt to write an entry.
enum Step<'a> {
    /// It is written.
    Whole,
    /// It is begun; what is in it comes next.
    Below(Level<'a>),
    /// There was none left.
    End,
}

/// Writes one entry, or the beginning of one that is a list or mapping.
fn entry<'a>(level: &mut Level<'a>, out: &mut String) -> Step<'a> {
    let (value, times, in_line) = match &mut level.rest {
        Rest::Members(members) => {
            let Some((name, value)) = members.next() else {
                return Step::End;
            };
            let times = level.times.and_then(|times| times.below(&name.to_string_lossy()));
            start(&mut level.inline, level.indent, out);
            (value, times, key(name, level.indent, out))
        }
        Rest::Items(items) => {
            let Some((index, item)) = items.next() else {
                return Step::End;
            };
            let times = level.times.and_then(|times| times.below(&index.to_string()));
            start(&mut level.inline, level.indent, out);
            out.push('-');
            (item, times, true)
        }
    };
    let Some(rest) = Rest::of(value) else {
        if !value.is_null() {
            out.push(' ');
            scalar_value(value, times, level.indent + 2, out);
        }
        out.push('\n');
        return Step::Whole;
    };
    out.push(if in_line { ' ' } else { '\n' });
    let indented = in_line || matches!(rest, Rest::Members(_));
    let indent = if indented { level.indent + 2 } else { level.indent };
    Step::Below(Level { rest, indent, times, inline: in_line })
}

/// Begins an entry, in a line of its own unless it goes on in one.
fn start(inline: &mut bool, indent: usize, out: &mut String) {
    if !std::mem::take(inline) {
        push_indent(indent, out);
    }
}

fn push_indent(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes a key and its colon; tells whether its value follows as in a list.
fn key(name: &Text, indent: usize, out: &mut String) -> bool {
    let name = one_line(&name.to_string_lossy(), false);
    let explicit = name.len() > LONGEST_SIMPLE_KEY;
    if explicit {
        out.push_str("? ");
        out.push_str(&name);
        out.push('\n');
        push_indent(indent, out);
    } else {
        out.push_str(&name);
    }
    out.push(':');
    explicit
}

/// Writes a scalar that is not null, or an empty list or mapping.
fn scalar_value(value: &Value, times: Option<&Branch>, indent: usize, out: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => push_number(number, out),
        Value::String(text) => {
            let text = text.to_string_lossy();
            if times.is_some_and(Branch::is_time) && scalar::is_plain_time(&text) {
                out.push_str(&text);
            } else {
                scalar::push(&text, indent, out);
            }
        }
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Writes a float with a point even before its exponent, without which YAML 1.1 has a string.
fn push_number(number: &Number, out: &mut String) {
    let text = number.to_string();
    match text.split_once('e') {
        Some((digits, exponent)) if number.is_float() && !digits.contains('.') => {
            out.push_str(digits);
            out.push_str(".0e");
            out.push_str(exponent);
        }
        _ => out.push_str(&text),
    }
}

#[cfg(test)]
mod tests;
