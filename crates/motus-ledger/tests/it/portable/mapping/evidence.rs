//! Evidence by reference.

use motus_ledger::Outcome::Success;
use motus_ledger::{Digest, portable::story::Actor};
use motus_testkit::levels::json;

use super::super::scene::{Scene, event_id};
use super::receipt;

/// Returns the reference to the evidence of one event.
#[track_caller]
fn reference(kind: &str, payload: &str) -> motus_testkit::levels::Value {
    let scene = Scene::of("demo", Success, &[(kind, payload)]);
    let receipt = receipt(&scene.tell());
    assert_eq!(receipt["evidence_refs"].as_array().map(Vec::len), Some(1));
    let reference = receipt["evidence_refs"][0].clone();
    assert_eq!(reference["evidence_id"], json!(event_id(1)));
    let is_whole = reference["redaction"]["status"] == "none";
    assert_eq!(receipt["redaction"]["status"] == "none", is_whole);
    reference
}

#[test]
fn text_of_logs_and_differences_is_withheld() {
    for (name, text) in [("log_excerpt", "a log"), ("diff_summary", "a diff"), ("log_excerpt", "")]
    {
        let payload =
            format!(r#"{{"evidence_type":"log","summary":"{text} copied","{name}":"{text}"}}"#);
        let reference = reference("evidence.motus_work.log", &payload);
        assert_eq!(reference["summary"], "log: text withheld");
        assert_eq!(reference["redaction"]["status"], "withheld");
        let digest = json!({
            "algorithm": "sha256", "canonicalization": "json.sorted.compact.v0",
            "value": Digest::of(sorted(&payload)).hex(),
        });
        assert_eq!(reference["digest"], digest);
    }
}

fn sorted(payload: &str) -> String {
    motus_testkit::levels::document(payload.as_bytes()).to_string()
}

#[test]
fn what_was_replaced_before_or_now_is_said_to_be_redacted() {
    let plain = r#"{"evidence_type":"test","summary":"3 passed","log_excerpt":null}"#;
    assert_eq!(reference("evidence.x", plain)["redaction"], json!({"status": "none"}));
    for payload in [
        r#"{"evidence_type":"test","summary":"in /home/bob"}"#,
        r#"{"evidence_type":"~/x","summary":"3 passed"}"#,
        r#"{"evidence_type":"test","summary":"3 passed","redaction_applied":true}"#,
    ] {
        assert_eq!(
            reference("evidence.x", payload)["redaction"]["status"],
            "redacted",
            "{payload}"
        );
    }
    let claim = r#"{"work_id":"T","agent_id":"a","redaction_applied":true}"#;
    let told = receipt(&Scene::of("motus-work", Success, &[("work.claim", claim)]).tell());
    assert_eq!(told["redaction"]["status"], "redacted");
}

#[test]
fn a_kind_is_that_of_the_payload_or_of_the_event() {
    for (kind, payload, expected) in [
        ("evidence.motus_work.test", r#"{"evidence_type":"Test Result"}"#, "Test Result"),
        ("evidence.motus_work.test", "{}", "motus_work.test"),
        ("evidence.test", r#"{"evidence_type":7}"#, "test"),
        ("evidence.", r#"{"evidence_type":" "}"#, "other"),
    ] {
        assert_eq!(reference(kind, payload)["kind"], expected);
    }
}

#[test]
fn odd_payloads_are_named_too() {
    for payload in ["[]", "7", "null", r#""x""#, r#"{"x":[1.5,1e16,NaN],"summary":7}"#] {
        let reference = reference("evidence.x", payload);
        assert_eq!(reference["digest"]["canonicalization"], "json.sorted.compact.v0", "{payload}");
    }
    let half = r#"{"evidence_type":"\ud800","summary":"a \udc00"}"#;
    let reference = reference("evidence.x", half);
    assert_eq!(
        reference["digest"],
        json!({
            "algorithm": "sha256", "canonicalization": "motus.store.canonical.v1",
            "value": Digest::of(half).hex(),
        })
    );
    assert_eq!(
        (&reference["kind"], &reference["summary"]),
        (&json!("\u{fffd}"), &json!("a \u{fffd}"))
    );
}

/// Who is said to have done it changes neither the proof nor what is told of the work.
#[test]
fn an_actor_changes_no_evidence() {
    let scene = Scene::of("demo", Success, &[("evidence.x", "{}")]);
    let named = Actor { kind: "agent".to_owned(), id: "x".to_owned() };
    let named = receipt(&scene.tell_as(Some(named)).expect("an actor"));
    assert_eq!(named["evidence_refs"], receipt(&scene.tell())["evidence_refs"]);
}
