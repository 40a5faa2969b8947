//! The kinds that Motus itself records, byte-exact.
//!
//! A Store holds a kind's schema by digest, so the published release 0.5.3 continues a Store only if
//! these documents are exactly its own. [`tests`] pins each digest.

use motus_json::{Object, Value};

use crate::SchemaError;
use crate::kind::Schema;

/// A kind that Motus records, before it is registered in a Store.
#[derive(Debug, Clone)]
pub struct Kind {
    /// The kind's name, such as `adapter.wrap.start`.
    pub name: String,
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
            "adapter.wrap.start",
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
            "adapter.wrap.output_summary",
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
            "adapter.wrap.end",
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

    /// Work was claimed.
    pub fn work_claim() -> Self {
        Self::new(
            "work.claim",
            &["lease_id", "work_id", "agent_id", "intent", "resource_specs"],
            &[
                ("lease_id", STRING),
                ("work_id", STRING),
                ("agent_id", STRING),
                ("intent", STRING),
                ("resource_specs", ARRAY),
                ("ttl_s", INTEGER),
            ],
        )
    }

    /// Claimed work was released.
    pub fn work_release() -> Self {
        Self::new(
            "work.release",
            &["lease_id", "outcome", "decision", "reason_code"],
            &[
                ("lease_id", STRING),
                ("outcome", STRING),
                ("decision", STRING),
                ("reason_code", STRING),
                ("message", STRING),
            ],
        )
    }

    /// An outcome of the given type was registered for claimed work.
    pub fn work_outcome(outcome_type: &str) -> Self {
        Self::new(
            format!("outcome.{}", kind_suffix(outcome_type)),
            &["lease_id", "outcome_type", "summary"],
            &[
                ("lease_id", STRING),
                ("legacy_outcome_id", STRING_OR_NULL),
                ("outcome_type", STRING),
                ("path", STRING_OR_NULL),
                ("description", STRING_OR_NULL),
                ("summary", STRING),
            ],
        )
    }

    /// Evidence of the given type was attached to claimed work.
    pub fn work_evidence(evidence_type: &str) -> Self {
        Self::new(
            format!("evidence.motus_work.{}", kind_suffix(evidence_type)),
            &["lease_id", "evidence_type", "summary"],
            &[
                ("lease_id", STRING),
                ("legacy_evidence_id", STRING_OR_NULL),
                ("evidence_type", STRING),
                ("summary", STRING),
                ("test_results", Nullable("object")),
                ("diff_summary", STRING_OR_NULL),
                ("log_excerpt", STRING_OR_NULL),
            ],
        )
    }

    /// A decision about claimed work was logged.
    pub fn work_decision() -> Self {
        Self::new(
            "decision.motus_work",
            &["lease_id", "decision"],
            &[
                ("lease_id", STRING),
                ("legacy_decision_id", STRING_OR_NULL),
                ("decision", STRING),
                ("rationale", STRING_OR_NULL),
                ("alternatives_considered", ARRAY),
            ],
        )
    }

    fn new(
        name: impl Into<String>,
        required: &'static [&'static str],
        fields: &'static [(&'static str, Field)],
    ) -> Self {
        Self { name: name.into(), required, fields }
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

/// Returns the part of a kind's name that a free-form type stands for.
///
/// Shape: trimmed, lower case, runs of other characters than `[A-Za-z0-9_.-]` become one `_`,
/// separators at the ends are dropped, nothing left is `other`.
pub fn kind_suffix(free_form: &str) -> String {
    let mut suffix = String::new();
    let mut in_foreign_run = false;
    for character in free_form.trim().to_lowercase().chars() {
        let foreign = !matches!(character, 'A'..='Z' | 'a'..='z' | '0'..='9' | '_' | '.' | '-');
        if !foreign {
            suffix.push(character);
        } else if !in_foreign_run {
            suffix.push('_');
        }
        in_foreign_run = foreign;
    }
    let trimmed = suffix.trim_matches(['.', '_', '-']);
    if trimmed.is_empty() { "other".to_owned() } else { trimmed.to_owned() }
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
            (
                Kind::work_claim(),
                "work.claim",
                "91d0ec82c1a34d2d62aee124cade7ddec17ae13a1a0a285d23125a56c76e3981",
            ),
            (
                Kind::work_release(),
                "work.release",
                "8c57d64d2c2d701f5fea9e49b0ef024bf376649b561365b57a7a97e8a2de42a1",
            ),
            (
                Kind::work_outcome("API Thing!"),
                "outcome.api_thing",
                "1be75fe9653b03177024d326141b75cba262b425450942f4e79cdcd47ea234a9",
            ),
            (
                Kind::work_evidence("test_result"),
                "evidence.motus_work.test_result",
                "9280291af15e87e1261336ddf7aabf1f913f7bafce6e0eaff6a32284f0d69721",
            ),
            (
                Kind::work_decision(),
                "decision.motus_work",
                "ee9302563869501c52e9f2e74604e6dd1cfb015cfe34e15449e494ffadac0e72",
            ),
        ] {
            let schema = kind.schema().expect("a catalogue kind is valid");
            assert_eq!((kind.name.as_str(), schema.digest().hex()), (name, hex));
        }
    }

    #[test]
    fn suffixes_are_the_published_ones() {
        for (free_form, suffix) in [
            ("API Thing!", "api_thing"),
            ("é", "other"),
            ("a/b c", "a_b_c"),
            ("  ..x..  ", "x"),
            ("a   b", "a_b"),
            ("a_ b", "a__b"),
            ("", "other"),
            ("!!!", "other"),
        ] {
            assert_eq!(kind_suffix(free_form), suffix, "{free_form:?}");
        }
    }
}
