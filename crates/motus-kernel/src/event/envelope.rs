//! Any line, taken apart member by member: what is missing or wrong is told.

use motus_json::canonical::cj::{self, RawMember};

use super::{Event, LINE_LIMITS, Mentions, event_hash};
use crate::names::Phase;
use crate::shape::{Fault, Faults};
use crate::timestamp::is_timestamp;
use crate::{Digest, Uuid};

/// Reads a line, whatever it holds.
pub(super) fn read(line: &[u8]) -> Result<Event<'_>, Vec<Fault>> {
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

/// How many members an event has.
const MEMBERS: usize = 9;

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
            mentions: Mentions::ANY,
            whole: self.whole(line, payload?),
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

    /// Members that nobody knows may stand beside the content, and are looked through like it.
    fn whole(&self, line: &'l [u8], payload: &'l str) -> &'l str {
        let is_usual = self.members.len() == MEMBERS;
        if is_usual { payload } else { str::from_utf8(line).unwrap_or(payload) }
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
        Some(event_hash(line.get(..from)?, line.get(to..)?))
    }
}
