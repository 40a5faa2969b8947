//! The form of the Store: what every payload, schema and receipt of the published Store is hashed over.
//!
//! Source: published Store format as written by CLI 0.5.3, canonical JSON.
//!
//! - ASCII only: `\" \\ \b \f \n \r \t`, and lowercase `\u00xx` for every other code point outside
//!   U+0020..U+007E; those above U+FFFF as a surrogate pair. `/`, `<`, `>` and `&` stand for themselves.
//! - Members sorted by the code points of their keys, not by UTF-16 units: U+FFFF comes before U+1F600.
//! - `,` and `:` without white space; no newline at the end.
//! - Integers in decimal, of any size. Floats as Python's `repr`: the shortest digits that read back,
//!   plain from 1e-4 to below 1e16 and always with a fraction, otherwise `1e-05`, `1.5e+300`.
//! - `NaN`, `Infinity`, `-Infinity` and lone surrogates come out only if they were read in.

use std::convert::Infallible;

use super::check;
use super::{CheckError, check::CheckedForm};
use crate::cursor::NumberToken;
use crate::number::Spelling;
use crate::write::{self, Form, Layout};
use crate::{ReadOptions, Text, Value};

/// Returns the canonical text of a value.
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write_to(value, &mut out);
    out
}

/// Appends the canonical text of a value.
pub fn write_to(value: &Value, out: &mut String) {
    let Ok(()) = write::value::<Store>(value, out);
}

/// Appends one string with its quotes, for an exporter that writes the rest itself.
pub fn write_string(text: &str, out: &mut String) {
    write::string::<Store>(text, out);
}

/// Appends one string with its quotes, lone surrogates and all.
pub fn write_text(text: &Text, out: &mut String) {
    let Ok(()) = write::text::<Store>(text, out);
}

/// Checks that the bytes are the canonical text of some value.
///
/// Shape: `Ok` exactly when [`read`](crate::read) accepts the bytes and [`write()`] gives them back.
/// Errors: what reading refuses, or `json.not_canonical`; of several faults the first in the text.
/// Cost: linear; no tree, no copy, and no memory but a few words for each open container inside another.
pub fn check(bytes: &[u8], options: &ReadOptions) -> Result<(), CheckError> {
    check::check::<Store>(bytes, options)
}

struct Store;

impl Form for Store {
    type Refusal = Infallible;
    const ASCII: bool = true;
    const LAYOUT: Layout = Layout::Canonical;
}

impl CheckedForm for Store {
    fn is_spelling(token: &NumberToken<'_>) -> bool {
        match token {
            NumberToken::Integer(token) => *token != "-0",
            NumberToken::Float(token, value) => Spelling::of(*value).as_bytes() == token.as_bytes(),
            NumberToken::NonFinite(_) => true,
        }
    }
}
