//! Bundles for tests: a scenario in parts, sealed by rules written a second time.
//!
//! Roots and hashes are computed here from the raw documents and not with the verifier's code, so that the
//! two check each other, and so that a document with a defect can be sealed like any other: after a defect
//! only the step that must find it has something to find.

mod family;
mod leaves;
mod long;
mod scenario;
mod shaped;
mod told;

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_json::{Object, Value};
use motus_kernel::Digest;
use motus_kernel::source::{FileDigest, MemoryBundle};

pub use family::{family_member, member_id};
pub use long::{write_among, write_long};
pub use scenario::{basic_edit, human_approval, parent, push_event};
pub use shaped::{Shape, shaped};
pub use told::told_whole;

/// A bundle in parts. Change what you like, then seal what depends on it.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The events in order, each with its hashes once sealed.
    pub events: Vec<Object>,
    /// The receipt, with its integrity block once sealed.
    pub receipt: Object,
    /// The files that are neither receipt nor log nor manifest, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files that are too large to be held here, by path: they are listed, and somebody else writes them.
    pub elsewhere: BTreeMap<String, FileDigest>,
    /// The manifest without its files.
    pub manifest: Object,
}

/// Reads a document that a test spells out.
pub fn document(text: &str) -> Object {
    let value = cj::read(text.as_bytes(), &motus_json::ReadOptions::default());
    value.expect("the test spells a document").as_object().expect("an object").clone()
}

impl Parts {
    /// Returns an event by its place, to change it.
    pub fn event(&mut self, seq: usize) -> &mut Object {
        self.events.get_mut(seq).expect("there is such an event")
    }

    /// Returns a value inside the receipt, such as `effects`, `declared`, to change it.
    pub fn in_receipt(&mut self, path: &[&str]) -> &mut Value {
        let (first, rest) = path.split_first().expect("a path has a name");
        let first = member(&mut self.receipt, first);
        rest.iter().fold(first, |value, name| member(object(value), name))
    }

    /// Seals everything from the events up.
    #[must_use]
    pub fn seal(mut self) -> Self {
        self.seal_events();
        self.seal_receipt();
        self
    }

    /// Numbers the events and chains their hashes.
    pub fn seal_events(&mut self) {
        for (seq, event) in self.events.iter_mut().enumerate() {
            event.insert("seq", seq);
        }
        self.chain_events();
    }

    /// Chains the events' hashes and leaves their numbers as they are.
    pub fn chain_events(&mut self) {
        let mut previous = Digest::ZERO;
        for event in &mut self.events {
            event.remove("event_hash");
            event.insert("prev_event_hash", previous.to_string());
            previous = event_hash(event);
            event.insert("event_hash", previous.to_string());
        }
    }

    /// Gives the receipt its roots, its hash and its proof digest.
    pub fn seal_receipt(&mut self) {
        self.seal_roots();
        self.seal_receipt_hash();
        self.seal_proof();
    }

    /// Computes the eight roots.
    pub fn seal_roots(&mut self) {
        let roots = leaves::roots(self);
        integrity(&mut self.receipt).insert("roots", roots);
    }

    /// Computes the receipt's hash.
    pub fn seal_receipt_hash(&mut self) {
        let mut rest = self.receipt.clone();
        rest.remove("integrity");
        let hash = Digest::of(&[b"MOTUS|RECEIPT|0.1|", canonical(&rest).as_bytes()]);
        integrity(&mut self.receipt).insert("receipt_hash", hash.to_string());
    }

    /// Computes the proof digest from what the integrity block says.
    pub fn seal_proof(&mut self) {
        let integrity = integrity(&mut self.receipt);
        let mut bytes = b"MOTUS|PROOF|0.1|".to_vec();
        let mut append = |value: Option<&Value>| {
            let digest = value.and_then(Value::as_str).and_then(Digest::parse);
            bytes.extend_from_slice(digest.unwrap_or(Digest::ZERO).as_bytes());
        };
        append(integrity.get("receipt_hash"));
        for name in leaves::ROOTS {
            append(integrity.get("roots").and_then(|roots| roots.get(name)));
        }
        integrity.insert("proof_digest", Digest::of(&[&bytes]).to_string());
    }

    /// Returns the proof digest that the receipt claims.
    pub fn proof_digest(&self) -> String {
        let digest = self.receipt.get("integrity").and_then(|block| block.get("proof_digest"));
        digest.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Writes the files, and a manifest that lists them.
    pub fn bundle(&self) -> MemoryBundle {
        let mut bundle = MemoryBundle { files: self.files.clone() };
        let lines: Vec<String> = self.events.iter().map(|event| canonical(event) + "\n").collect();
        bundle.files.insert("events.jsonl".to_owned(), lines.concat().into_bytes());
        bundle.files.insert("receipt.json".to_owned(), canonical(&self.receipt).into_bytes());
        self.list(&mut bundle);
        bundle
    }

    /// Writes the manifest anew over the files that are there.
    pub fn list(&self, bundle: &mut MemoryBundle) {
        bundle.files.remove("manifest.json");
        let mut manifest = self.manifest.clone();
        let here = bundle.files.iter().map(|(path, bytes)| (path, entry(path, bytes)));
        let elsewhere = self.elsewhere.iter().map(|(path, file)| (path, entry_of(path, file)));
        let listed: BTreeMap<&String, Value> = here.chain(elsewhere).collect();
        manifest.insert("files", listed.into_values().collect::<Vec<_>>());
        bundle.files.insert("manifest.json".to_owned(), canonical(&manifest).into_bytes());
    }
}

/// Returns the manifest's entry for a file.
pub fn entry(path: &str, bytes: &[u8]) -> Value {
    entry_of(path, &FileDigest { sha256: Digest::of(&[bytes]), size_bytes: bytes.len() as u64 })
}

fn entry_of(path: &str, file: &FileDigest) -> Value {
    let entry = [
        ("path", Value::from(path)),
        ("sha256", file.sha256.to_string().into()),
        ("size_bytes", file.size_bytes.into()),
    ];
    Object::from(entry).into()
}

/// Returns an object's canonical text.
pub fn canonical(object: &Object) -> String {
    cj::write(&object.clone().into()).expect("a test's document has a canonical text")
}

fn event_hash(event: &Object) -> Digest {
    Digest::of(&[b"MOTUS|EVT|0.1|", canonical(event).as_bytes()])
}

fn integrity(receipt: &mut Object) -> &mut Object {
    if !receipt.contains_key("integrity") {
        receipt.insert("integrity", Object::new());
    }
    object(member(receipt, "integrity"))
}

fn member<'o>(object: &'o mut Object, name: &str) -> &'o mut Value {
    if !object.contains_key(name) {
        object.insert(name, Value::Null);
    }
    object.get_mut(name).expect("it was just put there")
}

fn object(value: &mut Value) -> &mut Object {
    value.as_object_mut().expect("an object stands here")
}
