//! What the next writer makes of what a killed one left, where other hands or a power failure came between.

use std::fs;

use motus_testkit::harness::{can_hinder, capture, hindered, skip};
use textus::{Unfinished, WhyUnfinished};

use crate::agreement::require;
use crate::kills::prepared;
use crate::scene::{Scene, delete, put};

/// Makes a store whose writer was killed after the commit point, before it gave a file its name.
fn killed(words: &[&str], inject: &str) -> Option<Scene> {
    if let Err(why) = can_hinder() {
        skip("settling", &why);
        return None;
    }
    let scene = prepared(false);
    let ended = capture(&mut hindered(&scene.scratch, inject, &scene.writer(words)));
    assert!(ended.stdout.is_empty(), "{}", ended.stdout_text());
    Some(scene)
}

const AT_RENAME: &str = "renameat:signal=SIGKILL:when=1";
const AT_UNLINK: &str = "unlinkat:signal=SIGKILL:when=1";

fn killed_put() -> Option<Scene> {
    killed(&["put", "notes.old", "new\n"], AT_RENAME)
}

fn unfinished(path: &str, seq: u64, why: WhyUnfinished) -> Unfinished {
    Unfinished { path: path.to_owned(), seq, why }
}

#[test]
fn a_committed_put_is_told_and_then_finished() {
    let Some(scene) = killed_put() else { return };
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "old\n");
    let found = scene.store().unfinished().unwrap();
    assert_eq!(found, [unfinished("notes/old.md", 5, WhyUnfinished::Waiting)]);
    scene.store().settle().unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "new\n");
    require(&scene, "after settling");
    assert_eq!(scene.rows().len(), 5);
}

#[test]
fn content_that_waits_under_another_name_is_found() {
    if let Err(why) = can_hinder() {
        return skip("settling", &why);
    }
    for has_note in [true, false] {
        let scene = prepared(false);
        let taken = scene.zones().join("notes/.textus-5.new");
        fs::create_dir(&taken).unwrap();
        let writer = scene.writer(&["put", "notes.old", "new\n"]);
        capture(&mut hindered(&scene.scratch, AT_RENAME, &writer));
        assert_eq!(scene.text("zones/notes/.textus-5-2.new").unwrap(), "new\n");
        if !has_note {
            fs::remove_file(scene.root().join(".store.lock")).unwrap();
        }
        let found = scene.store().unfinished().unwrap();
        assert_eq!(found, [unfinished("notes/old.md", 5, WhyUnfinished::Waiting)]);
        scene.store().settle().unwrap();
        assert_eq!(scene.text("zones/notes/old.md").unwrap(), "new\n");
        fs::remove_dir(&taken).unwrap();
        require(&scene, "after settling");
    }
}

#[test]
fn the_note_may_be_lost_and_the_put_is_finished_all_the_same() {
    let Some(scene) = killed_put() else { return };
    fs::remove_file(scene.root().join(".store.lock")).unwrap();
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "new\n");
    require(&scene, "after the next writer");
}

#[test]
fn what_was_edited_since_is_left_and_told() {
    let Some(scene) = killed_put() else { return };
    scene.write("zones/notes/old.md", "by hand\n");
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "by hand\n");
    scene.wait_for_lock();
    let found = scene.store().unfinished().unwrap();
    assert_eq!(found, [unfinished("notes/.textus-5.new", 5, WhyUnfinished::Leftover)]);
}

#[test]
fn content_that_was_changed_while_it_waited_is_not_used() {
    let Some(scene) = killed_put() else { return };
    scene.write("zones/notes/.textus-5.new", "forged\n");
    let found = scene.store().unfinished().unwrap();
    assert_eq!(found, [unfinished("notes/old.md", 5, WhyUnfinished::Changed)]);
    scene.store().settle().unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "old\n");
}

#[test]
fn a_committed_delete_is_finished() {
    let Some(scene) = killed(&["delete", "notes.old"], AT_UNLINK) else { return };
    let found = scene.store().unfinished().unwrap();
    assert_eq!(found, [unfinished("notes/old.md", 5, WhyUnfinished::Waiting)]);
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/notes/old.md"), None);
    require(&scene, "after the next writer");
}

/// Bringing back the very bytes that were deleted is somebody's wish, and no interrupted change.
#[test]
fn a_file_that_was_deleted_and_restored_by_hand_stays() {
    let scene = prepared(false);
    delete(&scene.store(), "notes.old").unwrap();
    scene.write("zones/notes/old.md", "old\n");
    assert_eq!(scene.store().unfinished().unwrap(), []);
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "old\n");
}

#[test]
fn an_accept_goes_on_at_the_removal_of_the_proposal() {
    let words = ["accept", "main", "queue.p"];
    let Some(scene) = killed(&words, AT_UNLINK) else { return };
    assert_eq!(scene.text("zones/main.md").unwrap(), "proposed\n");
    assert_eq!(scene.text("zones/queue/p.md").unwrap(), "proposed\n");
    let found = scene.store().unfinished().unwrap();
    assert_eq!(found, [unfinished("queue/p.md", 6, WhyUnfinished::Waiting)]);
    scene.store().settle().unwrap();
    assert_eq!(scene.text("zones/queue/p.md"), None);
    require(&scene, "after settling");
}

#[test]
fn a_proposal_that_was_edited_since_is_not_removed() {
    let words = ["accept", "main", "queue.p"];
    let Some(scene) = killed(&words, AT_UNLINK) else { return };
    scene.write("zones/queue/p.md", "better\n");
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/queue/p.md").unwrap(), "better\n");
    assert_eq!(scene.text("zones/main.md").unwrap(), "proposed\n");
}

#[test]
fn rows_that_are_torn_are_taken_back_with_what_waits() {
    let words = ["accept", "main", "queue.p"];
    let Some(scene) = killed(&words, AT_RENAME) else { return };
    let log = scene.text("audit.log").unwrap();
    let first_row_ends = log.match_indices('\n').nth(4).unwrap().0;
    for end in [first_row_ends - 10, first_row_ends + 1, first_row_ends + 20, log.len() - 1] {
        let Some(scene) = killed(&words, AT_RENAME) else { return };
        let log = fs::OpenOptions::new().write(true).open(scene.root().join("audit.log")).unwrap();
        log.set_len(u64::try_from(end).unwrap()).unwrap();
        put(&scene.store(), "notes.next", "next\n").unwrap();
        assert_eq!(scene.text("zones/main.md").unwrap(), "canon\n", "{end}");
        assert_eq!(scene.text("zones/queue/p.md").unwrap(), "proposed\n", "{end}");
        assert_eq!(scene.rows().len(), 5, "{end}");
        require(&scene, "after torn rows");
    }
}

#[test]
fn a_log_that_others_went_on_with_decides_as_well() {
    let Some(scene) = killed_put() else { return };
    let mut log = scene.text("audit.log").unwrap();
    log.push_str(
        "{\"seq\":6,\"ts\":\"x\",\"role\":\"human\",\"verb\":\"put\",\"key\":\"notes.x\"}\n",
    );
    scene.write("audit.log", &log);
    put(&scene.store(), "notes.next", "next\n").unwrap();
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "new\n");
    assert_eq!(scene.store().unfinished().unwrap(), []);
}

#[test]
fn a_hostile_note_reaches_nothing_outside_and_removes_nothing_that_the_log_does_not_tell() {
    let scene = prepared(false);
    scene.write("secret.md", "secret\n");
    let secret = crate::scene::etag("secret\n");
    let old = crate::scene::etag("old\n");
    let length = scene.text("audit.log").unwrap().len();
    for (path, before) in [("../secret.md", &secret), ("notes/old.md", &old), ("/etc/passwd", &old)]
    {
        let note = format!(
            "{}\n{{\"log_length\":{length},\"appended\":\"x\",\"steps\":[{{\"seq\":9,\"path\":\"{path}\",\
             \"before\":\"{before}\",\"after\":null}}]}}\n",
            " ".repeat(63)
        );
        scene.write(".store.lock", &note);
        scene.store().settle().unwrap();
        assert_eq!(scene.text(".store.lock").unwrap().len(), 64, "{path}");
    }
    assert_eq!(scene.text("secret.md").unwrap(), "secret\n");
    assert_eq!(scene.text("zones/notes/old.md").unwrap(), "old\n");
    require(&scene, "after hostile notes");
}
