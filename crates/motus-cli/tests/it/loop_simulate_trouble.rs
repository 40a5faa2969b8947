//! `motus loop simulate --out` where something goes wrong: a bundle is whole or absent.

use std::fs;
use std::process::Stdio;

use motus_testkit::harness::{Captured, capture, skip};

use crate::support::loops::{first, published};
use crate::support::{MOTUS, Scene, can_kill, error_code, finish, hindered, start};

/// Every call that changes something; a question mark lets strace skip one that this machine does not have.
///
/// What opening a new file changes is seen by a kill at the next of these calls.
const CALLS: [&str; 9] =
    ["write", "fsync", "fchmod", "flock", "mkdirat", "?mkdir", "renameat2", "unlinkat", "?rmdir"];

/// More calls of one kind than a simulation makes.
const TOO_MANY: usize = 300;

const OUT: [&str; 5] = ["loop", "simulate", "first.yaml", "--out", "made"];

fn scene() -> Scene {
    let scene = Scene::new();
    scene.scratch.write("first.yaml", first());
    scene
}

/// Lists what stands in the working directory beside the scenario.
fn names(scene: &Scene) -> Vec<String> {
    let entries = fs::read_dir(scene.scratch.project()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "first.yaml").collect();
    names.sort();
    names
}

fn verifies(scene: &Scene, directory: &str) -> bool {
    scene.run(&["bundle", "verify", directory]).code == Some(0)
}

#[test]
fn a_kill_at_any_call_leaves_a_whole_bundle_or_none_and_the_next_one_clears_up() {
    if !can_kill("loop_simulate_trouble::a_kill_at_any_call_leaves_a_whole_bundle_or_none") {
        return;
    }
    // The second round begins with what a killed writer left, so that clearing up is killed, too.
    let (mut kills, mut leftovers) = (0, 0);
    for begin in [None, Some("fsync:signal=SIGKILL:when=9")] {
        for call in CALLS {
            for number in 1.. {
                assert!(number < TOO_MANY, "{call}");
                let scene = scene();
                if let Some(inject) = begin {
                    assert!(hindered(&scene, inject, &OUT).signal.is_some());
                    assert_eq!(names(&scene).len(), 1);
                }
                let inject = format!("{call}:signal=SIGKILL:when={number}");
                let ended = hindered(&scene, &inject, &OUT);
                let when = format!("killed at {call} {number}");
                let is_made = scene.path("made").exists();
                assert!(!is_made || verifies(&scene, "made"), "{when}");
                if ended.code == Some(0) {
                    assert!(is_made, "{when}");
                }
                leftovers +=
                    names(&scene).iter().filter(|name| name.starts_with(".made.new-")).count();
                let next = scene.run(&OUT);
                assert_eq!(next.code, Some(i32::from(is_made)), "{when}: {}", next.stderr_text());
                if !is_made {
                    assert_eq!(names(&scene), ["made"], "{when}");
                    assert!(verifies(&scene, "made"), "{when}");
                }
                if ended.signal.is_none() {
                    break;
                }
                kills += 1;
            }
        }
    }
    assert!(kills > 30 && leftovers > 20, "{kills} kills, {leftovers} leftovers");
}

#[test]
fn a_family_that_is_killed_has_its_children_first() {
    if !can_kill("loop_simulate_trouble::a_family_that_is_killed_has_its_children_first") {
        return;
    }
    let path = published("parallel_children");
    let out = ["loop", "simulate", path.to_str().unwrap(), "--out", "made"];
    let mut seen = std::collections::BTreeSet::new();
    for (call, step) in [("renameat2", 1), ("fsync", 4), ("mkdirat", 4)] {
        for number in (1..).step_by(step) {
            assert!(number < TOO_MANY, "{call}");
            let scene = Scene::new();
            let inject = format!("{call}:signal=SIGKILL:when={number}");
            let ended = hindered(&scene, &inject, &out);
            let when = format!("killed at {call} {number}");
            let made = [scene.path("made").exists(), scene.path("made.children").exists()];
            match made {
                [true, _] => {
                    let verify = ["bundle", "verify", "made", "--children", "made.children"];
                    assert_eq!(scene.run(&verify).code, Some(0), "{when}");
                }
                [false, true] => {
                    for child in fs::read_dir(scene.path("made.children")).unwrap() {
                        let child = child.unwrap().path();
                        assert!(verifies(&scene, child.to_str().unwrap()), "{when}");
                    }
                    let refused = scene.run(&out);
                    assert!(refused.stderr_text().contains("made.children exists"), "{when}");
                }
                [false, false] => {
                    drop(scene.run(&out).expect_success());
                    assert_eq!(names(&scene), ["made", "made.children"], "{when}");
                }
            }
            seen.insert(made);
            if ended.signal.is_none() {
                break;
            }
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn a_call_that_fails_leaves_nothing_and_says_so() {
    if !can_kill("loop_simulate_trouble::a_call_that_fails_leaves_nothing_and_says_so") {
        return;
    }
    let json = [OUT.as_slice(), &["--json"]].concat();
    for (inject, code) in [
        ("fsync:error=EIO:when=1", "bundle.write_failed"),
        ("fsync:error=EIO:when=9", "bundle.write_failed"),
        ("fsync:error=EIO:when=10", "bundle.write_failed"),
        ("mkdirat:error=EDQUOT:when=2", "bundle.disk_full"),
        ("mkdirat:error=EACCES:when=1", "bundle.denied"),
        ("renameat2:error=EROFS:when=1", "bundle.denied"),
        ("renameat2:error=EEXIST:when=1", "bundle.exists"),
    ] {
        let scene = scene();
        let ended = hindered(&scene, inject, &json);
        assert_eq!((ended.code, ended.stdout.len()), (Some(1), 0), "{inject}");
        assert_eq!(error_code(&ended), code, "{inject}");
        assert_eq!(names(&scene), [""; 0], "{inject}");
    }
    // Old kernels and some file systems cannot rename without replacing, and some have no locks.
    for inject in ["renameat2:error=EINVAL:when=1", "flock:error=ENOLCK:when=1"] {
        let scene = scene();
        drop(hindered(&scene, inject, &OUT).expect_success());
        assert!(verifies(&scene, "made"), "{inject}");
        assert_eq!(names(&scene), ["made"], "{inject}");
    }
}

#[test]
fn every_file_and_directory_is_synced_before_the_name_is_given_and_the_name_after() {
    if !can_kill("loop_simulate_trouble::every_file_and_directory_is_synced") {
        return;
    }
    let scene = scene();
    let mut strace = scene.scratch.command("strace");
    strace.args(["-f", "-qq", "-o", "trace"]);
    strace.arg("--trace=fsync,fdatasync,sync,syncfs,sync_file_range,renameat2");
    drop(capture(strace.arg(MOTUS).args(OUT)).expect_success());
    let trace = fs::read_to_string(scene.path("trace")).unwrap();
    let calls: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('))
        .map(|(call, _)| call)
        .collect();
    // Seven files, the directory and its evidence; then the directory above.
    let mut expected = vec!["fsync"; 9];
    expected.extend(["renameat2", "fsync"]);
    assert_eq!(calls, expected);
}

#[test]
fn of_many_at_once_one_gets_the_place() {
    let scene = scene();
    for round in 0..10 {
        let name = format!("made-{round}");
        let arguments = ["loop", "simulate", "first.yaml", "--out", &name, "--json"];
        let children: Vec<_> = (0..8).map(|_| start(&mut scene.motus(&arguments))).collect();
        let ended: Vec<Captured> = children.into_iter().map(finish).collect();
        let made = ended.iter().filter(|ended| ended.code == Some(0)).count();
        assert_eq!(made, 1, "round {round}");
        for refused in ended.iter().filter(|ended| ended.code != Some(0)) {
            assert_eq!((refused.code, error_code(refused).as_str()), (Some(1), "bundle.exists"));
        }
        assert!(verifies(&scene, &name), "round {round}");
    }
    assert_eq!(names(&scene), (0..10).map(|round| format!("made-{round}")).collect::<Vec<_>>());
}

#[test]
fn a_full_or_closed_disk_leaves_nothing_and_says_so() {
    let scene = scene();
    // However much room there is: too little for a directory, for some files, for all.
    let script = "mkdir disk ro && mount -t tmpfs -o ro none ro || exit 99\n\
        \"$0\" loop simulate first.yaml --out ro/made 2> told-ro; echo $? > code-ro\n\
        for room in 4k 8k 12k 16k 20k 24k 1m; do for names in 1 2 3 5 8 40; do\n\
        mount -t tmpfs -o size=$room,nr_inodes=$names none disk || exit 99\n\
        \"$0\" loop simulate first.yaml --out disk/made > /dev/null 2> told; code=$?\n\
        ls -A disk > left; [ $code != 0 ] || \"$0\" bundle verify disk/made > /dev/null || exit 98\n\
        umount disk || exit 97\n\
        echo \"$code $(cat left) $(head -n 1 told | cut -d: -f 1)\"; done; done";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, MOTUS]));
    if matches!(ended.code, Some(1 | 99)) {
        let name = "loop_simulate_trouble::a_full_or_closed_disk_leaves_nothing_and_says_so";
        return skip(name, "a file system cannot be mounted here");
    }
    let told = ended.expect_success().stdout_text();
    let full = told.lines().filter(|line| *line == "1  error[bundle.disk_full]").count();
    let made = told.lines().filter(|line| *line == "0 made ").count();
    assert!(full > 20 && made > 0 && full + made == 42, "{full} full, {made} made: {told}");
    let read = |name| fs::read_to_string(scene.path(name)).unwrap();
    assert_eq!(read("code-ro"), "1\n");
    assert!(read("told-ro").starts_with("error[bundle.denied]: "), "{}", read("told-ro"));
}

#[test]
fn an_output_that_is_full_costs_the_message_and_not_the_bundle() {
    if !std::path::Path::new("/dev/full").exists() {
        let test = "loop_simulate_trouble::an_output_that_is_full_costs_the_message";
        return skip(test, "there is no /dev/full");
    }
    let scene = scene();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = scene.motus(&OUT).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let ended = Captured::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr_text().starts_with("error[output.failed]: "), "{}", ended.stderr_text());
    assert!(verifies(&scene, "made"));
}
