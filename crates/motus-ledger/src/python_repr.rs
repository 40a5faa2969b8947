//! Spelling a text as the published release does in its messages: quoted, and safe for a terminal.
//!
//! Source: Python's `repr` of a string. Its quotes, and the characters that have a letter of their
//! own, are measured; all others that are not printable become their number, and what is printable
//! is said at <https://docs.python.org/3/library/stdtypes.html#str.isprintable>: neither of Unicode's
//! categories "Other" and "Separator", but the space.

use std::fmt::Write as _;

/// Spells a text as Python's `repr` does.
///
/// Shape: in single quotes, or in double quotes when only single ones occur in it. Which characters
/// are printable is this compiler's Unicode; a Python of another age knows fewer or more of them.
pub fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut spelled = String::from(quote);
    for character in text.chars() {
        push(&mut spelled, character, quote);
    }
    spelled.push(quote);
    spelled
}

fn push(spelled: &mut String, character: char, quote: char) {
    match character {
        '\n' => spelled.push_str("\\n"),
        '\r' => spelled.push_str("\\r"),
        '\t' => spelled.push_str("\\t"),
        '\\' => spelled.push_str("\\\\"),
        _ if character == quote => {
            spelled.push('\\');
            spelled.push(quote);
        }
        _ if is_printable(character) => spelled.push(character),
        _ => push_number(spelled, u32::from(character)),
    }
}

fn push_number(spelled: &mut String, number: u32) {
    // Writing to a string cannot fail.
    let _ = match number {
        0..=0xff => write!(spelled, "\\x{number:02x}"),
        0x100..=0xffff => write!(spelled, "\\u{number:04x}"),
        _ => write!(spelled, "\\U{number:08x}"),
    };
}

/// Rust's own escape goes by the same categories; only the first of several characters is also
/// escaped for being an accent, so it is not asked about a first one.
fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        _ => format!("x{character}").escape_debug().count() == 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_spelled_as_python_does() {
        for (text, spelled) in [
            ("/no/such", "'/no/such'"),
            ("", "''"),
            ("it's", r#""it's""#),
            (r#"say "x""#, r#"'say "x"'"#),
            (r#"it's "x""#, r#"'it\'s "x"'"#),
            ("a\tb\r\n", r"'a\tb\r\n'"),
            ("\u{7}\u{8}\u{b}\u{c}", r"'\x07\x08\x0b\x0c'"),
            ("\u{1b}[1m\0\u{7f}\u{9b}", r"'\x1b[1m\x00\x7f\x9b'"),
            (r"a\b", r"'a\\b'"),
            ("e\u{301}漢😀ÿ", "'e\u{301}漢😀ÿ'"),
            ("\u{301}", "'\u{301}'"),
            ("\u{a0}\u{ad}\u{2028}\u{3000}", r"'\xa0\xad\u2028\u3000'"),
            ("\u{202e}\u{feff}\u{e000}\u{ffff}", r"'\u202e\ufeff\ue000\uffff'"),
            ("\u{e0001}\u{10ffff}", r"'\U000e0001\U0010ffff'"),
        ] {
            assert_eq!(python_repr(text), spelled);
        }
    }
}
