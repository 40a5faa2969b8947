//! Making recorded text safe to look at.

use std::fmt::Write as _;

/// Escapes what a terminal would obey or hide: control characters and direction marks.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                push_escaped(&mut safe, character);
            }
            other if other.is_control() => push_escaped(&mut safe, other),
            other => safe.push(other),
        }
    }
    safe
}

fn push_escaped(safe: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
}

/// Spells whole seconds as people do: `42s`, `3m05s`, `2h03m`.
pub(crate) fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(printable("a\u{1b}[31mb\u{7}\u{9b}\u{7f}"), r"a\u{1b}[31mb\u{7}\u{9b}\u{7f}");
        assert_eq!(printable("x\u{202e}y\n\t"), r"x\u{202e}y\n\t");
        assert_eq!(printable("é [red] 漢"), "é [red] 漢");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(
            [0, 59, 60, 3599, 7380].map(duration),
            ["0s", "59s", "1m00s", "59m59s", "2h03m"]
        );
    }
}
