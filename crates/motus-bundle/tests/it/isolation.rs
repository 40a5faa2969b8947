//! Nothing but the directory is needed, and nothing in it is changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use motus_testkit::harness::{Mask, capture, skip};

use crate::scene::{PROGRAM, Scene};

#[test]
fn verification_works_without_a_network() {
    let test = "isolation::verification_works_without_a_network";
    let scene = Scene::new();
    let unshare = |program: &str| {
        let mut command = scene.scratch.command("unshare");
        command.args(["-Urn", program]);
        command
    };
    // Where `unshare` itself is missing, running it would end the test.
    let tried = unshare("true").output();
    match tried {
        Ok(tried) if tried.status.success() => {}
        Ok(tried) => return skip(test, String::from_utf8_lossy(&tried.stderr).trim()),
        Err(error) => return skip(test, &format!("unshare cannot be run: {error}")),
    }
    let ended = capture(unshare(PROGRAM).arg(&scene.bundle));
    assert_eq!(ended, scene.verify(&[]).expect_success(), "{}", ended.snapshot(&Mask::new()));
}

/// Returns what is there, with contents and the times of the last changes.
fn traces(below: &Path) -> Vec<(String, Vec<u8>, i64, i64)> {
    let mut traces = Vec::new();
    for entry in fs::read_dir(below).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        let found = fs::metadata(&path).expect("the entry is there");
        let content = if found.is_dir() { Vec::new() } else { fs::read(&path).expect("readable") };
        let name = path.to_string_lossy().into_owned();
        traces.push((name, content, found.mtime(), found.mtime_nsec()));
        if found.is_dir() {
            traces.extend(self::traces(&path));
        }
    }
    traces.sort();
    traces
}

#[test]
fn verification_leaves_no_trace() {
    let scene = Scene::new();
    let before = traces(scene.scratch.path());
    assert!(before.len() > 10);
    let _ = scene.verify(&[]).expect_success();
    assert_eq!(traces(scene.scratch.path()), before);
}
