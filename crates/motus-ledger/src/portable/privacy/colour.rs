//! Colours of a terminal in a text: what stands behind one begins there, or goes on, for who reads it.

/// Stands for a colour where it may part two words; nobody sees it, and a path may begin behind it.
pub(super) const MARK: &str = "\u{200b}";

/// Both ways to begin a control sequence.
const INTRODUCERS: [&str; 2] = ["\u{1b}[", "\u{9b}"];

/// Tells whether a text may hold a control sequence.
pub(super) fn may_be_coloured(text: &str) -> bool {
    // A look at single bytes is quicker than a search, and enough for nearly every text.
    let bytes = text.as_bytes();
    (bytes.contains(&0x1b) || bytes.contains(&0xc2))
        && INTRODUCERS.iter().any(|introducer| text.contains(introducer))
}

/// Replaces each control sequence of a terminal (ECMA-48). Cost: linear.
pub(super) fn without_colours(text: &str, replacement: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = behind_sequence(rest) {
            plain.push_str(replacement);
            rest = behind;
        } else {
            plain.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    plain
}

/// Returns what follows the control sequence that a text begins with: parameters, and one letter.
fn behind_sequence(text: &str) -> Option<&str> {
    let body = INTRODUCERS.iter().find_map(|introducer| text.strip_prefix(introducer))?;
    let behind = body.trim_start_matches(|it| matches!(it, ' ' | '0'..='?'));
    // One that does not end is passed up to there.
    Some(behind.strip_prefix(|it: char| it.is_ascii_alphabetic()).unwrap_or(behind))
}
