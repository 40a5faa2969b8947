//! Names that lead out, and ways to change what may only be read.

use super::scene::{ALL, EACCES, EXDEV, for_each_user, level};
use motus_runtime::scope::Level;

#[test]
fn this_machine_holds_and_sees_a_scope_or_the_tests_say_what_it_lacks() {
    // Not a check of the program: whoever reads the output of the tests is to know what was tested.
    for_each_user("scopes", ALL, |_| assert_eq!(level(), Level::EnforcedObserved));
}

#[test]
fn whatever_the_way_nothing_outside_is_written() {
    for_each_user("writing outside", ALL, |scene| {
        let out = scene.path("out/secret").display().to_string();
        let by_root = format!("/proc/self/root{out}");
        let denied = "Denied 1 write /out/secret";
        for (words, seen) in [
            (vec!["append", &out], denied),
            (vec!["append", "../out/secret"], denied),
            (vec!["append", "./../in/../out/secret"], denied),
            (vec!["append", &by_root], denied),
            (vec!["append", "/proc/self/cwd/../out/secret"], denied),
            (vec!["append", "/proc/thread-self/cwd/../out/secret"], denied),
            (vec!["write", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["creat", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["openat2", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["openat2", "../out/secret"], denied),
            (vec!["page_end", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["trunc_ro", "../out/secret"], denied),
            (vec!["truncate", "../out/secret"], denied),
            (vec!["mkdir", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["mkfifo", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["symlink", "x", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["unlink", "../out/secret"], "Denied 1 entry /out/secret"),
            (vec!["rmdir", "../out"], "Denied 1 entry /out"),
            (vec!["append", "../ro/file"], "Denied 1 write /ro/file"),
            (vec!["reopen", "../ro/file"], "Denied 1 write /ro/file"),
            (vec!["dirfd", "../ro", "new"], "Denied 1 entry /ro/new"),
            (vec!["dirfd", ".", "../out/new"], "Denied 1 entry /out/new"),
            (vec!["chdir", "../out", "new"], "Denied 1 entry /out/new"),
            (vec!["thread_directory", "../out", "new"], "Denied 1 entry /out/new"),
        ] {
            scene.assert_denied(&words, &[EACCES], seen);
        }
    });
}

#[test]
fn nothing_comes_in_or_goes_out_by_renaming_or_linking() {
    for_each_user("renaming across", ALL, |scene| {
        let entry = "Denied 1 entry /out/secret";
        for (words, seen) in [
            (["rename", "file", "../out/new"], "Denied 1 entry /out/new"),
            (["rename", "../out/secret", "new"], entry),
            (["exchange", "file", "../out/secret"], entry),
            (["link", "file", "../out/new"], "Denied 1 entry /out/new"),
            (["tmpfile_link", ".", "../out/new"], "Denied 1 entry /out/new"),
        ] {
            scene.assert_denied(&words, &[EACCES, EXDEV], seen);
        }
        // A name of one's own for somebody's file is nothing yet, but it would be a way to write it.
        let told = scene.attempt(&["link", "../out/secret", "alias"]);
        assert!([EACCES, EXDEV].contains(&told.said.as_str()), "{told:#?}");
        assert!(!scene.path("in/alias").exists());
    });
}

#[test]
fn what_is_not_declared_cannot_be_read() {
    for_each_user("reading outside", ALL, |scene| {
        for (words, seen) in [
            (["read", "../out/secret"], "Denied 1 read /out/secret"),
            (["read", "../out/../out/secret"], "Denied 1 read /out/secret"),
            (["list", "../out"], "Denied 1 read /out"),
            (["list", ".."], "Denied 1 read "),
        ] {
            scene.assert_denied(&words, &[EACCES], seen);
        }
        scene.assert_allowed(&["read", "../ro/file"], "Declared 1 read /ro/file");
        scene.assert_allowed(&["read", "file"], "Declared 1 read /in/file");
    });
}

#[test]
fn what_is_declared_goes_on_and_is_seen_once_each() {
    for_each_user("writing inside", ALL, |scene| {
        for (words, seen) in [
            (vec!["append", "file"], "Declared 1 write /in/file"),
            (vec!["write", "new"], "Declared 1 entry /in/new"),
            (vec!["openat2", "new"], "Declared 1 write /in/new"),
            (vec!["truncate", "new"], "Declared 1 write /in/new"),
            (vec!["mkdir", "directory"], "Declared 1 entry /in/directory"),
            (vec!["write", "directory/a"], "Declared 1 entry /in/directory/a"),
            (vec!["rename", "directory", "moved"], "Declared 1 entry /in/moved"),
            (vec!["link", "new", "name"], "Declared 1 entry /in/name"),
            (vec!["symlink", "x", "link"], "Declared 1 entry /in/link"),
            (vec!["unlink", "name"], "Declared 1 entry /in/name"),
            (vec!["mkfifo", "pipe"], "Declared 1 entry /in/pipe"),
            (vec!["tmpfile", "."], "Declared 1 write /in"),
            (vec!["thread_directory", "moved", "b"], "Declared 1 entry /in/moved/b"),
            (vec!["page_end", "end"], "Declared 1 entry /in/end"),
        ] {
            scene.assert_allowed(&words, seen);
        }
        // A name as long as names may be, and one too long: told as the kernel tells it.
        assert_eq!(scene.attempt(&["long_path", "file"]).said, "36");
        assert_eq!(scene.attempt(&["bad_pointer"]).said, "14");
    });
}

#[test]
fn no_device_is_made_where_one_may_write() {
    for_each_user("devices", ALL, |scene| {
        let told = scene.attempt(&["mkdevice", "disk"]);
        assert!(["1", EACCES].contains(&told.said.as_str()), "{told:#?}");
        assert!(!scene.path("in/disk").exists());
    });
}
