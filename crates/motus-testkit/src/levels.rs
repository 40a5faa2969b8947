//! The levels of Work Receipt Envelope v0.1, checked by rules written a second time.
//!
//! Documents are read and hashed here with other code than the product's, and held against schemas as JSON
//! Schema has them, so that the two check each other. A complaint is a sentence; none means that the level
//! is reached. Level 3, verified provenance, is words alone and is not checked.

mod events;
mod hand_off;
mod receipt;
mod schema;
#[cfg(test)]
mod tests;

use motus_ledger::Digest;
use motus_ledger::portable::shape::json_schema;
use motus_ledger::portable::shapes::REGISTRY;
pub use serde_json::{Value, json};

pub use events::{level_1, rename_event};
pub use hand_off::level_2;
pub use receipt::{level_0, reseal, times_are_rfc_3339};
pub use schema::Schemas;

/// What is emitted for one piece of work.
#[derive(Debug, Clone)]
pub struct Papers {
    /// The receipt.
    pub envelope: Value,
    /// The export of which the receipt names the digest.
    pub export: Value,
    /// The manifest that ties the two.
    pub manifest: Value,
}

/// Reads a document.
#[track_caller]
pub fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("the document is JSON")
}

impl Schemas {
    /// Returns the schemas that the product prints.
    pub fn printed() -> Self {
        let schemas = REGISTRY.into_iter().map(|document| {
            let text = motus_json::canonical::store::write(&json_schema(document).into());
            self::document(text.as_bytes())
        });
        Self::of(schemas)
    }
}

/// Returns the bytes over which a document is hashed: keys by code point, no white space, UTF-8.
///
/// The map of the reader is sorted by the bytes of its keys, which is the order of their code points, and
/// its writer escapes nothing that the form does not. Floats are spelled in another way; there are none.
fn canonical(value: &Value) -> String {
    serde_json::to_string(value).expect("a value can be written")
}

/// Returns `sha256:` and the digest of a document.
fn named_digest(value: &Value) -> String {
    Digest::of(canonical(value)).as_str().to_owned()
}

/// Returns a digest as receipts write it.
fn digest_object(value: &Value) -> Value {
    let digest = Digest::of(canonical(value));
    serde_json::json!({
        "algorithm": "sha256", "value": digest.hex(), "canonicalization": "json.sorted.compact.v0"
    })
}

/// Collects complaints.
#[derive(Debug, Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn expect(&mut self, holds: bool, complaint: impl Into<String>) {
        if !holds {
            self.0.push(complaint.into());
        }
    }
}
