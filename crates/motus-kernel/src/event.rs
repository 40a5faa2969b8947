//! One line of the event log: checked, hashed and taken apart without a tree.
//!
//! Source: MOTUS-SPEC-V0.1 §1.6 and §2 Algorithm 2.

use motus_json::canonical::cj::{self, RawMember};
use motus_json::{Limits, ReadOptions, Value};

use crate::names::Phase;
use crate::shape::{Fault, Faults};
use crate::timestamp::is_timestamp;
use crate::{Digest, Uuid};

const EVENT_SEPARATOR: &[u8] = b"MOTUS|EVT|0.1|";

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
        let mut members = Vec::with_capacity(12);
        cj::check_members(line, &LINE_LIMITS, &mut members)
            .map_err(|error| vec![Fault { place: String::new(), message: error.to_string() }])?;
        let faults = Faults::default();
        let event = Envelope { members: &members, faults: &faults }.event(line);
        match event {
            Some(event) => Ok(event),
            None => Err(faults.into_vec()),
        }
    }

    /// Returns the content as a tree, out of the form `{"type","data"}` when its type is the kind.
    pub fn content(&self) -> Option<Value> {
        let payload = cj::read(self.payload.as_bytes(), &LINE_LIMITS).ok()?;
        let is_wrapped = payload.get("type").and_then(Value::as_str) == Some(self.kind)
            && payload.as_object().is_some_and(|object| object.len() == 2);
        match payload.get("data") {
            Some(data) if is_wrapped => Some(data.clone()),
            _ => Some(payload),
        }
    }

    /// Tells whether the payload has a type and data, and is not of the form `{"type","data"}` with the
    /// kind as its type and bare data.
    pub fn is_tagged_wrongly(&self) -> bool {
        let Some(tag) = Tag::of(self.payload) else { return false };
        tag.kind != self.kind || tag.members != 2 || Tag::of(tag.data).is_some()
    }
}

/// A text that says of what type its data are.
struct Tag<'l> {
    kind: &'l str,
    data: &'l str,
    members: usize,
}

impl<'l> Tag<'l> {
    /// Canonical text has one spelling of each key, so that few payloads are taken apart.
    fn of(text: &'l str) -> Option<Self> {
        if !text.contains("\"type\":") || !text.contains("\"data\":") {
            return None;
        }
        let mut members = Vec::new();
        cj::check_members(text.as_bytes(), &LINE_LIMITS, &mut members).ok()?;
        let value = |name: &str| {
            members.iter().find(|member| member.key == name).map(|member| member.value)
        };
        let kind = value("type")?.strip_prefix('"')?.strip_suffix('"')?;
        Some(Self { kind, data: value("data")?, members: members.len() })
    }
}

/// The members of a line, looked up by name.
struct Envelope<'m, 'l> {
    members: &'m [RawMember<'l>],
    faults: &'m Faults,
}

impl<'l> Envelope<'_, 'l> {
    /// Looks at every member before it gives up on one.
    fn event(&self, line: &'l [u8]) -> Option<Event<'l>> {
        let event_id = self.parsed("event_id", "must be a UUID in lower case", Uuid::parse);
        let loop_id = self.parsed("loop_id", "must be a UUID in lower case", Uuid::parse);
        let digits = "must be 64 lower-case hexadecimal digits";
        let prev_event_hash = self.parsed("prev_event_hash", digits, Digest::parse);
        let event_hash = self.parsed("event_hash", digits, Digest::parse);
        let phase = self.parsed("phase", "is no phase", Phase::parse);
        let time = "must be a time such as 2025-12-24T00:00:00Z";
        let ts_utc = self.parsed("ts_utc", time, |text| is_timestamp(text).then_some(text));
        let kind = self.parsed("kind", "must be a string without escapes", Some);
        let seq = self.seq();
        let payload = self.payload();
        Some(Event {
            event_id: event_id?,
            loop_id: loop_id?,
            seq: seq?,
            ts_utc: ts_utc?,
            phase: phase?,
            kind: kind?,
            payload: payload?,
            prev_event_hash: prev_event_hash?,
            event_hash: event_hash?,
            computed_hash: self.hash(line)?,
        })
    }

    fn member(&self, name: &str) -> Option<&RawMember<'l>> {
        let found = self.members.iter().find(|member| member.key == name);
        if found.is_none() {
            self.faults.note(name, "is missing");
        }
        found
    }

    /// Takes a string without escapes, which all strings of the envelope are.
    fn parsed<T>(
        &self,
        name: &str,
        message: &str,
        parse: impl FnOnce(&'l str) -> Option<T>,
    ) -> Option<T> {
        let value = self.member(name)?.value;
        let text = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let parsed = text.filter(|text| !text.contains('\\')).and_then(parse);
        if parsed.is_none() {
            self.faults.note(name, message);
        }
        parsed
    }

    fn seq(&self) -> Option<u64> {
        let seq = self.member("seq")?.value.parse::<u32>().ok();
        if seq.is_none() {
            self.faults.note("seq", "must be an integer from 0 to 4294967295");
        }
        seq.map(u64::from)
    }

    fn payload(&self) -> Option<&'l str> {
        let payload = self.member("payload")?.value;
        if !payload.starts_with('{') {
            self.faults.note("payload", "must be an object");
            return None;
        }
        Some(payload)
    }

    /// Hashes the line without its member `event_hash` and the comma beside it.
    fn hash(&self, line: &[u8]) -> Option<Digest> {
        let position = self.members.iter().position(|member| member.key == "event_hash")?;
        let member = self.members.get(position)?;
        let is_last = position + 1 == self.members.len();
        let (from, to) = match (position, is_last) {
            (_, false) => (member.start, member.end + 1),
            (0, true) => (member.start, member.end),
            (_, true) => (member.start.checked_sub(1)?, member.end),
        };
        Some(Digest::of(&[EVENT_SEPARATOR, line.get(..from)?, line.get(to..)?]))
    }
}
