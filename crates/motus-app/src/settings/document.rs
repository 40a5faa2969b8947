//! A file of settings as a JSON object; whatever else it is, it is told with its place.

use std::path::Path;

use motus_json::{Limits, Object, ReadOptions, Value, read};

use super::SettingsError;
use super::place::LIMIT;

/// Reads the object of a file.
///
/// Errors: `config.not_json`, of a key that stands twice as well, and `config.not_an_object`.
pub(super) fn object_of(path: &Path, bytes: &[u8]) -> Result<Object, SettingsError> {
    let bound = usize::try_from(LIMIT).unwrap_or(usize::MAX);
    let limits = Limits { bytes: bound, depth: 32, values: 10_000 };
    match read(bytes, &ReadOptions { limits, ..ReadOptions::default() }) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(SettingsError::NotAnObject(path.to_owned())),
        Err(error) => {
            let (line, column) = position(bytes, error.offset());
            Err(SettingsError::NotJson { path: path.to_owned(), line, column, error })
        }
    }
}

/// Returns line and character of a member's name in a document that was read; `None` when it stands there
/// with escapes.
pub(super) fn position_of(bytes: &[u8], name: &str) -> Option<(usize, usize)> {
    let literal = format!("\"{name}\"");
    let (mut depth, mut is_name, mut at) = (0_usize, false, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = at + 1 + string_length(bytes.get(at + 1..)?) + 1;
                if is_name && depth == 1 && bytes.get(at..end) == Some(literal.as_bytes()) {
                    return Some(position(bytes, at));
                }
                (is_name, at) = (false, end);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // A name follows a bracket or a comma; in an array, nothing is looked at.
        is_name |= matches!(byte, b'{' | b',');
        at += 1;
    }
    None
}

/// Returns the bytes of a string up to its closing quote.
fn string_length(bytes: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = bytes.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(bytes.len())
}

/// Returns line and character of a byte, both from 1.
fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n');
    let in_line = lines.clone().next_back().unwrap_or_default();
    (lines.count(), String::from_utf8_lossy(in_line).chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        object_of(Path::new("f"), text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_character() {
        for (text, expected) in [
            ("", "f:1:1: input ends too early"),
            ("{\n  \"a\": 1,\n  \"é\" 2\n}", "f:3:7: expected `:`"),
            ("{\n  \"a\": 1,\n  \"a\": 2\n}", "f:3:3: duplicate key"),
            ("{\"a\": NaN}", "f:1:7: number is not finite"),
            ("\u{feff}{}", "f:1:1: byte order mark"),
            ("{}\nx", "f:2:1: data after the document"),
            ("[1]", "f holds no JSON object"),
            ("null", "f holds no JSON object"),
        ] {
            assert_eq!(refused(text), expected, "{text:?}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(100));
        assert!(refused(&deep).contains("nested deeper than 32 levels"), "{}", refused(&deep));
    }

    #[test]
    fn a_member_is_found_where_it_stands() {
        let text = r#"{"x": ["a", {"a": 1}], "y": "\"a\": {", "\\": "a",
            "é": 0, "a": 2, "\u0062": 3}"#;
        assert!(object_of(Path::new("f"), text.as_bytes()).is_ok());
        let found = |name| position_of(text.as_bytes(), name);
        assert_eq!(found("x"), Some((1, 2)));
        assert_eq!(found("a"), Some((2, 21)));
        assert_eq!(found("b"), None);
        assert_eq!(found("c"), None);
        assert_eq!(position_of(b"{\"a", "a"), None);
        assert_eq!(position_of(b"\"", "a"), None);
    }

    #[test]
    fn a_position_outside_of_the_text_is_its_end() {
        assert_eq!(position(b"a\nb", 99), (2, 2));
    }
}
