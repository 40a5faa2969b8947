//! The bytes over which portable documents are hashed.
//!
//! Source: Work Receipt Envelope v0.1, canonicalization `json.sorted.compact.v0`: members by code point,
//! no white space, every character but quotes, backslashes and controls as itself.

use motus_json::canonical::envelope::{self, LoneSurrogate};
use motus_json::{Object, Text, Value};

use crate::Digest;

/// The name of the form, as documents state it.
pub const METHOD: &str = "json.sorted.compact.v0";

/// The name under which a text is hashed as its own bytes.
pub const INSTRUCTION_METHOD: &str = "utf8.instruction.v0";

/// Returns the canonical text of a value.
///
/// Errors: a lone surrogate, which has no UTF-8.
pub fn text(value: &Value) -> Result<String, LoneSurrogate> {
    envelope::write(value)
}

/// Returns the canonical text of an object of these members; nothing of them is copied as a tree.
///
/// Shape: the names are different. Errors: a lone surrogate, which has no UTF-8.
pub fn members_text<'v>(
    members: impl IntoIterator<Item = (&'v Text, &'v Value)>,
) -> Result<String, LoneSurrogate> {
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_key(|(name, _)| *name);
    let mut written = String::from("{");
    for (name, value) in members {
        if written.len() > 1 {
            written.push(',');
        }
        written.push_str(&text(&name.into())?);
        written.push(':');
        written.push_str(&text(value)?);
    }
    written.push('}');
    Ok(written)
}

/// Returns the digest of a value's canonical bytes.
///
/// Errors: a lone surrogate, which has no UTF-8.
pub fn digest(value: &Value) -> Result<Digest, LoneSurrogate> {
    Ok(Digest::of(text(value)?))
}

/// Returns a digest as portable documents write it, with the name of what was hashed.
pub fn digest_object(digest: &Digest, canonicalization: &str) -> Object {
    Object::from([
        ("algorithm", Value::from("sha256")),
        ("value", digest.hex().into()),
        ("canonicalization", canonicalization.into()),
    ])
}
