//! The form for people: indented, members as inserted, text readable. Never hashed.
//!
//! People read it on a terminal, so that what a terminal would obey is escaped like a control.

use std::convert::Infallible;

use crate::Value;
use crate::escape::escape_all;
use crate::printable::is_visible;
use crate::write::{self, Form, Layout};

/// Returns the value as indented text without a newline at the end.
///
/// Shape: two spaces a level, `"key": value`, one member or item a line, `{}` and `[]` when empty. Only
/// quotes, backslashes, what [`printable`](crate::printable) escapes and lone surrogates are escaped. Numbers as
/// in [`canonical::store`](crate::canonical::store).
/// Source: the layout of Python's `json.dumps(value, indent=2, ensure_ascii=False)`.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    let Ok(()) = write::value::<Pretty>(value, &mut out);
    escape_all(out, is_obeyed)
}

/// Returns the value in the same layout, with everything escaped that is not ASCII.
///
/// Source: the layout of Python's `json.dumps(value, indent=2)`.
pub fn write_ascii(value: &Value) -> String {
    let mut out = String::new();
    let Ok(()) = write::value::<Ascii>(value, &mut out);
    out
}

/// Tells whether a character would be obeyed or hidden instead of shown. Outside strings there is nothing
/// but blanks, newlines and signs, so that every such character stands inside one.
fn is_obeyed(character: char) -> bool {
    !matches!(character, ' '..='~' | '\n') && !is_visible(character)
}

struct Pretty;

impl Form for Pretty {
    type Refusal = Infallible;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Indented;
}

struct Ascii;

impl Form for Ascii {
    type Refusal = Infallible;
    const ASCII: bool = true;
    const LAYOUT: Layout = Layout::Indented;
}

#[cfg(test)]
mod tests {
    use super::{write, write_ascii};
    use crate::{ReadOptions, Value, read};

    #[test]
    fn what_is_not_ascii_can_be_escaped() {
        let value =
            read(br#"{"b":["\u00e9\ud83d\ude00\u007f",1],"a":{}}"#, &ReadOptions::default());
        let text = write_ascii(&value.unwrap());
        assert_eq!(
            text,
            "{\n  \"b\": [\n    \"\\u00e9\\ud83d\\ude00\\u007f\",\n    1\n  ],\n  \"a\": {}\n}"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back() {
        let value = Value::from("a\u{7f}\u{9b}31m\u{202e}\u{feff}\u{e0041}é\u{1f600}");
        let text = write(&value);
        assert_eq!(text, r#""a\u007f\u009b31m\u202e\ufeff\udb40\udc41é😀""#);
        assert_eq!(read(text.as_bytes(), &ReadOptions::STORED).unwrap(), value);
        let hidden = write(&Value::from("a\u{2800}\u{3164}\u{a0}b e\u{301}"));
        assert_eq!(hidden, "\"a\\u2800\\u3164\\u00a0b e\u{301}\"");
    }
}
