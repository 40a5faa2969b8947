//! Stores in which something else stands where a file should: an envelope for each verb, and never a wait.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::bad_input::every_verb;
use crate::support::{Scene, Tree};

const KEY: &str = "notebook.notes.a";
const PLACE: &str = "zones/notebook/notes/a.md";

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Expects that the entry is an `io_error` which names it, for each verb that opens it.
#[track_caller]
fn is_refused(scene: &Scene) {
    for words in [
        &["get", KEY][..],
        &["key", "uid", KEY],
        &["delete", KEY, "--as=agent"],
        &["key", "mv", KEY, "notebook.notes.b", "--as=agent"],
        &["key", "mv", KEY, "notebook.notes.b", "--as=agent", "--dry-run"],
    ] {
        scene.refused(words).expect("io_error", 64).naming("notebook/notes");
    }
    scene.put_refused(KEY, "agent", "{}").expect("io_error", 64).naming("notebook/notes");
    every_verb(scene);
    assert_eq!(scene.history(), [""; 0]);
}

#[test]
fn what_is_no_file_is_an_io_error() {
    let scene = Scene::new();
    let place = scene.root().join(PLACE);
    fs::create_dir_all(&place).unwrap();
    is_refused(&scene);
    fs::remove_dir(&place).unwrap();
    pipe(&place);
    is_refused(&scene);
    fs::remove_file(&place).unwrap();
    let socket = UnixListener::bind(&place).unwrap();
    is_refused(&scene);
    drop(socket);
}

#[test]
fn links_that_lead_out_are_an_io_error() {
    let scene = Scene::new();
    let outside = scene.scratch.write("secret.md", "---\nname: a\n---\nsecret\n");
    let place = scene.root().join(PLACE);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    for target in
        [outside.to_str().unwrap(), "../../../../secret.md", "/dev/zero", "/dev/tty", "/etc/passwd"]
    {
        symlink(target, &place).unwrap();
        is_refused(&scene);
        fs::remove_file(&place).unwrap();
    }
    assert_eq!(fs::read_to_string(&outside).unwrap(), "---\nname: a\n---\nsecret\n");
    symlink("a.md", &place).unwrap();
    is_refused(&scene);
}

#[test]
fn links_are_refused_wherever_they_lead() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/real.md", "real\n");
    scene.write("zones/knowledge/secret.md", "true\n");
    let place = scene.root().join(PLACE);
    for target in ["nowhere.md", "real.md", "../../knowledge/secret.md"] {
        symlink(target, &place).unwrap();
        is_refused(&scene);
        scene.refused(&["get", KEY]).naming("no link");
        let listed = scene.run(&["list", "--zone=notebook"]).expect_success();
        assert!(!listed.stdout_text().contains(KEY), "{target}");
        let warned = "warning: notebook/notes/a.md is not listed: no link is followed";
        assert!(listed.stderr_text().contains(warned), "{target}");
        fs::remove_file(&place).unwrap();
    }
    assert_eq!(scene.file("zones/knowledge/secret.md").unwrap(), "true\n");
}

#[test]
fn directories_that_are_links_do_not_lead_out() {
    let scene = Scene::new();
    scene.scratch.write("outside/a.md", "secret\n");
    fs::create_dir_all(scene.root().join("zones/notebook")).unwrap();
    let outside = scene.scratch.project().join("outside");
    symlink(&outside, scene.root().join("zones/notebook/notes")).unwrap();
    is_refused(&scene);
    assert_eq!(
        scene.run(&["list", "--zone=notebook"]).stdout_text(),
        "{\"protocol\":\"textus/3\",\"entries\":[]}\n"
    );
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    let scene = Scene::new();
    fs::rename(scene.root().join("zones"), scene.scratch.project().join("elsewhere")).unwrap();
    symlink(scene.scratch.project().join("elsewhere"), scene.root().join("zones")).unwrap();
    let before = Tree::of(&scene.scratch.project().join("elsewhere"));
    every_verb(&scene);
    scene.refused(&["get", KEY]).expect("io_error", 64);
    scene.put_refused(KEY, "agent", "{}").expect("io_error", 64);
    assert_eq!(Tree::of(&scene.scratch.project().join("elsewhere")), before);
}

#[test]
fn an_entry_of_more_than_a_megabyte_is_an_io_error() {
    let scene = Scene::new();
    scene.write(PLACE, vec![b'x'; (1 << 20) + 1]);
    for words in [&["get", KEY][..], &["key", "uid", KEY]] {
        scene.refused(words).expect("io_error", 64).naming("a.md").naming("1 MB");
    }
    scene.write(PLACE, vec![b'x'; 1 << 20]);
    scene.ok(&["get", KEY]);
    let sparse = fs::File::create(scene.root().join(PLACE)).unwrap();
    sparse.set_len(1 << 40).unwrap();
    scene.refused(&["get", KEY]).expect("io_error", 64);
    every_verb(&scene);
}

/// What stands where something of the store should be.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Directory,
    Pipe,
    Loop,
    Device,
    Garbage,
}

/// Puts something else in each place of a store that is read, and runs every verb.
fn each_part_is(kind: Kind) {
    for name in [
        "manifest.yaml",
        "audit.log",
        "role",
        "schemas",
        "schemas/person.yaml",
        "zones",
        "templates",
        "sentinels",
        "audit.log.1",
        "audit.log.1.meta.json",
        ".store.lock",
        "zones/notebook",
    ] {
        let scene = Scene::new();
        let place = scene.root().join(name);
        if place.is_dir() {
            fs::remove_dir_all(&place).unwrap();
        } else {
            let _ = fs::remove_file(&place);
        }
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        match kind {
            Kind::Directory => fs::create_dir(&place).unwrap(),
            Kind::Pipe => pipe(&place),
            Kind::Loop => symlink(place.file_name().unwrap(), &place).unwrap(),
            Kind::Device => symlink("/dev/zero", &place).unwrap(),
            Kind::Garbage => fs::write(&place, "\u{1}\u{0}[").unwrap(),
        }
        every_verb(&scene);
    }
}

#[test]
fn any_part_of_a_store_may_be_a_directory() {
    each_part_is(Kind::Directory);
}

#[test]
fn any_part_of_a_store_may_be_a_pipe() {
    each_part_is(Kind::Pipe);
}

#[test]
fn any_part_of_a_store_may_be_a_link_to_itself() {
    each_part_is(Kind::Loop);
}

#[test]
fn any_part_of_a_store_may_be_a_device() {
    each_part_is(Kind::Device);
}

#[test]
fn any_part_of_a_store_may_be_garbage() {
    each_part_is(Kind::Garbage);
}
