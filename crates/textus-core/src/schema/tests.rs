//! Every type, what violates it, and what is no schema.

use proptest::prelude::*;

use super::*;
use crate::Code;
use crate::fixture::{json, object, text};
use crate::format::{Document, Format};

const PERSON: &str = r#"{
    "name": "person",
    "required": ["name", "relationship", "org"],
    "optional": ["notes", "aliases", "addr"],
    "fields": {
        "name": {"type": "string", "max": 10, "maintained_by": "human"},
        "relationship": {"type": "enum", "values": ["peer", "manager", "report", "external"]},
        "org": {"type": "string"},
        "notes": {"type": "string", "max": 4},
        "aliases": {"type": "array", "items": {"type": "string"}},
        "addr": {"type": "object", "fields": {"city": {"type": "string"}, "zip": null}},
        "age": {"type": "number"},
        "active": {"type": "boolean", "maintained_by": "agent"},
        "since": {"type": "time"},
        "free": null
    },
    "later": 1
}"#;

fn schema(text: &str) -> Schema {
    Schema::from_value("person", json(text), &Times::default()).unwrap()
}

fn validate(fields: &str) -> Result<Vec<String>, Error> {
    let (fields, times) = (object(fields), Times::default());
    schema(PERSON).validate(&Subject::new(&fields, &times))
}

/// Returns the details of what violates the schema, and checks that the message names the schema.
fn violation(fields: &str) -> String {
    let error = validate(fields).unwrap_err();
    assert_eq!(error.code(), Code::SchemaViolation);
    assert!(error.message().starts_with("schema 'person': "), "{}", error.message());
    text(error.details())
}

/// Puts members beside the required ones.
fn with(members: &str) -> String {
    format!(r#"{{"name":"bob","relationship":"peer","org":"acme",{members}}}"#)
}

#[test]
fn fixture_c_what_is_required_must_be_there() {
    assert_eq!(violation(r#"{"name":"bob","org":"acme"}"#), r#"{"missing":["relationship"]}"#);
    let error = validate(r#"{"org":5}"#).unwrap_err();
    assert_eq!(text(error.details()), r#"{"missing":["name","relationship"]}"#);
    assert_eq!(error.message(), "schema 'person': required and missing: name, relationship");
}

#[test]
fn what_is_there_as_null_is_not_missing_but_has_no_type() {
    let details = violation(r#"{"name":null,"relationship":"peer","org":"acme"}"#);
    assert_eq!(details, r#"{"field":"name","reason":"expected a string, found null"}"#);
    assert_eq!(validate(&with(r#""free":null,"since":null"#)), Ok(vec![]));
}

#[test]
fn every_type_accepts_its_own() {
    let good = with(
        r#""notes":"éé","aliases":["b","bobby"],"addr":{"city":"x","zip":[1],"more":{}},"age":1.5,
        "active":false,"since":[1],"free":{"x":1},"uid":"fedcba9876543210""#,
    );
    assert_eq!(validate(&good), Ok(vec![]));
    assert_eq!(validate(&with(r#""age":7,"aliases":[],"addr":{}"#)), Ok(vec![]));
}

#[test]
fn every_type_refuses_the_others_by_the_name_of_the_field() {
    for (members, expected) in [
        (r#""age":"7""#, r#"{"field":"age","reason":"expected a number, found a string"}"#),
        (r#""age":true"#, r#"{"field":"age","reason":"expected a number, found a boolean"}"#),
        (r#""active":1"#, r#"{"field":"active","reason":"expected a boolean, found a number"}"#),
        (r#""aliases":"b""#, r#"{"field":"aliases","reason":"expected an array, found a string"}"#),
        (
            r#""aliases":["b",["c"]]"#,
            r#"{"field":"aliases[1]","reason":"expected a string, found an array"}"#,
        ),
        (
            r#""aliases":[1]"#,
            r#"{"field":"aliases[0]","reason":"expected a string, found a number"}"#,
        ),
        (r#""addr":[]"#, r#"{"field":"addr","reason":"expected an object, found an array"}"#),
        (
            r#""addr":{"zip":1,"city":{}}"#,
            r#"{"field":"addr.city","reason":"expected a string, found an object"}"#,
        ),
        (
            r#""notes":"éé1""#,
            r#"{"field":"notes","reason":"has 5 bytes, and at most 4 are allowed"}"#,
        ),
        (
            r#""relationship":"friend""#,
            concat!(
                r#"{"field":"relationship","reason":"expected one of "#,
                r#"\"peer\", \"manager\", \"report\", \"external\", found \"friend\""}"#
            ),
        ),
    ] {
        let fields = match members.strip_prefix(r#""relationship""#) {
            Some(_) => format!(r#"{{"name":"bob","org":"acme",{members}}}"#),
            None => with(members),
        };
        assert_eq!(violation(&fields), expected);
    }
}

#[test]
fn the_first_fault_in_the_order_of_the_entry_is_told() {
    let fields = r#"{"zzz":1,"org":1,"name":1,"relationship":1}"#;
    assert!(violation(fields).starts_with(r#"{"field":"org","#));
}

#[test]
fn long_values_are_not_repeated() {
    let long = "x".repeat(5_000);
    let fields = format!(r#"{{"name":"bob","relationship":"{long}","org":"acme"}}"#);
    assert!(violation(&fields).ends_with(r#"found a string"}"#));
}

#[test]
fn unknown_fields_are_warnings() {
    let fields = with(r#""zebra":1,"uid":"u","age":1,"\ud800":2"#);
    assert_eq!(validate(&fields), Ok(vec!["zebra".to_owned(), "\u{fffd}".to_owned()]));
}

#[test]
fn an_unquoted_date_is_no_string() {
    let mut document = Document { meta: object(&with(r#""notes":"2026""#)), ..Document::default() };
    let check = |document: &Document| {
        let subject = Subject::of(Format::Markdown, document).unwrap();
        schema(PERSON).validate(&subject).map_err(|error| text(error.details()))
    };
    assert_eq!(check(&document), Ok(vec![]));
    document.times.insert(["notes"]);
    let reason =
        r#"{"field":"notes","reason":"expected a string, found an unquoted date or time"}"#;
    assert_eq!(check(&document), Err(reason.to_owned()));
    document.meta = object(&with(r#""aliases":["a","2026-01-02"],"since":"2026-01-02""#));
    document.times = Times::default();
    document.times.insert(["since"]);
    assert_eq!(check(&document), Ok(vec![]));
    document.times.insert(["aliases", "1"]);
    assert!(check(&document).unwrap_err().starts_with(r#"{"field":"aliases[1]""#));
}

#[test]
fn an_unquoted_date_is_one_of_unquoted_dates_only() {
    let mut times = Times::default();
    times.insert(["fields", "on", "values", "0"]);
    let declared = r#"{"fields":{"on":{"type":"enum","values":["2026-01-01","soon"]}}}"#;
    let schema = Schema::from_value("s", json(declared), &times).unwrap();
    let fits = |value: &str, is_time: bool| {
        let fields = Object::from([("on", value)]);
        let mut times = Times::default();
        if is_time {
            times.insert(["on"]);
        }
        schema.validate(&Subject::new(&fields, &times)).is_ok()
    };
    assert!(fits("2026-01-01", true) && fits("soon", false));
    assert!(!fits("2026-01-01", false) && !fits("2026-01-02", true));
}

#[test]
fn what_a_schema_is_about_depends_on_the_format() {
    let document = Document {
        meta: object(r#"{"in":"meta"}"#),
        content: Some(object(r#"{"in":"content"}"#)),
        ..Document::default()
    };
    let found = |format| Subject::of(format, &document).map(|subject| text(subject.fields));
    assert_eq!(found(Format::Markdown).as_deref(), Some(r#"{"in":"meta"}"#));
    assert_eq!(found(Format::Json).as_deref(), Some(r#"{"in":"content"}"#));
    assert_eq!(found(Format::Yaml).as_deref(), Some(r#"{"in":"content"}"#));
    assert_eq!(found(Format::Text), None);
    assert!(Subject::of(Format::Json, &Document::default()).is_none());
}

#[test]
fn a_proposal_is_about_its_front_matter_or_else_its_metadata() {
    let schema = schema(r#"{"fields":{"day":{"type":"string"}}}"#);
    let mut document = Document {
        meta: object(r#"{"day":"2026-01-01","frontmatter":{"day":"2026-01-01"}}"#),
        ..Document::default()
    };
    let fits =
        |format, document: &Document| schema.validate(&Subject::proposed(format, document)).is_ok();
    document.times.insert(["day"]);
    assert!(fits(Format::Markdown, &document) && fits(Format::Yaml, &document));
    document.times.insert(["_meta", "frontmatter", "day"]);
    assert!(fits(Format::Markdown, &document) && !fits(Format::Yaml, &document));
    document.times.insert(["frontmatter", "day"]);
    assert!(!fits(Format::Markdown, &document));
    document.meta.remove("frontmatter");
    assert!(!fits(Format::Markdown, &document));
    document.times.insert(["_meta", "day"]);
    assert!(!fits(Format::Yaml, &document));
}

#[test]
fn maintainers_and_history_are_told() {
    let person = schema(PERSON);
    assert_eq!(person.name(), "person");
    assert_eq!(person.maintained_by("name"), Some("human"));
    assert_eq!(person.maintained_by("org"), None);
    let owned: Vec<_> = person.owned_fields().collect();
    assert_eq!(owned, [("active", "agent"), ("name", "human")]);
    let unowned = ["relationship", "org", "notes", "aliases", "addr", "age", "free", "since"];
    assert_eq!(person.unowned_fields(), unowned);
    assert!(person.evolution().is_empty() && person.migrate_from().is_empty());
    assert_eq!(person.declared().get("later").unwrap().as_u64(), Some(1));
    let grown = schema(
        r#"{"evolution":{"added_in":"2026-01-01","migrate_from":{"z":"a","b":"c","odd":1}}}"#,
    );
    assert_eq!(grown.migrate_from(), [("z".into(), "a".into()), ("b".into(), "c".into())]);
    assert_eq!(grown.evolution().get("added_in").unwrap().as_str(), Some("2026-01-01"));
}

#[test]
fn many_fields_are_told_in_little_time() {
    let names: Vec<String> = (0..60_000).map(|number| format!("f{number}")).collect();
    let listed = Value::from(names.clone());
    let value = Object::from([("required", listed.clone()), ("optional", listed)]);
    let wide = Schema::from_value("wide", value.into(), &Times::default()).unwrap();
    assert_eq!(wide.unowned_fields(), names);
}

#[test]
fn little_is_a_schema_already() {
    for text in ["{}", r#"{"required":null,"optional":null,"fields":null,"evolution":null}"#] {
        assert_eq!(schema(text).required(), Vec::<String>::new());
        assert_eq!(schema(text).optional(), Vec::<String>::new());
    }
    let loose = r#"{"fields":{"a":{"type":"wish"},"b":{"type":7},"c":{},"d":{"maintained_by":7}}}"#;
    let loose = schema(loose);
    assert_eq!(loose.owned_fields().count(), 0);
    let (fields, times) = (object(r#"{"a":1,"b":null,"c":[],"d":{}}"#), Times::default());
    assert_eq!(loose.validate(&Subject::new(&fields, &times)), Ok(vec![]));
}

#[test]
fn what_is_no_schema_is_refused_with_its_place() {
    for (text, place) in [
        ("null", "$"),
        ("[]", "$"),
        (r#"{"required":"name"}"#, "$.required"),
        (r#"{"required":[["name"]]}"#, "$.required"),
        (r#"{"optional":{}}"#, "$.optional"),
        (r#"{"fields":[]}"#, "$.fields"),
        (r#"{"fields":{"a":"string"}}"#, "$.fields.a"),
        (r#"{"fields":{"a":{"type":"string","max":"9"}}}"#, "$.fields.a"),
        (r#"{"fields":{"a":{"type":"string","max":-1}}}"#, "$.fields.a"),
        (r#"{"fields":{"a":{"type":"enum"}}}"#, "$.fields.a"),
        (r#"{"fields":{"a":{"type":"enum","values":"x"}}}"#, "$.fields.a"),
        (r#"{"fields":{"a":{"type":"array","items":"string"}}}"#, "$.fields.a.items"),
        (r#"{"fields":{"a":{"type":"object","fields":{"b":1}}}}"#, "$.fields.a.fields.b"),
    ] {
        let error = Schema::from_value("person", json(text), &Times::default()).unwrap_err();
        assert_eq!(error.code(), Code::IoError);
        assert_eq!(error.details().get("schema").unwrap().as_str(), Some("person"));
        assert_eq!(error.details().get("path").unwrap().as_str(), Some(place), "{text}");
        assert!(error.message().starts_with("schema 'person' cannot be used: "));
        assert!(error.message().ends_with(&format!("({place})")), "{}", error.message());
    }
}

#[test]
fn a_schema_is_read_as_people_write_it() {
    let text = "name: person\nrequired: [name]\nfields:\n  name: { type: string, maintained_by: human }\n  \
                day:\n    type: enum\n    values: [2026-01-01]\nevolution:\n  added_in: 2026-01-01\n";
    let schema = Schema::read("person", text).unwrap();
    assert_eq!(schema.required(), ["name"]);
    assert_eq!(schema.maintained_by("name"), Some("human"));
    assert_eq!(schema.evolution().get("added_in").unwrap().as_str(), Some("2026-01-01"));
    let entry = |day: &str| crate::yaml::read(&format!("name: bob\nday: {day}\n")).unwrap();
    let fits = |day: &str| {
        let tree = entry(day);
        schema.validate(&Subject::new(tree.value.as_object().unwrap(), &tree.times)).is_ok()
    };
    assert!(fits("2026-01-01") && !fits("'2026-01-01'"));
}

#[test]
fn what_is_no_yaml_is_refused_by_line() {
    let error = Schema::read("person", "required: [name]\nfields: &a\n  x: *a\n").unwrap_err();
    assert_eq!(error.code(), Code::IoError);
    assert!(error.message().starts_with("schema 'person' cannot be read: line 3: "));
    assert_eq!(error.details().get("line").unwrap().as_u64(), Some(3));
    let empty = Schema::read("person", "").unwrap_err();
    assert!(empty.message().contains("must be a mapping"));
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| {
        let mut field = r#"{"type":"string"}"#.to_owned();
        for _ in 1..levels {
            field = format!(r#"{{"type":"array","items":{field}}}"#);
        }
        let text = format!(r#"{{"fields":{{"a":{field}}}}}"#);
        Schema::from_value("deep", json(&text), &Times::default())
    };
    assert!(nested(32).is_ok());
    let error = nested(33).unwrap_err();
    assert!(error.message().contains("deeper than 32 levels"), "{}", error.message());
}

fn any_value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "a", "b", "type", "string", "number", "enum", "array", "object", "items", "fields",
        "values", "required", "max", "boolean",
    ]);
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..5_i64).prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((word.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_field() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        r#"{"type":"string","max":1}"#,
        r#"{"type":"number"}"#,
        r#"{"type":"boolean"}"#,
        r#"{"type":"enum","values":["a",1,null]}"#,
        "{}",
    ]);
    leaf.prop_map(json).prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| {
                Value::Object(Object::from([("type", "array".into()), ("items", items)]))
            }),
            inner.prop_map(|field| {
                let fields = Value::Object(Object::from([("a", field)]));
                Value::Object(Object::from([("type", "object".into()), ("fields", fields)]))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_a_schema_or_not(value in any_value(), entry in any_value()) {
        let times = Times::default();
        if let Ok(schema) = Schema::from_value("s", value, &times)
            && let Value::Object(fields) = entry
        {
            let _ = schema.validate(&Subject::new(&fields, &times));
        }
    }

    #[test]
    fn any_entry_fits_or_is_refused_for_a_field_that_it_has(
        field in any_field(),
        value in any_value(),
        is_time: bool,
    ) {
        let fields = Object::from([("a", field)]);
        let declared = Object::from([("fields", Value::Object(fields))]);
        let schema =
            Schema::from_value("s", Value::Object(declared), &Times::default()).unwrap();
        let mut times = Times::default();
        if is_time {
            times.insert(["a"]);
        }
        let entry = Object::from([("a", value)]);
        if let Err(error) = schema.validate(&Subject::new(&entry, &times)) {
            prop_assert_eq!(error.code(), Code::SchemaViolation);
            prop_assert!(error.details().get("field").unwrap().as_str().unwrap().starts_with('a'));
        }
    }
}
