//! Text from strangers, safe to look at.

/// Returns a text with escapes for what a terminal would obey or hide.
///
/// Shape: `\n`, `\r`, `\t`, and `\u{..}` for other control characters and for marks that hide text or turn
/// its direction.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            safe.extend(escape(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

fn escape(character: char) -> Box<dyn Iterator<Item = char>> {
    match character {
        '\n' | '\r' | '\t' => Box::new(character.escape_default()),
        _ => Box::new(character.escape_unicode()),
    }
}

fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(
            printable("a\u{1b}[31mb\u{7}\u{9b}\u{7f}\0"),
            r"a\u{1b}[31mb\u{7}\u{9b}\u{7f}\u{0}"
        );
        assert_eq!(printable("x\u{202e}y\u{feff}\n\r\t"), r"x\u{202e}y\u{feff}\n\r\t");
        assert_eq!(printable("é [red] 漢 \\"), "é [red] 漢 \\");
    }
}
