//! Rust source as text with its comments and string literals out of the way.
//!
//! A scanner, not a parser: it knows where comments, literals and `#[cfg(test)]` items begin and
//! end, and refuses to know more. Every function keeps byte offsets, so a place in the masked
//! text is the same place in the file.

use std::ops::Range;

/// What a masked byte of a literal becomes: never white space, never part of a word.
const LITERAL: u8 = b'"';
/// What a masked byte of a comment becomes.
const COMMENT: u8 = b' ';

/// Returns `text` with comments blanked and literals filled with `"`; line breaks stay.
pub(crate) fn mask(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (end, filler) = token(bytes, at);
        if let Some(filler) = filler {
            fill(&mut masked[at..end], filler);
        }
        at = end;
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// Returns masked `code` with every `#[cfg(test)]` item blanked.
pub(crate) fn hide_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut hidden = code.as_bytes().to_vec();
    for (at, _) in code.match_indices(MARK) {
        let end = item_end(code, at + MARK.len());
        fill(&mut hidden[at..end], COMMENT);
    }
    String::from_utf8_lossy(&hidden).into_owned()
}

/// Returns the offsets of `word` where no identifier character touches it on either side.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = code.as_bytes();
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = at.checked_sub(1).map(|index| bytes[index]);
        let after = bytes.get(at + word.len()).copied();
        !before.is_some_and(is_identifier) && !after.is_some_and(is_identifier)
    })
}

/// Returns the range from the first `{` after `from` to its matching `}`, both included.
pub(crate) fn block(code: &str, from: usize) -> Option<Range<usize>> {
    enclosed(code, from, b'{', b'}')
}

/// Yields the range of each attribute, from its `[` to its `]`, both included.
pub(crate) fn attributes(code: &str) -> impl Iterator<Item = Range<usize>> {
    code.match_indices('#').filter_map(move |(at, _)| {
        let after = code[at + 1..].trim_start();
        let after = after.strip_prefix('!').unwrap_or(after).trim_start();
        after.starts_with('[').then(|| enclosed(code, code.len() - after.len(), b'[', b']'))?
    })
}

/// Returns the range from the first `open` after `from` to its matching `close`, both included.
fn enclosed(code: &str, from: usize, open: u8, close: u8) -> Option<Range<usize>> {
    let start = from + code.get(from..)?.bytes().position(|byte| byte == open)?;
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(start) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
        }
        if depth == 0 {
            return Some(start..offset + 1);
        }
    }
    None
}

/// Returns the text inside each literal of `range`, with its offset; escapes stay as written.
pub(crate) fn literals<'a>(
    text: &'a str,
    code: &str,
    range: Range<usize>,
) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(offset) = code.get(at..range.end).and_then(|rest| rest.find('"')) {
        let start = at + offset;
        // Line breaks are not masked, so only the text itself tells where the literal ends.
        at = token(text.as_bytes(), start).0;
        found.push((start, unquoted(&text[start..at])));
    }
    found
}

/// Returns what stands between the outermost quotes of a literal.
fn unquoted(literal: &str) -> &str {
    let content = literal.split_once('"').map_or("", |(_, rest)| rest);
    content.rsplit_once('"').map_or("", |(content, _)| content)
}

/// Returns the one-based line of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

/// Returns where the token at `at` ends and what hides it, when it is a comment or a literal.
fn token(bytes: &[u8], at: usize) -> (usize, Option<u8>) {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => (at + line_comment(rest), Some(COMMENT)),
        [b'/', b'*', ..] => (at + block_comment(rest), Some(COMMENT)),
        [b'"', ..] => (at + quoted(rest, 1, b'"'), Some(LITERAL)),
        [b'\'', ..] => match character(rest) {
            Some(length) => (at + length, Some(LITERAL)),
            None => (at + 1, None),
        },
        [first, ..] if is_identifier(*first) => word_or_prefixed_literal(bytes, at),
        _ => (at + 1, None),
    }
}

fn line_comment(rest: &[u8]) -> usize {
    rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Returns the length of a literal whose content begins at `from` and ends at an unescaped `quote`.
fn quoted(rest: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Returns the length of a character literal, or `None` for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(quoted(rest, 1, b'\''));
    }
    let first = *rest.get(1)?;
    let width = match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

fn word_or_prefixed_literal(bytes: &[u8], at: usize) -> (usize, Option<u8>) {
    let length = bytes[at..].iter().take_while(|&&byte| is_identifier(byte)).count();
    let end = at + length;
    let rest = &bytes[end..];
    match (&bytes[at..end], rest.first()) {
        (b"r" | b"br" | b"cr", Some(b'"' | b'#')) => match raw(rest) {
            Some(length) => (end + length, Some(LITERAL)),
            None => (end, None),
        },
        (b"b" | b"c", Some(b'"')) => (end + quoted(rest, 1, b'"'), Some(LITERAL)),
        (b"b", Some(b'\'')) => (end + quoted(rest, 1, b'\''), Some(LITERAL)),
        _ => (end, None),
    }
}

/// Returns the length of `#…"…"#…` after its prefix, or `None` for a raw identifier.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = &rest[hashes + 1..];
    let end = body.windows(close.len()).position(|window| window == close);
    Some(end.map_or(rest.len(), |end| hashes + 1 + end + close.len()))
}

/// Returns where the item after an attribute ends: at its `;`, at the end of its block, or, for a
/// field or an arm, at the latest where the enclosing block does.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(from) {
        match (byte, depth) {
            (b'(' | b'[', _) => depth += 1,
            (b')' | b']' | b'}', 0) => return offset,
            (b')' | b']', _) => depth -= 1,
            (b';', 0) => return offset + 1,
            (b'{', 0) => return block(code, offset).map_or(code.len(), |range| range.end),
            _ => {}
        }
    }
    code.len()
}

fn fill(bytes: &mut [u8], filler: u8) {
    bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = filler);
}

/// Says whether a byte may stand inside a word.
pub(crate) fn is_identifier(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests;
