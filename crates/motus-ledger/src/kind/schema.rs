//! A checked schema: what a kind may declare.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Object, ReadOptions, Text, Value, canonical};

use super::payload::Rule;
use crate::{Digest, SchemaError, python_repr};

/// A schema that passed the rules for kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    document: Value,
    required: Vec<Text>,
    properties: Object,
    /// The rules of the declared fields, in their declared order.
    rules: Vec<(Text, Rule)>,
    /// Where the rule of a field stands.
    places: BTreeMap<Text, usize>,
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
        let rules: Vec<_> =
            properties.iter().map(|(field, it)| (field.clone(), Rule::of(it))).collect();
        let places = rules.iter().enumerate().map(|(at, (field, _))| (field.clone(), at)).collect();
        Ok(Self { document, required, properties, rules, places })
    }

    /// Reads the canonical text of a stored schema.
    pub(crate) fn from_stored(schema_json: &str) -> Result<Self, SchemaError> {
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

    /// Returns the required fields in their declared order, each once.
    pub(crate) fn required(&self) -> &[Text] {
        &self.required
    }

    /// Returns the rules of the declared fields, in their declared order.
    pub(crate) fn rules(&self) -> &[(Text, Rule)] {
        &self.rules
    }

    /// Returns the rule of a field, if it is declared.
    pub(crate) fn rule(&self, field: &Text) -> Option<&Rule> {
        self.rules.get(*self.places.get(field)?).map(|(_, rule)| rule)
    }

    /// Returns the declared fields with their definitions.
    pub(crate) fn properties(&self) -> &Object {
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

fn read_required(schema: &Object) -> Result<Vec<Text>, SchemaError> {
    let Some(value) = schema.get("required") else {
        return Ok(Vec::new());
    };
    let names: Option<Vec<Text>> = value
        .as_array()
        .and_then(|items| items.iter().map(|item| item.as_text().cloned()).collect());
    match names {
        Some(names) => {
            let mut seen = BTreeSet::new();
            Ok(names.iter().filter(|name| seen.insert(*name)).cloned().collect())
        }
        None => invalid("schema required must be a string list"),
    }
}

fn refuse_undeclared(required: &[Text], properties: &Object) -> Result<(), SchemaError> {
    let missing: BTreeSet<&Text> =
        required.iter().filter(|name| properties.get_text(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> =
        missing.into_iter().map(|name| python_repr(&name.to_string_lossy())).collect();
    Err(SchemaError::Invalid(format!(
        "required fields missing from properties: [{}]",
        names.join(", ")
    )))
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
            (
                r#"{"type":"object","required":["\u202e\u00a0"]}"#,
                r"required fields missing from properties: ['\u202e\xa0']",
            ),
        ] {
            assert_eq!(check(document), Err(message.to_owned()), "{document}");
        }
    }

    #[test]
    fn a_required_field_with_a_lone_surrogate_is_declared_by_itself_alone() {
        let with = |name: &str| {
            check(&format!(
                r#"{{"type":"object","properties":{{"{name}":{{}}}},"required":["\ud800"]}}"#
            ))
        };
        assert!(with(r"\ud800").is_ok());
        assert!(with(r"\ud801").is_err());
        assert!(with(r"\ufffd").is_err());
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
