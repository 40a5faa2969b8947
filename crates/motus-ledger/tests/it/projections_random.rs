//! Random events, odd ones among them: every projection is made, and a receipt is named by its content.

use motus_json::{Object, Value, canonical};
use motus_ledger::operation::CloseRequest;
use motus_ledger::projection::{decisions, evidence, handoff, receipt, route_summary, work_packet};
use motus_ledger::{Digest, Event, Outcome, Run, Timestamp};
use motus_testkit::sample::{ANY_OBJECT, closing, new_run};
use motus_testkit::{MemoryStore, TestLedger};
use proptest::prelude::*;

const KINDS: [&str; 12] = [
    "evidence.test",
    "evidence.",
    "evidence",
    "decision.pick",
    "decision.",
    "route.next",
    "routes.next",
    "handoff.to",
    "work.claim",
    "work.release",
    "work.claim.again",
    "note",
];

const NAMES: [&str; 8] =
    ["outcome", "lease_id", "work_id", "decision", "summary", "message", "payload", "é\0"];

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec!["", "success", "failure", "partial", "aborted", "\u{202e}x"])
            .prop_map(Value::from),
        prop::sample::select(vec!["0", "0.0", "-0.0", "NaN", "Infinity", "1e400", "\"\\ud800\""])
            .prop_map(stored),
        any::<String>().prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            members(inner).prop_map(Value::Object),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Object> {
    let member = (prop::sample::select(NAMES.to_vec()), value);
    prop::collection::vec(member, 0..5).prop_map(|members| members.into_iter().collect())
}

/// Reads what a Store may hold; what it may not is an odd text instead.
fn stored(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &motus_json::ReadOptions::STORED)
        .unwrap_or_else(|_| Value::from(text))
}

/// A kind, and a payload that is mostly an object.
fn event() -> impl Strategy<Value = (&'static str, String)> {
    let payload = prop_oneof![4 => members(value()).prop_map(Value::Object), 1 => value()];
    let text = payload.prop_map(|payload| canonical::store::write(&payload));
    (prop::sample::select(KINDS.to_vec()), text)
}

/// Puts the rows in directly: what they hold is more than an append takes.
fn record(events: &[(&str, String)]) -> (TestLedger, Run) {
    let mut ledger = TestLedger::new(Box::new(MemoryStore::new()));
    let run = ledger.start(&new_run("k1")).expect("the run starts");
    for kind in KINDS {
        ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
    }
    let rows = (1..).zip(events).map(|(seq, (kind, payload))| Event {
        run_id: run.id.clone(),
        seq,
        idempotency_key: format!("e{seq}"),
        id: Event::derive_id(&run.id, &format!("e{seq}")).as_str().to_owned(),
        payload_hash: Digest::of(payload).as_str().to_owned(),
        schema_hash: motus_testkit::sample::ANY_OBJECT_HASH.to_owned(),
        schema_kind: (*kind).to_owned(),
        ts: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
        payload_json: payload.clone(),
        producer_id: "p1".to_owned(),
    });
    let inserted = ledger.write(|transaction| {
        for row in rows {
            transaction.insert_event(&row)?;
        }
        Ok(())
    });
    inserted.expect("the rows are inserted");
    (ledger, run)
}

fn end(run: &Run, outcome: u8) -> CloseRequest {
    let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Aborted];
    CloseRequest { outcome: outcomes[usize::from(outcome)], ..closing(&run.id) }
}

fn listed(object: &Object, name: &str) -> usize {
    object.get(name).and_then(Value::as_array).map_or(0, <[Value]>::len)
}

/// Makes every projection and counts what they list.
fn check(ledger: &mut TestLedger, run: &Run, events: &[(&str, String)]) {
    let of = |prefix: &str| events.iter().filter(|(kind, _)| kind.starts_with(prefix)).count();
    let packet = ledger.read(|view| work_packet(view, &run.id)).expect("a packet");
    assert_eq!(listed(&packet, "events"), events.len());
    assert_eq!(listed(&packet, "evidence"), of("evidence."));
    assert_eq!(listed(&packet, "decisions"), of("decision."));
    let evidence = ledger.read(|view| evidence(view, &run.id)).expect("evidence");
    assert_eq!(packet.get("evidence"), Some(&Value::from(evidence)));
    let decisions = ledger.read(|view| decisions(view, &run.id)).expect("decisions");
    assert_eq!(packet.get("decisions"), Some(&Value::from(decisions)));
    let route = ledger.read(|view| route_summary(view, &run.id)).expect("a summary");
    assert_eq!(listed(&route, "route_events"), of("route."));
    let handoff = ledger.read(|view| handoff(view, &run.id, Some(&run.id))).expect("a handoff");
    assert_eq!(listed(&handoff, "handoff_events"), of("handoff."));
}

/// The identifier of a receipt is the hash over all else that it says.
fn check_receipt(ledger: &mut TestLedger, run: &Run, events: &[(&str, String)]) {
    let mut receipt = ledger.read(|view| receipt(view, &run.id)).expect("a receipt");
    let packet = ledger.read(|view| work_packet(view, &run.id)).expect("a packet");
    let named = receipt.remove("receipt_id").expect("an identifier");
    assert_eq!(packet.get("receipt_id"), Some(&named));
    let rest = canonical::store::write(&Value::Object(receipt.clone()));
    let hashed = format!("motus.receipt.projection.v1\0{rest}");
    assert_eq!(named.as_str(), Some(Digest::of(&hashed).as_str()));
    assert_eq!(receipt.get("event_count").and_then(Value::as_u64), Some(events.len() as u64));
    for name in ["outcome", "outcome_note", "evidence", "decisions", "route_summary"] {
        assert_eq!(receipt.get(name), packet.get(name), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn projections_take_every_event(
        events in prop::collection::vec(event(), 0..12),
        outcome in 0..3_u8,
    ) {
        let (mut ledger, run) = record(&events);
        check(&mut ledger, &run, &events);
        ledger.close(&end(&run, outcome)).expect("the run closes");
        check(&mut ledger, &run, &events);
        check_receipt(&mut ledger, &run, &events);
    }

    #[test]
    fn a_payload_of_any_text_is_projected_or_refused(
        kind in prop::sample::select(KINDS.to_vec()),
        text in prop_oneof![any::<String>(), r#"[\[\]{}\\":,0-9eEtrufalsn -]{0,16}"#],
    ) {
        let events = [(kind, text)];
        let (mut ledger, run) = record(&events);
        ledger.close(&closing(&run.id)).expect("the run closes");
        let is_json = ledger.events(&run.id).iter().all(|event| event.payload().is_ok());
        let packet = ledger.read(|view| work_packet(view, &run.id));
        prop_assert_eq!(packet.is_ok(), is_json);
        if let Err(error) = packet {
            prop_assert_eq!(error.code(), "projection.payload_unreadable");
        }
    }
}
