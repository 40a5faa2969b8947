//! Claims of the published releases in the same Store: without locks, and with what those releases store.

use motus_ledger::work::{ClaimRequest, LeaseState, ReleaseOutcome, ResourceSpec, WorkError};
use motus_ledger::{NewRun, work};
use motus_testkit::sample::{closing, new_event, new_run};

use super::{CLAIM, RELEASE, Work, code, published_claim, request};

#[test]
fn an_open_claim_of_theirs_counts() {
    let mut work = Work::new();
    let run = work.claim_without_lock("lease-0", &published_claim("lease-0", "T1"));
    assert_eq!(code(work.claim(&request("lease-a", "T1"))), "work.held");
    assert_eq!(code(work.claim(&request("lease-b", "T2"))), "ok");
    let shared = ClaimRequest { shared: true, ..request("lease-c", "T1") };
    assert_eq!(code(work.claim(&shared)), "ok");
    work.ledger.clock.advance_seconds(59);
    assert_eq!(code(work.claim(&request("lease-d", "T1"))), "work.held");
    work.append_without_lock(&run.id, "n");
    work.ledger.clock.advance_seconds(59);
    assert_eq!(code(work.claim(&request("lease-d", "T1"))), "work.held");
    work.ledger.close(&closing(&run.id)).expect("closed");
    assert_eq!(code(work.claim(&request("lease-d", "T1"))), "ok");
}

#[test]
fn what_their_claim_names_counts_as_well() {
    let mut work = Work::new();
    let claim = published_claim("lease-0", "T1").replace(
        r#"[{"type":"task","path":"T1"}]"#,
        r#"[{"type":"file","path":"src/lib.rs"},{"type":1},null]"#,
    );
    work.claim_without_lock("lease-0", &claim);
    let named = |lease, task| ClaimRequest {
        resources: vec![ResourceSpec::parse("src/lib.rs")],
        ..request(lease, task)
    };
    assert_eq!(code(work.claim(&named("lease-a", "T2"))), "work.held");
    assert_eq!(code(work.claim(&request("lease-a", "T1"))), "work.held");
    assert_eq!(code(work.claim(&request("lease-a", "T2"))), "ok");
}

#[test]
fn a_lock_of_something_else_does_not_hide_their_claim() {
    let mut work = Work::new();
    work.claim_without_lock("lease-0", &published_claim("lease-0", "T1"));
    let lock = motus_ledger::operation::AcquireRequest {
        resource: "file:x".to_owned(),
        holder: "lease-0".to_owned(),
        ttl_seconds: 10,
    };
    work.ledger.acquire(&lock).expect("their agent locks a file by its lease");
    assert_eq!(code(work.claim(&request("lease-a", "T1"))), "work.held");
}

#[test]
fn their_event_keeps_a_lease_of_ours_alive_though_no_lock_was_renewed() {
    let mut work = Work::new();
    let claimed = work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(59);
    work.append_without_lock(&claimed.lease.run.id, "n");
    work.ledger.clock.advance_seconds(59);
    assert_eq!(code(work.claim(&request("lease-b", "T1"))), "work.held");
    assert_eq!(code(work.evidence("lease-a", "e")), "ok");
    assert_eq!(work.token("task:T1"), Some(1), "its lock had ended, and nobody had taken it");
    assert_eq!(
        work.ledger.lock("task:T1").map(|lock| lock.expires_at),
        Some(work.lease("lease-a").expires_at())
    );
}

#[test]
fn their_event_behind_the_end_of_our_time_revives_nothing_that_was_retaken() {
    let mut work = Work::new();
    let old = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    work.ledger.clock.advance_seconds(60);
    work.claim(&request("lease-b", "T1")).expect("granted after its time");
    work.append_without_lock(&old, "n");
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    assert_eq!(code(work.evidence("lease-b", "e")), "ok");
}

#[test]
fn times_to_live_that_only_they_store_are_understood() {
    let mut work = Work::new();
    for (lease, ttl, expected) in [
        ("lease-0", r#","ttl_s":-5"#, "ok"),
        ("lease-1", r#","ttl_s":0"#, "ok"),
        ("lease-2", r#","ttl_s":99999999999999"#, "work.held"),
        ("lease-3", r#","ttl_s":99999999999999999999999"#, "work.held"),
        ("lease-4", "", "work.held"),
    ] {
        let task = format!("T-{lease}");
        let claim = published_claim(lease, &task).replace(r#","ttl_s":60"#, ttl);
        work.claim_without_lock(lease, &claim);
        assert_eq!(code(work.claim(&request(&format!("{lease}-x"), &task))), expected, "{lease}");
    }
    work.ledger.clock.advance_seconds(3600);
    assert_eq!(code(work.claim(&request("lease-a", "T-lease-4"))), "ok", "an hour by default");
    assert_eq!(code(work.claim(&request("lease-b", "T-lease-3"))), "work.held");
    assert_eq!(work.lease("lease-3").expires_at().as_str(), "9999-12-31T23:59:59Z");
}

#[test]
fn their_lease_takes_our_evidence_and_our_release() {
    let mut work = Work::new();
    let run = work.claim_without_lock("lease-0", &published_claim("lease-0", "T1"));
    let evidence = work.evidence("lease-0", "e").expect("recorded");
    assert_eq!(evidence.producer_id, "motus-work:bob");
    assert_eq!(work.token("task:T1"), None, "a claim without locks gets none");
    work.release(run.id.as_str(), ReleaseOutcome::Success, None).expect("released by its run");
    assert_eq!(work.state("lease-0"), LeaseState::Closed);
}

#[test]
fn a_release_that_they_began_is_completed_by_the_same_word_only() {
    let mut work = Work::new();
    let begin = |work: &mut Work, lease: &str| {
        let run = work.claim_without_lock(lease, &published_claim(lease, lease));
        work.ledger.register("work.release", RELEASE).expect("registered");
        let payload = format!(
            r#"{{"decision":"GRANTED","lease_id":"{lease}","message":"released","outcome":"success","reason_code":"RELEASED_OK"}}"#
        );
        let key = format!("release:{lease}:success");
        let event = new_event(&run.id, "work.release", &key, &payload);
        work.ledger.append(&event).expect("their first half");
        run.id
    };
    let run = begin(&mut work, "lease-0");
    assert_eq!(code(work.evidence("lease-0", "late")), "work.lease_closed");
    let other = work.release("lease-0", ReleaseOutcome::Failure, None);
    assert_eq!(code(other), "work.release_conflict");
    let released = work.release("lease-0", ReleaseOutcome::Success, None).expect("completed");
    assert!(!released.replayed && !released.lease.run.is_open());
    assert_eq!(work.ledger.events(&run).len(), 2, "the release is said once");
    let run = begin(&mut work, "lease-1");
    work.ledger.clock.advance_seconds(60);
    assert_eq!(work.clean_up(), ["lease-1"]);
    let note = work.ledger.run(&run).closing.expect("closed").outcome_note;
    assert_eq!(note.as_deref(), Some("motus work released success: RELEASED_OK"));
}

#[test]
fn a_lease_that_only_a_payload_names_is_found_while_its_run_is_open() {
    let mut work = Work::new();
    let asked = NewRun { source: work::SOURCE.to_owned(), ..new_run("another key") };
    let run = work.ledger.start(&asked).expect("started");
    work.ledger.register("work.claim", CLAIM).expect("registered");
    let claim = new_event(&run.id, "work.claim", "c", &published_claim("lease-0", "T1"));
    work.ledger.append(&claim).expect("appended");
    assert_eq!(work.lease("lease-0").run.id, run.id);
    assert_eq!(code(work.claim(&request("lease-a", "T1"))), "work.held");
    work.ledger.close(&closing(&run.id)).expect("closed");
    assert_eq!(code(work.evidence("lease-0", "e")), "work.lease_not_found");
    assert_eq!(work.lease(run.id.as_str()).lease_id, "lease-0");
}

#[test]
fn of_two_runs_with_the_key_of_a_lease_the_older_one_is_meant() {
    let mut work = Work::new();
    let first = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    work.ledger.clock.advance_seconds(1);
    let second = work.claim_without_lock("lease-a", &published_claim("lease-a", "T9")).id;
    assert!(first < second);
    let lease = work.lease("lease-a");
    assert_eq!((&lease.run.id, lease.work_id.as_str()), (&first, "T1"));
    work.release("lease-a", ReleaseOutcome::Success, None).expect("released");
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_closed");
    assert!(work.ledger.run(&second).is_open());
    assert_eq!(work.lease(second.as_str()).work_id, "T9");
}

#[test]
fn a_run_that_is_no_claim_is_no_lease() {
    let mut work = Work::new();
    let wrapped = work.ledger.start(&new_run("k")).expect("started");
    assert_eq!(code(work.evidence(wrapped.id.as_str(), "e")), "work.lease_not_found");
    // The published release starts the run of a claim before it records the claim.
    let half = NewRun { source: work::SOURCE.to_owned(), ..new_run("claim:lease-0") };
    let half = work.ledger.start(&half).expect("started");
    assert_eq!(code(work.evidence("lease-0", "e")), "work.lease_not_found");
    work.ledger.register("work.claim", CLAIM).expect("registered");
    let empty = new_event(
        &half.id,
        "work.claim",
        "c",
        &published_claim("", "").replace(r#""lease_id":"""#, r#""lease_id":"\ud800""#),
    );
    work.ledger.append(&empty).expect("appended");
    assert_eq!(code(work.evidence("lease-0", "e")), "work.lease_not_found");
    assert_eq!(work.clean_up(), [""; 0]);
}

#[test]
fn a_lease_without_a_name_has_that_of_its_run() {
    for (number, name) in ["", " ", "\u{200b}"].into_iter().enumerate() {
        let mut work = Work::new();
        let run = work.claim_without_lock(&format!("k{number}"), &published_claim(name, "T1"));
        assert_eq!(work.lease(run.id.as_str()).lease_id, run.id.as_str());
        match work.claim(&request("lease-a", "T1")) {
            Err(WorkError::Held(holding)) => assert_eq!(holding.holder, run.id.as_str()),
            other => panic!("{other:?}"),
        }
        work.release(run.id.as_str(), ReleaseOutcome::Aborted, None).expect("given up");
        assert_eq!(code(work.claim(&request("lease-a", "T1"))), "ok");
    }
}
