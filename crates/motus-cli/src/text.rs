//! Making recorded text safe to look at.

use std::fmt::Write as _;

/// Escapes what a terminal would obey or hide: control and format characters, direction marks,
/// odd blanks and what has no glyph. Accents, scripts and emoji stay.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => safe.push(character),
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            other if is_visible(other) => safe.push(other),
            other => push_escaped(&mut safe, other),
        }
    }
    safe
}

/// Tells what is seen; an accent counts, since it stands behind a letter.
fn is_visible(character: char) -> bool {
    // Letters by their category and blank all the same.
    const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];
    !FILLERS.contains(&character) && format!("x{character}").escape_debug().count() == 2
}

fn push_escaped(safe: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
}

/// Spells a number of things, each named by a noun that takes an s.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
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
    }

    #[test]
    fn what_is_seen_stays() {
        for text in ["é [red] 漢", "e\u{301}", "\\ \" '", "😀 ❤\u{fe0f}", "שלום", "ไทย"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn what_is_not_seen_is_spelled_out() {
        for hidden in [
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{2060}',
            '\u{2066}',
            '\u{3164}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{e000}',
            '\u{a0}',
        ] {
            let spelled = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(printable(&format!("a{hidden}b")), spelled);
        }
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!([0, 1, 2].map(|n| counted(n, "line")), ["0 lines", "1 line", "2 lines"]);
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(
            [0, 59, 60, 3599, 7380].map(duration),
            ["0s", "59s", "1m00s", "59m59s", "2h03m"]
        );
    }
}
