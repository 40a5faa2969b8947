//! Level 2: a governed hand-off.

use serde_json::Value;

use super::Complaints;

/// Returns what keeps a receipt of level 1 from being a governed hand-off.
pub fn level_2(envelope: &Value) -> Vec<String> {
    let mut complaints = Complaints::default();
    let (route, handoff) = (&envelope["route_summary"], &envelope["handoff"]);
    let acceptance = &envelope["acceptance"];
    complaints.expect(route["status"] == "handoff", "route_summary.status is not handoff");
    complaints.expect(handoff["status"] == "ready", "handoff.status is not ready");
    complaints.expect(acceptance["status"] == "pending", "acceptance.status is not pending");
    let next_actor = &route["next_actor"];
    complaints.expect(next_actor.is_object(), "route_summary.next_actor is missing");
    complaints.expect(handoff["receiver"].is_object(), "handoff.receiver is missing");
    complaints.expect(handoff["receiver"] == *next_actor, "the receiver is not next_actor");
    complaints.expect(acceptance["actor"] == *next_actor, "acceptance.actor is not next_actor");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let known: Vec<Value> =
        list(&envelope["evidence_refs"]).iter().map(|item| item["evidence_id"].clone()).collect();
    let named = list(&handoff["evidence_refs"]);
    complaints.expect(!named.is_empty(), "handoff.evidence_refs is empty");
    for id in named {
        complaints.expect(known.contains(&id), format!("{id} is no evidence of the receipt"));
    }
    complaints.0
}
