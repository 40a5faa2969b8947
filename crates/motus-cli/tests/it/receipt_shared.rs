//! `motus receipt` of runs that the published 0.6.5 and this program have both written to.
//!
//! Needs `MOTUS_REFERENCE_065`.

use std::path::Path;

use motus_testkit::harness::{Captured, Reference, capture};

use crate::support::{Scene, parse, succeed};
use crate::work::{claim, text};

fn theirs(scene: &Scene, program: &Path, arguments: &[&str]) -> Captured {
    capture(scene.scratch.command(program).args(arguments)).expect_success()
}

#[track_caller]
fn their_claim(scene: &Scene, program: &Path) -> String {
    text(&parse(&theirs(scene, program, &["work", "claim", "T1", "--json"]).stdout), "lease_id")
}

/// Makes the documents of a run, and looks at them as strictly as can be.
fn verified(scene: &Scene, lease: &str) -> Captured {
    let files = ["envelope", "store-export", "manifest"].map(|format| {
        let told = scene.run(&["receipt", lease, "--format", format]).expect_success();
        let name = format!("{format}.json");
        scene.scratch.write(&name, &told.stdout);
        name
    });
    let files = files.each_ref().map(String::as_str);
    scene.run(&[&["receipt", "verify", "--strict"][..], &files].concat())
}

/// It writes microseconds, and this program the whole second that they lie in.
#[test]
fn documents_of_a_run_of_both_are_valid() {
    let Some(later) = Reference::later_or_skip("documents_of_a_run_of_both_are_valid") else {
        return;
    };
    let program = later.program();
    let evidence = |lease| ["work", "evidence", lease, "test_result", "--passed", "3"];
    let scene = Scene::new();
    let lease = their_claim(&scene, program);
    succeed(scene.run(&evidence(&lease)));
    succeed(scene.run(&["work", "release", &lease, "success"]));
    succeed(verified(&scene, &lease));
    let lease = claim(&scene, &["T2"]).lease;
    drop(theirs(&scene, program, &evidence(&lease)));
    succeed(scene.run(&["work", "release", &lease, "success"]));
    succeed(verified(&scene, &lease));
}

#[test]
fn the_failure_that_it_leaves_unexplained_is_found() {
    let test = "the_failure_that_it_leaves_unexplained_is_found";
    let Some(later) = Reference::later_or_skip(test) else { return };
    let program = later.program();
    let scene = Scene::new();
    let lease = their_claim(&scene, program);
    drop(theirs(&scene, program, &["work", "release", &lease, "failure"]));
    let told = verified(&scene, &lease);
    assert_eq!(told.code, Some(1));
    assert!(told.stdout_text().contains("error[failure-accepted]"), "{}", told.stdout_text());
}
