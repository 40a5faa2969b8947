//! Simulations in which everything held, and of which the checker is then told something else.

use motus_ledger::{Lock, Timestamp, WriteTransaction};

use super::*;
use crate::MemoryStore;
use crate::simulation::{interleaved, world};

/// A seed whose workers close runs, take locks and die.
const SEED: u64 = 3;

fn simulated() -> (MemoryStore, Told) {
    let mut store = MemoryStore::new();
    world::prepare(&mut store).expect("an empty Store can be prepared");
    let open = || Ok(Box::new(store.clone()) as Box<dyn Store>);
    let told = interleaved::run(SEED, None, &open).expect("nothing fails");
    assert!(told.deaths > 0);
    (store, told)
}

#[track_caller]
fn found(store: &mut MemoryStore, told: &Told, expected: &str) -> Disagreement {
    let disagreement = check(SEED, store, told).expect_err("something does not hold");
    assert!(disagreement.what.contains(expected), "{}", disagreement.what);
    disagreement
}

fn change(store: &mut MemoryStore, change: impl FnOnce(&mut dyn WriteTransaction)) {
    let mut transaction = store.begin_write().expect("nobody else writes");
    change(&mut *transaction);
    transaction.commit().expect("a change in memory is committed");
}

#[test]
fn nothing_is_found_where_everything_holds() {
    let (mut store, told) = simulated();
    let (history, tally) = check(SEED, &mut store, &told).expect("everything holds");
    assert_eq!(tally.count(Tally::STEPS), history.len() as u64);
    let untold = history.len() - told.acknowledged.len();
    assert_eq!(tally.count(Tally::UNTOLD), untold as u64);
}

#[test]
fn a_step_that_was_told_and_is_another_is_found() {
    let (mut store, mut told) = simulated();
    told.acknowledged[0].payload.push(' ');
    found(&mut store, &told, "was acknowledged and is not there");
}

#[test]
fn a_step_that_nobody_was_told_is_found_unless_somebody_died() {
    let (mut store, mut told) = simulated();
    let lost = usize::try_from(told.deaths).expect("few deaths") + 1;
    let kept = told.acknowledged.len() - lost;
    told.acknowledged.truncate(kept);
    found(&mut store, &told, "steps untold by");
}

#[test]
fn a_plan_that_was_left_early_is_found() {
    let (mut store, told) = simulated();
    let disagreement = check(SEED + 1, &mut store, &told).expect_err("another plan");
    assert!(disagreement.what.contains("made the requests"), "{}", disagreement.what);
}

#[test]
fn a_row_that_no_step_wrote_is_found() {
    let (mut store, told) = simulated();
    change(&mut store, |transaction| {
        let locks = transaction.locks(None, 1).expect("locks");
        let held = locks.into_iter().next().expect("a lock");
        let expires_at = Timestamp::parse("2027-01-01T00:00:00Z").expect("a time");
        transaction.put_lock(&Lock { expires_at, ..held }).expect("a row");
    });
    let disagreement = found(&mut store, &told, "in the end: lock ");
    assert!(!disagreement.excerpt.is_empty());
    change(&mut store, |transaction| {
        let run = transaction.run(&history_run()).expect("a row").expect("the history run");
        let another = RunId::from("run_z");
        let key = "z".to_owned();
        let run = motus_ledger::Run { id: another, idempotency_key: key, ..run };
        transaction.insert_run(&run).expect("a row");
    });
    found(&mut store, &told, "in the end: expected \"no row\", found run run_z");
}
