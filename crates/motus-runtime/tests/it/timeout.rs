//! The time allowed holds for the whole group and for an output nobody reads.

use crate::support::{Scene, has, is_running, skipped, wait_until};

#[test]
fn a_timeout_ends_the_whole_group() {
    let scene = Scene::new();
    let told = scene
        .run(&["--timeout", "300"], "sleep 30 & echo $! > one; sleep 30 & echo $! > two; sleep 30");
    told.check("end", "signaled:15");
    told.check("interruption", "timeout");
    assert_eq!(told.status, 124);
    for name in ["one", "two"] {
        let pid = scene.wait_for_pid(name);
        wait_until("the group to be gone", || !is_running(pid));
    }
}

#[test]
fn a_command_that_ignores_sigterm_is_killed_after_the_grace() {
    let scene = Scene::new();
    let script = "trap '' TERM; sleep 30 & echo $! > pid; while :; do sleep 1; done";
    let told = scene.run(&["--timeout", "200"], script);
    told.check("end", "signaled:9");
    told.check("interruption", "timeout");
    let pid = scene.wait_for_pid("pid");
    wait_until("the group to be gone", || !is_running(pid));
}

#[test]
fn zero_means_at_once() {
    let told = Scene::new().run(&["--timeout", "0"], "sleep 30");
    told.check("interruption", "timeout");
}

#[test]
fn a_fast_command_beats_a_long_timeout() {
    let told = Scene::new().run(&["--timeout", "60000"], "echo done");
    told.check("interruption", "none");
    assert_eq!((told.stdout.as_str(), told.status), ("done\n", 0));
}

#[test]
fn a_timeout_acts_although_nobody_reads_the_output() {
    let scene = Scene::new();
    let mut child = scene.supervise(&["--timeout", "300"]).arg("yes").spawn().unwrap();
    // Kept open and never read: the relay is blocked for good.
    let _unread = child.stdout.take();
    let told = scene.finish(child);
    told.check("end", "signaled:15");
    told.check("interruption", "timeout");
    assert!(told.get("stdout").ends_with("/false"), "{told:?}");
}

#[test]
fn a_timeout_covers_the_delivery_of_the_output() {
    let scene = Scene::new();
    let mut command = scene.supervise(&["--timeout", "300"]);
    let mut child = command.args(["head", "-c", "300000", "/dev/zero"]).spawn().unwrap();
    let _unread = child.stdout.take();
    let told = scene.finish(child);
    told.check("end", "exited:0");
    told.check("interruption", "timeout");
}

#[test]
fn a_timeout_reaches_a_command_that_left_its_group() {
    if !has("perl") {
        return skipped("a command that left its group", "there is no perl");
    }
    let scene = Scene::new();
    let script =
        "exec perl -e 'setpgrp(0, getpgrp(getppid())) or die; sleep 40; print q(survived)'";
    let told = scene.run(&["--timeout", "500"], script);
    told.check("end", "signaled:15");
    told.check("interruption", "timeout");
    assert_eq!((told.stdout.as_str(), told.status), ("", 124));
}
