//! Running one test of this binary again, in a process with other circumstances.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use motus_store::StorePlace;
use motus_testkit::harness::{Captured, Scratch, capture, skip};

use crate::sandbox::set_mode;

const PLACE: &str = "MOTUS_STORE_TEST_PLACE";

/// Returns the Store's place when this process was started by [`rerun`].
pub(crate) fn place() -> Option<StorePlace> {
    env::var_os(PLACE).map(StorePlace::new)
}

/// Runs `test` again behind `launcher`, on the given place; the program is copied into the scratch
/// directory, where another user can reach it.
pub(crate) fn rerun<S: AsRef<OsStr>>(
    scratch: &Scratch,
    test: &str,
    place: &StorePlace,
    launcher: &[S],
) -> Captured {
    let program = reachable_copy(scratch);
    let [first, rest @ ..] = launcher else { panic!("a launcher is a program") };
    let mut command = scratch.command(first);
    command
        .args(rest)
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env("TMPDIR", shared_temporary(scratch))
        .env(PLACE, place.path());
    capture(&mut command)
}

/// Runs `test` again behind a launcher that mounts a file system, and expects it to pass; skips it where
/// that cannot be.
#[track_caller]
pub(crate) fn rerun_mounted(scratch: &Scratch, test: &str, place: &StorePlace, launcher: &[&str]) {
    let [program, arguments @ ..] = launcher else { panic!("a launcher is a program") };
    if !works(scratch, program, &[arguments, &["true"]].concat()) {
        return skip(test, "no small file system can be mounted here");
    }
    expect_passed(&rerun(scratch, test, place, launcher));
}

/// Runs `test` again on a Store that is to be in a new directory, the first argument of a script that mounts a
/// small file system there.
#[track_caller]
pub(crate) fn rerun_on_a_small_disk(test: &str, script: &str) {
    let scratch = Scratch::new();
    let small = scratch.project().join("small");
    fs::create_dir(&small).expect("a directory can be made");
    let path = small.to_str().expect("a scratch path is text");
    let place = StorePlace::new(small.join("kernel-store.db"));
    rerun_mounted(&scratch, test, &place, &["unshare", "-Urm", "sh", "-c", script, path]);
}

/// Expects that the one test ran and passed.
#[track_caller]
pub(crate) fn expect_passed(captured: &Captured) {
    let text = captured.stdout_text();
    assert!(
        captured.code == Some(0) && text.contains("1 passed"),
        "{text}{}",
        captured.stderr_text()
    );
}

/// Makes a directory for temporary files of whichever user.
fn shared_temporary(scratch: &Scratch) -> PathBuf {
    let directory = scratch.path().join("shared-temporary");
    fs::create_dir_all(&directory).expect("a directory can be made");
    set_mode(&directory, 0o1777);
    directory
}

fn reachable_copy(scratch: &Scratch) -> PathBuf {
    let copy = scratch.path().join("it");
    if !copy.exists() {
        let program = env::current_exe().expect("a program knows its path");
        motus_testkit::harness::copy_program(program, &copy).expect("the program can be copied");
        for directory in [scratch.path(), &scratch.project()] {
            set_mode(directory, 0o755);
        }
    }
    copy
}

/// Tells whether `program` with these arguments succeeds on this machine.
pub(crate) fn works(scratch: &Scratch, program: &str, arguments: &[&str]) -> bool {
    let found = env::var_os("PATH").is_some_and(|path| {
        env::split_paths(&path).any(|directory| Path::new(&directory).join(program).exists())
    });
    found && capture(scratch.command(program).args(arguments)).code == Some(0)
}
