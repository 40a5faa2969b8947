//! A hand-off is told when it is whole and agrees; what is not is never told half.

use motus_ledger::Outcome::Success;
use motus_ledger::portable::story::{Actor, Judged, Judgement};
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
        assert_eq!(receipt["route_summary"], json!({"status": "complete"}), "{handoff}");
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

/// Two receivers that both must not travel are two all the same.
#[test]
fn receivers_are_compared_as_they_were_recorded() {
    let route = r#"{"status":"handoff","next_actor":{"type":"human","id":"/home/ann"}}"#;
    for (receiver, status) in [("/home/ann", "ready"), ("/home/bob", "none")] {
        let handoff = handoff(&[event_id(2)], receiver);
        let receipt = handed(&[("route.x", route), ("handoff.x", &handoff)]);
        assert_eq!(receipt["handoff"]["status"], status, "{receiver}");
    }
}

#[test]
fn a_route_to_somebody_without_a_hand_off_is_none() {
    let receipt = handed(&[("route.motus_work", ROUTE)]);
    assert_eq!(receipt["route_summary"], json!({"status": "complete"}));
    assert_eq!(receipt["handoff"], json!({"status": "none"}));
    let blocked = r#"{"status":"blocked","reason":"no input"}"#;
    let receipt = handed(&[("route.x", ROUTE), ("handoff.x", blocked)]);
    assert_eq!(receipt["route_summary"], json!({"status": "complete"}));
}

#[test]
fn nobody_else_is_told_to_have_accepted() {
    let accepted = json!({
        "lease_id": "l", "decision": "accepted", "accepted_run": "/home/bob", "receipt_id": "x",
        "acceptor": {"type": "human", "id": "owner"},
    })
    .to_string();
    let scene = Scene::of("motus-work", Success, &[("decision.motus_work", &accepted)]);
    let robot = Actor { kind: "service".to_owned(), id: "robot".to_owned() };
    let told = receipt(&scene.tell_as(Some(robot)).expect("told"));
    assert_eq!(told["actor"], json!({"type": "service", "id": "robot"}));
    assert_eq!(told["acceptance"]["actor"], json!({"type": "human", "id": "owner"}));
    assert_eq!(told["acceptance"]["rationale_ref"], "motus-store:run/[PATH]");
    assert_eq!(told["redaction"]["status"], "redacted");
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

/// The page, `work accept` and `claim --from` ask for the judgement: it must be that of the envelope.
#[test]
fn a_run_is_judged_as_its_envelope_says() {
    let whole = handoff(&[event_id(2)], "owner");
    let unknown = handoff(&["x".to_owned()], "owner");
    let elsewhere = r#"{"status":"handoff","next_actor":{"type":"human","id":"bob"}}"#;
    let own = r#"{"argv_summary":["true"]}"#;
    let scene = |source, events: &[(&str, &str)]| Scene::of(source, Success, events);
    let release = released("success");
    let evidence = ("evidence.x", r#"{"summary":"s"}"#);
    let claim = ("work.claim", CLAIM);
    for (scene, judged) in [
        (
            scene("motus-work", &[claim, evidence, ("handoff.x", &whole)]),
            "pending human:owner handoff_acceptance",
        ),
        (
            scene(
                "motus-work",
                &[claim, evidence, ("handoff.x", &unknown), ("work.release", &release)],
            ),
            "accepted agent:ann work_release",
        ),
        (
            scene("motus-work", &[claim, evidence, ("route.x", elsewhere), ("handoff.x", &whole)]),
            "not_required",
        ),
        (scene("motus-work", &[claim]), "not_required"),
        (
            scene("github-actions", &[("adapter.wrap.start", own)]),
            "accepted ci:github-actions exit_code_0",
        ),
        (scene("demo", &[]), "not_required"),
    ] {
        let acceptance = receipt(&scene.tell())["acceptance"].clone();
        let text = |name: &str| acceptance[name].as_str().unwrap_or_default().to_owned();
        let actor = &acceptance["actor"];
        let told = match actor.as_object() {
            Some(_) => format!(
                "{} {}:{} {}",
                text("status"),
                actor["type"].as_str().unwrap_or_default(),
                actor["id"].as_str().unwrap_or_default(),
                text("method")
            ),
            None => text("status"),
        };
        assert_eq!(told, judged);
        assert_eq!(spelled(&scene.judge()), judged);
    }
}

/// Spells a judgement in the words of an envelope.
fn spelled(judged: &Judged) -> String {
    match &judged.judgement {
        Judgement::Open => "open".to_owned(),
        Judgement::Waiting { receiver } => format!("pending {receiver} handoff_acceptance"),
        Judgement::Accepted { by, method, .. } => format!("accepted {by} {}", method.as_str()),
        Judgement::Rejected { by, method, .. } => format!("rejected {by} {}", method.as_str()),
        Judgement::NotRequired => "not_required".to_owned(),
    }
}
