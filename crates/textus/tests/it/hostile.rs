//! Places that are no entries: told by a code, without waiting and without leaving `zones/`.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use textus::{Selection, Store};
use textus_core::{Code, Key};

use crate::scene::{Scene, delete, path, put};

/// A store with one of everything in the place of a note.
fn hostile() -> Scene {
    let scene = Scene::new();
    let notes = scene.zones().join("notes");
    scene.write("zones/notes/fine.md", "fine\n");
    scene.write("secret.md", "secret\n");
    fs::create_dir(notes.join("directory.md")).unwrap();
    assert!(Command::new("mkfifo").arg(notes.join("pipe.md")).status().unwrap().success());
    symlink("fine.md", notes.join("inside.md")).unwrap();
    symlink("../../secret.md", notes.join("outside.md")).unwrap();
    symlink("/etc/passwd", notes.join("absolute.md")).unwrap();
    symlink("nothing.md", notes.join("dangling.md")).unwrap();
    symlink("loop.md", notes.join("loop.md")).unwrap();
    symlink("/dev/zero", notes.join("device.md")).unwrap();
    symlink("../..", notes.join("up")).unwrap();
    fs::File::create(notes.join("large.md")).unwrap().set_len(1 << 40).unwrap();
    scene
}

const BAD: [&str; 10] = [
    "directory",
    "pipe",
    "inside",
    "outside",
    "absolute",
    "dangling",
    "loop",
    "device",
    "large",
    "up.secret",
];

fn read(store: &Store, key: &str) -> Result<Option<String>, Code> {
    let key = Key::parse(key).unwrap();
    let resolution = store.manifest().resolve(&key).unwrap();
    let read = store.read_entry(&resolution).map_err(|error| error.code());
    read.map(|file| file.map(|file| String::from_utf8(file.bytes).unwrap()))
}

#[test]
fn reading_tells_what_is_there() {
    let scene = hostile();
    let store = scene.store();
    assert_eq!(read(&store, "notes.fine"), Ok(Some("fine\n".to_owned())));
    for absent in ["notes.absent", "notes.fine.below", "notes.no.such"] {
        assert_eq!(read(&store, absent), Ok(None), "{absent}");
    }
    for bad in BAD {
        assert_eq!(read(&store, &format!("notes.{bad}")), Err(Code::IoError), "{bad}");
    }
}

#[test]
fn writing_refuses_what_cannot_be_read_and_touches_nothing_outside() {
    let scene = hostile();
    let store = scene.store();
    for bad in BAD {
        let key = format!("notes.{bad}");
        assert_eq!(put(&store, &key, "x").unwrap_err().code(), Code::IoError, "{bad}");
        assert_eq!(delete(&store, &key).unwrap_err().code(), Code::IoError, "{bad}");
    }
    assert!(put(&store, "notes.up.new", "x").is_err());
    scene.write("zones/notes/plain", "no directory\n");
    assert_eq!(read(&store, "notes.plain.below"), Ok(None));
    assert_eq!(put(&store, "notes.plain.below", "x").unwrap_err().code(), Code::IoError);
    assert_eq!(scene.text("secret.md").unwrap(), "secret\n");
    assert!(scene.text("audit.log").unwrap_or_default().is_empty());
    assert_eq!(scene.text("zones/notes/fine.md").unwrap(), "fine\n");
    assert_eq!(scene.text("zones/notes/nothing.md"), None);
}

/// Who may write one zone could change another one through a link, or let its content follow their own.
#[test]
fn links_between_zones_lead_nowhere() {
    for (link, target) in
        [("notes", "knowledge"), ("notes/deep", "../knowledge"), ("notes/a.md", "../main.md")]
    {
        let scene = Scene::new();
        scene.write("zones/main.md", "canon\n");
        scene.write("zones/knowledge/a.md", "canon\n");
        if link != "notes" {
            fs::create_dir(scene.zones().join("notes")).unwrap();
        }
        symlink(target, scene.zones().join(link)).unwrap();
        let store = scene.store();
        for key in ["notes.a", "notes.deep.a"] {
            let told = put(&store, key, "agent\n").and(delete(&store, key)).map(drop);
            let is_behind = link == "notes" || path(key).starts_with(link);
            let Err(error) = told else {
                assert!(!is_behind, "{key} behind {link}");
                continue;
            };
            assert_eq!(error.code(), Code::IoError, "{key} {link}");
            let place = scene.zones().join(link).display().to_string();
            assert!(error.message().contains(&format!("{place} is a link")), "{error}");
            assert!(error.next_step().unwrap().contains("link"), "{error}");
            assert_eq!(read(&store, key), Err(Code::IoError), "{key} {link}");
        }
        let listing = store.list(Selection::default()).unwrap();
        assert_eq!(listing.links, [link]);
        assert!(listing.rows.iter().all(|row| row.key.as_str() == "main"), "{link}");
        assert_eq!(scene.text("zones/main.md").unwrap(), "canon\n");
        assert_eq!(scene.text("zones/knowledge/a.md").unwrap(), "canon\n");
    }
}

#[test]
fn a_store_does_not_lie_in_its_own_zones() {
    for (part, target) in [("zones", "."), ("zones", "elsewhere"), ("schemas", "elsewhere")] {
        let scene = Scene::new();
        fs::create_dir_all(scene.root().join("elsewhere/notes")).unwrap();
        scene.write("elsewhere/x.yaml", "{}\n");
        let _ = fs::remove_dir(scene.root().join(part));
        symlink(target, scene.root().join(part)).unwrap();
        let store = scene.store();
        let refused = match part {
            "schemas" => store.schema("x").map(drop),
            _ => put(&store, "notes.a", "x").map(drop),
        };
        assert_eq!(refused.unwrap_err().code(), Code::IoError, "{part} {target}");
        assert_eq!(store.list(Selection::default()).is_err(), part == "zones");
        assert!(!scene.root().join("notes").exists());
        assert_eq!(fs::read_dir(scene.root().join("elsewhere/notes")).unwrap().count(), 0);
    }
}

/// What is appended to such a file, or written into it, is in a file outside too.
#[test]
fn a_log_or_lock_with_another_name_is_refused() {
    for part in ["audit.log", ".store.lock"] {
        let scene = Scene::new();
        let outside = scene.scratch.project().join("outside");
        fs::write(&outside, "precious\n").unwrap();
        fs::hard_link(&outside, scene.root().join(part)).unwrap();
        let error = put(&scene.store(), "notes.a", "x").unwrap_err();
        assert_eq!(error.code(), Code::IoError, "{part}");
        assert!(error.message().contains("several names"), "{error}");
        assert!(error.next_step().is_some(), "{error}");
        assert_eq!(fs::read_to_string(&outside).unwrap(), "precious\n", "{part}");
        assert_eq!(scene.text("zones/notes/a.md"), None, "{part}");
    }
}

#[test]
fn a_directory_in_the_place_of_waiting_content_hinders_nobody() {
    let scene = Scene::new();
    for name in [".textus-1.new", ".textus-1-2.new", ".textus-2.new"] {
        scene.write(&format!("zones/notes/{name}/kept"), "");
    }
    let store = scene.store();
    put(&store, "notes.a", "one\n").unwrap();
    put(&store, "notes.a", "two\n").unwrap();
    assert_eq!(scene.text("zones/notes/a.md").unwrap(), "two\n");
    for name in [".textus-3.new", ".textus-3-2.new", ".textus-3-3.new", ".textus-3-4.new"] {
        scene.write(&format!("zones/notes/{name}/kept"), "");
    }
    let error = put(&store, "notes.a", "three\n").unwrap_err();
    assert!(error.message().contains("a directory"), "{error}");
    assert_eq!(scene.rows().len(), 2);
}

#[test]
fn lists_pass_over_what_cannot_be_read() {
    let scene = hostile();
    let store = scene.store();
    let listing = store.list(Selection::default()).unwrap();
    let keys: Vec<&str> = listing.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["notes.fine", "notes.large"]);
    assert!(listing.unnamed.is_empty());
    let links =
        ["absolute.md", "dangling.md", "device.md", "inside.md", "loop.md", "outside.md", "up"];
    assert_eq!(listing.links, links.map(|name| format!("notes/{name}")));
}

#[test]
fn a_store_whose_parts_lead_elsewhere_is_not_followed() {
    for part in ["zones", "audit.log", ".store.lock", "schemas", "role"] {
        let scene = Scene::new();
        let outside = scene.scratch.project().join("outside");
        fs::create_dir_all(outside.join("notes")).unwrap();
        let target = if part == "zones" || part == "schemas" {
            outside.clone()
        } else {
            outside.join("file")
        };
        let _ = fs::remove_dir(scene.zones());
        symlink(&target, scene.root().join(part)).unwrap();
        let store = scene.store();
        let refused = match part {
            "schemas" => store.schema("x").map(drop),
            "role" => store.role_file().map(drop),
            _ => put(&store, "notes.a", "x").map(drop),
        };
        assert_eq!(refused.unwrap_err().code(), Code::IoError, "{part}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "{part}");
        assert_eq!(fs::read_dir(outside.join("notes")).unwrap().count(), 0, "{part}");
    }
}
