//! How tokens nest: the one walk over a document, with its bounds, for whoever listens.
//!
//! It keeps its own stack, so that depth costs no thread stack, and leaves the meaning of strings and
//! numbers to the listener.

use crate::cursor::{Cursor, NumberToken};
use crate::error::{ReadError, ReadErrorKind};
use crate::{Limits, NonFinite, ReadOptions};

/// Hears a document in order.
pub(crate) trait Listener {
    type Error: From<ReadError>;

    /// Stands where white space may be, and may pass it.
    fn space(&mut self, cursor: &mut Cursor<'_>);
    /// Stands between tokens, where the walk cannot go on for this reason.
    fn refused(&self, cursor: &Cursor<'_>, error: ReadError) -> Self::Error;
    /// Stands on the opening quote of a key.
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Self::Error>;
    /// Stands on the opening quote of a string that is no key.
    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Self::Error>;
    /// Has a number that started at `from`.
    fn number(&mut self, token: NumberToken<'_>, from: usize) -> Result<(), Self::Error>;
    /// Has `true`, `false` or, as `None`, `null`.
    fn word(&mut self, word: Option<bool>);
    fn open(&mut self, container: Container);
    fn close(&mut self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Array,
    Object,
}

/// Walks the whole document.
pub(crate) fn walk<L: Listener>(
    cursor: Cursor<'_>,
    options: &ReadOptions,
    listener: &mut L,
) -> Result<(), L::Error> {
    let mut walk = Walk {
        cursor,
        limits: options.limits,
        non_finite: options.non_finite,
        nesting: Nesting::default(),
        values: 0,
        listener,
    };
    walk.listener.space(&mut walk.cursor);
    loop {
        if walk.value()? == Next::Value {
            continue;
        }
        while let Some(container) = walk.nesting.top() {
            if walk.after_value(container)? == Next::Value {
                break;
            }
        }
        if walk.nesting.depth == 0 {
            return walk.end();
        }
    }
}

struct Walk<'a, 'l, L> {
    cursor: Cursor<'a>,
    limits: Limits,
    non_finite: NonFinite,
    nesting: Nesting,
    values: usize,
    listener: &'l mut L,
}

/// What the grammar wants now.
#[derive(PartialEq, Eq)]
enum Next {
    Value,
    AfterValue,
}

impl<L: Listener> Walk<'_, '_, L> {
    /// Takes a scalar, an empty container, or the beginning of one up to its first value.
    #[inline]
    fn value(&mut self) -> Result<Next, L::Error> {
        let from = self.cursor.at();
        self.count(from)?;
        match self.cursor.peek() {
            Some(b'"') => self.listener.string(&mut self.cursor)?,
            Some(b'{') => return self.open(Container::Object),
            Some(b'[') => return self.open(Container::Array),
            Some(b'-' | b'0'..=b'9' | b'N' | b'I') => {
                let token = self.cursor.take_number(self.non_finite)?;
                self.listener.number(token, from)?;
            }
            Some(b't') => self.word("true", Some(true))?,
            Some(b'f') => self.word("false", Some(false))?,
            Some(b'n') => self.word("null", None)?,
            _ => return Err(self.unexpected("a value")),
        }
        Ok(Next::AfterValue)
    }

    #[inline]
    fn count(&mut self, from: usize) -> Result<(), L::Error> {
        let limit = self.limits.values;
        if self.values >= limit {
            return Err(self.refused(ReadErrorKind::TooManyValues { limit }, from));
        }
        self.values += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, meaning: Option<bool>) -> Result<(), ReadError> {
        self.cursor.take_word(word)?;
        self.listener.word(meaning);
        Ok(())
    }

    #[inline]
    fn open(&mut self, container: Container) -> Result<Next, L::Error> {
        let limit = self.limits.depth.min(Limits::MAX_DEPTH);
        if self.nesting.depth >= limit {
            return Err(ReadError::new(ReadErrorKind::Depth { limit }, self.cursor.at()).into());
        }
        self.nesting.push(container);
        self.listener.open(container);
        self.cursor.advance();
        self.listener.space(&mut self.cursor);
        if self.cursor.eat(container.closing()) {
            self.close();
            return Ok(Next::AfterValue);
        }
        if container == Container::Object {
            self.key("a key or `}`")?;
        }
        Ok(Next::Value)
    }

    #[inline]
    fn after_value(&mut self, container: Container) -> Result<Next, L::Error> {
        self.listener.space(&mut self.cursor);
        if self.cursor.eat(b',') {
            self.listener.space(&mut self.cursor);
            if container == Container::Object {
                self.key("a key")?;
            }
            return Ok(Next::Value);
        }
        if self.cursor.eat(container.closing()) {
            self.close();
            return Ok(Next::AfterValue);
        }
        Err(self.unexpected(container.continuation()))
    }

    #[inline]
    fn key(&mut self, expected: &'static str) -> Result<(), L::Error> {
        if self.cursor.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        self.listener.key(&mut self.cursor)?;
        self.listener.space(&mut self.cursor);
        if !self.cursor.eat(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.listener.space(&mut self.cursor);
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        self.nesting.pop();
        self.listener.close();
    }

    fn end(&mut self) -> Result<(), L::Error> {
        self.listener.space(&mut self.cursor);
        match self.cursor.peek() {
            None => Ok(()),
            Some(_) => Err(self.refused(ReadErrorKind::TrailingData, self.cursor.at())),
        }
    }

    #[cold]
    fn unexpected(&self, expected: &'static str) -> L::Error {
        self.listener.refused(&self.cursor, self.cursor.unexpected(expected))
    }

    #[cold]
    fn refused(&self, kind: ReadErrorKind, at: usize) -> L::Error {
        self.listener.refused(&self.cursor, ReadError::new(kind, at))
    }
}

impl Container {
    #[inline]
    fn closing(self) -> u8 {
        match self {
            Self::Array => b']',
            Self::Object => b'}',
        }
    }

    fn continuation(self) -> &'static str {
        match self {
            Self::Array => "`,` or `]`",
            Self::Object => "`,` or `}`",
        }
    }
}

/// The open containers, one bit each, so that walking allocates nothing.
#[derive(Default)]
struct Nesting {
    objects: [u64; Limits::MAX_DEPTH.div_ceil(64)],
    depth: usize,
    top: Option<Container>,
}

impl Nesting {
    #[inline]
    fn top(&self) -> Option<Container> {
        self.top
    }

    #[inline]
    fn push(&mut self, container: Container) {
        if let Some(word) = self.objects.get_mut(self.depth / 64) {
            let bit = 1 << (self.depth % 64);
            match container {
                Container::Array => *word &= !bit,
                Container::Object => *word |= bit,
            }
        }
        self.depth += 1;
        self.top = Some(container);
    }

    #[inline]
    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.top = self.depth.checked_sub(1).map(|level| {
            let word = self.objects.get(level / 64).copied().unwrap_or_default();
            if word >> (level % 64) & 1 == 1 { Container::Object } else { Container::Array }
        });
    }
}
