//! A run: one bounded piece of work, its identity and how it ended.

use std::fmt;

use motus_json::{Object, Value, canonical};

use crate::digest::hex_digit;
use crate::{Clock, Digest, Ids, Timestamp};

/// The identifier of a run.
///
/// Shape when made here: `run_`, twenty digits of nanoseconds since the epoch, `_`, twelve
/// hexadecimal digits, so that lexical order is creation order. One read from a Store is opaque.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// Makes the identifier of a run that starts now.
    pub fn generate(clock: &dyn Clock, ids: &dyn Ids) -> Self {
        let mut text = format!("run_{:020}_", clock.unix_nanoseconds());
        for byte in ids.random() {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0x0f));
        }
        Self(text)
    }

    /// Returns the identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RunId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for RunId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The work did what it set out to do.
    Success,
    /// The work ended and did not succeed.
    Failure,
    /// The work was stopped before it could end.
    Aborted,
}

impl Outcome {
    /// Reads the Store's spelling.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "success" => Some(Self::Success),
            "failure" => Some(Self::Failure),
            "aborted" => Some(Self::Aborted),
            _ => None,
        }
    }

    /// Returns the Store's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Aborted => "aborted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A stored run: the fourteen columns of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The identifier.
    pub id: RunId,
    /// The key under which starting this run again returns it.
    pub idempotency_key: String,
    /// Who started the run.
    pub producer_id: String,
    /// The adapter that started the run, such as `motus-wrap`.
    pub source: String,
    /// When the run started.
    pub started_at: Timestamp,
    /// What the run is for.
    pub intent: String,
    /// The working directory.
    pub cwd: String,
    /// The commit that was checked out, when known.
    pub git_sha: Option<String>,
    /// How the run ended; `None` while it is open.
    pub closing: Option<Closing>,
}

impl Run {
    /// Tells whether the run still accepts events.
    pub fn is_open(&self) -> bool {
        self.closing.is_none()
    }

    /// Returns `open` or `closed`, as projections spell it.
    pub fn status(&self) -> &'static str {
        if self.is_open() { "open" } else { "closed" }
    }

    /// Returns the row as an object with the Store's column names, in column order.
    pub fn to_object(&self) -> Object {
        let closing = self.closing.as_ref();
        Object::from([
            ("id", Value::from(self.id.as_str())),
            ("idempotency_key", self.idempotency_key.as_str().into()),
            ("producer_id", self.producer_id.as_str().into()),
            ("source", self.source.as_str().into()),
            ("started_at", self.started_at.as_str().into()),
            ("ended_at", closing.map(|end| end.ended_at.as_str()).into()),
            ("intent", self.intent.as_str().into()),
            ("cwd", self.cwd.as_str().into()),
            ("git_sha", self.git_sha.as_deref().into()),
            ("outcome", closing.map(|end| end.outcome.as_str()).into()),
            ("outcome_note", closing.and_then(|end| end.outcome_note.as_deref()).into()),
            ("end_idempotency_key", closing.map(|end| end.idempotency_key.as_str()).into()),
            ("end_payload_hash", closing.map(|end| end.payload_hash.as_str()).into()),
            ("ended_by_producer_id", closing.map(|end| end.producer_id.as_str()).into()),
        ])
    }
}

/// How, when and by whom a run was closed: the six end columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When the run ended.
    pub ended_at: Timestamp,
    /// The terminal outcome.
    pub outcome: Outcome,
    /// A remark on the outcome.
    pub outcome_note: Option<String>,
    /// The key under which closing again is a replay.
    pub idempotency_key: String,
    /// The digest that [`Closing::digest`] gives.
    pub payload_hash: String,
    /// Who closed the run.
    pub producer_id: String,
}

impl Closing {
    /// Returns the end payload's digest: the hash of the canonical
    /// `{"outcome","outcome_note","producer_id"}`.
    pub fn digest(outcome: Outcome, outcome_note: Option<&str>, producer_id: &str) -> Digest {
        let payload = Object::from([
            ("outcome", Value::from(outcome.as_str())),
            ("outcome_note", outcome_note.into()),
            ("producer_id", producer_id.into()),
        ]);
        Digest::of(canonical::store::write(&Value::Object(payload)))
    }
}

/// What starting a run needs.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The adapter that starts the run.
    pub source: String,
    /// What the run is for.
    pub intent: String,
    /// The working directory.
    pub cwd: String,
    /// The commit that is checked out, when known.
    pub git_sha: Option<String>,
    /// The key under which starting again returns the same run.
    pub idempotency_key: String,
    /// Who starts the run.
    pub producer_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_digests_are_the_published_ones() {
        for (outcome, note, producer, hex) in [
            (
                Outcome::Success,
                None,
                "p1",
                "be7451afea38454d20ffecac7706415a190535b240326450dbf3a0073458693a",
            ),
            (
                Outcome::Failure,
                Some("nope"),
                "p2",
                "bab6cded65cb5b407ad0296e09d00e71c893bae1b1eacc76ad26c8a0a1f139d7",
            ),
            (
                Outcome::Aborted,
                Some("é"),
                "motus-work:default",
                "ad6ab759d4340d4a6c28577e3f70247283206528cc182875cdcf3bc1b46ca40b",
            ),
        ] {
            assert_eq!(Closing::digest(outcome, note, producer).hex(), hex);
        }
    }

    #[test]
    fn run_ids_sort_by_creation() {
        struct At(u64);
        impl Clock for At {
            fn unix_nanoseconds(&self) -> u64 {
                self.0
            }
        }
        struct Same;
        impl Ids for Same {
            fn random(&self) -> [u8; 6] {
                [0x01, 0x23, 0x45, 0x67, 0x89, 0xab]
            }
        }
        let first = RunId::generate(&At(1), &Same);
        assert_eq!(first.as_str(), "run_00000000000000000001_0123456789ab");
        assert!(first < RunId::generate(&At(10), &Same));
    }
}
