//! How a kind may grow: optional fields may be added, nothing else may change.

use std::collections::BTreeSet;

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
