//! The line as every known writer spells it: nine members at places that are known, and nothing else.
//!
//! Canonical text has one spelling, so that the envelope can be compared with it piece by piece, from both
//! ends, and only the content between has to be checked. A line that differs anywhere, be it wrong or only
//! unusual, is none of this module's: it is read member by member instead.

use motus_json::canonical::cj;
use motus_json::{Limits, ReadOptions};

use super::{Event, LINE_LIMITS, Mentions};
use crate::names::Phase;
use crate::timestamp::is_timestamp;
use crate::{Digest, Uuid};

/// What the bounds on a line leave to its content: the line itself and its eight other values are counted.
const CONTENT_LIMITS: ReadOptions = ReadOptions {
    limits: Limits {
        bytes: LINE_LIMITS.limits.bytes,
        depth: LINE_LIMITS.limits.depth - 1,
        values: LINE_LIMITS.limits.values - 9,
    },
    non_finite: LINE_LIMITS.non_finite,
};

/// Reads a line that is spelled as usual; any other is `None`.
pub(super) fn read(line: &[u8]) -> Option<Event<'_>> {
    if line.len() > LINE_LIMITS.limits.bytes {
        return None;
    }
    let rest = str::from_utf8(line).ok()?.strip_prefix("{\"event_hash\":\"")?;
    let (event_hash, rest) = rest.split_at_checked(64)?;
    let rest = rest.strip_prefix("\",")?;
    // What is hashed is the line without the member that was just passed.
    let hashed = rest;
    let (event_id, rest) = rest.strip_prefix("\"event_id\":\"")?.split_at_checked(36)?;
    let (kind, rest) = rest.strip_prefix("\",\"kind\":\"")?.split_once('"')?;
    let (loop_id, rest) = rest.strip_prefix(",\"loop_id\":\"")?.split_at_checked(36)?;
    let rest = rest.strip_prefix("\",\"payload\":")?;

    let (rest, ts_utc) = rest.strip_suffix("\"}")?.rsplit_once('"')?;
    let (rest, seq) = rest.strip_suffix(",\"ts_utc\":")?.rsplit_once(':')?;
    let rest = rest.strip_suffix("\",\"seq\"")?;
    let (rest, prev_event_hash) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    let (rest, phase) = rest.strip_suffix("\",\"prev_event_hash\":\"")?.rsplit_once('"')?;
    let payload = rest.strip_suffix(",\"phase\":")?;

    let kind = is_name(kind).then_some(kind)?;
    let ts_utc = is_timestamp(ts_utc).then_some(ts_utc)?;
    Some(Event {
        event_id: Uuid::parse(event_id)?,
        loop_id: Uuid::parse(loop_id)?,
        seq: number(seq)?,
        ts_utc,
        phase: Phase::parse(phase)?,
        kind,
        payload,
        mentions: content(payload)?,
        whole: payload,
        prev_event_hash: Digest::parse(prev_event_hash)?,
        event_hash: Digest::parse(event_hash)?,
        computed_hash: super::event_hash(b"{", hashed.as_bytes()),
    })
}

/// Tells whether a text needs no escapes, without asking much of it.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Reads a number of 32 bits in its one spelling.
fn number(text: &str) -> Option<u64> {
    let is_canonical = text == "0" || matches!(text.as_bytes().first(), Some(b'1'..=b'9'));
    is_canonical.then(|| text.parse::<u32>().ok().map(u64::from))?
}

/// Checks that a content is a canonical object, and hears its keys.
fn content(payload: &str) -> Option<Mentions> {
    if !payload.starts_with('{') {
        return None;
    }
    let mut mentions = Mentions::default();
    cj::check_keys(payload, &CONTENT_LIMITS, |key| mentions.hear(key)).ok()?;
    Some(mentions)
}

#[cfg(test)]
mod tests {
    use motus_testkit::bundle::{Shape, canonical, shaped};

    use super::super::{Event, Mention, Mentions, envelope};
    use super::read;

    fn lines() -> Vec<String> {
        let text = "\"evidence\": \\ \u{1} \u{7f}é".to_owned();
        let shape = Shape {
            events: 1,
            records: 1,
            skills: 1,
            children: 1,
            errors: 1,
            text,
            ..Shape::default()
        };
        shaped(&shape).events.iter().map(canonical).collect()
    }

    fn spelled_out(event: &Event<'_>) -> String {
        format!("{:?}", Event { mentions: Mentions::ANY, ..*event })
    }

    /// What the short way takes, the long way takes for the same.
    #[track_caller]
    fn agrees(line: &[u8]) -> bool {
        let Some(found) = read(line) else { return false };
        let text = String::from_utf8_lossy(line);
        let expected = envelope::read(line).map_err(|faults| format!("{text}: {faults:?}"));
        assert_eq!(Ok(spelled_out(&found)), expected.map(|event| spelled_out(&event)));
        for (key, mention) in [
            ("\"type\":", Mention::Type),
            ("\"data\":", Mention::Data),
            ("\"evidence\":", Mention::Evidence),
            ("\"effects_observed\":", Mention::EffectsObserved),
            ("\"artifacts_out\":", Mention::ArtifactsOut),
        ] {
            let stands = format!("{{{key}");
            let is_key =
                found.payload.contains(&stands) || found.payload.contains(&format!(",{key}"));
            assert!(!is_key || found.mentions.may_have(mention), "{text}: {key}");
        }
        true
    }

    #[test]
    fn lines_of_known_writers_go_the_short_way() {
        for line in lines() {
            assert!(agrees(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn no_changed_byte_is_taken_for_anything_else() {
        let mut taken = 0;
        for line in lines().into_iter().map(String::into_bytes) {
            for place in 0..line.len() {
                for byte in *b"\"\\{}[],:0+-af. A\n\x00\xC3" {
                    let mut changed = line.clone();
                    changed[place] = byte;
                    taken += usize::from(agrees(&changed));
                    changed.insert(place, line[place]);
                    taken += usize::from(agrees(&changed));
                }
                agrees(&line[..place]);
                agrees(&line[place..]);
                agrees(&[&line[..place], &line[place + 1..]].concat());
            }
        }
        assert!(taken > 1000, "digits and letters may be others: {taken}");
    }

    #[test]
    fn numbers_have_one_spelling() {
        let line = lines().swap_remove(0);
        let with = |seq: &str| line.replace("\"seq\":0,", &format!("\"seq\":{seq},"));
        for seq in ["0", "7", "10", "4294967295"] {
            assert!(agrees(with(seq).as_bytes()), "{seq}");
        }
        for seq in ["", "00", "01", "+1", "-0", "-1", "1.0", "1e1", " 1", "4294967296", "\"1\""] {
            assert!(read(with(seq).as_bytes()).is_none(), "{seq}");
        }
    }

    #[test]
    fn the_content_may_be_as_deep_as_the_line_allows_and_no_deeper() {
        let line = lines().swap_remove(1);
        let (before, rest) = line.split_once("\"payload\":{").expect("a line has a payload");
        let (_, after) = rest.split_once("},\"phase\"").expect("a line has a phase");
        let deep = |levels: usize| {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            format!("{before}\"payload\":{{\"a\":{open}{close}}},\"phase\"{after}")
        };
        assert!(agrees(deep(125).as_bytes()));
        assert!(envelope::read(deep(126).as_bytes()).is_err());
        assert!(read(deep(126).as_bytes()).is_none());
    }
}
