//! The receipt: what a closed run comes to, with a digest that names it.

use motus_json::{Object, Value, canonical};

use crate::Digest;
use crate::projection::ProjectionError;
use crate::projection::facts::{RunFacts, is_truthy};

const SCHEMA_VERSION: &str = "motus.receipt.projection.v1";

/// Projects the receipt of a closed run, members in the published order.
///
/// The last member, `receipt_id`, is the hash of the schema version, a NUL byte and the canonical
/// text of all other members. Errors: `projection.run_open`.
pub fn receipt(facts: RunFacts) -> Result<Object, ProjectionError> {
    let Some(closing) = facts.run.closing.clone() else {
        return Err(ProjectionError::RunOpen(facts.run.id));
    };
    let outcome = facts.outcome();
    let summary = match closing.outcome_note.as_deref().filter(|note| !note.is_empty()) {
        Some(note) => Value::from(note),
        None => format!("Run closed with {}.", plain(&outcome)).into(),
    };
    let run_id = facts.run.id.as_str();
    let (lease_id, work_id) = (facts.claimed("lease_id"), facts.claimed("work_id"));
    let accepted_close = accepted_close(&facts);
    let evidence_ids = member_of_each(&facts.evidence, "evidence_id");
    let decision_summaries = member_of_each(&facts.decisions, "decision");
    let mut receipt = Object::from([
        ("schema_version", Value::from(SCHEMA_VERSION)),
        ("run_id", run_id.into()),
        ("lease_id", lease_id),
        ("work_id", work_id),
        ("status", "closed".into()),
        ("outcome", outcome.clone()),
        ("outcome_note", closing.outcome_note.as_deref().into()),
        ("recorded_at", closing.ended_at.as_str().into()),
        ("accepted_close", accepted_close.into()),
        ("summary", summary),
        ("evidence", Value::Array(facts.evidence)),
        ("evidence_ids", evidence_ids),
        ("decisions", Value::Array(facts.decisions)),
        ("decision_summaries", decision_summaries),
        ("event_count", facts.event_count.into()),
        ("route_summary", route_summary(run_id, outcome, facts.route_events).into()),
        ("next_action", "inspect receipt and route summary".into()),
    ]);
    let digest = receipt_id(&receipt);
    receipt.insert("receipt_id", digest.as_str());
    Ok(receipt)
}

fn receipt_id(receipt: &Object) -> Digest {
    let text = canonical::store::write(&Value::Object(receipt.clone()));
    Digest::of_parts(&[SCHEMA_VERSION.as_bytes(), b"\0", text.as_bytes()])
}

fn route_summary(run_id: &str, outcome: Value, route_events: Vec<Value>) -> Object {
    Object::from([
        ("schema_version", Value::from("motus.route_summary.projection.v1")),
        ("run_id", run_id.into()),
        ("status", "closed".into()),
        ("outcome", outcome),
        ("route_events", Value::Array(route_events)),
    ])
}

/// A release counts as an accepted close unless it was abandoned; without one only success does.
fn accepted_close(facts: &RunFacts) -> bool {
    match &facts.last_release {
        Some(release) => {
            let outcome = release.get("outcome").and_then(Value::as_str);
            matches!(outcome, Some("success" | "failure" | "partial"))
        }
        None => facts.outcome().as_str() == Some("success"),
    }
}

fn member_of_each(items: &[Value], name: &str) -> Value {
    Value::Array(items.iter().filter_map(|item| item.get(name)).cloned().collect())
}

fn plain(outcome: &Value) -> String {
    match outcome.as_str() {
        Some(text) => text.to_owned(),
        None if is_truthy(outcome) => canonical::store::write(outcome),
        None => "None".to_owned(),
    }
}
