//! Which part of an entry a schema is held against.

use motus_json::{Object, Value};

use crate::format::times::Branch;
use crate::format::{Document, Format, Times};

/// The fields of an entry, and which of them were unquoted dates or times.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub(super) fields: &'a Object,
    pub(super) times: Option<&'a Branch>,
}

impl<'a> Subject<'a> {
    /// Takes fields that stand at the root of a document.
    pub fn new(fields: &'a Object, times: &'a Times) -> Self {
        Self { fields, times: Some(&times.0) }
    }

    /// Takes what a schema is about in an entry: the metadata of Markdown, the content of JSON and YAML,
    /// nothing of text.
    pub fn of(format: Format, document: &'a Document) -> Option<Self> {
        let fields = match format {
            Format::Markdown => &document.meta,
            Format::Json | Format::Yaml => document.content.as_ref()?,
            Format::Text => return None,
        };
        Some(Self::new(fields, &document.times))
    }

    /// Tells whether a field is there.
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Takes what a proposal proposes as the fields of its target: `_meta.frontmatter`, or `_meta` where
    /// there is none.
    pub fn proposed(format: Format, document: &'a Document) -> Self {
        let root = Some(&document.times.0);
        let times = match format {
            Format::Markdown => root,
            _ => root.and_then(|times| times.below("_meta")),
        };
        match document.meta.get("frontmatter") {
            Some(Value::Object(fields)) => {
                Self { fields, times: times.and_then(|times| times.below("frontmatter")) }
            }
            _ => Self { fields: &document.meta, times },
        }
    }
}
