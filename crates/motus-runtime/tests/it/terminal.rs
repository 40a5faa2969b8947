//! Job control with a real shell on a real pseudo terminal, driven by `terminal.py`.

use std::path::Path;
use std::process::Command;

use crate::support::{SUPERVISE, Scene, has, skipped};

/// Runs one scenario of the script; what it saw is shown when it fails.
fn check(scenario: &str) {
    if !has("python3") || !has("bash") {
        return skipped(scenario, "needs python3 and bash");
    }
    let scene = Scene::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/terminal.py");
    let output = Command::new("python3")
        .args([script.as_os_str(), scenario.as_ref(), SUPERVISE.as_ref()])
        .current_dir(&scene.folder)
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&output.stdout);
    let failure = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}\n{seen}\n{failure}");
}

#[test]
fn the_command_is_in_the_foreground_and_the_foreground_returns() {
    check("foreground");
}

#[test]
fn the_interrupt_key_reaches_the_command() {
    check("interrupt");
}

#[test]
fn a_program_that_takes_the_interrupt_key_goes_on() {
    check("interrupt_survived");
}

#[test]
fn a_terminal_that_stops_writers_in_the_background_does_not_stop_us() {
    check("stopped_writers");
}

#[test]
fn the_stop_key_stops_both_and_fg_resumes_them() {
    check("stop_and_resume");
}

#[test]
fn a_script_around_us_stops_too() {
    check("stop_in_a_script");
}

#[test]
fn a_pipeline_keeps_the_foreground_until_the_command_needs_it() {
    check("pipeline");
}

#[test]
fn a_background_job_that_reads_the_terminal_waits_for_fg() {
    check("background");
}

#[test]
fn a_limit_of_time_runs_while_everybody_is_stopped() {
    check("stopped_for_too_long");
}

#[test]
fn without_a_shell_the_stop_key_stops_nothing() {
    check("session_leader");
}
