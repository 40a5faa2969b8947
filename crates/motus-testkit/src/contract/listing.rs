//! Listing runs and finding them by the beginning of their identifier.

use motus_ledger::{NewRun, Run, RunId, RunQuery};

use super::StoreFixture;
use crate::TestLedger;
use crate::sample::{closing, new_run};

/// Starts runs under the keys `a`, `b`, `c`, `d`, a second apart; `b` and `d` are of another source,
/// `a` and `b` are closed.
fn four_runs(fixture: &dyn StoreFixture) -> TestLedger {
    let mut ledger = TestLedger::new(fixture.open());
    for key in ["a", "b", "c", "d"] {
        let source = if matches!(key, "b" | "d") { "other" } else { "demo" };
        let request = NewRun { source: source.to_owned(), ..new_run(key) };
        let id = ledger.start(&request).expect("the run starts").id;
        if matches!(key, "a" | "b") {
            ledger.close(&closing(&id)).expect("the run closes");
        }
        ledger.clock.advance_seconds(1);
    }
    ledger
}

fn all() -> RunQuery {
    RunQuery { limit: 100, ..RunQuery::default() }
}

fn listed(ledger: &mut TestLedger, query: &RunQuery) -> Vec<Run> {
    ledger.read(|transaction| transaction.runs(query)).expect("the runs can be listed")
}

fn keys(ledger: &mut TestLedger, query: &RunQuery) -> String {
    listed(ledger, query).into_iter().map(|run| run.idempotency_key).collect()
}

/// The order is that of the identifiers, backwards, not that of insertion.
pub fn runs_are_listed_newest_first(fixture: &dyn StoreFixture) {
    let mut ledger = four_runs(fixture);
    ledger.clock.set_nanoseconds(1);
    ledger.start(&new_run("0")).expect("a run of the past");
    assert_eq!(keys(&mut ledger, &all()), "dcba0");
    let newest = listed(&mut ledger, &all()).remove(0);
    assert_eq!(ledger.run(&newest.id), newest);
}

/// The last identifier of a page is the key of the next.
pub fn a_limit_and_a_key_page_through_all_runs(fixture: &dyn StoreFixture) {
    let mut ledger = four_runs(fixture);
    let mut query = RunQuery { limit: 3, ..all() };
    let page = listed(&mut ledger, &query);
    assert_eq!(page.len(), 3);
    query.before = page.last().map(|run| run.id.clone());
    assert_eq!(keys(&mut ledger, &query), "a");
    query.before = listed(&mut ledger, &query).pop().map(|run| run.id);
    assert_eq!(keys(&mut ledger, &query), "");
    assert_eq!(keys(&mut ledger, &RunQuery { limit: 0, ..all() }), "");
    assert_eq!(keys(&mut ledger, &RunQuery { limit: u32::MAX, ..all() }), "dcba");
}

/// Filters hold together, and the limit counts what passes them.
pub fn runs_are_filtered_by_source_and_state(fixture: &dyn StoreFixture) {
    let mut ledger = four_runs(fixture);
    let of = |source: &str| RunQuery { source: Some(source.to_owned()), ..all() };
    assert_eq!(keys(&mut ledger, &of("demo")), "ca");
    assert_eq!(keys(&mut ledger, &of("Demo")), "");
    assert_eq!(keys(&mut ledger, &RunQuery { open_only: true, ..all() }), "dc");
    assert_eq!(keys(&mut ledger, &RunQuery { open_only: true, ..of("other") }), "d");
    assert_eq!(keys(&mut ledger, &RunQuery { limit: 1, ..of("demo") }), "c");
    let newest = listed(&mut ledger, &all()).remove(0).id;
    let before = RunQuery { before: Some(newest), limit: 1, ..of("other") };
    assert_eq!(keys(&mut ledger, &before), "b");
}

/// `%`, `_` and the case of letters have no special meaning.
pub fn a_prefix_finds_identifiers_literally(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let sample = ledger.start(&new_run("k1")).expect("the run starts");
    for id in ["run_1", "run%1", "runs", "run_10", "run_é", "RUN_1"] {
        let run = Run { id: RunId::from(id), idempotency_key: id.to_owned(), ..sample.clone() };
        ledger.write(|transaction| Ok(transaction.insert_run(&run)?)).expect("the run is inserted");
    }
    let mut found = |prefix: &str, limit| -> Vec<String> {
        let ids = ledger.read(|transaction| transaction.run_ids_with_prefix(prefix, limit));
        ids.expect("a lookup").into_iter().map(|id| id.to_string()).collect()
    };
    assert_eq!(found("run_1", 10), ["run_1", "run_10"]);
    assert_eq!(found("run_10", 10), ["run_10"]);
    assert_eq!(found("run%", 10), ["run%1"]);
    assert_eq!(found("run_é", 10), ["run_é"]);
    assert_eq!(found("%", 10), [""; 0]);
    assert_eq!(found("_", 10), [""; 0]);
    assert_eq!(found("run_100", 10), [""; 0]);
    assert_eq!(found("run_", 2), [sample.id.as_str(), "run_1"]);
    assert_eq!(found("", 10).len(), 7);
    assert_eq!(found("run", 0), [""; 0]);
}
