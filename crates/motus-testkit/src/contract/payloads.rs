//! Payloads: what goes in comes out, to the byte.

use motus_ledger::{Digest, Event, NewEvent};

use super::{StoreFixture, with_run};
use crate::sample::{closing, json, new_event};

/// Canonical payloads that a careless driver or reader would change.
fn canonical_payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        r#"{"big":123456789012345678901234567890123456789012345678901234567890}"#,
        r#"{"negative":-18446744073709551617,"zero":0}"#,
        r#"{"floats":[1.0,-0.0,1e-05,1e+16,5e-324,1.5e+300,0.1,1000000000000000.0]}"#,
        r#"{"lone":"\ud800","low":"x\udfff","pair":"\ud83d\ude00","split":"\ude00\ud83d"}"#,
        r#"{"\ud800":1,"\uffff":2,"\ud83d\ude00":3}"#,
        r#"{"":{"":[]},"\u0000":"\u0000\u001f\u007f","\u00e9":"\u2028\\\"/<>&"}"#,
        r#"{"quote":"'; DROP TABLE events; --","wild":"%_?1$"}"#,
    ]
    .map(str::to_owned)
    .into();
    payloads.push(format!("{{\"long\":\"{}\"}}", "x".repeat(1 << 20)));
    payloads.push(format!("{{\"deep\":{}{}}}", "[".repeat(900), "]".repeat(900)));
    payloads
}

/// Big integers, floats, lone surrogates, control characters, depth and length survive.
pub fn payloads_survive_verbatim(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let payloads = canonical_payloads();
    for (number, payload) in payloads.iter().enumerate() {
        let request = new_event(&run.id, "note", &format!("e{number}"), payload);
        assert_eq!(ledger.append(&request).expect("appended").payload_json, *payload);
    }
    drop(ledger);
    let mut ledger = crate::TestLedger::new(fixture.open());
    for (event, payload) in ledger.events(&run.id).iter().zip(&payloads) {
        assert_eq!(event.payload_json, *payload);
        assert_eq!(event.payload_hash, Digest::of(payload).as_str());
        assert_eq!(event.payload().expect("a stored payload is read"), json(payload));
    }
}

/// A row that an old writer left with `NaN` in it is read, exported and projected as it is.
pub fn undecodable_numbers_of_old_rows_survive(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.register("evidence.old", r#"{"type":"object"}"#).expect("the kind is registered");
    let sample = new_event(&run.id, "evidence.old", "e1", "{}");
    let sample = ledger.append(&sample).expect("appended");
    let payload_json = r#"{"x":NaN,"y":Infinity,"z":-Infinity}"#.to_owned();
    let old = Event {
        seq: 2,
        idempotency_key: "e2".to_owned(),
        id: Event::derive_id(&run.id, "e2").as_str().to_owned(),
        payload_hash: Digest::of(&payload_json).as_str().to_owned(),
        payload_json,
        ..sample
    };
    ledger.write(|transaction| Ok(transaction.insert_event(&old)?)).expect("an old row");
    ledger.close(&closing(&run.id)).expect("the run closes");
    assert_eq!(ledger.events(&run.id)[1], old);
    assert!(ledger.export(&run.id).contains(r#"{\"x\":NaN,\"y\":Infinity,\"z\":-Infinity}"#));
    assert!(ledger.receipt(&run.id).contains(r#"{"x":NaN,"y":Infinity,"z":-Infinity}"#));
}

/// What only old rows may hold is refused when it is new, however it was read.
pub fn no_new_payload_holds_such_numbers(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let mut event = new_event(&run.id, "note", "e1", "{}");
    event.payload = motus_json::read(br#"{"x":[NaN]}"#, &motus_json::ReadOptions::STORED)
        .expect("an old payload");
    let refusal = ledger.append(&event).expect_err("the number is not finite");
    assert_eq!(refusal.code(), "kind.payload_invalid");
    assert!(ledger.events(&run.id).is_empty());
}

/// Keys and producers are texts like any other.
pub fn odd_keys_and_producers_survive(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let keys = [" e1", "e1 ", "e1", "E1", "e\u{301}", "é", "\0", "a\0b", "%", "\u{1f600}"];
    for key in keys {
        let request = NewEvent {
            producer_id: format!("producer of {key}"),
            ..new_event(&run.id, "note", key, "{}")
        };
        ledger.append(&request).expect("appended");
    }
    let events = ledger.events(&run.id);
    assert_eq!(events.len(), keys.len());
    for (event, key) in events.iter().zip(keys) {
        assert_eq!(event.idempotency_key, key);
        assert_eq!(event.producer_id, format!("producer of {key}"));
        assert_eq!(event.id, Event::derive_id(&run.id, key).as_str());
        let found = ledger.read(|transaction| transaction.event_by_key(&run.id, key));
        assert_eq!(found.expect("a lookup").as_ref(), Some(event));
    }
}
