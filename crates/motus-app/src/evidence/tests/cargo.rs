//! The lines of cargo and of the test harness of Rust.

use motus_json::canonical;
use motus_ledger::report::Format::CargoJson;

use super::{read, recorded, refused, spelled, told};

/// As `cargo test --message-format=json -- -Z unstable-options --format json --report-time` writes it.
pub(super) const NIGHTLY: &str = r#"{"reason":"compiler-message","package_id":"path+file:///home/bob/demo#0.1.0","manifest_path":"/home/bob/demo/Cargo.toml","target":{"kind":["lib"],"name":"demo"},"message":{"rendered":"warning: hunter2","level":"warning","code":{"code":"unused_variables"},"spans":[]}}
{"reason":"compiler-artifact","package_id":"path+file:///home/bob/demo#0.1.0","fresh":false}
{"reason":"build-finished","success":true}
{ "type": "suite", "event": "started", "test_count": 4 }
{ "type": "test", "event": "started", "name": "tests::bad" }
{ "type": "test", "event": "started", "name": "tests::good" }
{ "type": "test", "name": "tests::good", "event": "ok", "exec_time": 0.000001462 }
output of a program that nobody captured
{ "type": "test", "event": "started", "name": "tests::left" }
{ "type": "test", "name": "tests::left", "event": "ignored", "message": "why not" }
{ "type": "test", "event": "timeout", "name": "tests::bad" }
{ "type": "test", "name": "tests::bad", "event": "failed", "exec_time": 0.263782678, "stdout": "hunter2\n" }
{ "type": "bench", "name": "tests::speed", "median": 12.5, "deviation": 3 }
{ "type": "suite", "event": "failed", "passed": 1, "failed": 1, "ignored": 1, "measured": 1, "filtered_out": 0, "exec_time": 0.265045304 }
{ "type": "suite", "event": "started", "test_count": 1 }
{ "type": "test", "event": "started", "name": "src/lib.rs - two (line 3)" }
{ "type": "test", "name": "src/lib.rs - two (line 3)", "event": "ok", "exec_time": 1 }
{ "type": "suite", "event": "ok", "passed": 1, "failed": 0, "ignored": 0, "measured": 0, "filtered_out": 0, "exec_time": 0.531296414 }
{ "type": "report", "total_time": 0.5, "compilation_time": 0.3 }
"#;

#[test]
fn tests_and_messages_of_the_compiler_are_counted() {
    let recorded = recorded(read(CargoJson, NIGHTLY).expect("a report"));
    assert_eq!(
        spelled(&recorded),
        "5 total, 3 passed, 1 failed, 0 errored, 1 skipped\n\
         passed 0 tests::good\nskipped null tests::left\nfailed 264 tests::bad\n\
         passed null tests::speed\npassed 1000 src/lib.rs - two (line 3)"
    );
    let diagnostics = canonical::store::write(recorded.get("diagnostics").expect("diagnostics"));
    assert_eq!(diagnostics, r#"{"build":"succeeded","messages":{"error":0,"warning":1}}"#);
    let all = canonical::store::write(&recorded);
    assert!(!all.contains("hunter2") && !all.contains("bob"), "{all}");
}

/// As `cargo test --message-format=json` of a stable toolchain writes it: the harness writes text.
pub(super) const STABLE: &str = r#"{"reason":"compiler-message","message":{"level":"error"}}
{"reason":"compiler-message","message":{"level":"failure-note"}}
{"reason":"compiler-message","message":{"level":"of tomorrow"}}
{"reason":"of tomorrow"}
{"reason":"build-finished","success":false}

running 1 test
test tests::good ... ok
"#;

#[test]
fn without_lines_of_the_harness_no_test_is_counted() {
    let recorded = recorded(read(CargoJson, STABLE).expect("a report"));
    assert!(recorded.get("counts").is_none() && recorded.get("cases").is_none());
    let diagnostics = canonical::store::write(recorded.get("diagnostics").expect("diagnostics"));
    assert_eq!(
        diagnostics,
        r#"{"build":"failed","messages":{"error":1,"failure-note":1,"other":1,"warning":0}}"#
    );
}

/// As `cargo nextest run --message-format libtest-json` writes it: what is left out is told twice.
pub(super) const NEXTEST: &str = r#"{"type":"suite","event":"started","test_count":3,"nextest":{"crate":"demo"}}
{"type":"test","event":"started","name":"demo::demo$tests::left"}
{"type":"test","event":"started","name":"demo::demo$tests::good"}
{"type":"test","event":"ignored","name":"demo::demo$tests::left"}
{"type":"test","event":"ok","name":"demo::demo$tests::good","exec_time":0.03242009}
{"type":"test","event":"started","name":"demo::demo$tests::late"}
{"type":"suite","event":"ok","passed":1,"failed":0,"ignored":1,"measured":0,"filtered_out":0,"exec_time":0.9}
{"type":"suite","event":"started","test_count":3}
{"type":"test","event":"failed","name":"demo::demo$tests::late","exec_time":0.030177792}
{"type":"suite","event":"failed","passed":0,"failed":1,"ignored":1,"measured":0,"filtered_out":2,"exec_time":0.03}
"#;

#[test]
fn nextest() {
    assert_eq!(
        told(CargoJson, NEXTEST),
        "3 total, 1 passed, 1 failed, 0 errored, 1 skipped\n\
         skipped null demo::demo$tests::left\npassed 32 demo::demo$tests::good\n\
         failed 30 demo::demo$tests::late"
    );
}

#[test]
fn a_program_of_tests_that_was_killed_is_an_error() {
    let begun = r#"{"type":"suite","event":"started","test_count":2}
{"type":"test","event":"started","name":"a"}
"#;
    assert_eq!(
        told(CargoJson, begun),
        "1 total, 0 passed, 0 failed, 1 errored, 0 skipped\nerrored null a"
    );
    let between = format!("{begun}{}", r#"{"type":"test","event":"ok","name":"a"}"#);
    assert_eq!(
        told(CargoJson, format!("{between}\n{}", r#"{"type":"suite","event":"started"}"#)),
        "3 total, 1 passed, 0 failed, 2 errored, 0 skipped\n\
         passed null a\nerrored null a suite has no end\nerrored null a suite has no end"
    );
}

#[test]
fn a_suite_that_counts_otherwise_is_told() {
    let report = r#"{"type":"suite","event":"started","test_count":2}
{"type":"test","event":"ok","name":"a"}
lost {"type":"test","event":"ok","name":"b"}
{"type":"suite","event":"ok","passed":2,"failed":0,"ignored":0,"measured":0}
"#;
    assert_eq!(
        told(CargoJson, report),
        "1 total, 1 passed, 0 failed, 0 errored, 0 skipped\ndeclared: 2 passed, 0 failed\npassed null a"
    );
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let neither = "1:1: it is a line of neither cargo nor the test harness";
    for (report, expected) in [
        ("", "1:1: there is no line of cargo or of the test harness in it"),
        ("test a ... ok\n", "2:1: there is no line of cargo or of the test harness in it"),
        ("{}\n", neither),
        ("{\"reason\":1}", neither),
        ("\n{\"reason\":", "2:11: input ends too early"),
        ("{\"type\":\"test\",\"event\":\"ok\"}", "1:1: a test has no name"),
        (
            "{\"type\":\"test\",\"name\":\"a\",\"event\":\"new\"}",
            "1:1: the event of a test is not known",
        ),
        ("{\"type\":\"suite\",\"event\":\"new\"}", "1:1: the event of a suite is not known"),
        ("{\"reason\":\"x\"} x", "1:16: data after the document"),
    ] {
        assert_eq!(refused(CargoJson, report), expected, "{report}");
    }
}
