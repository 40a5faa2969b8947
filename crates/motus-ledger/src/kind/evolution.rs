//! How a kind may grow: optional fields may be added, nothing else may change.

use std::collections::BTreeSet;

use motus_json::canonical;

use crate::SchemaError;
use crate::kind::Schema;

/// Checks that `next` only adds optional fields to `latest`.
///
/// Errors: `kind.evolution_refused`.
pub fn check_evolution(latest: &Schema, next: &Schema) -> Result<(), SchemaError> {
    let names = |schema: &Schema| schema.required().iter().cloned().collect::<BTreeSet<_>>();
    if names(latest) != names(next) {
        return refuse("cannot add or remove required fields".to_owned());
    }
    for (field, definition) in latest.properties() {
        let name = field.to_string_lossy();
        let Some(changed) = next.properties().get(&name) else {
            return refuse(format!("removed field: {name}"));
        };
        if canonical::store::write(definition) != canonical::store::write(changed) {
            return refuse(format!("changed field definition: {name}"));
        }
    }
    Ok(())
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
}
