//! The same tables as JSON Schema 2020-12.

use motus_json::{Object, Value};

use crate::portable::shape::{Definition, Document, Member, Shape};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The identifiers are names; nothing is served there and nothing is fetched.
const BASE: &str = "https://motus.dev/schemas/";

/// Returns the schema of a document.
pub fn json_schema(document: &Document) -> Object {
    let mut schema = Object::from([
        ("$schema", Value::from(DIALECT)),
        ("$id", identifier(document).into()),
        ("title", document.title.into()),
    ]);
    for (key, value) in closed(document, document.members) {
        schema.insert(key, value);
    }
    if !document.definitions.is_empty() {
        let parts = document.definitions.iter();
        let parts = parts.map(|part| (part.name, Value::Object(closed(document, part.members))));
        schema.insert("$defs", parts.collect::<Object>());
    }
    schema
}

/// Returns the name under which a document is known everywhere.
fn identifier(document: &Document) -> String {
    format!("{BASE}{}.schema.json", document.name)
}

fn closed(document: &Document, members: &[Member]) -> Object {
    let required: Vec<&str> =
        members.iter().filter(|member| member.required).map(|member| member.name).collect();
    let properties: Object = members
        .iter()
        .map(|member| (member.name, Value::Object(schema(document, member.shape))))
        .collect();
    Object::from([
        ("type", Value::from("object")),
        ("additionalProperties", false.into()),
        ("required", required.into()),
        ("properties", properties.into()),
    ])
}

fn schema(document: &Document, shape: Shape) -> Object {
    let text = |more: &[(&'static str, Value)]| {
        let mut schema = Object::from([("type", Value::from("string"))]);
        for (key, value) in more {
            schema.insert(*key, value.clone());
        }
        schema
    };
    match shape {
        Shape::Const(only) => text(&[("const", only.into())]),
        Shape::Text => text(&[]),
        Shape::NonEmpty => text(&[("minLength", 1_i64.into())]),
        Shape::OneOf(words) => text(&[("enum", words.to_vec().into())]),
        Shape::Time => text(&[("format", "date-time".into())]),
        Shape::Hex(prefix) => text(&[("pattern", format!("^{prefix}[a-f0-9]{{64}}$").into())]),
        Shape::AtLeast(least) => {
            Object::from([("type", Value::from("integer")), ("minimum", least.into())])
        }
        Shape::AnyObject => Object::from([("type", "object")]),
        Shape::Object(members) => closed(document, members),
        Shape::Map(of) => Object::from([
            ("type", Value::from("object")),
            ("additionalProperties", schema(document, *of).into()),
        ]),
        Shape::Array(of) => array(document, *of),
        Shape::Some(of) => {
            let mut array = array(document, *of);
            array.insert("minItems", 1_i64);
            array
        }
        Shape::Authored => text(&[("pattern", "^(?!<).+".into())]),
        Shape::Boolean => Object::from([("type", "boolean")]),
        Shape::Null => Object::from([("type", "null")]),
        Shape::Measure => {
            Object::from([("type", Value::from(vec!["number", "null"])), ("minimum", 0_i64.into())])
        }
        Shape::Set(of) => {
            let mut array = array(document, *of);
            array.insert("uniqueItems", true);
            array
        }
        Shape::Document(other) => Object::from([("$ref", identifier(other))]),
        Shape::Defined(part) => reference(document, part),
    }
}

fn array(document: &Document, of: Shape) -> Object {
    Object::from([("type", Value::from("array")), ("items", schema(document, of).into())])
}

/// A part that the document does not define for itself is written out where it is used.
fn reference(document: &Document, part: &Definition) -> Object {
    if document.definitions.iter().any(|own| own.name == part.name) {
        return Object::from([("$ref", format!("{}#/$defs/{}", identifier(document), part.name))]);
    }
    closed(document, part.members)
}
