//! `motus run import` where the disk is full or the Store cannot be written: what is there stays whole.

use std::fs;

use motus_testkit::harness::{capture, skip};

use crate::import::export_all;
use crate::support::{MOTUS, Scene, file_of, succeed};

#[test]
fn a_full_disk_leaves_whole_runs_and_says_how_many() {
    let scene = Scene::new();
    let text = file_of(3000, 1);
    scene.scratch.write("all.ndjson", &text);
    let script = "mkdir store && mount -t tmpfs -o size=2m none store || exit 99\n\
        \"$0\" run import all.ndjson --db store/x.db 2> told; echo $? > code\n\
        \"$0\" run export --all --db store/x.db > partial || exit 98\n\
        mount -o remount,size=64m store || exit 99\n\
        \"$0\" run import all.ndjson --db store/x.db || exit 97\n\
        \"$0\" run export --all --db store/x.db > whole";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, MOTUS]));
    if matches!(ended.code, Some(1 | 99)) {
        let name = "import_trouble::a_full_disk_leaves_whole_runs_and_says_how_many";
        return skip(name, "a file system cannot be mounted here");
    }
    succeed(ended);
    let read = |name| fs::read_to_string(scene.path(name)).unwrap();
    let told = read("told");
    assert_eq!(read("code"), "1\n", "{told}");
    assert!(told.starts_with("error[store.disk_full]: no space left for the Store: "), "{told}");
    let partial = read("partial");
    let runs = partial.lines().count() - 1;
    assert!(runs > 0 && text.starts_with(&partial), "{runs} runs");
    assert!(told.contains(&format!("; {runs} runs were written before that")), "{told}");
    assert_eq!(read("whole"), text);
}

#[test]
fn a_store_that_may_not_be_written_can_be_checked_against() {
    let scene = Scene::new();
    succeed(scene.feed(&["run", "import", "-"], file_of(2, 1)));
    scene.scratch.write("all.ndjson", file_of(3, 1));
    let script = "mount --bind .motus .motus && mount -o remount,ro,bind .motus || exit 99\n\
        cd \"$PWD\"; \"$0\" run import --check all.ndjson && \"$0\" run import all.ndjson";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, MOTUS]));
    if matches!(ended.code, Some(1 | 99)) && !ended.stderr_text().contains("error[") {
        let test = "import_trouble::a_store_that_may_not_be_written_can_be_checked_against";
        return skip(test, "a file system cannot be mounted here");
    }
    assert_eq!(
        ended.stdout_text(),
        "Kinds added: 0\nRuns added: 1\nRuns continued: 0\nRuns already there: 2\n"
    );
    let told = ended.stderr_text();
    assert!(told.contains("error[store.denied]: "), "{told}");
    assert_eq!(export_all(&scene, ""), file_of(2, 1));
}
