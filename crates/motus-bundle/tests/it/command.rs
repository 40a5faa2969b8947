//! The command: what it prints, how it exits, and what it does not obey.

use std::fs;
use std::process::Stdio;

use motus_json::{ReadOptions, Value, read};
use motus_testkit::harness::{Captured, Scratch, capture, unread_output};

use crate::scene::{DIGEST, EVIDENCE, PROGRAM, Scene, expect_failure};

fn json(captured: &Captured) -> Value {
    read(&captured.stdout, &ReadOptions::default()).expect("the report is JSON")
}

#[test]
fn a_verified_bundle_is_told_with_what_that_means() {
    let scene = Scene::new();
    assert_eq!(
        scene.verify(&[]).snapshot(&scene.scratch.mask()),
        "exit 0\n\
         --- stdout\n\
         VERIFIED 11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b\n  \
           integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree\n  \
           coverage   passed: every effect that was observed lies inside the declared ones\n  \
           policy     passed: POLICY-DEFAULT \
         (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)\n  \
           digest     not checked: none was expected, so that any consistent bundle passes\n  \
           outcome    success: Committed, loop 11111111-1111-1111-1111-111111111111\n\
         \n\
         What this does not prove:\n  \
           - who made the bundle: nothing in it is signed, and anybody can make another one that is \
         consistent\n  \
           - that the work happened: evidence shows what was written down\n  \
           - that nothing is left out: a bundle cut short and sealed again is consistent too\n  \
           - when it was made: the times are the maker's own\n\
         --- stderr\n"
    );
    let report = json(&scene.verify(&["--json"]).expect_success());
    let keys: Vec<&str> =
        report.as_object().expect("an object").iter().filter_map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["ok", "proof_digest", "failures", "warnings", "not_proven"]);
    assert_eq!(report.get("ok"), Some(&Value::Bool(true)));
    assert_eq!(report.get("proof_digest").and_then(Value::as_str), Some(DIGEST));
    assert_eq!(report.get("not_proven").and_then(Value::as_array).map(<[Value]>::len), Some(4));
}

#[test]
fn another_digest_than_the_expected_one_is_a_failure() {
    let scene = Scene::new();
    let right = scene.verify(&["--expect", DIGEST]).expect_success().stdout_text();
    assert!(right.contains("  digest     passed: it is the one that was expected\n"), "{right}");
    let other = "0".repeat(64);
    let message = format!(
        "the bundle is consistent, but another one: its digest is {DIGEST}, expected was {other}"
    );
    let wrong = scene.verify(&["--expect", &other]);
    expect_failure(&wrong, &format!("PROOF_DIGEST_MISMATCH: {message}"));
    let text = wrong.stdout_text();
    assert!(text.contains("  integrity  passed: 4 files"), "{text}");
    assert!(text.contains("  digest     failed: it is not the one that was expected\n"), "{text}");
    let wrong = scene.verify(&["--json", "--expect", &other]);
    assert_eq!(wrong.code, Some(1));
    let report = json(&wrong);
    assert_eq!(report.get("ok"), Some(&Value::Bool(false)));
    assert_eq!(report.get("proof_digest"), Some(&Value::Null));
    let failure = [("code", "PROOF_DIGEST_MISMATCH"), ("message", &message)];
    let failure: motus_json::Object = failure.into_iter().collect();
    assert_eq!(report.get("failures"), Some(&Value::from([failure])));
}

#[test]
fn a_failure_as_json_has_its_path() {
    let scene = Scene::new();
    fs::write(scene.path(EVIDENCE), "{}").expect("a file can be written");
    // A digest that cannot be compared does not matter.
    let failed = scene.verify(&["--json", "--expect", DIGEST]);
    assert_eq!(failed.code, Some(1));
    let failure: motus_json::Object =
        [("code", "FILE_HASH_MISMATCH"), ("message", "has 2 bytes, not 40"), ("path", EVIDENCE)]
            .into_iter()
            .collect();
    assert_eq!(json(&failed).get("failures"), Some(&Value::from([failure])));
}

#[test]
fn the_caller_chooses_the_policy() {
    let scene = Scene::new();
    let policy = scene.scratch.write(
        "policy.json",
        r#"{"policy_version": "POLICY-0.1", "policy_id": "TEAM", "effect_cap_k": 50,
            "backtrack_to_observe": false, "checks_required": {}, "lens_quality_min": {},
            "human": {"cost_ms": 1, "loss_ms": 0, "risks": []}}"#,
    );
    let policy = policy.to_str().expect("a scratch path is text");
    let failed = scene.verify(&["--policy", policy]);
    let text = failed.stdout_text();
    assert!(text.starts_with("FAILED POLICY_VIOLATION\n  integrity  passed\n"), "{text}");
    assert!(text.contains("\n  coverage   passed\n  policy     failed: TEAM ("), "{text}");
    assert!(text.contains("the receipt claims POLICY-DEFAULT (0198b7b9"), "{text}");
    assert_eq!(failed.code, Some(1));
}

#[test]
fn nothing_to_verify_is_exit_2() {
    let scratch = Scratch::new();
    scratch.write("file", "{");
    let run = |arguments: &[&str]| capture(scratch.command(PROGRAM).args(arguments));
    for (arguments, message) in [
        ([].as_slice(), "error[usage.arguments]: DIR is missing; see motus-verify --help\n"),
        (&["a", "b"], "error[usage.arguments]: DIR is given twice; see motus-verify --help\n"),
        (&["--\u{1b}"], "error[usage.arguments]: there is no option --\\u{1b}; see"),
        (&[".", "--expect", "12"], "error[usage.arguments]: --expect needs 64 lower-case"),
        (&["no"], "error[bundle.missing]: no does not exist\n"),
        (&["file"], "error[bundle.not_a_directory]: file is no directory\n"),
        (
            &[".", "--policy", "no"],
            "error[policy.unreadable]: the policy no cannot be used: No such",
        ),
        (
            &[".", "--policy", "file"],
            "error[json.truncated]: the policy file cannot be used: not a",
        ),
        (
            &[".", "--policy", "."],
            "error[policy.unreadable]: the policy . cannot be used: Is a dir",
        ),
        (&[".", "--policy", "/dev/zero"], "error[json.too_large]: the policy /dev/zero cannot be"),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.code, Some(2), "{arguments:?}");
        let told = refused.stderr_text();
        assert!(told.starts_with(message), "{arguments:?}: {told}");
        assert_eq!(refused.stdout_text(), "", "{arguments:?}");
    }
    assert_eq!(run(&["."]).code, Some(1), "a directory without a manifest is a bad bundle");
}

#[test]
fn help_and_version_are_data() {
    let scratch = Scratch::new();
    let run = |option: &str| capture(scratch.command(PROGRAM).arg(option)).expect_success();
    assert_eq!(run("--version").stdout_text(), "motus-verify 0.1.0\n");
    let help = run("--help").stdout_text();
    assert_eq!(run("-h").stdout_text(), help);
    assert!(help.starts_with("Examples:\n"), "{help}");
    for word in ["--expect", "--policy", "--json", "--help", "--version", "Exit codes:"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
}

#[test]
fn a_verdict_that_cannot_be_printed_is_exit_1() {
    let scene = Scene::new();
    let bundle = scene.bundle.to_str().expect("a scratch path is text");
    let full = fs::File::options().write(true).open("/dev/full").expect("/dev/full is there");
    let ended = scene.command().arg(bundle).stdout(full).stderr(Stdio::null()).status();
    assert_eq!(ended.expect("it runs").code(), Some(1));
    let mut unread = scene.command();
    unread.arg(bundle).stdin(Stdio::null()).stdout(unread_output().expect("a socket"));
    let ended = Captured::from(unread.output().expect("it ends"));
    assert_eq!((ended.code, ended.signal), (Some(1), None));
    let told = ended.stderr_text();
    assert!(told.starts_with("error[output.failed]: the report cannot be printed: "), "{told}");
    // Who closes stdout asks for the exit code alone.
    let script = "exec \"$0\" \"$1\" >&-";
    let closed = capture(scene.scratch.command("sh").args(["-c", script, PROGRAM, bundle]));
    assert_eq!((closed.code, closed.stderr_text().as_str()), (Some(0), ""));
}
