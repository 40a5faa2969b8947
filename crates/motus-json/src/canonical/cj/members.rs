//! The members of a canonical object as the bytes that spell them, found by the check itself.
//!
//! Hashing and picking out a few fields need no tree: the bytes are canonical, so each field has one
//! place and one spelling.

use super::super::check::{CheckError, Checker};
use super::Cj;
use crate::ReadOptions;
use crate::cursor::{Cursor, NumberToken};
use crate::error::{ReadError, ReadErrorKind};
use crate::grammar::{Container, Listener, walk};

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
    let mut noter = Noter { checker: Checker::new(), depth: 0, keys: Vec::with_capacity(12) };
    walk(bytes, options, &mut noter)?;
    let text = str::from_utf8(bytes).unwrap_or_default();
    let ends = noter.keys.iter().skip(1).map(|next| next.from.saturating_sub(2));
    let ends = ends.chain([text.len().saturating_sub(1)]);
    members.extend(noter.keys.iter().zip(ends).map(|(key, end)| RawMember {
        key: text.get(key.from..key.to).unwrap_or_default(),
        // After the key come its quote and the colon.
        value: text.get(key.to + 2..end).unwrap_or_default(),
        start: key.from.saturating_sub(1),
        end,
    }));
    Ok(())
}

/// Where a key of the outermost object stands, without its quotes.
struct KeyPlace {
    from: usize,
    to: usize,
}

/// The checker, with an ear for the keys of the outermost object.
struct Noter {
    checker: Checker<Cj>,
    depth: usize,
    keys: Vec<KeyPlace>,
}

impl Listener for Noter {
    type Error = CheckError;

    #[inline]
    fn space(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        self.checker.space(cursor)
    }

    #[inline]
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        let quote = cursor.at();
        self.checker.key(cursor)?;
        if self.depth == 1 {
            self.keys.push(KeyPlace { from: quote + 1, to: cursor.at().saturating_sub(1) });
        }
        Ok(())
    }

    #[inline]
    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        self.checker.string(cursor)
    }

    #[inline]
    fn number(&mut self, token: NumberToken<'_>, from: usize) -> Result<(), CheckError> {
        self.checker.number(token, from)
    }

    #[inline]
    fn word(&mut self, word: Option<bool>) {
        self.checker.word(word);
    }

    #[inline]
    fn open(&mut self, container: Container) {
        self.depth += 1;
        self.checker.open(container);
    }

    #[inline]
    fn close(&mut self) {
        self.depth -= 1;
        self.checker.close();
    }
}
