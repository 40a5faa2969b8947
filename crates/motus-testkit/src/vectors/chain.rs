//! Logs whose chain is broken, and documents of different loops.

use motus_json::{Object, Value};
use motus_kernel::Digest;
use motus_kernel::source::MemoryBundle;
use motus_kernel::verify::Code;

use super::bases::{noted, small};
use super::edit::Edit::{Remove, Set};
use super::{Made, Row, Vector, edited, made};
use crate::bundle::{Parts, canonical};

pub(super) fn vectors() -> Vec<Vector> {
    let code = Some(Code::EventChainInvalid);
    [
        edited(code, small, LOOPS),
        made(code, small, NUMBERS),
        made(code, noted, HASHES),
        made(code, small, LINKS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const LOOPS: &[Row] = &[
    (
        "manifest_of_another_loop",
        "20 24",
        "The manifest is of another loop; no hash covers it.",
        &[Set("manifest/loop_id", "\"21111111-1111-1111-1111-111111111111\"")],
    ),
    (
        "receipt_of_another_loop",
        "24",
        "The receipt is of another loop.",
        &[Set("receipt/loop_id", "\"21111111-1111-1111-1111-111111111111\"")],
    ),
    (
        "first_event_of_another_loop",
        "24",
        "The first event is of another loop.",
        &[Set("event/0/loop_id", "\"21111111-1111-1111-1111-111111111111\"")],
    ),
    (
        "event_of_another_loop",
        "24",
        "One event is of another loop.",
        &[Set("event/3/loop_id", "\"21111111-1111-1111-1111-111111111111\"")],
    ),
];

const NUMBERS: &[Made] = &[
    ("events_numbered_from_one", "19", "The first event has the number 1.", |parts| {
        numbered(parts, |place| place + 1)
    }),
    ("event_number_left_out", "19", "No event has the number 3.", |parts| {
        numbered(parts, |place| if place < 3 { place } else { place + 1 })
    }),
    ("event_number_twice", "19", "Two events have the number 2.", |parts| {
        numbered(parts, |place| if place < 3 { place } else { place - 1 })
    }),
    ("events_numbered_backwards", "19", "The numbers fall.", |parts| {
        numbered(parts, |place| 6 - place)
    }),
];

fn numbered(mut parts: Parts, number: fn(usize) -> usize) -> MemoryBundle {
    for (place, event) in parts.events.iter_mut().enumerate() {
        event.insert("seq", number(place));
    }
    parts.chain_events();
    parts.seal_receipt();
    parts.bundle()
}

const HASHES: &[Made] = &[
    (
        "event_hash_wrong",
        "1",
        "An event's hash has another last digit, which the next event takes up.",
        |parts| {
            chained(parts, |place, event| {
                let hash = super::edit::flip(&Value::from(hash(event)));
                let wrong = hash.as_str().unwrap_or_default().to_owned();
                if place == 2 { wrong } else { self::hash(event) }
            })
        },
    ),
    (
        "event_hash_without_unknown_members",
        "1 6",
        "An event's hash leaves out what is not known.",
        |parts| {
            chained(parts, |_, event| {
                let mut known = event.clone();
                let payload = known.get_mut("payload").and_then(Value::as_object_mut);
                payload.expect("a payload").remove("zz");
                hash(&known)
            })
        },
    ),
    (
        "event_hash_of_the_whole_line",
        "1",
        "An event's hash is over its line with an empty hash in it.",
        |parts| {
            chained(parts, |_, event| {
                let mut whole = event.clone();
                whole.insert("event_hash", "");
                hash(&whole)
            })
        },
    ),
    ("event_hash_without_separator", "1", "Hashes of events are over the text alone.", |parts| {
        chained(parts, |_, event| Digest::of(&[canonical(event).as_bytes()]).to_string())
    }),
    (
        "event_hash_with_a_line_feed",
        "10",
        "Hashes of events are over the line and its line feed.",
        |parts| {
            chained(parts, |_, event| {
                Digest::of(&[b"MOTUS|EVT|0.1|", canonical(event).as_bytes(), b"\n"]).to_string()
            })
        },
    ),
    ("event_hash_of_the_payload", "1", "Hashes of events are over their payloads.", |parts| {
        chained(parts, |_, event| {
            hash(event.get("payload").and_then(Value::as_object).expect("a payload"))
        })
    }),
];

fn hash(event: &Object) -> String {
    Digest::of(&[b"MOTUS|EVT|0.1|", canonical(event).as_bytes()]).to_string()
}

/// Chains the events by hashes of another kind, and seals.
fn chained(mut parts: Parts, hash: fn(usize, &Object) -> String) -> MemoryBundle {
    let mut previous = Digest::ZERO.to_string();
    for (place, event) in parts.events.iter_mut().enumerate() {
        event.remove("event_hash");
        event.insert("prev_event_hash", previous);
        previous = hash(place, event);
        event.insert("event_hash", previous.clone());
    }
    parts.seal_receipt();
    parts.bundle()
}

const LINKS: &[Made] = &[
    ("first_event_follows_something", "1", "The first prev_event_hash is not zero.", |parts| {
        linked(parts, 0, |_| Digest::of(&[b"before"]).to_string())
    }),
    (
        "event_follows_the_one_before_the_last",
        "1",
        "An event follows the one before the last.",
        |parts| linked(parts, 3, |hashes| hashes.get(1).cloned().unwrap_or_default()),
    ),
    (
        "event_follows_nothing",
        "1",
        "An event in the middle has a prev_event_hash of zeros.",
        |parts| linked(parts, 3, |_| Digest::ZERO.to_string()),
    ),
    (
        "events_swapped",
        "1",
        "Two events stand the other way round, as they were sealed.",
        |mut parts| {
            parts.events.swap(1, 2);
            parts.seal_receipt();
            parts.bundle()
        },
    ),
    ("event_taken_out", "1", "An event was taken out of the middle.", |mut parts| {
        parts.events.remove(1);
        parts.seal_receipt();
        parts.bundle()
    }),
    ("first_event_taken_out", "1", "The first event was taken out.", |mut parts| {
        parts.events.remove(0);
        parts.seal_receipt();
        parts.bundle()
    }),
    (
        "event_changed_after_sealing",
        "1",
        "An event was changed after it was chained.",
        |mut parts| {
            parts.event(1).insert("ts_utc", "2025-12-24T00:00:01.5Z");
            parts.seal_receipt();
            parts.bundle()
        },
    ),
    ("event_of_another_bundle", "1", "An event is that of another valid bundle.", |mut parts| {
        let edits = [Set("event/1/payload/signals_count", "2"), Remove("event/3/payload/plan")];
        let mut other = super::edit::changed(parts.clone(), &edits);
        std::mem::swap(parts.event(4), other.event(4));
        parts.seal_receipt();
        parts.bundle()
    }),
];

/// Lets one event follow another than the one before it; its own hash is right.
fn linked(mut parts: Parts, place: usize, link: fn(&[String]) -> String) -> MemoryBundle {
    let mut hashes: Vec<String> = Vec::new();
    for (seq, event) in parts.events.iter_mut().enumerate() {
        let last = hashes.last().cloned().unwrap_or_else(|| Digest::ZERO.to_string());
        event.remove("event_hash");
        event.insert("prev_event_hash", if seq == place { link(&hashes) } else { last });
        hashes.push(hash(event));
        event.insert("event_hash", hashes.last().cloned().unwrap_or_default());
    }
    parts.seal_receipt();
    parts.bundle()
}
