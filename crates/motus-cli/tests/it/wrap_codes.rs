//! `motus wrap`: the command's exit code is ours.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use motus_json::Value;

use crate::support::Scene;

/// Wraps a command and returns our code, the recorded code and the recorded outcome.
fn codes(scene: &Scene, arguments: &[&str]) -> (Option<i32>, Option<i64>, String) {
    let ended = scene.run(&[&["wrap"], arguments].concat());
    let end = scene.payload("adapter.wrap.end");
    let recorded = end.get("exit_code").and_then(Value::as_i64);
    let outcome = scene.column("outcome").unwrap();
    assert_eq!(end.get("outcome").and_then(Value::as_str), Some(outcome.as_str()));
    (ended.code, recorded, outcome)
}

#[track_caller]
fn check(arguments: &[&str], code: i32, outcome: &str) {
    let expected = (Some(code), Some(i64::from(code)), outcome.to_owned());
    assert_eq!(codes(&Scene::new(), arguments), expected);
}

#[test]
fn success_is_zero() {
    check(&["--", "true"], 0, "success");
}

#[test]
fn a_failure_keeps_its_code() {
    check(&["--", "sh", "-c", "exit 3"], 3, "failure");
    check(&["--", "sh", "-c", "exit 255"], 255, "failure");
}

#[test]
fn a_command_out_of_time_is_124_and_aborted() {
    check(&["--timeout", "0.3", "--", "sleep", "20"], 124, "aborted");
}

#[test]
fn what_exists_and_cannot_be_executed_is_126() {
    check(&["--", "/"], 126, "failure");
    let scene = Scene::new();
    let script = scene.scratch.write("script", "#!/bin/sh\n");
    fs::set_permissions(&script, PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(codes(&scene, &["./script"]).0, Some(126));
}

#[test]
fn what_is_not_there_is_127() {
    check(&["--", "no-such-command"], 127, "failure");
    check(&["--", "/no/such/command"], 127, "failure");
    check(&["--", "/bin/sh/command"], 127, "failure");
    check(&["--", &"a".repeat(300)], 127, "failure");
}

#[test]
fn death_by_a_signal_is_128_and_its_number() {
    check(&["--", "sh", "-c", "kill -TERM $$"], 143, "failure");
    check(&["--", "sh", "-c", "kill -KILL $$"], 137, "failure");
}

#[test]
fn a_command_that_cannot_be_started_is_told_and_its_line_is_counted() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "/no/such"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: '/no/such'
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    let stderr = scene.output("stderr");
    let line =
        "motus wrap failed to start command: [Errno 2] No such file or directory: '/no/such'";
    let counts = ["byte_count", "line_count"].map(|name| stderr.get(name).and_then(Value::as_u64));
    assert_eq!(counts, [Some(line.len() as u64 + 1), Some(1)]);
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "/"]), @r#"
    exit 126
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 13] Permission denied: '/'
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
}

#[test]
fn what_the_line_about_a_failed_start_leaves_unsaid_is_told_and_not_counted() {
    let scene = Scene::new();
    let script = scene.scratch.write("script", "#!/no/such/interpreter\n");
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "./script"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: './script'
      its interpreter /no/such/interpreter does not exist
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    let line =
        "motus wrap failed to start command: [Errno 2] No such file or directory: './script'";
    let counted = scene.output("stderr").get("byte_count").and_then(Value::as_u64);
    assert_eq!(counted, Some(line.len() as u64 + 1));
}

#[test]
fn a_failed_start_is_told_without_a_record_too() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--no-record", "--", "/no/such"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: '/no/such'
    "#);
}

#[test]
fn a_failure_is_worded_as_the_system_does() {
    let scene = Scene::new();
    std::os::unix::fs::symlink("loop", scene.path("loop")).unwrap();
    let ended = scene.run(&["wrap", "--", "./loop"]);
    assert_eq!(ended.code, Some(126));
    let told = ended.stderr_text();
    assert!(told.contains("Too many levels of symbolic links: './loop'\n"), "{told}");
}

#[test]
fn the_line_about_a_failed_start_spells_the_name_as_the_published_release_does() {
    let scene = Scene::new();
    for (name, spelled) in [
        ("it's", r#""it's""#),
        (r#"it's "x""#, r#"'it\'s "x"'"#),
        ("a\tb\n", r"'a\tb\n'"),
        ("\u{1b}[1m\u{7f}", r"'\x1b[1m\x7f'"),
        (r"a\b", r"'a\\b'"),
        ("é漢", "'é漢'"),
        ("\u{202e}\u{85}", r"'\u202e\x85'"),
    ] {
        let told = scene.run(&["wrap", "--", name]).stderr_text();
        let line = format!("[Errno 2] No such file or directory: {spelled}\n");
        assert!(told.contains(&line), "{told:?}");
    }
}
