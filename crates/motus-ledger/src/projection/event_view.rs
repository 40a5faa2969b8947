//! Views of events: what a projection tells of an event that it lists.

use motus_json::{Object, Value};

use crate::Event;
use crate::projection::ProjectionError;
use crate::projection::observer::{Observer, payload};

/// The views of the events whose kind starts with a prefix.
#[derive(Debug)]
pub(super) struct EventViews {
    prefix: &'static str,
    pub(super) views: Vec<Value>,
}

impl EventViews {
    /// Starts without a view; every kind starts with the empty prefix.
    pub(super) fn of_kinds(prefix: &'static str) -> Self {
        Self { prefix, views: Vec::new() }
    }
}

impl Observer for EventViews {
    fn observe(&mut self, event: &Event) -> Result<(), ProjectionError> {
        if event.schema_kind.starts_with(self.prefix) {
            self.views.push(Value::Object(view(event, payload(event)?)));
        }
        Ok(())
    }
}

fn view(event: &Event, payload: Object) -> Object {
    Object::from([
        ("seq", Value::from(event.seq)),
        ("event_id", event.id.as_str().into()),
        ("schema_kind", event.schema_kind.as_str().into()),
        ("schema_hash", event.schema_hash.as_str().into()),
        ("payload_hash", event.payload_hash.as_str().into()),
        ("producer_id", event.producer_id.as_str().into()),
        ("ts", event.ts.as_str().into()),
        ("payload", payload.into()),
    ])
}
