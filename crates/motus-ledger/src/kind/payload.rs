//! How a schema binds a payload: required fields, then each declared field's enum and type.

use std::collections::BTreeSet;

use motus_json::{Object, Text, Value};

use super::choice::Choices;
use crate::SchemaError;
use crate::kind::Schema;

/// What a declared field binds its value to, made once for each schema: a payload costs what it is long,
/// however much its schema says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    choices: Option<Choices>,
    /// Absent where any type is allowed.
    types: Option<Vec<Type>>,
}

/// An alternative of a field's type.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Known(&'static str),
    /// A type that nobody knows, as messages spell it.
    Unknown(String),
}

const KNOWN_TYPES: [&str; 7] =
    ["null", "boolean", "integer", "number", "string", "array", "object"];

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
    // Which of several wrong fields is named goes by the order of the schema; a payload that is right need
    // not be compared with each of its fields.
    if object.len() < schema.rules().len() && has_right_fields(schema, object) {
        return Ok(());
    }
    for (field, rule) in schema.rules() {
        if let Some(value) = object.get_text(field) {
            rule.check(field, value)?;
        }
    }
    Ok(())
}

fn has_right_fields(schema: &Schema, object: &Object) -> bool {
    object.iter().all(|(field, value)| {
        schema.rule(field).is_none_or(|rule| rule.check(field, value).is_ok())
    })
}

impl Rule {
    /// Makes the rule of a field's definition.
    pub(crate) fn of(definition: &Value) -> Self {
        Self {
            choices: definition.get("enum").map(Choices::of),
            types: match definition.get("type") {
                None | Some(Value::Null) => None,
                Some(Value::Array(alternatives)) => Some(read_types(alternatives)),
                Some(single) => Some(read_types(std::slice::from_ref(single))),
            },
        }
    }

    /// Tells whether the rule takes whatever has the type of this value.
    pub(crate) fn takes_all_like(&self, name: &Text, value: &Value) -> bool {
        self.choices.is_none() && self.check(name, value).is_ok()
    }

    /// Checks the value of the field.
    pub(crate) fn check(&self, name: &Text, value: &Value) -> Result<(), SchemaError> {
        if self.choices.as_ref().is_some_and(|choices| !choices.have(value)) {
            return refuse(format!("payload field {name} not in enum"));
        }
        let Some(types) = &self.types else { return Ok(()) };
        for alternative in types {
            match alternative {
                Type::Known(type_name) if has_type(type_name, value) => return Ok(()),
                Type::Known(_) => {}
                Type::Unknown(spelled) => {
                    return refuse(format!("unsupported JSON Schema type: {spelled}"));
                }
            }
        }
        refuse(format!("payload field {name} has wrong type"))
    }
}

/// Reads alternatives, of which the first that matches is taken: one that nobody knows stops the search,
/// and one that stands there twice says nothing new.
fn read_types(alternatives: &[Value]) -> Vec<Type> {
    let mut seen = BTreeSet::new();
    let mut types = Vec::new();
    for alternative in alternatives {
        let known = alternative
            .as_str()
            .and_then(|name| KNOWN_TYPES.into_iter().find(|known| *known == name));
        match known {
            Some(name) if seen.insert(name) => types.push(Type::Known(name)),
            Some(_) => {}
            None => {
                types.push(Type::Unknown(spell(alternative)));
                break;
            }
        }
    }
    types
}

fn has_type(type_name: &str, value: &Value) -> bool {
    match type_name {
        "null" => value.is_null(),
        "boolean" => matches!(value, Value::Bool(_)),
        "integer" => matches!(value, Value::Number(number) if number.is_integer()),
        "number" => matches!(value, Value::Number(_)),
        "string" => matches!(value, Value::String(_)),
        "array" => matches!(value, Value::Array(_)),
        "object" => matches!(value, Value::Object(_)),
        _ => false,
    }
}

fn spell(type_name: &Value) -> String {
    match type_name.as_str() {
        Some(text) => text.to_owned(),
        None => motus_json::canonical::store::write(type_name),
    }
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

    /// Without the spellings this is a hundred million comparisons, each of which writes a float's 301 digits; the
    /// other schemas are as many steps as well.
    #[test]
    fn a_payload_costs_what_it_is_long_however_much_its_schema_says() {
        let many = |item: &str| vec![item; 100_000].join(",");
        let fields: Vec<String> =
            (0..100_000).map(|number| format!(r#""f{number}":{{}}"#)).collect();
        let with = |definition: String| {
            let text = format!(r#"{{"type":"object","properties":{{"a":{definition}}}}}"#);
            Schema::from_stored(&text).expect("a valid schema")
        };
        let repeated = format!(
            r#"{{"type":"object","properties":{{"a":{{}}}},"required":[{}]}}"#,
            many(r#""a""#)
        );
        let wide = format!(r#"{{"type":"object","properties":{{"a":{{}},{}}}}}"#, fields.join(","));
        let integer = format!(r#"{{"a":1{}}}"#, "0".repeat(300));
        for (schema, is_right) in [
            (with(format!(r#"{{"enum":[{}]}}"#, many("1e300"))), false),
            (with(format!(r#"{{"type":[{},"number"]}}"#, many(r#""null""#))), true),
            (Schema::from_stored(&repeated).expect("a valid schema"), true),
            (Schema::from_stored(&wide).expect("a valid schema"), true),
        ] {
            let payload =
                motus_json::read(integer.as_bytes(), &ReadOptions::default()).expect("a payload");
            for _ in 0..1000 {
                assert_eq!(check_payload(&schema, &payload).is_ok(), is_right);
            }
        }
    }

    #[test]
    fn which_of_several_wrong_fields_is_named_goes_by_the_schema() {
        let schema = Schema::from_stored(
            r#"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{}}}"#,
        )
        .expect("a valid schema");
        let few = motus_json::read(br#"{"b":1,"a":1}"#, &ReadOptions::default()).expect("one");
        let told = check_payload(&schema, &few).expect_err("a refusal").to_string();
        assert_eq!(told, "payload field a has wrong type");
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
