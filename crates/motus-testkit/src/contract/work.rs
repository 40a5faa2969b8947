//! The work loop: what it asks of a driver, and the loop itself on it.

use motus_ledger::operation::AcquireRequest;
use motus_ledger::work::{
    self, AcceptRequest, ClaimRequest, EvidenceFact, HandOff, Party, ReleaseOutcome,
    ReleaseRequest, ResourceSpec, TestCounts, WorkError,
};
use motus_ledger::{NewRun, ReadTransaction, Run, RunId};

use super::{StoreFixture, with_run};
use crate::TestLedger;
use crate::sample::{closing, new_event, new_run};

/// A run is found whoever produced it; of two with the same key the oldest.
pub fn a_run_is_found_by_source_and_key(fixture: &dyn StoreFixture) {
    let (mut ledger, first) = with_run(fixture);
    ledger.clock.advance_seconds(1);
    let later = NewRun { producer_id: "a".to_owned(), ..new_run("k1") };
    let later = ledger.start(&later).expect("another producer");
    assert!(first.id < later.id);
    let mut found = |source, key| {
        let found = ledger.read(|transaction| transaction.run_by_source_and_key(source, key));
        found.expect("a lookup").map(|run| run.id)
    };
    assert_eq!(found("demo", "k1"), Some(first.id));
    assert_eq!(found("demo", "k"), None);
    assert_eq!(found("demo", "K1"), None);
    assert_eq!(found("other", "k1"), None);
}

/// The last event is the one with the highest number, in its run.
pub fn the_last_event_is_the_one_appended_last(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let other = ledger.start(&new_run("k2")).expect("another run");
    let last = |ledger: &mut TestLedger, run: &RunId| {
        ledger.read(|transaction| transaction.last_event(run)).expect("a lookup")
    };
    assert_eq!(last(&mut ledger, &run.id), None);
    for number in 0..12 {
        let key = format!("{}", 100 - number);
        let event = new_event(&run.id, "note", &key, "{}");
        let event = ledger.append(&event).expect("appended");
        assert_eq!(last(&mut ledger, &run.id), Some(event));
    }
    assert_eq!(last(&mut ledger, &other.id), None);
}

/// The open runs of a source are listed whose key names no holder of such a lock, newest first.
pub fn open_runs_without_a_lock_are_told_from_others(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let start = |ledger: &mut TestLedger, source: &str, key: &str| {
        ledger.clock.advance_seconds(1);
        let asked = NewRun { source: source.to_owned(), ..new_run(key) };
        ledger.start(&asked).expect("started").id
    };
    let without = start(&mut ledger, "w", "claim:a");
    let with = start(&mut ledger, "w", "claim:b");
    let with_another = start(&mut ledger, "w", "claim:é");
    let closed = start(&mut ledger, "w", "claim:d");
    ledger.close(&closing(&closed)).expect("closed");
    start(&mut ledger, "other", "claim:e");
    let short = start(&mut ledger, "w", "c");
    let lock = |ledger: &mut TestLedger, resource: &str, holder: &str| {
        let (resource, holder) = (resource.to_owned(), holder.to_owned());
        ledger.acquire(&AcquireRequest { resource, holder, ttl_seconds: 10 }).expect("locked")
    };
    let lasting = lock(&mut ledger, "task:b", "b");
    lock(&mut ledger, "file:é", "é");
    let listed = |ledger: &mut TestLedger| {
        let listed = ledger
            .read(|transaction| transaction.open_runs_without_lock("w", "claim:", "task:"))
            .expect("a list");
        listed.into_iter().map(|run| run.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&mut ledger), [&short, &with_another, &without].map(RunId::clone));
    ledger.release(&lasting.fence()).expect("released");
    assert_eq!(listed(&mut ledger), [&short, &with_another, &without].map(RunId::clone));
    lock(&mut ledger, "task:b", "x");
    lock(&mut ledger, "task:é", "é");
    assert_eq!(listed(&mut ledger), [&short, &with, &without].map(RunId::clone));
}

fn request(lease: &str, task: &str) -> ClaimRequest {
    ClaimRequest {
        lease_id: lease.to_owned(),
        work_id: task.to_owned(),
        agent_id: "ann".to_owned(),
        intent: String::new(),
        resources: vec![ResourceSpec::parse("file:x")],
        ttl_seconds: 60,
        shared: false,
        cwd: "/w".to_owned(),
        git_sha: None,
        from: None,
    }
}

fn claim(ledger: &mut TestLedger, request: &ClaimRequest) -> Result<Run, WorkError> {
    ledger.step(|transaction, clock, ids| {
        work::claim(transaction, request, clock, ids).map(|claimed| claimed.lease.run)
    })
}

fn record_evidence(ledger: &mut TestLedger, lease: &str) -> Result<String, WorkError> {
    let fact = EvidenceFact {
        id: "evidence-1".to_owned(),
        evidence_type: "test_result".to_owned(),
        tests: TestCounts { passed: Some(0), ..TestCounts::default() },
        diff: None,
        log: None,
    };
    let fact = fact.fact()?;
    ledger.step(|transaction, clock, _| {
        work::record(transaction, lease, &fact, None, clock).map(|(_, event)| event.id)
    })
}

fn code<T>(result: Result<T, WorkError>) -> &'static str {
    result.err().map_or("ok", |error| error.code())
}

/// Of two claims of a task one is refused, by another handle as well, and leaves nothing.
pub fn a_task_is_claimed_by_one_lease(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    claim(&mut ledger, &request("lease-a", "T1")).expect("granted");
    let mut other = TestLedger::new(fixture.open());
    other.clock.advance_seconds(1);
    assert_eq!(code(claim(&mut other, &request("lease-b", "T1"))), "work.held");
    let another_task = ClaimRequest { resources: Vec::new(), ..request("lease-b", "T2") };
    claim(&mut other, &another_task).expect("granted");
    assert_eq!(code(claim(&mut other, &request("lease-c", "T3"))), "work.held");
    assert_eq!(other.lock("task:T3"), None);
    let is_unknown = |transaction: &dyn ReadTransaction| work::find_lease(transaction, "lease-c");
    assert_eq!(other.read(is_unknown).expect("a lookup"), None);
    other.clock.advance_seconds(59);
    claim(&mut other, &request("lease-d", "T1")).expect("the first one's time is up");
    assert_eq!(other.lock("task:T1").map(|lock| lock.fencing_token), Some(2));
    assert_eq!(other.lock("file:x").map(|lock| lock.fencing_token), Some(2));
    assert_eq!(code(record_evidence(&mut other, "lease-a")), "work.lease_expired");
}

/// Work is claimed, proven, handed over and accepted; each step is there as a whole or not at all.
pub fn work_is_handed_from_one_to_another(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let run = claim(&mut ledger, &request("lease-a", "T1")).expect("granted");
    let receiver = Party::parse("agent:bob").expect("a party");
    let release = ReleaseRequest {
        lease: "lease-a".to_owned(),
        outcome: ReleaseOutcome::Success,
        hand_off: Some(HandOff {
            receiver,
            expected_action: "review".to_owned(),
            reason: "done".to_owned(),
        }),
        note: None,
        agent_id: None,
    };
    let released = ledger.step(|transaction, clock, _| work::release(transaction, &release, clock));
    assert_eq!(code(released), "work.handoff_without_evidence");
    assert!(ledger.run(&run.id).is_open());
    record_evidence(&mut ledger, "lease-a").expect("recorded");
    // What is not committed has not been.
    let mut transaction = ledger.store.begin_write().expect("a transaction");
    work::release(&mut *transaction, &release, &ledger.clock).expect("released");
    drop(transaction);
    assert!(ledger.run(&run.id).is_open());
    assert_eq!(ledger.events(&run.id).len(), 2);
    ledger
        .step(|transaction, clock, _| work::release(transaction, &release, clock))
        .expect("released");
    let accept = AcceptRequest {
        run_id: run.id.clone(),
        acceptor: None,
        agent_id: "bob".to_owned(),
        cwd: "/w".to_owned(),
        git_sha: None,
    };
    for replayed in [false, true] {
        let accepted =
            ledger.step(|transaction, clock, ids| work::accept(transaction, &accept, clock, ids));
        assert_eq!(accepted.expect("accepted").replayed, replayed);
    }
    let next = ClaimRequest { from: Some(run.id.clone()), ..request("lease-b", "T1") };
    let next = claim(&mut ledger, &next).expect("the work goes on");
    let receipt = ledger.receipt(&run.id);
    assert!(receipt.contains(r#""route_events":[{"#), "{receipt}");
    assert!(ledger.run(&next.id).is_open());
}
