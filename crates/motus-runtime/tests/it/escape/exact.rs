//! Exactness: every attempt is seen once, whatever happens meanwhile.

use std::fs;

use super::scene::{ALL, Scene, Told, for_each_user};

/// Counts the attempts to make entries, and checks that each was made once.
#[track_caller]
fn assert_exact(scene: &Scene, told: &Told, directory: &str, expected: usize) {
    assert_eq!((told.said.as_str(), told.status), ("ok", 0), "{told:#?}");
    let begin = format!("Declared 1 entry /in/{directory}/");
    let made = told.seen.iter().filter(|line| line.starts_with(&begin)).count();
    assert_eq!(made, expected);
    let there = fs::read_dir(scene.path("in").join(directory)).unwrap().count();
    assert_eq!(there, expected);
    assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
    assert_eq!(told.number("unlisted"), 0);
}

fn directory(scene: &Scene, name: &str) -> String {
    let path = scene.path("in").join(name);
    fs::create_dir(&path).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(&path, open).unwrap();
    path.display().to_string()
}

#[test]
fn threads_that_make_files_are_seen_file_by_file() {
    for_each_user("exactness of threads", ALL, |scene| {
        for (threads, files) in [("1", "300"), ("8", "100"), ("32", "20")] {
            let name = format!("by-{threads}");
            let place = directory(scene, &name);
            let told = scene.attempt(&["exact", &place, threads, files]);
            let expected = threads.parse::<usize>().unwrap() * files.parse::<usize>().unwrap();
            assert_exact(scene, &told, &name, expected);
        }
    });
}

#[test]
fn a_storm_of_signals_neither_loses_nor_doubles_an_attempt() {
    for_each_user("exactness under signals", ALL, |scene| {
        let place = directory(scene, "storm");
        let told = scene.attempt(&["timer_storm", &place, "4", "250"]);
        assert_exact(scene, &told, "storm", 1000);
    });
}

#[test]
fn processes_that_make_files_are_seen_file_by_file() {
    for_each_user("exactness of processes", ALL, |scene| {
        let place = directory(scene, "forks");
        let told = scene.attempt(&["forks", &place, "500"]);
        assert_exact(scene, &told, "forks", 500);
    });
}

#[test]
fn what_is_too_much_to_be_listed_is_counted_where_it_is_declared() {
    for_each_user("bounded lists", ALL, |scene| {
        let place = directory(scene, "many");
        let scope = scene.scope() + "no-reads\nmost 50\n";
        let told = scene.attempt_in(&scope, &["exact", &place, "2", "100"]);
        assert_eq!((told.said.as_str(), told.number("unlisted")), ("ok", 0));
        let counts = |what: &str| -> Vec<u64> {
            let made = told.seen.iter().filter_map(|line| line.strip_prefix("Declared "));
            let made = made.filter(|rest| rest.contains(what));
            made.map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect()
        };
        let listed = counts(" entry /in/many/");
        assert!(listed.len() <= 50, "fifty for all threads together: {told:#?}");
        let all: u64 = [" entry /in/many/", " write /in"].iter().flat_map(|it| counts(it)).sum();
        assert_eq!(all, 200, "those listed, and the rest at the directory: {told:#?}");
        assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
    });
}

#[test]
fn a_name_that_is_there_only_now_and_then_is_seen_whenever_it_is_opened() {
    for_each_user("names that come and go", ALL, |scene| {
        let place = directory(scene, "flip");
        for number in 0..1000 {
            fs::write(scene.path(&format!("in/flip/p{number:04}")), "").unwrap();
        }
        let told = scene.attempt(&["flip", &place, "1000"]);
        let opened: Vec<_> = told.said.lines().collect();
        assert!(!opened.is_empty(), "nothing was opened");
        for name in opened {
            let line = format!(" read /in/flip/{name}");
            let is_seen = told.seen.iter().any(|seen| seen.ends_with(&line));
            assert!(is_seen, "{name} was not seen: {told:#?}");
        }
        assert_eq!(told.number("unreadable"), 0);
    });
}

#[test]
fn what_was_judged_as_a_pipe_or_a_look_never_becomes_a_file() {
    for_each_user("names of pipes", ALL, |scene| {
        for attempt in ["flip_pipe", "flip_look"] {
            let place = directory(scene, attempt);
            let told = scene.attempt(&[attempt, &place, "300"]);
            assert_eq!(told.status, 0, "{told:#?}");
            for name in told.said.lines() {
                let line = format!("entry /in/{attempt}/{name}");
                let is_seen = told.seen.iter().any(|seen| seen.ends_with(&line));
                assert!(is_seen, "{name} was made, and nobody saw it: {told:#?}");
            }
            assert!(!told.seen.iter().any(|line| line.starts_with("unobserved")), "{told:#?}");
        }
    });
}

#[test]
fn what_fails_anyway_fails_as_it_does_without_a_scope() {
    for_each_user("errors", ALL, |scene| {
        std::os::unix::fs::symlink("loop", scene.path("in/loop")).unwrap();
        let long = "x".repeat(256);
        for (words, error) in [
            (["read", "none"], "2"),
            (["read", "none/deeper"], "2"),
            (["read", "../out/none"], "2"),
            (["read", "file/x"], "20"),
            (["read", "loop"], "40"),
            (["read", &long], "36"),
            (["write", "none/x"], "2"),
            (["exec", "/usr/none"], "2"),
            (["exec", "file/x"], "20"),
            (["truncate", "none"], "2"),
            (["unlink", "../out/none"], "2"),
            (["mkdir", "../out"], "17"),
            (["append", "../out"], "21"),
            (["list", "../out/secret"], "20"),
            (["openat2", "../none/x"], "2"),
        ] {
            let told = scene.attempt(&words);
            assert_eq!(told.said, error, "{words:?}: {told:#?}");
            let is_seen = |line: &String| line.contains("none") || line.starts_with("Denied");
            assert!(!told.seen.iter().any(is_seen), "{words:?}: {told:#?}");
            assert_eq!(told.number("unreadable"), 0, "{words:?}: {told:#?}");
        }
    });
}
