//! What a process may change of itself in `/proc`, and of nobody else.

use super::scene::{ALL, EACCES, for_each_user};

#[test]
fn a_process_names_its_threads_and_says_what_is_to_become_of_it() {
    for_each_user("files of one's own", ALL, |scene| {
        for more in ["", "no-reads\n", "observe\n"] {
            let told = scene.attempt_in(&(scene.scope() + more), &["own_files"]);
            assert_eq!((told.said.as_str(), told.status), ("ok", 0), "{more}: {told:#?}");
            assert_eq!(told.number("unreadable"), 0, "{more}: {told:#?}");
            let written = told.seen.iter().find(|line| line.contains(" write /proc/"));
            assert_eq!(written, None, "{more}: {told:#?}");
        }
    });
}

#[test]
fn nobody_changes_that_of_others_nor_anything_else() {
    for_each_user("files of others", ALL, |scene| {
        for name in ["oom_score_adj", "coredump_filter"] {
            let told = scene.attempt(&["file_of_parent", name]);
            assert_eq!(told.said, EACCES, "{name}: {told:#?}");
            let denied = |line: &String| {
                line.starts_with("Denied 1 write /proc/") && line.ends_with(&format!("/{name}"))
            };
            assert!(told.seen.iter().any(denied), "{name}: {told:#?}");
        }
        for name in ["mem", "comm", "clear_refs", "cwd/../out/secret"] {
            let told = scene.attempt(&["append", &format!("/proc/self/{name}")]);
            assert_eq!(told.said, EACCES, "{name}: {told:#?}");
            assert!(told.seen.iter().any(|line| line.starts_with("Denied 1 write ")), "{told:#?}");
        }
        scene.assert_untouched("files of processes");
    });
}
