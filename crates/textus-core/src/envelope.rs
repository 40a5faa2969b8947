//! Envelopes: how results and errors are told to programs. Source: textus/3 §8.
//!
//! What is told has its members in the order of the protocol, on one line. Nothing here decides what is
//! told, only how.

mod times;

use motus_json::{Object, Value};

use crate::format::{Document, Format};
use crate::freshness::Verdict;
use crate::manifest::Entry;
use crate::{Error, Etag, Key, uid};

/// What every envelope begins with.
pub const PROTOCOL: &str = "textus/3";

/// The members of an entry's envelope, in order; the last ones only where they apply.
pub const MEMBERS: [&str; 16] = [
    "protocol",
    "key",
    "zone",
    "owner",
    "path",
    "format",
    "_meta",
    "body",
    "etag",
    "schema_ref",
    "uid",
    "content",
    "stale",
    "stale_reason",
    "fetching",
    "fetch_error",
];

/// The members of an error's envelope, in order; the hint only where there is one.
pub const ERROR_MEMBERS: [&str; 6] = ["protocol", "ok", "code", "message", "details", "hint"];

/// An entry as it is told.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The key that was asked for.
    pub key: &'a Key,
    /// What the manifest declares about it.
    pub entry: &'a Entry,
    /// The absolute path of the file.
    pub path: &'a str,
    /// What the file holds.
    pub document: &'a Document,
    /// The etag of the file.
    pub etag: &'a Etag,
    /// Whether it is still good; only a reader is told.
    pub freshness: Option<&'a Freshness>,
}

/// What a reader is told about the freshness of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// Why the entry is stale; `None` when it is not.
    pub stale_reason: Option<String>,
    /// Whether it is being fetched.
    pub fetching: bool,
    /// Why it could not be fetched.
    pub fetch_error: Option<String>,
}

impl From<&Verdict> for Freshness {
    fn from(verdict: &Verdict) -> Self {
        Self { stale_reason: verdict.reason.clone(), ..Self::default() }
    }
}

impl Envelope<'_> {
    /// Returns the members in the order of [`MEMBERS`].
    ///
    /// Shape: `owner`, `schema_ref`, `uid` and `stale_reason` are `null` where there is none; `content`
    /// only for JSON and YAML, the freshness only where it is given. Unquoted times of YAML are told as
    /// RFC 3339 has them.
    pub fn to_object(&self) -> Object {
        let Self { entry, document, .. } = self;
        let times = &document.times.0;
        let is_markdown = entry.format == Format::Markdown;
        let meta_times = if is_markdown { Some(times) } else { times.below("_meta") };
        let mut told = Object::new();
        told.insert("protocol", PROTOCOL);
        told.insert("key", self.key.as_str());
        told.insert("zone", &entry.zone);
        told.insert("owner", entry.owner.as_ref());
        told.insert("path", self.path);
        told.insert("format", entry.format.name());
        told.insert("_meta", times::told(&document.meta, meta_times));
        told.insert("body", &document.body);
        told.insert("etag", self.etag.as_str());
        told.insert("schema_ref", entry.schema.as_ref());
        told.insert("uid", uid::of(&document.meta));
        if let Some(content) = &document.content {
            told.insert("content", times::told(content, Some(times)));
        }
        if let Some(freshness) = self.freshness {
            freshness.tell(&mut told);
        }
        told
    }
}

impl Freshness {
    fn tell(&self, told: &mut Object) {
        told.insert("stale", self.stale_reason.is_some());
        told.insert("stale_reason", self.stale_reason.as_ref());
        told.insert("fetching", self.fetching);
        if let Some(error) = &self.fetch_error {
            told.insert("fetch_error", error);
        }
    }
}

/// Returns the envelope of an error, with the members of [`ERROR_MEMBERS`].
pub fn error(error: &Error) -> Object {
    let mut told = Object::new();
    told.insert("protocol", PROTOCOL);
    told.insert("ok", false);
    told.insert("code", error.code().as_str());
    told.insert("message", error.message());
    told.insert("details", error.details().clone());
    if let Some(hint) = error.next_step() {
        told.insert("hint", hint);
    }
    told
}

/// Returns the line of a result, its newline included.
///
/// Shape: the protocol comes first, and a member of that name that is there already keeps its value.
pub fn line(result: &Object) -> String {
    let protocol = Value::from(PROTOCOL);
    let mut line = String::from(r#"{"protocol":"#);
    line.push_str(&compact(result.get("protocol").unwrap_or(&protocol)));
    for (name, value) in result.iter().filter(|(name, _)| **name != *"protocol") {
        line.push(',');
        line.push_str(&compact(&Value::from(name)));
        line.push(':');
        line.push_str(&compact(value));
    }
    line.push_str("}\n");
    line
}

/// Returns the line of an error, its newline included.
pub fn error_line(what: &Error) -> String {
    line(&error(what))
}

/// Returns a value on one line, its members as they were inserted.
pub fn compact(value: &Value) -> String {
    motus_json::compact::write(value)
}

#[cfg(test)]
mod tests;
