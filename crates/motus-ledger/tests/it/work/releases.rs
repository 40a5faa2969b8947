//! Releasing, replaying, and cleaning up.

use motus_ledger::Outcome;
use motus_ledger::work::{ClaimRequest, LONGEST_TEXT, LeaseState, ReleaseOutcome, ReleaseRequest};
use motus_testkit::sample::closing;

use super::{Work, code, request};

#[test]
fn a_release_is_final() {
    let mut work = Work::new();
    let run = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    let released = work.release("lease-a", ReleaseOutcome::Partial, None).expect("released");
    assert!(!released.replayed);
    let closing = released.lease.run.closing.expect("closed");
    assert_eq!(closing.outcome, Outcome::Success);
    assert_eq!(closing.outcome_note.as_deref(), Some("motus work released partial: RELEASED_OK"));
    assert_eq!(closing.idempotency_key, "release:lease-a:close:partial");
    let again = work.release("lease-a", ReleaseOutcome::Partial, None).expect("a replay");
    assert!(again.replayed);
    assert_eq!(again.event.map(|event| event.id), released.event.map(|event| event.id));
    for outcome in [ReleaseOutcome::Success, ReleaseOutcome::Failure, ReleaseOutcome::Aborted] {
        let other = work.release("lease-a", outcome, None);
        let text = other.as_ref().err().map(ToString::to_string);
        assert_eq!(text.as_deref(), Some("lease was released before as partial: lease-a"));
        assert_eq!(code(other), "work.release_conflict");
    }
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_closed");
    assert_eq!(code(work.evidence("lease-z", "e")), "work.lease_not_found");
    assert_eq!(work.ledger.events(&run).len(), 2);
}

#[test]
fn a_release_says_why() {
    let mut work = Work::new();
    let run = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    let asked = |note: Option<&str>| ReleaseRequest {
        lease: "lease-a".to_owned(),
        outcome: ReleaseOutcome::Failure,
        hand_off: None,
        note: note.map(str::to_owned),
        agent_id: None,
    };
    let long = "x".repeat(LONGEST_TEXT + 1);
    for (note, expected) in [(" ", "ledger.field_required"), (long.as_str(), "work.text_too_long")]
    {
        assert_eq!(code(work.release_as(&asked(Some(note)))), expected);
    }
    let note = "no room, password=hunter2hunter2";
    let event = work.release_as(&asked(Some(note))).expect("released").event.expect("an event");
    assert_eq!(
        event.payload_json,
        r#"{"decision":"GRANTED","lease_id":"lease-a","message":"released","note":"no room, password=[REDACTED]","outcome":"failure","reason_code":"RELEASED_OK","redaction_applied":true,"redaction_reason_codes":["generic_secret_assignment"]}"#
    );
    // The same again, and who says no more than the outcome, change nothing.
    for note in [Some(note), None] {
        assert!(work.release_as(&asked(note)).expect("a replay").replayed);
    }
    let other = work.release_as(&asked(Some("another")));
    let text = other.as_ref().err().map(ToString::to_string);
    let expected = "lease was released before as failure, with another note or none: lease-a";
    assert_eq!(text.as_deref(), Some(expected));
    assert_eq!(code(other), "work.release_conflict");
    assert_eq!(work.ledger.events(&run).len(), 2);
}

#[test]
fn every_outcome_comes_to_one_of_a_run() {
    for (outcome, expected) in [
        (ReleaseOutcome::Success, Outcome::Success),
        (ReleaseOutcome::Partial, Outcome::Success),
        (ReleaseOutcome::Failure, Outcome::Failure),
        (ReleaseOutcome::Aborted, Outcome::Aborted),
    ] {
        let mut work = Work::new();
        work.claim(&request("lease-a", "T1")).expect("granted");
        let released = work.release("lease-a", outcome, None).expect("released");
        assert_eq!(released.lease.run.closing.map(|closing| closing.outcome), Some(expected));
        assert_eq!(ReleaseOutcome::parse(outcome.as_str()), Some(outcome));
    }
    assert_eq!(ReleaseOutcome::parse("done"), None);
}

#[test]
fn cleaning_up_closes_what_expired_and_nothing_else() {
    let mut work = Work::new();
    let old = work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(30);
    work.claim(&request("lease-b", "T2")).expect("granted");
    work.ledger.clock.advance_seconds(30);
    assert_eq!(work.clean_up(), ["lease-a"]);
    let closing = work.ledger.run(&old.lease.run.id).closing.expect("closed");
    assert_eq!(closing.outcome, Outcome::Aborted);
    assert_eq!(closing.outcome_note.as_deref(), Some("motus work released aborted: EXPIRED_TTL"));
    assert_eq!(code(work.evidence("lease-b", "e")), "ok");
    assert_eq!(work.clean_up(), [""; 0]);
    assert_eq!(code(work.claim(&request("lease-c", "T1"))), "ok");
}

#[test]
fn cleaning_up_goes_through_all_open_runs() {
    let mut work = Work::new();
    for number in 0..450 {
        let ttl_seconds = if number % 3 == 0 { 120 } else { 60 };
        let asked = request(&format!("lease-{number:03}"), &format!("T{number}"));
        work.claim(&ClaimRequest { ttl_seconds, ..asked }).expect("granted");
    }
    work.ledger.clock.advance_seconds(60);
    let cleaned = work.clean_up();
    assert_eq!(cleaned.len(), 300);
    assert!(cleaned.is_sorted_by(|one, next| one > next), "newest first, each once");
    assert_eq!(work.clean_up(), [""; 0]);
}

#[test]
fn cleaning_up_takes_no_lock_from_who_has_it_now() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(60);
    work.claim(&request("lease-b", "T1")).expect("granted after its time");
    let held = work.ledger.lock("task:T1");
    assert_eq!(work.clean_up(), ["lease-a"]);
    assert_eq!(work.ledger.lock("task:T1"), held);
}

#[test]
fn what_was_cleaned_up_had_expired() {
    let mut work = Work::new();
    work.claim(&request("lease-a", "T1")).expect("granted");
    work.ledger.clock.advance_seconds(60);
    work.clean_up();
    assert_eq!(work.state("lease-a"), LeaseState::Closed);
    assert!(work.lease("lease-a").ended_by_time());
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    for outcome in ReleaseOutcome::ALL {
        assert_eq!(code(work.release("lease-a", outcome, None)), "work.lease_expired");
    }
}

#[test]
fn a_run_that_the_later_release_closed_is_understood() {
    let mut work = Work::new();
    let run = work.claim(&request("lease-a", "T1")).expect("granted").lease.run.id;
    let expired = motus_ledger::operation::CloseRequest {
        outcome: Outcome::Aborted,
        outcome_note: Some("motus work handle expired after inactivity".to_owned()),
        idempotency_key: "release:lease-a:close:expired".to_owned(),
        ..closing(&run)
    };
    work.ledger.close(&expired).expect("closed");
    assert_eq!(code(work.evidence("lease-a", "e")), "work.lease_expired");
    assert_eq!(code(work.release("lease-a", ReleaseOutcome::Aborted, None)), "work.lease_expired");
}
