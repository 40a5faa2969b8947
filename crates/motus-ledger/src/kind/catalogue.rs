//! The kinds that Motus itself records, byte-exact.
//!
//! A Store holds a kind's schema by digest, so the published release 0.5.3 continues a Store only if
//! these documents are exactly its own. [`tests`] pins each digest.

use std::borrow::Cow;

use motus_json::{Object, Text, Value};

use crate::kind::payload::Rule;
use crate::kind::{Schema, check_evolution};
use crate::work::work_kind_named;
use crate::wrap::{END_KIND, OUTPUT_SUMMARY_KIND, START_KIND, evidence_kind_named};
use crate::{SchemaError, scope};

/// A kind that Motus records, before it is registered in a Store.
#[derive(Debug, Clone)]
pub struct Kind {
    /// The kind's name, such as [`START_KIND`].
    pub name: Cow<'static, str>,
    required: &'static [&'static str],
    fields: &'static [(&'static str, Field)],
    /// What is recorded beyond the declared fields: releases that came later may declare it.
    beyond: &'static [(&'static str, Field)],
}

/// What a field's definition declares.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Field {
    Type(&'static str),
    Nullable(&'static str),
    OneOf(&'static [&'static str]),
}

use Field::{Nullable, OneOf, Type};

pub(crate) const STRING: Field = Type("string");
pub(crate) const INTEGER: Field = Type("integer");
pub(crate) const BOOLEAN: Field = Type("boolean");
pub(crate) const ARRAY: Field = Type("array");
pub(crate) const STRING_OR_NULL: Field = Nullable("string");
pub(crate) const BOOLEAN_OR_NULL: Field = Nullable("boolean");
pub(crate) const OBJECT: Field = Type("object");

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
            &[("process", OBJECT)],
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
            &[],
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
            &[("interruption", STRING)],
        )
    }

    /// Makes a kind of which nothing is recorded beyond its declared fields.
    pub(crate) fn plain(
        name: impl Into<Cow<'static, str>>,
        required: &'static [&'static str],
        fields: &'static [(&'static str, Field)],
    ) -> Self {
        Self::new(name, required, fields, &[])
    }

    /// Makes a kind of which more is recorded than the declared fields.
    pub(crate) fn with_more(self, beyond: &'static [(&'static str, Field)]) -> Self {
        Self { beyond, ..self }
    }

    fn new(
        name: impl Into<Cow<'static, str>>,
        required: &'static [&'static str],
        fields: &'static [(&'static str, Field)],
        beyond: &'static [(&'static str, Field)],
    ) -> Self {
        Self { name: name.into(), required, fields, beyond }
    }

    /// Tells what may be in a payload of this kind, declared or not.
    #[cfg(test)]
    pub(crate) fn knows(&self, member: &Text) -> bool {
        self.fields.iter().chain(self.beyond).any(|(name, _)| *member == **name)
    }

    /// Returns the kind of this name, if it is one that this program records.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::wrap_start(), Self::wrap_output_summary(), Self::wrap_end()]
            .into_iter()
            .find(|kind| kind.name == name)
            .or_else(|| evidence_kind_named(name))
            .or_else(|| scope::kind_named(name))
            .or_else(|| work_kind_named(name))
    }

    /// Checks that whatever is recorded of this kind satisfies another version of it.
    ///
    /// Errors: `kind.evolution_refused`.
    pub(crate) fn check_version(&self, version: &Schema) -> Result<(), SchemaError> {
        check_evolution(&self.schema()?, version)?;
        for (name, field) in self.beyond {
            let name = Text::from(*name);
            let takes_all = |rule: &Rule| rule.takes_all_like(&name, &field.sample());
            if !version.rule(&name).is_none_or(takes_all) {
                let problem = format!("changed field definition: {name}");
                return Err(SchemaError::Evolution(problem));
            }
        }
        Ok(())
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

    /// Returns a value that the field may have.
    fn sample(self) -> Value {
        match self {
            Type("object") => Object::new().into(),
            Type("array") => Vec::<Value>::new().into(),
            Type("boolean") => false.into(),
            Type("integer") => 0.into(),
            Type(_) => "".into(),
            Nullable(_) => Value::Null,
            OneOf(choices) => Value::from(choices.first().copied()),
        }
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
            assert_eq!((&*kind.name, schema.digest().hex()), (name, hex));
        }
    }

    #[test]
    fn a_version_takes_what_is_recorded_beyond_the_declared_fields() {
        let version = |kind: &Kind, field: &str, definition: &str| {
            let ours = kind.schema().expect("a catalogue kind is valid").canonical_text();
            let wider = format!(r#""properties":{{"{field}":{definition},"#);
            Schema::from_stored(&ours.replacen(r#""properties":{"#, &wider, 1)).expect("a schema")
        };
        for (kind, field, definition, fits) in [
            (Kind::wrap_start(), "process", r#"{"type":"null"}"#, false),
            (Kind::wrap_start(), "process", r#"{"type":["weird","object"]}"#, false),
            (Kind::wrap_start(), "process", r#"{"type":"object","enum":[{}]}"#, false),
            (Kind::wrap_start(), "process", r#"{"type":["null","object"]}"#, true),
            (Kind::wrap_start(), "process", "{}", true),
            (Kind::wrap_start(), "interruption", r#"{"type":"null"}"#, true),
            (Kind::wrap_end(), "interruption", r#"{"type":"null"}"#, false),
            (Kind::wrap_end(), "interruption", r#"{"enum":["signal 15",""]}"#, false),
            (Kind::wrap_end(), "interruption", r#"{"type":["string","null"]}"#, true),
            (Kind::wrap_output_summary(), "process", r#"{"type":"null"}"#, true),
        ] {
            let found = kind.check_version(&version(&kind, field, definition));
            assert_eq!(found.is_ok(), fits, "{field} {definition}");
        }
        let ours = Kind::wrap_end().schema().expect("a catalogue kind is valid");
        assert!(Kind::wrap_end().check_version(&ours).is_ok());
        let less =
            ours.canonical_text().replacen(r#""timed_out":{"type":"boolean"}"#, r#""x":{}"#, 1);
        assert!(Kind::wrap_end().check_version(&Schema::from_stored(&less).expect("one")).is_err());
    }

    /// What this release records and does not declare is all named in the catalogue.
    #[test]
    fn nothing_else_is_recorded_beyond_the_declared_fields() {
        let run = crate::Run {
            id: crate::RunId::from("run_1"),
            idempotency_key: "k".to_owned(),
            producer_id: "p".to_owned(),
            source: "s".to_owned(),
            started_at: crate::Timestamp::from_unix_seconds(0),
            intent: "i".to_owned(),
            cwd: "/".to_owned(),
            git_sha: None,
            closing: None,
        };
        let identity = crate::wrap::WrapIdentity::new(1, 1, None);
        let command = crate::wrap::summarize("true", &[]);
        let start = crate::wrap::StartRecord {
            command: &command,
            working_tree_dirty: None,
            process: Some(Object::new()),
        };
        let end = crate::wrap::EndRecord {
            exit_code: 1,
            outcome: crate::Outcome::Aborted,
            duration_milliseconds: 1,
            ended_at: crate::Timestamp::from_unix_seconds(1),
            timed_out: true,
            interruption: Some("signal 15".to_owned()),
            reasons: vec!["x"],
        };
        let output = crate::wrap::OutputRecord {
            stream: crate::wrap::Stream::Stderr,
            bytes: 1,
            lines: 1,
            truncated: true,
        };
        for (kind, payload) in [
            (Kind::wrap_start(), start.payload(&run, &identity)),
            (Kind::wrap_output_summary(), output.payload(&run, &identity)),
            (Kind::wrap_end(), end.payload(&run, &identity)),
        ] {
            let recorded = payload.as_object().expect("an object").iter().map(|(name, _)| name);
            let mut known: Vec<&str> =
                kind.fields.iter().chain(kind.beyond).map(|(name, _)| *name).collect();
            known.sort_unstable();
            let mut recorded: Vec<&str> = recorded.filter_map(Text::as_str).collect();
            recorded.sort_unstable();
            assert_eq!(recorded, known, "{}", kind.name);
        }
    }
}
