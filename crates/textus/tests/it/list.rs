//! Which entries there are, and which files are none.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use textus::{Listing, Selection};

use crate::scene::{Scene, put};

fn scene() -> Scene {
    let scene = Scene::new();
    for path in [
        "main.md",
        "notes/b.md",
        "notes/a/b.md",
        "notes/a/c/d.md",
        "notes/a.md",
        "notes/ab.md",
        "notes/a-b.md",
        "notes/.hidden.md",
        "notes/.git/x.md",
        "notes/other.txt",
        "notes/Bad.md",
        "notes/Bad Dir/x.md",
        "notes/inner/shadowed.md",
        "elsewhere/x.md",
        "data/x.yaml",
        "data/x.yml",
        "data/y.yml",
        "data/z.json",
        "skills/SKILL.md",
        "skills/one/SKILL.md",
        "skills/one/README.md",
        "skills/one/two/SKILL.md",
        "notes/1/2/3/4/5/6/7.md",
        "notes/1/2/3/4/5/6/7/8.md",
        "queue/q.md",
        "undeclared/x.md",
    ] {
        scene.write(&format!("zones/{path}"), "");
    }
    scene
}

fn keys(listing: &Listing<'_>) -> Vec<String> {
    listing.rows.iter().map(|row| row.key.as_str().to_owned()).collect()
}

#[test]
fn every_file_that_has_a_key_is_listed_under_it_once() {
    let scene = scene();
    let store = scene.store();
    let listing = store.list(Selection::default()).unwrap();
    let rows: Vec<String> = listing
        .rows
        .iter()
        .map(|row| format!("{} {} {}", row.key, row.entry.key, row.path))
        .collect();
    assert_eq!(
        rows,
        [
            "data.x data data/x.yaml",
            "data.y data data/y.yml",
            "main main main.md",
            "notes.1.2.3.4.5.6.7 notes notes/1/2/3/4/5/6/7.md",
            "notes.a notes notes/a.md",
            "notes.a-b notes notes/a-b.md",
            "notes.a.b notes notes/a/b.md",
            "notes.a.c.d notes notes/a/c/d.md",
            "notes.ab notes notes/ab.md",
            "notes.b notes notes/b.md",
            "notes.inner.x notes.inner elsewhere/x.md",
            "queue.q queue queue/q.md",
            "skills.one skills skills/one/SKILL.md",
            "skills.one.two skills skills/one/two/SKILL.md",
        ]
    );
    let mut unnamed: Vec<&str> = listing.unnamed.iter().map(|file| file.path.as_str()).collect();
    unnamed.sort_unstable();
    assert_eq!(unnamed, ["notes/1/2/3/4/5/6/7/8.md", "notes/Bad Dir/x.md", "notes/Bad.md"]);
    for row in &listing.rows {
        let resolution = store.manifest().resolve(&row.key).unwrap();
        assert_eq!(store.place_of(&resolution).unwrap(), row.path, "{}", row.key);
    }
}

#[test]
fn a_prefix_is_one_of_segments() {
    let scene = scene();
    let store = scene.store();
    let with = |prefix: &str| {
        let selection = Selection { prefix: Some(prefix), ..Selection::default() };
        keys(&store.list(selection).unwrap()).join(" ")
    };
    assert_eq!(with("notes.a"), "notes.a notes.a.b notes.a.c.d");
    assert_eq!(with("notes.a.c"), "notes.a.c.d");
    assert_eq!(with("notes.a.b"), "notes.a.b");
    assert_eq!(with("notes.inner"), "notes.inner.x");
    assert_eq!(with("notes.inner.x"), "notes.inner.x");
    assert_eq!(with("data.y"), "data.y");
    assert_eq!(with("main"), "main");
    assert_eq!(with("skills.one"), "skills.one skills.one.two");
    assert_eq!(with("skills.one.two"), "skills.one.two");
    assert_eq!(with("queue"), "queue.q");
    for none in ["no", "note", "main.x", "notes.zz", "data.x.y", "", "a.", "Notes", "skills.two"] {
        assert_eq!(with(none), "", "{none}");
    }
}

/// A prefix gives what filtering the whole list would.
#[test]
fn a_prefix_finds_what_the_whole_list_has_below_it() {
    let scene = scene();
    let store = scene.store();
    let all = keys(&store.list(Selection::default()).unwrap());
    let mut prefixes: Vec<String> = all.clone();
    for key in &all {
        let ends = key.match_indices('.').map(|(at, _)| key[..at].to_owned());
        prefixes.extend(ends);
    }
    for prefix in prefixes {
        let selection = Selection { prefix: Some(&prefix), ..Selection::default() };
        let below = |key: &&String| **key == prefix || key.starts_with(&format!("{prefix}."));
        let expected: Vec<String> = all.iter().filter(below).cloned().collect();
        assert_eq!(keys(&store.list(selection).unwrap()), expected, "{prefix}");
    }
}

#[test]
fn a_zone_and_a_number_restrict() {
    let scene = scene();
    let store = scene.store();
    let queue = Selection { zone: Some("queue"), ..Selection::default() };
    assert_eq!(keys(&store.list(queue).unwrap()), ["queue.q"]);
    let none = Selection { zone: Some("absent"), ..Selection::default() };
    assert!(store.list(none).unwrap().rows.is_empty());
    let few = Selection { most: Some(3), ..Selection::default() };
    assert_eq!(store.list(few).unwrap().rows.len(), 3);
}

#[test]
fn without_zones_nothing_is_listed_until_something_is_written() {
    let scene = Scene::new();
    fs::remove_dir(scene.zones()).unwrap();
    let store = scene.store();
    assert!(store.list(Selection::default()).unwrap().rows.is_empty());
    put(&store, "notes.a", "x").unwrap();
    assert_eq!(keys(&store.list(Selection::default()).unwrap()), ["notes.a"]);
}

/// Runs itself as another user where this one may read everything.
#[test]
fn a_directory_that_may_not_be_read_is_told() {
    let test = "list::a_directory_that_may_not_be_read_is_told";
    let scene = scene();
    let closed = scene.zones().join("notes/a");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        let program = scene.scratch.path().join("tests");
        let current = std::env::current_exe().unwrap();
        motus_testkit::harness::copy_program(current, &program).unwrap();
        fs::set_permissions(scene.scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = scene.scratch.command("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        let can_change = command.arg("true").output().is_ok_and(|output| output.status.success());
        if !can_change {
            return motus_testkit::harness::skip(test, "this user cannot become another one");
        }
        let mut command = scene.scratch.command("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        let shared = scene.scratch.path().join("shared-temporary");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        command.env("TMPDIR", shared).arg(program).args(["--exact", test]);
        let ended = motus_testkit::harness::capture(&mut command);
        assert!(ended.stdout_text().contains("1 passed"), "{}", ended.stdout_text());
        return;
    }
    let store = scene.store();
    let listing = store.list(Selection::default()).unwrap();
    assert_eq!(listing.unreadable, ["notes/a"]);
    assert!(keys(&listing).contains(&"notes.ab".to_owned()));
    assert!(!keys(&listing).contains(&"notes.a.b".to_owned()));
    assert_eq!(store.unfinished().unwrap(), []);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}
