//! The bounds of a line, seen from both sides.

use super::*;
use crate::{Event, Run, RunId, Timestamp};
use motus_json::{Value, canonical};

fn run() -> Run {
    let now = Timestamp::parse("2026-01-02T03:04:05Z").expect("a time");
    Run {
        id: RunId::from("run_00000000000000000001_0123456789ab"),
        idempotency_key: "k".to_owned(),
        producer_id: "p".to_owned(),
        source: "s".to_owned(),
        started_at: now,
        intent: "i".to_owned(),
        cwd: "/".to_owned(),
        git_sha: None,
        closing: None,
    }
}

fn values(value: &Value) -> u64 {
    1 + match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(members) => members.iter().map(|(_, value)| values(value)).sum(),
        _ => 0,
    }
}

#[test]
fn a_writer_counts_values_as_the_reader_does() {
    let event = Event {
        run_id: run().id,
        seq: 1,
        idempotency_key: "e".to_owned(),
        id: "sha256:i".to_owned(),
        payload_hash: "sha256:p".to_owned(),
        schema_hash: "sha256:s".to_owned(),
        schema_kind: "note".to_owned(),
        ts: run().started_at,
        payload_json: "{}".to_owned(),
        producer_id: "p".to_owned(),
    };
    let document = |events: usize| {
        let events = vec![Value::Object(event.to_object()); events];
        let members = [("events", Value::from(events)), ("run", Value::Object(run().to_object()))];
        Value::Object(members.into_iter().collect())
    };
    assert_eq!([0, 1, 7].map(|events| values(&document(events))), [17, 28, 94]);
    assert_eq!(MOST_VALUES as u64, 17 + 11 * 363_634 + 9);
    assert!(!is_too_long(0, 363_634));
    assert!(is_too_long(0, 363_635));
    assert!(!is_too_long(LONGEST_LINE as u64, 0));
    assert!(is_too_long(LONGEST_LINE as u64 + 1, 0));
}

#[test]
fn bounds_have_their_own_code() {
    let many = format!("[{}0]", "0,".repeat(MOST_VALUES));
    let deep = format!("{}{}", "[".repeat(DEEPEST + 1), "]".repeat(DEEPEST + 1));
    let code = |line: &str| read_line(line.as_bytes()).map_err(|refusal| refusal.code());
    assert_eq!(code(&many), Err("import.line_too_long"));
    assert_eq!(code(&deep), Err("import.line_invalid"));
    let row = canonical::store::write(&Value::Object(run().to_object()));
    let long =
        row.replace(r#""intent":"i""#, &format!(r#""intent":"{}""#, "i".repeat(LARGEST_ROW)));
    assert_eq!(code(&format!(r#"{{"events":[],"run":{long}}}"#)), Err("import.too_large"));
    assert!(code(&format!(r#"{{"events":[],"run":{row}}}"#)).is_ok());
}

#[test]
fn new_kinds_are_bounded_together() {
    let mut catalogue = Catalogue::new();
    let padding = "x".repeat(MOST_KIND_BYTES / 4);
    let mut added = 0;
    let refusal = loop {
        let schema_json = format!(r#"{{"title":"{padding}{added}","type":"object"}}"#);
        let version = crate::kind::KindVersion {
            schema_kind: format!("kind {added}"),
            schema_hash: crate::Digest::of(&schema_json).as_str().to_owned(),
            schema_json,
            registered_at: run().started_at,
        };
        match catalogue.add(&version) {
            Ok(placement) => assert_eq!(placement, Placement::Newest),
            Err(refusal) => break refusal,
        }
        assert_eq!(catalogue.add(&version), Ok(Placement::Known), "what is known costs nothing");
        added += 1;
    };
    assert_eq!((added, refusal.code()), (3, "import.too_large"));
}
