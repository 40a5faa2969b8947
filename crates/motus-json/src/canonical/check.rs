//! The check of a canonical form: one pass over the bytes, no tree.

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::num::NonZero;

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
    hear::<F>(Cursor::new(bytes, options)?, options, |_, _, _| {})
}

/// Checks, and hands over each key as it passes: the text that it stands in, how many containers are open
/// around it, and its place.
pub(super) fn hear<F: CheckedForm>(
    cursor: Cursor<'_>,
    options: &ReadOptions,
    ear: impl FnMut(&Cursor<'_>, usize, Key),
) -> Result<(), CheckError> {
    let form = PhantomData::<F>;
    walk(cursor, options, &mut Checker { outer: Outer::default(), previous: None, ear, form })
}

struct Checker<F, E> {
    outer: Outer,
    /// The last key that the innermost container had.
    previous: Option<Key>,
    ear: E,
    form: PhantomData<F>,
}

/// Where a key stands, without its quotes.
///
/// Two whole words, since it is moved for every key: a flag beside them would be written as a byte and read as
/// a part of a word, for which processors wait.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// Behind the opening quote, and so never 0.
    from: NonZero<usize>,
    /// Where it ends, twice, and one more if it has escapes.
    end: usize,
}

impl Key {
    #[inline]
    fn new(from: NonZero<usize>, to: usize, escaped: bool) -> Self {
        Self { from, end: to << 1 | usize::from(escaped) }
    }

    #[inline]
    pub(super) fn from(self) -> usize {
        self.from.get()
    }

    #[inline]
    pub(super) fn to(self) -> usize {
        self.end >> 1
    }

    #[inline]
    fn is_escaped(self) -> bool {
        self.end & 1 == 1
    }
}

/// For each container around the innermost one, the last key it had.
#[derive(Default)]
struct Outer {
    depth: usize,
    /// Of the first few, so that most documents take no memory.
    near: [Option<Key>; 8],
    far: Vec<Option<Key>>,
}

impl Outer {
    #[inline]
    fn push(&mut self, key: Option<Key>) {
        match self.near.get_mut(self.depth) {
            Some(place) => *place = key,
            None => self.far.push(key),
        }
        self.depth += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<Key> {
        self.depth = self.depth.saturating_sub(1);
        match self.near.get(self.depth) {
            Some(key) => *key,
            None => self.far.pop().flatten(),
        }
    }
}

impl<F: CheckedForm, E: FnMut(&Cursor<'_>, usize, Key)> Listener for Checker<F, E> {
    type Error = CheckError;

    /// Where white space stands, the walk does not get on.
    #[inline]
    fn space(&mut self, _: &mut Cursor<'_>) {}

    #[cold]
    fn refused(&self, cursor: &Cursor<'_>, error: ReadError) -> CheckError {
        if cursor.is_at_space() {
            deviates(Deviation::WhiteSpace, cursor.at())
        } else {
            error.into()
        }
    }

    #[inline]
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        let quote = cursor.at();
        let escaped = take_string::<F>(cursor)?;
        let key = Key::new(NonZero::<usize>::MIN.saturating_add(quote), cursor.at() - 1, escaped);
        if let Some(previous) = self.previous.replace(key) {
            match compare(cursor, previous, key) {
                Ordering::Less => {}
                Ordering::Equal => {
                    return Err(ReadError::new(ReadErrorKind::DuplicateKey, quote).into());
                }
                Ordering::Greater => return Err(deviates(Deviation::KeyOrder, quote)),
            }
        }
        (self.ear)(cursor, self.outer.depth, key);
        Ok(())
    }

    #[inline]
    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), CheckError> {
        take_string::<F>(cursor).map(|_| ())
    }

    #[inline]
    fn number(&mut self, token: NumberToken<'_>, from: usize) -> Result<(), CheckError> {
        if F::is_spelling(&token) { Ok(()) } else { Err(deviates(Deviation::NumberSpelling, from)) }
    }

    #[inline]
    fn word(&mut self, _: Option<bool>) {}

    #[inline]
    fn open(&mut self, _: Container) {
        self.outer.push(self.previous.take());
    }

    #[inline]
    fn close(&mut self) {
        self.previous = self.outer.pop();
    }
}

#[cold]
fn deviates(deviation: Deviation, offset: usize) -> CheckError {
    CheckError::NotCanonical { offset, deviation }
}

/// Takes a string literal whose every character is spelled the form's way, and tells whether it has escapes.
#[inline]
fn take_string<F: Form>(cursor: &mut Cursor<'_>) -> Result<bool, CheckError> {
    cursor.advance();
    let mut escaped = false;
    loop {
        cursor.take_plain(F::ASCII);
        match cursor.peek() {
            Some(b'"') => {
                cursor.advance();
                return Ok(escaped);
            }
            Some(b'\\') => take_escape::<F>(cursor)?,
            None | Some(..0x20) => return Err(cursor.broken_string().into()),
            Some(_) => return Err(deviates(Deviation::CharacterSpelling, cursor.at())),
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
        (cursor.slice(left.from(), left.to()), cursor.slice(right.from(), right.to()));
    if left.is_escaped() || right.is_escaped() {
        return code_points(left_text).cmp(code_points(right_text));
    }
    // Most keys differ in the first byte, which is sooner seen than compared.
    match left_text.as_bytes().first().cmp(&right_text.as_bytes().first()) {
        Ordering::Equal => left_text.cmp(right_text),
        order => order,
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
