//! The kinds that Motus itself records, byte-exact.
//!
//! A Store holds a kind's schema by digest, so the published release 0.5.3 continues a Store only if
//! these documents are exactly its own. [`tests`] pins each digest.

use motus_json::{Object, Value};

use crate::SchemaError;
use crate::kind::Schema;
use crate::wrap::{END_KIND, OUTPUT_SUMMARY_KIND, START_KIND};

/// A kind that Motus records, before it is registered in a Store.
#[derive(Debug, Clone)]
pub struct Kind {
    /// The kind's name, such as [`START_KIND`].
    pub name: &'static str,
    required: &'static [&'static str],
    fields: &'static [(&'static str, Field)],
}

/// What a field's definition declares.
#[derive(Debug, Clone, Copy)]
enum Field {
    Type(&'static str),
    Nullable(&'static str),
    OneOf(&'static [&'static str]),
}

use Field::{Nullable, OneOf, Type};

const STRING: Field = Type("string");
const INTEGER: Field = Type("integer");
const BOOLEAN: Field = Type("boolean");
const ARRAY: Field = Type("array");
const STRING_OR_NULL: Field = Nullable("string");
const BOOLEAN_OR_NULL: Field = Nullable("boolean");

impl Kind {
    /// A wrapped command is about to start.
    pub fn wrap_start() -> Self {
        Self::new(
            START_KIND,
            &[
                "run_id",
                "producer_id",
                "idempotency_key",
                "cwd",
                "git_sha",
                "argv_summary",
                "started_at",
            ],
            &[
                ("run_id", STRING),
                ("producer_id", STRING),
                ("idempotency_key", STRING),
                ("cwd", STRING),
                ("git_sha", STRING_OR_NULL),
                ("argv_summary", ARRAY),
                ("started_at", STRING),
                ("command_display", STRING),
                ("working_tree_dirty", BOOLEAN_OR_NULL),
                ("adapter_version", STRING),
            ],
        )
    }

    /// What a wrapped command wrote to one of its streams, without the content.
    pub fn wrap_output_summary() -> Self {
        Self::new(
            OUTPUT_SUMMARY_KIND,
            &[
                "run_id",
                "producer_id",
                "idempotency_key",
                "stream",
                "summary",
                "truncated",
                "redaction_applied",
                "payload_hash",
            ],
            &[
                ("run_id", STRING),
                ("producer_id", STRING),
                ("idempotency_key", STRING),
                ("stream", OneOf(&["stdout", "stderr"])),
                ("summary", STRING),
                ("truncated", BOOLEAN),
                ("redaction_applied", BOOLEAN),
                ("payload_hash", STRING),
                ("line_count", INTEGER),
                ("byte_count", INTEGER),
                ("redaction_reason_codes", ARRAY),
                ("content_omitted", BOOLEAN),
                ("output_capture_policy", STRING),
            ],
        )
    }

    /// A wrapped command ended.
    pub fn wrap_end() -> Self {
        Self::new(
            END_KIND,
            &[
                "run_id",
                "producer_id",
                "idempotency_key",
                "exit_code",
                "outcome",
                "duration_ms",
                "ended_at",
            ],
            &[
                ("run_id", STRING),
                ("producer_id", STRING),
                ("idempotency_key", STRING),
                ("exit_code", INTEGER),
                ("outcome", OneOf(&["success", "failure", "aborted"])),
                ("duration_ms", INTEGER),
                ("ended_at", STRING),
                ("timed_out", BOOLEAN),
                ("redaction_applied", BOOLEAN),
                ("redaction_reason_codes", ARRAY),
            ],
        )
    }

    fn new(
        name: &'static str,
        required: &'static [&'static str],
        fields: &'static [(&'static str, Field)],
    ) -> Self {
        Self { name, required, fields }
    }

    /// Returns the schema that this kind registers.
    pub fn schema(&self) -> Result<Schema, SchemaError> {
        let properties: Object =
            self.fields.iter().map(|(name, field)| (*name, field.definition())).collect();
        Schema::new(Value::Object(Object::from([
            ("type", Value::from("object")),
            ("required", self.required.to_vec().into()),
            ("properties", properties.into()),
        ])))
    }
}

impl Field {
    fn definition(self) -> Value {
        let object = match self {
            Type(name) => Object::from([("type", Value::from(name))]),
            Nullable(name) => Object::from([("type", Value::from(vec![name, "null"]))]),
            OneOf(choices) => Object::from([
                ("type", Value::from("string")),
                ("enum", Value::from(choices.to_vec())),
            ]),
        };
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_the_published_digest() {
        for (kind, name, hex) in [
            (
                Kind::wrap_start(),
                "adapter.wrap.start",
                "48e6f825293998277e25c27e12c9a8fbf677cc688efde4a0158e0b08c55d542e",
            ),
            (
                Kind::wrap_output_summary(),
                "adapter.wrap.output_summary",
                "89f864d8b767abf295fd965c1f9027fc9f2e285d09d8549e8291fcda3e7c6b11",
            ),
            (
                Kind::wrap_end(),
                "adapter.wrap.end",
                "92163371fde3fc9d30c09c2b750b0bd427e051ceb18bd8c0ddd2ba7df55ac017",
            ),
        ] {
            let schema = kind.schema().expect("a catalogue kind is valid");
            assert_eq!((kind.name, schema.digest().hex()), (name, hex));
        }
    }
}
