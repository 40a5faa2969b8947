//! Reading what can be written as CJ-0.1, in any spelling but the forbidden ones.

use crate::cursor::{Cursor, NumberToken};
use crate::error::{ReadError, ReadErrorKind};
use crate::grammar::{Container, Listener, walk};
use crate::read::Builder;
use crate::{ReadOptions, Value};

/// Reads a document that has a CJ-0.1 text.
///
/// Shape: as [`read`](crate::read()), and no floats, no `-0`, no integers beyond 64 bits, no lone
/// surrogates, no upper-case digits in an escaped control.
/// Errors: the reader's codes, `json.float`, `json.negative_zero`, `json.integer_range`,
/// `json.lone_surrogate`, `json.upper_case_escape`.
/// Source: MOTUS-SPEC-V0.1 §4.1.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Value, ReadError> {
    let mut reader = Reader { builder: Builder::default() };
    walk(Cursor::new(bytes, options)?, options, &mut reader)?;
    Ok(reader.builder.into_root())
}

struct Reader {
    builder: Builder,
}

impl Listener for Reader {
    type Error = ReadError;

    fn space(&mut self, cursor: &mut Cursor<'_>) {
        self.builder.space(cursor);
    }

    fn refused(&self, _: &Cursor<'_>, error: ReadError) -> ReadError {
        error
    }

    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        refuse_escapes(cursor.clone())?;
        self.builder.key(cursor)
    }

    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        refuse_escapes(cursor.clone())?;
        self.builder.string(cursor)
    }

    fn number(&mut self, token: NumberToken<'_>, from: usize) -> Result<(), ReadError> {
        let refused = match token {
            NumberToken::Integer("-0") => Some(ReadErrorKind::NegativeZero),
            NumberToken::Integer(token) if !super::is_in_range(token) => {
                Some(ReadErrorKind::IntegerRange)
            }
            NumberToken::Integer(_) => None,
            NumberToken::Float(..) | NumberToken::NonFinite(_) => Some(ReadErrorKind::Float),
        };
        match refused {
            Some(kind) => Err(ReadError::new(kind, from)),
            None => self.builder.number(token, from),
        }
    }

    fn word(&mut self, word: Option<bool>) {
        self.builder.word(word);
    }

    fn open(&mut self, container: Container) {
        self.builder.open(container);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

/// Looks at the escapes of the string literal that begins here.
fn refuse_escapes(mut cursor: Cursor<'_>) -> Result<(), ReadError> {
    cursor.advance();
    loop {
        cursor.take_plain(false);
        // Whatever else is wrong with the literal is the builder's to tell.
        if cursor.peek() != Some(b'\\') {
            return Ok(());
        }
        let from = cursor.at();
        let code_point = cursor.take_escape()?;
        if char::from_u32(code_point).is_none() {
            return Err(ReadError::new(ReadErrorKind::LoneSurrogate, from));
        }
        let digits = cursor.slice(from, cursor.at()).as_bytes().get(2..).unwrap_or_default();
        if code_point < 0x20 && digits.iter().any(u8::is_ascii_uppercase) {
            return Err(ReadError::new(ReadErrorKind::UpperCaseEscape, from));
        }
    }
}
