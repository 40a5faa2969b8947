//! `.ci/own-run.sh`: how this repository records its own tests, with tests that are made up.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture};

use crate::support::{MOTUS, Scene, parse, succeed};

/// What the test harness prints of a program whose tests pass, and of its documentation.
const PASSED: &str = r#"
running 3 tests
test tests::b<u8> & "more" ... ok
test tests::left_out ... ignored, slow, very
test tests::panics - should panic ... ok

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.07s

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 1 test
test src/lib.rs - one (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"#;

/// What it prints of a program one of whose tests fails, and printed what looks like results.
const FAILED: &str = "
running 2 tests
test good ... ok
test bad ... FAILED

failures:

---- bad stdout ----
test forged ... ok
running 7 tests


failures:
    bad

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.06s
";

/// Runs a block in the place of the tests, with the binary under test in the place of the one that was built.
fn record(scene: &Scene, block: &str) -> Captured {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.ci/own-run.sh");
    let built = scene.scratch.path().join("built");
    fs::create_dir_all(built.join("release")).unwrap();
    let _ = symlink(MOTUS, built.join("release/motus"));
    let mut command = scene.scratch.command("bash");
    command.args(["-euo", "pipefail", "-c", "source \"$1\"; recorded_tests \"$2\"", "bash"]);
    command.arg(script).arg(block).env("CARGO_TARGET_DIR", built);
    capture(&mut command)
}

fn own(scene: &Scene, name: &str) -> Value {
    parse(fs::read(scene.path("target/own-run").join(name)).unwrap())
}

fn printing(scene: &Scene, text: &str, code: u8) -> String {
    let file = scene.scratch.write("printed", text);
    format!("cat '{}'; exit {code}", file.display())
}

#[test]
fn tests_that_pass_leave_a_sound_receipt_with_their_results() {
    let scene = Scene::new();
    let captured = record(&scene, &printing(&scene, PASSED, 0));
    assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
    assert!(captured.stdout_text().contains(PASSED), "{}", captured.stdout_text());
    let report = fs::read_to_string(scene.path("target/own-run/tests.xml")).unwrap();
    insta::assert_snapshot!(report, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
    <testsuite name="program 1">
    <testcase name="tests::b&lt;u8&gt; &amp; &quot;more&quot;"></testcase>
    <testcase name="tests::left_out"><skipped/></testcase>
    <testcase name="tests::panics - should panic"></testcase>
    </testsuite>
    <testsuite name="program 2">
    </testsuite>
    <testsuite name="program 3">
    <testcase name="src/lib.rs - one (line 3)"></testcase>
    </testsuite>
    </testsuites>
    "#);
    assert_eq!(own(&scene, "receipt.json").get("outcome").and_then(Value::as_str), Some("success"));
    let export = fs::read_to_string(scene.path("target/own-run/export.json")).unwrap();
    assert!(export.contains("evidence.motus_wrap.test_result"), "{export}");
    succeed(scene.run(&["receipt", "verify", "--strict", "target/own-run/envelope.json"]));
}

#[test]
fn the_exit_code_is_that_of_the_tests_and_the_receipt_says_failure() {
    let scene = Scene::new();
    let captured = record(&scene, &printing(&scene, FAILED, 101));
    assert_eq!(captured.code, Some(101), "{}", captured.stderr_text());
    assert!(captured.stderr_text().contains("passed=1 failed=1 skipped=0"));
    assert_eq!(own(&scene, "receipt.json").get("outcome").and_then(Value::as_str), Some("failure"));
    // The next run begins from nothing, and one that does not get as far as tests has none to tell of.
    let captured = record(&scene, "echo 'error: could not compile' >&2; exit 3");
    assert_eq!(captured.code, Some(3), "{}", captured.stderr_text());
    assert!(captured.stderr_text().contains("no report of the tests: 0 were named and 0 counted"));
    assert!(!scene.path("target/own-run/tests.xml").exists());
    assert_eq!(own(&scene, "receipt.json").get("outcome").and_then(Value::as_str), Some("failure"));
}

#[test]
fn results_that_do_not_add_up_are_no_evidence_and_no_success() {
    let scene = Scene::new();
    let torn = PASSED.replace("test tests::left_out", "noisetest tests::left_out");
    let captured = record(&scene, &printing(&scene, &torn, 0));
    assert_eq!(captured.code, Some(1), "{}", captured.stderr_text());
    let stderr = captured.stderr_text();
    assert!(stderr.contains("no report of the tests: 3 were named and 4 counted"), "{stderr}");
    assert!(stderr.contains("the results of the tests are not in the record"), "{stderr}");
}

/// A machine starts it in the background, with interrupts ignored; tests send some, and record runs.
#[test]
fn the_tests_have_their_signals_and_not_our_store() {
    let scene = Scene::new();
    let block = format!(
        "echo ${{MOTUS_RUN_ID-none}} ${{MOTUS_KERNEL_STORE_PATH-none}}; bash -c 'kill -INT $$; echo alive' || true; \
         {}",
        printing(&scene, PASSED, 0)
    );
    let block = block.replace("exit 0", "true");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.ci/own-run.sh");
    record(&scene, "true");
    let mut command = scene.scratch.command("bash");
    command.args(["-c", "trap '' INT QUIT HUP; source \"$1\"; recorded_tests \"$2\"", "bash"]);
    command.arg(script).arg(block).env("CARGO_TARGET_DIR", scene.scratch.path().join("built"));
    let captured = capture(&mut command);
    assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
    let stdout = captured.stdout_text();
    assert!(stdout.contains("none none\n\nrunning") && !stdout.contains("\nalive"), "{stdout}");
}
