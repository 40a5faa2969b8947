//! System calls that fail: each call of each change, one after the other, with each of some errors.
//!
//! A refused change leaves every byte as it was; one that is told to be unfinished is settled by the next
//! writer; and no error is passed over.

use motus_testkit::harness::{CHANGING_CALLS, can_hinder, capture, hindered, skip, trace};

use crate::agreement::require;
use crate::kills::prepared;
use crate::scene::{Scene, put};

/// More calls of one kind than a change makes.
const TOO_MANY: usize = 200;

fn walk(test: &str, words: &[&str], errors: &[&str]) {
    if let Err(why) = can_hinder() {
        return skip(test, &why);
    }
    let template = prepared(false);
    let mut refused = 0;
    for error in errors {
        for call in CHANGING_CALLS {
            for number in 1.. {
                assert!(number < TOO_MANY, "{call}");
                let inject = format!("{call}:error={error}:when={number}");
                if !fails(&template.copied(), words, &inject, &mut refused) {
                    break;
                }
            }
        }
    }
    assert!(refused > 5, "{words:?} was refused {refused} times only");
}

/// Makes the change with one failing call; tells whether it came that far.
fn fails(scene: &Scene, words: &[&str], inject: &str, refused: &mut u32) -> bool {
    let when = format!("{words:?} with {inject}");
    let before = content(scene);
    let ended = capture(&mut hindered(&scene.scratch, inject, &scene.writer(words)));
    // What strace writes tells whether the call that was to fail was made at all.
    let was_hit = trace(&scene.scratch).contains("(INJECTED)");
    let told = ended.stdout_text();
    assert_eq!(ended.code, Some(0), "{when}: {told}{}", ended.stderr_text());
    if told == "ok\n" {
        // Only what comes after the change may fail unnoticed: taking the note away, rotation.
        require(scene, &when);
    } else if told.contains("unfinished") {
        put(&scene.store(), "notes.next", "next\n").unwrap();
        require(scene, &when);
    } else if told.starts_with("refused io_error") {
        *refused += 1;
        assert!(content(scene) == before, "{when}: {told}{:?}", scene.names());
        put(&scene.store(), "notes.next", "next\n").unwrap();
        require(scene, &when);
    } else {
        // The program could not say how it ended.
        assert!(told.is_empty() && inject.starts_with("write:"), "{when}: {told}");
    }
    was_hit
}

/// Everything that is not the lock, which tells who had it last.
fn content(scene: &Scene) -> Vec<(String, Option<String>)> {
    let names = scene.names().into_iter().filter(|name| name != ".store.lock");
    names.map(|name| (name.clone(), scene.text(&name))).collect()
}

#[test]
fn a_put_of_a_new_file_in_new_directories() {
    let words = ["put", "notes.new.er", "new\n"];
    walk("faults::a_put_of_a_new_file_in_new_directories", &words, &["EIO", "ENOSPC"]);
}

#[test]
fn a_put_over_a_file() {
    walk("faults::a_put_over_a_file", &["put", "notes.old", "new\n"], &["EIO"]);
}

#[test]
fn a_delete() {
    walk("faults::a_delete", &["delete", "notes.old"], &["EIO"]);
}

#[test]
fn a_move() {
    walk("faults::a_move", &["mv", "notes.deep.er.old", "notes.new.er", "moved\n"], &["EACCES"]);
}

#[test]
fn an_accept() {
    walk("faults::an_accept", &["accept", "main", "queue.p"], &["EROFS"]);
}

/// From one call on, every further one fails: taking back fails too.
#[test]
fn a_disk_that_dies() {
    let test = "faults::a_disk_that_dies";
    if let Err(why) = can_hinder() {
        return skip(test, &why);
    }
    let template = prepared(false);
    let mut unfinished = 0;
    for words in [&["put", "notes.old", "new\n"][..], &["accept", "main", "queue.p"]] {
        for call in ["fdatasync", "fsync", "renameat", "unlinkat", "ftruncate"] {
            for number in 1..=3 {
                let scene = template.copied();
                let inject = format!("{call}:error=EIO:when={number}+");
                let when = format!("{words:?} with {inject}");
                let ended = capture(&mut hindered(&scene.scratch, &inject, &scene.writer(words)));
                unfinished += u32::from(ended.stdout_text().contains("unfinished"));
                put(&scene.store(), "notes.next", "next\n").unwrap();
                require(&scene, &when);
            }
        }
    }
    assert!(unfinished > 0, "no error told that something is left to do");
}
