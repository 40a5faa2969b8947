//! A hand-off is told when it is whole and agrees; what is not is never told half.

use motus_ledger::Outcome::Success;
use motus_testkit::levels::{Value, json, level_2};

use super::super::scene::{Scene, event_id};
use super::{CLAIM, receipt, released};

const ROUTE: &str = r#"{"lease_id":"l","status":"handoff","next_actor":{"type":"human","id":"owner"},"reason":"must"}"#;

fn handoff(refs: &[String], receiver: &str) -> String {
    json!({
        "lease_id": "l", "status": "ready", "expected_action": "approve", "reason": "must",
        "receiver": {"type": "human", "id": receiver}, "evidence_refs": refs,
    })
    .to_string()
}

/// Returns the receipt of a release with one piece of evidence, number 2, and these events.
#[track_caller]
fn handed(events: &[(&str, &str)]) -> Value {
    let release = released("success");
    let mut all = vec![("work.claim", CLAIM), ("evidence.x", r#"{"summary":"s"}"#)];
    all.extend(events);
    all.push(("work.release", &release));
    receipt(&Scene::of("motus-work", Success, &all).tell())
}

#[test]
fn a_whole_hand_off_waits_for_its_receiver() {
    let whole = handoff(&[event_id(2)], "owner");
    let receipt = handed(&[("route.motus_work", ROUTE), ("handoff.motus_work", &whole)]);
    assert_eq!(level_2(&receipt), [""; 0]);
    let owner = json!({"type": "human", "id": "owner"});
    assert_eq!(
        receipt["route_summary"],
        json!({"status": "handoff", "next_actor": owner, "reason": "must"})
    );
    assert_eq!(
        receipt["handoff"],
        json!({
            "status": "ready", "receiver": owner, "expected_action": "approve", "reason": "must",
            "evidence_refs": [event_id(2)],
        })
    );
    assert_eq!(
        receipt["acceptance"],
        json!({"status": "pending", "actor": owner, "method": "handoff_acceptance"})
    );
}

#[test]
fn a_hand_off_without_a_route_says_where_the_work_goes() {
    let receipt = handed(&[("handoff.x", &handoff(&[event_id(2)], "owner"))]);
    assert_eq!(level_2(&receipt), [""; 0]);
    assert_eq!(receipt["route_summary"]["reason"], "must");
}

#[test]
fn a_hand_off_that_is_not_whole_is_not_told() {
    let unknown = handoff(&["x".to_owned()], "owner");
    let empty = handoff(&[], "owner");
    let blank = handoff(&[event_id(2)], " ");
    let other = handoff(&[event_id(2)], "somebody else");
    let more = handoff(&[event_id(2)], "owner").replacen('{', r#"{"more":1,"#, 1);
    let nobody = json!({"status": "ready", "evidence_refs": [event_id(2)]}).to_string();
    for handoff in [&unknown, &empty, &blank, &other, &more, &nobody, "[]", "null", "{}"] {
        let receipt = handed(&[("route.x", ROUTE), ("handoff.x", handoff)]);
        assert_eq!(receipt["handoff"], json!({"status": "none"}), "{handoff}");
        assert_eq!(receipt["acceptance"]["method"], "work_release", "{handoff}");
        assert_eq!(receipt["route_summary"]["status"], "handoff", "{handoff}");
    }
    let whole = handoff(&[event_id(2)], "owner");
    for route in [r#"{"status":"complete"}"#, r#"{"status":"handoff"}"#] {
        let receipt = handed(&[("route.x", route), ("handoff.x", &whole)]);
        assert_eq!(receipt["handoff"]["status"], "none", "{route}");
    }
}

#[test]
fn a_route_of_another_shape_is_none() {
    for route in ["{}", r#"{"status":"next"}"#, r#"{"status":"blocked","more":1}"#, "7"] {
        assert_eq!(handed(&[("route.x", route)])["route_summary"], json!({"status": "complete"}));
    }
    let blocked = handed(&[
        ("route.x", r#"{"status":"complete"}"#),
        ("route.y", r#"{"status":"blocked","reason":"no input"}"#),
        ("handoff.x", r#"{"status":"blocked","reason":"no input"}"#),
    ]);
    assert_eq!(blocked["route_summary"], json!({"status": "blocked", "reason": "no input"}));
    assert_eq!(blocked["handoff"]["status"], "blocked");
}

/// Two texts that were different may be the same once their paths are gone.
#[test]
fn evidence_that_is_named_by_paths_is_not_told() {
    let refs = ["/home/a".to_owned(), "/home/b".to_owned()];
    let receipt = handed(&[("handoff.x", &handoff(&refs, "owner"))]);
    assert_eq!(receipt["handoff"], json!({"status": "none"}));
}

#[test]
fn accepting_work_of_another_run_is_the_receivers_to_say() {
    let accepted = json!({
        "lease_id": "l", "decision": "accepted", "accepted_run": "run_1", "receipt_id": "sha256:0",
        "acceptor": {"type": "human", "id": "owner"},
    })
    .to_string();
    let scene = Scene::of("motus-work", Success, &[("decision.motus_work", &accepted)]);
    let told = receipt(&scene.tell());
    let owner = json!({"type": "human", "id": "owner"});
    assert_eq!(told["actor"], owner);
    assert_eq!(told["acceptance"]["actor"], owner);
    assert_eq!(told["acceptance"]["status"], "accepted");
    assert_eq!(told["acceptance"]["method"], "handoff_acceptance");
    assert_eq!(told["acceptance"]["rationale_ref"], "motus-store:run/run_1");
    assert_eq!(told["tool_refs"], json!([{"name": "motus-work", "kind": "cli"}]));
    // The same words in a claim are a decision like any other.
    let told = handed(&[("decision.motus_work", &accepted)]);
    assert_eq!(told["actor"], json!({"type": "agent", "id": "ann"}));
    assert_eq!(told["acceptance"]["method"], "work_release");
}
