//! A Store that cannot be written: before the command nothing runs, after it nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture, skip};

use crate::support::{
    MOTUS, Python, Scene, WAIT_FOR_GO, finish, parse, start, succeed, wait_until,
};

/// Makes a Store refuse every new event, which unlike a lock is known at once.
const REFUSE: &str =
    "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'not today'); END";

/// Wraps a command whose end the Store refuses.
fn wrap_refused(scene: &Scene, python: &Python, arguments: &[&str]) -> Captured {
    let wrapper = start(&mut scene.motus(&[&["wrap"], arguments].concat()));
    wait_until("the command runs", || scene.path("started").exists());
    python.sql(&scene.store(), REFUSE);
    scene.go();
    finish(wrapper)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_store_that_is_locked_at_the_start_keeps_the_command_from_running() {
    let Some(python) = Python::find("a_store_that_is_locked_at_the_start") else {
        return;
    };
    let scene = Scene::new();
    scene.record();
    let held = python.hold(&scene.store());
    insta::assert_snapshot!(scene.tell(&["wrap", "--", "touch", "ran"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.locked]: another process holds the Store: [DIR]/project/.motus/kernel-store.db
      caused by: database is locked
    hint: wait for the other process, or see what holds it with `lsof` or `fuser`
    "#);
    drop(held);
    assert!(!scene.path("ran").exists());
    assert!(scene.spooled().is_empty());
    let listed = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    assert_eq!(listed.get("count").and_then(Value::as_u64), Some(1));
}

#[test]
fn a_store_that_is_locked_at_the_end_costs_neither_the_code_nor_the_record() {
    let Some(python) = Python::find("a_store_that_is_locked_at_the_end") else {
        return;
    };
    let scene = Scene::new();
    let script = format!("{WAIT_FOR_GO}; echo done; exit 7");
    let wrapper = start(&mut scene.wrapping(&script));
    wait_until("the command runs", || scene.path("started").exists());
    let held = python.hold(&scene.store());
    scene.go();
    let ended = finish(wrapper);
    drop(held);
    insta::assert_snapshot!(scene.spell(&ended), @r#"
    exit 7
    --- stdout
    done
    --- stderr
    warning[store.locked]: the end was not recorded: another process holds the Store: [DIR]/project/.motus/kernel-store.db
      it is kept in [DIR]/project/.motus/kernel-store.db-spool/run_[ID].json
    hint: record it with `motus doctor --fix`
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(scene.column("outcome"), None);
    assert_eq!(scene.spooled().len(), 1);
}

#[test]
fn a_kept_end_is_private_and_recorded_once_by_the_doctor() {
    let Some(python) = Python::find("a_kept_end_is_private") else {
        return;
    };
    let scene = Scene::new();
    let script = format!("{WAIT_FOR_GO}; echo done; exit 7");
    let ended = wrap_refused(&scene, &python, &["--", "sh", "-c", &script]);
    insta::assert_snapshot!(scene.spell(&ended), @r#"
    exit 7
    --- stdout
    done
    --- stderr
    warning[store.guard_refused]: the end was not recorded: not today
      it is kept in [DIR]/project/.motus/kernel-store.db-spool/run_[ID].json
    hint: record it with `motus doctor --fix`
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    let [file] = scene.spooled().try_into().unwrap();
    assert_eq!((mode(&scene.spool()), mode(&file)), (0o700, 0o600));
    let kept = parse(fs::read(&file).unwrap());
    python.sql(&scene.store(), "DROP TRIGGER refuse");

    insta::assert_snapshot!(spool_lines(&scene, &[]), @r#"
    spool: warn - 1 unrecorded end
      next: record it with `motus doctor --fix`
    open_runs: warn - Open, and its end is in the spool: run_[ID]
      next: record it with `motus doctor --fix`
    "#);
    assert_eq!(scene.column("outcome"), None);
    insta::assert_snapshot!(spool_lines(&scene, &["--fix"]), @r#"
    spool: pass - Recorded 1 end from the spool
    open_runs: pass - 0 open runs, none abandoned
    "#);
    assert!(scene.spooled().is_empty());
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
    assert_eq!(recorded_events(&scene), kept_payloads(&kept));

    let before = scene.run(&["run", "export", "latest"]).stdout;
    fs::write(&file, motus_json::pretty::write(&kept)).unwrap();
    insta::assert_snapshot!(spool_lines(&scene, &["--fix"]), @r#"
    spool: pass - Recorded 1 end from the spool
    open_runs: pass - 0 open runs, none abandoned
    "#);
    assert!(scene.spooled().is_empty());
    assert_eq!(scene.run(&["run", "export", "latest"]).stdout, before);
}

#[test]
fn a_command_that_cuts_the_stores_shared_memory_short_ends_with_its_own_code() {
    let scene = Scene::new();
    let ended = scene.wrap(": > .motus/kernel-store.db-shm; exit 3");
    insta::assert_snapshot!(scene.spell(&ended), @r#"
    exit 3
    --- stdout
    --- stderr
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
}

#[test]
fn the_times_of_a_kept_end_are_those_at_which_it_happened() {
    let Some(python) = Python::find("the_times_of_a_kept_end") else {
        return;
    };
    let scene = Scene::new();
    wrap_refused(&scene, &python, &["--", "sh", "-c", WAIT_FOR_GO]);
    python.sql(&scene.store(), "DROP TRIGGER refuse");
    let [file] = scene.spooled().try_into().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let kept = parse(&text);
    let nanoseconds = kept.get("ended_at_ns").and_then(Value::as_u64).unwrap();
    // As if the doctor came a year late: only the document knows when the run ended.
    let long_ago = nanoseconds - 365 * 24 * 3600 * 1_000_000_000;
    fs::write(&file, text.replace(&nanoseconds.to_string(), &long_ago.to_string())).unwrap();
    succeed(scene.doctor(&["--fix"]));
    let ended = scene.column("ended_at").unwrap();
    assert!(ended < scene.column("started_at").unwrap(), "{ended}");
}

#[test]
fn a_document_in_the_spool_that_is_no_end_is_left_there() {
    let scene = Scene::new();
    scene.record();
    let file = scene.scratch.write(".motus/kernel-store.db-spool/run_x.json", "{}");
    insta::assert_snapshot!(spool_lines(&scene, &["--fix"]), @r#"
    spool: fail - Recorded 0 ends, 1 refused: [DIR]/project/.motus/kernel-store.db-spool/run_x.json: not a spooled end of a run
      next: read the refused file; it stays until you move it away
    open_runs: pass - 0 open runs, none abandoned
    "#);
    assert_eq!(scene.doctor(&["--fix"]).code, Some(1));
    assert!(file.exists());
}

#[test]
fn doctors_at_once_record_an_end_once_and_none_complains() {
    let Some(python) = Python::find("doctors_at_once") else {
        return;
    };
    let scene = Scene::new();
    drop(wrap_refused(&scene, &python, &["--", "sh", "-c", WAIT_FOR_GO]));
    python.sql(&scene.store(), "DROP TRIGGER refuse");
    let doctors: Vec<_> = (0..4).map(|_| start(&mut scene.motus(&["doctor", "--fix"]))).collect();
    for doctor in doctors {
        let told = finish(doctor);
        assert_eq!(told.code, Some(0), "{}", told.stdout_text());
    }
    assert!(scene.spooled().is_empty());
    assert_eq!(recorded_events(&scene).len(), 3);
}

#[test]
fn the_end_of_a_command_that_removes_files_of_the_store_is_kept_beside_it() {
    for script in [
        "rm .motus/kernel-store.db",
        "rm .motus/kernel-store.db-wal .motus/kernel-store.db-shm",
        "mv .motus .old; mkdir -m 700 .motus; : > .motus/kernel-store.db",
    ] {
        let scene = Scene::new();
        scene.record();
        let told = scene.wrap(&format!("{script}; exit 3"));
        assert_eq!(told.code, Some(3), "{script}");
        let stderr = told.stderr_text();
        assert!(stderr.starts_with("warning[store.moved]: the end was not recorded: "), "{stderr}");
        assert_eq!(scene.spooled().len(), 1, "{script}");
    }
}

#[test]
fn the_end_of_a_command_that_removes_the_whole_directory_is_told() {
    for (script, is_there) in [
        ("rm -rf .motus", false),
        ("mv .motus .old", false),
        ("rm -rf .motus; mkdir other; ln -s other .motus", true),
    ] {
        let scene = Scene::new();
        let told = scene.wrap(&format!("{script}; exit 3"));
        assert_eq!(told.code, Some(3), "{script}");
        let stderr = told.stderr_text();
        assert!(stderr.starts_with("warning[store.moved]: the end was not recorded: "), "{stderr}");
        let line = stderr.lines().find(|line| line.starts_with('{')).expect("the record is told");
        let events = parse(line).get("events").and_then(Value::as_array).map(<[Value]>::len);
        assert_eq!(events, Some(3));
        let gone = "  the Store is not there any more, nor are its earlier runs\n\
            hint: keep it with --db where no command clears it away, as `git clean -fdx` does\n\
            hint: the next line is the record; if the Store was moved, save it as a file in its spool\n";
        assert!(stderr.contains(gone), "{stderr}");
        // What is not there is not named as if it were.
        assert!(!stderr.contains("motus run: ") && !stderr.contains("motus store: "), "{stderr}");
        assert_eq!(scene.path(".motus").exists(), is_there, "{script}");
        assert!(!is_there || fs::read_dir(scene.path("other")).unwrap().count() == 0);
    }
}

#[test]
fn the_end_is_not_kept_where_a_link_leads_that_the_command_put_there() {
    let scene = Scene::new();
    fs::create_dir_all(scene.path("st/in")).unwrap();
    fs::create_dir(scene.path("other")).unwrap();
    let script = "mv st/in st/old; ln -s ../other st/in; exit 3";
    let told = scene.run(&["wrap", "--db", "st/in/k.db", "--", "sh", "-c", script]);
    assert_eq!(told.code, Some(3));
    let stderr = told.stderr_text();
    assert!(stderr.starts_with("warning[store.moved]: the end was not recorded: "), "{stderr}");
    assert!(stderr.lines().any(|line| line.starts_with('{')), "the record is told: {stderr}");
    assert_eq!(fs::read_dir(scene.path("other")).unwrap().count(), 0);
}

#[test]
fn a_full_disk_leaves_the_record_on_stderr() {
    let test = "a_full_disk_leaves_the_record_on_stderr";
    let may = Command::new("unshare").args(["-Urm", "true"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        return skip(test, "unshare -Urm does not work here");
    }
    let scene = Scene::new();
    let script = "mount -t tmpfs -o size=1m none . && cd . || exit 99; cd \"$PWD\"; \"$0\" wrap -- \
        sh -c 'dd if=/dev/zero of=fill bs=4096 2>/dev/null; exit 5'";
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-Urm", "sh", "-c", script, MOTUS]));
    if ended.code == Some(99) {
        return skip(test, "a file system cannot be mounted here");
    }
    let stderr = ended.stderr_text();
    assert_eq!(ended.code, Some(5), "{stderr}");
    assert!(stderr.contains("warning[store.disk_full]: the end was not recorded"), "{stderr}");
    let line = stderr.lines().find(|line| line.starts_with('{')).expect("the record is told");
    let record = parse(line);
    assert_eq!(record.get("events").and_then(Value::as_array).map(<[Value]>::len), Some(3));
    let outcome = record.get("close").and_then(|close| close.get("outcome"));
    assert_eq!(outcome.and_then(Value::as_str), Some("failure"));
}

/// Returns the doctor's lines about the spool.
fn spool_lines(scene: &Scene, arguments: &[&str]) -> String {
    let told = scene.spell(&scene.doctor(arguments));
    let lines: Vec<&str> = told
        .lines()
        .skip_while(|line| !line.starts_with("spool"))
        .take_while(|line| !line.starts_with("leftovers"))
        .collect();
    lines.join("\n")
}

/// Returns the payloads of the newest run's events, the start left out.
fn recorded_events(scene: &Scene) -> Vec<Value> {
    let payloads = crate::support::payloads_in(&scene.show("latest"));
    payloads.into_iter().skip(1).map(|(_, payload)| payload.sorted()).collect()
}

/// Returns the payloads that a kept end holds.
fn kept_payloads(kept: &Value) -> Vec<Value> {
    let events = kept.get("events").and_then(Value::as_array).unwrap();
    events.iter().map(|event| event.get("payload").unwrap().clone().sorted()).collect()
}
