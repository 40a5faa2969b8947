//! Modes, owners, times and attributes, which Landlock knows nothing of.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::scene::{ALL, EACCES, EBADF, EPERM, for_each_user};

#[test]
fn nothing_is_changed_about_what_may_only_be_read() {
    for_each_user("metadata outside", ALL, |scene| {
        let denied = "Denied 1 write /ro/file";
        for words in [
            vec!["chmod", "../ro/file", "600"],
            vec!["fchmod_ro", "../ro/file", "600"],
            vec!["fchmodat2", "../ro/file", "600"],
            vec!["chown", "../ro/file"],
            vec!["lchown", "../ro/file"],
            vec!["fchown_ro", "../ro/file"],
            vec!["utimens", "../ro/file"],
            vec!["utimes", "../ro/file"],
            vec!["futimens_ro", "../ro/file"],
            vec!["setxattr", "../ro/file"],
            vec!["fsetxattr_ro", "../ro/file"],
            vec!["removexattr", "../ro/file"],
        ] {
            scene.assert_denied(&words, &[EACCES], denied);
        }
        let denied = "Denied 1 write /out/secret";
        scene.assert_denied(&["chmod", "../out/secret", "600"], &[EACCES], denied);
        let told = scene.attempt(&["setflags", "file"]);
        assert_eq!(told.said, EPERM, "{told:#?}");
        assert!(told.seen.iter().any(|line| line.starts_with("Denied 1 call ioctl")), "{told:#?}");
    });
}

#[test]
fn what_may_be_written_keeps_its_owner_s_rights_to_mode_and_times() {
    for_each_user("metadata inside", ALL, |scene| {
        scene.assert_allowed(&["write", "own"], "Declared 1 entry /in/own");
        let own = scene.path("in/own");
        let written = "Declared 1 write /in/own";
        scene.assert_allowed(&["chmod", "own", "640"], written);
        assert_eq!(fs::metadata(&own).unwrap().permissions().mode() & 0o7777, 0o640);
        scene.assert_allowed(&["fchmod_ro", "own", "600"], written);
        assert_eq!(fs::metadata(&own).unwrap().permissions().mode() & 0o7777, 0o600);
        scene.assert_allowed(&["fchmodat2", "own", "644"], written);
        scene.assert_allowed(&["utimens", "own"], written);
        assert_eq!(fs::metadata(&own).unwrap().mtime(), 1_000_000_001);
        scene.assert_allowed(&["utimes", "own"], written);
        scene.assert_allowed(&["futimens_ro", "own"], written);
        assert_eq!(fs::metadata(&own).unwrap().mtime_nsec(), 6);
        scene.assert_allowed(&["chown", "own"], written);
        scene.assert_allowed(&["fchown_ro", "own"], written);
    });
}

#[test]
fn a_descriptor_without_rights_changes_nothing() {
    for_each_user("metadata by descriptor", ALL, |scene| {
        let (here, file) = (scene.path("in"), scene.path("in/file"));
        let modes = || [&here, &file].map(|path| fs::metadata(path).unwrap().mode());
        let before = modes();
        for words in [
            &["fchmod_here"][..],
            &["fchmod_path", "file"],
            &["fchown_path", "file"],
            &["fsetxattr_path", "file"],
            &["futimens_path", "file"],
        ] {
            let told = scene.attempt(words);
            assert_eq!(told.said, EBADF, "{words:?}: {told:#?}");
        }
        assert_eq!(modes(), before);
    });
}

#[test]
fn who_is_root_no_more_gives_no_program_a_power() {
    for_each_user("capabilities of files", ALL, |scene| {
        if !scene.is_ordinary() {
            let told = scene.attempt(&["capability_as_nobody", "program"]);
            assert_eq!(told.said, EPERM, "{told:#?}");
        }
    });
}

#[test]
fn who_is_root_no_more_changes_only_what_it_comes_to() {
    for_each_user("files behind closed doors", ALL, |scene| {
        if scene.is_ordinary() {
            return;
        }
        fs::create_dir_all(scene.path("in/closed")).unwrap();
        for name in ["in/closed/file", "in/own"] {
            fs::write(scene.path(name), "").unwrap();
            std::os::unix::fs::chown(scene.path(name), Some(65534), Some(65534)).unwrap();
        }
        fs::set_permissions(scene.path("in/closed"), PermissionsExt::from_mode(0o700)).unwrap();
        let told = scene.attempt(&["chmod_as_nobody", "closed/file", "4777"]);
        assert_eq!(told.said, EACCES, "{told:#?}");
        assert_eq!(fs::metadata(scene.path("in/closed/file")).unwrap().mode() & 0o4000, 0);
        for who in ["chmod_as_nobody", "chmod_of_many_groups"] {
            scene.assert_allowed(&[who, "own", "640"], "Declared 1 write /in/own");
        }
    });
}

#[test]
fn who_is_root_no_more_comes_to_nothing_further_by_what_it_has_open() {
    for_each_user("files behind closed doors, from within", ALL, |scene| {
        if scene.is_ordinary() {
            return;
        }
        fs::create_dir_all(scene.path("in/closed/open")).unwrap();
        for name in ["in/closed/file", "in/closed/open/file", "in/own"] {
            fs::write(scene.path(name), "").unwrap();
            std::os::unix::fs::chown(scene.path(name), Some(65534), Some(65534)).unwrap();
        }
        fs::set_permissions(scene.path("in/closed"), PermissionsExt::from_mode(0o700)).unwrap();
        let (from_cwd, here) = ("/proc/self/cwd", scene.path("in"));
        let by_root = format!("/proc/self/root{}", here.display());
        let by_thread = "/proc/thread-self/cwd";
        let named = |start: &str, name: &str| format!("{start}/{name}");
        for start in [from_cwd, &by_root, by_thread] {
            let told = scene.attempt(&["chmod_as_nobody", &named(start, "closed/file"), "4777"]);
            assert_eq!(told.said, EACCES, "{start}: {told:#?}");
            let words = ["chmod_as_nobody", &named(start, "own"), "640"];
            scene.assert_allowed(&words, "Declared 1 write /in/own");
        }
        for (directory, name) in [(".", "closed/file"), ("closed", "file")] {
            let told = scene.attempt(&["chmod_at_as_nobody", directory, name, "4777"]);
            assert_eq!(told.said, EACCES, "{directory}: {told:#?}");
        }
        assert_eq!(fs::metadata(scene.path("in/closed/file")).unwrap().mode() & 0o4000, 0);
        // It has come that far, and goes on from there.
        let within = "Declared 1 write /in/closed/open/file";
        scene.assert_allowed(&["chmod_at_as_nobody", "closed/open", "file", "640"], within);
        let held = "Declared 1 write /in/closed/file";
        scene.assert_allowed(&["chmod_held_as_nobody", "closed/file", "640"], held);
        assert_eq!(fs::metadata(scene.path("in/closed/file")).unwrap().mode() & 0o7777, 0o640);
    });
}

#[test]
fn what_has_lost_its_name_is_changed_where_that_was_declared() {
    for_each_user("metadata of what was removed", ALL, |scene| {
        scene.assert_allowed(&["write", "own"], "Declared 1 entry /in/own");
        let told = scene.attempt(&["fchmod_removed", "own"]);
        assert_eq!(told.said, "ok", "{told:#?}");
        assert_eq!(told.number("unreadable"), 0, "{told:#?}");
    });
}
