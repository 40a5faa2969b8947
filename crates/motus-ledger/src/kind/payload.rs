//! How a schema binds a payload: required fields, then each declared field's enum and type.

use motus_json::{Number, Text, Value};

use crate::SchemaError;
use crate::kind::Schema;

/// Checks a payload against its kind's schema; undeclared fields are not looked at.
///
/// Errors: `kind.payload_invalid`, in the order in which the rules are written here.
pub(crate) fn check_payload(schema: &Schema, payload: &Value) -> Result<(), SchemaError> {
    let Some(object) = payload.as_object() else {
        return refuse("payload must be an object".to_owned());
    };
    for field in schema.required() {
        if object.get_text(field).is_none() {
            return refuse(format!("payload missing required field: {field}"));
        }
    }
    for (field, definition) in schema.properties() {
        if let Some(value) = object.get_text(field) {
            check_field(field, definition, value)?;
        }
    }
    Ok(())
}

fn check_field(name: &Text, definition: &Value, value: &Value) -> Result<(), SchemaError> {
    if let Some(choices) = definition.get("enum")
        && !choices.as_array().is_some_and(|items| items.iter().any(|item| equal(item, value)))
    {
        return refuse(format!("payload field {name} not in enum"));
    }
    match definition.get("type") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(alternatives)) => check_alternatives(name, alternatives, value),
        Some(single) => check_alternatives(name, std::slice::from_ref(single), value),
    }
}

/// Takes the first alternative that matches; a type name nobody knows stops the search.
fn check_alternatives(name: &Text, types: &[Value], value: &Value) -> Result<(), SchemaError> {
    for alternative in types {
        match alternative.as_str().and_then(|type_name| has_type(type_name, value)) {
            Some(true) => return Ok(()),
            Some(false) => {}
            None => {
                return refuse(format!("unsupported JSON Schema type: {}", spell(alternative)));
            }
        }
    }
    refuse(format!("payload field {name} has wrong type"))
}

fn has_type(type_name: &str, value: &Value) -> Option<bool> {
    Some(match type_name {
        "null" => value.is_null(),
        "boolean" => matches!(value, Value::Bool(_)),
        "integer" => matches!(value, Value::Number(number) if number.is_integer()),
        "number" => matches!(value, Value::Number(_)),
        "string" => matches!(value, Value::String(_)),
        "array" => matches!(value, Value::Array(_)),
        "object" => matches!(value, Value::Object(_)),
        _ => return None,
    })
}

fn spell(type_name: &Value) -> String {
    match type_name.as_str() {
        Some(text) => text.to_owned(),
        None => motus_json::canonical::store::write(type_name),
    }
}

/// Compares as the published checker does: `true`, `1` and `1.0` are one value.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.get_text(name).is_some_and(|other| equal(value, other))
                })
        }
        _ => match (numeric(left), numeric(right)) {
            (Some(left), Some(right)) => same_number(&left, &right),
            (None, None) => left == right,
            _ => false,
        },
    }
}

fn numeric(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(flag) => Some(Number::from(i64::from(*flag))),
        Value::Number(number) => Some(number.clone()),
        _ => None,
    }
}

#[expect(clippy::float_cmp, reason = "the published checker compares floats exactly")]
fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left == right,
        (Some(float), None) => is_exactly(float, right),
        (None, Some(float)) => is_exactly(float, left),
        (None, None) => left == right,
    }
}

/// Compares all digits: no integer is rounded to a float first.
fn is_exactly(float: f64, integer: &Number) -> bool {
    if !float.is_finite() || float.fract() != 0.0 {
        return false;
    }
    // A precision makes Rust write the float's own digits to the last; adding zero takes the sign
    // off `-0.0`.
    format!("{:.0}", float + 0.0) == integer.to_string()
}

fn refuse(message: String) -> Result<(), SchemaError> {
    Err(SchemaError::Payload(message))
}

#[cfg(test)]
mod tests {
    use motus_json::ReadOptions;

    use super::*;

    fn check(definition: &str, value: &str) -> Option<String> {
        let schema = Schema::from_stored(&format!(
            r#"{{"type":"object","properties":{{"a":{definition}}}}}"#
        ))
        .expect("a valid schema");
        let payload = motus_json::read(
            format!(r#"{{"a":{value},"undeclared":[{{}}]}}"#).as_bytes(),
            &ReadOptions::default(),
        )
        .expect("a payload");
        check_payload(&schema, &payload).err().map(|error| error.to_string())
    }

    #[test]
    fn enums_compare_numbers_by_value() {
        let definition = r#"{"enum":[1,"x",null,[1.0],{"k":true}]}"#;
        for value in ["true", "1.0", "[1]", "[true]", r#"{"k":1}"#, "null", r#""x""#] {
            assert_eq!(check(definition, value), None, "{value}");
        }
        for value in ["2", r#""1""#, "false", "[]", "{}"] {
            let refusal = check(definition, value);
            assert_eq!(refusal.as_deref(), Some("payload field a not in enum"), "{value}");
        }
        assert!(check(r#"{"enum":[]}"#, "1").is_some());
    }

    /// The expectations are those of Python's `==`.
    #[test]
    fn an_integer_is_compared_with_a_float_exactly() {
        for (choice, value, same) in [
            ("9007199254740992.0", "9007199254740992", true),
            ("9007199254740992.0", "9007199254740993", false),
            ("-9007199254740992.0", "-9007199254740993", false),
            ("9223372036854775807", "9223372036854775808.0", false),
            ("9223372036854775808", "9223372036854775808.0", true),
            ("18446744073709551615", "18446744073709551616.0", false),
            ("18446744073709551616", "18446744073709551616.0", true),
            ("1000000000000000000000000000000", "1e30", false),
            ("1000000000000000019884624838656", "1e30", true),
            ("-1000000000000000019884624838656", "-1e30", true),
            ("1", "1.5", false),
            ("0", "-0.0", true),
            ("0.0", "-0.0", true),
            ("false", "-0.0", true),
        ] {
            let refused = check(&format!(r#"{{"enum":[{choice}]}}"#), value).is_some();
            assert_eq!(!refused, same, "{choice} {value}");
            let refused = check(&format!(r#"{{"enum":[{value}]}}"#), choice).is_some();
            assert_eq!(!refused, same, "{value} {choice}");
        }
    }

    #[test]
    fn a_field_with_a_lone_surrogate_is_checked_by_its_own_definition() {
        let schema = Schema::from_stored(
            r#"{"type":"object","properties":{"\ud800":{"type":"string"},"a":{"enum":[{"\udfff":1}]}},"required":["\ud800"]}"#,
        )
        .expect("a valid schema");
        let refusal = |payload: &str| {
            let payload =
                motus_json::read(payload.as_bytes(), &ReadOptions::default()).expect("a payload");
            check_payload(&schema, &payload).err().map(|error| error.to_string())
        };
        let wrong = "payload field \u{fffd} has wrong type";
        assert_eq!(refusal(r#"{"\ud800":1}"#).as_deref(), Some(wrong));
        assert_eq!(refusal(r#"{"\ud800":"x","\ufffd":1}"#), None);
        let missing = "payload missing required field: \u{fffd}";
        assert_eq!(refusal(r#"{"\ufffd":"x"}"#).as_deref(), Some(missing));
        assert_eq!(refusal(r#"{"\ud800":"x","a":{"\udfff":1}}"#), None);
        let foreign = refusal(r#"{"\ud800":"x","a":{"\ufffd":1}}"#);
        assert_eq!(foreign.as_deref(), Some("payload field a not in enum"));
    }

    #[test]
    fn types_are_lexical_classes() {
        let wrong = Some("payload field a has wrong type".to_owned());
        for (definition, value, refusal) in [
            (r#"{"type":"number"}"#, "1", None),
            (r#"{"type":"number"}"#, "1.5", None),
            (r#"{"type":"number"}"#, "true", wrong.clone()),
            (r#"{"type":"integer"}"#, "2.0", wrong.clone()),
            (r#"{"type":"integer"}"#, "1000000000000000000000000000000", None),
            (r#"{"type":["string","null"]}"#, "null", None),
            (r#"{"type":[]}"#, "1", wrong.clone()),
            (r#"{"type":null}"#, "1", None),
            (
                r#"{"type":["weird","string"]}"#,
                r#""s""#,
                Some("unsupported JSON Schema type: weird".to_owned()),
            ),
            (r#"{"type":["string","weird"]}"#, r#""s""#, None),
            (r#"{"type":5}"#, "1", Some("unsupported JSON Schema type: 5".to_owned())),
        ] {
            assert_eq!(check(definition, value), refusal, "{definition} {value}");
        }
    }

    #[test]
    fn required_fields_are_named_in_their_order() {
        let schema = Schema::from_stored(
            r#"{"type":"object","properties":{"b":{},"a":{}},"required":["b","a"]}"#,
        )
        .expect("a valid schema");
        let refusal = |payload: &str| {
            let payload =
                motus_json::read(payload.as_bytes(), &ReadOptions::default()).expect("a payload");
            check_payload(&schema, &payload).err().map(|error| error.to_string())
        };
        assert_eq!(refusal("[]").as_deref(), Some("payload must be an object"));
        assert_eq!(refusal("{}").as_deref(), Some("payload missing required field: b"));
        assert_eq!(refusal(r#"{"b":0}"#).as_deref(), Some("payload missing required field: a"));
        assert_eq!(refusal(r#"{"b":0,"a":0}"#), None);
    }
}
