//! Receipt projection: what a log tells comes out of it, and nothing else.

mod goldens;
mod hostile;
mod linear;
mod scenarios;

use motus_json::{Object, Value};
use motus_kernel::Fault;
use motus_kernel::projection::project_receipt;
use motus_kernel::receipt::Body;
use motus_testkit::bundle::{Parts, basic_edit, canonical, push_event};

/// Projects the log of a scenario.
fn project(parts: &Parts) -> Result<Body, Vec<Fault>> {
    let lines: Vec<String> = parts.events.iter().map(canonical).collect();
    project_receipt(lines.iter().map(String::as_bytes))
}

/// Returns the first scenario with more events of these kinds and contents, the last ones of Act.
fn acted(events: impl IntoIterator<Item = (&'static str, String)>) -> Parts {
    let mut parts = basic_edit();
    let end = parts.events.split_off(5);
    for (kind, payload) in events {
        push_event(&mut parts, "Act", kind, &payload);
        let place = parts.events.len() - 1;
        parts.event(place).insert("ts_utc", "2025-12-24T00:00:05Z");
    }
    parts.events.extend(end);
    parts.seal_events();
    parts
}

/// Parts of a receipt that events tell by themselves.
#[rustfmt::skip]
const PARTS: [&str; 28] = [
    "receipt_version", "loop_id", "parent_loop_id", "timestamp_utc", "intent", "outcome", "actor", "lock_level",
    "phase_sequence", "artifacts.inputs", "artifacts.outputs", "lens.lens_id", "lens.created_utc", "lens.items",
    "lens.quality", "effects.enf_version", "effects.k", "effects.executed_raw", "effects.declared",
    "effects.compression", "decisions", "strategies", "verification.results", "verification.spec", "gates",
    "children", "errors", "hitl",
];

fn part<'r>(receipt: &'r Object, name: &str) -> Option<&'r Value> {
    let mut names = name.split('.');
    let first = receipt.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

/// Returns the names of the parts in which two receipts differ.
fn differences(left: &Object, right: &Object) -> Vec<&'static str> {
    PARTS.into_iter().filter(|name| part(left, name) != part(right, name)).collect()
}

/// Returns what is told of a loop before anything happens.
fn nothing(receipt: &Object) -> Object {
    let mut parts = basic_edit();
    parts.events.truncate(1);
    for (name, value) in [("loop_id", "loop_id"), ("ts_utc", "timestamp_utc")] {
        parts.event(0).insert(name, receipt.get(value).cloned().unwrap_or_default());
    }
    project(&parts).expect("an intent is a log").write()
}
