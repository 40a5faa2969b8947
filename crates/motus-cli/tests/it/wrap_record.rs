//! `motus wrap`: what is recorded of a command, event by event.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use motus_json::{Value, pretty};
use motus_testkit::harness::{capture, skip};

use crate::support::{Scene, bare, payloads_in, succeed};

/// Spells all payloads of the newest run without what differs; the process is left out.
fn payloads(scene: &Scene) -> String {
    let mut spelled = String::new();
    for (kind, mut payload) in payloads_in(&scene.show("latest")) {
        payload.as_object_mut().unwrap().remove("process");
        spelled.push_str(&format!("{kind} {}\n", pretty::write(&payload)));
    }
    bare(&scene.scratch.mask().apply(&spelled))
}

#[test]
fn four_events_tell_the_story() {
    let scene = Scene::new();
    assert_eq!(scene.wrap("echo a; printf b; echo c >&2; exit 3").code, Some(3));
    insta::assert_snapshot!(payloads(&scene), @r#"
    adapter.wrap.start {
      "adapter_version": "1",
      "argv_summary": [
        "sh",
        "[ARGUMENTS_OMITTED:2]"
      ],
      "command_display": "sh '[ARGUMENTS_OMITTED:2]'",
      "cwd": "[DIR]/project",
      "git_sha": null,
      "idempotency_key": "wrap-start-[N]:start",
      "producer_id": "motus-wrap:[N]",
      "run_id": "run_[ID]",
      "started_at": "[TIME]",
      "working_tree_dirty": null
    }
    adapter.wrap.output_summary {
      "byte_count": 3,
      "content_omitted": true,
      "idempotency_key": "wrap-start-[N]:output:stdout",
      "line_count": 2,
      "output_capture_policy": "metadata_only",
      "payload_hash": "sha256:[HASH]",
      "producer_id": "motus-wrap:[N]",
      "redaction_applied": false,
      "redaction_reason_codes": [],
      "run_id": "run_[ID]",
      "stream": "stdout",
      "summary": "stdout: content omitted by motus wrap policy (3 bytes, 2 lines)",
      "truncated": false
    }
    adapter.wrap.output_summary {
      "byte_count": 2,
      "content_omitted": true,
      "idempotency_key": "wrap-start-[N]:output:stderr",
      "line_count": 1,
      "output_capture_policy": "metadata_only",
      "payload_hash": "sha256:[HASH]",
      "producer_id": "motus-wrap:[N]",
      "redaction_applied": false,
      "redaction_reason_codes": [],
      "run_id": "run_[ID]",
      "stream": "stderr",
      "summary": "stderr: content omitted by motus wrap policy (2 bytes, 1 lines)",
      "truncated": false
    }
    adapter.wrap.end {
      "duration_ms": [DURATION],
      "ended_at": "[TIME]",
      "exit_code": 3,
      "idempotency_key": "wrap-start-[N]:end",
      "outcome": "failure",
      "producer_id": "motus-wrap:[N]",
      "redaction_applied": false,
      "redaction_reason_codes": [],
      "run_id": "run_[ID]",
      "timed_out": false
    }
    "#);
}

#[test]
fn the_start_tells_which_process_wraps() {
    let scene = Scene::new();
    succeed(scene.wrap("echo $PPID > wrapper"));
    let start = scene.payload("adapter.wrap.start");
    let process = start.get("process").unwrap();
    let wrapper = fs::read_to_string(scene.path("wrapper")).unwrap();
    let pid = process.get("pid").and_then(Value::as_u64).unwrap();
    assert_eq!(format!("{pid}\n"), wrapper);
    let names: Vec<String> = process
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, _)| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["boot_id", "machine", "pid", "pid_namespace", "start_ticks"]);
    let machine = process.get("machine").and_then(Value::as_str);
    assert!(machine.is_none_or(|name| name.starts_with("sha256:")), "{machine:?}");
}

#[test]
fn output_is_truncated_in_the_record_when_it_is_larger_than_asked() {
    let scene = Scene::new();
    for (size, truncated) in [("3", false), ("2", true)] {
        let arguments = ["wrap", "--max-output-bytes", size, "--", "printf", "a\nb"];
        assert_eq!(scene.run(&arguments).expect_success().stdout_text(), "a\nb");
        let output = scene.output("stdout");
        let counts = ["byte_count", "line_count"].map(|name| output.get(name).unwrap().as_u64());
        assert_eq!(counts, [Some(3), Some(2)]);
        assert_eq!(output.get("truncated").and_then(Value::as_bool), Some(truncated));
    }
}

#[test]
fn a_timeout_is_recorded_as_one() {
    let scene = Scene::new();
    let ended = scene.run(&["wrap", "--timeout", "0.2", "sleep", "20"]);
    assert_eq!(ended.code, Some(124));
    let end = scene.payload("adapter.wrap.end");
    assert_eq!(end.get("timed_out").and_then(Value::as_bool), Some(true));
    assert_eq!(end.get("interruption").and_then(Value::as_str), Some("timeout"));
    assert_eq!(scene.column("outcome_note").unwrap(), "motus wrap exited 124");
}

#[test]
fn an_output_is_never_said_to_be_redacted() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["wrap", "--", "https://u:p@h/"]).code, Some(127));
    for stream in ["stdout", "stderr"] {
        let output = scene.output(stream);
        assert_eq!(output.get("redaction_applied").and_then(Value::as_bool), Some(false));
        let reasons = output.get("redaction_reason_codes").and_then(Value::as_array);
        assert!(reasons.unwrap().is_empty(), "{reasons:?}");
    }
}

#[test]
fn a_store_that_may_not_grow_costs_the_record_and_not_the_code() {
    let scene = Scene::new();
    scene.record();
    let script = "prlimit --pid $PPID --fsize=1000 || exit 99; exit 4";
    let ended = scene.wrap(script);
    if ended.code == Some(99) {
        skip("a_store_that_may_not_grow_costs_the_record_and_not_the_code", "no prlimit");
        return;
    }
    assert_eq!(ended.code, Some(4), "{}", ended.stderr_text());
    let told = ended.stderr_text();
    assert!(told.contains("warning[store."), "{told}");
    assert!(told.contains("adapter.wrap.end") || !scene.spooled().is_empty(), "{told}");
}

#[test]
fn the_commit_and_whether_the_tree_is_clean_are_recorded() {
    let scene = Scene::new();
    let script = "git init -q . && echo .motus > .gitignore && git add . && \
        git -c user.name=n -c user.email=e commit -qm m && git rev-parse HEAD";
    let prepared = capture(scene.scratch.command("sh").args(["-c", script]));
    if prepared.code != Some(0) {
        skip("the_commit_and_whether_the_tree_is_clean", "git fails");
        return;
    }
    let dirty = |scene: &Scene| {
        scene.record();
        scene.payload("adapter.wrap.start").get("working_tree_dirty").unwrap().as_bool()
    };
    assert_eq!(dirty(&scene), Some(false));
    assert_eq!(scene.column("git_sha").unwrap(), prepared.stdout_text().trim());
    scene.scratch.write("new", "");
    assert_eq!(dirty(&scene), Some(true));
}

#[test]
fn the_store_is_private_from_the_start() {
    let scene = Scene::new();
    let script = "umask 000 && \"$0\" wrap true";
    let mut command = scene.scratch.command("sh");
    succeed(capture(command.args(["-c", script, crate::support::MOTUS])));
    let mode = |name: &str| fs::metadata(scene.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(".motus"), 0o700);
    for entry in fs::read_dir(scene.path(".motus")).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
}
