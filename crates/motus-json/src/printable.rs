//! Text from strangers, safe to look at.

/// More blanks than this in a row would push text out of sight.
const MOST_BLANKS: usize = 8;

/// Returns a text with escapes for what a terminal would obey or hide.
///
/// Shape: `\n`, `\r`, `\t`, and `\u{..}` for all else that is not seen: control and format characters,
/// marks that turn the direction of text, odd blanks, what has no glyph. More than eight blanks in a row
/// are one `\u{20}`. Accents, scripts and emoji stay.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let after = rest.trim_start_matches(' ');
        let blanks = rest.len() - after.len();
        if blanks > MOST_BLANKS {
            safe.extend(' '.escape_unicode());
            rest = after;
            continue;
        }
        match character {
            ' '..='~' => safe.push(character),
            '\n' | '\r' | '\t' => safe.extend(character.escape_default()),
            other if is_visible(other) => safe.push(other),
            other => safe.extend(other.escape_unicode()),
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    safe
}

/// Tells whether a text shows something and holds no control character: whether it can be a name.
///
/// Shape: marks that join or part letters are no fault beside letters, since some scripts need them; alone
/// no mark is a name, be it an accent or the choice of a form.
pub fn shows_a_name(text: &str) -> bool {
    let is_seen =
        |character| character != ' ' && is_visible(character) && !extends_a_letter(character);
    text.chars().any(is_seen) && !text.chars().any(char::is_control)
}

/// Tells what is drawn onto the character before it.
fn extends_a_letter(character: char) -> bool {
    // Escapes tell these from the others only where nothing stands before them.
    !character.is_ascii() && character.escape_debug().count() > 1
}

/// Tells what is seen; an accent counts, since it stands behind a letter.
pub(crate) fn is_visible(character: char) -> bool {
    let has_glyph =
        character.is_alphanumeric() || format!("x{character}").escape_debug().count() == 2;
    has_glyph && !is_blank(character)
}

/// Tells what is a letter, a sign or an accent by its category, and blank all the same.
fn is_blank(character: char) -> bool {
    BLANK.iter().any(|(first, last, _)| (*first..=*last).contains(&character))
}

/// What is drawn as nothing where a font does all it should, from the first to the last, and why it is so.
/// Marks that stack letters are not among them, since the scripts that have them are not written without.
const BLANK: [(char, char, &str); 18] = [
    ('\u{34f}', '\u{34f}', "joins accents"),
    ('\u{115f}', '\u{1160}', "stands for a Hangul letter that is not there"),
    ('\u{17b4}', '\u{17b5}', "a Khmer vowel that is heard and not written"),
    ('\u{180b}', '\u{180f}', "chooses among the forms of a Mongolian letter"),
    ('\u{2800}', '\u{2800}', "braille without dots"),
    ('\u{2d7f}', '\u{2d7f}', "joins Tifinagh letters"),
    ('\u{3164}', '\u{3164}', "stands for a Hangul letter that is not there"),
    ('\u{fe00}', '\u{fe0e}', "chooses among forms; only that of emoji, U+FE0F, stays"),
    ('\u{ffa0}', '\u{ffa0}', "stands for a Hangul letter that is not there"),
    ('\u{fffc}', '\u{fffc}', "stands for an object that is not there"),
    ('\u{1107f}', '\u{1107f}', "joins Brahmi numbers"),
    ('\u{13440}', '\u{13442}', "mirrors a hieroglyph, or is the room of one"),
    ('\u{16fe4}', '\u{16fe4}', "fills the room of a Khitan character"),
    ('\u{1bc9d}', '\u{1bc9d}', "chooses among the forms of a Duployan letter"),
    ('\u{1d159}', '\u{1d159}', "a head of a note that is not drawn"),
    ('\u{1da9b}', '\u{1da9f}', "fills a sign of SignWriting"),
    ('\u{1daa1}', '\u{1daaf}', "turns a sign of SignWriting"),
    ('\u{e0100}', '\u{e01ef}', "chooses among the forms of an ideograph"),
];

#[cfg(test)]
mod tests {
    use super::{printable, shows_a_name};

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{7}\u{9b}\u{7f}\0"),
            r"a\u{1b}[31mb\u{7}\u{9b}\u{7f}\u{0}"
        );
        assert_eq!(printable("x\u{202e}y\u{feff}\n\r\t"), r"x\u{202e}y\u{feff}\n\r\t");
    }

    #[test]
    fn what_is_seen_stays() {
        for text in
            ["é [red] 漢 \\", "e\u{301}", "\" '", "😀 ❤\u{fe0f}", "שלום", "ไทย", "ខ្មែរ", "a b"]
        {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn what_is_not_seen_is_spelled_out() {
        for hidden in [
            0xa0, 0xad, 0x34f, 0x600, 0x61c, 0x6dd, 0x70f, 0x890, 0x8e2, 0x115f, 0x1160, 0x17b4,
            0x17b5, 0x180b, 0x180e, 0x180f, 0x2000, 0x2003, 0x200b, 0x200d, 0x2028, 0x2029, 0x202e,
            0x2060, 0x2066, 0x2800, 0x2d7f, 0x3000, 0x3164, 0xe000, 0xfe00, 0xfe0e, 0xfeff, 0xffa0,
            0xfff0, 0xfff9, 0xfffc, 0x1107f, 0x110bd, 0x13430, 0x13440, 0x13441, 0x13442, 0x16fe4,
            0x1bc9d, 0x1bca0, 0x1d159, 0x1d173, 0x1da9b, 0x1daa1, 0xe0001, 0xe0041, 0xe0100,
            0xe01ef, 0xf0000, 0x10_0000,
        ] {
            let character = char::from_u32(hidden).expect("it is a character");
            assert_eq!(printable(&format!("a{character}b")), format!("a\\u{{{hidden:x}}}b"));
        }
    }

    #[test]
    fn a_name_is_seen() {
        for name in ["oncall", "é", "漢", "نرگس\u{200c}", "7", "😀", " a ", "e\u{301}", "❤\u{fe0f}"]
        {
            assert!(shows_a_name(name), "{name:?}");
        }
        for hidden in [
            "",
            " ",
            "\u{a0}",
            "\u{200b}",
            "\u{3164}",
            "\u{2800}",
            "\u{feff}",
            "\0",
            "\u{ad}",
            "\u{2060}",
            "\u{200b} \u{200d}",
            "\u{1b}[0m",
            "a\n",
            "\u{fe0f}",
            " \u{fe0f} ",
            "\u{200d}\u{fe0f}",
            "\u{301}",
            "\u{20e3}",
        ] {
            assert!(!shows_a_name(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn text_is_not_pushed_out_of_sight() {
        let eight = " ".repeat(8);
        assert_eq!(
            printable(&format!("{eight}a{eight}b{eight}")),
            format!("{eight}a{eight}b{eight}")
        );
        assert_eq!(printable(&format!("a{}b  c{eight} ", " ".repeat(400))), r"a\u{20}b  c\u{20}");
    }
}
