//! Projections over the Store in memory: order of members, open runs, rows of another hand.

use motus_json::{Object, Value, canonical};
use motus_ledger::projection::{
    ProjectionError, decisions, evidence, handoff, receipt, route_summary, work_packet,
};
use motus_ledger::{Digest, Event, Run, RunId};
use motus_testkit::sample::{ANY_OBJECT, closing, new_event, new_run};
use motus_testkit::{MemoryStore, TestLedger};

/// Makes a ledger with one open run.
fn with_run() -> (TestLedger, Run) {
    let mut ledger = TestLedger::new(Box::new(MemoryStore::new()));
    let run = ledger.start(&new_run("k1")).expect("the run starts");
    (ledger, run)
}

fn append(ledger: &mut TestLedger, run: &RunId, kind: &str, payload: &str) -> Event {
    ledger.register(kind, ANY_OBJECT).expect("the kind is registered");
    let key = format!("e{}", ledger.events(run).len());
    ledger.append(&new_event(run, kind, &key, payload)).expect("appended")
}

/// Puts in a row whose payload no writer would store.
fn append_odd(ledger: &mut TestLedger, run: &RunId, kind: &str, payload_json: &str) {
    let sample = append(ledger, run, kind, "{}");
    let key = format!("odd{}", sample.seq);
    let odd = Event {
        seq: sample.seq + 1,
        id: Event::derive_id(run, &key).as_str().to_owned(),
        idempotency_key: key,
        payload_hash: Digest::of(payload_json).as_str().to_owned(),
        payload_json: payload_json.to_owned(),
        ..sample
    };
    ledger.write(|transaction| Ok(transaction.insert_event(&odd)?)).expect("the row is inserted");
}

fn packet(ledger: &mut TestLedger, run: &RunId) -> Object {
    ledger.read(|view| work_packet(view, run)).expect("a packet")
}

fn names(object: &Object) -> Vec<&str> {
    object.iter().filter_map(|(name, _)| name.as_str()).collect()
}

fn first<'o>(object: &'o Object, list: &str) -> &'o Object {
    let items = object.get(list).and_then(Value::as_array).expect("a list");
    items.first().and_then(Value::as_object).expect("an object")
}

#[test]
fn members_have_the_published_order() {
    let (mut ledger, run) = with_run();
    for kind in ["evidence.a", "decision.a", "route.a", "handoff.a"] {
        append(&mut ledger, &run.id, kind, "{}");
    }
    ledger.close(&closing(&run.id)).expect("the run closes");
    let packet = packet(&mut ledger, &run.id);
    assert_eq!(
        names(&packet).join(" "),
        "schema_version work_id run_id lease_id intent source producer_id cwd git_sha status \
         started_at ended_at outcome outcome_note events evidence decisions route_summary receipt_id"
    );
    assert_eq!(
        names(first(&packet, "events")).join(" "),
        "seq event_id schema_kind schema_hash payload_hash producer_id ts payload"
    );
    assert_eq!(
        names(first(&packet, "evidence")).join(" "),
        "evidence_id evidence_type recorded_at producer_id payload schema_hash payload_hash"
    );
    assert_eq!(
        names(first(&packet, "decisions")).join(" "),
        "decision_id decision_type decision recorded_at producer_id payload schema_hash payload_hash"
    );
    let route = ledger.read(|view| route_summary(view, &run.id)).expect("a summary");
    assert_eq!(names(&route).join(" "), "schema_version run_id status outcome route_events");
    let handoff = ledger.read(|view| handoff(view, &run.id, None)).expect("a handoff");
    assert_eq!(
        names(&handoff).join(" "),
        "schema_version parent_run_id child_run_id handoff_events"
    );
}

#[test]
fn each_projection_says_the_same_as_the_packet() {
    let (mut ledger, run) = with_run();
    append(&mut ledger, &run.id, "work.claim", r#"{"lease_id":"l","work_id":"w"}"#);
    append(&mut ledger, &run.id, "evidence.a", r#"{"n":1}"#);
    append(&mut ledger, &run.id, "decision.a", r#"{"decision":"go"}"#);
    append(&mut ledger, &run.id, "route.a", "{}");
    append(&mut ledger, &run.id, "work.release", r#"{"outcome":"partial"}"#);
    for is_closed in [false, true] {
        if is_closed {
            ledger.close(&closing(&run.id)).expect("the run closes");
        }
        let packet = packet(&mut ledger, &run.id);
        let shared = |name| canonical::store::write(packet.get(name).expect("a member"));
        assert_eq!(ledger.project(|view| evidence(view, &run.id)), shared("evidence"));
        assert_eq!(ledger.project(|view| decisions(view, &run.id)), shared("decisions"));
        assert_eq!(ledger.project(|view| route_summary(view, &run.id)), shared("route_summary"));
        let expected = if is_closed { r#""partial""# } else { "null" };
        assert_eq!(shared("outcome"), expected);
        assert_eq!([shared("lease_id"), shared("work_id")], [r#""l""#, r#""w""#]);
        let receipt = ledger.read(|view| receipt(view, &run.id));
        let receipt_id = receipt.ok().and_then(|receipt| receipt.get("receipt_id").cloned());
        assert_eq!(packet.get("receipt_id"), Some(&Value::from(receipt_id)));
        assert_eq!(packet.get("receipt_id").is_some_and(Value::is_null), !is_closed);
    }
}

#[test]
fn an_open_run_has_no_outcome_whatever_was_released() {
    let (mut ledger, run) = with_run();
    append(&mut ledger, &run.id, "work.release", r#"{"outcome":"success"}"#);
    let open = packet(&mut ledger, &run.id);
    for name in ["outcome", "ended_at", "outcome_note", "receipt_id"] {
        assert_eq!(open.get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(open.get("status").and_then(Value::as_str), Some("open"));
    let route = ledger.read(|view| route_summary(view, &run.id)).expect("a summary");
    assert_eq!(route.get("outcome"), Some(&Value::Null));
    let refused = ledger.read(|view| receipt(view, &run.id)).expect_err("an open run");
    assert_eq!(refused.code(), "projection.run_open");
}

#[test]
fn a_packet_has_the_lease_as_it_was_claimed_first() {
    let lease_and_work = |claims: &[&str]| {
        let (mut ledger, run) = with_run();
        for claim in claims {
            append(&mut ledger, &run.id, "work.claim", claim);
        }
        let packet = packet(&mut ledger, &run.id);
        let text = |name| canonical::store::write(packet.get(name).expect("a member"));
        (text("lease_id"), text("work_id").replace(run.id.as_str(), "RUN"))
    };
    for (claims, lease, work) in [
        ([].as_slice(), "null", r#""RUN""#),
        (&["{}", r#"{"lease_id":"l"}"#], "null", r#""RUN""#),
        (&[r#"{"lease_id":"l"}"#, r#"{"lease_id":"m","work_id":"w"}"#], r#""l""#, r#""RUN""#),
        (&[r#"{"lease_id":"","work_id":0}"#], r#""""#, r#""RUN""#),
        (&[r#"{"lease_id":[1.0],"work_id":{"a":1}}"#], "[1.0]", r#"{"a":1}"#),
    ] {
        assert_eq!(lease_and_work(claims), (lease.to_owned(), work.to_owned()), "{claims:?}");
    }
}

#[test]
fn a_payload_that_is_no_object_counts_as_an_empty_one() {
    for odd in ["[1]", "null", r#""text""#, "1.5", "NaN"] {
        let (mut ledger, run) = with_run();
        for kind in ["evidence.a", "decision.a", "route.a", "handoff.a", "work.claim"] {
            append_odd(&mut ledger, &run.id, kind, odd);
        }
        let packet = packet(&mut ledger, &run.id);
        let text = canonical::store::write(&Value::Object(packet));
        assert!(!text.contains(&format!(r#""payload":{odd}"#)), "{text}");
        assert_eq!(text.matches(r#""payload":{}"#).count(), 10 + 2 + 2 + 2);
        let handoff = ledger.project(|view| handoff(view, &run.id, None));
        assert_eq!(handoff.matches(r#""payload":{}"#).count(), 2);
    }
}

#[test]
fn a_payload_that_cannot_be_read_is_told_where_it_is_spoken_of() {
    let (mut ledger, run) = with_run();
    append_odd(&mut ledger, &run.id, "evidence.a", "{\"n\":");
    ledger.close(&closing(&run.id)).expect("the run closes");
    let code = |refused: Result<(), ProjectionError>| refused.expect_err("unreadable").code();
    let unreadable = "projection.payload_unreadable";
    assert_eq!(code(ledger.read(|view| evidence(view, &run.id).map(drop))), unreadable);
    assert_eq!(code(ledger.read(|view| receipt(view, &run.id).map(drop))), unreadable);
    let refused = ledger.read(|view| work_packet(view, &run.id)).expect_err("unreadable");
    assert_eq!(refused.code(), unreadable);
    assert!(refused.to_string().starts_with("payload of event 2 is not readable: "), "{refused}");
    ledger.read(|view| decisions(view, &run.id)).expect("decisions do not speak of evidence");
    ledger.read(|view| route_summary(view, &run.id)).expect("nor does the route");
    ledger.read(|view| handoff(view, &run.id, None)).expect("nor does a handoff");
}

#[test]
fn a_run_that_is_not_there_is_unknown_to_all() {
    let (mut ledger, run) = with_run();
    let gone = RunId::from("run_9");
    let codes = ledger.read(|view| {
        [
            work_packet(view, &gone).map(drop),
            evidence(view, &gone).map(drop),
            decisions(view, &gone).map(drop),
            route_summary(view, &gone).map(drop),
            receipt(view, &gone).map(drop),
            handoff(view, &gone, None).map(drop),
            handoff(view, &run.id, Some(&gone)).map(drop),
        ]
        .map(|refused| refused.expect_err("the run is not there").code())
    });
    assert_eq!(codes, ["ledger.run_unknown"; 7]);
}
