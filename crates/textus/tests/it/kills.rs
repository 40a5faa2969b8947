//! A writer that is killed as it enters a system call: each call of each change, one after the other.
//!
//! The call at which it is killed does not happen. Afterwards the change is there or not, never a part of
//! it; and after the next writer log and files agree.

use motus_testkit::harness::{CHANGING_CALLS, can_hinder, capture, hindered, skip};

use crate::agreement::{all_rows, require};
use crate::scene::{Scene, put};

/// More calls of one kind than a change makes.
const TOO_MANY: usize = 200;

/// Makes a store as it is before every change of these tests; they copy it, because syncing takes time.
pub(crate) fn prepared(rotating: bool) -> Scene {
    let scene = if rotating { Scene::rotating(300, 2) } else { Scene::new() };
    let store = scene.store();
    for (key, text) in [
        ("notes.old", "old\n"),
        ("notes.deep.er.old", "deep\n"),
        ("main", "canon\n"),
        ("queue.p", "proposed\n"),
    ] {
        put(&store, key, text).unwrap();
    }
    scene
}

/// Kills at every call and requires what must hold.
fn walk(test: &str, words: &[&str], rotating: bool) {
    if let Err(why) = can_hinder() {
        return skip(test, &why);
    }
    let template = prepared(rotating);
    let mut kills = 0;
    for call in CHANGING_CALLS {
        for number in 1.. {
            assert!(number < TOO_MANY, "{call}");
            let scene = template.copied();
            let inject = format!("{call}:signal=SIGKILL:when={number}");
            let ended = capture(&mut hindered(&scene.scratch, &inject, &scene.writer(words)));
            let when = format!("{words:?} killed at {call} {number}");
            let acknowledged = ended.stdout_text() == "ok\n";
            if acknowledged {
                require(&scene, &when);
            }
            settle(&scene, words, acknowledged, &when);
            if ended.signal.is_none() {
                assert_eq!(ended.stdout_text(), "ok\n", "{when}");
                break;
            }
            kills += 1;
        }
    }
    assert!(kills > 7, "{words:?} was killed {kills} times only");
}

/// Lets another writer come, and requires that the change is whole or absent.
#[track_caller]
fn settle(scene: &Scene, words: &[&str], acknowledged: bool, when: &str) {
    let files = |scene: &Scene| {
        ["notes.old", "notes.new.er", "notes.deep.er.old", "main", "queue.p"]
            .map(|key| scene.text(&format!("zones/{}", crate::scene::path(key))))
    };
    let store = scene.store();
    put(&store, "notes.next", "next\n").unwrap();
    require(scene, when);
    let before = prepared_files();
    let after = changed_files(words);
    let found = files(scene);
    let is_whole = found == after || (!acknowledged && found == before);
    assert!(is_whole, "{when}: {found:?}");
    let rows: Vec<String> = all_rows(scene).into_iter().map(|row| row.verb).collect();
    let rows = rows.join(" ");
    let all = ["put", "put", "put", "put", verbs(words), "put"].join(" ");
    let none = ["put"; 5].join(" ");
    let expected = if found == after { &all } else { &none };
    assert!(expected.ends_with(&rows), "{when}: {rows}");
}

type Files = [Option<String>; 5];

fn prepared_files() -> Files {
    [Some("old\n"), None, Some("deep\n"), Some("canon\n"), Some("proposed\n")]
        .map(|text| text.map(str::to_owned))
}

fn changed_files(words: &[&str]) -> Files {
    let mut files = prepared_files();
    let text = |text: &str| Some(text.to_owned());
    match words[0] {
        "put" if words[1] == "notes.old" => files[0] = text("new\n"),
        "put" => files[1] = text("new\n"),
        "delete" => files[0] = None,
        "mv" => (files[2], files[1]) = (None, text("moved\n")),
        "mint-and-mv" => (files[0], files[1]) = (None, text("minted\n")),
        "accept" => (files[3], files[4]) = (text("proposed\n"), None),
        other => panic!("{other}"),
    }
    files
}

fn verbs(words: &[&str]) -> &'static str {
    match words[0] {
        "put" => "put",
        "delete" => "delete",
        "mv" => "mv",
        "mint-and-mv" => "put mv",
        _ => "put delete",
    }
}

#[test]
fn a_put_over_a_file() {
    walk("kills::a_put_over_a_file", &["put", "notes.old", "new\n"], false);
}

#[test]
fn a_put_of_a_new_file_in_new_directories() {
    walk("kills::a_put_of_a_new_file_in_new_directories", &["put", "notes.new.er", "new\n"], false);
}

#[test]
fn a_delete() {
    walk("kills::a_delete", &["delete", "notes.old"], false);
}

#[test]
fn a_move() {
    walk("kills::a_move", &["mv", "notes.deep.er.old", "notes.new.er", "moved\n"], false);
}

#[test]
fn a_move_of_what_was_written_just_before() {
    let words = ["mint-and-mv", "notes.old", "notes.new.er", "minted\n"];
    walk("kills::a_move_of_what_was_written_just_before", &words, false);
}

#[test]
fn an_accept() {
    walk("kills::an_accept", &["accept", "main", "queue.p"], false);
}

#[test]
fn a_rotation() {
    walk("kills::a_rotation", &["put", "notes.old", "new\n"], true);
}
