//! `motus init` and `motus install`: what they say, and that published releases agree with what they make.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::{Reference, capture, skip};

use crate::support::{MOTUS, Python, Scene, error_code, parse, succeed};

/// The first loop as the published documentation prints it, `sh -e`.
const FIRST_LOOP: &str = r#"
motus install
motus init --empty --path .
motus doctor
LEASE_ID=$(motus work claim ADHOC-QUICKSTART-001 --intent "First local work item" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["lease_id"])')
motus work evidence "$LEASE_ID" test_result --passed 1 --failed 0
motus work release "$LEASE_ID" success
motus work receipt "$LEASE_ID"
"#;

/// Lists everything below a directory, links with their targets.
fn listing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            match fs::read_link(&path) {
                Ok(target) => found.push(format!("{name} -> {}", target.display())),
                Err(_) => found.push(name),
            }
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_first_loop_runs_as_it_is_printed() {
    let test = "init::the_first_loop_runs_as_it_is_printed";
    if Python::find(test).is_none() {
        return;
    }
    let scene = Scene::new();
    let bin = Path::new(MOTUS).parent().unwrap().to_string_lossy().into_owned();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = scene.scratch.command("sh");
    let told = capture(command.args(["-ec", FIRST_LOOP]).env("PATH", path)).expect_success();
    let stdout = told.stdout_text();
    for line in [
        "Config written:",
        "Initialized Motus workspace:",
        "Evidence recorded: ",
        "Released: RELEASED_OK",
        "Outcome: success",
        "Accepted close: yes",
    ] {
        assert!(stdout.lines().any(|it| it.starts_with(line)), "{line}: {stdout}");
    }
    let released = scene.run(&["work", "list", "--all", "--json"]).expect_success();
    let released = parse(released.stdout);
    let item = released.get("items").and_then(Value::as_array).and_then(<[Value]>::first).unwrap();
    assert_eq!(item.get("task_id").and_then(Value::as_str), Some("ADHOC-QUICKSTART-001"));
    assert_eq!(item.get("status").and_then(Value::as_str), Some("released"));
    assert_eq!(fs::read_dir(scene.scratch.home()).unwrap().count(), 1);
}

#[test]
fn a_workspace_is_told_as_a_page() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["init", "--empty", "--path", "."]), @r#"
    exit 0
    --- stdout
    Initialized Motus workspace:
      Root: [DIR]/project
      Mode: empty
      Motus: [DIR]/project/.motus
      Current: [DIR]/project/.motus/releases/0.0.0
      Next: motus wrap -- COMMAND
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--full"]), @r#"
    exit 0
    --- stdout
    Already initialized: [DIR]/project
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--integrate", "."]), @r#"
    exit 0
    --- stdout
    Initialized Motus workspace:
      Root: [DIR]/project
      Mode: integrate
      Motus: [DIR]/project/.motus
      Current: [DIR]/project/.motus/releases/0.0.0
      ProjectConfig: [DIR]/project/.motus/project/config/init.yaml
      Next: motus wrap -- COMMAND
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--lite", "--path", "deep/down"]), @r#"
    exit 0
    --- stdout
    Initialized Motus workspace:
      Root: [DIR]/project/deep/down
      Mode: lite
      Motus: [DIR]/project/deep/down/.motus
      Current: [DIR]/project/deep/down/.motus/releases/0.0.0
      Next: motus wrap -- COMMAND
    --- stderr
    "#);
}

#[test]
fn a_workspace_is_told_as_json() {
    let scene = Scene::new();
    scene.scratch.write(".motus/state/ledger/mine", "kept");
    symlink("/nowhere", scene.path(".motus/current")).unwrap();
    insta::assert_snapshot!(scene.tell(&["init", "--force", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "already_initialized": false,
      "current": "[DIR]/project/.motus/releases/0.0.0",
      "made": [
        "releases",
        "releases/0.0.0",
        "releases/0.0.0/system",
        "user",
        "user/config",
        "project",
        "project/config",
        "state/evidence",
        "state/locks"
      ],
      "mode": "empty",
      "motus": "[DIR]/project/.motus",
      "project_config": null,
      "repointed_from": "/nowhere",
      "root": "[DIR]/project"
    }
    --- stderr
    "#);
}

#[test]
fn what_is_refused_is_told_with_what_to_do() {
    let scene = Scene::new();
    fs::create_dir(scene.path(".motus")).unwrap();
    symlink("/nowhere", scene.path(".motus/current")).unwrap();
    insta::assert_snapshot!(scene.tell(&["init"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[init.current_elsewhere]: [DIR]/project/.motus/current is a link to /nowhere, and leads to no release of this workspace
    hint: move it away; if it is a link, `motus init --force` leads it back
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--force"]), @r#"
    exit 0
    --- stdout
    Initialized Motus workspace:
      Root: [DIR]/project
      Mode: empty
      Motus: [DIR]/project/.motus
      Current: [DIR]/project/.motus/releases/0.0.0
      Current was a link to: /nowhere
      Next: motus wrap -- COMMAND
    --- stderr
    "#);
    scene.scratch.write("file/.motus", "mine");
    insta::assert_snapshot!(scene.tell(&["init", "--path", "file"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[init.not_a_directory]: a plain file stands where a directory of the workspace belongs: [DIR]/project/file/.motus
    hint: move what stands there away; nothing of it was changed
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--path", "file/.motus"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[file.failed]: cannot read [DIR]/project/file/.motus/.motus: Not a directory (os error 20)
    "#);
    insta::assert_snapshot!(scene.tell(&["init", "--integrate", "nowhere"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[init.root_missing]: there is no directory to integrate: [DIR]/project/nowhere
    hint: check the path; `motus init --path DIR` makes what is missing
    "#);
    assert_eq!(
        error_code(&scene.run(&["init", "--integrate", "nowhere", "--json"])),
        "init.root_missing"
    );
    for words in [["--empty", "--lite"], ["--integrate", "--path"]] {
        assert_eq!(scene.run(&[&["init"], &words[..]].concat()).code, Some(2), "{words:?}");
    }
}

#[test]
fn a_workspace_follows_a_recorded_run_and_disturbs_no_store() {
    let scene = Scene::new();
    scene.record();
    let before = scene.show("latest");
    let told = scene.run(&["init", "--empty", "--path", "."]).expect_success();
    assert!(told.stdout_text().starts_with("Initialized Motus workspace:\n"));
    assert_eq!(scene.show("latest"), before);
    let rules = fs::read_to_string(scene.path(".motus/.gitignore")).unwrap();
    assert!(rules.starts_with("*\n!/project/\n"), "{rules}");
    let again = scene.run(&["init"]).expect_success().stdout_text();
    assert_eq!(again, format!("Already initialized: {}\n", scene.scratch.project().display()));
    let told = scene.doctor(&[]).expect_success().stdout_text();
    assert!(told.contains("overall: pass"), "{told}");
}

#[test]
fn git_sees_what_the_project_says_for_everybody_and_nothing_else() {
    let test = "init::git_sees_what_the_project_says_for_everybody_and_nothing_else";
    let scene = Scene::new();
    let git = |arguments: &[&str]| capture(scene.scratch.command("git").args(arguments));
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return skip(test, "there is no git");
    }
    succeed(git(&["init", "-q", "."]));
    succeed(scene.run(&["init", "--integrate", "."]));
    succeed(scene.run(&["config", "set", "work_ttl_seconds", "90", "--project"]));
    scene.record();
    let status = git(&["status", "--porcelain", "-uall"]).expect_success().stdout_text();
    assert_eq!(status, "?? .motus/.gitignore\n?? .motus/project/config/config.json\n");
}

/// A clone has what was committed of `.motus`, and no rules for git in it.
#[test]
fn git_sees_nothing_of_a_store_in_a_clone_that_brought_settings() {
    let test = "init::git_sees_nothing_of_a_store_in_a_clone_that_brought_settings";
    let scene = Scene::new();
    let git = |arguments: &[&str]| capture(scene.scratch.command("git").args(arguments));
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return skip(test, "there is no git");
    }
    let settings = ".motus/project/config/config.json";
    scene.scratch.write(settings, "{}");
    succeed(git(&["init", "-q", "."]));
    succeed(git(&["add", "."]));
    let commit = ["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m"];
    succeed(git(&commit));
    scene.record();
    let status = || git(&["status", "--porcelain", "-uall"]).expect_success().stdout_text();
    assert_eq!(status(), "");
    scene.record();
    let dirty = scene.payload("adapter.wrap.start").get("working_tree_dirty").unwrap().as_bool();
    assert_eq!(dirty, Some(false));
    // What git knows it goes on seeing.
    scene.scratch.write(settings, r#"{"work_ttl_seconds": 90}"#);
    assert_eq!(status(), " M .motus/project/config/config.json\n");
}

#[test]
fn a_directory_that_may_not_be_entered_is_told() {
    let test = "init::a_directory_that_may_not_be_entered_is_told";
    let scene = Scene::new();
    let script = "mkdir .motus && mount -t tmpfs -o mode=0,size=1m none .motus || exit 99\n\
        exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all \"$0\" init";
    for path in [scene.scratch.path().to_owned(), scene.scratch.project()] {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut command = scene.scratch.command("unshare");
    let ended = capture(command.args(["-m", "sh", "-c", script, MOTUS]));
    let stderr = ended.stderr_text();
    if !stderr.contains("error[") {
        return skip(test, "a file system cannot be mounted here, or nobody become");
    }
    assert!(stderr.starts_with("error[file.denied]: cannot read "), "{stderr}");
    assert_eq!(ended.code, Some(1));
}

#[test]
fn published_releases_and_we_make_the_same_workspace() {
    let test = "init::published_releases_and_we_make_the_same_workspace";
    let Some(reference) = Reference::or_skip(test) else { return };
    let scene = Scene::new();
    let theirs = |arguments: &[&str]| {
        capture(scene.scratch.command(reference.program()).args(arguments)).expect_success()
    };
    succeed(theirs(&["init", "--empty", "--path", "theirs"]));
    succeed(scene.run(&["init", "--empty", "--path", "ours"]));
    let mut ours = listing(&scene.path("ours/.motus"));
    ours.retain(|name| name != ".gitignore");
    assert_eq!(ours, listing(&scene.path("theirs/.motus")));
    for (program, directory) in [("ours", "theirs"), ("theirs", "ours")] {
        let arguments = ["init", "--empty", "--path", directory];
        let told = match program {
            "ours" => scene.run(&arguments).expect_success(),
            _ => theirs(&arguments),
        };
        let told = told.stdout_text().replace('\n', "");
        assert_eq!(told, format!("Already initialized: {}", scene.path(directory).display()));
    }
}
