//! Wrappers in a PID namespace whose `/proc` is that of the one around it: no number in there is taken for ours.

use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture, skip};

use super::is_whole;
use crate::support::{MOTUS, Scene, WAIT_FOR_GO, parse};

/// Runs a shell script, whose `$0` is `motus`, as the first process of a namespace that ends with it; `None`, with a
/// word, where there can be none.
fn in_namespace(scene: &Scene, test: &str, script: &str) -> Option<Captured> {
    let may = |options: &[&str]| {
        let ended = Command::new("unshare").args(options).arg("true").output();
        ended.is_ok_and(|ended| ended.status.success())
    };
    let ways: [&[&str]; 2] = [&["-pf", "--kill-child"], &["-Urpf", "--kill-child"]];
    let Some(options) = ways.into_iter().find(|options| may(options)) else {
        skip(test, "no PID namespace can be made here");
        return None;
    };
    let mut command = scene.scratch.command("unshare");
    Some(capture(command.args(options).args(["sh", "-c", script, MOTUS])))
}

#[test]
fn what_is_left_running_is_ended_and_nobody_else() {
    const TEST: &str = "what_is_left_running_is_ended_and_nobody_else";
    // The wrapper has the number 2: outside, the kernel's own have it, and it is the parent of many.
    const SCRIPT: &str = r#"
        "$0" wrap --allow write:out/ -- sh -c '
            n=0; until [ -e out/go ] || [ $n = 1000 ]; do sleep 0.02; n=$((n+1)); done
            sleep 61 & setsid sleep 62 & exit 3' &
        wrapper=$! strangers=
        for it in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 60 & strangers="$strangers $!"; done
        until [ -d out ]; do sleep 0.02; kill -0 $wrapper 2> /dev/null || exit 99; done
        : > out/go
        wait $wrapper; echo "ended with $?"
        # Whoever is dead is to be waited for: there is a number of a process until then.
        true & wait $!
        alive= number=2
        while [ $number -lt 500 ]; do
            kill -0 $number 2> /dev/null && alive="$alive $number"
            number=$((number + 1))
        done
        if [ "$alive" = "$strangers" ]; then echo "strangers live"; else echo "$alive, not $strangers"; fi
    "#;
    if !is_whole(TEST) {
        return;
    }
    let scene = Scene::new();
    let Some(told) = in_namespace(&scene, TEST, SCRIPT) else { return };
    let said = told.stderr_text();
    assert_eq!(told.stdout_text(), "ended with 3\nstrangers live\n", "{said}");
    assert!(said.contains("paths: /proc is not that of this PID namespace"), "{said}");
    assert!(!said.contains("not all was seen"), "{said}");
    let observed = scene.payload("adapter.wrap.scope_observed");
    assert_eq!(observed.get("level").and_then(Value::as_str), Some("enforced+snapshot"));
    assert_eq!(observed.get("left_running").and_then(Value::as_i64), Some(2));
}

#[test]
fn a_wrapper_that_lives_is_not_taken_for_dead() {
    const TEST: &str = "a_wrapper_that_lives_is_not_taken_for_dead";
    let script = format!(
        r#"unshare -m sh -c 'mount -t proc proc /proc && exec "$0" wrap -- sh -c "$1"' "$0" '{WAIT_FOR_GO}' & wrapper=$!
        until [ -e started ]; do sleep 0.02; kill -0 $wrapper 2> /dev/null || exit 99; done
        "$0" doctor --fix --json; : > go; wait $wrapper"#
    );
    let scene = Scene::new();
    let Some(told) = in_namespace(&scene, TEST, &script) else { return };
    if told.code == Some(99) {
        return skip(TEST, "no /proc can be mounted");
    }
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let report = parse(&told.stdout);
    let checks = report.get("checks").and_then(Value::as_array).unwrap();
    let named = |check: &&Value| check.get("name").and_then(Value::as_str) == Some("open_runs");
    let open = checks.iter().find(named).and_then(|check| check.get("message")?.as_str());
    assert!(
        open.is_some_and(|it| it.starts_with("Open, and its wrapper cannot be seen: run_")),
        "{open:?}"
    );
    assert_eq!(scene.column("outcome").as_deref(), Some("success"));
}

#[test]
fn where_nothing_is_stopped_and_nobody_looks_it_is_not_decided() {
    const TEST: &str = "where_nothing_is_stopped_and_nobody_looks_it_is_not_decided";
    const SCRIPT: &str = r#"
        "$0" wrap -q --learn=learned.yaml --allow write:out/ -- sh -c 'read it < /etc/passwd; echo 1 > out/f' || exit 98
        "$0" effects check latest | sed 's/, [0-9]* declared/, [N] declared/'
        "$0" effects check latest > checked; echo "exit $?"
        "$0" run show latest | grep Outside
    "#;
    if !is_whole(TEST) {
        return;
    }
    let scene = Scene::new();
    let Some(told) = in_namespace(&scene, TEST, SCRIPT) else { return };
    insta::assert_snapshot!(told.stdout_text(), @r"
    undecided: 1 effect observed, [N] declared, 0 denied, at level snapshot
    gap: nothing was stopped, and no attempt was seen
    gap: only what the watched directories held before and after was compared
    exit 1
    Outside     nothing that was seen
    ");
}
