//! Builds the tree of a document. Refuses what the grammar, the bounds or an earlier key forbid.

use crate::cursor::{Cursor, NumberToken};
use crate::error::{ReadError, ReadErrorKind};
use crate::grammar::{Container, Listener, walk};
use crate::{Number, Object, ReadOptions, Text, Value};

/// Reads one JSON document.
///
/// Shape: RFC 8259, UTF-8 without a byte order mark, keys unique after unescaping, white space around the
/// document and nothing else. Integers of any size survive; `-0` is the integer 0; a float is the nearest
/// 64-bit one.
/// Errors: the codes of [`ReadErrorKind`], each with a byte offset.
/// Cost: linear, whatever the keys; no recursion.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Value, ReadError> {
    let mut builder = Builder::default();
    walk(Cursor::new(bytes, options)?, options, &mut builder)?;
    Ok(builder.into_root())
}

/// Reads one JSON document as lenient readers do: of equal keys the last counts.
///
/// Only for saying what such a reader would make of a document; nothing is to be decided by it.
pub fn read_last_wins(bytes: &[u8], options: &ReadOptions) -> Result<Value, ReadError> {
    let mut builder = Builder { last_wins: true, ..Builder::default() };
    walk(Cursor::new(bytes, options)?, options, &mut builder)?;
    Ok(builder.into_root())
}

#[derive(Default)]
pub(crate) struct Builder {
    last_wins: bool,
    /// Keys that stood in their object before and wait for another value, the innermost last.
    repeated: Vec<Repeated>,
    open: Vec<Open>,
    root: Value,
    unescaped: Vec<u8>,
}

struct Repeated {
    key: Text,
    /// How many containers were open around its object.
    depth: usize,
}

enum Open {
    Array(Vec<Value>),
    /// The youngest member still waits for its value.
    Object(Object),
}

impl Listener for Builder {
    type Error = ReadError;

    #[inline]
    fn space(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip_space();
    }

    fn refused(&self, _: &Cursor<'_>, error: ReadError) -> ReadError {
        error
    }

    #[inline]
    fn key(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        let from = cursor.at();
        let key = self.text(cursor)?;
        let Some(Open::Object(object)) = self.open.last_mut() else { return Ok(()) };
        if self.last_wins && object.get_text(&key).is_some() {
            self.repeated.push(Repeated { key, depth: self.open.len() });
            return Ok(());
        }
        let fresh = object.start_member(key);
        if fresh { Ok(()) } else { Err(ReadError::new(ReadErrorKind::DuplicateKey, from)) }
    }

    #[inline]
    fn string(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        let text = self.text(cursor)?;
        self.place(Value::String(text));
        Ok(())
    }

    #[inline]
    fn number(&mut self, token: NumberToken<'_>, _: usize) -> Result<(), ReadError> {
        self.place(Value::Number(match token {
            NumberToken::Integer(token) => Number::from_integer(token),
            NumberToken::Float(_, value) | NumberToken::NonFinite(value) => {
                Number::from_float(value)
            }
        }));
        Ok(())
    }

    fn word(&mut self, word: Option<bool>) {
        self.place(word.into());
    }

    #[inline]
    fn open(&mut self, container: Container) {
        self.open.push(match container {
            Container::Array => Open::Array(Vec::new()),
            Container::Object => Open::Object(Object::new()),
        });
    }

    #[inline]
    fn close(&mut self) {
        if let Some(closed) = self.open.pop() {
            self.place(match closed {
                Open::Array(items) => Value::Array(items),
                Open::Object(object) => Value::Object(object),
            });
        }
    }
}

impl Builder {
    /// Returns the document, once it was walked to its end.
    pub(crate) fn into_root(self) -> Value {
        self.root
    }

    /// Puts a finished value where the innermost open container wants it.
    #[inline]
    fn place(&mut self, value: Value) {
        let depth = self.open.len();
        match self.open.last_mut() {
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object(object)) => {
                match self.repeated.pop_if(|repeated| repeated.depth == depth) {
                    Some(repeated) => {
                        object.insert(repeated.key, value);
                    }
                    None => object.set_last(value),
                }
            }
            None => self.root = value,
        }
    }

    /// Takes a string literal: most have no escapes and are copied once.
    #[inline]
    fn text(&mut self, cursor: &mut Cursor<'_>) -> Result<Text, ReadError> {
        cursor.advance();
        let run = cursor.take_plain(false);
        if cursor.eat(b'"') {
            return Ok(run.into());
        }
        self.unescaped.clear();
        self.unescaped.extend_from_slice(run.as_bytes());
        self.unescape_rest(cursor)
    }

    fn unescape_rest(&mut self, cursor: &mut Cursor<'_>) -> Result<Text, ReadError> {
        while !cursor.eat(b'"') {
            if cursor.peek() != Some(b'\\') {
                return Err(cursor.broken_string());
            }
            let code_point = cursor.take_escape()?;
            self.push_code_point(code_point);
            self.unescaped.extend_from_slice(cursor.take_plain(false).as_bytes());
        }
        Ok(Text::from_wtf8(&self.unescaped))
    }

    fn push_code_point(&mut self, code_point: u32) {
        if let Some(character) = char::from_u32(code_point) {
            let mut buffer = [0; 4];
            self.unescaped.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        } else {
            let [_, _, high, low] = code_point.to_be_bytes();
            let middle = 0x80 | (high & 0x0F) << 2 | low >> 6;
            self.unescaped.extend_from_slice(&[0xED, middle, 0x80 | low & 0x3F]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical;

    #[test]
    fn a_lenient_reader_takes_the_last_of_equal_keys() {
        let text =
            r#"{"a":{"b":1,"b":[{"c":1,"c":2}]},"d":0,"a":{"b":3},"a":{"e":{"f":4,"f":5},"e":6}}"#;
        let value = read_last_wins(text.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(canonical::store::write(&value), r#"{"a":{"e":6},"d":0}"#);
        assert!(read(text.as_bytes(), &ReadOptions::default()).is_err());
    }

    #[test]
    fn without_equal_keys_both_readers_agree() {
        let text = br#"{"a":[{"b":{}},[]],"c":{"a":"x"}}"#;
        let options = ReadOptions::default();
        assert_eq!(read_last_wins(text, &options).unwrap(), read(text, &options).unwrap());
    }
}
