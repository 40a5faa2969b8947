//! Nothing of one machine is in any document, wherever it stands in the run.

use motus_ledger::Outcome::Failure;

use super::super::scene::{Scene, event_id};
use super::super::support::{bytes, expect_sound, made};

/// Forms of a path that names the canary.
const PATHS: [&str; 8] = [
    "/home/canary/x",
    "see /home/canary, please",
    "file:///home/canary",
    "C:\\\\Users\\\\canary",
    "~canary/x",
    "--dir=%2Fhome%2Fcanary",
    "在/home/canary",
    "token=canarycanary",
];

/// Every event that is told of, each text in it a canary.
fn events(text: &str) -> Vec<(String, String)> {
    let refs = format!(r#"["{}"]"#, event_id(3));
    [
        ("adapter.wrap.start", format!(r#"{{"argv_summary":["{text}"],"cwd":"{text}","command_display":"{text}"}}"#)),
        ("adapter.wrap.output_summary", format!(r#"{{"stream":"{text}","summary":"{text}"}}"#)),
        ("evidence.x", format!(r#"{{"evidence_type":"{text}","summary":"{text}","more":"{text}"}}"#)),
        ("evidence.x", format!(r#"{{"evidence_type":"log","summary":"{text}","log_excerpt":"{text}"}}"#)),
        ("work.claim", format!(r#"{{"work_id":"{text}","agent_id":"{text}","intent":"{text}","resource_specs":[{{"path":"{text}"}}]}}"#)),
        ("decision.motus_work", format!(r#"{{"decision":"{text}","rationale":"{text}"}}"#)),
        ("outcome.file", format!(r#"{{"path":"{text}","summary":"{text}"}}"#)),
        (
            "route.x",
            format!(
                r#"{{"status":"handoff","next_actor":{{"type":"human","id":"{text}"}},"reason":"{text}","route_ref":"{text}"}}"#
            ),
        ),
        (
            "handoff.x",
            format!(
                r#"{{"status":"ready","receiver":{{"type":"human","id":"{text}"}},"expected_action":"{text}","reason":"{text}","evidence_refs":{refs}}}"#
            ),
        ),
        ("work.release", format!(r#"{{"outcome":"failure","message":"{text}","reason_code":"{text}"}}"#)),
        ("note", format!(r#"{{"x":"{text}"}}"#)),
    ]
    .map(|(kind, payload)| (kind.to_owned(), payload))
    .to_vec()
}

#[test]
fn no_canary_is_left_in_any_document() {
    for path in PATHS {
        let plain = path.replace("\\\\", "\\");
        let scene = Scene {
            source: plain.clone(),
            intent: plain.clone(),
            git_sha: Some(plain.clone()),
            outcome: Failure,
            note: Some(plain.clone()),
            events: events(path),
            machine: format!("motus-wrap:4711:{plain}"),
            clock: Vec::new(),
        };
        let made = made(&scene.tell());
        expect_sound(&made, path);
        let handoff = made.envelope.get("handoff").and_then(|it| it.get("status"));
        assert_eq!(handoff.and_then(|it| it.as_str()), Some("ready"), "{path}");
        for document in [&made.envelope, &made.export.to_object(), &made.manifest] {
            let text = String::from_utf8(bytes(document)).expect("UTF-8");
            assert!(!text.contains("canary"), "{path}: {text}");
            assert!(!text.contains("4711"), "{path}: {text}");
        }
    }
}

/// Where the Store lies, who writes and under which keys leaves no trace.
#[test]
fn the_machine_makes_no_difference() {
    let documents = |machine: &str| {
        let scene = Scene { machine: machine.to_owned(), ..Scene::of("demo", Failure, &[]) };
        made(&Scene { events: events("x"), ..scene }.tell())
    };
    assert_eq!(documents("/home/ann 1"), documents("/srv/bob 2"));
}
