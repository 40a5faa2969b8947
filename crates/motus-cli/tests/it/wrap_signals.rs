//! `motus wrap`: a signal to the wrapper ends the command, and the run is closed.

use std::fs;

use motus_json::Value;

use crate::support::{Scene, WAIT_FOR_GO, finish, is_alive, send, start, wait_until};

/// Sends a signal to the wrapper of a waiting command and checks how all of it ends.
#[track_caller]
fn check(signal: &str, number: i32) {
    let scene = Scene::new();
    let script = format!("echo $$ > child; sleep 60 & echo $! > grandchild; {WAIT_FOR_GO}");
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
fn a_command_that_ignores_the_signal_is_killed() {
    let scene = Scene::new();
    let script = format!("trap '' TERM; echo $$ > child; {WAIT_FOR_GO}");
    let arguments = ["wrap", "--timeout", "0.3", "--", "sh", "-c", &script];
    assert_eq!(scene.run(&arguments).code, Some(124));
    let pid = fs::read_to_string(scene.path("child")).unwrap();
    wait_until("the command is gone", || !is_alive(&pid));
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
}
