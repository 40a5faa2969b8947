//! `motus wrap --learn`: watched, and told what would have been needed.

use super::{is_whole, scoped};
use crate::support::Scene;

const SCRIPT: &str = "cat kept > out/a; echo more >> kept; exit 0";

fn scene() -> Scene {
    let scene = Scene::new();
    scene.scratch.write("kept", "old\n");
    scene.scratch.write("out/b", "");
    scene
}

#[test]
fn what_is_learned_is_printed_and_lets_the_same_pass() {
    if !is_whole("what_is_learned_is_printed_and_lets_the_same_pass") {
        return;
    }
    let scene = scene();
    let told = scoped(&scene, &["-q", "--learn"], SCRIPT);
    assert_eq!((told.code, told.stdout.len()), (Some(0), 0), "{}", told.stderr_text());
    let document = told.stderr_text();
    assert!(document.starts_with("motus_scope: \"0.1\"\n"), "{document}");
    assert!(!document.contains("motus scope:"), "what went on is in the document: {document}");
    scene.scratch.write("learned.yaml", &document);
    let checked = scene.run(&["scope", "check", "learned.yaml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stdout_text());
    let told = scoped(&scene, &["-q", "--scope", "learned.yaml"], SCRIPT);
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(0), ""));
}

#[test]
fn what_is_learned_is_kept_in_a_new_file_only() {
    if !is_whole("what_is_learned_is_kept_in_a_new_file_only") {
        return;
    }
    let scene = scene();
    let told = scoped(&scene, &["--learn=learned.yaml"], SCRIPT);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    assert!(told.stderr_text().contains("what was learned is in learned.yaml\n"));
    let document = std::fs::read_to_string(scene.path("learned.yaml")).unwrap();
    assert!(document.starts_with("motus_scope: \"0.1\"\n"), "{document}");
    let refused = scoped(&scene, &["--learn=learned.yaml"], "touch ran");
    insta::assert_snapshot!(scene.spell(&refused), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.file_exists]: there is something at [DIR]/project/learned.yaml already
    hint: name another file for what is learned, or move that one away
    ");
    assert!(!scene.path("ran").exists());
    assert_eq!(std::fs::read_to_string(scene.path("learned.yaml")).unwrap(), document);
}

#[test]
fn what_cannot_be_kept_is_printed() {
    if !is_whole("what_cannot_be_kept_is_printed") {
        return;
    }
    let scene = scene();
    let told = scoped(&scene, &["-q", "--learn=no/such/learned.yaml"], SCRIPT);
    assert_eq!(told.code, Some(0));
    let told = told.stderr_text();
    assert!(told.starts_with("warning[file.missing]: what was learned was not kept: "), "{told}");
    assert!(told.contains("\nmotus_scope: \"0.1\"\n"), "{told}");
}

#[test]
fn learning_and_enforcing_exclude_each_other() {
    let scene = Scene::new();
    let told = scoped(&scene, &["--learn", "--require", "enforced+observed"], "touch ran");
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: --learn stops nothing, so --require can be observed or snapshot with it
    hint: add --help to see what it takes
    ");
    assert!(!scene.path("ran").exists());
}

#[test]
fn a_directory_that_is_made_is_all_that_is_granted_however_it_came_to_be() {
    if !is_whole("a_directory_that_is_made_is_all_that_is_granted_however_it_came_to_be") {
        return;
    }
    let scene = scene();
    let script = "[ -e made ] || { mkdir draft && mv -T draft made && mkdir other; }; \
        cp /bin/true made/built && made/built; exit 0";
    let told = scoped(&scene, &["-q", "--learn=learned.yaml"], script);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let document = std::fs::read_to_string(scene.path("learned.yaml")).unwrap();
    insta::assert_snapshot!(document, @r#"
    motus_scope: "0.1"
    write:
      - "made/"
      - "other/"
    exec:
      - "made/"
    "#);
    std::fs::remove_dir_all(scene.path("made")).unwrap();
    let told = scoped(&scene, &["-q", "--scope", "learned.yaml"], script);
    assert_eq!((told.code, told.stderr_text().as_str()), (Some(0), ""));
    assert!(scene.path("made/built").exists());
}
