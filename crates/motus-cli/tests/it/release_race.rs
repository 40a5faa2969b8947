//! Commands on one release by several processes at once.

use std::fs;
use std::process::{Child, Stdio};

use motus_json::Value;
use motus_testkit::harness::{Captured, skip};

use crate::release::{at, ready, release, text, words};
use crate::support::{Scene, error_code, finish, parse, start, succeed, wait_until};

/// Lets a command be run by everybody at once.
fn race(scene: &Scene, arguments: &[&str], number: usize) -> Vec<Captured> {
    let children: Vec<Child> = (0..number).map(|_| start(&mut scene.motus(arguments))).collect();
    children.into_iter().map(finish).collect()
}

/// Expects that one did it and that all others were told why they did not.
#[track_caller]
fn expect_one(ended: &[Captured], code: &str) -> Value {
    let (won, lost): (Vec<_>, Vec<_>) = ended.iter().partition(|ended| ended.code == Some(0));
    for lost in lost {
        assert_eq!((lost.code, error_code(lost).as_str()), (Some(1), code));
    }
    let [won] = won.as_slice() else { panic!("one wins, not {}", won.len()) };
    parse(&won.stdout)
}

#[test]
fn of_two_that_finalize_at_once_one_wins_and_the_other_is_told() {
    for _ in 0..20 {
        let scene = Scene::new();
        ready(&scene);
        let ended = race(&scene, &words("finalize", &["--json"]), 2);
        let won = expect_one(&ended, "release.final_exists");
        assert_eq!(text(&won, "pin"), "recorded");
        let told = scene.run(&words("validate", &["--final", "--json"])).expect_success();
        assert_eq!(text(&parse(&told.stdout), "recorded_receipt_hash"), text(&won, "receipt_hash"));
        let listed = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
        assert_eq!(listed.get("count").and_then(Value::as_u64), Some(1));
    }
}

#[test]
fn of_many_that_scaffold_at_once_one_makes_the_workspace() {
    for _ in 0..3 {
        let scene = Scene::new();
        expect_one(&race(&scene, &words("scaffold", &["--json"]), 12), "release.exists");
        succeed(release(&scene, "validate"));
        assert_eq!(fs::read_dir(scene.path(".motus/releases")).unwrap().count(), 1);
    }
}

#[test]
fn a_release_that_somebody_changes_is_waited_for_and_then_left() {
    let scene = Scene::new();
    let test = "release_race::a_release_that_somebody_changes_is_waited_for_and_then_left";
    ready(&scene);
    let script = "exec 9< .motus/releases/1.0.0 && flock 9 || exit 99; : > held; cat";
    let mut holder = scene.scratch.command("sh");
    let mut holder = holder.args(["-c", script]).stdin(Stdio::piped()).spawn().unwrap();
    wait_until("the lock is held", || {
        scene.path("held").exists() || holder.try_wait().unwrap().is_some()
    });
    if !scene.path("held").exists() {
        return skip(test, "there is no flock");
    }
    let waiting = start(&mut scene.motus(&words("sync", &["--json"])));
    let left = finish(start(&mut scene.motus(&words("finalize", &["--json"]))));
    assert_eq!((left.code, error_code(&left).as_str()), (Some(1), "release.busy"));
    assert_eq!(error_code(&finish(waiting)), "release.busy");
    // Looking waits for nobody.
    succeed(release(&scene, "validate"));
    let waiting = start(&mut scene.motus(&words("finalize", &["--json"])));
    drop(holder.stdin.take());
    holder.wait().unwrap();
    succeed(finish(waiting));
}

#[test]
fn many_that_synchronize_at_once_leave_one_workspace() {
    let scene = Scene::new();
    ready(&scene);
    for round in 0..3 {
        crate::release::edit(&scene, "release-source.json", |source| {
            crate::release::set(source, "thesis", format!("round {round}"));
        });
        let ended = race(&scene, &words("sync", &["--json"]), 12);
        let written = |ended: &Captured| {
            let told = parse(&ended.stdout);
            told.get("generated_files").and_then(Value::as_array).unwrap().len()
        };
        let mut written: Vec<usize> = ended.iter().map(written).collect();
        written.sort_unstable();
        assert_eq!(written.iter().filter(|number| **number == 9).count(), 1, "{written:?}");
        assert_eq!(written.iter().sum::<usize>(), 9);
        succeed(release(&scene, "validate"));
        assert_eq!(fs::read_dir(at(&scene, "generated/packets")).unwrap().count(), 6);
    }
}
