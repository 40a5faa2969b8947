//! A place in the input and the tokens that can be taken there.
//!
//! It knows the spelling of tokens and not how they nest; it allocates nothing.

use crate::error::{ReadError, ReadErrorKind};
use crate::{NonFinite, ReadOptions, scan};

#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// A number as written, its class decided by its spelling.
pub(crate) enum NumberToken<'a> {
    Integer(&'a str),
    Float(&'a str, f64),
    NonFinite(f64),
}

impl<'a> Cursor<'a> {
    /// Starts on a whole document: bounded, UTF-8, without a byte order mark.
    pub(crate) fn new(bytes: &'a [u8], options: &ReadOptions) -> Result<Self, ReadError> {
        refuse_beginning(bytes, options)?;
        let text = str::from_utf8(bytes)
            .map_err(|error| ReadError::new(ReadErrorKind::NotUtf8, error.valid_up_to()))?;
        Ok(Self::over(text))
    }

    /// Starts on a whole document that is known to be UTF-8.
    pub(crate) fn of_text(text: &'a str, options: &ReadOptions) -> Result<Self, ReadError> {
        refuse_beginning(text.as_bytes(), options)?;
        Ok(Self::over(text))
    }

    /// Starts on the inside of a string literal that was taken before.
    pub(crate) fn over(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves past the byte that `peek` just returned.
    #[inline]
    pub(crate) fn advance(&mut self) {
        self.at += 1;
    }

    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    pub(crate) fn is_at_space(&self) -> bool {
        matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t'))
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while self.is_at_space() {
            self.advance();
        }
    }

    /// Returns the input between two tokens' borders, which are always borders of characters.
    #[inline]
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Takes a run of string bytes that stand for themselves.
    #[inline]
    pub(crate) fn take_plain(&mut self, ascii: bool) -> &'a str {
        let from = self.at;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        self.at += scan::plain_run(rest, ascii);
        self.slice(from, self.at)
    }

    /// Takes one character that stands for itself.
    pub(crate) fn take_char(&mut self) -> Option<char> {
        let next = self.text.get(self.at..)?.chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Returns the error for a byte that the grammar does not want.
    #[cold]
    pub(crate) fn unexpected(&self, expected: &'static str) -> ReadError {
        let kind = if self.at < self.text.len() {
            ReadErrorKind::Syntax { expected }
        } else {
            ReadErrorKind::Truncated
        };
        ReadError::new(kind, self.at)
    }

    /// Returns the error for a string that does not go on at this byte.
    #[cold]
    pub(crate) fn broken_string(&self) -> ReadError {
        let kind = if self.at < self.text.len() {
            ReadErrorKind::ControlCharacter
        } else {
            ReadErrorKind::Truncated
        };
        ReadError::new(kind, self.at)
    }

    /// Takes `true`, `false`, `null` or another bare word.
    pub(crate) fn take_word(&mut self, word: &str) -> Result<(), ReadError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else if word.as_bytes().starts_with(rest) {
            Err(ReadError::new(ReadErrorKind::Truncated, self.text.len()))
        } else {
            Err(self.unexpected("a value"))
        }
    }

    /// Takes a number, or one of the words that stand for none.
    pub(crate) fn take_number(
        &mut self,
        non_finite: NonFinite,
    ) -> Result<NumberToken<'a>, ReadError> {
        let from = self.at;
        let negative = self.eat(b'-');
        match self.peek() {
            Some(b'0') => self.take_leading_zero()?,
            Some(b'1'..=b'9') => self.skip_digits(),
            Some(b'I' | b'N') => return self.take_non_finite(from, negative, non_finite),
            _ => return Err(self.unexpected("a digit")),
        }
        if self.take_fraction()? | self.take_exponent()? {
            let token = self.slice(from, self.at);
            let value = token.parse().unwrap_or(f64::INFINITY);
            if value.is_infinite() {
                return Err(ReadError::new(ReadErrorKind::NumberRange, from));
            }
            return Ok(NumberToken::Float(token, value));
        }
        Ok(NumberToken::Integer(self.slice(from, self.at)))
    }

    fn take_leading_zero(&mut self) -> Result<(), ReadError> {
        self.advance();
        match self.peek() {
            Some(b'0'..=b'9') => Err(self.unexpected("no digit after a leading zero")),
            _ => Ok(()),
        }
    }

    fn take_fraction(&mut self) -> Result<bool, ReadError> {
        let found = self.eat(b'.');
        if found {
            self.take_digits()?;
        }
        Ok(found)
    }

    fn take_exponent(&mut self) -> Result<bool, ReadError> {
        let found = self.eat(b'e') || self.eat(b'E');
        if found {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.take_digits()?;
        }
        Ok(found)
    }

    fn take_digits(&mut self) -> Result<(), ReadError> {
        match self.peek() {
            Some(b'0'..=b'9') => {
                self.skip_digits();
                Ok(())
            }
            _ => Err(self.unexpected("a digit")),
        }
    }

    #[inline]
    fn skip_digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.advance();
        }
    }

    fn take_non_finite(
        &mut self,
        from: usize,
        negative: bool,
        non_finite: NonFinite,
    ) -> Result<NumberToken<'a>, ReadError> {
        let value = match (self.peek(), negative) {
            (Some(b'N'), false) => self.take_word("NaN").map(|()| f64::NAN)?,
            (Some(b'I'), false) => self.take_word("Infinity").map(|()| f64::INFINITY)?,
            (Some(b'I'), true) => self.take_word("Infinity").map(|()| f64::NEG_INFINITY)?,
            _ => return Err(self.unexpected("a digit")),
        };
        match non_finite {
            NonFinite::Accept => Ok(NumberToken::NonFinite(value)),
            NonFinite::Refuse => Err(ReadError::new(ReadErrorKind::NonFinite, from)),
        }
    }

    /// Takes one escape sequence: a code point, which is a surrogate only where it stands alone.
    pub(crate) fn take_escape(&mut self) -> Result<u32, ReadError> {
        let unit = self.take_escape_unit()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return Ok(unit.into());
        }
        let after = self.clone();
        if self.peek() == Some(b'\\')
            && let Ok(low @ 0xDC00..0xE000) = self.take_escape_unit()
        {
            return Ok(0x1_0000 + ((u32::from(unit) & 0x3FF) << 10) + (u32::from(low) & 0x3FF));
        }
        // What follows belongs to the next character, be it wrong or right.
        *self = after;
        Ok(unit.into())
    }

    /// Takes one escape sequence as the UTF-16 unit it stands for.
    pub(crate) fn take_escape_unit(&mut self) -> Result<u16, ReadError> {
        let from = self.at;
        self.advance();
        let unit = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.take_hex_unit(from),
            Some(_) => return Err(ReadError::new(ReadErrorKind::Escape, from)),
            None => return Err(self.broken_string()),
        };
        self.advance();
        Ok(unit.into())
    }

    fn take_hex_unit(&mut self, from: usize) -> Result<u16, ReadError> {
        let mut unit = 0;
        for _ in 0..4 {
            self.advance();
            let digit = match self.peek() {
                Some(byte @ b'0'..=b'9') => byte - b'0',
                Some(byte @ b'a'..=b'f') => byte - b'a' + 10,
                Some(byte @ b'A'..=b'F') => byte - b'A' + 10,
                Some(_) => return Err(ReadError::new(ReadErrorKind::Escape, from)),
                None => return Err(self.broken_string()),
            };
            unit = unit << 4 | u16::from(digit);
        }
        self.advance();
        Ok(unit)
    }
}

/// Refuses a document that is too long or begins with a byte order mark.
fn refuse_beginning(bytes: &[u8], options: &ReadOptions) -> Result<(), ReadError> {
    let limit = options.limits.bytes;
    if bytes.len() > limit {
        return Err(ReadError::new(ReadErrorKind::TooLarge { limit }, limit));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(ReadError::new(ReadErrorKind::ByteOrderMark, 0));
    }
    Ok(())
}
