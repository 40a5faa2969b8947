//! Commands on a release that are killed as they enter a system call, one call after the other: running them
//! again completes what they began.

use std::fs;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture, skip};

use crate::release::{ID, at, edit, fill, ready, release, set, text, words};
use crate::support::{Before, MOTUS, Scene, can_kill, error_code, parse, payloads_in, succeed};

/// Lists all names below the directory of releases.
fn names(scene: &Scene) -> Vec<String> {
    let mut command = scene.scratch.command("find");
    let found = capture(command.args([".motus/releases", "-mindepth", "1", "-not", "-type", "d"]));
    let mut names: Vec<String> = found.stdout_text().lines().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn a_killed_scaffold_is_whole_or_absent_and_the_next_one_completes_it() {
    let scene = Scene::new();
    if !can_kill("release_crash::a_killed_scaffold_is_whole_or_absent") {
        return;
    }
    let kills = Before::keep(&scene).kill_everywhere(&words("scaffold", &[]), |place, _| {
        let is_there = at(&scene, "").exists();
        if is_there {
            succeed(release(&scene, "validate"));
        }
        let again = scene.run(&words("scaffold", &["--json"]));
        if is_there {
            assert_eq!(error_code(&again), "release.exists", "{place}");
        } else {
            assert_eq!(again.code, Some(0), "{place}: {}", again.stderr_text());
        }
        succeed(release(&scene, "validate"));
        let names = names(&scene);
        assert_eq!(names.len(), 10, "{place}: {names:?}");
    });
    assert!(kills > 30, "only {kills} kills");
}

#[test]
fn a_killed_sync_is_completed_by_the_next_one() {
    let scene = Scene::new();
    if !can_kill("release_crash::a_killed_sync_is_completed_by_the_next_one") {
        return;
    }
    succeed(release(&scene, "scaffold"));
    edit(&scene, "generated/metrics-template.json", |metrics| {
        let metrics = metrics.as_object_mut().unwrap().get_mut("metrics").unwrap();
        let Value::Array(metrics) = metrics else { panic!("a list") };
        set(&mut metrics[0], "value", 7_i64);
    });
    fill(&scene);
    let kills = Before::keep(&scene).kill_everywhere(&words("sync", &[]), |place, _| {
        for path in names(&scene).iter().filter(|path| !path.contains("/.")) {
            parse(fs::read(scene.path(path)).unwrap());
        }
        let again = release(&scene, "sync");
        assert_eq!(again.code, Some(0), "{place}: {}", again.stderr_text());
        assert_eq!(again.stderr_text(), "", "{place}");
        succeed(release(&scene, "validate"));
        let names = names(&scene);
        assert_eq!(names.len(), 10, "{place}: {names:?}");
        let metrics = fs::read_to_string(at(&scene, "generated/metrics-template.json")).unwrap();
        assert!(metrics.contains("\"value\": 7"), "{place}");
    });
    assert!(kills > 30, "only {kills} kills");
}

/// How an attempt to finalize went on from one that was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Recorded,
    Completed,
    Exists,
}

#[test]
fn a_killed_finalization_is_completed_by_the_next_one() {
    let scene = Scene::new();
    if !can_kill("release_crash::a_killed_finalization_is_completed_by_the_next_one") {
        return;
    }
    ready(&scene);
    succeed(scene.run(&["doctor", "--fix"]));
    let mut met = Vec::new();
    let kills = Before::keep(&scene).kill_everywhere(&words("finalize", &[]), |place, _| {
        let receipt = at(&scene, "final-receipt.json");
        let before = fs::read(&receipt).ok();
        let again = scene.run(&words("finalize", &["--json"]));
        let pin = again.code.filter(|code| *code == 0).map(|_| text(&parse(&again.stdout), "pin"));
        let next = match pin.as_deref() {
            Some("recorded") => Next::Recorded,
            Some(pin) => {
                assert_eq!(pin, "completed", "{place}");
                Next::Completed
            }
            None => {
                assert_eq!(error_code(&again), "release.final_exists", "{place}");
                Next::Exists
            }
        };
        assert_eq!(before.is_some(), next != Next::Recorded, "{place}");
        if let Some(before) = before {
            assert_eq!(fs::read(&receipt).unwrap(), before, "{place}: it was replaced");
        }
        met.push(next);
        expect_finalized(&scene, place);
    });
    assert!(kills > 20, "only {kills} kills");
    for next in [Next::Recorded, Next::Completed, Next::Exists] {
        assert!(met.contains(&next), "{next:?} was never met");
    }
}

/// Expects one closed run that knows the receipt.
#[track_caller]
fn expect_finalized(scene: &Scene, place: &str) {
    let told = scene.run(&words("validate", &["--final", "--json"]));
    assert_eq!(told.code, Some(0), "{place}: {}", told.stderr_text());
    assert_eq!(text(&parse(&told.stdout), "pin"), "ok", "{place}");
    let listed = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    assert_eq!(listed.get("count").and_then(Value::as_u64), Some(1), "{place}");
    assert_eq!(payloads_in(&scene.show("latest")).len(), 3, "{place}");
    assert_eq!(scene.column("outcome").as_deref(), Some("success"), "{place}");
    let names = names(scene);
    assert_eq!(names.len(), 11, "{place}: {names:?}");
}

/// Runs a script in a project that is a mount of its own, or says why that cannot be.
fn mounted(scene: &Scene, mount: &str, script: &str, test: &str) -> Option<Captured> {
    let script = format!("{mount} || exit 99; cd \"$PWD\"; {script}");
    let mut command = scene.scratch.command("unshare");
    let ended = match command.args(["-Urm", "sh", "-c", &script, MOTUS]).output() {
        Ok(output) => Captured::from(output),
        Err(_) => Captured { code: Some(99), signal: None, stdout: vec![], stderr: vec![] },
    };
    let is_refused = ended.code == Some(1) && ended.stderr_text().starts_with("unshare:");
    if ended.code == Some(99) || is_refused {
        skip(test, "a file system cannot be mounted here");
        return None;
    }
    Some(ended)
}

#[test]
fn a_full_disk_is_told_and_what_was_begun_is_completed_once_there_is_room() {
    let scene = Scene::new();
    let source = "s/<acc[^\"]*/accepted/; s/<[a-z-]*>/x/";
    let script = format!(
        "full() {{ head -c 2000000 /dev/zero > fill 2>/dev/null; }}; room() {{ rm fill; }}; \
         go() {{ \"$0\" release \"$1\" --release-id {ID} --json; echo \"$1 $?\"; }}; \
         full; go scaffold; ls -A .motus/releases; room; go scaffold > /dev/null; \
         sed -i '{source}' .motus/releases/{ID}/release-source.json; \
         full; go sync; room; go sync > /dev/null; \
         full; go finalize; ls -A .motus/releases/{ID}; room; go finalize > /dev/null; \
         \"$0\" release validate --release-id {ID} --final"
    );
    let test = "release_crash::a_full_disk_is_told";
    let mount = "mount -t tmpfs -o size=1m none .";
    let Some(ended) = mounted(&scene, mount, &script, test) else { return };
    let (stdout, stderr) = (ended.stdout_text(), ended.stderr_text());
    assert_eq!(ended.code, Some(0), "{stdout}\n{stderr}");
    assert!(stdout.ends_with("\npin: ok\n"), "{stdout}\n{stderr}");
    assert!(stdout.contains("scaffold 1\nsync 1\nfinalize 1\n"), "{stdout}\n{stderr}");
    assert_eq!(stderr.matches("disk_full\"").count(), 3, "{stderr}");
}

#[test]
fn where_nothing_may_be_written_it_is_said_and_reading_goes_on() {
    let scene = Scene::new();
    ready(&scene);
    let script = format!(
        "for command in validate show sync; do \
         \"$0\" release $command --release-id {ID} > /dev/null || exit 98; done; \
         touch x 2> /dev/null && exit 97; \
         for command in 'scaffold --force' finalize; do \
         \"$0\" release $command --release-id {ID} --json; echo $?; done; \
         \"$0\" release scaffold --release-id new --json; echo $?"
    );
    let test = "release_crash::where_nothing_may_be_written_it_is_said";
    let mount = "mount --bind . . && mount -o remount,ro,bind .";
    let Some(ended) = mounted(&scene, mount, &script, test) else { return };
    assert_eq!((ended.code, ended.stdout_text().as_str()), (Some(0), "1\n1\n1\n"));
    let stderr = ended.stderr_text();
    assert_eq!(stderr.matches("\"code\": \"file.denied\"").count(), 3, "{stderr}");
    assert!(!scene.store().exists());
}
