//! `motus wrap --evidence`: what a command leaves is read after it ended, and changes nothing about its end.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use motus_json::{Value, pretty};
use motus_testkit::harness::{Captured, Reference, capture, skip};

use crate::evidence::{JUNIT, proof};
use crate::support::{
    Draft, Python, Scene, WAIT_FOR_GO, finish, kind, parse, payloads_in, start, succeed, wait_until,
};
use crate::work::text;

/// Wraps a shell script that is expected to leave these files.
fn wrap(scene: &Scene, wanted: &[&str], script: &str) -> (Option<i32>, String) {
    let ended = scene.run(&words(wanted, script));
    (ended.code, scene.scratch.mask().apply(&ended.stderr_text()))
}

fn words<'a>(wanted: &[&'a str], script: &'a str) -> Vec<&'a str> {
    let mut words = vec!["wrap"];
    for file in wanted {
        words.extend(["--evidence", file]);
    }
    words.extend(["--", "sh", "-c", script]);
    words
}

/// Returns the evidence of the newest run, each with its kind.
fn evidence(scene: &Scene) -> Vec<(String, Value)> {
    let mut payloads = payloads_in(&scene.show("latest"));
    payloads.retain(|(kind, _)| kind.starts_with("evidence."));
    payloads
}

/// Returns which problem the only piece of evidence of the newest run tells.
#[track_caller]
fn problem(scene: &Scene) -> String {
    let [(kind, payload)] = evidence(scene).try_into().unwrap();
    assert_eq!(kind, "evidence.motus_wrap.report_problem");
    assert!(payload.get("test_results").unwrap().is_null());
    let problems = payload.get("problems").and_then(Value::as_array).unwrap();
    text(&problems[0], "problem")
}

/// Wraps a command that leaves a report and an artifact.
fn leave_both(scene: &Scene) -> Captured {
    scene.scratch.write("source.xml", JUNIT);
    let script = "echo out; mkdir out; cp source.xml out/j.xml; echo bytes > app; exit 3";
    scene.run(&words(&["junit:out/j.xml", "file:app"], script))
}

#[test]
fn what_a_command_leaves_is_evidence_of_its_run() {
    let scene = Scene::new();
    let ended = leave_both(&scene);
    insta::assert_snapshot!(scene.spell(&ended), @r#"
    exit 3
    --- stdout
    out
    --- stderr
    motus evidence: junit out/j.xml: passed=1 failed=1 skipped=1
    motus evidence: file app: sha256:[HASH], 6 bytes
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    let kinds: Vec<String> =
        payloads_in(&scene.show("latest")).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        [
            "adapter.wrap.start",
            "adapter.wrap.output_summary",
            "adapter.wrap.output_summary",
            "evidence.motus_wrap.test_result",
            "evidence.motus_wrap.artifact",
            "adapter.wrap.end"
        ]
    );
}

#[test]
fn counts_names_and_digests_are_recorded_and_nothing_else() {
    let scene = Scene::new();
    leave_both(&scene);
    let spelled: Vec<String> = evidence(&scene)
        .iter()
        .map(|(_, payload)| {
            crate::support::bare(&scene.scratch.mask().apply(&pretty::write(payload)))
        })
        .collect();
    insta::assert_snapshot!(spelled.join("\n"), @r#"
    {
      "evidence_type": "test_result",
      "idempotency_key": "wrap-start-[N]:evidence:1",
      "producer_id": "motus-wrap:[N]",
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
      "run_id": "run_[ID]",
      "summary": "test_result: passed=1 failed=1 skipped=1",
      "test_results": {
        "failed": 1,
        "passed": 1,
        "skipped": 1
      }
    }
    {
      "artifacts": [
        {
          "bytes": 6,
          "digest": "sha256:[HASH]",
          "name": "app"
        }
      ],
      "evidence_type": "artifact",
      "idempotency_key": "wrap-start-[N]:evidence:2",
      "producer_id": "motus-wrap:[N]",
      "run_id": "run_[ID]",
      "summary": "artifact: sha256:[HASH], 6 bytes",
      "test_results": null
    }
    "#);
}

#[test]
fn the_page_for_reviewers_names_reports_and_artifacts_by_their_digests() {
    let scene = Scene::new();
    leave_both(&scene);
    let page = scene.tell(&["run", "show", "latest", "--format", "markdown"]);
    insta::assert_snapshot!(proof(&page), @r#"
    1. stdout: 4 bytes, 1 line
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
    2. stderr: 0 bytes, 0 lines
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
    3. test\_result: 1 passed, 1 failed, 1 skipped
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
       - junit `out/j.xml`, `sha256:[HASH]`, 583 bytes
       - failed: `test_x::test_bad`
    4. artifact: sha256:[HASH], 6 bytes
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
       - artifact `app`, `sha256:[HASH]`, 6 bytes
    5. exit code 3 after [DURATION]
       - `sha256:[HASH]`, payload `sha256:[HASH]`, `[TIME]`, `motus-wrap`
    "#);
}

#[test]
fn a_report_that_is_missing_is_told_and_recorded_and_the_exit_code_stays() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&words(&["junit:deep/j.xml"], "exit 7")), @r#"
    exit 7
    --- stdout
    --- stderr
    warning[evidence.missing]: deep/j.xml is not there
    hint: let the command write it, or check the path
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(problem(&scene), "evidence.missing");
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
    insta::assert_snapshot!(scene.tell(&["wrap", "--evidence", "tap:t.tap", "--", "no-such-program"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: 'no-such-program'
    warning[evidence.missing]: t.tap is not there
    hint: let the command write it, or check the path
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(problem(&scene), "evidence.missing");
}

#[test]
fn a_report_that_is_malformed_is_recorded_with_its_place() {
    let scene = Scene::new();
    let script = "printf '<testsuite>\\n<testcase name=\"hunter2\"' > j.xml";
    insta::assert_snapshot!(scene.tell(&words(&["junit:j.xml"], script)), @r#"
    exit 0
    --- stdout
    --- stderr
    warning[evidence.malformed]: j.xml:2:1: no report in junit: tag not closed: `>` not found before end of input
    hint: give what the tool wrote, unchanged; docs/evidence.md tells what is read
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(problem(&scene), "evidence.malformed");
    let (_, payload) = evidence(&scene).pop().unwrap();
    let problems = pretty::write(payload.get("problems").unwrap());
    insta::assert_snapshot!(problems, @r#"
    [
      {
        "column": 1,
        "format": "junit",
        "line": 2,
        "name": "j.xml",
        "problem": "evidence.malformed"
      }
    ]
    "#);
}

#[test]
fn a_report_that_was_not_written_anew_is_stale() {
    let scene = Scene::new();
    scene.scratch.write("j.xml", JUNIT);
    let (code, told) = wrap(&scene, &["junit:j.xml"], "cat j.xml > /dev/null");
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(told, @r#"
    warning[evidence.stale]: j.xml was there before the command began, and the command did not write it
    hint: let the command write it anew; what it does not write shows nothing of it
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(problem(&scene), "evidence.stale");
    // The same content, written by the command, is its own.
    for script in
        ["cp j.xml k; cp k j.xml", "cp j.xml k; mv k j.xml", "cp j.xml k; rm j.xml; mv k j.xml"]
    {
        wrap(&scene, &["junit:j.xml"], script);
        let [(kind, _)] = evidence(&scene).try_into().unwrap();
        assert_eq!(kind, "evidence.motus_wrap.test_result", "{script}");
    }
}

#[test]
fn an_artifact_that_was_not_written_anew_is_evidence_and_marked() {
    let scene = Scene::new();
    scene.scratch.write("app", "bytes");
    let (code, told) = wrap(&scene, &["file:app"], "true");
    assert_eq!(code, Some(0));
    assert!(told.contains("warning[evidence.stale]: app was there"), "{told}");
    let [(kind, payload)] = evidence(&scene).try_into().unwrap();
    assert_eq!(kind, "evidence.motus_wrap.artifact");
    let artifacts = payload.get("artifacts").and_then(Value::as_array).unwrap();
    assert_eq!(artifacts[0].get("stale"), Some(&Value::from(true)));
    wrap(&scene, &["file:app"], "echo more >> app");
    let [(_, payload)] = evidence(&scene).try_into().unwrap();
    let artifacts = payload.get("artifacts").and_then(Value::as_array).unwrap();
    assert_eq!(artifacts[0].get("stale"), None);
}

#[test]
fn what_is_no_file_is_recorded_as_such_and_not_waited_for() {
    let scene = Scene::new();
    symlink("nowhere", scene.path("dangling")).unwrap();
    for (wanted, script, expected) in [
        ("junit:out", "mkdir out", "input.unreadable"),
        ("junit:pipe", "mkfifo pipe", "input.unreadable"),
        ("file:pipe2", "mkfifo pipe2", "input.unreadable"),
        ("junit:dangling", "true", "evidence.missing"),
        ("file:/dev/null", "true", "input.unreadable"),
        ("file:.motus/kernel-store.db", "true", "input.unreadable"),
        ("tap:.motus/kernel-store.db-wal", "true", "input.unreadable"),
        ("file:linked", "ln -s .motus/kernel-store.db linked", "input.unreadable"),
    ] {
        let (code, told) = wrap(&scene, &[wanted], script);
        assert_eq!(code, Some(0), "{wanted}");
        assert!(told.contains(&format!("warning[{expected}]")), "{wanted}: {told}");
        assert_eq!(problem(&scene), expected, "{wanted}");
    }
    wrap(&scene, &["junit:link.xml"], "printf '<testsuite/>' > real.xml; ln -s real.xml link.xml");
    let [(kind, payload)] = evidence(&scene).try_into().unwrap();
    assert_eq!(kind, "evidence.motus_wrap.test_result");
    assert!(pretty::write(&payload).contains(r#""name": "real.xml""#));
}

#[test]
fn a_file_that_says_to_be_longer_than_what_is_read_is_not_read() {
    let scene = Scene::new();
    for (wanted, length) in [("file:long", "65G"), ("junit:long", "257M")] {
        let began = Instant::now();
        let (code, told) = wrap(&scene, &[wanted], &format!("truncate -s {length} long"));
        assert_eq!(code, Some(0), "{wanted}");
        assert!(told.contains("warning[input.unreadable]"), "{wanted}: {told}");
        assert_eq!(problem(&scene), "input.unreadable", "{wanted}");
        assert!(began.elapsed() < Duration::from_secs(20), "{wanted}");
    }
}

#[test]
fn who_asks_for_an_end_gets_one_and_what_was_seen_is_recorded() {
    let scene = Scene::new();
    let wanted = ["file:long", "file:short", "file:longer"];
    // To read all of it takes minutes, and the signal comes when the command has ended.
    let script = "truncate -s 40G long; truncate -s 60G longer; echo short > short; \
        (sleep 1; kill -TERM $PPID) > /dev/null 2>&1 & exit 3";
    let began = Instant::now();
    let (code, told) = wrap(&scene, &wanted, script);
    assert_eq!(code, Some(3));
    insta::assert_snapshot!(told, @r#"
    warning[evidence.interrupted]: long was not read to its end: a signal asked for an end
    motus evidence: file short: sha256:[HASH], 6 bytes
    warning[evidence.interrupted]: longer was not read to its end: a signal asked for an end
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert!(began.elapsed() < Duration::from_secs(40));
    let kinds: Vec<_> = evidence(&scene).into_iter().map(|(kind, _)| kind).collect();
    let [artifact, problem] =
        ["artifact", "report_problem"].map(|it| format!("evidence.motus_wrap.{it}"));
    assert_eq!(kinds, [problem.clone(), artifact, problem]);
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
}

#[test]
fn what_cannot_be_asked_for_is_a_usage_error_and_nothing_runs() {
    let scene = Scene::new();
    for wanted in ["junit", "junit:", "xml:j.xml", "j.xml", "junit:-", ""] {
        let ended = scene.run(&words(&[wanted], "touch ran"));
        assert_eq!(ended.code, Some(2), "{wanted}");
    }
    let many: Vec<&str> = vec!["junit:j.xml"; 65];
    assert_eq!(scene.run(&words(&many, "touch ran")).code, Some(2));
    let unrecorded = ["wrap", "--no-record", "--evidence", "junit:j.xml", "--", "touch", "ran"];
    assert_eq!(scene.run(&unrecorded).code, Some(2));
    assert!(!scene.path("ran").exists() && !scene.store().exists());
    insta::assert_snapshot!(scene.tell(&["wrap", "--evidence", "xml:j.xml", "--", "true"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: invalid value 'xml:j.xml' for '--evidence <KIND:PATH>': it is KIND:PATH, with the kind junit, tap, sarif, cargo-json or file
    hint: add --help to see what it takes
    "#);
}

#[test]
fn a_quiet_wrapper_tells_only_what_is_wrong() {
    let scene = Scene::new();
    let words =
        ["wrap", "-q", "--evidence", "tap:t.tap", "--evidence", "tap:no.tap", "--", "sh", "-c"];
    let told = scene.run(&[&words[..], &["printf '1..0' > t.tap"]].concat()).expect_success();
    assert_eq!(
        told.stderr_text(),
        "warning[evidence.missing]: no.tap is not there\nhint: let the command write it, or check the path\n"
    );
}

#[test]
fn without_evidence_no_kind_of_it_enters_the_store() {
    let scene = Scene::new();
    scene.record();
    let exported = scene.run(&["run", "export", "--all"]).expect_success().stdout_text();
    assert!(!exported.contains("evidence."), "{exported}");
}

#[test]
fn evidence_of_an_end_that_the_store_refused_is_kept_and_recorded_later() {
    let Some(python) = Python::find("evidence_of_an_end_that_the_store_refused") else { return };
    let scene = Scene::new();
    // Short cases take the most room where an end is kept.
    let cases = "<testcase name='a'/>".repeat(6000);
    scene.scratch.write("source.xml", format!("<testsuite>{cases}</testsuite>"));
    let wanted = ["junit:a.xml", "junit:b.xml", "junit:no.xml"];
    let script = format!("cp source.xml a.xml; cp source.xml b.xml; {WAIT_FOR_GO}");
    let wrapper = start(&mut scene.motus(&words(&wanted, &script)));
    wait_until("the command runs", || scene.path("started").exists());
    python.sql(
        &scene.store(),
        "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'not today'); END",
    );
    scene.go();
    let ended = finish(wrapper).expect_success();
    assert!(ended.stderr_text().contains("it is kept in"), "{}", ended.stderr_text());
    let [file] = scene.spooled().try_into().unwrap();
    let bytes = fs::metadata(&file).unwrap().len();
    assert!((256 << 10..1 << 20).contains(&bytes), "{bytes}");
    python.sql(&scene.store(), "DROP TRIGGER refuse");
    succeed(scene.doctor(&["--fix"]));
    assert!(scene.spooled().is_empty());
    let evidence = evidence(&scene);
    assert_eq!(evidence.len(), 3);
    for (_, payload) in &evidence[..2] {
        let results = payload.get("test_results").unwrap();
        assert_eq!(results.get("passed").and_then(Value::as_u64), Some(6000));
        let reports = payload.get("reports").and_then(Value::as_array).unwrap();
        assert_eq!(reports[0].get("truncated"), Some(&Value::from(true)));
    }
}

#[test]
fn a_kind_that_would_refuse_evidence_is_not_taken_in() {
    let scene = Scene::new();
    scene.scratch.write("source.xml", JUNIT);
    succeed(scene.run(&words(&["junit:j.xml"], "cp source.xml j.xml")));
    let exported = scene.run(&["run", "export", "--all"]).expect_success().stdout_text();
    let name = "evidence.motus_wrap.test_result";
    let line = exported.lines().find(|line| line.contains(&format!("\"schema_kind\":\"{name}\"")));
    let ours = parse(line.unwrap()).get("kind_version").cloned().unwrap();
    let ours = text(&ours, "schema_json");
    let with = |from: &str, to: &str| {
        let kind = kind(name, &ours.replacen(from, to, 1));
        Draft { kind, ..Draft::new(1, 0) }.kind_line()
    };
    let import = ["run", "import", "-", "--db", "new.db"];
    let narrower = with("\"reports\":{\"type\":\"array\"}", "\"reports\":{\"type\":\"null\"}");
    assert_eq!(scene.feed(&import, narrower).code, Some(4));
    let wider = with("\"problems\":{", "\"notes\":{\"type\":\"string\"},\"problems\":{");
    succeed(scene.feed(&import, wider));
    let again =
        ["wrap", "--db", "new.db", "--evidence", "junit:j.xml", "--", "cp", "source.xml", "j.xml"];
    succeed(scene.run(&again));
    let listed =
        parse(&scene.run(&["run", "evidence", "latest", "--db", "new.db", "--json"]).stdout);
    assert_eq!(listed.get("count").and_then(Value::as_u64), Some(1));
}

#[test]
fn the_published_release_reads_such_a_run() {
    let test = "evidence_wrap::the_published_release_reads_such_a_run";
    let Some(reference) = Reference::or_skip(test) else { return };
    let program = reference.program();
    let scene = Scene::new();
    scene.scratch.write("source.xml", JUNIT);
    succeed(scene.run(&words(&["junit:j.xml", "junit:no.xml"], "cp source.xml j.xml")));
    let run = scene.column("id").unwrap();
    let ours = scene.run(&["run", "receipt", &run, "--json"]).expect_success();
    let receipt = ["work", "receipt", &run, "--json"];
    let theirs = capture(scene.scratch.command(program).args(receipt)).expect_success();
    let theirs = parse(&theirs.stdout).get("receipt").unwrap().clone();
    assert_eq!(text(&theirs, "receipt_id"), text(&parse(&ours.stdout), "receipt_id"));
    assert_eq!(theirs.get("evidence_ids").and_then(Value::as_array).map(<[_]>::len), Some(2));
    // It goes on recording in the same Store, and so do we.
    succeed(capture(scene.scratch.command(program).args(["wrap", "--", "true"])));
    succeed(scene.run(&words(&["junit:j.xml"], "cp source.xml j.xml")));
}

#[test]
fn a_wrapped_pytest_leaves_its_report() {
    let test = "evidence_wrap::a_wrapped_pytest_leaves_its_report";
    let probe = Command::new("python3").args(["-m", "pytest", "--version"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skip(test, "there is no pytest");
    }
    let scene = Scene::new();
    scene.scratch.write("test_x.py", "def test_a(): pass\ndef test_b(): assert 0\n");
    let wrapped = ["wrap", "--evidence", "junit:j.xml", "--"];
    let pytest = ["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=j.xml"];
    assert_eq!(scene.run(&[&wrapped[..], &pytest].concat()).code, Some(1));
    let [(_, payload)] = evidence(&scene).try_into().unwrap();
    assert_eq!(text(&payload, "summary"), "test_result: passed=1 failed=1 skipped=0");
}

#[test]
fn a_home_directory_behind_the_colon_is_meant_as_everywhere() {
    let scene = Scene::new();
    let script = format!("printf '%s' '{JUNIT}' > \"$HOME/j.xml\"");
    let (code, told) = wrap(&scene, &["junit:~/j.xml"], &script);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("warning") && told.contains("motus evidence: junit "), "{told}");
    let (code, told) = wrap(&scene, &["junit:~nobody/j.xml"], "touch ran");
    assert_eq!(code, Some(2), "{told}");
    assert!(told.starts_with("error[usage.home_unknown]: "), "{told}");
    assert!(!scene.path("ran").exists());
}

#[test]
fn a_report_that_is_there_twice_is_told() {
    let scene = Scene::new();
    scene.scratch.write("source.xml", JUNIT);
    let script = "cp source.xml r.xml; cp source.xml s.xml";
    let notice = "notice: r.xml has the same content as another report; both are counted";
    let (_, told) = wrap(&scene, &["junit:r.xml", "junit:./r.xml"], script);
    assert!(told.contains(notice), "{told}");
    let (_, told) = wrap(&scene, &["junit:r.xml"], script);
    assert!(!told.contains("notice"), "{told}");
}
