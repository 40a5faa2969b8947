//! Prints an object for files: two spaces a level, non-ASCII literal, nothing escaped that need not
//! be.
//!
//! It keeps its own stack: depth costs no thread stack.

use motus_json::{Object, Text, Value, canonical};

/// What is left of a list or object that is being printed.
struct Level<'a> {
    rest: Rest<'a>,
    started: bool,
}

enum Rest<'a> {
    Members(<&'a Object as IntoIterator>::IntoIter),
    Items(std::slice::Iter<'a, Value>),
}

impl Rest<'_> {
    fn brackets(&self) -> (char, char) {
        match self {
            Self::Members(_) => ('{', '}'),
            Self::Items(_) => ('[', ']'),
        }
    }
}

/// Prints an object and a newline, unless that takes more than so many bytes.
pub(in crate::format) fn write(object: &Object, most: usize) -> Option<String> {
    let mut out = String::from("{");
    let mut open = vec![Level { rest: Rest::Members(object.iter()), started: false }];
    while let Some(level) = open.last_mut() {
        let value = match &mut level.rest {
            Rest::Members(members) => members.next().map(|(key, value)| (Some(key), value)),
            Rest::Items(items) => items.next().map(|item| (None, item)),
        };
        let started = std::mem::replace(&mut level.started, true);
        let (_, closing) = level.rest.brackets();
        if let Some((key, value)) = value {
            if started {
                out.push(',');
            }
            push_line(open.len(), &mut out);
            if let Some(key) = key {
                push_text(key, &mut out);
                out.push_str(": ");
            }
            open.extend(begin(value, &mut out));
        } else {
            open.pop();
            if started {
                push_line(open.len(), &mut out);
            }
            out.push(closing);
        }
        if out.len() > most {
            return None;
        }
    }
    out.push('\n');
    Some(out)
}

/// Prints a scalar, or the opening bracket of a list or object and returns what is in it.
fn begin<'a>(value: &'a Value, out: &mut String) -> Option<Level<'a>> {
    let rest = match value {
        Value::Array(items) => Rest::Items(items.iter()),
        Value::Object(members) => Rest::Members(members.iter()),
        Value::String(text) => {
            push_text(text, out);
            return None;
        }
        Value::Number(number) => {
            out.push_str(&number.to_string());
            return None;
        }
        Value::Bool(true) => {
            out.push_str("true");
            return None;
        }
        Value::Bool(false) => {
            out.push_str("false");
            return None;
        }
        Value::Null => {
            out.push_str("null");
            return None;
        }
    };
    out.push(rest.brackets().0);
    Some(Level { rest, started: false })
}

fn push_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Prints a text; only one that holds half of a character is escaped throughout.
pub(super) fn push_text(text: &Text, out: &mut String) {
    match text.as_str() {
        Some(text) => canonical::cj::write_string(text, out),
        None => canonical::store::write_text(text, out),
    }
}
