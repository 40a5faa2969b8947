//! Texts that say nothing.

/// Tells whether nobody sees anything of a text.
pub(crate) fn is_blank(text: &str) -> bool {
    let is_unseen = |it: char| {
        it.is_whitespace()
            || it.is_control()
            || matches!(it, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    text.chars().all(is_unseen)
}
