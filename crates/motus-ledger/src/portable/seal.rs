//! The seal of an envelope: one digest over all that it says.
//!
//! Source: Work Receipt Envelope v0.1. Left out of the seal are `receipt_id` and `hashes.receipt`, which
//! hold it. It shows that nothing was changed since, not who made it.

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Object, Value};
use thiserror::Error;

use crate::Digest;
use crate::portable::canon::{METHOD, digest_object, members_digest};

/// Why an envelope's seal does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// `receipt_id` is not the seal.
    #[error("receipt_id mismatch: expected {expected}, got {found}")]
    ReceiptId {
        /// What it has to be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// `hashes.receipt.value` is not the seal.
    #[error("hashes.receipt.value mismatch: expected {expected}, got {found}")]
    ReceiptHash {
        /// What it has to be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The envelope has a string that is no text.
    #[error("the envelope cannot be hashed: {0}")]
    Unwritable(#[from] LoneSurrogate),
}

/// Returns the seal of an envelope, whatever it claims to be.
///
/// Nothing of the envelope is copied as a tree: it may have a lot of evidence.
pub fn seal_of(envelope: &Object) -> Result<Digest, LoneSurrogate> {
    seal_knowing(envelope, None)
}

/// Returns the seal; the canonical text of one member may be known already.
fn seal_knowing(envelope: &Object, known: Option<(&str, &str)>) -> Result<Digest, LoneSurrogate> {
    let hashes = envelope.get("hashes").cloned().map(without_receipt);
    let members = envelope.iter().filter(|(name, _)| **name != "receipt_id");
    let body = members.map(|(name, value)| {
        let hashes = hashes.as_ref().filter(|_| *name == "hashes");
        (name, hashes.unwrap_or(value))
    });
    members_digest(body, known)
}

fn without_receipt(mut hashes: Value) -> Value {
    hashes.as_object_mut().map(|hashes| hashes.remove("receipt"));
    hashes
}

/// Fills in `receipt_id` and `hashes.receipt`.
///
/// Members that are not there yet are put behind the others.
pub fn seal(envelope: &mut Object) -> Result<Digest, LoneSurrogate> {
    fill_in(envelope, None)
}

/// Does so where the canonical text of one member is known, by its name: it is not written again.
pub(super) fn seal_with(
    envelope: &mut Object,
    known: (&str, &str),
) -> Result<Digest, LoneSurrogate> {
    fill_in(envelope, Some(known))
}

fn fill_in(envelope: &mut Object, known: Option<(&str, &str)>) -> Result<Digest, LoneSurrogate> {
    if !envelope.contains_key("hashes") {
        envelope.insert("hashes", Object::new());
    }
    let seal = seal_knowing(envelope, known)?;
    envelope.insert("receipt_id", seal.as_str());
    if let Some(hashes) = envelope.get_mut("hashes").and_then(Value::as_object_mut) {
        hashes.insert("receipt", digest_object(&seal, METHOD));
    }
    Ok(seal)
}

/// Confirms the seal of an envelope that has its shape.
pub fn check_seal(envelope: &Object) -> Result<Digest, SealError> {
    let seal = seal_of(envelope)?;
    let said = |value: Option<&Value>| match value.and_then(Value::as_text) {
        Some(text) => text.to_string_lossy().into_owned(),
        None => String::new(),
    };
    let found = said(envelope.get("receipt_id"));
    if found != seal.as_str() {
        return Err(SealError::ReceiptId { expected: seal.as_str().to_owned(), found });
    }
    let hashes = envelope.get("hashes");
    let found = said(hashes.and_then(|it| it.get("receipt")).and_then(|it| it.get("value")));
    if found != seal.hex() {
        return Err(SealError::ReceiptHash { expected: seal.hex().to_owned(), found });
    }
    Ok(seal)
}

#[cfg(test)]
mod tests {
    use motus_json::{ReadOptions, read};

    use super::*;

    #[test]
    fn the_published_vector_is_reproduced() {
        let value = read(
            br#"{"actor":{"id":"\u00e9","type":"human"},"a":[1,null]}"#,
            &ReadOptions::default(),
        );
        let digest = crate::portable::canon::digest(&value.unwrap()).unwrap();
        assert_eq!(
            digest.hex(),
            "870ca17b723efe8d98cbfb4825d0b9656ad473bb32b227848f94111f3e96495a"
        );
    }

    #[test]
    fn a_seal_holds_until_something_changes() {
        let mut envelope = Object::from([("a", Value::from(1_i64))]);
        let seal = seal(&mut envelope).unwrap();
        assert_eq!(check_seal(&envelope), Ok(seal));
        let mut changed = envelope.clone();
        changed.insert("a", 2_i64);
        assert!(matches!(check_seal(&changed), Err(SealError::ReceiptId { .. })));
        let mut renamed = envelope.clone();
        renamed.insert("receipt_id", "sha256:0");
        assert!(matches!(check_seal(&renamed), Err(SealError::ReceiptId { .. })));
        let hashes = envelope.get_mut("hashes").and_then(Value::as_object_mut).unwrap();
        hashes.insert("receipt", Object::from([("value", "0")]));
        assert!(matches!(check_seal(&envelope), Err(SealError::ReceiptHash { .. })));
    }

    #[test]
    fn a_seal_is_over_the_canonical_bytes_of_the_rest() {
        let hashes = |receipt: bool| {
            let mut hashes = Object::from([("z", Value::Null), ("a", true.into())]);
            if receipt {
                hashes.insert("receipt", "x");
            }
            hashes
        };
        let rest = |receipt: bool| {
            Object::from([
                ("\u{1f600}", Value::from(vec![1_i64, 2])),
                ("\u{ff61}\"\n", "é".into()),
                ("hashes", hashes(receipt).into()),
                ("a", Object::new().into()),
            ])
        };
        let mut envelope = rest(true);
        envelope.insert("receipt_id", "x");
        let expected = crate::portable::canon::digest(&rest(false).into());
        assert_eq!(seal_of(&envelope), expected);
        assert_eq!(seal_of(&Object::new()), Ok(Digest::of("{}")));
        let odd = Object::from([("hashes", Value::from(7_i64))]);
        assert_eq!(seal_of(&odd), Ok(Digest::of(r#"{"hashes":7}"#)));
    }

    #[test]
    fn other_hashes_are_under_the_seal() {
        let with = |value: &str| {
            let hashes = Object::from([("source_export", Value::from(value))]);
            seal_of(&Object::from([("hashes", hashes)])).unwrap()
        };
        assert_ne!(with("a"), with("b"));
    }
}
