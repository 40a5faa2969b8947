//! What the log writes is what the verifier reads, and what that would not read is not written.

use motus_json::{Object, ReadOptions, Value};
use motus_testkit::goldens;
use motus_testkit::harness::{fixtures, skip};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::EventLog;
use crate::event::{Event, LINE_LIMITS};
use crate::merkle::{Merkle, Tree};
use crate::names::Phase;
use crate::receipt::any;
use crate::roots::event_leaf_hash;
use crate::{Digest, Uuid};

const TIME: &str = "2025-12-24T00:00:00Z";

fn push(log: &mut EventLog, payload: Object) -> Result<(), String> {
    log.push(Uuid::default(), TIME, Phase::Act, "Noted", payload)
}

proptest! {
    #![proptest_config(any::config(200))]

    /// Each line reads as what was told, in its chain, and the root is that which the verifier computes.
    #[test]
    fn what_is_told_is_read(
        loop_id in any::uuid(),
        told in vec((any::uuid(), any::time(), select(Phase::ALL), "[A-Za-z]{1,9}", any::object()), 0..9),
    ) {
        let mut log = EventLog::new(loop_id);
        for (event_id, ts_utc, phase, kind, payload) in &told {
            prop_assert_eq!(log.push(*event_id, ts_utc, *phase, kind, payload.clone()), Ok(()));
        }
        prop_assert_eq!(log.len() as usize, told.len());
        let (text, root) = log.finish();
        prop_assert!(text.is_empty() || text.ends_with('\n'));
        prop_assert_eq!(text.lines().count(), told.len());
        let (mut previous, mut merkle) = (Digest::ZERO, Merkle::new(Tree::EventLog));
        for ((seq, line), told) in (0..).zip(text.lines()).zip(&told) {
            let event = Event::read(line.as_bytes()).expect("it is an event");
            let (event_id, ts_utc, phase, kind, payload) = told;
            prop_assert_eq!((event.event_id, event.loop_id, event.seq), (*event_id, loop_id, seq));
            prop_assert_eq!((event.ts_utc, event.phase, event.kind), (ts_utc.as_str(), *phase, kind.as_str()));
            prop_assert_eq!(event.content(), Some(payload.clone().into()));
            prop_assert_eq!(event.prev_event_hash, previous);
            prop_assert_eq!(event.event_hash, event.computed_hash);
            merkle.push_hash(event_leaf_hash(seq, &event.event_hash));
            previous = event.event_hash;
        }
        prop_assert_eq!(root, merkle.root());
    }
}

/// Published lines, told again, are the same lines.
#[test]
fn published_logs_are_written_as_they_were() {
    let fixtures = match fixtures() {
        Ok(fixtures) => fixtures,
        Err(why) => return skip("compiler::published_logs_are_written_as_they_were", &why),
    };
    for (name, _) in goldens::PUBLISHED {
        let files = goldens::read(&fixtures, name).expect("the bundle can be read").files;
        let published = str::from_utf8(&files["events.jsonl"]).expect("a log is text");
        let mut log: Option<EventLog> = None;
        for line in published.lines() {
            let event = Event::read(line.as_bytes()).expect("a published event");
            let log = log.get_or_insert_with(|| EventLog::new(event.loop_id));
            let payload = event.content().and_then(|content| content.as_object().cloned());
            let payload = payload.expect("a published payload");
            log.push(event.event_id, event.ts_utc, event.phase, event.kind, payload).expect(name);
        }
        let (text, _) = log.expect("a published log has events").finish();
        assert_eq!(text, published, "{name}");
    }
}

/// Tells a payload to a log with one event, and returns what is wrong with it; the log is then what it was.
#[track_caller]
fn refused(ts_utc: &str, payload: Object) -> String {
    let mut log = EventLog::new(Uuid::default());
    push(&mut log, Object::new()).expect("an empty payload is one");
    let before = (log.text.clone(), log.previous, log.len(), log.merkle.root());
    let told = log.push(Uuid::default(), ts_utc, Phase::Act, "Noted", payload);
    assert_eq!((log.text.clone(), log.previous, log.len(), log.merkle.root()), before);
    told.expect_err("it cannot be told")
}

fn noted(value: Value) -> Object {
    Object::from([("note", value)])
}

fn read(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &ReadOptions::default()).expect("it is JSON")
}

#[test]
fn what_has_no_canonical_text_is_no_event() {
    for (text, why) in [
        ("0.5", "payload of Noted: a float has no canonical text"),
        (
            "18446744073709551616",
            "payload of Noted: an integer of more than 64 bits has no canonical text",
        ),
        ("\"\\ud800\"", "payload of Noted: a lone surrogate has no canonical text"),
    ] {
        assert_eq!(refused(TIME, noted(read(text))), why);
    }
}

#[test]
fn an_event_has_a_time() {
    for ts_utc in ["", "now", "2025-12-24T00:00:00", "2025-02-30T00:00:00Z"] {
        let why = format!("{ts_utc:?} is no time such as 2025-12-24T00:00:00Z");
        assert_eq!(refused(ts_utc, Object::new()), why);
    }
}

#[test]
fn a_payload_is_as_deep_as_a_verifier_reads_and_no_deeper() {
    let deep = |levels: usize| {
        noted((1..levels).fold(Value::from(Vec::<Value>::new()), |inner, _| vec![inner].into()))
    };
    let mut log = EventLog::new(Uuid::default());
    assert_eq!(push(&mut log, deep(125)), Ok(()));
    let (text, _) = log.finish();
    assert!(Event::read(text.trim_end().as_bytes()).is_ok());
    let why = refused(TIME, deep(126));
    assert!(why.contains("deep"), "{why}");
}

#[test]
fn a_line_is_as_long_as_a_verifier_reads_and_no_longer() {
    let noted_at = |length: usize| noted("a".repeat(length).into());
    let mut log = EventLog::new(Uuid::default());
    push(&mut log, noted_at(0)).expect("it is short");
    let room = LINE_LIMITS.limits.bytes - (log.text.len() - 1);
    // The next line has but for its note the length of the first: its number has one digit too.
    assert_eq!(push(&mut log, noted_at(room)), Ok(()));
    let (text, _) = log.finish();
    let line = text.lines().next_back().expect("there are two");
    assert_eq!(line.len(), LINE_LIMITS.limits.bytes);
    assert!(Event::read(line.as_bytes()).is_ok());
    assert_eq!(refused(TIME, noted_at(room + 1)), "the event Noted is longer than 1048576 bytes");
}
