//! Spelling a word as the published release does in its messages: quoted, and safe for a terminal.

use std::fmt::Write as _;

/// Spells a word as Python's `repr` does.
pub(super) fn python_repr(word: &str) -> String {
    let quote = if word.contains('\'') && !word.contains('"') { '"' } else { '\'' };
    let mut spelled = String::from(quote);
    for character in word.chars() {
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

/// Tells what a terminal shows as it is; an accent counts, since it stands behind a letter.
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
    fn words_are_spelled_as_python_does() {
        for (word, spelled) in [
            ("/no/such", "'/no/such'"),
            ("", "''"),
            ("it's", r#""it's""#),
            (r#"it's "x""#, r#"'it\'s "x"'"#),
            ("a\tb\r\n", r"'a\tb\r\n'"),
            ("\u{1b}[1m\0\u{7f}\u{9b}", r"'\x1b[1m\x00\x7f\x9b'"),
            (r"a\b", r"'a\\b'"),
            ("e\u{301}漢😀", "'e\u{301}漢😀'"),
            ("\u{a0}\u{202e}\u{feff}\u{e0001}", r"'\xa0\u202e\ufeff\U000e0001'"),
        ] {
            assert_eq!(python_repr(word), spelled);
        }
    }
}
