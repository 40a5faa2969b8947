//! Level 1: the receipt, the export that it names and the manifest agree event by event.

use serde_json::{Value, json};

use super::{Complaints, Papers, digest_object, named_digest};

/// Each kind of event, what its payload has to say, and the digest of its schema.
const KINDS: [(&str, &[&str], &str); 4] = [
    (
        "work.started",
        &["work_id", "actor", "trigger", "instruction"],
        "sha256:069eba0b9766a44a1ede3a0bd8713971bf0a2f14a81b5dfa783dc44be11cd438",
    ),
    (
        "tool.used",
        &["tool_refs"],
        "sha256:6027fbfb36e5e348059f8d465a60feb26c22b80c9a9516833f50c6134aad95b5",
    ),
    (
        "evidence.referenced",
        &["evidence_refs"],
        "sha256:7a3920cb0b91eecb3520bb88c25cb97f124dca55aec7a57488788028de48bf6b",
    ),
    (
        "work.closed",
        &["outcome", "acceptance", "route_summary", "handoff"],
        "sha256:8c0c9045fa311e4ed98eec8978d1158217c3a618d356b566de1a86334d8354c1",
    ),
];

/// Returns what keeps papers of the right shape from level 1.
pub fn level_1(papers: &Papers) -> Vec<String> {
    let mut complaints = Complaints::default();
    let Papers { envelope, export, manifest } = papers;
    let run = &export["runs"][0];
    let events: &[Value] = export["events"].as_array().map_or(&[], Vec::as_slice);
    course(run, events, &mut complaints);
    for event in events {
        identity(event, &mut complaints);
    }
    digests(envelope, export, manifest, &mut complaints);
    agreement(envelope, run, events, &mut complaints);
    complaints.0
}

fn course(run: &Value, events: &[Value], complaints: &mut Complaints) {
    for (number, event) in (1..).zip(events) {
        complaints.expect(event["seq"] == json!(number), format!("event {number} has another seq"));
        let is_of_run = event["run_id"] == run["run_id"];
        complaints.expect(is_of_run, format!("event {number} is of another run"));
    }
    for kind in ["work.started", "work.closed"] {
        let count = events.iter().filter(|event| event["event_kind"] == kind).count();
        complaints.expect(count == 1, format!("{kind} stands there {count} times"));
    }
    let last = events.last().map(|event| &event["event_kind"]);
    complaints.expect(last == Some(&json!("work.closed")), "work.closed is not the last event");
}

/// An event is named by its content.
fn identity(event: &Value, complaints: &mut Complaints) {
    let name = event["event_kind"].as_str().unwrap_or_default();
    let Some((_, required, hash)) = KINDS.iter().find(|(kind, ..)| *kind == name) else {
        return complaints.expect(false, format!("{name} is no known kind"));
    };
    let schema = json!({
        "schema_version": "motus.event-kind-schema.v0.1", "event_kind": name, "required_payload": required
    });
    assert_eq!(named_digest(&schema), *hash, "the table of kinds is as published");
    complaints.expect(event["schema_hash"] == *hash, format!("schema_hash is not that of {name}"));
    let payload = &event["payload"];
    for member in *required {
        let is_there = payload.get(member).is_some();
        complaints.expect(is_there, format!("the payload of {name} has no {member}"));
    }
    let is_hashed = event["payload_hash"] == json!(named_digest(payload));
    complaints.expect(is_hashed, format!("payload_hash of {name} is another"));
    let mut nameless = event.clone();
    nameless.as_object_mut().expect("an event is an object").remove("event_id");
    let is_named = event["event_id"] == json!(named_digest(&nameless));
    complaints.expect(is_named, format!("event_id of {name} is another"));
}

fn digests(envelope: &Value, export: &Value, manifest: &Value, complaints: &mut Complaints) {
    let digest = digest_object(export);
    complaints
        .expect(envelope["events_ref"]["digest"] == digest, "events_ref is of another export");
    let is_source = envelope["hashes"]["source_export"] == digest;
    complaints.expect(is_source, "hashes.source_export is of another export");
    let is_source = manifest["source_export_hash"] == json!(named_digest(export));
    complaints.expect(is_source, "the manifest is of another export");
    let is_receipt = manifest["projections"]["work_receipt"]["digest"] == envelope["receipt_id"];
    complaints.expect(is_receipt, "the manifest is of another receipt");
}

fn agreement(envelope: &Value, run: &Value, events: &[Value], complaints: &mut Complaints) {
    let payload = |kind: &str| {
        let event = events.iter().find(|event| event["event_kind"] == kind);
        event.map_or(Value::Null, |event| event["payload"].clone())
    };
    let (started, closed) = (payload("work.started"), payload("work.closed"));
    for (name, of) in [("run_id", run), ("work_id", run)] {
        complaints.expect(envelope[name] == of[name], format!("{name} is not that of the run"));
    }
    for name in ["work_id", "actor", "trigger"] {
        let is_it = envelope[name] == started[name];
        complaints.expect(is_it, format!("{name} is not that of work.started"));
    }
    for name in ["outcome", "acceptance", "route_summary", "handoff", "redaction"] {
        let is_it = envelope[name] == closed[name];
        complaints.expect(is_it, format!("{name} is not that of work.closed"));
    }
    complaints.expect(run["status"] == "closed", "the run is not closed");
    for (name, of_outcome) in [("outcome_status", "status"), ("closed_at", "closed_at")] {
        let is_it = run[name] == closed["outcome"][of_outcome];
        complaints.expect(is_it, format!("{name} of the run is not that of work.closed"));
    }
}

/// Names an event again after something in it was changed.
pub fn rename_event(event: &mut Value) {
    event["payload_hash"] = json!(named_digest(&event["payload"]));
    event.as_object_mut().expect("an event is an object").remove("event_id");
    event["event_id"] = json!(named_digest(event));
}
