//! The check of a canonical form: one pass over the bytes, no tree.

use std::cmp::Ordering;
use std::marker::PhantomData;

use crate::ReadOptions;
use crate::cursor::{Cursor, NumberToken};
use crate::error::{ReadError, ReadErrorKind};
use crate::escape::Escape;
use crate::grammar::{Container, Listener, walk};
use crate::write::Form;

/// A form that can be checked without being written again.
pub(crate) trait CheckedForm: Form {
    /// Tells whether the form would write this number in this way.
    fn is_spelling(token: &NumberToken<'_>) -> bool;
}

/// Tells why bytes are not the canonical text of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The bytes are no document at all; the code is the reader's.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// `json.not_canonical`: the bytes spell a value in another way than the form does.
    #[error("not canonical at byte {offset}: {deviation}")]
    NotCanonical {
        /// Where the spelling first differs, in bytes from the start of the input.
        offset: usize,
        /// How it differs.
        deviation: Deviation,
    },
}

/// Names how a spelling differs from the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Deviation {
    /// White space stands between tokens.
    #[error("white space between tokens")]
    WhiteSpace,
    /// A key is smaller than the one before it.
    #[error("key out of order")]
    KeyOrder,
    /// A character is escaped that should not be, or the other way round, or in another way.
    #[error("character spelled in another way")]
    CharacterSpelling,
    /// A number has another spelling, or is one that the form does not have.
    #[error("number spelled in another way")]
    NumberSpelling,
}

impl CheckError {
    /// Returns where the first fault is, in bytes from the start of the input.
    pub fn offset(&self) -> usize {
        match self {
            Self::Read(error) => error.offset(),
            Self::NotCanonical { offset, .. } => *offset,
        }
    }

    /// Returns the stable code: the reader's, or `json.not_canonical`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(error) => error.code(),
            Self::NotCanonical { .. } => "json.not_canonical",
        }
    }
}

pub(crate) fn check<F: CheckedForm>(bytes: &[u8], options: &ReadOptions) -> Result<(), CheckError> {
    walk(bytes, options, &mut Checker::<F>::new())
}

pub(super) struct Checker<F> {
    /// For each container around the innermost one, the last key it had.
    outer: Vec<Option<Key>>,
    previous: Option<Key>,
    inside: bool,
    form: PhantomData<F>,
}

/// Where a key stands, without its quotes.
#[derive(Clone, Copy)]
struct Key {
    from: usize,
    to: usize,
    escaped: bool,
}

impl<F> Checker<F> {
    pub(super) fn new() -> Self {
        Self { outer: Vec::new(), previous: None, inside: false, form: PhantomData }
    }
}

impl<F: CheckedForm> Listener for Checker<F> {
    type Error = CheckError;

    #[inline]
    fn space(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        if cursor.is_at_space() {
            Err(deviates(Deviation::WhiteSpace, cursor.at()))
        } else {
            Ok(())
        }
    }

    #[inline]
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        let key = take_string::<F>(cursor)?;
        if let Some(previous) = self.previous.replace(key) {
            let quote = key.from - 1;
            match compare(cursor, previous, key) {
                Ordering::Less => {}
                Ordering::Equal => {
                    return Err(ReadError::new(ReadErrorKind::DuplicateKey, quote).into());
                }
                Ordering::Greater => return Err(deviates(Deviation::KeyOrder, quote)),
            }
        }
        Ok(())
    }

    #[inline]
    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        take_string::<F>(cursor).map(drop)
    }

    #[inline]
    fn number(&mut self, token: NumberToken<'_>, from: usize) -> Result<(), CheckError> {
        if F::is_spelling(&token) { Ok(()) } else { Err(deviates(Deviation::NumberSpelling, from)) }
    }

    #[inline]
    fn word(&mut self, _: Option<bool>) {}

    #[inline]
    fn open(&mut self, _: Container) {
        if self.inside {
            self.outer.push(self.previous.take());
        }
        self.inside = true;
    }

    #[inline]
    fn close(&mut self) {
        self.previous = self.outer.pop().flatten();
    }
}

#[cold]
fn deviates(deviation: Deviation, offset: usize) -> CheckError {
    CheckError::NotCanonical { offset, deviation }
}

/// Takes a string literal whose every character is spelled the form's way.
#[inline]
fn take_string<F: Form>(cursor: &mut Cursor<'_>) -> Result<Key, CheckError> {
    cursor.advance();
    let from = cursor.at();
    let mut escaped = false;
    loop {
        cursor.take_plain(F::ASCII);
        let to = cursor.at();
        match cursor.peek() {
            Some(b'"') => {
                cursor.advance();
                return Ok(Key { from, to, escaped });
            }
            Some(b'\\') => take_escape::<F>(cursor)?,
            None | Some(..0x20) => return Err(cursor.broken_string().into()),
            Some(_) => return Err(deviates(Deviation::CharacterSpelling, to)),
        }
        escaped = true;
    }
}

/// Spells what the escape stands for again and compares.
fn take_escape<F: Form>(cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
    let from = cursor.at();
    let unit = cursor.take_escape_unit()?;
    let written = cursor.slice(from, cursor.at());
    match Escape::of(unit, F::ASCII) {
        Some(escape) if escape.as_bytes() == written.as_bytes() => Ok(()),
        _ => Err(deviates(Deviation::CharacterSpelling, from)),
    }
}

/// Compares keys by code point. Without escapes the order of the bytes is the same.
#[inline]
fn compare(cursor: &Cursor<'_>, left: Key, right: Key) -> Ordering {
    let (left_text, right_text) =
        (cursor.slice(left.from, left.to), cursor.slice(right.from, right.to));
    if left.escaped || right.escaped {
        code_points(left_text).cmp(code_points(right_text))
    } else {
        left_text.cmp(right_text)
    }
}

/// Yields what a string literal that was already checked stands for.
fn code_points(literal: &str) -> impl Iterator<Item = u32> + '_ {
    let mut cursor = Cursor::over(literal);
    std::iter::from_fn(move || match cursor.peek()? {
        b'\\' => cursor.take_escape().ok(),
        _ => cursor.take_char().map(u32::from),
    })
}
