//! From runs to portable documents: who, what, which proof, and nothing of the machine.

mod canaries;
mod evidence;
mod hand_off;

use motus_ledger::Outcome::{self, Aborted, Failure, Success};
use motus_ledger::portable::story::{Actor, StoryError};
use motus_ledger::portable::verify::{FindingKind, Mode};
use motus_ledger::portable::work::Work;
use motus_testkit::levels::{Value, json};

use super::scene::{RUN_ID, Scene, event_id};
use super::support::{expect_sound, look_at, made, papers};

const CLAIM: &str = r#"{"lease_id":"l","work_id":"T-1","agent_id":"ann","intent":"i"}"#;
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const START: &str = r#"{"argv_summary":["make","[ARGUMENTS_OMITTED:1]"],"cwd":"/w"}"#;
const OUTPUT: &str = r#"{"stream":"stdout","summary":"stdout: 3 bytes"}"#;

fn released(outcome: &str) -> String {
    format!(r#"{{"lease_id":"l","outcome":"{outcome}"}}"#)
}

/// Returns the receipt of a work whose documents are sound.
#[track_caller]
fn receipt(work: &Work) -> Value {
    let made = made(work);
    expect_sound(&made, &work.run_id);
    papers(&made).envelope
}

#[test]
fn a_wrapped_command_is_told() {
    let scene = Scene {
        git_sha: Some(COMMIT.to_owned()),
        ..Scene::of(
            "motus-wrap",
            Success,
            &[("adapter.wrap.start", START), ("adapter.wrap.output_summary", OUTPUT)],
        )
    };
    let work = scene.tell();
    let receipt = receipt(&work);
    for (member, expected) in [
        ("run_id", json!(RUN_ID)),
        ("work_id", json!(RUN_ID)),
        ("actor", json!({"type": "tool", "id": "motus-wrap"})),
        ("runtime", json!({"name": "motus", "kind": "cli"})),
        ("trigger", json!({"kind": "manual", "ref": "motus-wrap"})),
        ("tool_refs", json!([{"name": "make", "kind": "command"}])),
        (
            "outcome",
            json!({"status": "success", "summary": "done", "closed_at": "2026-01-02T03:04:09.25Z"}),
        ),
        (
            "acceptance",
            json!({
                "status": "accepted", "method": "exit_code_0", "accepted_at": "2026-01-02T03:04:09.25Z",
                "actor": {"type": "tool", "id": "motus-wrap"}
            }),
        ),
        ("route_summary", json!({"status": "complete"})),
        ("handoff", json!({"status": "none"})),
        ("created_at", json!("2026-01-02T03:04:09.25Z")),
    ] {
        assert_eq!(receipt[member], expected, "{member}");
    }
    assert_eq!(receipt["instruction_ref"]["kind"], "command");
    assert_eq!(receipt["instruction_ref"]["summary"], "Do it");
    assert_eq!(receipt["instruction_ref"]["digest"]["canonicalization"], "utf8.instruction.v0");
    assert_eq!(receipt["events_ref"]["uri"], json!(format!("motus-store:run/{RUN_ID}")));
    assert_eq!(receipt["redaction"]["status"], "redacted");
    let evidence = &receipt["evidence_refs"][0];
    assert_eq!(evidence["kind"], "output_metadata");
    assert_eq!(evidence["evidence_id"], json!(event_id(2)));
    assert_eq!(evidence["redaction"]["status"], "redacted");
    let run = &papers(&made(&work)).export["runs"][0];
    assert_eq!(run["git_sha"], COMMIT);
    assert_eq!((&run["cwd_ref"], &run["producer_id"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_scope_is_told_by_its_level_and_numbers_and_by_no_name() {
    let list = |total: u32, item: &str| format!(r#"{{"total":{total},"items":[{item}]}}"#);
    let effect = r#"{"op":"WriteFS","selector":"fs:/home/ann/x"}"#;
    let declared = format!(
        r#"{{"level":"enforced+observed","mode":"enforce","effects":{},"profiles":[],"observes_reads":true,"shortfalls":[]}}"#,
        list(7, effect)
    );
    let counted = effect.replace('}', r#","count":2}"#);
    let observed = |level: &str, outside: u32, unobserved: u32| {
        format!(
            r#"{{"level":"{level}","attempts":9,"outside":{},"denied":{},"unobserved":{},"calls":{},"programs":{},"seen":{},"unlisted":0,"unreadable":0,"left_running":0,"aliased":0,"blind":[]}}"#,
            list(outside, ""),
            list(1, &counted),
            list(unobserved, ""),
            list(0, ""),
            list(1, r#"{"program":"/home/ann/bin/tool","count":1}"#),
            list(5, ""),
        )
    };
    let within = observed("enforced+observed", 0, 0);
    let outside = observed("/home/ann/.secret", 2, 3);
    let unseen = observed("snapshot", 0, 0);
    let called = |level: &str, call: &str| {
        let calls = format!(r#""calls":{}"#, list(1, call));
        observed(level, 0, 0).replace(r#""calls":{"total":0,"items":[]}"#, &calls)
    };
    let udp = r#"{"call":"socket:udp","count":2}"#;
    let stopped = called("enforced+observed", udp);
    let went_on = called("observed", udp);
    let unlisted = called("observed", "");
    let unreadable = observed("observed", 0, 0).replace(r#""unreadable":0"#, r#""unreadable":5"#);
    let events = [
        ("adapter.wrap.start", START),
        ("adapter.wrap.scope_declared", declared.as_str()),
        ("adapter.wrap.scope_observed", &within),
        ("adapter.wrap.scope_observed", &outside),
        ("adapter.wrap.scope_observed", &unseen),
        ("adapter.wrap.scope_observed", &stopped),
        ("adapter.wrap.scope_observed", &went_on),
        ("adapter.wrap.scope_observed", &unlisted),
        ("adapter.wrap.scope_observed", &unreadable),
        ("adapter.wrap.scope_observed", "{}"),
    ];
    let receipt = receipt(&Scene::of("motus-wrap", Success, &events).tell());
    let evidence = receipt["evidence_refs"].as_array().unwrap();
    let told: Vec<String> = evidence
        .iter()
        .map(|it| format!("{}: {}", it["kind"].as_str().unwrap(), it["summary"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "scope_declared: level enforced+observed, mode enforce: 7 effects declared",
            "scope_observed: level enforced+observed: within what was declared; 5 effects declared and observed, \
             0 undeclared, 1 denied, 0 changes seen by nobody",
            "scope_observed: level [PATH]: outside of what was declared; 5 effects declared and observed, 2 undeclared, \
             1 denied, 3 changes seen by nobody",
            "scope_observed: level snapshot: not all was seen; 5 effects declared and observed, 0 undeclared, 1 denied, \
             0 changes seen by nobody",
            "scope_observed: level enforced+observed: within what was declared; 5 effects declared and observed, \
             0 undeclared, 1 denied, 0 changes seen by nobody",
            "scope_observed: level observed: outside of what was declared; 5 effects declared and observed, \
             0 undeclared, 1 denied, 0 changes seen by nobody",
            "scope_observed: level observed: not all was seen; 5 effects declared and observed, 0 undeclared, \
             1 denied, 0 changes seen by nobody",
            "scope_observed: level observed: not all was seen; 5 effects declared and observed, 0 undeclared, \
             1 denied, 0 changes seen by nobody",
            "scope: its record cannot be read",
        ]
    );
    assert_eq!(evidence[0]["redaction"]["status"], "redacted");
    assert_eq!(evidence[1]["evidence_id"], json!(event_id(3)));
    let text = receipt.to_string();
    assert!(["/home", "fs:", "bin/tool"].iter().all(|name| !text.contains(name)), "{text}");
}

#[test]
fn a_claimed_task_is_told() {
    let test =
        r#"{"evidence_type":"test_result","summary":"test_result: passed=3","diff_summary":null}"#;
    let released = released("partial");
    let events = [
        ("work.claim", CLAIM),
        ("evidence.motus_work.test_result", test),
        ("decision.motus_work", r#"{"decision":"a decision"}"#),
        ("work.release", &released),
        ("work.claim", r#"{"work_id":"T-2","agent_id":"bob"}"#),
    ];
    let receipt = receipt(&Scene::of("motus-work", Success, &events).tell());
    for (member, expected) in [
        ("work_id", json!("T-1")),
        ("actor", json!({"type": "agent", "id": "ann"})),
        ("trigger", json!({"kind": "manual", "ref": "motus-work"})),
        ("tool_refs", json!([{"name": "motus-work", "kind": "cli"}])),
        ("redaction", json!({"status": "none"})),
    ] {
        assert_eq!(receipt[member], expected, "{member}");
    }
    assert_eq!(receipt["instruction_ref"]["kind"], "ticket");
    assert_eq!(receipt["outcome"]["status"], "partial");
    assert_eq!(receipt["acceptance"]["method"], "work_release");
    assert_eq!(receipt["evidence_refs"].as_array().map(Vec::len), Some(1));
    assert_eq!(receipt["evidence_refs"][0]["kind"], "test_result");
    assert!(!receipt.to_string().contains("decision"));
}

#[test]
fn a_run_of_the_action_is_of_ci() {
    let events = [("adapter.wrap.start", START)];
    let receipt = receipt(&Scene::of("github-actions", Failure, &events).tell());
    assert_eq!(receipt["actor"], json!({"type": "ci", "id": "github-actions"}));
    assert_eq!(receipt["runtime"], json!({"name": "motus", "kind": "ci"}));
    assert_eq!(receipt["trigger"], json!({"kind": "ci", "ref": "github-actions"}));
    assert_eq!(receipt["acceptance"]["method"], "exit_code_nonzero");
}

#[test]
fn a_run_of_another_source_is_of_that() {
    let receipt = receipt(&Scene::of("demo", Success, &[]).tell());
    assert_eq!(receipt["actor"], json!({"type": "tool", "id": "demo"}));
    assert_eq!(receipt["instruction_ref"]["kind"], "other");
    assert_eq!(
        receipt["acceptance"],
        json!({"status": "not_required", "method": "terminal_outcome"})
    );
    assert_eq!(receipt["evidence_refs"], json!([]));
}

#[test]
fn what_was_made_of_the_end_follows_from_run_and_release() {
    let check = |source: &str, outcome: Outcome, said: Option<&str>, expected: [&str; 3]| {
        let release = said.map(released);
        let mut events = vec![("work.claim", CLAIM)];
        if source != "motus-work" {
            events = vec![("adapter.wrap.start", START)];
        }
        events.extend(release.as_deref().map(|release| ("work.release", release)));
        let receipt = receipt(&Scene::of(source, outcome, &events).tell());
        let acceptance = &receipt["acceptance"];
        let found = [&receipt["outcome"]["status"], &acceptance["status"], &acceptance["method"]];
        assert_eq!(found, expected, "{source} {outcome} {said:?}");
        let has_actor = acceptance["actor"].is_object() && acceptance["accepted_at"].is_string();
        assert_eq!(has_actor, expected[1] != "not_required");
    };
    let unjudged = |status| [status, "not_required", "terminal_outcome"];
    check("motus-work", Success, Some("success"), ["success", "accepted", "work_release"]);
    check("motus-work", Success, Some("partial"), ["partial", "accepted", "work_release"]);
    check("motus-work", Failure, Some("failure"), ["failure", "accepted", "work_release"]);
    check("motus-work", Aborted, Some("aborted"), unjudged("aborted"));
    check("motus-work", Aborted, None, unjudged("aborted"));
    check("motus-work", Success, None, unjudged("success"));
    // A release that the run does not confirm decides nothing.
    check("motus-work", Failure, Some("success"), unjudged("failure"));
    check("motus-work", Failure, Some("partial"), unjudged("failure"));
    check("motus-work", Success, Some("failure"), unjudged("success"));
    check("motus-work", Aborted, Some("success"), unjudged("aborted"));
    check("motus-work", Success, Some("superseded"), unjudged("success"));
    check("motus-wrap", Success, None, ["success", "accepted", "exit_code_0"]);
    check("motus-wrap", Failure, None, ["failure", "rejected", "exit_code_nonzero"]);
    check("motus-wrap", Aborted, None, unjudged("aborted"));
}

#[test]
fn a_released_failure_without_a_note_says_what_it_was() {
    let release = released("failure");
    let events = [("work.claim", CLAIM), ("work.release", release.as_str())];
    for note in [None, Some(String::new()), Some(" ".to_owned())] {
        let scene = Scene { note, ..Scene::of("motus-work", Failure, &events) };
        assert_eq!(receipt(&scene.tell())["outcome"]["summary"], "released as failure");
    }
}

/// Whoever asks for strictness is told of a failure that nobody explained, and of no other.
#[test]
fn a_released_failure_says_why_or_is_found() {
    let noted = |note: &str| format!(r#"{{"lease_id":"l","outcome":"failure","note":"{note}"}}"#);
    for (release, summary, findings) in [
        (released("failure"), "motus work released failure: RELEASED_OK", 1),
        (noted(" "), "motus work released failure: RELEASED_OK", 1),
        (noted("the disk was full"), "the disk was full", 0),
        (noted("see /home/bob/log, token=hunter2hunter2"), "see [PATH], token=[REDACTED]", 0),
    ] {
        let events = [("work.claim", CLAIM), ("work.release", release.as_str())];
        let scene = Scene {
            note: Some("motus work released failure: RELEASED_OK".to_owned()),
            ..Scene::of("motus-work", Failure, &events)
        };
        let receipt = receipt(&scene.tell());
        assert_eq!(receipt["outcome"]["summary"], summary);
        assert_eq!(receipt["acceptance"]["status"], "accepted");
        let strict = look_at(&receipt, Mode::Strict);
        let found: Vec<_> = strict.findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(found, vec![FindingKind::FailureAccepted; findings], "{summary}");
        assert_eq!(strict.is_valid(), findings == 0);
    }
}

#[test]
fn who_did_it_can_be_said() {
    let scene = Scene::of("motus-wrap", Success, &[("adapter.wrap.start", START)]);
    let named = |kind: &str, id: &str| {
        scene.tell_as(Some(Actor { kind: kind.to_owned(), id: id.to_owned() }))
    };
    let human = receipt(&named("human", "bob").expect("a person"));
    assert_eq!(human["actor"], json!({"type": "human", "id": "bob"}));
    assert_eq!(human["acceptance"]["actor"], human["actor"]);
    for (kind, id) in [
        ("robot", "x"),
        ("", "x"),
        ("Human", "x"),
        ("human", ""),
        ("human", " \u{a0}"),
        ("human", "/home/bob"),
        ("human", "token=hunter2hunter2"),
    ] {
        let refused = named(kind, id).expect_err("no actor");
        assert!(matches!(refused, StoryError::ActorInvalid(_)));
        assert_eq!(refused.code(), "receipt.actor_invalid");
        assert!(!refused.to_string().contains("hunter2"));
    }
}

#[test]
fn an_open_run_and_a_payload_that_is_no_json_are_refused() {
    let scene = Scene::of("motus-wrap", Success, &[("adapter.wrap.start", START)]);
    let refused = scene.tell_open().expect_err("an open run");
    assert_eq!(refused.code(), "projection.run_open");
    assert!(refused.to_string().contains(RUN_ID));
    let scene = Scene::of("demo", Success, &[("note", "{"), ("evidence.x", "{")]);
    let refused = scene.tell_as(None).expect_err("an unreadable payload");
    assert_eq!(refused.code(), "projection.payload_unreadable");
    assert!(refused.to_string().contains("event 2"), "{refused}");
}

#[test]
fn names_that_say_nothing_are_none() {
    let claim = r#"{"work_id":" ","agent_id":"","intent":"i"}"#;
    let receipt = receipt(&Scene::of("motus-work", Success, &[("work.claim", claim)]).tell());
    assert_eq!(receipt["work_id"], json!(RUN_ID));
    assert_eq!(receipt["actor"], json!({"type": "tool", "id": "motus-work"}));
    for sha in ["", " ", "/home/bob", "a b", &"a".repeat(65)] {
        let scene = Scene { git_sha: Some(sha.to_owned()), ..Scene::of("demo", Success, &[]) };
        assert_eq!(scene.tell().git_sha, None, "{sha}");
    }
}

#[test]
fn a_payload_that_was_altered_is_not_sealed() {
    let told = r#"{"summary":"two of three"}"#;
    let released = released("success");
    let events = [("work.claim", CLAIM), ("evidence.x", told), ("work.release", &released)];
    let scene = Scene::of("motus-work", Success, &events);
    assert!(scene.tell_changed(RUN_ID, &|_| ()).is_ok());
    for seq in 1..=3 {
        let alter = |event: &mut motus_ledger::Event| {
            if event.seq == seq {
                event.payload_json = event.payload_json.replacen('{', r#"{"more":1,"#, 1);
            }
        };
        let refused = scene.tell_changed(RUN_ID, &alter).expect_err("a refusal");
        assert_eq!(refused.code(), "projection.payload_altered");
        let text = format!("payload of event {seq} does not have its recorded digest");
        assert_eq!(refused.to_string(), text);
    }
}

#[test]
fn an_identifier_that_must_not_travel_is_refused() {
    let scene = Scene::of("demo", Success, &[("evidence.x", r#"{"summary":"s"}"#)]);
    let code = |told: Result<Work, StoryError>| told.expect_err("a refusal").code();
    for id in ["/home/bob/run", "token=hunter2hunter2"] {
        assert_eq!(code(scene.tell_changed(id, &|_| ())), "receipt.identifier_unfit");
        let rename = |event: &mut motus_ledger::Event| event.id = id.to_owned();
        assert_eq!(code(scene.tell_changed(RUN_ID, &rename)), "receipt.identifier_unfit");
    }
}

#[test]
fn a_commit_is_told_by_its_digest_alone() {
    for (git_sha, is_told) in [
        (COMMIT, true),
        (&"ab".repeat(32), true),
        ("0123abcd", false),
        ("hunter2hunter2", false),
        (&"z".repeat(40), false),
    ] {
        let scene = Scene { git_sha: Some(git_sha.to_owned()), ..Scene::of("demo", Success, &[]) };
        assert_eq!(scene.tell().git_sha.is_some(), is_told, "{git_sha}");
    }
}
