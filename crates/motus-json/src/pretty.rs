//! The form for people: indented, members as inserted, text readable. Never hashed.
//!
//! People read it on a terminal, so that what a terminal would obey is escaped like a control.

use std::convert::Infallible;

use crate::escape::Escape;
use crate::write::{self, Form, Layout};
use crate::{Number, Value};

/// Returns the value as indented text without a newline at the end.
///
/// Shape: two spaces a level, `"key": value`, one member or item a line, `{}` and `[]` when empty. Only
/// quotes, backslashes, controls, invisible and direction marks and lone surrogates are escaped. Numbers as
/// in [`canonical::store`](crate::canonical::store).
/// Source: the layout of Python's `json.dumps(value, indent=2, ensure_ascii=False)`.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    let Ok(()) = write::value::<Pretty>(value, &mut out);
    if out.contains(is_obeyed) {
        return out.chars().fold(String::with_capacity(out.len()), escape_obeyed);
    }
    out
}

/// Outside strings there is nothing but ASCII, so that every such character stands inside one.
fn escape_obeyed(mut out: String, character: char) -> String {
    if is_obeyed(character) {
        for &mut unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(Escape::unicode(unit).as_str());
        }
    } else {
        out.push(character);
    }
    out
}

/// Tells whether a terminal would obey a character instead of showing it: U+007F, the controls above
/// it, and the marks that hide text or turn its direction.
fn is_obeyed(character: char) -> bool {
    matches!(character,
        '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

struct Pretty;

impl Form for Pretty {
    type Refusal = Infallible;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Indented;

    fn number(number: &Number, out: &mut String) -> Result<(), Infallible> {
        number.write_to(out);
        Ok(())
    }

    fn lone_surrogate(unit: u16, out: &mut String) -> Result<(), Infallible> {
        out.push_str(Escape::unicode(unit).as_str());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::{ReadOptions, Value, read};

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back() {
        let value = Value::from("a\u{7f}\u{9b}31m\u{202e}\u{feff}\u{e0041}é\u{1f600}");
        let text = write(&value);
        assert_eq!(text, r#""a\u007f\u009b31m\u202e\ufeff\udb40\udc41é😀""#);
        assert_eq!(read(text.as_bytes(), &ReadOptions::STORED).unwrap(), value);
    }
}
