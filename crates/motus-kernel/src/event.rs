//! One line of the event log: checked, hashed and taken apart without a tree.
//!
//! Source: MOTUS-SPEC-V0.1 §1.6 and §2 Algorithm 2.

mod envelope;
mod mentions;
mod tag;
mod usual;

use motus_json::canonical::cj;
use motus_json::{Limits, ReadOptions, Value};

pub(crate) use mentions::{Mention, Mentions};

use crate::names::Phase;
use crate::shape::Fault;
use crate::{Digest, Uuid};

const EVENT_SEPARATOR: &[u8] = b"MOTUS|EVT|0.1|";

/// Hashes a line without its member `event_hash`, given as the two pieces around it.
///
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 2.
pub(crate) fn event_hash(before: &[u8], after: &[u8]) -> Digest {
    Digest::of(&[EVENT_SEPARATOR, before, after])
}

/// The bounds on one line: 1 MiB, 127 levels, a million values.
pub const LINE_LIMITS: ReadOptions = ReadOptions {
    limits: Limits { bytes: 1 << 20, depth: 127, values: 1_000_000 },
    non_finite: motus_json::NonFinite::Refuse,
};

/// An event as its line spells it.
#[derive(Debug, Clone, Copy)]
pub struct Event<'l> {
    /// Its identifier, unique in the log.
    pub event_id: Uuid,
    /// The loop it belongs to.
    pub loop_id: Uuid,
    /// Its place in the log: 0, 1, 2, …
    pub seq: u64,
    /// When it happened.
    pub ts_utc: &'l str,
    /// The state the loop was in.
    pub phase: Phase,
    /// What happened, such as `IntentSet`. Kinds that nobody knows pass.
    pub kind: &'l str,
    /// The content's canonical text.
    pub payload: &'l str,
    /// Keys of what is looked through of which something is asked.
    pub(crate) mentions: Mentions,
    /// What rules look through at any depth: the content, or the whole line where something stands beside it.
    pub(crate) whole: &'l str,
    /// The hash of the event before it.
    pub prev_event_hash: Digest,
    /// The hash that the line claims.
    pub event_hash: Digest,
    /// The hash that the line has.
    pub computed_hash: Digest,
}

impl<'l> Event<'l> {
    /// Reads a line without its newline.
    ///
    /// Errors: what is not canonical, and every field that is not as it must be.
    pub fn read(line: &'l [u8]) -> Result<Self, Vec<Fault>> {
        usual::read(line).map_or_else(|| envelope::read(line), Ok)
    }

    /// Returns the content as a tree, out of its tag if it has one.
    pub fn content(&self) -> Option<Value> {
        let payload = cj::read(self.payload.as_bytes(), &LINE_LIMITS).ok()?;
        let is_tagged = payload.get("type").and_then(Value::as_str) == Some(self.kind)
            && payload.as_object().is_some_and(|object| object.len() == 2);
        match payload.get("data") {
            Some(data @ Value::Object(_)) if is_tagged => Some(data.clone()),
            _ => Some(payload),
        }
    }

    /// Tells whether the payload is neither bare content nor content with a tag.
    pub fn is_tagged_wrongly(&self) -> bool {
        let may_have = |key| self.mentions.may_have(key);
        (may_have(Mention::Type) || may_have(Mention::Data))
            && tag::is_wrong(self.kind, self.payload)
    }
}
