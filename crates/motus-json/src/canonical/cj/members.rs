//! The members of a canonical object as the bytes that spell them, found by the check itself.
//!
//! Hashing and picking out a few fields need no tree: the bytes are canonical, so each field has one
//! place and one spelling.

use super::super::check::{CheckError, Key, hear};
use super::Cj;
use crate::ReadOptions;
use crate::cursor::Cursor;
use crate::error::{ReadError, ReadErrorKind};

/// One member of an object as it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawMember<'a> {
    /// The key between its quotes, as spelled: keys without controls, quotes and backslashes are
    /// themselves.
    pub key: &'a str,
    /// The canonical text of the value.
    pub value: &'a str,
    /// Where the member begins, with the quote of its key, in bytes from the start of the object.
    pub start: usize,
    /// Where its value ends.
    pub end: usize,
}

/// Checks that the bytes are the canonical text of an object and lists its members in their order.
///
/// `members` is emptied first; a caller that keeps it saves the allocation.
/// Errors: as [`check`](super::check()), and `json.not_an_object`.
/// Cost: as [`check`](super::check()).
pub fn check_members<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
    members: &mut Vec<RawMember<'a>>,
) -> Result<(), CheckError> {
    members.clear();
    if bytes.first() != Some(&b'{') {
        // What is no document at all is told as such.
        super::check(bytes, options)?;
        return Err(ReadError::new(ReadErrorKind::NotAnObject, 0).into());
    }
    let mut keys: Vec<Key> = Vec::with_capacity(12);
    let cursor = Cursor::new(bytes, options)?;
    hear::<Cj>(cursor, options, |_, depth, key| {
        if depth == 1 {
            keys.push(key);
        }
    })?;
    let text = str::from_utf8(bytes).unwrap_or_default();
    let ends = keys.iter().skip(1).map(|next| next.from().saturating_sub(2));
    let ends = ends.chain([text.len().saturating_sub(1)]);
    members.extend(keys.iter().zip(ends).map(|(key, end)| RawMember {
        key: text.get(key.from()..key.to()).unwrap_or_default(),
        // After the key come its quote and the colon.
        value: text.get(key.to() + 2..end).unwrap_or_default(),
        start: key.from().saturating_sub(1),
        end,
    }));
    Ok(())
}

/// Checks that a text is canonical, and hands over every key of it, at any depth, between its quotes as it is
/// spelled.
///
/// Errors: as [`check`](super::check()).
/// Cost: as [`check`](super::check()).
pub fn check_keys(
    text: &str,
    options: &ReadOptions,
    mut key: impl FnMut(&str),
) -> Result<(), CheckError> {
    let cursor = Cursor::of_text(text, options)?;
    hear::<Cj>(cursor, options, |cursor, _, place| key(cursor.slice(place.from(), place.to())))
}
