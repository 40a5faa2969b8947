//! Commands in a scope whose wrapper, or whose disk, does not live to see the end; and wrappers in a scope.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use motus_json::Value;
use motus_testkit::harness::{capture, skip};

use super::{is_whole, scoped};
use crate::support::{MOTUS, Scene, finish, is_alive, parse, send, start, wait_until};

#[test]
fn a_run_whose_wrapper_was_killed_stays_open_and_the_store_is_sound() {
    if !is_whole("a_run_whose_wrapper_was_killed_stays_open_and_the_store_is_sound") {
        return;
    }
    let scene = Scene::new();
    let script = "echo $$ > out/pid; for it in 1 2; do while echo x >> out/$it; do :; done & done; \
        : > out/started; wait";
    let mut wrapper =
        start(&mut scene.motus(&["wrap", "--allow", "write:out/", "--", "sh", "-c", script]));
    wait_until("the command runs", || scene.path("out/started").exists());
    let process = std::fs::read_to_string(scene.path("out/pid")).unwrap();
    let private = private_directory(&scene);
    let aged = Command::new("touch").args(["-d", "2 hours ago"]).arg(&private).status().unwrap();
    assert!(aged.success());
    let doctor = |options: &[&str]| scene.doctor(options).stdout_text();
    let told = doctor(&["--fix"]);
    assert!(told.contains("leftovers: pass") && private.exists(), "it is in use: {told}");
    send("KILL", wrapper.id());
    wrapper.wait().unwrap();
    wait_until("nobody writes any more", || !is_alive(&process));
    assert_eq!(scene.column("outcome"), None);
    let told = scene.doctor(&[]);
    let told = told.stdout_text();
    assert!(told.contains("open_runs: warn - Open, but its wrapper ended: run_"), "{told}");
    assert!(told.contains("store_integrity: pass"), "{told}");
    let name = private.file_name().unwrap().to_str().unwrap();
    assert!(told.contains("leftovers: warn") && told.contains(name), "{told}");
    let told = scene.doctor(&["--fix"]);
    assert!(!private.exists(), "{}", told.stdout_text());
    assert!(told.stdout_text().contains("Closed as aborted"), "{}", told.stdout_text());
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
}

#[test]
fn a_directory_for_temporary_files_that_stays_is_told_and_changes_no_exit_code() {
    if !is_whole("a_directory_for_temporary_files_that_stays_is_told_and_changes_no_exit_code") {
        return;
    }
    let scene = Scene::new();
    // Nothing is stopped, so that the directory can be replaced.
    let script = "rm -r $TMPDIR; : > $TMPDIR; exit 7";
    for options in [&["wrap", "-q", "--learn"][..], &["wrap", "--no-record", "--learn"]] {
        let told = scene.run(&[options, &["--", "sh", "-c", script]].concat());
        let said = told.stderr_text();
        assert_eq!(told.code, Some(7), "{said}");
        assert!(
            said.contains("warning[file.failed]: cannot remove ") && said.contains("--fix"),
            "{said}"
        );
        std::fs::remove_file(private_directory(&scene)).unwrap();
    }
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
}

#[test]
fn a_command_hides_what_it_leaves_neither_by_its_modes_nor_by_its_times() {
    if !is_whole("a_command_hides_what_it_leaves_neither_by_its_modes_nor_by_its_times") {
        return;
    }
    let scene = Scene::new();
    let script = "mkdir $TMPDIR/d; echo keep > $TMPDIR/d/payload; touch -d 2037-01-01 $TMPDIR/d; \
        chmod 0 $TMPDIR/d; chmod 500 $TMPDIR; touch -d 2037-01-01 $TMPDIR; : > out/started; read line";
    let hidden = |kill: bool| {
        let mut wrap = scene.motus(&["wrap", "--allow", "write:out/", "--", "sh", "-c", script]);
        let _ = std::fs::remove_file(scene.path("out/started"));
        wrap.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut wrapper = wrap.spawn().unwrap();
        wait_until("the command runs", || scene.path("out/started").exists());
        let private = private_directory(&scene);
        if kill {
            send("KILL", wrapper.id());
        }
        drop(wrapper.stdin.take());
        wrapper.wait().unwrap();
        private
    };
    assert!(!hidden(false).exists());
    let private = hidden(true);
    let name = private.file_name().unwrap().to_str().unwrap();
    let told = scene.doctor(&[]).stdout_text();
    assert!(told.contains("leftovers: warn") && told.contains(name), "{told}");
    let told = scene.doctor(&["--fix"]).stdout_text();
    assert!(!private.exists(), "{told}");
}

/// Returns the only directory for temporary files of a command in a scope.
fn private_directory(scene: &Scene) -> PathBuf {
    let found = std::fs::read_dir(scene.scratch.temporary()).unwrap();
    let mut found = found.map(|entry| entry.unwrap().path());
    let is_private = |path: &PathBuf| path.to_string_lossy().contains("/motus-scope-");
    found.find(is_private).expect("the command has one")
}

/// A directory with a file system of its own of so many kilobytes, which goes away with this value.
struct SmallDisk<'s>(&'s Path);

impl<'s> SmallDisk<'s> {
    fn mount(directory: &'s Path, kilobytes: u32) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"]).arg(directory);
        capture(&mut mount).code.filter(|code| *code == 0).map(|_| Self(directory))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_disk_that_takes_no_list_costs_the_list_alone() {
    const TEST: &str = "a_disk_that_takes_no_list_costs_the_list_alone";
    if !is_whole(TEST) {
        return;
    }
    let scene = Scene::new();
    scene.record();
    // What the Store keeps beside itself lies on a disk that is too small for a list.
    let lists = scene.path(".motus/kernel-store.db-scope");
    std::fs::create_dir(&lists).unwrap();
    let Some(_disk) = SmallDisk::mount(&lists, 16) else {
        return skip(TEST, "nothing can be mounted");
    };
    let script = "n=0; while [ $n -lt 3000 ]; do : > out/a-name-that-is-not-very-short-$n; \
        n=$((n+1)); done; exit 7";
    let told = scoped(&scene, &["--allow", "write:out/"], script);
    assert_eq!(told.code, Some(7), "{}", told.stderr_text());
    let said = told.stderr_text();
    assert!(
        said.contains("warning: not all was seen: the list of all effects could not be kept"),
        "{said}"
    );
    let observed = scene.payload("adapter.wrap.scope_observed");
    assert!(observed.get("list").is_none_or(|list| *list == Value::Null), "{observed:?}");
    let attempts = observed.get("attempts").and_then(Value::as_i64).unwrap();
    assert!(attempts >= 3000, "{attempts}");
    assert_eq!(scene.column("outcome").as_deref(), Some("failure"));
    let told = scene.doctor(&[]).stdout_text();
    assert!(told.contains("store_integrity: pass"), "{told}");
}

#[test]
fn a_wrapper_in_a_scope_holds_its_command_to_both_and_both_are_recorded() {
    if !is_whole("a_wrapper_in_a_scope_holds_its_command_to_both_and_both_are_recorded") {
        return;
    }
    let scene = Scene::new();
    for directory in ["both", "outer", "state"] {
        scene.scratch.write(&format!("{directory}/kept"), "");
    }
    let script = "exec 2> /dev/null; echo 1 > both/new; echo 2 > outer/new; echo 3 > none; exit 5";
    let program = format!("exec:{MOTUS}");
    let inner =
        ["wrap", "--db", "state/inner.db", "--allow", "write:both/", "--", "sh", "-c", script];
    let outer = [
        "wrap",
        "--allow",
        &program,
        "--allow",
        "write:both/",
        "--allow",
        "write:outer/",
        "--allow",
        "write:state/",
        "--profile",
        "workspace",
        "--",
        MOTUS,
    ];
    let told = scene.run(&[&outer[..], &inner[..]].concat());
    assert_eq!(told.code, Some(5), "{}", told.stderr_text());
    let exists = ["both/new", "outer/new", "none"].map(|name| scene.path(name).exists());
    assert_eq!(exists, [true, false, false], "{}", told.stderr_text());
    assert_eq!(level(&scene, &[]), "enforced+observed");
    assert_eq!(level(&scene, &["--db", "state/inner.db"]), "enforced+snapshot");
}

#[test]
fn a_wrapper_in_a_scope_that_may_listen_holds_its_command_as_well() {
    if !is_whole("a_wrapper_in_a_scope_that_may_listen_holds_its_command_as_well") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("outer/kept", "old");
    let program = format!("exec:{MOTUS}");
    let outer = ["wrap", "--allow", "write:both/", "--allow", "write:outer/", "--allow", &program];
    let inner = ["wrap", "--no-record", "--require", "enforced+snapshot", "--allow", "write:both/"];
    let script =
        "exec 2> /dev/null; echo 1 > both/new; cat outer/kept; echo new > outer/kept; exit 5";
    let told = scene.run(
        &[&outer[..], &["--profile", "loopback", "--", MOTUS], &inner, &["--", "sh", "-c", script]]
            .concat(),
    );
    assert_eq!((told.code, told.stdout_text().as_str()), (Some(5), ""), "{}", told.stderr_text());
    assert!(scene.path("both/new").exists());
    assert_eq!(std::fs::read_to_string(scene.path("outer/kept")).unwrap(), "old");
}

#[test]
fn a_store_outside_of_the_scope_around_is_told_as_such() {
    if !is_whole("a_store_outside_of_the_scope_around_is_told_as_such") {
        return;
    }
    let scene = Scene::new();
    let program = format!("exec:{MOTUS}");
    let inside = |command: &[&str]| {
        let outer = ["wrap", "--allow", "write:out/", "--allow", &program, "--", MOTUS];
        scene.run(&[&outer[..], command].concat())
    };
    let told = inside(&["wrap", "--", "echo", "inner"]);
    assert_eq!((told.code, told.stdout_text().as_str()), (Some(1), ""));
    let said = scene.scratch.mask().apply(&told.stderr_text());
    let own: Vec<&str> = said.lines().take_while(|line| !line.starts_with("motus ")).collect();
    insta::assert_snapshot!(own.join("
"), @r"
    error[store.denied]: access to the Store is denied: [DIR]/project/.motus/kernel-store.db
      caused by: unable to open database file: [DIR]/project/.motus/kernel-store.db
    hint: the Store lies outside of the scope around this command; name one inside with --db, or record nothing with --no-record
    ");
    assert!(!said.contains("read / "), "{said}");

    let told = inside(&["run", "list", "--db", ".motus/kernel-store.db"]);
    let said = told.stderr_text();
    let hint =
        "hint: the Store lies outside of the scope around this command; name one inside with --db
";
    assert!(told.code == Some(1) && said.contains(hint), "{said}");
    let missing = inside(&["wrap", "--db", "new/x.db", "--", "echo", "inner"]).stderr_text();
    assert!(missing.contains("outside of the scope around this command"), "{missing}");
    for way in [&["--no-record"][..], &["--db", "out/x.db"]] {
        let told = inside(&[&["wrap"], way, &["--", "echo", "inner"]].concat());
        assert_eq!(
            told.stdout_text(),
            "inner
",
            "{}",
            told.stderr_text()
        );
    }
    // Not in a scope there is nothing around.
    scene.scratch.write("file", "");
    let told = scene.run(&["run", "list", "--db", "file/x.db"]);
    assert!(!told.stderr_text().contains("around"), "{}", told.stderr_text());
}

/// Returns the level that the newest run of a Store was held to.
fn level(scene: &Scene, store: &[&str]) -> String {
    let shown = scene.run(&[&["run", "show", "latest", "--json"], store].concat());
    let shown = parse(&shown.expect_success().stdout);
    let payloads = crate::support::payloads_in(&shown);
    let observed = payloads.iter().find(|(kind, _)| kind == "adapter.wrap.scope_observed");
    let (_, observed) = observed.expect("it was observed");
    observed.get("level").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn a_timeout_ends_a_tree_in_a_scope_and_is_recorded() {
    if !is_whole("a_timeout_ends_a_tree_in_a_scope_and_is_recorded") {
        return;
    }
    let scene = Scene::new();
    let script = "trap '' TERM; for it in 1 2 3 4 5; do setsid sh -c 'echo $$ >> out/pids; exec sleep 300' & \
        done; sleep 300; sleep 300";
    let told = scoped(&scene, &["--timeout", "1", "--allow", "write:out/"], script);
    assert_eq!(told.code, Some(124), "{}", told.stderr_text());
    let processes = std::fs::read_to_string(scene.path("out/pids")).unwrap();
    assert_eq!(processes.lines().count(), 5);
    assert!(processes.lines().all(|process| !is_alive(process)), "{processes}");
    let observed = scene.payload("adapter.wrap.scope_observed");
    assert!(observed.get("left_running").and_then(Value::as_i64) >= Some(5), "{observed:?}");
}

#[test]
fn an_interrupted_command_in_a_scope_is_recorded() {
    if !is_whole("an_interrupted_command_in_a_scope_is_recorded") {
        return;
    }
    let scene = Scene::new();
    let script = "trap 'echo 9 > out/interrupted; exit 9' INT; : > out/started; while :; do sleep 0.05; done";
    let wrapper =
        start(&mut scene.motus(&["wrap", "--allow", "write:out/", "--", "sh", "-c", script]));
    wait_until("the command runs", || scene.path("out/started").exists());
    send("INT", wrapper.id());
    let told = finish(wrapper);
    assert_eq!(told.code, Some(130), "{}", told.stderr_text());
    assert!(scene.path("out/interrupted").exists());
    assert_eq!(level(&scene, &[]), "enforced+observed");
    assert_eq!(scene.column("outcome").as_deref(), Some("aborted"));
}
