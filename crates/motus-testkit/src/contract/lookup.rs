//! Finding rows.

use std::ops::ControlFlow;

use motus_ledger::{RunId, RunQuery};

use super::{StoreFixture, with_run};
use crate::sample::{ANY_OBJECT, ANY_OBJECT_HASH, new_event, new_run};
use crate::{TestLedger, events_of};

/// An empty Store has no rows and no errors.
pub fn an_empty_store_answers_with_nothing(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let run = RunId::from("run_x");
    ledger.read(|transaction| {
        assert_eq!(transaction.run(&run).expect("a lookup"), None);
        let query = RunQuery { limit: 10, ..RunQuery::default() };
        assert!(transaction.runs(&query).expect("a list").is_empty());
        assert!(transaction.run_ids_with_prefix("", 10).expect("a list").is_empty());
        assert!(events_of(transaction, &run).is_empty());
        assert_eq!(transaction.event_by_key(&run, "e1").expect("a lookup"), None);
        assert_eq!(transaction.kind_version("note", "sha256:00").expect("a lookup"), None);
        assert_eq!(transaction.latest_kind_version("note").expect("a lookup"), None);
    });
    let transaction = ledger.store.begin_write().expect("a write transaction");
    assert_eq!(transaction.last_seq(&run).expect("a number"), 0);
    assert_eq!(transaction.run_by_key("s", "p", "k").expect("a lookup"), None);
}

/// The visitor sees 1, 2, 3, … and no event after it said to stop.
pub fn events_are_visited_in_order_until_told_to_stop(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    for number in 0..12 {
        let key = format!("{}", 100 - number);
        ledger.append(&new_event(&run.id, "note", &key, "{}")).expect("appended");
    }
    let mut seen = Vec::new();
    let visited = ledger.read(|transaction| {
        transaction.visit_events(&run.id, &mut |event| {
            seen.push(event.seq);
            if event.seq == 11 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    });
    assert!(visited.is_ok());
    assert_eq!(seen, (1..=11).collect::<Vec<u64>>());
    assert_eq!(ledger.events(&run.id).len(), 12);
}

/// What is left out is what begins so, letter by letter, and nothing beside it.
pub fn events_whose_kind_begins_so_are_left_out(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let kinds =
        ["note", "evidence.a", "evidence", "Evidence.a", "evidence.é", "evidence/x", "evid"];
    for kind in kinds {
        ledger.register(kind, ANY_OBJECT).expect("registered");
        ledger.append(&new_event(&run.id, kind, kind, "{}")).expect("appended");
    }
    let left = |ledger: &mut TestLedger, prefix: &str, stop: Option<&str>| {
        let mut seen = Vec::new();
        let visited = ledger.read(|transaction| {
            transaction.visit_events_without(&run.id, prefix, &mut |event| {
                let is_last = stop == Some(event.schema_kind.as_str());
                seen.push(event.schema_kind);
                if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        visited.expect("visited");
        seen
    };
    let beside = ["note", "evidence", "Evidence.a", "evidence/x", "evid"];
    assert_eq!(left(&mut ledger, "evidence.", None), beside);
    assert_eq!(left(&mut ledger, "evidence.", Some("Evidence.a")), beside[..3]);
    assert_eq!(left(&mut ledger, "other.", None), kinds);
    assert_eq!(left(&mut ledger, "", None), [""; 0]);
}

/// A key names one event in each run.
pub fn an_event_key_is_looked_up_in_its_run(fixture: &dyn StoreFixture) {
    let (mut ledger, first) = with_run(fixture);
    let second = ledger.start(&new_run("k2")).expect("another run");
    let event = ledger.append(&new_event(&first.id, "note", "e1", r#"{"n":1}"#)).expect("appended");
    let found = |ledger: &mut TestLedger, run: &RunId, key: &str| {
        ledger.read(|transaction| transaction.event_by_key(run, key)).expect("a lookup")
    };
    assert_eq!(found(&mut ledger, &first.id, "e1"), Some(event.clone()));
    assert_eq!(found(&mut ledger, &second.id, "e1"), None);
    assert_eq!(found(&mut ledger, &first.id, "E1"), None);
    let other =
        ledger.append(&new_event(&second.id, "note", "e1", r#"{"n":2}"#)).expect("appended");
    assert_eq!((other.seq, other.id == event.id), (1, false));
}

/// Source, producer and key must all agree.
pub fn a_run_is_found_by_its_whole_key(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let transaction = ledger.store.begin_write().expect("a write transaction");
    let found = |source, producer, key| {
        transaction.run_by_key(source, producer, key).expect("a lookup").map(|run| run.id)
    };
    assert_eq!(found("demo", "p1", "k1"), Some(run.id));
    assert_eq!(found("demo", "p1", "k2"), None);
    assert_eq!(found("demo", "k1", "p1"), None);
    assert_eq!(found("Demo", "p1", "k1"), None);
}

/// Kind and digest must both agree.
pub fn a_kind_version_is_found_by_its_whole_name(fixture: &dyn StoreFixture) {
    let (mut ledger, _) = with_run(fixture);
    let mut found = |kind, hash| {
        let version = ledger.read(|transaction| transaction.kind_version(kind, hash));
        version.expect("a lookup").is_some()
    };
    assert!(found("note", ANY_OBJECT_HASH));
    assert!(!found("note", "sha256:00"));
    assert!(!found("NOTE", ANY_OBJECT_HASH));
    assert!(!found("note", &ANY_OBJECT_HASH.to_uppercase()));
}
