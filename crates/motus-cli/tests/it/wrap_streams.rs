//! `motus wrap`: a command's input and output pass through, live and unchanged.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use motus_json::Value;
use motus_testkit::harness::{Captured, capture, capture_with_input};

use crate::support::{MOTUS, Scene, WAIT_FOR_GO, finish, succeed};

#[test]
fn both_streams_pass_unchanged_and_the_trailer_follows_on_stderr() {
    let scene = Scene::new();
    let ended = scene.wrap(r"printf 'a\000\377\r\nb'; printf 'c\033[1m' >&2");
    assert_eq!(ended.stdout, b"a\0\xff\r\nb");
    assert!(ended.stderr.starts_with(b"c\x1b[1m"));
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "sh", "-c", "echo out; echo err >&2"]), @r#"
    exit 0
    --- stdout
    out
    --- stderr
    err
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
}

#[test]
fn output_arrives_while_the_command_still_runs() {
    let scene = Scene::new();
    let script = format!("printf 'no line end'; {WAIT_FOR_GO}; echo");
    let mut command = scene.wrapping(&script);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let first = stdout.fill_buf().unwrap().to_vec();
    assert_eq!(child.try_wait().unwrap(), None);
    assert_eq!(first, b"no line end");
    scene.go();
    succeed(finish(child));
}

#[test]
fn a_large_output_arrives_whole() {
    let scene = Scene::new();
    let script = "head -c 5000000 /dev/urandom > sent; cat sent; cat sent >&2";
    let ended = scene.wrap(script).expect_success();
    let sent = fs::read(scene.path("sent")).unwrap();
    assert_eq!(sent.len(), 5_000_000);
    assert!(ended.stdout == sent, "stdout differs from what was sent");
    assert!(ended.stderr.starts_with(&sent), "stderr differs from what was sent");
}

#[test]
fn the_command_reads_our_input() {
    let scene = Scene::new();
    let mut command = scene.motus(&["wrap", "--", "cat"]);
    let ended = capture_with_input(&mut command, b"line\n\0\xfe");
    assert_eq!(ended.expect_success().stdout, b"line\n\0\xfe");
}

#[test]
fn a_process_left_behind_with_the_outputs_open_does_not_hold_us_up() {
    let scene = Scene::new();
    let started = Instant::now();
    let ended = scene.wrap("echo hi; sleep 8 & exit 0").expect_success();
    assert!(started.elapsed() < Duration::from_secs(6));
    assert_eq!(ended.stdout, b"hi\n");
    let output = scene.output("stdout");
    assert_eq!(output.get("byte_count").and_then(Value::as_u64), Some(3));
    assert_eq!(output.get("truncated").and_then(Value::as_bool), Some(true));
}

/// Runs a script that wraps a command as `"$0" wrap`, and returns what it wrote to `code`.
fn code_in(scene: &Scene, script: &str) -> (Captured, String) {
    let ended = capture(scene.scratch.command("sh").args(["-c", script, MOTUS]));
    (ended, fs::read_to_string(scene.path("code")).unwrap())
}

#[test]
fn output_that_cannot_be_written_is_told_and_is_no_success() {
    let scene = Scene::new();
    let (ended, code) = code_in(&scene, "\"$0\" wrap -- seq 10 > /dev/full; echo $? > code");
    assert_eq!(code, "1\n");
    let told = ended.stderr_text();
    let line = "warning[output.failed]: the command's stdout could not be written \
                (No space left on device); output was lost\n";
    assert!(told.contains(line), "{told}");
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
    let script = "\"$0\" wrap --no-record -- sh -c 'echo x; exit 5' > /dev/full; echo $? > code";
    let (ended, code) = code_in(&scene, script);
    assert_eq!((code.as_str(), ended.stderr_text().as_str()), ("5\n", line));
}

#[test]
fn output_beyond_the_size_limit_of_files_is_told_and_recorded() {
    let scene = Scene::new();
    scene.record();
    let script = "exec 2> told; ulimit -f 400; \"$0\" wrap -- seq 200000 > out; echo $? > code";
    let (_, code) = code_in(&scene, script);
    assert_eq!(code, "141\n");
    let told = fs::read_to_string(scene.path("told")).unwrap();
    assert!(told.contains("stdout could not be written (File too large)"), "{told}");
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
}

#[test]
fn a_command_that_ends_before_it_knows_that_nobody_reads_has_broken_its_pipe() {
    let scene = Scene::new();
    let script = "{ \"$0\" wrap -- sh -c 'until [ -e go ]; do sleep 0.02; done; echo x'; \
                  echo $? > code; } | { : > go; }; until [ -s code ]; do sleep 0.02; done";
    let (ended, code) = code_in(&scene, script);
    assert_eq!(code, "141\n");
    assert!(!ended.stderr_text().contains("warning"), "{}", ended.stderr_text());
}

#[test]
fn the_signal_mask_of_the_command_is_that_of_a_direct_start() {
    let scene = Scene::new();
    let mask = ["grep", "SigBlk", "/proc/self/status"];
    let direct = capture(scene.scratch.command(mask[0]).args(&mask[1..])).expect_success();
    let ended = scene.run(&[&["wrap", "--"], &mask[..]].concat()).expect_success();
    assert_eq!(ended.stdout_text(), direct.stdout_text());
}

#[test]
fn an_output_that_nobody_reads_any_more_ends_the_command() {
    let scene = Scene::new();
    let script = "{ \"$0\" wrap -- yes; echo $? > code; } | head -1";
    let ended = capture(scene.scratch.command("sh").args(["-c", script, MOTUS]));
    assert_eq!(ended.stdout, b"y\n");
    assert_eq!(fs::read_to_string(scene.path("code")).unwrap(), "141\n");
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
    let end = scene.payload("adapter.wrap.end");
    assert_eq!(end.get("interruption").and_then(Value::as_str), Some("broken output"));
}
