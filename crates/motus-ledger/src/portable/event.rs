//! Portable events: named by their content, unlike those of a Store.
//!
//! Source: Work Receipt Envelope v0.1, level 1. There are four kinds; each has a schema of which only the
//! digest travels.

use motus_json::canonical::envelope::LoneSurrogate;
use motus_json::{Object, Value};

use crate::Digest;
use crate::portable::canon::{digest, text};
use crate::portable::work::Moment;

/// The kind of a portable event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Work began.
    Started,
    /// Tools were used.
    ToolUsed,
    /// Evidence was referred to.
    EvidenceReferenced,
    /// Work ended.
    Closed,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::Started, Self::ToolUsed, Self::EvidenceReferenced, Self::Closed];

    /// Returns the kind's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "work.started",
            Self::ToolUsed => "tool.used",
            Self::EvidenceReferenced => "evidence.referenced",
            Self::Closed => "work.closed",
        }
    }

    /// Returns what a payload of this kind has to say, in the order over which the schema is hashed.
    pub fn required_payload(self) -> &'static [&'static str] {
        match self {
            Self::Started => &["work_id", "actor", "trigger", "instruction"],
            Self::ToolUsed => &["tool_refs"],
            Self::EvidenceReferenced => &["evidence_refs"],
            Self::Closed => &["outcome", "acceptance", "route_summary", "handoff"],
        }
    }

    /// Returns the digest of the kind's schema.
    pub fn schema_hash(self) -> Result<String, LoneSurrogate> {
        let schema = Object::from([
            ("schema_version", Value::from("motus.event-kind-schema.v0.1")),
            ("event_kind", self.name().into()),
            ("required_payload", self.required_payload().to_vec().into()),
        ]);
        Ok(digest(&Value::Object(schema))?.as_str().to_owned())
    }
}

/// Writes the events of one run, in order.
///
/// An export is mostly events: writing the members in the order of their names, around a payload that is
/// written once, takes four fifths off its time. Tests read the text back.
#[derive(Debug)]
pub(super) struct EventWriter {
    /// What each kind begins and ends with, where all its events are alike.
    kinds: Vec<(EventKind, String, String)>,
    written: u64,
}

/// What stands where the identifier will.
const NO_ID: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

impl EventWriter {
    pub(super) fn of(run_id: &str, producer_id: Option<&str>) -> Result<Self, LoneSurrogate> {
        let producer_id = match producer_id {
            Some(producer_id) => format!(",\"producer_id\":{}", string(producer_id)?),
            None => String::new(),
        };
        let run_id = string(run_id)?;
        let kinds = EventKind::ALL.into_iter().map(|kind| {
            let beginning = format!("\"event_kind\":\"{}\",\"idempotency_key\":", kind.name());
            let end = format!(
                "\"{producer_id},\"run_id\":{run_id},\"schema_hash\":\"{}\",\
                 \"schema_version\":\"motus.work-event.v0.1\",\"seq\":",
                kind.schema_hash()?
            );
            Ok((kind, beginning, end))
        });
        Ok(Self { kinds: kinds.collect::<Result<_, _>>()?, written: 0 })
    }

    /// Appends the canonical text of the next event; its payload is a canonical text.
    pub(super) fn write(
        &mut self,
        kind: EventKind,
        moment: &Moment,
        payload: &str,
        out: &mut String,
    ) -> Result<(), LoneSurrogate> {
        let Some((_, beginning, end)) = self.kinds.iter().find(|(of, ..)| *of == kind) else {
            return Ok(());
        };
        self.written = self.written.saturating_add(1);
        out.push_str("{\"event_id\":\"");
        let id = out.len();
        out.push_str(NO_ID);
        out.push_str("\",");
        let nameless = out.len();
        out.push_str(beginning);
        out.push_str(&string(&moment.key)?);
        out.push_str(",\"occurred_at\":");
        out.push_str(&string(&moment.at)?);
        out.push_str(",\"payload\":");
        out.push_str(payload);
        out.push_str(",\"payload_hash\":\"");
        out.push_str(Digest::of(payload).as_str());
        out.push_str(end);
        out.push_str(&self.written.to_string());
        out.push('}');
        // The identifier is the digest of all else that the event says.
        let rest = out.get(nameless..).unwrap_or_default();
        let event_id = Digest::of_parts(&[b"{", rest.as_bytes()]);
        out.replace_range(id..id + NO_ID.len(), event_id.as_str());
        Ok(())
    }
}

fn string(value: &str) -> Result<String, LoneSurrogate> {
    text(&Value::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_have_the_published_digests() {
        let hashes = EventKind::ALL.map(|kind| kind.schema_hash().unwrap());
        assert_eq!(
            hashes,
            [
                "sha256:069eba0b9766a44a1ede3a0bd8713971bf0a2f14a81b5dfa783dc44be11cd438",
                "sha256:6027fbfb36e5e348059f8d465a60feb26c22b80c9a9516833f50c6134aad95b5",
                "sha256:7a3920cb0b91eecb3520bb88c25cb97f124dca55aec7a57488788028de48bf6b",
                "sha256:8c0c9045fa311e4ed98eec8978d1158217c3a618d356b566de1a86334d8354c1",
            ]
        );
    }

    #[test]
    fn an_event_is_written_in_its_canonical_form() {
        let moment = Moment { at: "2026-01-02T03:04:05Z".to_owned(), key: "é\"\n".to_owned() };
        for producer_id in [None, Some("p\u{1}")] {
            let mut writer = EventWriter::of("run \\ 1", producer_id).unwrap();
            for (seq, kind) in (1_u64..).zip(EventKind::ALL) {
                let mut written = String::new();
                writer.write(kind, &moment, r#"{"a":[1,"é"]}"#, &mut written).unwrap();
                let value =
                    motus_json::read(written.as_bytes(), &motus_json::ReadOptions::default());
                let value = value.unwrap();
                assert_eq!(text(&value).unwrap(), written);
                assert_eq!(value.get("seq").and_then(Value::as_u64), Some(seq));
                assert_eq!(value.get("producer_id").and_then(Value::as_str), producer_id);
            }
        }
    }
}
