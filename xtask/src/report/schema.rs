//! The two schemas of MOTUS-SPEC-V0.1 §12, and a checker of just what they use.
//!
//! A keyword that it does not know is a fault of the schema, so that nothing passes unseen.

use serde_json::{Map, Value};

/// `test_report.json`, §12.1.
pub(super) const TEST_REPORT: &str = include_str!("schemas/test_report.json");
/// `bench_report.json`, §12.2.
pub(super) const BENCH_REPORT: &str = include_str!("schemas/bench_report.json");

/// The only pattern that the schemas have.
const DIGEST: &str = "^[0-9a-f]{64}$";

/// Returns everything in which a document is not as a schema wants it, as `place: what`.
pub(super) fn faults(schema: &str, document: &Value) -> Vec<String> {
    match serde_json::from_str(schema) {
        Ok(schema) => {
            let mut faults = Vec::new();
            check(&schema, document, "$", &mut faults);
            faults
        }
        Err(error) => vec![format!("the schema is no JSON: {error}")],
    }
}

fn check(schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else {
        faults.push(format!("{place}: the schema is no object"));
        return;
    };
    for (keyword, argument) in keywords.iter().filter(|(keyword, _)| speaks_of(keyword, value)) {
        match (keyword.as_str(), argument, value) {
            ("type", Value::String(wanted), _) => {
                if !is_of(wanted, value) {
                    faults.push(format!("{place}: is no {wanted}"));
                }
            }
            ("required", Value::Array(names), Value::Object(members)) => {
                let missing = names.iter().filter_map(Value::as_str);
                let missing = missing.filter(|name| !members.contains_key(*name));
                faults.extend(missing.map(|name| format!("{place}: has no {name}")));
            }
            ("properties", Value::Object(schemas), Value::Object(members)) => {
                check_members(schemas, members, place, faults);
            }
            ("items", _, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    check(argument, item, &format!("{place}[{index}]"), faults);
                }
            }
            ("minimum", Value::Number(least), Value::Number(number)) => {
                if number.as_f64() < least.as_f64() {
                    faults.push(format!("{place}: {number} is less than {least}"));
                }
            }
            ("pattern", Value::String(pattern), Value::String(text)) if pattern == DIGEST => {
                let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if text.len() != 64 || !text.bytes().all(is_hex) {
                    faults.push(format!("{place}: is no digest"));
                }
            }
            _ => faults.push(format!(
                "{place}: the schema says {keyword}: {argument}, which is not known"
            )),
        }
    }
}

/// Tells whether a keyword says anything of values of this type.
fn speaks_of(keyword: &str, value: &Value) -> bool {
    match keyword {
        "$schema" | "title" => false,
        "required" | "properties" => value.is_object(),
        "items" => value.is_array(),
        "minimum" => value.is_number(),
        "pattern" => value.is_string(),
        _ => true,
    }
}

fn check_members(
    schemas: &Map<String, Value>,
    members: &Map<String, Value>,
    place: &str,
    faults: &mut Vec<String>,
) {
    for (name, schema) in schemas {
        if let Some(value) = members.get(name) {
            check(schema, value, &format!("{place}.{name}"), faults);
        }
    }
}

fn is_of(wanted: &str, value: &Value) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn test_report() -> Value {
        json!({
            "spec_version": "0.1.0", "cj_version": "", "proof_version": "", "fsm_version": "",
            "enf_version": "", "seed": "1",
            "properties": [{"name": "p01", "passed": true, "cases": 1, "failures": 0}],
            "goldens": [{"name": "a", "passed": false, "expected_proof_digest": "0".repeat(64)}],
        })
    }

    #[test]
    fn a_report_passes_and_members_beside_it_too() {
        assert_eq!(faults(TEST_REPORT, &test_report()), [""; 0]);
        let mut more = test_report();
        more["goldens"][0]["notes"] = "skipped".into();
        assert_eq!(faults(TEST_REPORT, &more), [""; 0]);
    }

    #[test]
    fn every_keyword_is_checked() {
        for (pointer, value, fault) in [
            ("/seed", json!(1), "$.seed: is no string"),
            ("/properties", json!({}), "$.properties: is no array"),
            ("/properties/0", json!([]), "$.properties[0]: is no object"),
            ("/properties/0", json!({"passed": true}), "$.properties[0]: has no name"),
            ("/properties/0/passed", json!("yes"), "$.properties[0].passed: is no boolean"),
            ("/properties/0/cases", json!(1.5), "$.properties[0].cases: is no integer"),
            ("/properties/0/failures", json!(-1), "$.properties[0].failures: -1 is less than 0"),
            (
                "/goldens/0/expected_proof_digest",
                json!("A".repeat(64)),
                "$.goldens[0].expected_proof_digest: is no digest",
            ),
            (
                "/goldens/0/expected_proof_digest",
                json!("0".repeat(63)),
                "$.goldens[0].expected_proof_digest: is no digest",
            ),
        ] {
            let mut report = test_report();
            *report.pointer_mut(pointer).unwrap() = value;
            assert_eq!(faults(TEST_REPORT, &report), [fault]);
        }
        let empty = faults(BENCH_REPORT, &json!({}));
        assert_eq!(empty, ["$: has no spec_version", "$: has no machine", "$: has no benches"]);
    }

    #[test]
    fn what_the_checker_does_not_know_does_not_pass() {
        for (schema, place) in [
            (r#"{"maximum": 3}"#, "$"),
            (r#"{"pattern": "^a$"}"#, "$"),
            (r#"{"properties": {"a": {"enum": ["b"]}}}"#, "$.a"),
        ] {
            let found = faults(schema, &if place == "$" { json!("a") } else { json!({"a": "a"}) });
            assert_eq!(found.len(), 1, "{schema}");
            assert!(found[0].starts_with(place) && found[0].ends_with("which is not known"));
        }
        assert_eq!(faults("{", &json!({})).len(), 1);
        assert_eq!(faults("3", &json!({})), ["$: the schema is no object"]);
        assert_eq!(faults(r#"{"type": "null"}"#, &Value::Null), ["$: is no null"]);
    }
}
