//! The work loop on a Store of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use motus_ledger::Clock;
use motus_ledger::operation::{AcquireRequest, acquire_lock, release_lock};
use motus_ledger::work::{
    EvidenceFact, HandOff, Party, ReleaseOutcome, ReleaseRequest, TestCounts, find_lease,
};
use motus_testkit::SequentialIds;
use motus_testkit::harness::Scratch;

use super::*;
use crate::reading::read;

/// Moves on by ten seconds whenever it is read.
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn unix_nanoseconds(&self) -> u64 {
        self.0.fetch_add(10_000_000_000, Ordering::SeqCst)
    }
}

/// A Store, and what its steps need.
struct Scene {
    _scratch: Scratch,
    store: WorkStore,
    clock: Ticking,
    ids: SequentialIds,
}

impl Scene {
    fn new() -> Self {
        let scratch = Scratch::new();
        let store = WorkStore {
            place: StorePlace::new(scratch.project().join("store.db")),
            private: true,
            directory: scratch.project(),
        };
        let clock = Ticking(AtomicU64::new(0));
        Self { _scratch: scratch, store, clock, ids: SequentialIds::default() }
    }

    fn claim(&self, asked: &Claim) -> Result<Granted, WorkFailure> {
        claim(&self.store, asked, &self.clock, &self.ids, &self.ids).expect("a Store").done
    }

    fn evidence(&self, lease_id: &str, tests: TestCounts) -> Recorded {
        let fact = EvidenceFact {
            id: new_id("evidence", &self.ids),
            evidence_type: "log".to_owned(),
            tests,
            diff: None,
            log: None,
        };
        let fact = fact.fact().expect("a fact");
        let recorded = record(&self.store, lease_id, &fact, None, &self.clock).expect("a Store");
        recorded.done.expect("recorded")
    }

    /// Claims a task, and hands it to `human:owner`; returns the lease and its run.
    fn hand_over(&self, task: &str) -> (String, String) {
        let granted = self.claim(&asked(task)).expect("granted");
        let lease = granted.claimed.lease;
        let tests = TestCounts { passed: Some(1), ..TestCounts::default() };
        assert!(self.evidence(&lease.lease_id, tests).says_something);
        let request = ReleaseRequest {
            lease: lease.lease_id.clone(),
            outcome: ReleaseOutcome::Partial,
            hand_off: Some(HandOff {
                receiver: Party::parse("human:owner").expect("a party"),
                expected_action: "approve".to_owned(),
                reason: "must".to_owned(),
            }),
            note: None,
            agent_id: None,
        };
        let released = release(&self.store, &request, &self.clock).expect("a Store").done;
        released.expect("released");
        (lease.lease_id, lease.run.id.to_string())
    }

    fn listed(&self, all: bool) -> Vec<(String, &'static str)> {
        let listed = leases(&self.store.place, all, &self.clock).expect("a list");
        listed.into_iter().map(|it| (it.lease.work_id, it.stage.as_str())).collect()
    }
}

fn asked(task: &str) -> Claim {
    Claim {
        task: Some(task.to_owned()),
        agent_id: "ann".to_owned(),
        intent: String::new(),
        resources: Vec::new(),
        ttl_seconds: 600,
        shared: false,
        from: None,
    }
}

#[test]
fn a_step_and_what_it_locks_are_of_one_moment() {
    let scene = Scene::new();
    let claimed = scene.claim(&asked("T1")).expect("granted").claimed;
    let lock = claimed.locks.first().expect("a lock").clone();
    assert_eq!(claimed.lease.run.started_at, claimed.event.ts);
    assert_eq!(lock.acquired_at, claimed.event.ts);
    assert_eq!(lock.expires_at, claimed.lease.expires_at());
    let lease_id = claimed.lease.lease_id;
    let recorded = scene.evidence(&lease_id, TestCounts::default());
    assert!(!recorded.says_something);
    let event = recorded.event;
    assert!(!event.ts.is_no_later_than(&claimed.event.ts));
    let (lease, lock) = read(&scene.store.place, |transaction| {
        let lock = transaction.lock("task:T1")?;
        Ok::<_, WorkFailure>((find_lease(transaction, &lease_id)?, lock))
    })
    .expect("readable");
    let (lease, lock) = (lease.expect("a lease"), lock.expect("a lock"));
    assert_eq!(lock.expires_at, lease.expires_at());
    assert_eq!(lease.last_event_at, event.ts);
}

#[test]
fn what_waits_for_somebody_is_listed() {
    let scene = Scene::new();
    scene.hand_over("T1");
    let (_, accepted) = scene.hand_over("T2");
    let open = scene.claim(&asked("T3")).expect("granted").claimed.lease.lease_id;
    let acceptance = Accept {
        run: accepted,
        acceptor: Party::parse("human:owner"),
        agent_id: None,
        default_agent_id: "default".to_owned(),
    };
    let done = accept(&scene.store, &acceptance, &scene.clock, &scene.ids).expect("a Store").done;
    done.expect("accepted");
    let told = |listed: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
        listed.iter().map(|(task, stage)| ((*task).to_owned(), *stage)).collect()
    };
    assert_eq!(scene.listed(false), told(&[("T3", "open"), ("T1", "handed_over")]));
    let all = [("T3", "open"), ("T2", "accepted"), ("T1", "handed_over")];
    assert_eq!(scene.listed(true), told(&all));
    let request = ReleaseRequest {
        lease: open,
        outcome: ReleaseOutcome::Failure,
        hand_off: None,
        note: None,
        agent_id: None,
    };
    let released = release(&scene.store, &request, &scene.clock).expect("a Store").done;
    released.expect("released");
    assert_eq!(scene.listed(false), told(&[("T1", "handed_over")]));
    assert_eq!(scene.listed(true).first().map(|(_, stage)| *stage), Some("failed"));
}

#[test]
fn the_receiver_goes_on_and_anybody_else_is_told_who_that_is() {
    let scene = Scene::new();
    let (lease, run) = scene.hand_over("T1");
    let from = |from: &str, agent: &str, task: Option<&str>| Claim {
        task: task.map(str::to_owned),
        agent_id: agent.to_owned(),
        from: Some(from.to_owned()),
        ..asked("")
    };
    for (claim, code, hint) in [
        (
            from(&lease, "stranger", None),
            "work.not_receiver",
            Some(
                "human:owner accepts it with --as human:owner, and goes on with it as --agent owner",
            ),
        ),
        (
            from(&run, "owner", Some("T2")),
            "work.other_task",
            Some("leave the task out, or claim T1"),
        ),
        (from("nosuch", "owner", None), "work.lease_not_found", None),
    ] {
        let refused = scene.claim(&claim).expect_err("a refusal");
        assert_eq!((refused.code(), refused.hint().as_deref()), (code, hint));
    }
    let granted = scene.claim(&from("latest", "owner", None)).expect("granted");
    assert_eq!(granted.claimed.lease.work_id, "T1");
    assert_eq!(granted.origin.map(|origin| origin.run.id.to_string()), Some(run));
}

#[test]
fn who_lost_a_lock_is_told_to_give_up() {
    let scene = Scene::new();
    let claimed = scene.claim(&asked("T1")).expect("granted").claimed;
    let (lease, lock) = (claimed.lease.lease_id, claimed.locks.first().expect("a lock").clone());
    let taken = scene.store.change(&scene.clock, |transaction, now| {
        release_lock(transaction, &lock.fence(), now)?;
        let holder = "ops".to_owned();
        let request = AcquireRequest { resource: lock.resource.clone(), holder, ttl_seconds: 1 };
        Ok(acquire_lock(transaction, &request, now)?)
    });
    taken.expect("a Store").done.expect("taken by hand");
    assert_eq!(scene.listed(false), [("T1".to_owned(), "expired")]);
    let give_up = |outcome| {
        let request = ReleaseRequest {
            lease: lease.clone(),
            outcome,
            hand_off: None,
            note: None,
            agent_id: None,
        };
        release(&scene.store, &request, &scene.clock).expect("a Store").done
    };
    let refused = give_up(ReleaseOutcome::Success).expect_err("a refusal");
    assert_eq!(
        (refused.code(), refused.to_string()),
        ("work.lease_expired", format!("lease lost its lock of task:T1 to somebody else: {lease}"))
    );
    let hint =
        format!("give it up with `motus work release {lease} aborted`, and claim the task anew");
    assert_eq!(refused.hint(), Some(hint));
    give_up(ReleaseOutcome::Aborted).expect("given up");
    assert_eq!(scene.listed(true), [("T1".to_owned(), "aborted")]);
    scene.claim(&asked("T1")).expect("granted");
}

#[test]
fn a_piece_of_work_is_named_in_one_way_everywhere() {
    let scene = Scene::new();
    let (lease, run) = scene.hand_over("T1");
    let place = &scene.store.place;
    let part = &run[..run.len() - 2];
    for name in [&*lease, &*run, part, "latest"] {
        assert_eq!(context(place, name, &scene.clock).expect("found").lease.lease_id, lease);
        assert_eq!(receipt(place, name).expect("found").lease_id, lease);
        let status = status(place, name, &scene.clock).expect("found");
        assert_eq!(status.standing.lease.map(|lease| lease.lease_id), Some(lease.clone()));
    }
    let told = |failure: WorkFailure| failure.code();
    let missing = "work.lease_not_found";
    assert_eq!(context(place, "nosuch", &scene.clock).map(drop).map_err(told), Err(missing));
    assert_eq!(receipt(place, "nosuch").map(drop).map_err(told), Err(missing));
    assert_eq!(status(place, "nosuch", &scene.clock).map(drop).map_err(told), Err(missing));
}
