//! Where the work goes: a route and a hand-off, told as far as they are whole and agree.

use motus_json::{Object, Value};

use crate::portable::privacy::scrub;
use crate::portable::shape::{Document, Shape, Strictness, check};
use crate::portable::shapes::{HANDOFF, ROUTE_SUMMARY};
use crate::portable::story::Story;
use crate::portable::story::actor::actor_in;
use crate::work::ReadyHandOff;

/// Where the work goes next, and to whom it is handed.
pub(super) struct Handing {
    pub(super) route_summary: Object,
    pub(super) handoff: Object,
    /// The hand-off as it was recorded, when the work waits for its receiver.
    pub(super) ready: Option<ReadyHandOff>,
}

impl Story {
    pub(super) fn handing(&mut self) -> Handing {
        let (route, handoff) = (self.heard.route.take(), self.heard.handoff.take());
        let ready = handoff.as_ref().and_then(ReadyHandOff::from_value);
        // Two names that are paths become one: they are compared as they were recorded.
        let agree = route
            .as_ref()
            .zip(handoff.as_ref())
            .is_none_or(|(route, handoff)| goes_to(route, handoff.get("receiver")));
        let route = self.passed_on(route, &ROUTE_SUMMARY, "next_actor");
        let handoff = self.passed_on(handoff, &HANDOFF, "receiver");
        let handoff = handoff.filter(|handoff| self.knows_evidence_of(handoff));
        let handoff =
            handoff.filter(|handoff| !is_ready(handoff) || (is_whole(handoff) && ready.is_some()));
        let handoff = handoff.filter(|handoff| !is_ready(handoff) || route.is_none() || agree);
        let is_ready_now = handoff.as_ref().is_some_and(is_ready);
        // A route that hands over without a hand-off is half of one.
        let route = route.filter(|route| is_ready_now || !hands_over(route));
        let route = route.or_else(|| handoff.as_ref().filter(|it| is_ready(it)).map(route_of));
        let ready = ready.filter(|_| is_ready_now);
        let status = |status: &str| Object::from([("status", status)]);
        Handing {
            route_summary: route.unwrap_or_else(|| status("complete")),
            handoff: handoff.unwrap_or_else(|| status("none")),
            ready,
        }
    }

    /// Takes a payload for what it is called when it has that shape and says who is meant.
    fn passed_on(
        &mut self,
        payload: Option<Value>,
        document: &'static Document,
        actor: &str,
    ) -> Option<Object> {
        let mut payload = payload?;
        // An event of the work loop names its lease as well.
        payload.as_object_mut()?.remove("lease_id");
        let is_it = |value: &Value| {
            check(value, Shape::Document(document), Strictness::Strict).is_empty()
                && value.get(actor).is_none_or(actor_in)
        };
        if !is_it(&payload) {
            return None;
        }
        // Two texts may become one.
        let cleaned = self.clean_texts(payload);
        if !is_it(&cleaned) {
            return None;
        }
        match cleaned {
            Value::Object(payload) => Some(payload),
            _ => None,
        }
    }

    /// Makes every text in a value of known shape fit to travel.
    fn clean_texts(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => {
                let scrubbed = scrub(&text.to_string_lossy());
                self.is_redacted |= scrubbed.changed;
                scrubbed.text.into()
            }
            Value::Array(items) => items.into_iter().map(|item| self.clean_texts(item)).collect(),
            Value::Object(object) => {
                let members = object.into_iter().map(|(key, value)| (key, self.clean_texts(value)));
                Value::Object(members.collect())
            }
            other => other,
        }
    }

    fn knows_evidence_of(&self, handoff: &Object) -> bool {
        let known = self.evidence_ids();
        evidence_of(handoff).iter().all(|id| id.as_str().is_some_and(|id| known.contains(id)))
    }
}

/// Tells whether the work waits for its receiver.
pub(super) fn is_ready(handoff: &Object) -> bool {
    handoff.get("status").and_then(Value::as_str) == Some("ready")
}

/// Returns who is to take the work over.
pub(super) fn receiver(handoff: &Object) -> Option<&Value> {
    handoff.get("receiver")
}

fn evidence_of(handoff: &Object) -> &[Value] {
    handoff.get("evidence_refs").and_then(Value::as_array).unwrap_or_default()
}

fn is_whole(handoff: &Object) -> bool {
    receiver(handoff).is_some() && !evidence_of(handoff).is_empty()
}

fn goes_to(route: &Value, receiver: Option<&Value>) -> bool {
    route.as_object().is_some_and(hands_over) && route.get("next_actor") == receiver
}

fn hands_over(route: &Object) -> bool {
    route.get("status").and_then(Value::as_str) == Some("handoff")
}

/// A hand-off says where the work goes when nothing else does.
fn route_of(handoff: &Object) -> Object {
    let mut route = Object::from([("status", Value::from("handoff"))]);
    for (name, of_handoff) in [("next_actor", "receiver"), ("reason", "reason")] {
        if let Some(value) = handoff.get(of_handoff) {
            route.insert(name, value.clone());
        }
    }
    route
}
