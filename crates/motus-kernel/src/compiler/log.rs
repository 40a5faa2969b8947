//! The event log as it grows: lines, chain and root.

use std::collections::BTreeSet;

use motus_json::canonical::cj;
use motus_json::{Limits, Object, ReadOptions, Text, Value};

use crate::event::{Event, LINE_LIMITS, event_hash};
use crate::merkle::{Merkle, Tree};
use crate::names::Phase;
use crate::timestamp::is_timestamp;
use crate::verify::{MOST_EVENTS, shortened};
use crate::{Digest, Uuid, roots};

/// An event log in the making.
///
/// Shape: each line is the canonical text of an event, written once: what is hashed is the line without its
/// first member. Source: MOTUS-SPEC-V0.1 §1.6, §2 Algorithm 2, §3.1.
#[derive(Debug)]
pub(super) struct EventLog {
    loop_id: String,
    text: String,
    events: u32,
    /// The hash of the last event.
    previous: Digest,
    merkle: Merkle,
}

/// How a payload may be: nested as deep as its line may be, less the line itself.
const PAYLOAD_LIMITS: ReadOptions = ReadOptions {
    limits: Limits { depth: LINE_LIMITS.limits.depth - 1, ..LINE_LIMITS.limits },
    non_finite: LINE_LIMITS.non_finite,
};

/// What stands between the brace of a line and the members that are hashed: `"event_hash":"…",`.
const HASH_MEMBER: usize = 80;

impl EventLog {
    /// Begins the log of a loop.
    pub(super) fn new(loop_id: Uuid) -> Self {
        Self {
            loop_id: loop_id.to_string(),
            text: String::new(),
            events: 0,
            previous: Digest::ZERO,
            merkle: Merkle::new(Tree::EventLog),
        }
    }

    /// Appends an event and chains it to the one before.
    ///
    /// Errors: a payload that has no canonical text or is nested too deep; a time that is none; a longer line or
    /// one more event than a verifier reads. The log is then as it was before.
    pub(super) fn push(
        &mut self,
        event_id: Uuid,
        ts_utc: &str,
        phase: Phase,
        kind: &str,
        payload: Object,
    ) -> Result<(), String> {
        if u64::from(self.events) >= MOST_EVENTS {
            return Err(format!("a log has {MOST_EVENTS} events at most"));
        }
        if !is_timestamp(ts_utc) {
            let told = shortened(ts_utc, 40);
            return Err(format!("{told:?} is no time such as 2025-12-24T00:00:00Z"));
        }
        let payload = payload_text(payload).map_err(|why| format!("payload of {kind}: {why}"))?;
        let rest = self.members(event_id, ts_utc, phase, kind, &payload);
        if 1 + HASH_MEMBER + rest.len() > LINE_LIMITS.limits.bytes {
            let most = LINE_LIMITS.limits.bytes;
            return Err(format!("the event {kind} is longer than {most} bytes"));
        }
        self.append(&rest);
        Ok(())
    }

    /// Tells a log once more, with a member of some events' payloads under another name.
    ///
    /// Shape: times, identifiers and order are the same, the chain is another. Both names must be equally long,
    /// so that no line becomes longer than one may be.
    pub(super) fn renamed(
        self,
        events: &BTreeSet<u32>,
        from: &str,
        to: &str,
    ) -> Result<Self, String> {
        let unreadable = |place: u32| format!("event {place} cannot be read again");
        let mut log = Self {
            loop_id: self.loop_id,
            text: String::with_capacity(self.text.len()),
            events: 0,
            previous: Digest::ZERO,
            merkle: Merkle::new(Tree::EventLog),
        };
        for line in self.text.lines() {
            let place = log.events;
            let Event { event_id, ts_utc, phase, kind, payload, .. } =
                Event::read(line.as_bytes()).map_err(|_| unreadable(place))?;
            let changed = if events.contains(&place) {
                let payload = cj::read(payload.as_bytes(), &PAYLOAD_LIMITS);
                let Ok(Value::Object(object)) = payload else { return Err(unreadable(place)) };
                let name = |name: Text| if name.as_str() == Some(from) { to.into() } else { name };
                let renamed = object.into_iter().map(|(key, value)| (name(key), value));
                Some(payload_text(renamed.collect())?)
            } else {
                None
            };
            let payload = changed.as_deref().unwrap_or(payload);
            let rest = log.members(event_id, ts_utc, phase, kind, payload);
            log.append(&rest);
        }
        Ok(log)
    }

    /// Returns the members of the next event that are hashed, in their order, and the closing brace.
    fn members(
        &self,
        event_id: Uuid,
        ts_utc: &str,
        phase: Phase,
        kind: &str,
        payload: &str,
    ) -> String {
        let mut rest = String::with_capacity(payload.len() + 320);
        rest.push_str("\"event_id\":\"");
        rest.push_str(&event_id.to_string());
        rest.push_str("\",\"kind\":");
        cj::write_string(kind, &mut rest);
        rest.push_str(",\"loop_id\":\"");
        rest.push_str(&self.loop_id);
        rest.push_str("\",\"payload\":");
        rest.push_str(payload);
        rest.push_str(",\"phase\":\"");
        rest.push_str(phase.as_str());
        rest.push_str("\",\"prev_event_hash\":\"");
        rest.push_str(&self.previous.to_string());
        rest.push_str("\",\"seq\":");
        rest.push_str(&self.events.to_string());
        rest.push_str(",\"ts_utc\":\"");
        rest.push_str(ts_utc);
        rest.push_str("\"}");
        rest
    }

    /// Hashes the members and writes the line.
    fn append(&mut self, rest: &str) {
        let hash = event_hash(b"{", rest.as_bytes());
        self.text.push_str("{\"event_hash\":\"");
        self.text.push_str(&hash.to_string());
        self.text.push_str("\",");
        self.text.push_str(rest);
        self.text.push('\n');
        self.merkle.push_hash(roots::event_leaf_hash(self.events.into(), &hash));
        self.previous = hash;
        self.events += 1;
    }

    /// Returns how many events there are.
    pub(super) fn len(&self) -> u32 {
        self.events
    }

    /// Returns the text of the log and the root over its events.
    pub(super) fn finish(self) -> (String, Digest) {
        let root = self.merkle.root();
        (self.text, root)
    }
}

/// Returns a payload's canonical text, if a verifier would read it.
fn payload_text(payload: Object) -> Result<String, String> {
    let text = cj::write(&payload.into()).map_err(|error| error.to_string())?;
    cj::check(text.as_bytes(), &PAYLOAD_LIMITS).map_err(|error| error.to_string())?;
    Ok(text)
}

#[cfg(test)]
mod tests;
