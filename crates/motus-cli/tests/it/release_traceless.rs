//! Looking at a release leaves no trace: not in the project, not at home, not in the Store.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use motus_testkit::harness::{capture, skip};

use crate::release::{ID, finalized, words};
use crate::support::{MOTUS, Scene, succeed};

/// What is known of everything below a directory, the directory included.
fn facts(directory: &Path) -> Vec<String> {
    let mut facts = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        let found = fs::symlink_metadata(&path).unwrap();
        let changed = (found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec());
        let content = if found.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        let size = (found.ino(), found.len(), found.mode());
        facts.push(format!("{} {size:?} {changed:?} {content:?}", path.display()));
        if found.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    facts.sort();
    facts
}

fn looks() -> [Vec<&'static str>; 5] {
    [
        words("validate", &[]),
        words("validate", &["--final"]),
        words("validate", &["--final", "--json"]),
        words("show", &[]),
        vec!["release", "show", "no-such"],
    ]
}

#[test]
fn nothing_is_different_after_looking() {
    let scene = Scene::new();
    finalized(&scene);
    let before = facts(scene.scratch.path());
    for arguments in looks() {
        scene.run(&arguments);
        assert!(facts(scene.scratch.path()) == before || is_temporary_only(&scene, &before));
    }
    assert_eq!(fs::read_dir(scene.scratch.temporary()).unwrap().count(), 0);
}

/// A Store without a log is read where it is: not even a directory for temporary files is needed.
#[test]
fn a_store_that_is_in_its_file_alone_is_read_in_place() {
    let scene = Scene::new();
    finalized(&scene);
    succeed(scene.run(&["db", "checkpoint"]));
    let fold = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')";
    let mut python = scene.scratch.command("python3");
    let folded = python.args(["-c", fold]).arg(scene.store()).output();
    if !folded.is_ok_and(|output| output.status.success()) || wal_bytes(&scene) > 0 {
        return skip(
            "release_traceless::a_store_that_is_in_its_file_alone",
            "no python3 with sqlite3",
        );
    }
    let before = facts(scene.scratch.path());
    for arguments in looks() {
        let mut command = scene.motus(&arguments);
        let captured = capture(command.env("TMPDIR", scene.path("absent")));
        assert!(!captured.stderr_text().contains("warning["), "{}", captured.stderr_text());
        assert_eq!(
            captured.stdout_text().contains("pin"),
            arguments != looks()[0] && arguments != looks()[4]
        );
        assert!(facts(scene.scratch.path()) == before, "{arguments:?}");
    }
}

fn wal_bytes(scene: &Scene) -> u64 {
    let wal = scene.store().with_extension("db-wal");
    fs::metadata(wal).map_or(0, |found| found.len())
}

/// The directory of temporary files itself was written to: a Store with a log is copied there to be read.
fn is_temporary_only(scene: &Scene, before: &[String]) -> bool {
    let temporary = format!("{} ", scene.scratch.temporary().display());
    let others = |facts: &[String]| {
        let facts = facts.iter().filter(|fact| !fact.starts_with(&temporary));
        facts.cloned().collect::<Vec<_>>()
    };
    others(&facts(scene.scratch.path())) == others(before)
}

/// Tells whether a line of a trace is a call that changes a file, or opens one for that.
fn changes(line: &str) -> bool {
    let call = line.split('(').next().and_then(|start| start.split_whitespace().last());
    let flags = line.rsplit('"').next().unwrap_or_default();
    match call.unwrap_or_default() {
        "open" | "openat" | "openat2" | "creat" => {
            ["O_WRONLY", "O_RDWR", "O_CREAT", "creat"].iter().any(|flag| flags.contains(flag))
        }
        "mkdir" | "mkdirat" | "unlink" | "unlinkat" | "rmdir" | "rename" | "renameat"
        | "renameat2" | "link" | "linkat" | "symlink" | "symlinkat" | "chmod" | "fchmodat"
        | "chown" | "fchownat" | "truncate" | "ftruncate" | "fallocate" | "pwrite64"
        | "utimensat" => true,
        _ => false,
    }
}

#[test]
fn validating_opens_nothing_for_writing_anywhere() {
    let scene = Scene::new();
    let test = "release_traceless::validating_opens_nothing_for_writing_anywhere";
    finalized(&scene);
    for arguments in looks() {
        let mut command = scene.scratch.command("strace");
        command.args([
            "-f",
            "-qq",
            "-y",
            "-o",
            "../trace",
            "--trace=%file,ftruncate,fallocate,pwrite64",
        ]);
        let ended = command.arg(MOTUS).args(&arguments).output();
        if !ended.is_ok_and(|output| matches!(output.status.code(), Some(0 | 1))) {
            return skip(test, "strace is missing or may not trace");
        }
        let trace = fs::read_to_string(scene.scratch.path().join("trace")).unwrap();
        assert!(trace.contains("release-source.json") || arguments.contains(&"no-such"));
        let temporary = scene.scratch.temporary();
        for line in trace.lines().filter(|line| changes(line)) {
            let is_temporary = line.contains(temporary.to_str().unwrap());
            let looks_at_the_store = arguments.contains(&"--final") || arguments.contains(&"show");
            assert!(is_temporary && looks_at_the_store, "{arguments:?}: {line}");
        }
    }
}

#[test]
fn validating_looks_at_no_store() {
    let scene = Scene::new();
    finalized(&scene);
    fs::write(scene.store(), "no database").unwrap();
    succeed(scene.run(&words("validate", &[])));
    let told = scene.run(&["release", "show", ID]).expect_success();
    assert!(told.stderr_text().starts_with("warning[store."), "{}", told.stderr_text());
}
