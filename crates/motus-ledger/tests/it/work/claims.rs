//! Claiming: who gets a task, for how long, and who is refused.

use motus_ledger::LedgerError;
use motus_ledger::operation::AcquireRequest;
use motus_ledger::work::{
    ClaimRequest, HandOff, LONGEST_TEXT, Lease, LeaseState, ReleaseOutcome, ResourceSpec, WorkError,
};
use motus_testkit::sample::closing;

use super::{Work, code, owner, request};

/// The first second of the clock.
const START: u64 = 1_767_323_045;

#[test]
fn a_live_task_is_claimed_once() {
    let mut work = Work::new();
    let first = work.claim(&request("lease-a", "T1")).expect("granted");
    assert_eq!(work.state("lease-a"), LeaseState::Active);
    for agent in ["ann", "bob"] {
        let again = ClaimRequest { agent_id: agent.to_owned(), ..request("lease-b", "T1") };
        match work.claim(&again) {
            Err(WorkError::Held(holding)) => {
                assert_eq!((&*holding.resource, &*holding.holder), ("task:T1", "lease-a"));
                assert_eq!(holding.agent_id.as_deref(), Some("ann"));
                assert_eq!(holding.run_id.as_ref(), Some(&first.lease.run.id));
                assert_eq!(holding.until.as_str(), "2026-01-02T03:05:05Z");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(code(work.claim(&request("lease-c", "T2"))), "ok");
}

#[test]
fn a_shared_claim_takes_no_task_and_is_in_nobodys_way() {
    let mut work = Work::new();
    let shared = |lease| ClaimRequest { shared: true, ..request(lease, "T1") };
    assert_eq!(code(work.claim(&shared("lease-a"))), "ok");
    assert_eq!(code(work.claim(&shared("lease-b"))), "ok");
    assert_eq!(code(work.claim(&request("lease-c", "T1"))), "ok");
    assert_eq!(code(work.claim(&shared("lease-d"))), "ok");
    assert_eq!(code(work.claim(&request("lease-e", "T1"))), "work.held");
    assert_eq!(code(work.evidence("lease-a", "e")), "ok");
}

#[test]
fn a_lease_begins_once() {
    let mut work = Work::new();
    let shared = ClaimRequest { shared: true, ..request("lease-a", "T1") };
    work.claim(&shared).expect("granted");
    assert_eq!(code(work.claim(&shared)), "ledger.start_conflict");
    assert_eq!(code(work.claim(&request("lease-a", "T2"))), "ledger.start_conflict");
}

#[test]
fn a_released_or_expired_claim_makes_room_with_the_next_token() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.release("lease-a", ReleaseOutcome::Success, None).expect("released");
    work.claim(&request("lease-b", "T1")).expect("granted again");
    assert_eq!(work.token("task:T1"), Some(2));
    work.ledger.clock.advance_seconds(60);
    work.claim(&request("lease-c", "T1")).expect("granted after its time");
    assert_eq!(work.token("task:T1"), Some(3));
    assert_eq!(code(work.evidence("lease-b", "e")), "work.lease_expired");
    assert_eq!(code(work.release("lease-b", ReleaseOutcome::Success, None)), "work.lease_expired");
    assert_eq!(code(work.evidence("lease-c", "e")), "ok");
}

#[test]
fn a_lease_whose_time_is_up_writes_no_more_though_nobody_took_its_lock() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(59);
    assert_eq!(work.state("lease-a"), LeaseState::Active);
    work.ledger.clock.advance_seconds(1);
    assert_eq!(work.state("lease-a"), LeaseState::Expired);
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    assert_eq!(code(work.release("lease-a", ReleaseOutcome::Success, None)), "work.lease_expired");
    assert_eq!(work.token("task:T1"), Some(1));
}

#[test]
fn every_event_extends_claim_and_locks() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    for number in 0..5 {
        work.ledger.clock.advance_seconds(40);
        work.evidence("lease-a", &format!("e{number}")).expect("still alive");
        let until = work.ledger.lock("task:T1").expect("locked").expires_at;
        assert_eq!(until, work.lease("lease-a").expires_at());
    }
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "work.held");
    assert_eq!(work.token("task:T1"), Some(1));
}

#[test]
fn a_claim_whose_run_was_closed_otherwise_makes_room() {
    let mut work = Work::new();
    let claimed = work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.close(&closing(&claimed.lease.run.id)).expect("closed by other means");
    work.claim(&request("lease-b", "T1")).expect("granted at once");
    assert_eq!(work.token("task:T1"), Some(2));
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_closed");
    assert_eq!(code(work.release("lease-a", ReleaseOutcome::Success, None)), "work.lease_closed");
}

#[test]
fn what_a_claim_names_is_fenced_too() {
    let mut work = Work::new();
    let named = |lease: &str, task: &str, shared| ClaimRequest {
        resources: vec![ResourceSpec::parse("file:src/lib.rs"), ResourceSpec::parse("src/lib.rs")],
        shared,
        ..request(lease, task)
    };
    let claimed = work.claim(&named("lease-a", "T1", false)).expect("granted");
    assert_eq!(claimed.locks.len(), 2);
    match work.claim(&named("lease-b", "T2", true)) {
        Err(WorkError::Held(holding)) => assert_eq!(holding.resource, "file:src/lib.rs"),
        other => panic!("{other:?}"),
    }
    work.release("lease-a", ReleaseOutcome::Aborted, None).expect("released");
    assert_eq!(code(work.claim(&named("lease-b", "T2", true))), "ok");
    // A claim that is refused one thing takes nothing of the others.
    let other = ResourceSpec::parse("db:schema");
    let both = ClaimRequest {
        resources: vec![other.clone(), ResourceSpec::parse("src/lib.rs")],
        ..request("lease-c", "T3")
    };
    assert_eq!(code(work.claim(&both)), "work.held");
    assert_eq!(work.token(&other.lock_name()), None);
    assert_eq!(code(work.claim(&request("lease-d", "T3"))), "ok");
}

#[test]
fn a_lock_that_somebody_took_by_hand_refuses_a_claim() {
    let mut work = Work::new();
    work.claim(&request("lease-0", "T0")).expect("granted");
    // A lease may hold more than it names; that ends with the lock, not with the lease.
    for (lease, holder) in [("lease-a", "bob"), ("lease-b", "lease-0")] {
        let task = format!("T-{lease}");
        let lock = AcquireRequest {
            resource: format!("task:{task}"),
            holder: holder.to_owned(),
            ttl_seconds: 10,
        };
        work.ledger.acquire(&lock).expect("locked by hand");
        match work.claim(&request(lease, &task)) {
            Err(WorkError::Held(holding)) => {
                assert_eq!((&*holding.holder, &holding.run_id), (holder, &None));
            }
            other => panic!("{other:?}"),
        }
        work.ledger.clock.advance_seconds(10);
        assert_eq!(code(work.claim(&request(lease, &task))), "ok");
    }
}

#[test]
fn who_lost_a_lock_to_somebody_writes_no_more() {
    let mut work = Work::new();
    let claimed = work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(60);
    let lock =
        AcquireRequest { resource: "task:T1".to_owned(), holder: "bob".to_owned(), ttl_seconds: 1 };
    work.ledger.acquire(&lock).expect("the lock has ended");
    // An event that is not ours revives the claim, but not what it had.
    work.append_without_lock(&claimed.lease.run.id, "n");
    work.ledger.clock.advance_seconds(30);
    assert_eq!(work.state("lease-a"), LeaseState::Expired);
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    let late = work.release("lease-a", ReleaseOutcome::Success, None);
    let text = late.as_ref().err().map(ToString::to_string);
    assert_eq!(text.as_deref(), Some("lease lost its lock of task:T1 to somebody else: lease-a"));
    assert_eq!(code(late), "work.lease_expired");
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "ok", "it is in nobody's way");
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
}

/// Claims two things for an hour and loses one of them.
fn loses_a_lock(work: &mut Work) -> Lease {
    let asked = ClaimRequest {
        ttl_seconds: 3600,
        resources: vec![ResourceSpec::parse("src/lib.rs")],
        ..request("lease-a", "T1")
    };
    let lease = work.claim(&asked).expect("granted").lease;
    let lock = work.ledger.lock("file:src/lib.rs").expect("locked");
    work.ledger.release(&lock.fence()).expect("given back by hand");
    let taken =
        AcquireRequest { resource: lock.resource, holder: "ops".to_owned(), ttl_seconds: 1 };
    work.ledger.acquire(&taken).expect("taken by hand");
    work.ledger.clock.advance_seconds(2);
    lease
}

#[test]
fn who_lost_a_lock_holds_nothing_any_more() {
    let mut work = Work::new();
    let lost = loses_a_lock(&mut work);
    let read = work.lease("lease-a");
    assert_eq!(read.lost_lock.as_deref(), Some("file:src/lib.rs"));
    assert_eq!(work.token("task:T1"), Some(1));
    work.claim(&request("lease-b", "T1")).expect("what it still has is retaken");
    assert_eq!(work.token("task:T1"), Some(2));
    let held = work.ledger.lock("task:T1");
    // It is closed, and whoever has the lock keeps it.
    assert_eq!(work.clean_up(), ["lease-a"]);
    assert_eq!(work.ledger.lock("task:T1"), held);
    let closing = work.ledger.run(&lost.run.id).closing.expect("closed");
    assert_eq!(closing.outcome_note.as_deref(), Some("motus work released aborted: LOST_LOCK"));
    assert!(work.lease("lease-a").ended_by_time());
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    assert_eq!(code(work.evidence("lease-b", "e")), "ok");
}

#[test]
fn who_lost_a_lock_can_give_up_and_nothing_else() {
    let mut work = Work::new();
    let lost = loses_a_lock(&mut work);
    for outcome in [ReleaseOutcome::Success, ReleaseOutcome::Failure, ReleaseOutcome::Partial] {
        assert_eq!(code(work.release("lease-a", outcome, None)), "work.lease_expired");
    }
    let hand_off = HandOff {
        receiver: owner(),
        expected_action: "go on".to_owned(),
        reason: "lost".to_owned(),
    };
    let handed = work.release("lease-a", ReleaseOutcome::Aborted, Some(hand_off));
    assert_eq!(code(handed), "work.lease_expired");
    let taken = work.ledger.lock("file:src/lib.rs");
    let given_up = work.release("lease-a", ReleaseOutcome::Aborted, None).expect("given up");
    assert!(!given_up.replayed && !given_up.lease.run.is_open());
    assert_eq!(work.ledger.lock("file:src/lib.rs"), taken);
    assert!(work.release("lease-a", ReleaseOutcome::Aborted, None).expect("a replay").replayed);
    assert!(!work.ledger.run(&lost.run.id).is_open());
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "ok");
}

#[test]
fn a_clock_that_was_ahead_leaves_nobody_a_task_that_nobody_works_on() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(100);
    work.claim(&request("lease-b", "T1")).expect("granted after its time");
    work.release("lease-b", ReleaseOutcome::Success, None).expect("released");
    work.ledger.clock.set_nanoseconds((START + 10) * 1_000_000_000);
    assert_eq!(work.state("lease-a"), LeaseState::Expired);
    assert_eq!(code(work.claim(&request("lease-c", "T1"))), "ok");
}

#[test]
fn a_claim_that_was_imported_takes_its_locks_where_it_is_now() {
    let mut there = Work::new();
    let claimed = there.claim(&request("lease-a", "T1")).expect("granted");
    let mut here = Work::new();
    here.ledger.clock.advance_seconds(1);
    here.claim(&request("lease-0", "T0")).expect("granted");
    // Locks stay behind when runs travel.
    let (run, event) = (claimed.lease.run.clone(), claimed.event.clone());
    here.ledger
        .write(|transaction| {
            transaction.insert_run(&run)?;
            Ok(transaction.insert_event(&event)?)
        })
        .expect("imported");
    assert_eq!(code(here.claim(&request("lease-b", "T1"))), "work.held");
    assert_eq!(here.token("task:T1"), None);
    let evidence = here.evidence("lease-a", "e").expect("recorded");
    assert_eq!(here.token("task:T1"), Some(1));
    let told = r#""fencing":[{"resource":"task:T1","token":1}]"#;
    assert!(evidence.payload_json.contains(told), "{}", evidence.payload_json);
    let evidence = here.evidence("lease-a", "f").expect("recorded");
    assert!(!evidence.payload_json.contains("fencing"), "{}", evidence.payload_json);
}

#[test]
fn a_clock_that_is_set_back_takes_no_task_from_its_holder() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.set_nanoseconds((START - 3600) * 1_000_000_000);
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "work.held");
    work.evidence("lease-a", "e").expect("the holder goes on");
    work.release("lease-a", ReleaseOutcome::Success, None).expect("and ends");
    work.claim(&request("lease-b", "T1")).expect("granted after the release");
    assert_eq!(work.token("task:T1"), Some(2));
}

#[test]
fn a_time_to_live_that_reaches_the_end_of_time_stays_there() {
    let mut work = Work::new();
    let year_9999 = 253_402_300_799 - i64::try_from(START).expect("a time");
    let long = |lease, ttl_seconds| ClaimRequest { ttl_seconds, ..request(lease, "T1") };
    assert_eq!(code(work.claim(&long("lease-a", year_9999 + 1))), "lock.ttl_invalid");
    work.claim(&long("lease-a", year_9999)).expect("granted");
    work.ledger.clock.advance_seconds(1000);
    work.evidence("lease-a", "e").expect("the lock ends with time itself");
    assert_eq!(work.lease("lease-a").expires_at().as_str(), "9999-12-31T23:59:59Z");
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "work.held");
}

#[test]
fn times_to_live_names_and_texts_are_checked() {
    let mut work = Work::new();
    for ttl_seconds in [0, -5, i64::MAX, i64::MIN, 99_999_999_999_999] {
        let asked = ClaimRequest { ttl_seconds, ..request("lease-a", "T1") };
        let refused = work.claim(&asked);
        assert!(
            matches!(refused, Err(WorkError::Ledger(LedgerError::TtlInvalid { .. }))),
            "{ttl_seconds}"
        );
        let shared = ClaimRequest { shared: true, ..asked };
        assert_eq!(code(work.claim(&shared)), "lock.ttl_invalid", "{ttl_seconds}");
    }
    let good = || request("lease-a", "T1");
    let resources = |text: &str| vec![ResourceSpec::parse(text)];
    for (asked, expected) in [
        (ClaimRequest { work_id: " ".to_owned(), ..good() }, "ledger.field_required"),
        (ClaimRequest { agent_id: String::new(), ..good() }, "ledger.field_required"),
        (ClaimRequest { resources: resources(":x"), ..good() }, "ledger.field_required"),
        (ClaimRequest { resources: resources("x:"), ..good() }, "ledger.field_required"),
        (ClaimRequest { resources: resources("token:x"), ..good() }, "work.secret_in_name"),
        (ClaimRequest { work_id: "x".repeat(1025), ..good() }, "work.text_too_long"),
        (ClaimRequest { intent: "x".repeat(LONGEST_TEXT + 1), ..good() }, "work.text_too_long"),
        (ClaimRequest { resources: vec![ResourceSpec::task("x"); 257], ..good() }, "work.too_many"),
    ] {
        assert_eq!(code(work.claim(&asked)), expected);
    }
    assert_eq!(work.token("task:T1"), None);
}

#[test]
fn a_secret_in_the_intent_is_left_out_of_run_and_claim() {
    let mut work = Work::new();
    let intent = "call it with ghp_0123456789abcdef".to_owned();
    let asked = ClaimRequest { intent, ..request("lease-a", "T1") };
    let claimed = work.claim(&asked).expect("granted");
    assert_eq!(claimed.lease.run.intent, "call it with [REDACTED]");
    assert!(!claimed.event.payload_json.contains("ghp_"), "{}", claimed.event.payload_json);
    let reasons = r#""redaction_reason_codes":["github_token"]"#;
    assert!(claimed.event.payload_json.contains(reasons), "{}", claimed.event.payload_json);
    let blank = ClaimRequest { intent: " ".to_owned(), ..request("lease-b", "T2") };
    let claimed = work.claim(&blank).expect("granted");
    assert_eq!(claimed.lease.run.intent, "Work on T2");
    assert!(!claimed.event.payload_json.contains("redaction"));
}
