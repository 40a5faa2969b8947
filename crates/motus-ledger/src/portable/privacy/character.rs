//! The characters of a text as a reader of paths takes them: encoded ones are what they stand for.

/// One character, however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// What it stands for.
    pub(super) character: char,
    /// Where the next one begins.
    pub(super) end: usize,
    /// Whether it was written in another way, so that it cannot end a path.
    pub(super) is_encoded: bool,
}

/// How HTML may write a separator.
const ENTITIES: [(&str, char); 6] = [
    ("&#47;", '/'),
    ("&#x2f;", '/'),
    ("&sol;", '/'),
    ("&#92;", '\\'),
    ("&#x5c;", '\\'),
    ("&bsol;", '\\'),
];

/// Returns the character that begins at a byte offset.
///
/// Known are percent signs, also over each other (`%2F`, `%252F`), JSON escapes (`\u002f`), entities of HTML,
/// and letters that look like a slash.
pub(super) fn unit_at(text: &str, at: usize) -> Option<Unit> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    let encoded = match first {
        '%' => percent(rest),
        '\\' => rest.strip_prefix("\\u00").and_then(hexadecimal).map(|found| (found, 6)),
        '&' => ENTITIES
            .into_iter()
            .find(|(entity, _)| starts_with(rest, entity))
            .map(|(entity, it)| (it, entity.len())),
        '\u{ff0f}' | '\u{2044}' | '\u{2215}' | '\u{29f8}' => Some(('/', first.len_utf8())),
        '\u{ff3c}' | '\u{2216}' | '\u{29f9}' => Some(('\\', first.len_utf8())),
        _ => None,
    };
    Some(match encoded {
        Some((character, length)) => Unit { character, end: at + length, is_encoded: true },
        None => Unit { character: first, end: at + first.len_utf8(), is_encoded: false },
    })
}

fn starts_with(text: &str, entity: &str) -> bool {
    text.get(..entity.len()).is_some_and(|head| head.eq_ignore_ascii_case(entity))
}

/// Reads `%XX`, whose percent sign may be written so itself, and returns its length.
fn percent(text: &str) -> Option<(char, usize)> {
    let mut digits = text.get(1..)?;
    while let Some(inner) = digits.strip_prefix("25") {
        match hexadecimal(inner) {
            Some(_) => digits = inner,
            None => break,
        }
    }
    let found = hexadecimal(digits)?;
    Some((found, text.len() - digits.len() + 2))
}

/// Reads two digits that stand for a visible character or a space.
fn hexadecimal(digits: &str) -> Option<char> {
    let pair = digits.get(..2)?;
    let code = u8::from_str_radix(pair, 16).ok()?;
    (pair.is_ascii() && (0x20..0x7f).contains(&code)).then_some(char::from(code))
}

/// Tells whether a path that nobody quoted cannot go on with this character.
pub(super) fn ends_a_path(character: char) -> bool {
    is_space(character)
        || is_quote(character)
        || matches!(character, ')' | ']' | '}' | '>' | '<' | ',' | ';' | '|' | '&')
        || matches!(character, '\u{3001}' | '\u{3002}' | '\u{3009}' | '\u{300b}' | '\u{300d}')
        || matches!(character, '\u{300f}' | '\u{3011}' | '\u{ff09}' | '\u{ff0c}' | '\u{ff1b}')
}

/// Tells whether a character is a space, a line break or a control.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// Tells whether a character is a quotation mark of any kind.
pub(super) fn is_quote(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | '`' | '«' | '»' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
    )
}

/// Returns the mark that ends a quotation which begins with this one.
pub(super) fn closing_quote(opening: char) -> Option<char> {
    Some(match opening {
        '"' | '\'' | '`' => opening,
        '«' => '»',
        '\u{2018}' | '\u{201a}' => '\u{2019}',
        '\u{201c}' | '\u{201e}' => '\u{201d}',
        '\u{2039}' => '\u{203a}',
        _ => return None,
    })
}
