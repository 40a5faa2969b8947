//! Starting a run.

use motus_ledger::{NewRun, Run, RunId, Timestamp};

use super::{StoreFixture, refused, with_run};
use crate::TestLedger;
use crate::sample::{closing, new_run};

/// The row holds what was asked, the time and an identifier made of time and random bytes.
pub fn a_started_run_is_stored_as_asked(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let run = ledger.start(&new_run("k1")).expect("the run starts");
    let expected = Run {
        id: RunId::from("run_01767323045000000000_000000000001"),
        idempotency_key: "k1".to_owned(),
        producer_id: "p1".to_owned(),
        source: "demo".to_owned(),
        started_at: Timestamp::parse("2026-01-02T03:04:05Z").expect("a time"),
        intent: "Ship it".to_owned(),
        cwd: "/w".to_owned(),
        git_sha: Some("abc".to_owned()),
        closing: None,
    };
    assert_eq!(run, expected);
    assert_eq!(ledger.run(&run.id), expected);
}

/// A replay changes neither time nor identifier.
pub fn starting_again_returns_the_same_run(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    ledger.clock.advance_seconds(60);
    assert_eq!(ledger.start(&new_run("k1")).expect("a replay"), run);
    let other = ledger.start(&new_run("k2")).expect("another run");
    assert_ne!(other.id, run.id);
}

/// A replay returns the closed row.
pub fn starting_again_works_on_a_closed_run(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let closed = ledger.close(&closing(&run.id)).expect("the run closes");
    assert_eq!(ledger.start(&new_run("k1")).expect("a replay"), closed);
}

/// Another intent, directory or commit under the same key is a conflict; `None` is not `""`.
pub fn a_start_key_stands_for_one_request(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    let asked = new_run("k1");
    for request in [
        NewRun { intent: "Ship that".to_owned(), ..asked.clone() },
        NewRun { cwd: "/w/".to_owned(), ..asked.clone() },
        NewRun { git_sha: Some("abd".to_owned()), ..asked.clone() },
        NewRun { git_sha: Some(String::new()), ..asked.clone() },
        NewRun { git_sha: None, ..asked },
    ] {
        refused(
            ledger.start(&request),
            "ledger.start_conflict",
            "start_run idempotency key reused with different payload",
        );
    }
    assert_eq!(ledger.run(&run.id), run);
}

/// The same key names other runs for other sources and producers.
pub fn a_start_key_belongs_to_source_and_producer(fixture: &dyn StoreFixture) {
    let (mut ledger, run) = with_run(fixture);
    for request in [
        NewRun { source: "other".to_owned(), ..new_run("k1") },
        NewRun { producer_id: "p2".to_owned(), ..new_run("k1") },
    ] {
        assert_ne!(ledger.start(&request).expect("another run").id, run.id);
    }
}

/// Blank texts are refused, the first one in the order of the arguments.
pub fn a_start_names_its_first_blank_field(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let mut request = NewRun {
        source: String::new(),
        intent: " ".to_owned(),
        cwd: "\t\n".to_owned(),
        git_sha: None,
        idempotency_key: "\u{a0}".to_owned(),
        producer_id: String::new(),
    };
    refused(ledger.start(&request), "ledger.field_required", "source is required");
    request.source = "s".into();
    refused(ledger.start(&request), "ledger.field_required", "intent is required");
    request.intent = "i".into();
    refused(ledger.start(&request), "ledger.field_required", "cwd is required");
    request.cwd = "/".into();
    refused(ledger.start(&request), "ledger.field_required", "idempotency_key is required");
    request.idempotency_key = "k".into();
    refused(ledger.start(&request), "ledger.field_required", "producer_id is required");
    request.producer_id = "p".into();
    assert!(ledger.start(&request).is_ok());
}

/// Nothing is trimmed, normalised or cut.
pub fn texts_of_a_run_are_kept_verbatim(fixture: &dyn StoreFixture) {
    let mut ledger = TestLedger::new(fixture.open());
    let request = NewRun {
        source: " padded ".to_owned(),
        intent: "two\nlines, a \0 and é".to_owned(),
        cwd: "/\u{1f600}".to_owned(),
        git_sha: Some(String::new()),
        idempotency_key: "'; --".to_owned(),
        producer_id: "e\u{301}".to_owned(),
    };
    let id = ledger.start(&request).expect("the run starts").id;
    let run = ledger.run(&id);
    assert_eq!(
        [&run.source, &run.intent, &run.cwd, &run.idempotency_key, &run.producer_id],
        [
            &request.source,
            &request.intent,
            &request.cwd,
            &request.idempotency_key,
            &request.producer_id
        ]
    );
    assert_eq!(run.git_sha, request.git_sha);
}
