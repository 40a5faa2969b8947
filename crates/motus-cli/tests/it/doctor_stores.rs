//! `motus doctor` and Stores of other releases: named, and left as they are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use motus_testkit::harness::{capture, skip};

use crate::doctor::lines_of;
use crate::doctor_damage::complaints;
use crate::support::{Python, Scene};

/// The form of the two databases of release 0.4.0, as far as it matters here.
const COORDINATION: &str = "CREATE TABLE events (id TEXT, lease TEXT); \
    CREATE TABLE compiled_contracts (id); CREATE TABLE kernel_evidence (id); \
    CREATE TABLE roadmap_items (id)";
const CONTEXT_CACHE: &str = "CREATE TABLE outcomes (id); CREATE TABLE policy_bundles (id); \
    CREATE TABLE resource_specs (id); CREATE TABLE tool_specs (id)";

/// Finds a program that a variable names.
fn release(variable: &str, test: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from).filter(|program| program.exists());
    if found.is_none() {
        skip(test, &format!("{variable} names no program"));
    }
    found
}

#[track_caller]
fn run(scene: &Scene, program: &Path, arguments: &[&str]) {
    drop(capture(scene.scratch.command(program).args(arguments)).expect_success());
}

#[test]
fn records_of_release_040_are_named_and_left_alone() {
    let scene = Scene::new();
    scene.record();
    let nothing = "other_stores: pass - No Store of another release found";
    assert_eq!(lines_of(&scene, "other_stores", &[]), nothing);
    let home = scene.scratch.home().join(".motus");
    fs::create_dir_all(home.join("state/ledger")).unwrap();
    let coordination = home.join("coordination.db");
    fs::write(&coordination, "not looked into").unwrap();
    symlink("/nowhere/at/all", home.join("context_cache.db")).unwrap();
    scene.scratch.write(".motus/state/ledger/activity.jsonl", "{}\n");
    scene.scratch.write("../.mc/coordination.db", "");
    let told = lines_of(&scene, "other_stores", &[]);
    insta::assert_snapshot!(told, @"other_stores: pass - Release 0.4.0 left records here: [DIR]/home/.motus/coordination.db, [DIR]/home/.motus/context_cache.db, [DIR]/project/.motus/state/ledger/activity.jsonl. A release before it left a directory: [DIR]/.mc. Nothing of that is changed; runs are recorded in [DIR]/project/.motus/kernel-store.db");
    assert_eq!(lines_of(&scene, "other_stores", &["--fix"]), told);
    assert_eq!(fs::read(&coordination).unwrap(), b"not looked into");
    let listed = scene.run(&["run", "list"]).expect_success();
    assert!(listed.stderr.is_empty(), "{}", listed.stderr_text());
}

#[test]
fn a_place_that_cannot_be_looked_at_is_told() {
    let scene = Scene::new();
    scene.record();
    let home = scene.scratch.home();
    symlink(".motus", home.join(".motus")).unwrap();
    let told = lines_of(&scene, "other_stores", &[]);
    assert!(told.starts_with("other_stores: warn - cannot read [DIR]/home/.motus/coord"), "{told}");
    fs::remove_file(home.join(".motus")).unwrap();
    fs::write(home.join(".motus"), "a file").unwrap();
    let told = lines_of(&scene, "other_stores", &[]);
    assert!(told.starts_with("other_stores: pass - "), "{told}");
}

#[test]
fn a_database_of_release_040_is_refused_by_its_name() {
    let Some(python) = Python::find("a_database_of_release_040_is_refused_by_its_name") else {
        return;
    };
    for (name, tables) in [("coordination.db", COORDINATION), ("context_cache.db", CONTEXT_CACHE)] {
        let scene = Scene::new();
        let file = scene.path(name);
        python.sql(&file, tables);
        let before = fs::read(&file).unwrap();
        for arguments in [["run", "list"].as_slice(), &["wrap"], &["doctor", "--fix"]] {
            let end: &[&str] = if arguments == ["wrap"] { &["--", "touch", "ran"] } else { &[] };
            let refused = scene.run(&[arguments, &["--db", name], end].concat());
            assert_eq!(refused.code, Some(1), "{arguments:?}");
        }
        let told = scene.run(&["run", "list", "--db", name]).stderr_text();
        let message = "error[store.foreign]: the file is a Store of release 0.4.0, which no command \
            here reads or changes: ";
        assert!(told.starts_with(message), "{told}");
        assert!(told.contains("hint: name another file with --db"), "{told}");
        assert!(complaints(&scene, &["--db", name]).contains("a Store of release 0.4.0"));
        assert!(fs::read(&file).unwrap() == before, "the database was changed");
        assert!(!scene.path("ran").exists());
    }
}

#[test]
fn what_release_040_really_leaves_is_named_and_refused() {
    let test = "what_release_040_really_leaves_is_named_and_refused";
    let Some(program) = release("MOTUS_REFERENCE_040", test) else {
        return;
    };
    let scene = Scene::new();
    run(&scene, &program, &["install"]);
    run(&scene, &program, &["work", "claim", "ADHOC-FIRST-001", "--intent", "first"]);
    let told = lines_of(&scene, "other_stores", &[]);
    for file in ["coordination.db", "context_cache.db"] {
        assert!(told.contains(&format!("[DIR]/home/.motus/{file}")), "{told}");
        let file = scene.scratch.home().join(".motus").join(file);
        let listed = scene.run(&["run", "list", "--db", file.to_str().unwrap()]);
        assert!(listed.stderr_text().contains("a Store of release 0.4.0"));
    }
}

#[test]
fn a_store_in_which_release_065_recorded_is_used_and_said_to_be_one() {
    let test = "a_store_in_which_release_065_recorded_is_used_and_said_to_be_one";
    let Some(program) = release("MOTUS_REFERENCE_065", test) else {
        return;
    };
    let scene = Scene::new();
    run(&scene, &program, &["wrap", "--", "true"]);
    assert_eq!(
        lines_of(&scene, "store_release", &[]),
        "store_release: pass - Release 0.6.5 has recorded here; release 0.5.3 can no longer record a \
            wrapped command in this Store"
    );
    scene.record();
    let mixed = Scene::new();
    mixed.record();
    let line = "store_release: pass - No later release has recorded here";
    assert_eq!(lines_of(&mixed, "store_release", &[]), line);
    run(&mixed, &program, &["wrap", "--", "true"]);
    mixed.record();
    assert_eq!(
        lines_of(&mixed, "store_release", &[]),
        "store_release: pass - Release 0.6.5 has recorded here; every release can go on"
    );
    if let Some(published) = release("MOTUS_REFERENCE", test) {
        run(&mixed, &published, &["wrap", "--", "true"]);
        let refused = capture(scene.scratch.command(&published).args(["wrap", "--", "true"]));
        assert_eq!(refused.code, Some(1), "release 0.5.3 goes on where it is said not to");
    }
}

#[test]
fn kinds_that_no_known_release_registers_are_told() {
    let Some(python) = Python::find("kinds_that_no_known_release_registers_are_told") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    python.sql(
        &scene.store(),
        "INSERT INTO kind_versions SELECT schema_kind, 'sha256:x', schema_json, registered_at \
            FROM kind_versions WHERE schema_kind = 'adapter.wrap.end'",
    );
    assert_eq!(
        lines_of(&scene, "store_release", &[]),
        "store_release: pass - Another release has recorded here; every release can go on"
    );
}
