//! What git sees of a governed release: all of it, and nothing of the Store, whatever came first.

use std::fs;

use motus_testkit::harness::{capture, skip};

use crate::release::{GENERATED, ID, fill, release};
use crate::support::{Scene, succeed};

/// Returns what git would add below `.motus`.
fn offered(scene: &Scene) -> Vec<String> {
    let words = ["status", "--porcelain", "-uall", "--", ".motus"];
    let status = capture(scene.scratch.command("git").args(words)).expect_success().stdout_text();
    let mut offered: Vec<String> = status
        .lines()
        .map(|line| line.trim_start_matches("?? .motus/").to_owned())
        .filter(|name| name != ".gitignore")
        .collect();
    offered.sort();
    offered
}

fn files(more: &[&str]) -> Vec<String> {
    let names = GENERATED.iter().chain(&["release-source.json"]).chain(more);
    let mut files: Vec<String> = names.map(|name| format!("releases/{ID}/{name}")).collect();
    files.sort();
    files
}

#[test]
fn git_sees_a_release_and_nothing_of_the_store_in_every_order() {
    let test = "release_git::git_sees_a_release_and_nothing_of_the_store_in_every_order";
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return skip(test, "there is no git");
    }
    let begun: [&[&str]; 7] = [
        &[],
        &["wrap"],
        &["init"],
        &["wrap", "init"],
        &["init", "wrap"],
        &["older"],
        &["older workspace", "wrap"],
    ];
    for before in begun {
        let scene = Scene::new();
        succeed(capture(scene.scratch.command("git").args(["init", "-q", "."])));
        for step in before {
            match *step {
                "wrap" => scene.record(),
                "init" => succeed(scene.run(&["init"])),
                "older" => {
                    scene.record();
                    fs::write(scene.path(".motus/.gitignore"), "*\n").unwrap();
                }
                _ => {
                    let rules = "*\n!.gitignore\n!project/\n!project/config/\n!project/config/config.json\n";
                    scene.scratch.write(".motus/.gitignore", rules);
                    succeed(scene.run(&["init"]));
                }
            }
            assert_eq!(offered(&scene), Vec::<String>::new(), "{before:?}: {step}");
        }
        succeed(release(&scene, "scaffold"));
        assert_eq!(offered(&scene), files(&[]), "{before:?}: scaffold");
        fill(&scene);
        succeed(release(&scene, "sync"));
        succeed(scene.run(&["init"]));
        succeed(release(&scene, "finalize"));
        assert!(scene.store().exists());
        assert_eq!(offered(&scene), files(&["final-receipt.json"]), "{before:?}: finalize");
    }
}

#[test]
fn rules_that_somebody_wrote_stay() {
    let scene = Scene::new();
    scene.scratch.write(".motus/.gitignore", "*\n# ours\n");
    for command in ["scaffold", "sync"] {
        succeed(release(&scene, command));
        let rules = fs::read_to_string(scene.path(".motus/.gitignore")).unwrap();
        assert_eq!(rules, "*\n# ours\n");
    }
}
