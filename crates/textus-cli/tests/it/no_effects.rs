//! Reading changes nothing, takes no lock, and needs no right to write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use motus_testkit::harness::{Captured, capture, skip};

use crate::support::{Scene, TEXTUS, Tree};

const JANE: &str = "knowledge.network.org.jane";

const READING: [&[&str]; 18] = [
    &["list"],
    &["list", "--q=acme", "--zone=knowledge"],
    &["where", JANE],
    &["get", JANE],
    &["get", JANE, "--output=text"],
    &["key", "uid", JANE],
    &["freshness"],
    &["audit"],
    &["audit", "--zone=notebook", "--output=text"],
    &["pulse"],
    &["pulse", "--since=1"],
    &["boot"],
    &["doctor", "--check=audit_log,schemas"],
    &["doctor", "--check=schema_violations,illegal_keys,sentinels,unfinished_writes"],
    &["rule", "list"],
    &["rule", "explain", JANE],
    &["schema", "show", JANE],
    &["key", "mv", JANE, "knowledge.network.org.janet", "--dry-run"],
];

/// Verbs that are refused before they would write.
const REFUSED: [&[&str]; 7] = [
    &["get", "knowledge.facts"],
    &["get", "nowhere.at"],
    &["delete", JANE, "--as=agent"],
    &["key", "mv", JANE, "nowhere.at"],
    &["accept", "Bad.key"],
    &["put", "notebook.notes.a"],
    &["init"],
];

/// A store in which something happened, and its writer's lock file stays behind.
fn used() -> Scene {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", "{}");
    scene.puts("notebook.notes.b", "agent", "{}");
    scene.write("zones/feeds/notes.md", "---\nlast_fetched_at: '2020-01-01T00:00:00Z'\n---\n");
    scene
}

#[test]
fn reading_leaves_names_bytes_modes_and_times_as_they_were() {
    for scene in [used(), Scene::new()] {
        let before = Tree::of(&scene.scratch.project());
        for words in READING {
            drop(scene.run(words).expect_success());
            assert_eq!(Tree::of(&scene.scratch.project()), before, "{words:?}");
        }
        for words in REFUSED {
            let told = scene.run(words);
            assert!(told.code.is_some_and(|code| code > 0), "{words:?}");
            assert_eq!(Tree::of(&scene.scratch.project()), before, "{words:?}");
        }
    }
}

#[test]
fn reading_takes_no_lock() {
    let scene = used();
    let lock = fs::File::open(scene.root().join(".store.lock")).unwrap();
    lock.lock().unwrap();
    let log = fs::File::open(scene.root().join("audit.log")).unwrap();
    log.lock().unwrap();
    for words in READING {
        drop(scene.run(words).expect_success());
    }
    drop((lock, log));
    scene.puts("notebook.notes.a", "agent", r#"{"body":"free again"}"#);
}

const NOBODY: &str = "65534";

/// Prepares a run of the binary as somebody else, who owns nothing of the store.
fn stranger(scene: &Scene, program: &Path, words: &[&str]) -> Command {
    let mut command = scene.scratch.command("setpriv");
    command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
    command.arg(program).args(words);
    command
}

#[test]
fn reading_needs_no_right_to_write() {
    let test = "no_effects::reading_needs_no_right_to_write";
    let scene = used();
    let program = scene.scratch.path().join("textus");
    motus_testkit::harness::copy_program(TEXTUS, &program).unwrap();
    fs::set_permissions(scene.scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let probe = Command::new("setpriv")
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "true"])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skip(test, "this user cannot become another one");
    }
    let before = Tree::of(&scene.scratch.project());
    for words in READING {
        let told: Captured = capture(&mut stranger(&scene, &program, words));
        drop(told.expect_success());
    }
    for words in [
        &["delete", JANE][..],
        &["key", "mv", JANE, "knowledge.network.org.x"],
        &["doctor", "--fix"],
    ] {
        let told = capture(&mut stranger(&scene, &program, words));
        let refusal = crate::support::Refusal::of(&told).expect("io_error", 64);
        drop(refusal.naming("ermission denied").naming(".textus"));
    }
    let mut elsewhere = stranger(&scene, &program, &["init", "--root=other"]);
    let refusal = crate::support::Refusal::of(&capture(&mut elsewhere));
    drop(refusal.expect("io_error", 64).naming("ermission denied"));
    assert_eq!(Tree::of(&scene.scratch.project()), before);
}
