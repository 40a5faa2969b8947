//! An event: one append-only fact of a run.

use motus_json::{Object, ReadError, ReadOptions, Value};

use crate::{Digest, RunId, Timestamp};

/// A stored event: the ten columns of its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The run it belongs to.
    pub run_id: RunId,
    /// Its place in the run: 1, 2, 3, … without gaps.
    pub seq: u64,
    /// The key under which appending it again is a replay.
    pub idempotency_key: String,
    /// The event's identifier, which [`Event::derive_id`] gives.
    pub id: String,
    /// The digest of `payload_json`.
    pub payload_hash: String,
    /// The digest of the schema that the payload was checked against.
    pub schema_hash: String,
    /// The event's kind, such as `adapter.wrap.start`.
    pub schema_kind: String,
    /// When it was recorded.
    pub ts: Timestamp,
    /// The payload's canonical text, verbatim.
    pub payload_json: String,
    /// Who recorded it.
    pub producer_id: String,
}

impl Event {
    /// Returns an event's identifier: the hash of run id, a NUL byte and the idempotency key.
    pub fn derive_id(run_id: &RunId, idempotency_key: &str) -> Digest {
        Digest::of_parts(&[run_id.as_str().as_bytes(), b"\0", idempotency_key.as_bytes()])
    }

    /// Reads the payload, accepting all that the published writer could have stored.
    pub fn payload(&self) -> Result<Value, ReadError> {
        motus_json::read(self.payload_json.as_bytes(), &ReadOptions::STORED)
    }

    /// Returns the row as an object with the Store's column names, in column order.
    pub fn to_object(&self) -> Object {
        Object::from([
            ("run_id", Value::from(self.run_id.as_str())),
            ("seq", self.seq.into()),
            ("idempotency_key", self.idempotency_key.as_str().into()),
            ("id", self.id.as_str().into()),
            ("payload_hash", self.payload_hash.as_str().into()),
            ("schema_hash", self.schema_hash.as_str().into()),
            ("schema_kind", self.schema_kind.as_str().into()),
            ("ts", self.ts.as_str().into()),
            ("payload_json", self.payload_json.as_str().into()),
            ("producer_id", self.producer_id.as_str().into()),
        ])
    }
}

/// What appending an event needs.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The run to append to.
    pub run_id: RunId,
    /// The registered kind.
    pub schema_kind: String,
    /// The payload; it must be an object.
    pub payload: Value,
    /// The key under which appending again is a replay.
    pub idempotency_key: String,
    /// Who records the event.
    pub producer_id: String,
    /// The schema version to check against; the latest when absent.
    pub schema_hash: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_published_one() {
        let run_id = RunId::from("run_00000000000000000001_0123456789ab");
        assert_eq!(
            Event::derive_id(&run_id, "e1").hex(),
            "7193250e751bc32dab28bf557b12c8a3cfc66f078517cbc4d9adf072c50f1e62"
        );
    }
}
