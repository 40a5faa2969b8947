//! A store that its user may not write to, whole or in part: reading works, writing is refused whole.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use motus_testkit::harness::{Captured, capture, copy_program, skip};

use crate::agreement::require;
use crate::scene::{Scene, WRITER, put};

const NOBODY: &str = "65534";

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs the writer as a user who owns the store and is no superuser; `None` where nobody can be that.
fn as_nobody(test: &str, scene: &Scene, words: &[&str]) -> Option<Captured> {
    // The writer lies where nobody else may look.
    let program = scene.scratch.path().join("writer");
    copy_program(WRITER, &program).unwrap();
    let mut command = scene.scratch.command("setpriv");
    command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    command.arg(program).arg(scene.root()).args(words);
    let probe = Command::new("setpriv")
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "true"])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        skip(test, "this user cannot become another one");
        return None;
    }
    Some(capture(&mut command))
}

/// Makes a store that belongs to the user who will write to it.
fn scene() -> Scene {
    let scene = Scene::new();
    let store = scene.store();
    for key in ["notes.old", "queue.p", "main"] {
        put(&store, key, "text\n").unwrap();
    }
    for path in [scene.scratch.path().to_owned(), scene.scratch.project()] {
        set_mode(&path, 0o755);
    }
    let _ = Command::new("chown").args(["-R", NOBODY]).arg(scene.root()).output();
    scene
}

fn content(scene: &Scene) -> Vec<(String, Option<String>)> {
    let names = scene.names().into_iter().filter(|name| name != ".store.lock");
    names.map(|name| (name.clone(), scene.text(&name))).collect()
}

#[track_caller]
fn check(test: &str, read_only: &[&str], mode: u32, words: &[&str]) {
    let scene = scene();
    let before = content(&scene);
    for relative in read_only {
        set_mode(&scene.root().join(relative), mode);
    }
    let Some(ended) = as_nobody(test, &scene, words) else { return };
    for relative in read_only {
        set_mode(&scene.root().join(relative), 0o755);
    }
    let told = ended.stdout_text();
    assert!(told.starts_with("refused io_error"), "{read_only:?}: {told}{}", ended.stderr_text());
    assert!(told.contains("Permission denied"), "{read_only:?}: {told}");
    assert!(content(&scene) == before, "{read_only:?}: {:?}", scene.names());
    require(&scene, "after a refusal");
}

#[test]
fn a_place_that_cannot_be_written_refuses_the_whole_change() {
    let test = "read_only::a_place_that_cannot_be_written_refuses_the_whole_change";
    check(test, &["", ".store.lock"], 0o555, &["put", "notes.old", "new\n"]);
    check(test, &["audit.log"], 0o444, &["put", "notes.old", "new\n"]);
    check(test, &["zones/notes"], 0o555, &["put", "notes.old", "new\n"]);
    check(test, &["zones/notes"], 0o555, &["put", "notes.deep.new", "new\n"]);
    check(test, &["zones/notes"], 0o555, &["delete", "notes.old"]);
    check(test, &["zones/notes"], 0o555, &["mv", "notes.old", "queue.new"]);
    check(test, &["zones/queue"], 0o555, &["mv", "notes.old", "queue.new"]);
    check(test, &["zones/queue"], 0o555, &["accept", "main", "queue.p"]);
    check(test, &["zones"], 0o555, &["accept", "main", "queue.p"]);
}

/// A sticky directory of somebody else's: its files may be replaced by nobody, and no check tells before.
#[test]
fn a_step_that_fails_after_another_was_done_takes_it_back() {
    let test = "read_only::a_step_that_fails_after_another_was_done_takes_it_back";
    let scene = scene();
    let queue = scene.zones().join("queue");
    let owned = Command::new("chown").args(["-R", "0"]).arg(&queue).output();
    if !owned.is_ok_and(|output| output.status.success()) {
        return skip(test, "this user cannot give files away");
    }
    set_mode(&queue, 0o1777);
    let before = content(&scene);
    let Some(ended) = as_nobody(test, &scene, &["accept", "main", "queue.p"]) else { return };
    let told = ended.stdout_text();
    let is_refused = told.starts_with("refused io_error") && told.contains("not permitted");
    assert!(is_refused, "{told}{}", ended.stderr_text());
    assert!(content(&scene) == before, "{:?}", scene.names());
    let Some(ended) = as_nobody(test, &scene, &["mv", "queue.p", "notes.new.er"]) else { return };
    assert!(ended.stdout_text().contains("not permitted"), "{}", ended.stdout_text());
    assert!(content(&scene) == before, "{:?}", scene.names());
    require(&scene, "after being taken back");
}

#[test]
fn reading_needs_no_right_to_write() {
    let scene = scene();
    for relative in ["zones/notes", "zones", "", "audit.log", ".store.lock"] {
        let path = scene.root().join(relative);
        set_mode(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    let store = scene.store();
    assert!(store.read_path("notes/old.md").unwrap().is_some());
    assert_eq!(store.list(textus::Selection::default()).unwrap().rows.len(), 3);
    assert_eq!(store.journal().rows_after(0).unwrap().len(), 3);
    assert_eq!(store.unfinished().unwrap(), []);
    for relative in ["", "zones", "zones/notes"] {
        set_mode(&scene.root().join(relative), 0o755);
    }
}
