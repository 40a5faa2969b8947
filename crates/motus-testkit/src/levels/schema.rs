//! Documents against JSON Schema 2020-12, as far as the published schemas use it.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

/// Schemas by their identifiers.
#[derive(Debug, Clone)]
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// Takes schemas, each of which names itself.
    pub fn of(schemas: impl IntoIterator<Item = Value>) -> Self {
        let named = schemas.into_iter().map(|schema| {
            let id = schema["$id"].as_str().expect("a schema has an identifier").to_owned();
            (id, schema)
        });
        Self(named.collect())
    }

    /// Returns every fault of a document, each beginning with where it is.
    #[track_caller]
    pub fn faults(&self, name: &str, document: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.hold(document, self.found(&identifier(name)), "", &mut faults);
        faults
    }

    fn found(&self, id: &str) -> &Value {
        let (document, part) = id.split_once('#').unwrap_or((id, ""));
        let schema =
            self.0.get(document).unwrap_or_else(|| panic!("there is no schema {document}"));
        schema.pointer(part).unwrap_or_else(|| panic!("there is no {part} in {document}"))
    }

    fn hold(&self, value: &Value, schema: &Value, path: &str, faults: &mut Vec<String>) {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, of) in schema {
            match keyword.as_str() {
                "$ref" => {
                    let named = of.as_str().expect("an identifier");
                    self.hold(value, self.found(named), path, faults);
                }
                "properties" | "additionalProperties" | "required" => {}
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.hold(item, of, &format!("{path}.{index}"), faults);
                    }
                }
                _ if holds(keyword, of, value) => {}
                _ => faults.push(format!("{path}: {keyword} {of} does not hold")),
            }
        }
        if let Some(members) = value.as_object() {
            self.members(members, schema, path, faults);
        }
    }

    fn members(
        &self,
        members: &Map<String, Value>,
        schema: &Map<String, Value>,
        path: &str,
        faults: &mut Vec<String>,
    ) {
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !members.contains_key(name.as_str().expect("a name")) {
                faults.push(format!("{path}: {name} is missing"));
            }
        }
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in members {
            let path = format!("{path}.{name}");
            let others = schema.get("additionalProperties");
            match known.and_then(|known| known.get(name)).or(others) {
                Some(Value::Bool(false)) => faults.push(format!("{path}: is not known")),
                Some(of) => self.hold(value, of, &path, faults),
                None => {}
            }
        }
    }
}

fn identifier(name: &str) -> String {
    format!("https://motus.dev/schemas/{name}.schema.json")
}

/// Holds a value against one keyword; a keyword says nothing of values of another type.
fn holds(keyword: &str, of: &Value, value: &Value) -> bool {
    let text = value.as_str();
    match keyword {
        // Times are looked at by themselves.
        "$schema" | "$id" | "$defs" | "title" | "format" => true,
        "type" => match of.as_str().expect("a type") {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            other => panic!("no schema uses the type {other}"),
        },
        "const" => value == of,
        "enum" => of.as_array().expect("values").contains(value),
        "minLength" => text.is_none_or(|text| text.chars().count() >= number(of)),
        "minimum" => value.as_i64().is_none_or(|it| it >= of.as_i64().expect("a number")),
        "pattern" => {
            let pattern = Regex::new(of.as_str().expect("a pattern")).expect("it compiles");
            text.is_none_or(|text| pattern.is_match(text))
        }
        "uniqueItems" => {
            let mut texts: Vec<String> =
                value.as_array().into_iter().flatten().map(ToString::to_string).collect();
            let all = texts.len();
            texts.sort();
            texts.dedup();
            texts.len() == all
        }
        other => panic!("no schema uses {other}"),
    }
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|it| it.try_into().ok()).expect("a number")
}
