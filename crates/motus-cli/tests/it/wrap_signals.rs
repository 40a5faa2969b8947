//! `motus wrap`: a signal to the wrapper ends the command, and the run is closed. A single interrupt
//! is the command's own affair.

use std::fs;
use std::process::Stdio;

use motus_json::Value;
use motus_testkit::harness::skip;

use crate::support::{Scene, WAIT_FOR_GO, finish, is_alive, send, start, wait_until};

/// Sends a signal to the wrapper of a waiting command and checks how all of it ends.
#[track_caller]
fn check(signal: &str, number: i32) {
    check_with("", signal, number);
}

/// Does so with a command that does something else before.
#[track_caller]
fn check_with(first: &str, signal: &str, number: i32) {
    let scene = Scene::new();
    let script = format!("{first} echo $$ > child; sleep 60 & echo $! > grandchild; {WAIT_FOR_GO}");
    let wrapper = start(&mut scene.wrapping(&script));
    wait_until("the command runs", || scene.path("started").exists());
    send(signal, wrapper.id());
    let ended = finish(wrapper);
    assert_eq!(ended.code, Some(128 + number), "{}", ended.stderr_text());
    for name in ["child", "grandchild"] {
        let pid = fs::read_to_string(scene.path(name)).unwrap();
        wait_until("the group is gone", || !is_alive(&pid));
    }
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
    let end = scene.payload("adapter.wrap.end");
    let interruption = end.get("interruption").and_then(Value::as_str).map(str::to_owned);
    assert_eq!(interruption, Some(format!("signal {number}")));
    assert_eq!(end.get("timed_out").and_then(Value::as_bool), Some(false));
}

#[test]
fn a_request_to_terminate_ends_the_command() {
    check("TERM", 15);
}

#[test]
fn an_interrupt_ends_the_command() {
    check("INT", 2);
}

#[test]
fn a_hang_up_ends_the_command() {
    check("HUP", 1);
}

#[test]
fn an_alarm_ends_the_command() {
    check("ALRM", 14);
    check("XCPU", 24);
}

#[test]
fn a_command_that_calls_its_end_a_success_was_aborted_all_the_same() {
    check_with("trap 'exit 0' TERM;", "TERM", 15);
    check_with("trap 'exit 0' HUP;", "HUP", 1);
    check_with("trap 'exit 0' INT;", "INT", 2);
}

#[test]
fn a_command_that_ignores_the_signal_is_killed() {
    check_with("trap '' TERM;", "TERM", 15);
}

#[test]
fn a_command_that_takes_an_interrupt_and_goes_on_keeps_its_code() {
    let scene = Scene::new();
    // Longer than an interrupted command is waited for.
    let rest = "n=0; while [ $n -lt 130 ]; do sleep 0.02; n=$((n+1)); done; exit 6";
    let script = format!("trap ': > interrupted' INT; {WAIT_FOR_GO}; {rest}");
    let wrapper = start(&mut scene.wrapping(&script));
    wait_until("the command runs", || scene.path("started").exists());
    send("INT", wrapper.id());
    wait_until("the interrupt is taken", || scene.path("interrupted").exists());
    scene.go();
    let ended = finish(wrapper);
    assert_eq!(ended.code, Some(6), "{}", ended.stderr_text());
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
    assert_eq!(scene.payload("adapter.wrap.end").get("interruption"), None);
}

#[test]
fn a_signal_before_the_start_is_recorded_leaves_no_run() {
    const TEST: &str = "a_signal_before_the_start_is_recorded_leaves_no_run";
    let scene = Scene::new();
    let mut init = scene.scratch.command("git");
    if !init.args(["init", "--quiet", "."]).status().is_ok_and(|status| status.success()) {
        return skip(TEST, "no git");
    }
    // It is asked before the start, and waits for whoever writes there.
    let made = scene.scratch.command("mkfifo").arg(".git/settings").status();
    assert!(made.is_ok_and(|status| status.success()));
    fs::write(scene.path(".git/config"), "[include]\n\tpath = settings\n").unwrap();
    let mut writer = scene.scratch.command("sh");
    let writer = writer.args(["-c", "exec 3> .git/settings; : > asked; read -r line"]);
    let mut writer = writer.stdin(Stdio::piped()).spawn().unwrap();
    let wrapper = start(&mut scene.wrapping(": > started"));
    wait_until("git is asked", || scene.path("asked").exists());
    send("TERM", wrapper.id());
    let ended = finish(wrapper);
    assert_eq!(ended.code, Some(143), "{}", ended.stderr_text());
    drop(writer.stdin.take());
    assert!(writer.wait().is_ok());
    assert!(!scene.path("started").exists());
    let told = scene.run(&["run", "list", "--json"]).expect_success().stdout_text();
    assert!(!told.contains("run_"), "{told}");
}

#[test]
fn a_command_that_ignores_the_end_of_its_time_is_killed() {
    let scene = Scene::new();
    let script = format!("trap '' TERM; echo $$ > child; {WAIT_FOR_GO}");
    let arguments = ["wrap", "--timeout", "0.3", "--", "sh", "-c", &script];
    assert_eq!(scene.run(&arguments).code, Some(124));
    let pid = fs::read_to_string(scene.path("child")).unwrap();
    wait_until("the command is gone", || !is_alive(&pid));
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
}
