//! `motus lock`: taken, renewed, shown, given back, listed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use motus_json::Value;
use motus_testkit::harness::capture;

use crate::support::{MOTUS, Scene, parse, succeed};

const DEPLOY: [&str; 5] = ["lock", "acquire", "deploy", "--holder", "ci-17"];

/// Makes a Store with one lock, held with token 1.
fn one_lock() -> Scene {
    let scene = Scene::new();
    succeed(scene.run(&DEPLOY));
    scene
}

fn fence<'a>(command: &'a str, token: &'a str) -> [&'a str; 7] {
    ["lock", command, "deploy", "--holder", "ci-17", "--token", token]
}

/// Runs a command with `--json` and returns what it printed.
#[track_caller]
fn told(scene: &Scene, arguments: &[&str]) -> Value {
    parse(scene.run(&[arguments, &["--json"]].concat()).expect_success().stdout)
}

fn token(lock: &Value) -> Option<u64> {
    lock.get("fencing_token").and_then(Value::as_u64)
}

fn text<'a>(lock: &'a Value, name: &str) -> &'a str {
    lock.get(name).and_then(Value::as_str).unwrap()
}

#[test]
fn a_lock_is_told_as_a_page() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&[&DEPLOY[..], &["--ttl", "600"]].concat()), @r#"
    exit 0
    --- stdout
    Resource  deploy
    Holder    ci-17
    Token     1
    Until     [TIME]
    Release   motus lock release deploy --holder ci-17 --token 1
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&fence("assert", "1")), @r#"
    exit 0
    --- stdout
    Resource  deploy
    Holder    ci-17
    Token     1
    Until     [TIME]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["lock", "list"]), @r#"
    exit 0
    --- stdout
    STATE  TOKEN  ACQUIRED              UNTIL                 HOLDER  RESOURCE
    held       1  [TIME]  [TIME]  ci-17   deploy
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&fence("release", "1")), @r#"
    exit 0
    --- stdout
    Resource  deploy
    Holder    ci-17
    Token     1
    Ended     [TIME]
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["lock", "list"]), @r#"
    exit 0
    --- stdout
    No locks are held.
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["lock", "list", "--all"]), @r#"
    exit 0
    --- stdout
    STATE  TOKEN  ACQUIRED              UNTIL                 HOLDER  RESOURCE
    ended      1  [TIME]  [TIME]  ci-17   deploy
    --- stderr
    "#);
}

#[test]
fn a_lock_is_told_as_json_with_sorted_names() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&[&DEPLOY[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "acquired_at": "[TIME]",
      "expired": false,
      "expires_at": "[TIME]",
      "fencing_token": 1,
      "holder": "ci-17",
      "resource": "deploy"
    }
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["lock", "list", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 1,
      "locks": [
        {
          "acquired_at": "[TIME]",
          "expired": false,
          "expires_at": "[TIME]",
          "fencing_token": 1,
          "holder": "ci-17",
          "resource": "deploy"
        }
      ]
    }
    --- stderr
    "#);
    let asserted = told(&scene, &fence("assert", "1"));
    assert_eq!(asserted.get("expired").and_then(Value::as_bool), Some(false));
    let released = told(&scene, &fence("release", "1"));
    assert_eq!(released.get("expired").and_then(Value::as_bool), Some(true));
    assert_eq!(text(&released, "acquired_at"), text(&asserted, "acquired_at"));
    assert_eq!(told(&scene, &fence("release", "1")), released, "a second release changes nothing");
    insta::assert_snapshot!(scene.tell(&["lock", "list", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "count": 0,
      "locks": []
    }
    --- stderr
    "#);
    let all = told(&scene, &["lock", "list", "--all"]);
    assert_eq!(all.get("locks").and_then(Value::as_array), Some([released].as_slice()));
}

#[test]
fn a_renewal_keeps_the_token_and_a_new_tenure_has_the_next() {
    let scene = one_lock();
    let first = told(&scene, &["lock", "list"]);
    let first = first.get("locks").and_then(Value::as_array).unwrap().first().unwrap();
    let renewed = told(&scene, &[&DEPLOY[..], &["--ttl", "7200"]].concat());
    assert_eq!(token(&renewed), Some(1));
    assert_eq!(text(&renewed, "acquired_at"), text(first, "acquired_at"));
    assert!(text(&renewed, "expires_at") > text(first, "expires_at"));
    succeed(scene.run(&fence("release", "1")));
    assert_eq!(token(&told(&scene, &DEPLOY)), Some(2));
    let other = ["lock", "acquire", "other", "--holder", "ci-17"];
    assert_eq!(token(&told(&scene, &other)), Some(1), "each resource has tokens of its own");
}

#[test]
fn the_line_that_gives_a_lock_back_works_as_it_is() {
    let scene = Scene::new();
    let other = scene.path("it's here/other.db");
    fs::create_dir(other.parent().unwrap()).unwrap();
    let other = other.to_str().unwrap();
    for (place, resource, holder) in [
        (&[][..], "deploy", "ci-17"),
        (&[], "file:a b", "it's \"$HOME\" `x` \\"),
        (&["--db", other], "*", "é\u{301}"),
        (&["--db", other], "-x", "--all"),
    ] {
        let holder = format!("--holder={holder}");
        let acquire = [place, &["lock", "acquire", &holder, "--", resource]].concat();
        let page = scene.run(&acquire).expect_success().stdout_text();
        let (_, command) = page.split_once("Release   ").unwrap();
        let script = format!("motus() {{ \"$MOTUS\" \"$@\"; }}; {command}");
        let mut shell = scene.scratch.command("sh");
        let released = capture(shell.args(["-c", &script]).env("MOTUS", MOTUS)).expect_success();
        assert!(released.stdout_text().contains("\nEnded     "), "{}", released.stdout_text());
        let held = told(&scene, &[place, &["lock", "list"]].concat());
        assert_eq!(held.get("count").and_then(Value::as_u64), Some(0), "{command}");
    }
}

#[test]
fn only_what_is_held_is_listed_unless_all_is_wanted() {
    let scene = Scene::new();
    for (resource, holder) in [("b", "ann"), ("a", "somebody else"), ("c", "ann")] {
        succeed(scene.run(&["lock", "acquire", resource, "--holder", holder]));
    }
    succeed(scene.run(&["lock", "release", "b", "--holder", "ann", "--token", "1"]));
    insta::assert_snapshot!(scene.tell(&["lock", "list"]), @r#"
    exit 0
    --- stdout
    STATE  TOKEN  ACQUIRED              UNTIL                 HOLDER         RESOURCE
    held       1  [TIME]  [TIME]  somebody else  a
    held       1  [TIME]  [TIME]  ann            c
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["lock", "list", "--all"]), @r#"
    exit 0
    --- stdout
    STATE  TOKEN  ACQUIRED              UNTIL                 HOLDER         RESOURCE
    held       1  [TIME]  [TIME]  somebody else  a
    ended      1  [TIME]  [TIME]  ann            b
    held       1  [TIME]  [TIME]  ann            c
    --- stderr
    "#);
    let listed = told(&scene, &["lock", "list", "--all"]);
    assert_eq!(listed.get("count").and_then(Value::as_u64), Some(3));
    let empty = Scene::new();
    succeed(empty.doctor(&["--fix"]));
    insta::assert_snapshot!(empty.tell(&["lock", "list", "--all"]), @r#"
    exit 0
    --- stdout
    No locks.
    --- stderr
    "#);
}

#[test]
fn what_a_terminal_would_obey_is_escaped_in_pages_and_kept_in_json() {
    let scene = Scene::new();
    let odd = "x\u{1b}[31m\u{7}\u{202e}y";
    let acquire = ["lock", "acquire", odd, "--holder", odd];
    let assert = ["lock", "assert", odd, "--holder", odd, "--token", "1"];
    let held = ["lock", "acquire", odd, "--holder", "b"];
    for arguments in [&acquire[..], &assert, &["lock", "list"], &held] {
        let captured = scene.run(arguments);
        let text = captured.stdout_text() + &captured.stderr_text();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
        assert!(text.contains(r"x\u{1b}[31m\u{7}\u{202e}y"), "{text}");
    }
    assert_eq!(text(&told(&scene, &assert), "resource"), odd);
}

#[test]
fn a_store_that_others_could_read_is_tightened_even_when_the_lock_is_refused() {
    let scene = one_lock();
    let loosen = || fs::set_permissions(scene.store(), Permissions::from_mode(0o644)).unwrap();
    let notice = |arguments: &[&str], code| {
        loosen();
        let captured = scene.run(arguments);
        assert_eq!(captured.code, Some(code), "{}", captured.stderr_text());
        scene.spell(&captured).lines().filter(|line| line.starts_with("notice: ")).count()
    };
    assert_eq!(notice(&DEPLOY, 0), 1);
    assert_eq!(notice(&["lock", "acquire", "deploy", "--holder", "b"], 4), 1);
    assert_eq!(notice(&fence("assert", "1"), 0), 0, "reading changes nothing");
    assert_eq!(notice(&fence("release", "1"), 0), 1);
    loosen();
    insta::assert_snapshot!(scene.tell(&fence("release", "1")), @r#"
    exit 0
    --- stdout
    Resource  deploy
    Holder    ci-17
    Token     1
    Ended     [TIME]
    --- stderr
    notice: others could read [DIR]/project/.motus/kernel-store.db; now only you can
    "#);
}

#[test]
fn looking_at_locks_writes_nothing() {
    let scene = one_lock();
    let state = scene.path(".motus");
    let names = |directory: &Path| {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = (fs::read(scene.store()).unwrap(), names(&state));
    fs::set_permissions(&state, Permissions::from_mode(0o500)).unwrap();
    succeed(scene.run(&fence("assert", "1")));
    succeed(scene.run(&["lock", "list", "--all"]));
    fs::set_permissions(&state, Permissions::from_mode(0o700)).unwrap();
    assert_eq!((fs::read(scene.store()).unwrap(), names(&state)), before);
}
