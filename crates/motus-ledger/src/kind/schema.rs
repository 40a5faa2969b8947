//! A checked schema: what a kind may declare.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use motus_json::{Object, ReadOptions, Value, canonical};

use crate::{Digest, SchemaError};

/// A schema that passed the rules for kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    document: Value,
    required: Vec<String>,
    properties: Object,
}

impl Schema {
    /// Checks a document against the rules for kinds.
    ///
    /// Errors: `kind.schema_invalid`. Definitions inside `properties` are checked only to be objects.
    pub fn new(document: Value) -> Result<Self, SchemaError> {
        let Some(object) = document.as_object() else {
            return invalid("schema must be an object");
        };
        if object.get("type").and_then(Value::as_str) != Some("object") {
            return invalid("schema type must be object");
        }
        let properties = read_properties(object)?;
        let required = read_required(object)?;
        refuse_undeclared(&required, &properties)?;
        Ok(Self { document, required, properties })
    }

    /// Reads the canonical text of a stored schema.
    pub fn from_stored(schema_json: &str) -> Result<Self, SchemaError> {
        let document = motus_json::read(schema_json.as_bytes(), &ReadOptions::STORED)
            .map_err(|error| SchemaError::Invalid(format!("schema is not JSON: {error}")))?;
        Self::new(document)
    }

    /// Returns the canonical text, whose digest names the version.
    pub fn canonical_text(&self) -> String {
        canonical::store::write(&self.document)
    }

    /// Returns the digest of the canonical text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical_text())
    }

    /// Returns the required fields in their declared order.
    pub fn required(&self) -> &[String] {
        &self.required
    }

    /// Returns the declared fields with their definitions.
    pub fn properties(&self) -> &Object {
        &self.properties
    }
}

fn invalid<T>(message: &str) -> Result<T, SchemaError> {
    Err(SchemaError::Invalid(message.to_owned()))
}

fn read_properties(schema: &Object) -> Result<Object, SchemaError> {
    let Some(value) = schema.get("properties") else {
        return Ok(Object::new());
    };
    let Some(properties) = value.as_object() else {
        return invalid("schema properties must be an object");
    };
    if properties.iter().any(|(_, definition)| definition.as_object().is_none()) {
        return invalid("schema property definitions must be objects");
    }
    Ok(properties.clone())
}

fn read_required(schema: &Object) -> Result<Vec<String>, SchemaError> {
    let Some(value) = schema.get("required") else {
        return Ok(Vec::new());
    };
    let names: Option<Vec<String>> = value
        .as_array()
        .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    match names {
        Some(names) => Ok(names),
        None => invalid("schema required must be a string list"),
    }
}

fn refuse_undeclared(required: &[String], properties: &Object) -> Result<(), SchemaError> {
    let missing: BTreeSet<&str> =
        required.iter().map(String::as_str).filter(|name| !properties.contains_key(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.into_iter().map(quote_like_python).collect();
    Err(SchemaError::Invalid(format!(
        "required fields missing from properties: [{}]",
        names.join(", ")
    )))
}

/// Quotes a name as the published message does: single quotes, unless only those occur in it.
fn quote_like_python(name: &str) -> String {
    let quote = if name.contains('\'') && !name.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for character in name.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            other if other == quote => quoted.extend(['\\', other]),
            other if other.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\x{:02x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str) -> Result<Schema, String> {
        let document = motus_json::read(document.as_bytes(), &ReadOptions::default())
            .expect("the document is JSON");
        Schema::new(document).map_err(|error| error.to_string())
    }

    #[test]
    fn each_rule_has_its_message() {
        for (document, message) in [
            ("[]", "schema must be an object"),
            ("{}", "schema type must be object"),
            (r#"{"type":"object","properties":[]}"#, "schema properties must be an object"),
            (
                r#"{"type":"object","properties":{"a":1}}"#,
                "schema property definitions must be objects",
            ),
            (r#"{"type":"object","required":"a"}"#, "schema required must be a string list"),
            (r#"{"type":"object","required":[1]}"#, "schema required must be a string list"),
            (
                r#"{"type":"object","required":["b","a","b"]}"#,
                "required fields missing from properties: ['a', 'b']",
            ),
            (
                r#"{"type":"object","required":["it's"]}"#,
                r#"required fields missing from properties: ["it's"]"#,
            ),
            (
                r#"{"type":"object","required":["b'\""]}"#,
                r#"required fields missing from properties: ['b\'"']"#,
            ),
            (
                r#"{"type":"object","required":["é\n"]}"#,
                r"required fields missing from properties: ['é\n']",
            ),
        ] {
            assert_eq!(check(document), Err(message.to_owned()), "{document}");
        }
    }

    #[test]
    fn properties_and_required_default_to_empty() {
        let schema = check(r#"{"type":"object"}"#).expect("a valid schema");
        assert!(schema.required().is_empty());
        assert!(schema.properties().is_empty());
    }

    #[test]
    fn the_empty_schema_has_the_published_digest() {
        let schema =
            check(r#"{"type":"object","required":[],"properties":{}}"#).expect("a valid schema");
        assert_eq!(
            schema.digest().hex(),
            "c8a1ac469a826ea3547ac220c7bbfdcd6b58080d4ec596ff2a0149c5ccb9b699"
        );
    }
}
