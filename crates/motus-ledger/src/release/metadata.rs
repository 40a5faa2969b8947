//! What says from what, when and by what a document was generated.

use motus_json::{Object, Value};

use super::document::{places, take};
use super::source::Source;
use super::tree::Tree;
use super::{SOURCE, VERSION};
use crate::Timestamp;

/// What generated a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedBy {
    /// It was new.
    Scaffold,
    /// It followed its source.
    Sync,
}

impl GeneratedBy {
    /// Returns the command.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scaffold => "motus release scaffold",
            Self::Sync => "motus release sync",
        }
    }
}

/// The block that all nine generated documents carry, one and the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(Object);

impl Metadata {
    /// Describes documents that are being generated.
    pub fn new(source: &Source, by: GeneratedBy, at: &Timestamp) -> Self {
        Self::with(source, by, at.as_str())
    }

    /// Describes documents that are generated to see whether they can be.
    pub(super) fn at_some_time(source: &Source) -> Self {
        Self::with(source, GeneratedBy::Sync, "1970-01-01T00:00:00Z")
    }

    fn with(source: &Source, by: GeneratedBy, at: &str) -> Self {
        let block = [
            ("generated_at", Value::from(at)),
            ("generated_by", by.as_str().into()),
            ("generator_version", VERSION.into()),
            ("schema_version", VERSION.into()),
            ("source_hash", source.hash().as_str().into()),
            ("source_ref", SOURCE.into()),
        ];
        Self(Object::from(block))
    }

    /// Takes the block of a document that has its shape.
    pub(super) fn of(document: &Object) -> Option<Self> {
        document.get("generated_metadata")?.as_object().cloned().map(Self)
    }

    /// Returns the block that most documents of a workspace carry: what differs from it was changed.
    pub(super) fn common(tree: &Tree) -> Option<Self> {
        let documents = places().filter_map(|path| take(tree, "", &path).ok());
        let blocks: Vec<Self> = documents.filter_map(|document| Self::of(&document)).collect();
        let number = |block: &&Self| blocks.iter().filter(|other| other == block).count();
        blocks.iter().max_by_key(number).cloned()
    }

    /// Returns the digest of the source from which the documents were generated.
    pub fn source_hash(&self) -> Option<&str> {
        self.0.get("source_hash")?.as_str()
    }

    pub(super) fn value(&self) -> Value {
        self.0.clone().into()
    }
}
