//! A wrapper that was killed leaves its run open; the doctor closes it, and no other.

use std::fs;

use crate::support::{Scene, WAIT_FOR_GO, finish, send, start, succeed, wait_until};

/// Kills the wrapper of a waiting command, and lets the command go.
fn kill_a_wrapper(scene: &Scene) {
    let wrapper = start(&mut scene.wrapping(WAIT_FOR_GO));
    wait_until("the command runs", || scene.path("started").exists());
    send("KILL", wrapper.id());
    assert_eq!(finish_killed(wrapper), Some(9));
    scene.go();
}

/// Waits for a killed wrapper alone: its command may hold the pipes.
fn finish_killed(mut wrapper: std::process::Child) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    wrapper.wait().unwrap().signal()
}

/// Returns the doctor's lines about open runs.
fn open_runs(scene: &Scene, arguments: &[&str]) -> String {
    let told = scene.spell(&scene.doctor(arguments));
    let lines: Vec<&str> =
        told.lines().skip_while(|line| !line.starts_with("open_runs")).take(2).collect();
    lines.join("\n")
}

#[test]
fn a_run_whose_wrapper_was_killed_is_told_and_closed_as_aborted() {
    let scene = Scene::new();
    kill_a_wrapper(&scene);
    assert_eq!(scene.column("outcome"), None);
    insta::assert_snapshot!(open_runs(&scene, &[]), @r#"
    open_runs: warn - Open, but its wrapper ended: run_[ID]
      next: close it as aborted with `motus doctor --fix`
    "#);
    assert_eq!(scene.column("outcome"), None);
    insta::assert_snapshot!(open_runs(&scene, &["--fix"]), @r#"
    open_runs: pass - Closed as aborted, its wrapper ended: run_[ID]
    leftovers: pass - No leftover files
    "#);
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      closed
    Intent      sh '[ARGUMENTS_OMITTED:2]'
    Source      motus-wrap (motus-wrap:[N])
    Directory   [DIR]/project
    Commit      none
    Started     [TIME]
    Ended       [TIME]
    Outcome     aborted
    Note        motus doctor: the wrapper ended without closing the run
    Accepted    not asked for, it was aborted
    Next        motus receipt run_[ID] --format envelope

       1  [TIME]  adapter.wrap.start            sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
    insta::assert_snapshot!(open_runs(&scene, &["--fix"]), @r#"
    open_runs: pass - 0 open runs, none abandoned
    leftovers: pass - No leftover files
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "receipt", "latest"]), @r#"
    exit 0
    --- stdout
    Receipt: sha256:[HASH]
    Run: run_[ID]
    Status: closed
    Outcome: aborted
    Recorded: [TIME]
    Accepted close: no
    Events: 1
    Evidence: 0
    Decisions: 0

    Summary: motus doctor: the wrapper ended without closing the run

    Next: inspect receipt and route summary
    --- stderr
    "#);
}

#[test]
fn a_run_whose_wrapper_lives_is_left_alone() {
    let scene = Scene::new();
    let wrapper = start(&mut scene.wrapping(&format!("{WAIT_FOR_GO}; exit 6")));
    wait_until("the command runs", || scene.path("started").exists());
    insta::assert_snapshot!(open_runs(&scene, &["--fix"]), @r#"
    open_runs: pass - 1 open run, none abandoned
    leftovers: pass - No leftover files
    "#);
    assert_eq!(scene.column("outcome"), None);
    scene.go();
    let ended = finish(wrapper);
    assert_eq!(ended.code, Some(6), "{}", ended.stderr_text());
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
}

#[test]
fn the_processes_of_a_killed_wrapper_do_not_disturb_the_next_run() {
    let scene = Scene::new();
    kill_a_wrapper(&scene);
    fs::remove_file(scene.path("started")).unwrap();
    succeed(scene.wrap("exit 0"));
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 0
    --- stdout
    RUN                                    STARTED               OUTCOME     TOOK  SOURCE      INTENT
    run_[ID]  [TIME]  success       [DURATION]  motus-wrap  sh '[ARGUMENTS_OMITTED:2]'
    run_[ID]  [TIME]  open           -  motus-wrap  sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "list", "--open"]), @r#"
    exit 0
    --- stdout
    RUN                                    STARTED               OUTCOME     TOOK  SOURCE      INTENT
    run_[ID]  [TIME]  open           -  motus-wrap  sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
}
