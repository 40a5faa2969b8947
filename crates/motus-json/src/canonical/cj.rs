//! CJ-0.1: the form over which events, receipts and manifests are hashed.
//!
//! Source: MOTUS-SPEC-V0.1 §4.
//!
//! - UTF-8; only `"`, `\` and controls below U+0020 are escaped: `\b \f \n \r \t`, otherwise `\u00xx` in
//!   lower case. U+007F, `/` and everything above stand for themselves.
//! - Members sorted by the UTF-8 bytes of their keys: U+FFFD comes before U+10000.
//! - `,` and `:` without white space; no newline at the end.
//! - Integers from `i64::MIN` to `u64::MAX` in decimal, and no other numbers.
//!
//! The specification lets readers accept upper case in `\u00XX`. This one does not: two spellings of one
//! value would be two byte strings with the same meaning and different digests.

mod members;
mod read;

use super::CheckError;
use super::check::{self, CheckedForm};
use crate::cursor::NumberToken;
use crate::write::{self, Form, Layout};
use crate::{Number, ReadOptions, Value};

pub use members::{RawMember, check_keys, check_members};
pub use read::read;

/// Tells why a value has no CJ-0.1 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// `json.float`: a number with a fraction or an exponent.
    #[error("a float has no canonical text")]
    Float,
    /// `json.integer_range`: an integer that 64 bits cannot hold.
    #[error("an integer of more than 64 bits has no canonical text")]
    IntegerRange,
    /// `json.lone_surrogate`: half of a character.
    #[error("a lone surrogate has no canonical text")]
    LoneSurrogate,
}

impl Unwritable {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Float => "json.float",
            Self::IntegerRange => "json.integer_range",
            Self::LoneSurrogate => "json.lone_surrogate",
        }
    }
}

/// Returns the canonical text of a value.
pub fn write(value: &Value) -> Result<String, Unwritable> {
    let mut out = String::with_capacity(256);
    write::value::<Cj>(value, &mut out)?;
    Ok(out)
}

/// Appends one string with its quotes, for a writer that writes the rest itself.
pub fn write_string(text: &str, out: &mut String) {
    write::string::<Cj>(text, out);
}

/// Checks that the bytes are the canonical text of some value.
///
/// Shape: `Ok` exactly when [`read()`] accepts the bytes and [`write()`] gives them back.
/// Errors: what reading refuses, or `json.not_canonical`; of several faults the first in the text.
/// Cost: linear; no tree, no copy, and no memory but a few words for each open container inside another.
pub fn check(bytes: &[u8], options: &ReadOptions) -> Result<(), CheckError> {
    check::check::<Cj>(bytes, options)
}

pub(super) struct Cj;

impl Form for Cj {
    type Refusal = Unwritable;
    const ASCII: bool = false;
    const LAYOUT: Layout = Layout::Canonical;

    #[inline]
    fn number(number: &Number, out: &mut String) -> Result<(), Unwritable> {
        if number.is_float() {
            return Err(Unwritable::Float);
        }
        if number.as_i64().is_none() && number.as_u64().is_none() {
            return Err(Unwritable::IntegerRange);
        }
        number.write_to(out);
        Ok(())
    }

    fn lone_surrogate(_: u16, _: &mut String) -> Result<(), Unwritable> {
        Err(Unwritable::LoneSurrogate)
    }
}

impl CheckedForm for Cj {
    #[inline]
    fn is_spelling(token: &NumberToken<'_>) -> bool {
        match token {
            NumberToken::Integer(token) => *token != "-0" && is_in_range(token),
            NumberToken::Float(..) | NumberToken::NonFinite(_) => false,
        }
    }
}

/// Tells whether an integer literal fits in 64 bits, signed or not.
#[inline]
fn is_in_range(token: &str) -> bool {
    token.len() <= 18 || token.parse::<i64>().is_ok() || token.parse::<u64>().is_ok()
}
