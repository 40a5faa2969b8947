//! `motus work evidence` with reports of tools and artifacts: what is told, what is recorded, what is refused.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Command;

use motus_json::{Value, pretty};
use motus_testkit::harness::{Reference, capture, capture_with_input};

use crate::support::{Scene, error_code, finish, parse, payloads_in, start, succeed};
use crate::work::{Claim, claim, text};

/// A report in which a secret stands wherever a report has text that is no name.
pub(crate) const JUNIT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="3" failures="1" errors="0" skipped="1" hostname="hunter2-host" time="0.1">
<properties><property name="user" value="hunter2"/></properties>
<testcase classname="test_x" name="test_ok" time="0.0126" file="/home/hunter2/test_x.py"/>
<testcase classname="test_x" name="test_bad" time="1"><failure message="hunter2">at /home/hunter2/x.py</failure><system-out>hunter2</system-out></testcase>
<testcase classname="test_x" name="test_later"><skipped message="hunter2"/></testcase>
</testsuite></testsuites>
"#;

const TAP: &str = "TAP version 13\n1..2\nok 1 - opens\nnot ok 2 - closes\n";

const SARIF: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Check","version":"7"}},"results":[{"ruleId":"r1","level":"error"},{"ruleId":"r1","level":"error"},{"ruleId":"r2"}]}]}"#;

const CARGO: &str = "{\"reason\":\"compiler-message\",\"message\":{\"level\":\"warning\"}}\n{\"reason\":\"build-finished\",\"success\":true}\n";

/// Claims a task in a scene that has a report of each format.
fn scene() -> (Scene, Claim) {
    let scene = Scene::new();
    for (name, content) in
        [("out/j.xml", JUNIT), ("t.tap", TAP), ("s.sarif", SARIF), ("c.json", CARGO)]
    {
        scene.scratch.write(name, content);
    }
    let claim = claim(&scene, &["T1"]);
    (scene, claim)
}

fn add<'a>(claim: &'a Claim, words: &[&'a str]) -> Vec<&'a str> {
    [&["work", "evidence", &claim.lease, "test_result"], words].concat()
}

/// Spells the payload of the newest piece of evidence.
fn recorded(scene: &Scene) -> String {
    let payload = payloads_in(&scene.show("latest")).pop().unwrap().1;
    scene.scratch.mask().apply(&pretty::write(&payload))
}

/// Returns what a page says under `Proof`.
pub(crate) fn proof(page: &str) -> String {
    let (_, rest) = page.split_once("Proof\n").expect("a page has proof");
    let rest = rest.trim_start_matches('\n');
    rest.split_once("\n\n").map_or(rest, |(proof, _)| proof).to_owned()
}

/// Counts the events of the newest run.
fn events(scene: &Scene) -> usize {
    payloads_in(&scene.show("latest")).len()
}

#[test]
fn a_report_is_told_and_recorded() {
    let (scene, claim) = scene();
    insta::assert_snapshot!(scene.tell(&add(&claim, &["--junit", "out/j.xml"])), @r#"
    exit 0
    --- stdout
    Evidence recorded: evidence-[ID]
    Type: test_result
    Read: passed=1 failed=1 skipped=1
    --- stderr
    "#);
    insta::assert_snapshot!(recorded(&scene), @r#"
    {
      "diff_summary": null,
      "evidence_type": "test_result",
      "lease_id": "lease-[ID]",
      "legacy_evidence_id": "evidence-[ID]",
      "log_excerpt": null,
      "reports": [
        {
          "bytes": 583,
          "cases": [
            {
              "duration_ms": [DURATION],
              "name": "test_x::test_ok",
              "status": "passed"
            },
            {
              "duration_ms": [DURATION],
              "name": "test_x::test_bad",
              "status": "failed"
            },
            {
              "duration_ms": null,
              "name": "test_x::test_later",
              "status": "skipped"
            }
          ],
          "counts": {
            "errored": 0,
            "failed": 1,
            "passed": 1,
            "skipped": 1,
            "total": 3
          },
          "digest": "sha256:[HASH]",
          "format": "junit",
          "name": "out/j.xml",
          "truncated": false
        }
      ],
      "summary": "test_result: passed=1 failed=1 skipped=1",
      "test_results": {
        "failed": 1,
        "passed": 1,
        "skipped": 1
      }
    }
    "#);
    insta::assert_snapshot!(proof(&scene.tell(&["work", "status", &claim.lease])), @r#"
    1  test_result: 1 passed, 1 failed, 1 skipped
       sha256:[HASH], payload sha256:[HASH], [TIME], motus-work:default
       junit out/j.xml, sha256:[HASH], 583 bytes
       failed: test_x::test_bad
    "#);
}

#[test]
fn reports_of_several_formats_and_artifacts_are_one_piece_of_evidence() {
    let (scene, claim) = scene();
    let words = [
        "--junit",
        "out/j.xml",
        "--tap",
        "t.tap",
        "--sarif",
        "s.sarif",
        "--cargo-json",
        "c.json",
        "--file",
        "t.tap",
        "--file",
        "out/j.xml",
        "--json",
    ];
    let told = parse(&scene.run(&add(&claim, &words)).expect_success().stdout);
    assert_eq!(
        text(&told, "read"),
        "passed=2 failed=2 skipped=1; error=2 warning=1 note=0 none=0; \
         compiler: error=0 warning=1; 2 artifacts"
    );
    let payload = payloads_in(&scene.show("latest")).pop().unwrap().1;
    let names = |list| {
        let items = payload.get(list).and_then(Value::as_array).unwrap().iter();
        items.map(|item| text(item, "name")).collect::<Vec<_>>()
    };
    assert_eq!(names("reports"), ["out/j.xml", "t.tap", "s.sarif", "c.json"]);
    assert_eq!(names("artifacts"), ["t.tap", "out/j.xml"]);
    assert_eq!(text(&payload, "summary"), "test_result: passed=2 failed=2 skipped=1");
}

#[test]
fn without_tests_what_was_read_is_the_summary() {
    let (scene, claim) = scene();
    let lease = claim.lease.as_str();
    let summary = |words: &[&str]| {
        succeed(scene.run(&[&["work", "evidence", lease], words].concat()));
        let payload = payloads_in(&scene.show("latest")).pop().unwrap().1;
        assert!(payload.get("test_results").unwrap().is_null());
        scene.scratch.mask().apply(&text(&payload, "summary"))
    };
    let sarif = summary(&["analysis_result", "--sarif", "s.sarif"]);
    assert_eq!(sarif, "analysis_result: error=2 warning=1 note=0 none=0");
    assert_eq!(summary(&["build", "--cargo-json", "c.json"]), "build: compiler: error=0 warning=1");
    let artifact = summary(&["artifact", "--file", "t.tap"]);
    assert_eq!(artifact, format!("artifact: sha256:[HASH], {} bytes", TAP.len()));
    assert_eq!(summary(&["diff", "--diff", "two files", "--file", "t.tap"]), "two files");
}

#[test]
fn a_report_may_come_through_standard_input_or_a_pipe() {
    let (scene, claim) = scene();
    let mut command = scene.motus(&add(&claim, &["--junit", "-", "--json"]));
    let told = capture_with_input(&mut command, JUNIT.as_bytes()).expect_success();
    assert_eq!(text(&parse(&told.stdout), "read"), "passed=1 failed=1 skipped=1");
    let payload = payloads_in(&scene.show("latest")).pop().unwrap().1;
    let reports = payload.get("reports").and_then(Value::as_array).unwrap();
    assert_eq!(reports[0].get("name"), Some(&Value::Null));

    assert!(Command::new("mkfifo").arg(scene.path("pipe")).status().unwrap().success());
    let reader = start(&mut scene.motus(&add(&claim, &["--tap", "pipe"])));
    fs::OpenOptions::new()
        .write(true)
        .open(scene.path("pipe"))
        .unwrap()
        .write_all(TAP.as_bytes())
        .unwrap();
    assert_eq!(
        finish(reader).expect_success().stdout_text().lines().last(),
        Some("Read: passed=1 failed=1 skipped=0")
    );
}

#[test]
fn what_cannot_be_evidence_is_a_usage_error() {
    let (scene, claim) = scene();
    let before = events(&scene);
    for words in [
        &["--junit", "out/j.xml", "--passed", "3"][..],
        &["--tap", "t.tap", "--failed", "0"],
        &["--cargo-json", "c.json", "--skipped", "0"],
        &["--junit", "-", "--tap", "-"],
        &["--file", "-"],
        &["--junit", ""],
    ] {
        let ended = scene.run(&add(&claim, words));
        assert_eq!(ended.code, Some(2), "{words:?}");
        assert!(ended.stderr_text().contains("error[usage.invalid]"), "{words:?}");
    }
    let many: Vec<&str> = std::iter::repeat_n(["--tap", "t.tap"], 65).flatten().collect();
    assert_eq!(scene.run(&add(&claim, &many)).code, Some(2));
    assert_eq!(events(&scene), before);
    succeed(scene.run(&add(&claim, &["--sarif", "s.sarif", "--passed", "3"])));
}

#[test]
fn a_report_that_is_malformed_is_refused_with_its_place_and_nothing_is_recorded() {
    let (scene, claim) = scene();
    let before = events(&scene);
    scene.scratch.write("broken.xml", "<testsuite>\n  <testcase name=\"é\"></testsuite>\n");
    insta::assert_snapshot!(scene.tell(&add(&claim, &["--junit", "broken.xml"])), @r#"
    exit 2
    --- stdout
    --- stderr
    error[evidence.malformed]: broken.xml:2:22: no report in junit: an end tag is not that of the innermost element
    hint: give what the tool wrote, unchanged; docs/evidence.md tells what is read
    "#);
    for (words, line, column) in [
        (["--tap", "out/j.xml"], 8, 1),
        (["--sarif", "t.tap"], 1, 1),
        (["--cargo-json", "s.sarif"], 1, 1),
        (["--junit", "s.sarif"], 1, 1),
    ] {
        // The others are read first, and are not recorded either.
        let ended = scene.run(&add(&claim, &[&words[..], &["--file", "t.tap", "--json"]].concat()));
        assert_eq!(ended.code, Some(2));
        assert!(ended.stdout.is_empty());
        let error = parse(&ended.stderr);
        assert_eq!(error_code(&ended), "evidence.malformed");
        let message = text(&error, "error");
        assert!(message.starts_with(&format!("{}:{line}:{column}: ", words[1])), "{message}");
    }
    assert_eq!(events(&scene), before);
}

#[test]
fn what_is_no_file_is_refused_and_not_waited_for() {
    let (scene, claim) = scene();
    let before = events(&scene);
    assert!(Command::new("mkfifo").arg(scene.path("pipe")).status().unwrap().success());
    symlink("nowhere", scene.path("dangling")).unwrap();
    for words in [
        ["--junit", "absent.xml"],
        ["--junit", "out"],
        ["--junit", "dangling"],
        ["--file", "absent"],
        ["--file", "out"],
        ["--file", "pipe"],
        ["--file", "dangling"],
    ] {
        let ended = scene.run(&add(&claim, &words));
        assert_eq!(ended.code, Some(2), "{words:?}");
        assert!(ended.stderr_text().contains("error[input.unreadable]"), "{words:?}");
    }
    assert_eq!(events(&scene), before);
    symlink("out/j.xml", scene.path("link.xml")).unwrap();
    succeed(scene.run(&add(&claim, &["--junit", "link.xml", "--file", "link.xml"])));
    assert!(recorded(&scene).contains(r#""name": "out/j.xml""#));
}

#[test]
fn nothing_that_a_report_says_beyond_names_is_left_in_the_store() {
    let (scene, claim) = scene();
    succeed(scene.run(&add(&claim, &["--junit", "out/j.xml", "--file", "out/j.xml"])));
    succeed(scene.run(&["work", "release", &claim.lease, "success"]));
    for entry in fs::read_dir(scene.path(".motus")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
            assert!(!has(b"hunter2"), "{}", path.display());
        }
    }
    let envelope = scene.run(&["receipt", &claim.run, "--format", "envelope"]).expect_success();
    scene.scratch.write("envelope.json", envelope.stdout);
    succeed(scene.run(&["receipt", "verify", "--strict", "envelope.json"]));
}

#[test]
fn counts_that_a_report_gives_otherwise_are_told_and_recorded() {
    let (scene, claim) = scene();
    scene.scratch.write("odd.xml", "<testsuite tests='5'><testcase name='a'/></testsuite>");
    let told = scene.run(&add(&claim, &["--junit", "odd.xml"])).expect_success();
    assert_eq!(
        told.stderr_text(),
        "notice: odd.xml gives other counts than its cases have; both are recorded\n"
    );
    let payload = recorded(&scene);
    assert!(payload.contains("\"declared\": {\n        \"total\": 5\n"), "{payload}");
}

#[test]
fn the_published_release_reads_such_evidence() {
    let test = "evidence::the_published_release_reads_such_evidence";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let (scene, claim) = scene();
    succeed(scene.run(&add(&claim, &["--junit", "out/j.xml", "--file", "t.tap"])));
    succeed(scene.run(&["work", "release", &claim.lease, "success"]));
    let ours = scene.run(&["work", "receipt", &claim.lease, "--json"]).expect_success();
    let words = ["work", "receipt", &claim.lease, "--json"];
    let theirs = capture(scene.scratch.command(program).args(words)).expect_success();
    let [ours, theirs] =
        [ours, theirs].map(|told| parse(&told.stdout).get("receipt").unwrap().clone());
    assert_eq!(text(&ours, "receipt_id"), text(&theirs, "receipt_id"));
    let evidence = theirs.get("evidence").and_then(Value::as_array).unwrap();
    let results = evidence[0].get("payload").and_then(|payload| payload.get("test_results"));
    assert_eq!(
        pretty::write(results.unwrap()),
        "{\n  \"failed\": 1,\n  \"passed\": 1,\n  \"skipped\": 1\n}"
    );
    let more = ["work", "evidence", &claim.lease, "test_result", "--passed", "1", "--json"];
    assert_eq!(scene.run(&more).code, Some(1));
}
