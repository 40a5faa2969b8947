//! How a kind may grow: optional fields may be added, nothing else may change.
//!
//! Versions that grew apart, in two Stores, can stand beside each other as long as they agree.

use std::collections::{BTreeMap, BTreeSet};

use motus_json::{Text, canonical};

use crate::SchemaError;
use crate::kind::Schema;

/// Checks that `next` only adds optional fields to `latest`.
///
/// Errors: `kind.evolution_refused`.
pub(crate) fn check_evolution(latest: &Schema, next: &Schema) -> Result<(), SchemaError> {
    if names(latest) != names(next) {
        return refuse("cannot add or remove required fields".to_owned());
    }
    for (field, definition) in latest.properties() {
        let Some(changed) = next.properties().get_text(field) else {
            return refuse(format!("removed field: {field}"));
        };
        if canonical::store::write(definition) != canonical::store::write(changed) {
            return refuse(format!("changed field definition: {field}"));
        }
    }
    Ok(())
}

/// What versions of a kind say together: which fields are required, and how each field is defined.
#[derive(Debug, Default)]
pub(crate) struct CommonShape {
    required: Option<BTreeSet<Text>>,
    /// The canonical definition of each field; `None` where two versions define it in two ways.
    fields: BTreeMap<Text, Option<String>>,
}

impl CommonShape {
    /// Adds what one version says.
    pub(crate) fn include(&mut self, schema: &Schema) {
        self.required.get_or_insert_with(|| names(schema).into_iter().cloned().collect());
        for (field, definition) in schema.properties() {
            let text = canonical::store::write(definition);
            match self.fields.get_mut(field) {
                None => {
                    self.fields.insert(field.clone(), Some(text));
                }
                Some(known) if known.as_deref() != Some(&*text) => *known = None,
                Some(_) => {}
            }
        }
    }

    /// Checks that a version requires the same fields as all others, and defines no field otherwise.
    ///
    /// Errors: `kind.evolution_refused`.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), SchemaError> {
        let required = self.required.iter().flatten();
        if self.required.is_some() && !required.eq(names(schema)) {
            return refuse("cannot add or remove required fields".to_owned());
        }
        for (field, definition) in schema.properties() {
            let known = self.fields.get(field);
            if known.is_some_and(|known| *known != Some(canonical::store::write(definition))) {
                return refuse(format!("changed field definition: {field}"));
            }
        }
        Ok(())
    }
}

fn names(schema: &Schema) -> BTreeSet<&Text> {
    schema.required().iter().collect()
}

fn refuse(message: String) -> Result<(), SchemaError> {
    Err(SchemaError::Evolution(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> Schema {
        Schema::from_stored(text).expect("a valid schema")
    }

    #[test]
    fn only_optional_additions_pass() {
        let latest = schema(r#"{"type":"object","properties":{"a":{"type":"string"}}}"#);
        for (next, message) in [
            (
                r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#,
                Some("schema evolution cannot add or remove required fields"),
            ),
            (
                r#"{"type":"object","properties":{"b":{}},"required":["b"]}"#,
                Some("schema evolution cannot add or remove required fields"),
            ),
            (r#"{"type":"object"}"#, Some("schema evolution removed field: a")),
            (
                r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#,
                Some("schema evolution changed field definition: a"),
            ),
            (r#"{"type":"object","properties":{"a":{"type":"string"},"z":{}},"x":1}"#, None),
        ] {
            let refusal = check_evolution(&latest, &schema(next)).err().map(|e| e.to_string());
            assert_eq!(refusal.as_deref(), message, "{next}");
        }
    }

    #[test]
    fn versions_agree_when_no_shared_field_differs() {
        let base =
            r#"{"type":"object","properties":{"a":{},"b":{"type":"string"}},"required":["a"]}"#;
        let mut shape = CommonShape::default();
        assert!(shape.check(&schema(base)).is_ok(), "nothing was said yet");
        shape.include(&schema(base));
        let other = base.replace("required", r#"x":1,"required"#).replace(r#""b""#, r#""c""#);
        for (next, message) in [
            (base, None),
            (r#"{"type":"object","properties":{"a":{}},"required":["a","a"]}"#, None),
            (&other, None),
            (
                r#"{"type":"object","properties":{"a":{}}}"#,
                Some("schema evolution cannot add or remove required fields"),
            ),
            (
                r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"]}"#,
                Some("schema evolution cannot add or remove required fields"),
            ),
            (
                r#"{"type":"object","properties":{"a":{},"b":{"type":"null"}},"required":["a"]}"#,
                Some("schema evolution changed field definition: b"),
            ),
        ] {
            let refusal = shape.check(&schema(next)).err().map(|error| error.to_string());
            assert_eq!(refusal.as_deref(), message, "{next}");
        }
    }

    #[test]
    fn a_field_that_is_defined_in_two_ways_agrees_with_nothing() {
        let with = |definition: &str| {
            schema(&format!(r#"{{"type":"object","properties":{{"a":{definition}}}}}"#))
        };
        let mut shape = CommonShape::default();
        shape.include(&with("{}"));
        shape.include(&with(r#"{"type":"null"}"#));
        for definition in ["{}", r#"{"type":"null"}"#, r#"{"enum":[]}"#] {
            assert!(shape.check(&with(definition)).is_err(), "{definition}");
        }
        assert!(shape.check(&schema(r#"{"type":"object"}"#)).is_ok());
    }

    #[test]
    fn a_field_with_a_lone_surrogate_is_a_field_of_its_own() {
        let with =
            |members: &str| schema(&format!(r#"{{"type":"object","properties":{{{members}}}}}"#));
        let latest = with(r#""\ud800":{"type":"string"}"#);
        for (next, message) in [
            (r#""\ud800":{"type":"string"}"#, None),
            (r#""\ud800":{"type":"string"},"\ufffd":{}"#, None),
            (r#""\ufffd":{"type":"string"}"#, Some("schema evolution removed field: \u{fffd}")),
            (
                r#""\ud800":{},"\ufffd":{"type":"string"}"#,
                Some("schema evolution changed field definition: \u{fffd}"),
            ),
        ] {
            let refusal = check_evolution(&latest, &with(next)).err().map(|e| e.to_string());
            assert_eq!(refusal.as_deref(), message, "{next}");
        }
    }
}
