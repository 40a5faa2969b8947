//! The parts that the documents of the work loop share.

use std::path::Path;

use motus_json::{Object, Value};
use motus_ledger::RunId;
use motus_ledger::work::{Origin, ReadyHandOff, WorkError};

/// Tells what the Store has of a step: whether it is new, its run and its event.
pub(super) fn bridge(replayed: bool, run: &RunId, event_id: Option<&str>, store: &Path) -> Object {
    let status = if replayed { "replayed" } else { "recorded" };
    let mut bridge = Object::from([
        ("status", Value::from(status)),
        ("run_id", run.as_str().into()),
        ("store_path", store.display().to_string().into()),
    ]);
    if let Some(event_id) = event_id {
        bridge.insert("event_id", event_id);
    }
    bridge
}

/// Tells that the Store has nothing of a step.
pub(super) fn no_bridge() -> Object {
    Object::from([("status", "not_applicable")])
}

/// Returns the word for a refusal, or null.
pub(super) fn reason_code(refusal: &WorkError) -> Value {
    refusal.reason_code().into()
}

/// Tells how work was handed over.
pub(super) fn hand_off(hand_off: &ReadyHandOff) -> Object {
    Object::from([
        ("status", Value::from("ready")),
        ("receiver", hand_off.receiver.to_object().into()),
        ("expected_action", hand_off.expected_action.as_str().into()),
        ("reason", hand_off.reason.as_str().into()),
        ("evidence_refs", hand_off.evidence_refs.clone().into()),
    ])
}

/// Tells what a claim continues: the run, how it was handed over, and its evidence.
pub(super) fn origin(origin: &Origin) -> Object {
    let note = origin.run.closing.as_ref().and_then(|closing| closing.outcome_note.as_deref());
    let evidence: Value = origin.evidence.iter().map(evidence_item).collect();
    Object::from([
        ("run_id", Value::from(origin.run.id.as_str())),
        ("work_id", origin.work_id.as_str().into()),
        ("intent", origin.run.intent.as_str().into()),
        ("outcome", origin.outcome.as_str().into()),
        ("outcome_note", note.into()),
        ("receipt_id", origin.receipt_id.as_str().into()),
        ("handoff", hand_off(&origin.hand_off).into()),
        ("evidence", evidence),
    ])
}

/// Tells one piece of evidence by its identifier, its digest, and what it comes to.
fn evidence_item(item: &Value) -> Value {
    let member = |name| item.get(name).cloned().unwrap_or_default();
    let said = |name| item.get("payload").and_then(|it| it.get(name)).cloned().unwrap_or_default();
    Value::Object(Object::from([
        ("evidence_id", member("evidence_id")),
        ("evidence_type", member("evidence_type")),
        ("summary", said("summary")),
        ("test_results", said("test_results")),
        ("recorded_at", member("recorded_at")),
        ("payload_hash", member("payload_hash")),
    ]))
}
