//! Links: what counts is where they lead at that moment.

use std::fs;
use std::os::unix::fs::symlink;

use super::scene::{ALL, EACCES, EXDEV, for_each_user};

#[test]
fn a_link_is_where_it_leads() {
    for_each_user("links", ALL, |scene| {
        symlink("../out/new", scene.path("in/dangling")).unwrap();
        symlink("file", scene.path("in/near")).unwrap();
        scene.assert_allowed(&["append", "near"], "Declared 1 write /in/file");
        scene.assert_denied(&["write", "dangling"], &[EACCES], "Denied 1 entry /out/new");
    });
}

#[test]
fn a_link_that_leads_out_is_written_through_by_nobody() {
    for_each_user("links out", ALL, |scene| {
        symlink("../out/secret", scene.path("in/out")).unwrap();
        scene.assert_denied(&["append", "out"], &[EACCES], "Denied 1 write /out/secret");
        scene.assert_denied(&["read", "out"], &[EACCES], "Denied 1 read /out/secret");
        scene.assert_allowed(&["unlink", "out"], "Declared 1 entry /in/out");
    });
}

#[test]
fn a_link_that_is_swapped_all_the_time_leads_nobody_out() {
    for_each_user("swapped links", ALL, |scene| {
        let inside = scene.path("in/file").display().to_string();
        let outside = scene.path("out/secret").display().to_string();
        let told = scene.attempt(&["swap", "link", &inside, &outside]);
        assert_eq!(told.said, "ok", "{told:#?}");
        scene.assert_untouched("a link that was swapped");
    });
}

#[test]
fn a_mode_is_changed_of_the_file_that_was_judged() {
    for_each_user("swapped links and modes", ALL, |scene| {
        let inside = scene.path("in/file").display().to_string();
        let outside = scene.path("out/secret").display().to_string();
        if !scene.is_ordinary() {
            // As an ordinary user nobody may change the mode of another's file anyway.
            let told = scene.attempt(&["chmod_swap", "link", &inside, &outside]);
            assert_eq!(told.said, "ok", "{told:#?}");
        }
        scene.assert_untouched("a link that was swapped");
    });
}

#[test]
fn what_is_written_under_further_names_is_told() {
    for_each_user("further names", ALL, |scene| {
        fs::hard_link(scene.path("out/secret"), scene.path("in/alias")).unwrap();
        fs::hard_link(scene.path("in/file"), scene.path("in/again")).unwrap();
        let told = scene.attempt(&["append", "alias"]);
        assert!(told.has("aliased /in/alias"), "{told:#?}");
        for words in [["read", "alias"], ["append", "again"]] {
            let told = scene.attempt(&words);
            assert!(!told.seen.iter().any(|line| line.starts_with("aliased")), "{told:#?}");
        }
    });
}

#[test]
fn what_comes_to_be_behind_a_link_is_seen_however_it_is_opened() {
    for_each_user("restricted openings", ALL, |scene| {
        let (beneath, in_root, on_device) = ("8", "0x10", "1");
        symlink("new", scene.path("in/dangling")).unwrap();
        symlink("dangling", scene.path("in/further")).unwrap();
        symlink("/rooted", scene.path("in/absolute")).unwrap();
        symlink("../out/new", scene.path("in/leaving")).unwrap();
        for (name, resolve, expected) in [
            ("dangling", beneath, "new"),
            ("further", beneath, "new"),
            ("further", in_root, "new"),
            ("absolute", in_root, "rooted"),
            ("further", on_device, "new"),
        ] {
            let made = format!("Declared 1 entry /in/{expected}");
            scene.assert_allowed(&["openat2_within", name, resolve], &made);
            fs::remove_file(scene.path("in").join(expected)).unwrap();
        }
        for name in ["leaving", "absolute"] {
            let told = scene.attempt(&["openat2_within", name, beneath]);
            assert_eq!(told.said, EXDEV, "{told:#?}");
        }
        let words = ["openat2_within", "leaving", on_device];
        scene.assert_denied(&words, &[EACCES], "Denied 1 entry /out/new");
    });
}
