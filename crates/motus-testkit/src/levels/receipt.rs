//! Level 0: a receipt of the right shape, whose seal holds.

use serde_json::{Value, json};

use super::{Complaints, Schemas, canonical};
use motus_ledger::Digest;

const NAME: &str = "work-receipt-envelope";

/// The members that say when something was.
const TIMES: [&str; 7] = [
    "accepted_at",
    "closed_at",
    "created_at",
    "exported_at",
    "generated_at",
    "occurred_at",
    "started_at",
];

/// Returns what keeps a receipt from level 0; `golden` is the digest that it is to have, if known.
pub fn level_0(envelope: &Value, schemas: &Schemas, golden: Option<&str>) -> Vec<String> {
    let mut complaints = Complaints(schemas.faults(NAME, envelope));
    times(envelope, &mut complaints);
    let seal = seal_of(envelope);
    let stated = envelope["receipt_id"].as_str();
    complaints.expect(stated == Some(&format!("sha256:{seal}")), "receipt_id is not the seal");
    let stated = envelope["hashes"]["receipt"]["value"].as_str();
    complaints.expect(stated == Some(&seal), "hashes.receipt.value is not the seal");
    let is_golden = golden.is_none_or(|golden| golden.trim() == seal);
    complaints.expect(is_golden, "the seal is not the golden one");
    complaints.0
}

/// The digest of all but what holds the seal.
fn seal_of(envelope: &Value) -> String {
    let mut body = envelope.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("receipt_id");
        if let Some(hashes) = body.get_mut("hashes").and_then(Value::as_object_mut) {
            hashes.remove("receipt");
        }
    }
    Digest::of(canonical(&body)).hex().to_owned()
}

/// Seals a receipt again after something in it was changed.
pub fn reseal(envelope: &mut Value) {
    let seal = seal_of(envelope);
    envelope["receipt_id"] = json!(format!("sha256:{seal}"));
    if envelope["hashes"]["receipt"].is_object() {
        envelope["hashes"]["receipt"]["value"] = json!(seal);
    }
}

/// Tells whether every time in a document is one of RFC 3339, as far as a pattern tells.
pub fn times_are_rfc_3339(document: &Value) -> bool {
    let mut complaints = Complaints::default();
    times(document, &mut complaints);
    complaints.0.is_empty()
}

fn times(value: &Value, complaints: &mut Complaints) {
    let shape =
        r"^\d{4}-[01]\d-[0-3]\d[Tt][0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?([Zz]|[+-][0-2]\d:[0-5]\d)$";
    let shape = regex_lite::Regex::new(shape).expect("the pattern compiles");
    each_member(value, &mut |name, value| {
        if let (true, Some(text)) = (TIMES.contains(&name), value.as_str()) {
            complaints.expect(shape.is_match(text), format!("{name} is no time: {text}"));
        }
    });
}

fn each_member(value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                visit(name, value);
                each_member(value, visit);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_member(item, visit)),
        _ => {}
    }
}
