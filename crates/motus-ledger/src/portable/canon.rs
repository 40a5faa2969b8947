//! The bytes over which portable documents are hashed.
//!
//! Source: Work Receipt Envelope v0.1, canonicalization `json.sorted.compact.v0`: members by code point,
//! no white space, every character but quotes, backslashes and controls as itself.

use motus_json::canonical::envelope::{self, LoneSurrogate};
use motus_json::{Object, Text, Value};

use crate::Digest;
use crate::digest::DigestHasher;

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

/// Returns the digest of the canonical bytes of an object of these members; nothing of them is copied as a
/// tree, and no more than one member is written at a time.
///
/// Shape: the names are different; the canonical text of one of them may be known, by its name. Errors: a
/// lone surrogate, which has no UTF-8.
pub fn members_digest<'v>(
    members: impl IntoIterator<Item = (&'v Text, &'v Value)>,
    known: Option<(&str, &str)>,
) -> Result<Digest, LoneSurrogate> {
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_key(|(name, _)| *name);
    let mut hasher = DigestHasher::default();
    let mut separator = "{";
    for (name, value) in members {
        hasher.update(separator.as_bytes());
        separator = ",";
        hasher.update(text(&name.into())?.as_bytes());
        hasher.update(b":");
        match known.filter(|(known, _)| *name == **known) {
            Some((_, written)) => hasher.update(written.as_bytes()),
            None => hasher.update(text(value)?.as_bytes()),
        }
    }
    hasher.update(if separator == "{" { b"{}" } else { b"}" });
    Ok(hasher.finish())
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
