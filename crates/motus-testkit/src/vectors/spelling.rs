//! Documents spelled in another way than the canonical one, sealed as if they were not.
//!
//! Hashes are over the canonical text of what is meant, where something is; else over the text as it
//! stands, which is what a reader that lets it pass would hash.

use motus_json::Value;
use motus_kernel::Digest;
use motus_kernel::source::MemoryBundle;

use crate::bundle::{Parts, canonical};

/// One of the three documents; of the log, one line.
#[derive(Clone, Copy)]
pub(super) enum Document {
    Manifest,
    Receipt,
    Event(usize),
}

impl Document {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Manifest => "manifest.json",
            Self::Receipt => "receipt.json",
            Self::Event(_) => "events.jsonl",
        }
    }
}

/// Says what stands where something else stood.
#[derive(Clone)]
pub(super) struct Spelling {
    /// What stands in the base, once in the document.
    pub(super) instead_of: &'static [u8],
    /// What is hashed.
    pub(super) hashed: Vec<u8>,
    /// What is written.
    pub(super) written: Vec<u8>,
}

/// Seals and writes a bundle with a document spelled that way.
pub(super) fn spell(mut parts: Parts, document: Document, spelling: &Spelling) -> MemoryBundle {
    let Spelling { instead_of, hashed, written } = spelling;
    match document {
        // What stands in its place is refused for its spelling before it is for its name.
        Document::Manifest => drop(parts.manifest.insert("zz", "NOTE")),
        Document::Receipt => seal_receipt(&mut parts, instead_of, hashed),
        Document::Event(place) => seal_event(&mut parts, place, instead_of, hashed),
    }
    let mut bundle = parts.bundle();
    rewrite(&parts, &mut bundle, document, |bytes| replaced(bytes, instead_of, written));
    bundle
}

/// Changes the bytes of a document that was written, and lists it again.
pub(super) fn rewrite(
    parts: &Parts,
    bundle: &mut MemoryBundle,
    document: Document,
    change: impl FnOnce(&[u8]) -> Vec<u8>,
) {
    let bytes = bundle.files.get_mut(document.path()).expect("the document was written");
    *bytes = change(bytes);
    if !matches!(document, Document::Manifest) {
        parts.list(bundle);
    }
}

fn seal_receipt(parts: &mut Parts, instead_of: &[u8], hashed: &[u8]) {
    let mut rest = parts.receipt.clone();
    rest.remove("integrity");
    let text = replaced(canonical(&rest).as_bytes(), instead_of, hashed);
    let hash = Digest::of(&[b"MOTUS|RECEIPT|0.1|", &text]).to_string();
    let integrity = parts.in_receipt(&["integrity"]);
    integrity.as_object_mut().expect("an object").insert("receipt_hash", Value::from(hash));
    parts.seal_proof();
}

fn seal_event(parts: &mut Parts, place: usize, instead_of: &[u8], hashed: &[u8]) {
    let mut previous = Digest::ZERO;
    for (seq, event) in parts.events.iter_mut().enumerate() {
        event.remove("event_hash");
        event.insert("prev_event_hash", previous.to_string());
        let mut text = canonical(event).into_bytes();
        if seq == place {
            text = replaced(&text, instead_of, hashed);
        }
        previous = Digest::of(&[b"MOTUS|EVT|0.1|", &text]);
        event.insert("event_hash", previous.to_string());
    }
    parts.seal_receipt();
}

/// Replaces what stands once in a text.
pub(super) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut places = text.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
    let (place, _) = places.next().expect("it stands there");
    assert!(places.next().is_none(), "it stands there twice");
    let (before, rest) = text.split_at(place);
    [before, to, &rest[from.len()..]].concat()
}
