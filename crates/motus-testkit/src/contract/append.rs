//! Appending events.

use motus_ledger::{Event, NewEvent, RunId, Timestamp};

use super::{StoreFixture, refused, with_run};
use crate::sample::{ANY_OBJECT_HASH, closing, json, new_event, new_run};

/// Two runs that take turns each count 1, 2, 3, ….
pub fn events_are_numbered_without_gaps_per_run(fixture: &dyn StoreFixture) {
    let (mut ledger, first) = with_run(fixture);
    let second = ledger.start(&new_run("k2")).expect("another run");
    for number in 1..=3 {
        for run in [&first, &second] {
            let key = format!("e{number}");
            let event = ledger.append(&new_event(&run.id, "note", &key, "{}")).expect("appended");
            assert_eq!(event.seq, number);
        }
    }
    let seqs: Vec<u64> = ledger.events(&first.id).iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
}

/// The row holds the canonical payload, its digest, the version and the derived identifier.
pub fn an_event_is_stored_with_its_digests(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let request = new_event(&run.id, "note", "e1", r#"{"n": 1.5, "msg": "héllo\n"}"#);
    let event = ledger.append(&request).expect("appended");
    let expected = Event {
        run_id: run.id.clone(),
        seq: 1,
        idempotency_key: "e1".to_owned(),
        id: Event::derive_id(&run.id, "e1").as_str().to_owned(),
        payload_hash: "sha256:e1560ad3e5590ea4fbef1734c87bfaf36ebaddaff73ea81ccdd6fdb7cdcd05a5"
            .to_owned(),
        schema_hash: ANY_OBJECT_HASH.to_owned(),
        schema_kind: "note".to_owned(),
        ts: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
        payload_json: r#"{"msg":"h\u00e9llo\n","n":1.5}"#.to_owned(),
        producer_id: "p1".to_owned(),
    };
    assert_eq!(event, expected);
    assert_eq!(ledger.events(&run.id), [expected]);
}

/// A replay may come later, from another producer and with the version spelled out.
pub fn appending_again_returns_the_same_event(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let request = new_event(&run.id, "note", "e1", r#"{"a":1,"b":2}"#);
    let event = ledger.append(&request).expect("appended");
    ledger.clock.advance_seconds(60);
    for replay in [
        new_event(&run.id, "note", "e1", r#"{"b":2,"a":1}"#),
        NewEvent { producer_id: "p2".to_owned(), ..request.clone() },
        NewEvent { schema_hash: Some(ANY_OBJECT_HASH.to_owned()), ..request },
    ] {
        assert_eq!(ledger.append(&replay).expect("a replay"), event);
    }
    assert_eq!(ledger.events(&run.id), [event]);
}

/// What was appended before the close can still be asked for.
pub fn appending_again_works_on_a_closed_run(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let request = new_event(&run.id, "note", "e1", "{}");
    let event = ledger.append(&request).expect("appended");
    ledger.close(&closing(&run.id)).expect("the run closes");
    assert_eq!(ledger.append(&request).expect("a replay"), event);
}

/// Another payload, kind or version under the same key is a conflict; `1` is not `1.0`.
pub fn an_event_key_stands_for_one_event(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.register("other", r#"{"type":"object"}"#).expect("another kind");
    let request = new_event(&run.id, "note", "e1", r#"{"n":1}"#);
    ledger.append(&request).expect("appended");
    for conflict in [
        new_event(&run.id, "note", "e1", r#"{"n":1.0}"#),
        new_event(&run.id, "other", "e1", r#"{"n":1}"#),
        new_event(&run.id, "unregistered", "e1", r#"{"n":1}"#),
        NewEvent { schema_hash: Some("sha256:00".to_owned()), ..request },
    ] {
        refused(
            ledger.append(&conflict),
            "ledger.event_conflict",
            "log_event idempotency key reused with different payload",
        );
    }
    assert_eq!(ledger.events(&run.id).len(), 1);
}

/// A new key on a closed run is refused.
pub fn a_closed_run_takes_no_event(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.close(&closing(&run.id)).expect("the run closes");
    refused(
        ledger.append(&new_event(&run.id, "note", "late", "{}")),
        "ledger.run_closed",
        "cannot append event to closed run",
    );
    assert!(ledger.events(&run.id).is_empty());
}

/// Each request breaks a rule and all that come after it.
pub fn checks_come_in_the_published_order(fixture: &dyn StoreFixture) {
    let (mut ledger, open) = with_run(fixture);
    let closed = ledger.start(&new_run("k2")).expect("another run").id;
    ledger.append(&new_event(&closed, "note", "e1", "{}")).expect("appended");
    ledger.close(&closing(&closed)).expect("the run closes");
    let unregistered = |run: &RunId, key| new_event(run, "gone", key, "[]");
    refused(
        ledger.append(&unregistered(&closed, "e1")),
        "ledger.event_conflict",
        "log_event idempotency key reused with different payload",
    );
    let unknown = RunId::from("run_x");
    refused(
        ledger.append(&unregistered(&unknown, "e1")),
        "ledger.run_unknown",
        "run not found: run_x",
    );
    refused(
        ledger.append(&unregistered(&closed, "e2")),
        "ledger.run_closed",
        "cannot append event to closed run",
    );
    let pinned = |request| NewEvent { schema_hash: Some("sha256:00".to_owned()), ..request };
    refused(
        ledger.append(&pinned(unregistered(&open.id, "e2"))),
        "kind.unknown",
        "schema kind is not registered: gone",
    );
    refused(
        ledger.append(&pinned(new_event(&open.id, "note", "e2", "[]"))),
        "kind.version_unknown",
        "schema version is not registered: note sha256:00",
    );
    refused(
        ledger.append(&new_event(&open.id, "note", "e2", "[]")),
        "kind.payload_invalid",
        "payload must be an object",
    );
}

/// Blank texts are refused before anything is looked up.
pub fn an_append_names_its_first_blank_field(fixture: &dyn StoreFixture) {
    let (mut ledger, _) = with_run(fixture);
    let mut request = NewEvent {
        run_id: RunId::from(" "),
        schema_kind: String::new(),
        payload: json("[]"),
        idempotency_key: "\n".to_owned(),
        producer_id: " ".to_owned(),
        schema_hash: None,
    };
    refused(ledger.append(&request), "ledger.field_required", "run_id is required");
    request.run_id = RunId::from("run_x");
    refused(ledger.append(&request), "ledger.field_required", "schema_kind is required");
    request.schema_kind = "gone".into();
    refused(ledger.append(&request), "ledger.field_required", "idempotency_key is required");
    request.idempotency_key = "e1".into();
    refused(ledger.append(&request), "ledger.field_required", "producer_id is required");
    request.producer_id = "p".into();
    refused(ledger.append(&request), "ledger.run_unknown", "run not found: run_x");
}

/// The pinned version decides what the payload may be; without a pin the latest does.
pub fn an_event_may_be_pinned_to_an_old_version(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let stricter = r#"{"type":"object","properties":{"a":{"type":"string"}}}"#;
    let latest = ledger.register("note", stricter).expect("an optional field");
    let loose = new_event(&run.id, "note", "e1", r#"{"a":1}"#);
    refused(ledger.append(&loose), "kind.payload_invalid", "payload field a has wrong type");
    let pinned = NewEvent { schema_hash: Some(ANY_OBJECT_HASH.to_owned()), ..loose };
    assert_eq!(ledger.append(&pinned).expect("appended").schema_hash, ANY_OBJECT_HASH);
    let event = ledger.append(&new_event(&run.id, "note", "e2", r#"{"a":"x"}"#));
    assert_eq!(event.expect("appended").schema_hash, latest);
}

/// Missing fields come before enums, enums before types; undeclared fields are free.
pub fn payloads_are_checked_in_the_published_order(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let schema = r#"{"type":"object","required":["b","a"],"properties":{
        "a":{"type":["integer","null"]},
        "b":{"type":"string","enum":["x",true]},
        "c":{"type":"decimal"}
    }}"#;
    ledger.register("strict", schema).expect("the kind is registered");
    for (payload, text) in [
        ("{}", "payload missing required field: b"),
        (r#"{"b":"y","c":1}"#, "payload missing required field: a"),
        (r#"{"a":1,"b":"y"}"#, "payload field b not in enum"),
        (r#"{"a":1,"b":1}"#, "payload field b has wrong type"),
        (r#"{"a":true,"b":"x"}"#, "payload field a has wrong type"),
        (r#"{"a":2.0,"b":"x"}"#, "payload field a has wrong type"),
        (r#"{"a":null,"b":"x","c":1}"#, "unsupported JSON Schema type: decimal"),
    ] {
        let request = new_event(&run.id, "strict", "e1", payload);
        refused(ledger.append(&request), "kind.payload_invalid", text);
    }
    let free = new_event(&run.id, "strict", "e1", r#"{"a":null,"b":"x","d":[{}]}"#);
    assert_eq!(ledger.append(&free).expect("appended").seq, 1);
}

/// The event after a refused one takes its number.
pub fn a_refused_append_leaves_no_gap(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.append(&new_event(&run.id, "note", "e1", "{}")).expect("appended");
    assert!(ledger.append(&new_event(&run.id, "note", "e2", "[]")).is_err());
    assert!(ledger.append(&new_event(&run.id, "gone", "e2", "{}")).is_err());
    let event = ledger.append(&new_event(&run.id, "note", "e2", "{}")).expect("appended");
    assert_eq!(event.seq, 2);
}
