//! A JSON string: Unicode, or Unicode with lone surrogates that an escape such as `\ud800` put there.
//!
//! Lone surrogates are kept, never repaired: old Stores hash them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// Holds one JSON string or key.
///
/// Shape: text without lone surrogates is a `str`; text with them is kept as WTF-8, where a surrogate
/// takes three bytes and never stands before its other half. Order is by code point, which is the order
/// of those bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Repr);

/// The two variants never hold equal text: the second has at least one lone surrogate.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Unicode(Box<str>),
    Surrogates(Box<[u8]>),
}

/// A stretch of text that is valid Unicode, or one lone surrogate.
pub(crate) enum Part<'a> {
    Unicode(&'a str),
    LoneSurrogate(u16),
}

impl Text {
    /// Takes well-formed WTF-8: the reader's unescaped bytes.
    pub(crate) fn from_wtf8(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Self(Repr::Surrogates(bytes.into())),
        }
    }

    /// Returns the text when it is Unicode, `None` when it has a lone surrogate. Cost: constant.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Unicode(text) => Some(text),
            Repr::Surrogates(_) => None,
        }
    }

    /// Returns the text with U+FFFD in place of each lone surrogate.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.to_string()),
        }
    }

    /// Tells whether there is no character at all.
    pub fn is_empty(&self) -> bool {
        self.as_wtf8().is_empty()
    }

    pub(crate) fn as_wtf8(&self) -> &[u8] {
        match &self.0 {
            Repr::Unicode(text) => text.as_bytes(),
            Repr::Surrogates(bytes) => bytes,
        }
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts { rest: self.as_wtf8() }
    }
}

/// Cuts WTF-8 before and after each lone surrogate.
pub(crate) struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if let [0xED, second @ 0xA0..=0xBF, third, rest @ ..] = self.rest {
            self.rest = rest;
            return Some(Part::LoneSurrogate(
                0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F),
            ));
        }
        let valid = match str::from_utf8(self.rest) {
            Ok(_) => self.rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let (head, rest) = self.rest.split_at_checked(valid)?;
        self.rest = rest;
        // The end, and also bytes that are not WTF-8, which no constructor lets in.
        str::from_utf8(head).ok().filter(|head| !head.is_empty()).map(Part::Unicode)
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_wtf8().cmp(other.as_wtf8())
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl Default for Text {
    fn default() -> Self {
        "".into()
    }
}

impl fmt::Display for Text {
    /// Writes the text with U+FFFD in place of each lone surrogate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().try_for_each(|part| match part {
            Part::Unicode(text) => f.write_str(text),
            Part::LoneSurrogate(_) => f.write_str("\u{FFFD}"),
        })
    }
}

impl fmt::Debug for Text {
    /// Writes the text as the JSON string of the Store form, so that nothing in it is hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        crate::canonical::store::write_text(self, &mut out);
        f.write_str(&out)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Repr::Unicode(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Unicode(text.into()))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}
