//! What runs need that leave one Store and enter another: all runs in order, and versions behind others.

use std::ops::ControlFlow;

use motus_ledger::kind::KindVersion;
use motus_ledger::{Run, RunId};

use super::StoreFixture;
use crate::TestLedger;
use crate::sample::{ANY_OBJECT, new_event, new_run};

const WIDER: &str = r#"{"type":"object","properties":{"a":{}}}"#;
const WIDEST: &str = r#"{"type":"object","properties":{"a":{},"b":{}}}"#;
const OTHER: &str = r#"{"type":"object","properties":{"z":{}}}"#;

fn version(kind: &str, schema: &str) -> KindVersion {
    let schema = motus_ledger::kind::Schema::new(crate::sample::json(schema)).expect("a schema");
    KindVersion {
        schema_kind: kind.to_owned(),
        schema_hash: schema.digest().as_str().to_owned(),
        schema_json: schema.canonical_text(),
        registered_at: motus_ledger::Timestamp::parse("2020-02-02T02:02:02.5Z").expect("a time"),
    }
}

fn insert_older(ledger: &mut TestLedger, version: &KindVersion) {
    let inserted = ledger.write(|transaction| Ok(transaction.insert_older_kind_version(version)?));
    inserted.expect("the version is inserted");
}

fn latest(ledger: &mut TestLedger, kind: &str) -> Option<KindVersion> {
    ledger.read(|transaction| transaction.latest_kind_version(kind)).expect("a lookup")
}

fn all(ledger: &mut TestLedger) -> Vec<KindVersion> {
    let mut versions = Vec::new();
    let visited = ledger.read(|transaction| {
        transaction.visit_kind_versions(&mut |version| {
            versions.push(version);
            ControlFlow::Continue(())
        })
    });
    visited.expect("the versions can be read");
    versions
}

/// Identifiers come in their own order, whatever the order of insertion, each after the one asked for.
pub fn runs_are_walked_oldest_first(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let sample = ledger.start(&new_run("k1")).expect("the run starts");
    for id in ["run_9", "run_1", "RUN_5", "run_é", "run%"] {
        let run = Run { id: RunId::from(id), idempotency_key: id.to_owned(), ..sample.clone() };
        ledger.write(|transaction| Ok(transaction.insert_run(&run)?)).expect("the run is inserted");
    }
    let mut after = |after: Option<&str>, limit| -> Vec<String> {
        let after = after.map(RunId::from);
        let ids = ledger.read(|transaction| transaction.run_ids_after(after.as_ref(), limit));
        ids.expect("a lookup").into_iter().map(|id| id.to_string()).collect()
    };
    let sorted = ["RUN_5", "run%", sample.id.as_str(), "run_1", "run_9", "run_é"];
    assert_eq!(after(None, 100), sorted);
    assert_eq!(after(None, u32::MAX), sorted);
    assert_eq!(after(None, 2), sorted[..2]);
    assert_eq!(after(Some("run%"), 2), sorted[2..4]);
    assert_eq!(after(Some("run_5"), 100), sorted[4..], "the one asked for need not be there");
    assert_eq!(after(Some("run_é"), 100), [""; 0]);
    assert_eq!(after(None, 0), [""; 0]);
}

/// The last identifier of a page is the key of the next, until a page is empty.
pub fn pages_hold_each_run_once(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let mut started = Vec::new();
    for number in 0..7 {
        started.push(ledger.start(&new_run(&format!("k{number}"))).expect("the run starts").id);
        ledger.clock.advance_seconds(1);
    }
    let (mut walked, mut last) = (Vec::new(), None);
    loop {
        let page = ledger.read(|transaction| transaction.run_ids_after(last.as_ref(), 3));
        let page = page.expect("a lookup");
        let Some(end) = page.last().cloned() else { break };
        walked.extend(page);
        last = Some(end);
    }
    assert_eq!(walked, started);
}

/// An older version is there, with its own time, and the latest stays the latest.
pub fn an_older_version_leaves_the_latest_one(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    ledger.register("other", ANY_OBJECT).expect("another kind");
    let newest = ledger.register("note", WIDER).expect("a version");
    let (older, oldest) = (version("note", OTHER), version("note", ANY_OBJECT));
    insert_older(&mut ledger, &older);
    insert_older(&mut ledger, &oldest);
    drop(ledger);
    let mut ledger = TestLedger::new(fixture.open());
    let found = latest(&mut ledger, "note").expect("the kind is there");
    assert_eq!(found.schema_hash, newest);
    let hash = &older.schema_hash;
    let found = ledger.read(|transaction| transaction.kind_version("note", hash));
    assert_eq!(found.expect("a lookup"), Some(older.clone()));
    let run = ledger.start(&new_run("k1")).expect("the run starts");
    let mut pinned = new_event(&run.id, "note", "e1", r#"{"z":1}"#);
    pinned.schema_hash = Some(hash.clone());
    assert_eq!(ledger.append(&pinned).expect("appended").schema_hash, *hash);
}

/// Older versions come before all that were there, the last of them first.
pub fn older_versions_are_visited_first(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    ledger.register("other", ANY_OBJECT).expect("another kind");
    ledger.register("note", WIDER).expect("a version");
    insert_older(&mut ledger, &version("note", OTHER));
    insert_older(&mut ledger, &version("other", OTHER));
    ledger.register("note", WIDEST).expect("a wider version");
    let visited: Vec<(String, String)> = all(&mut ledger)
        .into_iter()
        .map(|version| (version.schema_kind, version.schema_hash))
        .collect();
    let expected = [
        ("other", OTHER),
        ("note", OTHER),
        ("other", ANY_OBJECT),
        ("note", WIDER),
        ("note", WIDEST),
    ]
    .map(|(kind, schema)| (kind.to_owned(), version(kind, schema).schema_hash));
    assert_eq!(visited, expected);
    assert_eq!(latest(&mut ledger, "other"), Some(all(&mut ledger)[2].clone()));
}

/// Where there is no other version of its kind, or no kind at all, the only one is the latest.
pub fn the_only_version_is_the_latest(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let only = version("note", OTHER);
    insert_older(&mut ledger, &only);
    assert_eq!(latest(&mut ledger, "note"), Some(only.clone()));
    let wider = OTHER.replace(r#""z":{}"#, r#""y":{},"z":{}"#);
    let wider = ledger.register("note", &wider).expect("it adds to the only one");
    assert_eq!(latest(&mut ledger, "note").map(|version| version.schema_hash), Some(wider));
}

/// A version that is there is not inserted again.
pub fn an_older_version_is_inserted_once(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    ledger.register("note", ANY_OBJECT).expect("a version");
    let again = version("note", ANY_OBJECT);
    let refused = ledger.write(|transaction| Ok(transaction.insert_older_kind_version(&again)?));
    assert_eq!(refused.expect_err("a refusal").code(), "store.guard_refused");
    assert_eq!(all(&mut ledger).len(), 1);
}
