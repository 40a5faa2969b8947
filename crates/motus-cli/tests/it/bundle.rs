//! `motus bundle verify`: verdicts, what they rest on, and what there is nothing to judge about.

use std::fs::OpenOptions;
use std::process::Stdio;

use motus_json::Value;
use motus_testkit::bundle::{basic_edit, human_approval, parent};
use motus_testkit::harness::{Captured, capture, unread_output};

use crate::support::{DIGEST, EVIDENCE, Scene, error_code, parse, set};

/// A policy that is not the published one, as a document.
const POLICY: &str = r#"{"policy_version": "POLICY-0.1", "policy_id": "TEAM", "effect_cap_k": 20,
    "backtrack_to_observe": false, "checks_required": {"Committed": ["cargo_test"]},
    "lens_quality_min": {"Committed": 800},
    "human": {"cost_ms": 60000, "loss_ms": 0, "risks": []}}"#;

#[test]
fn a_bundle_that_holds_together_is_verified() {
    let scene = Scene::with(&basic_edit());
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle"]), @r#"
    exit 0
    --- stdout
    VERIFIED 11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b
      integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree
      coverage   passed: every effect that was observed lies inside the declared ones
      policy     passed: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
      digest     not checked: none was expected, so that any consistent bundle passes
      outcome    success: Committed, loop 11111111-1111-1111-1111-111111111111

    What this does not prove:
      - who made the bundle: nothing in it is signed, and anybody can make another one that is consistent
      - that the work happened: evidence shows what was written down
      - that nothing is left out: a bundle cut short and sealed again is consistent too
      - when it was made: the times are the maker's own
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "ok": true,
      "proof_digest": "11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b",
      "failures": [],
      "warnings": [],
      "not_proven": [
        "who made the bundle: nothing in it is signed, and anybody can make another one that is consistent",
        "that the work happened: evidence shows what was written down",
        "that nothing is left out: a bundle cut short and sealed again is consistent too",
        "when it was made: the times are the maker's own"
      ]
    }
    --- stderr
    "#);
    for parts in [human_approval(), parent()] {
        let told = Scene::with(&parts).run(&["bundle", "verify", "bundle"]).expect_success();
        let first = format!("VERIFIED {}\n", parts.proof_digest());
        assert!(told.stdout_text().starts_with(&first), "{}", told.stdout_text());
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn every_failure_of_the_step_that_failed_is_told() {
    let scene = Scene::with(&basic_edit());
    scene.scratch.write(&format!("bundle/{EVIDENCE}"), "{}");
    scene.scratch.write("bundle/evidence/odd\u{1b}[2J.txt", "");
    scene.remove("bundle/evidence/verify/cargo_test.txt");
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle"]), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
      integrity  failed
      coverage   not checked
      policy     not checked: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)

    FILE_HASH_MISMATCH evidence/odd\u{1b}[2J.txt: is not listed in the manifest
    FILE_HASH_MISMATCH evidence/verify/cargo_test.txt: does not exist
    FILE_HASH_MISMATCH evidence/act/write_file.json: has 2 bytes, not 40
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle", "--json"]), @r#"
    exit 1
    --- stdout
    {
      "ok": false,
      "proof_digest": null,
      "failures": [
        {
          "code": "FILE_HASH_MISMATCH",
          "message": "is not listed in the manifest",
          "path": "evidence/odd\u001b[2J.txt"
        },
        {
          "code": "FILE_HASH_MISMATCH",
          "message": "does not exist",
          "path": "evidence/verify/cargo_test.txt"
        },
        {
          "code": "FILE_HASH_MISMATCH",
          "message": "has 2 bytes, not 40",
          "path": "evidence/act/write_file.json"
        }
      ],
      "warnings": [],
      "not_proven": [
        "who made the bundle: nothing in it is signed, and anybody can make another one that is consistent",
        "that the work happened: evidence shows what was written down",
        "that nothing is left out: a bundle cut short and sealed again is consistent too",
        "when it was made: the times are the maker's own"
      ]
    }
    --- stderr
    "#);
}

#[test]
fn what_was_passed_before_the_failure_is_told() {
    let mut parts = basic_edit();
    set(&mut parts, &["effects", "declared"], Vec::<Value>::new());
    let scene = Scene::with(&parts.seal());
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle"]), @r#"
    exit 1
    --- stdout
    FAILED FSM_INVALID
      integrity  failed
      coverage   not checked
      policy     not checked: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)

    FSM_INVALID events.jsonl: the last PlanChosen does not declare the receipt's effects
    --- stderr
    "#);
}

#[test]
fn only_the_expected_bundle_is_accepted() {
    let scene = Scene::with(&basic_edit());
    let told = scene.run(&["bundle", "verify", "bundle", "--expect", DIGEST]).expect_success();
    let line = "  digest     passed: it is the one that was expected\n";
    assert!(told.stdout_text().contains(line), "{}", told.stdout_text());

    let other = "0".repeat(64);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle", "--expect", &other]), @r#"
    exit 1
    --- stdout
    FAILED PROOF_DIGEST_MISMATCH
      integrity  passed: 4 files of evidence, 7 events, 8 roots, receipt and log agree
      coverage   passed: every effect that was observed lies inside the declared ones
      policy     passed: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
      digest     failed: it is not the one that was expected
      outcome    success: Committed, loop 11111111-1111-1111-1111-111111111111

    PROOF_DIGEST_MISMATCH: the bundle is consistent, but another one: its digest is 11a092438552f1455bf9590a00e428b7a13b676cc87350a6d8d749e7aa34f29b, expected was 0000000000000000000000000000000000000000000000000000000000000000
    --- stderr
    "#);
    let told = scene.run(&["bundle", "verify", "bundle", "--json", "--expect", &other]);
    assert_eq!(told.code, Some(1));
    let report = parse(&told.stdout);
    assert_eq!(report.get("ok").and_then(Value::as_bool), Some(false));
    assert_eq!(report.get("proof_digest"), Some(&Value::Null));
}

#[test]
fn an_expected_digest_is_spelled_in_one_way() {
    let scene = Scene::with(&basic_edit());
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle", "--expect", "11a0"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.digest_invalid]: --expect must be 64 lower-case hexadecimal digits
    hint: give the whole digest, as `motus bundle verify` prints it behind VERIFIED
    "#);
    for digest in ["", &DIGEST.to_uppercase(), &format!("sha256:{DIGEST}"), &format!("{DIGEST}\n")]
    {
        let refused = scene.run(&["bundle", "verify", "bundle", "--json", "--expect", digest]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{digest}");
        assert_eq!(error_code(&refused), "usage.digest_invalid");
    }
}

#[test]
fn a_bundle_is_held_against_the_policy_of_the_caller() {
    let scene = Scene::with(&basic_edit());
    scene.scratch.write("policy.json", POLICY);
    let verify = ["bundle", "verify", "bundle", "--policy", "policy.json"];
    insta::assert_snapshot!(scene.tell(&verify), @r#"
    exit 1
    --- stdout
    FAILED POLICY_VIOLATION
      integrity  passed
      coverage   passed
      policy     failed: TEAM (faeffff80de6f9993724596d95a4c3090fb01fb22ffad66e09f00877ba975a84)

    POLICY_VIOLATION receipt.json: the policy is TEAM (faeffff80de6f9993724596d95a4c3090fb01fb22ffad66e09f00877ba975a84), the receipt claims POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)
    --- stderr
    "#);

    let mut parts = basic_edit();
    let told = scene.run(&verify).stdout_text();
    let (_, hash) = told.split_once("  policy     failed: TEAM (").unwrap();
    let (hash, _) = hash.split_once(')').unwrap();
    set(&mut parts, &["integrity", "policy_id"], "TEAM");
    set(&mut parts, &["integrity", "policy_hash"], hash);
    scene.place("bundle", &parts.seal());
    let told = scene.run(&verify).expect_success().stdout_text();
    assert!(told.contains(&format!("  policy     passed: TEAM ({hash})\n")), "{told}");
    assert_eq!(scene.run(&["bundle", "verify", "bundle"]).code, Some(1));
    assert_eq!(scene.run(&["bundle", "explain", "bundle"]).code, Some(1));
    let explained = ["bundle", "explain", "bundle", "--policy", "policy.json"];
    assert_eq!(scene.run(&explained).code, Some(0));
}

#[test]
fn what_is_no_policy_is_refused() {
    let scene = Scene::with(&basic_edit());
    scene.scratch.write("policy.json", POLICY.replace("\"effect_cap_k\"", "\"effect_cap\""));
    scene.scratch.write("broken.json", "{\"policy_version\"");
    let verify = |policy: &str| scene.tell(&["bundle", "verify", "bundle", "--policy", policy]);
    insta::assert_snapshot!(verify("policy.json"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[policy.shape]: policy.json is no policy: effect_cap is not known; effect_cap_k is missing
    hint: docs/policy.md tells every member
    "#);
    insta::assert_snapshot!(verify("broken.json"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[json.truncated]: broken.json is no policy: not a JSON document: input ends too early at byte 17
    "#);
    insta::assert_snapshot!(verify("missing.json"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: missing.json cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    "#);
    insta::assert_snapshot!(verify("bundle"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: bundle cannot be read
      caused by: Is a directory (os error 21)
    hint: check the path, who may read it and how long it is
    "#);
    for (policy, code) in [
        ("policy.json", "policy.shape"),
        ("broken.json", "json.truncated"),
        ("missing.json", "input.unreadable"),
    ] {
        let refused = scene.run(&["bundle", "verify", "bundle", "--json", "--policy", policy]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{policy}");
        assert_eq!(error_code(&refused), code);
    }
}

#[test]
fn a_policy_may_come_through_a_pipe() {
    let scene = Scene::with(&basic_edit());
    scene.scratch.write("policy.json", POLICY);
    let script =
        "mkfifo pipe; cat policy.json >pipe & exec \"$0\" bundle verify bundle --policy pipe";
    let mut shell = scene.scratch.command("sh");
    let told = capture(shell.args(["-c", script, crate::support::MOTUS]));
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(1), ""));
    assert!(told.stdout_text().contains("  policy     failed: TEAM ("), "{}", told.stdout_text());
}

#[test]
fn nothing_to_verify_is_told_apart_from_a_bad_bundle() {
    let scene = Scene::with(&basic_edit());
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "no"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[bundle.missing]: no does not exist
    hint: check the path; a bundle is the directory in which manifest.json stands
    "#);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "no", "--json"]), @r#"
    exit 2
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "bundle.missing",
      "error": "no does not exist",
      "hint": "check the path; a bundle is the directory in which manifest.json stands"
    }
    "#);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "bundle/receipt.json"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[bundle.not_a_directory]: bundle/receipt.json is no directory
    hint: unpack it if it is packed; a bundle is the directory in which manifest.json stands
    "#);
    insta::assert_snapshot!(scene.tell(&["bundle", "verify"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: the following required arguments were not provided: <DIR>
      usage: motus bundle verify <DIR>
    hint: add --help to see what it takes
    "#);
    let empty = scene.scratch.project().join("empty");
    std::fs::create_dir(empty).unwrap();
    insta::assert_snapshot!(scene.tell(&["bundle", "verify", "empty"]), @r#"
    exit 1
    --- stdout
    FAILED FILE_HASH_MISMATCH
      integrity  failed
      coverage   not checked
      policy     not checked: POLICY-DEFAULT (0198b7b9a879a1f41aef195acd0294ea5f2a021e816d236e258bef8ed5ef9554)

    FILE_HASH_MISMATCH manifest.json: does not exist
    --- stderr
    "#);
}

#[test]
fn a_verdict_that_nobody_reads_still_has_its_exit_code() {
    let scene = Scene::with(&basic_edit());
    let run = |directory: &str, stdout: Stdio| {
        let mut command = scene.motus(&["bundle", "verify", directory]);
        Captured::from(command.stdout(stdout).output().unwrap())
    };
    let ended = run("bundle", unread_output().unwrap());
    assert_eq!((ended.code, ended.stderr_text().as_str()), (Some(0), ""));
    let ended = run("bundle/evidence", unread_output().unwrap());
    assert_eq!((ended.code, ended.stderr_text().as_str()), (Some(1), ""));
    let script = "exec \"$0\" bundle verify bundle >&-";
    let mut shell = scene.scratch.command("sh");
    assert_eq!(capture(shell.args(["-c", script, crate::support::MOTUS])).code, Some(0));
    if let Ok(full) = OpenOptions::new().write(true).open("/dev/full") {
        let ended = run("bundle", full.into());
        assert_eq!(ended.code, Some(1));
        assert!(ended.stderr_text().starts_with("error[output.failed]"), "{}", ended.stderr_text());
    } else {
        motus_testkit::harness::skip(
            "a_verdict_that_nobody_reads_still_has_its_exit_code",
            "there is no /dev/full",
        );
    }
}
