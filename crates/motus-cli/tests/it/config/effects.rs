//! Every setting has its effect, and the nearest value counts.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::{Captured, capture};

use super::{project, set};
use crate::support::{Scene, parse, succeed};

/// Runs a command with `--json` and some variables, and returns what it printed.
#[track_caller]
fn told_with(scene: &Scene, variables: &[(&str, &str)], arguments: &[&str]) -> Value {
    let mut command = scene.motus(&[arguments, &["--json"]].concat());
    parse(capture(command.envs(variables.iter().copied())).expect_success().stdout)
}

#[track_caller]
fn told(scene: &Scene, arguments: &[&str]) -> Value {
    told_with(scene, &[], arguments)
}

fn text(document: &Value, name: &str) -> String {
    document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the seconds between two times of the same day, or the next.
fn seconds_between(from: &str, to: &str) -> i64 {
    let of = |time: &str| motus_ledger::Timestamp::parse(time).unwrap().unix_seconds();
    of(to) - of(from)
}

/// Returns the Store that a wrapped `true` is recorded in, relative to the scene.
#[track_caller]
fn store_of(ended: &Captured, scene: &Scene) -> String {
    let stderr = ended.stderr_text();
    let store = stderr.lines().find_map(|line| line.strip_prefix("motus store: "));
    let store = store.unwrap_or_else(|| panic!("{stderr}"));
    assert!(Path::new(store).is_file(), "{store}");
    store.replace(&*scene.scratch.path().to_string_lossy(), "")
}

#[test]
fn the_agent_is_who_is_named_nearest() {
    let scene = Scene::new();
    set(&scene, &["agent_id", "ann"]);
    let agent = |variables: &[(&str, &str)], arguments: &[&str]| {
        let task = format!("T{}{}", variables.len(), arguments.len());
        told_with(&scene, variables, &[&["work", "claim", &task], arguments].concat());
        let list = told(&scene, &["work", "list"]);
        text(&list.get("items").and_then(Value::as_array).unwrap()[0], "agent_id")
    };
    assert_eq!(agent(&[], &[]), "ann");
    assert_eq!(agent(&[("MC_AGENT_ID", "bob")], &[]), "bob");
    assert_eq!(agent(&[("MC_AGENT_ID", "bob")], &["--agent", "cid"]), "cid");
}

#[test]
fn a_claim_lives_as_long_as_is_said_nearest() {
    let scene = Scene::new();
    let lives = |arguments: &[&str]| {
        told(&scene, &[&["work", "claim", "T", "--shared"], arguments].concat());
        let list = told(&scene, &["work", "list"]);
        let item = list.get("items").and_then(Value::as_array).unwrap()[0].clone();
        seconds_between(&text(&item, "claimed_at"), &text(&item, "expires_at"))
    };
    assert_eq!(lives(&[]), 3600);
    set(&scene, &["work_ttl_seconds", "600"]);
    assert_eq!(lives(&[]), 600);
    set(&scene, &["work_ttl_seconds", "120", "--project"]);
    assert_eq!(lives(&[]), 120);
    assert_eq!(lives(&["--ttl", "30"]), 30);
}

#[test]
fn a_lock_lives_as_long_as_is_said_nearest() {
    let scene = Scene::new();
    let lives = |arguments: &[&str]| {
        let acquire = ["lock", "acquire", "deploy", "--holder", "ci"];
        let lock = told(&scene, &[&acquire[..], arguments].concat());
        succeed(scene.run(&[
            "lock",
            "release",
            "deploy",
            "--holder",
            "ci",
            "--token",
            &lock.get("fencing_token").and_then(Value::as_u64).unwrap().to_string(),
        ]));
        seconds_between(&text(&lock, "acquired_at"), &text(&lock, "expires_at"))
    };
    assert_eq!(lives(&[]), 3600);
    set(&scene, &["lock_ttl_seconds", "600"]);
    assert_eq!(lives(&[]), 600);
    set(&scene, &["lock_ttl_seconds", "120", "--project"]);
    assert_eq!(lives(&[]), 120);
    assert_eq!(lives(&["--ttl", "30"]), 30);
}

#[test]
fn as_many_runs_are_listed_as_is_said_nearest() {
    let scene = Scene::new();
    (0..3).for_each(|_| scene.record());
    let count = |arguments: &[&str]| {
        let list = told(&scene, &[&["run", "list"], arguments].concat());
        list.get("runs").and_then(Value::as_array).unwrap().len()
    };
    assert_eq!(count(&[]), 3);
    set(&scene, &["run_list_limit", "2"]);
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["--limit", "1"]), 1);
    let stderr = scene.run(&["run", "list"]).expect_success().stderr_text();
    assert_eq!(stderr, "2 newest runs shown; see more with --limit N\n");
}

#[test]
fn output_is_marked_as_truncated_from_the_size_that_is_said_nearest() {
    let scene = Scene::new();
    let is_truncated = |arguments: &[&str]| {
        succeed(scene.run(&[&["wrap"], arguments, &["--", "echo", "four"]].concat()));
        scene.output("stdout").get("truncated").and_then(Value::as_bool).unwrap()
    };
    assert!(!is_truncated(&[]));
    set(&scene, &["wrap_max_output_bytes", "4"]);
    assert!(is_truncated(&[]));
    set(&scene, &["wrap_max_output_bytes", "5", "--project"]);
    assert!(!is_truncated(&[]));
    assert!(is_truncated(&["--max-output-bytes", "4"]));
}

#[test]
fn a_command_is_ended_after_the_time_that_is_said_nearest() {
    let scene = Scene::new();
    set(&scene, &["wrap_timeout_seconds", "1"]);
    for no_record in [false, true] {
        let arguments: &[&str] = if no_record { &["wrap", "--no-record"] } else { &["wrap"] };
        let ended = scene.run(&[arguments, &["sleep", "60"]].concat());
        let stderr = ended.stderr_text();
        assert_eq!(ended.code, Some(124), "{stderr}");
        assert!(
            stderr.contains("motus wrap: ended after 1 s (wrap_timeout_seconds)\n"),
            "{stderr}"
        );
    }
    succeed(scene.run(&["wrap", "--timeout", "inf", "sleep", "1.2"]));
    let ended = scene.run(&["wrap", "--timeout", "0.2", "sleep", "60"]);
    assert!(ended.stderr_text().contains("motus wrap: ended after 0.2 s (--timeout)\n"));
}

#[test]
fn only_the_user_lets_a_store_be_shared() {
    let scene = Scene::new();
    scene.record();
    let mode_after = |variables: &[(&str, &str)]| {
        fs::set_permissions(scene.store(), PermissionsExt::from_mode(0o644)).unwrap();
        let mut command = scene.motus(&["wrap", "true"]);
        succeed(capture(command.envs(variables.iter().copied())));
        fs::metadata(scene.store()).unwrap().mode() & 0o777
    };
    assert_eq!(mode_after(&[]), 0o600);
    set(&scene, &["allow_shared_state", "yes"]);
    assert_eq!(mode_after(&[]), 0o644);
    assert_eq!(mode_after(&[("MOTUS_ALLOW_SHARED_STATE_PERMISSIONS", "0")]), 0o600);
    let project = project(&scene, r#"{"allow_shared_state": true}"#);
    let told = scene.run(&["wrap", "true"]).stderr_text();
    assert!(told.starts_with("error[config.user_only]: "), "{told}");
    fs::remove_file(project).unwrap();
    assert_eq!(mode_after(&[]), 0o644);
}

#[test]
fn the_store_is_where_is_said_nearest() {
    let scene = Scene::new();
    let store = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = scene.motus(&[&["wrap"], arguments, &["true"]].concat());
        let ended = capture(command.envs(variables.iter().copied())).expect_success();
        store_of(&ended, &scene)
    };
    assert_eq!(store(&[], &[]), "/project/.motus/kernel-store.db");
    set(&scene, &["store_path", "~/all/user.db"]);
    assert_eq!(store(&[], &[]), "/home/all/user.db");
    set(&scene, &["store_path", "near.db"]);
    assert_eq!(store(&[], &[]), "/project/near.db");
    set(&scene, &["store_path", ".motus/team/project.db", "--project"]);
    assert_eq!(store(&[], &[]), "/project/.motus/team/project.db");
    let variable = [("MOTUS_STORE_PATH", "variable.db")];
    assert_eq!(store(&variable, &[]), "/project/variable.db");
    assert_eq!(store(&variable, &["--db", "flag.db"]), "/project/flag.db");
    let found = told(&scene, &["db", "stats"]);
    assert!(text(&found, "store_path").ends_with("/project/.motus/team/project.db"));
    assert!(scene.doctor(&[]).stdout_text().contains("/project/.motus/team/project.db\n"));
}

#[test]
fn a_store_above_is_named_where_this_user_has_it() {
    let scene = Scene::new();
    set(&scene, &["store_path", "state/s.db"]);
    scene.record();
    fs::create_dir(scene.path("deep")).unwrap();
    let mut command = scene.motus(&["run", "list"]);
    let told = capture(command.current_dir(scene.path("deep"))).stderr_text();
    let hint = format!("hint: there is a Store in {}; go there", scene.scratch.project().display());
    assert!(told.contains(&hint), "{told}");
}
