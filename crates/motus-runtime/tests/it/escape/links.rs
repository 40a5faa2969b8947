//! Links: what counts is where they lead at that moment.

use std::fs;
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::symlink;

use super::scene::{ALL, EACCES, ENOSYS, EXDEV, Told, for_each_user, open_up};

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
fn what_is_written_under_another_name_than_it_had_is_told() {
    for_each_user("further names, renamed", ALL, |scene| {
        for (script, expected) in [
            ("mv alias x; echo more >> x; mv x alias", "/in/alias"),
            ("mv alias x; echo more >> x", "/in/alias"),
            ("ln alias y; echo more >> y; rm y", "/in/alias"),
            ("mv d e; mv alias e/x; mv e d; echo more >> d/x; mv d/x alias", "/in/alias"),
            ("mv alias x; echo more >> x; rm x", "/in/x"),
            ("ln alias d/y; mv d e; echo more >> e/y; rm alias e/y", "/in/e/y"),
        ] {
            for name in ["alias", "x", "y", "d", "e"] {
                let path = scene.path("in").join(name);
                let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
            }
            fs::create_dir(scene.path("in/d")).unwrap();
            open_up(&scene.path("in/d"), 0o777);
            fs::hard_link(scene.path("out/secret"), scene.path("in/alias")).unwrap();
            assert_eq!(aliased(&scene.run_script(&scene.scope(), script)), [expected], "{script}");
        }
    });
}

#[test]
fn a_flood_of_names_hides_no_further_name() {
    for_each_user("further names and a flood", ALL, |scene| {
        let few = scene.scope() + "most 40\n";
        let flood = "for it in 1 2 3 4 5 6 7 8 9 a b c d e f; do for at in 1 2 3 4 5 6 7 8 9; do \
            echo > $it$at; rm $it$at; done; done";
        for (more, expected) in [
            ("echo more >> alias", "/in/alias"),
            ("mv alias x; echo more >> x; rm x", "/in"),
            ("true", ""),
        ] {
            let _ = fs::remove_file(scene.path("in/alias"));
            fs::hard_link(scene.path("out/secret"), scene.path("in/alias")).unwrap();
            let told = scene.run_script(&few, &format!("{flood}; {more}"));
            let expected: &[&str] = if expected.is_empty() { &[] } else { &[expected] };
            assert_eq!(aliased(&told), expected, "{more}");
        }
    });
}

#[test]
fn a_flood_of_renamings_hides_no_further_name() {
    for_each_user("further names and renamings", ALL, |scene| {
        // Each of thirteen names follows each other one, which is more than is kept.
        let flood = "mkdir k0; at=0; for by in 1 2 3 4 5 6 7 8 9 10 11 12; do \
            for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13; do \
            to=$(((at + by) % 13)); mv k$at k$to; at=$to; done; done; rmdir k$at";
        let written = "cp -p alias times; mkdir d; ln alias d/y; mv d e; printf X 1<> e/y; \
            touch -r times e/y; mv e d; rm d/y";
        for (most, more, expected) in [
            ("most 40\n", written, vec!["/in/alias"]),
            ("most 40\n", "true", vec![]),
            ("", "ln alias y; rm y", vec![]),
        ] {
            let _ = fs::remove_file(scene.path("in/alias"));
            let _ = fs::remove_dir_all(scene.path("in/d"));
            fs::hard_link(scene.path("out/secret"), scene.path("in/alias")).unwrap();
            let told = scene.run_script(&(scene.scope() + most), &format!("{flood}; {more}"));
            assert_eq!(aliased(&told), expected, "{more}: {told:#?}");
            let trouble = told.has("trouble directories were renamed too often to keep all of it");
            assert_eq!(trouble, !most.is_empty(), "{more}: {told:#?}");
        }
    });
}

#[test]
fn files_with_further_names_that_are_moved_or_removed_are_not_told() {
    for_each_user("trees of further names", ALL, |scene| {
        for script in [
            "mv tree there",
            "rm -rf tree",
            "mv tree/0 tree/x; ln tree/1 tree/y; mv tree/2 z",
            "rm -rf tree; mkdir tree; echo new > tree/new; chmod 600 tree/new",
            "cp -r tree there; rm -rf tree; echo more >> there/0; mv there here",
        ] {
            for name in ["tree", "there", "here", "z"] {
                let path = scene.path("in").join(name);
                let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
            }
            fs::create_dir(scene.path("in/tree")).unwrap();
            open_up(&scene.path("in/tree"), 0o777);
            for number in 0..20 {
                let [there, here] =
                    ["out", "in/tree"].map(|it| scene.path(it).join(number.to_string()));
                fs::write(&there, "as it was").unwrap();
                open_up(&there, 0o666);
                fs::hard_link(&there, &here).unwrap();
            }
            let told = scene.run_script(&scene.scope(), script);
            assert_eq!(told.status, 0, "{script}: {told:#?}");
            assert!(aliased(&told).is_empty(), "{script}: {told:#?}");
        }
    });
}

fn aliased(told: &Told) -> Vec<&str> {
    told.seen.iter().filter_map(|line| line.strip_prefix("aliased ")).collect()
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

#[test]
fn what_has_no_name_is_opened_by_who_has_it_as_without_a_scope_and_by_nobody_else() {
    for_each_user("pipes by name", ALL, |scene| {
        for more in ["", "no-reads\n"] {
            let told = scene.attempt_in(&(scene.scope() + more), &["pipes"]);
            assert_eq!((told.said.as_str(), told.status), ("ok", 0), "{told:#?}");
            assert_eq!(told.number("unreadable"), 0, "{told:#?}");
        }
    });
}

#[test]
fn what_processes_outside_have_open_is_opened_by_nobody() {
    for_each_user("pipes outside", ALL, |scene| {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let (own, number) = (std::process::id(), writer.as_raw_fd());
        let path = format!("/proc/{own}/fd/{number}");
        let told = scene.attempt(&["append", &path]);
        assert_eq!(told.said, EACCES, "{told:#?}");
        drop(writer);
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    });
}

#[test]
fn who_would_look_by_flags_in_memory_falls_back_on_flags_that_stand_fast() {
    for_each_user("looks", ALL, |scene| {
        assert_eq!(scene.attempt(&["look", "file"]).said, ENOSYS);
        let observed = scene.scope() + "observe\nlevel observed\n";
        assert_eq!(scene.attempt_in(&observed, &["look", "file"]).said, "ok");
    });
}

#[test]
fn only_directories_that_are_there_are_told_as_renamed() {
    for_each_user("renamings", ALL, |scene| {
        let told = scene.attempt(&["rename_twice", "end"]);
        assert_eq!(told.said, "2", "the last one fails: {told:#?}");
        let renamed: Vec<_> =
            told.seen.iter().filter_map(|line| line.strip_prefix("renamed ")).collect();
        assert_eq!(renamed, ["/in/end", "/in/made", "/in/moved"]);
        assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
        let told = scene.attempt(&["exchange", "file", "end"]);
        assert_eq!(told.said, "ok");
        assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
    });
}

#[test]
fn a_directory_that_nobody_may_list_is_told() {
    for_each_user("hidden directories", ALL, |scene| {
        let told = scene.attempt(&["hide", "hidden"]);
        assert_eq!(told.said, "ok");
        let trouble = told.has("trouble /in/hidden was not compared: permission denied");
        assert_eq!(trouble, scene.is_ordinary(), "root lists it all the same: {told:#?}");
    });
}
