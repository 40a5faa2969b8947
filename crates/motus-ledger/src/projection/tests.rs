//! How a run came out, and what one pass keeps.

use std::fmt::Debug;

use crate::projection::decision::Decisions;
use crate::projection::event_view::EventViews;
use crate::projection::evidence::Evidence;
use crate::projection::findings::Findings;
use crate::projection::observer::Observer;
use crate::projection::packet::Everything;
use crate::projection::release::Release;
use crate::projection::route::Route;
use crate::{Event, Outcome, RunId, Timestamp};

fn event(kind: &str, payload: &str) -> Event {
    Event {
        run_id: RunId::from("run_1"),
        seq: 1,
        idempotency_key: "e1".to_owned(),
        id: "sha256:i".to_owned(),
        payload_hash: "sha256:p".to_owned(),
        schema_hash: "sha256:s".to_owned(),
        schema_kind: kind.to_owned(),
        ts: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
        payload_json: payload.to_owned(),
        producer_id: "p1".to_owned(),
    }
}

fn release(payloads: &[&str]) -> Release {
    let mut release = Release::default();
    for payload in payloads {
        release.observe(&event("work.release", payload)).unwrap();
    }
    release
}

#[test]
fn a_release_refines_a_success_and_decides_nothing() {
    use Outcome::{Aborted, Failure, Success};
    for (said, outcome, told, is_accepted) in [
        ("success", Success, "success", true),
        ("success", Failure, "failure", false),
        ("success", Aborted, "aborted", false),
        ("failure", Success, "success", false),
        ("failure", Failure, "failure", true),
        ("failure", Aborted, "aborted", false),
        ("partial", Success, "partial", true),
        ("partial", Failure, "failure", false),
        ("partial", Aborted, "aborted", false),
        ("aborted", Success, "success", false),
        ("aborted", Failure, "failure", false),
        ("aborted", Aborted, "aborted", false),
    ] {
        let release = release(&[&format!(r#"{{"outcome":"{said}"}}"#)]);
        let got = (release.refine(outcome), release.accepts(outcome));
        assert_eq!(got, (told, is_accepted), "released {said}, ended {outcome}");
    }
    assert!(Release::Absent.accepts(Success));
    assert!(!Release::Absent.accepts(Failure) && !Release::Absent.accepts(Aborted));
}

#[test]
fn the_last_release_counts_and_an_empty_one_says_nothing() {
    let failure = r#"{"outcome":"failure"}"#;
    assert_eq!(release(&[]), Release::Absent);
    assert_eq!(release(&[r#"{"outcome":"partial"}"#, failure]), Release::Failure);
    for empty in ["{}", "[1]", "null", r#""outcome""#] {
        assert_eq!(release(&[failure, empty]), Release::Absent, "{empty}");
    }
    for other in [
        r#"{"outcome":null}"#,
        r#"{"outcome":["failure"]}"#,
        r#"{"outcome":"Failure"}"#,
        r#"{"outcome":"\ud800"}"#,
        r#"{"o":1}"#,
    ] {
        assert_eq!(release(&[failure, other]), Release::Other, "{other}");
    }
}

/// What an observer holds, spelled out.
fn held<T: Observer + Debug>(observer: &T) -> usize {
    format!("{observer:?}").len()
}

/// Shows an event of each kind, then a thousand large ones of other kinds, and tells by how much what
/// is held grew.
#[track_caller]
fn growth<T: Observer + Debug>(mut observer: T, kept: &[&str]) -> usize {
    const KINDS: [&str; 7] = [
        "evidence.a",
        "decision.a",
        "route.a",
        "handoff.a",
        "work.claim",
        "work.release",
        "adapter.wrap.end",
    ];
    for kind in KINDS {
        observer.observe(&event(kind, r#"{"lease_id":"l"}"#)).unwrap();
    }
    let before = held(&observer);
    let large = format!(r#"{{"large":"{}"}}"#, "x".repeat(1000));
    for kind in KINDS.into_iter().filter(|kind| !kept.contains(kind)) {
        for _ in 0..200 {
            observer.observe(&event(kind, &large)).unwrap();
        }
    }
    held(&observer) - before
}

#[test]
fn nothing_is_kept_of_events_that_a_projection_does_not_speak_of() {
    assert_eq!(growth(Evidence::default(), &["evidence.a"]), 0);
    assert_eq!(growth(Decisions::default(), &["decision.a"]), 0);
    assert_eq!(growth(EventViews::of_kinds("handoff."), &["handoff.a"]), 0);
    let told = growth(Route::default(), &["route.a"]);
    assert!(told < 10, "what the last release says is one word: {told}");
    let kept = ["evidence.a", "decision.a", "route.a"];
    let counted = growth(Findings::default(), &kept);
    assert!(counted < 10, "the number of events is longer, and no more: {counted}");
    assert!(growth(Everything::default(), &kept) > 4 * 200 * 1000, "a packet keeps every event");
}
