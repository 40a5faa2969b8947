//! What `motus release` tells a person to do, and what it tells unasked.

use std::fs;

use crate::release::{GENERATED, at, edit, finalized, next, release, set, text, words};
use crate::support::{Scene, error_code, parse, succeed};

/// The receipt is gone, and the source would give another one: no command makes the one that was recorded.
#[test]
fn a_receipt_that_cannot_be_made_again_has_to_be_restored() {
    let scene = Scene::new();
    finalized(&scene);
    fs::remove_file(at(&scene, "final-receipt.json")).unwrap();
    assert_eq!(next(&scene), "motus release finalize");
    edit(&scene, "release-source.json", |source| set(source, "closeout.summary", "another"));
    succeed(release(&scene, "sync"));
    let restore = "restore what was finalized, then motus release validate --final";
    assert_eq!(next(&scene), restore);
    assert_eq!(error_code(&scene.run(&words("finalize", &["--json"]))), "release.recorded");
}

#[test]
fn a_final_receipt_that_does_not_hold_is_told_though_nobody_asks_for_it() {
    let scene = Scene::new();
    finalized(&scene);
    let told = release(&scene, "validate").expect_success();
    assert_eq!(told.stderr_text(), "");
    for content in ["{", "[]", "{}"] {
        fs::write(at(&scene, "final-receipt.json"), content).unwrap();
        let told = release(&scene, "validate").expect_success();
        let warning = told.stderr_text();
        assert!(warning.starts_with("warning[release."), "{warning}");
        assert!(
            warning.contains("]: there is a final receipt, and it does not hold: "),
            "{warning}"
        );
        assert!(told.stdout_text().starts_with("Release workflow valid: "));
    }
}

/// `motus init` makes `.motus/releases/0.0.0/system`, which is no workspace of a release.
#[test]
fn a_release_of_that_name_can_be_made_beside_what_is_packaged() {
    let scene = Scene::new();
    succeed(scene.run(&["init"]));
    let id = ["--release-id", "0.0.0"];
    let run = |command: &str| scene.run(&[&["release", command], &id[..]].concat());
    succeed(run("scaffold"));
    succeed(run("validate"));
    assert!(scene.path(".motus/releases/0.0.0/system").is_dir());
    assert!(run("scaffold").stderr_text().starts_with("error[release.exists]"));
    succeed(scene.run(&["init"]));
}

#[test]
fn a_file_where_the_directory_of_releases_should_be_is_told() {
    let scene = Scene::new();
    scene.scratch.write("taken", "mine");
    for directory in ["taken", "taken/below"] {
        for command in ["scaffold", "sync", "validate", "finalize", "show"] {
            let told = scene.run(&words(command, &["--output-dir", directory, "--json"]));
            assert_eq!(error_code(&told), "release.not_a_directory", "{command}");
            let place = scene.path("taken").display().to_string();
            let message = format!("{place} is a file, not a directory");
            assert_eq!(text(&parse(&told.stderr), "error"), message, "{command}");
        }
    }
    succeed(scene.run(&words("scaffold", &["--output-dir", " "])));
    assert!(at(&scene, "release-source.json").is_file(), "blank is as good as none");
}

/// What can be done is told by the file that is wrong.
#[test]
fn hints_are_those_for_the_file() {
    let hint = |spoil: &dyn Fn(&Scene), more: &[&str]| {
        let scene = Scene::new();
        finalized(&scene);
        spoil(&scene);
        let told = scene.run(&words("validate", &[&["--json"], more].concat()));
        text(&parse(&told.stderr), "hint")
    };
    let spoiled =
        |path: &'static str| move |scene: &Scene| fs::write(at(scene, path), "{").unwrap();
    let gone = |path: &'static str| move |scene: &Scene| fs::remove_file(at(scene, path)).unwrap();
    for (hint, expected) in [
        (hint(&spoiled("release-source.json"), &[]), "mend it, or restore it"),
        (hint(&spoiled(GENERATED[0]), &[]), "so that nothing that was filled in is lost"),
        (hint(&spoiled(GENERATED[1]), &[]), "`motus release sync` makes it anew"),
        (hint(&spoiled("final-receipt.json"), &["--final"]), "restore the final receipt"),
        (hint(&gone("final-receipt.json"), &["--final"]), "`motus release finalize`"),
        (hint(&gone(GENERATED[1]), &[]), "`motus release sync`"),
    ] {
        assert!(hint.contains(expected), "{hint}");
    }
}
