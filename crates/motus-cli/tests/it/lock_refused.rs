//! `motus lock`: what is refused, how that is told, and that it leaves nothing.

use motus_testkit::harness::capture;

use crate::support::{MOTUS, Scene, error_code, succeed};

/// Makes a Store with one lock, held with token 1.
fn one_lock() -> Scene {
    let scene = Scene::new();
    succeed(scene.run(&["lock", "acquire", "deploy", "--holder", "ci-17"]));
    scene
}

#[test]
fn a_held_lock_says_who_has_it_and_until_when() {
    let scene = one_lock();
    let other = ["lock", "acquire", "deploy", "--holder", "ci-18"];
    insta::assert_snapshot!(scene.tell(&other), @r#"
    exit 4
    --- stdout
    --- stderr
    error[lock.held]: resource lock is held by ci-17 until [TIME]: deploy
    hint: wait until then, or for the holder's `motus lock release`
    "#);
    insta::assert_snapshot!(scene.tell(&[&other[..], &["--json"]].concat()), @r#"
    exit 4
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "lock.held",
      "error": "resource lock is held by ci-17 until [TIME]: deploy",
      "hint": "wait until then, or for the holder's `motus lock release`"
    }
    "#);
}

#[test]
fn a_fence_that_is_not_the_present_one_is_refused() {
    let scene = one_lock();
    let fence =
        |command, holder, token| ["lock", command, "deploy", "--holder", holder, "--token", token];
    insta::assert_snapshot!(scene.tell(&fence("assert", "ci-17", "2")), @r#"
    exit 4
    --- stdout
    --- stderr
    error[lock.fence_invalid]: resource lock fencing token is invalid: deploy was last taken by ci-17, with token 1
    hint: stop, somebody else may have it by now; take it anew with `motus lock acquire`
    "#);
    insta::assert_snapshot!(scene.tell(&fence("release", "ci-18", "1")), @r#"
    exit 4
    --- stdout
    --- stderr
    error[lock.fence_invalid]: resource lock fencing token is invalid: deploy was last taken by ci-17, with token 1
    hint: stop, somebody else may have it by now; take it anew with `motus lock acquire`
    "#);
    succeed(scene.run(&fence("release", "ci-17", "1")));
    insta::assert_snapshot!(scene.tell(&fence("assert", "ci-17", "1")), @r#"
    exit 4
    --- stdout
    --- stderr
    error[lock.fence_invalid]: resource lock fencing token is invalid: deploy has not been held since [TIME]
    hint: stop, somebody else may have it by now; take it anew with `motus lock acquire`
    "#);
    let unknown = ["lock", "release", "Deploy", "--holder", "ci-17", "--token", "1"];
    insta::assert_snapshot!(scene.tell(&unknown), @r#"
    exit 4
    --- stdout
    --- stderr
    error[lock.missing]: resource lock is missing: Deploy
    hint: see all locks with `motus lock list --all`
    "#);
    let refused = scene.run(&[&fence("assert", "ci-17", "1")[..], &["--json"]].concat());
    assert_eq!((refused.code, refused.stdout.len()), (Some(4), 0));
    assert_eq!(error_code(&refused), "lock.fence_invalid");
}

#[test]
fn a_lock_that_cannot_be_is_refused_before_a_store_is_made() {
    let scene = Scene::new();
    let acquire = |more: &[&str]| scene.tell(&[&["lock", "acquire"], more].concat());
    insta::assert_snapshot!(acquire(&["deploy", "--holder", "a", "--ttl", "0"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[lock.ttl_invalid]: --ttl is not a time that ends: a positive number of seconds, before the year 10000
    hint: give a positive number of seconds, such as 3600
    "#);
    insta::assert_snapshot!(acquire(&["deploy", "--holder", "a", "--ttl", "99999999999999"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[lock.ttl_invalid]: --ttl is not a time that ends: a positive number of seconds, before the year 10000
    hint: give a positive number of seconds, such as 3600
    "#);
    insta::assert_snapshot!(acquire(&["deploy", "--holder", " "]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[ledger.field_required]: holder is required
    hint: give a text that is not blank
    "#);
    for (ttl, code) in [
        ("-1", "lock.ttl_invalid"),
        ("-9223372036854775808", "lock.ttl_invalid"),
        ("9223372036854775807", "lock.ttl_invalid"),
        ("9223372036854775808", "usage.invalid"),
        ("1.5", "usage.invalid"),
        ("", "usage.invalid"),
        ("1h", "usage.invalid"),
    ] {
        let refused =
            scene.run(&["lock", "acquire", "deploy", "--holder", "a", "--json", "--ttl", ttl]);
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{ttl}");
        assert_eq!(error_code(&refused), code, "{ttl}");
    }
    for arguments in [
        ["lock", "acquire", "deploy"].as_slice(),
        &["lock", "acquire", "--holder", "a"],
        &["lock", "acquire", "", "--holder", "a"],
        &["lock", "acquire", "deploy", "--holder", ""],
        &["lock", "release", "deploy", "--holder", "a"],
        &["lock", "release", "deploy", "--holder", "a", "--token", "-1"],
        &["lock", "assert", "deploy", "--holder", "a", "--token", "18446744073709551616"],
        &["lock", "assert", "deploy", "--token", "1"],
        &["lock"],
    ] {
        assert_eq!(scene.run(arguments).code, Some(2), "{arguments:?}");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn only_taking_a_lock_makes_a_store() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["lock", "list"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: record a first run with `motus wrap -- COMMAND`, or name a Store with --db
    "#);
    for command in ["assert", "release"] {
        let arguments = ["lock", command, "deploy", "--holder", "a", "--token", "1", "--json"];
        let refused = scene.run(&arguments);
        assert_eq!((refused.code, error_code(&refused).as_str()), (Some(1), "store.missing"));
    }
    assert!(!scene.path(".motus").exists());
    succeed(scene.run(&["lock", "acquire", "deploy", "--holder", "a"]));
    assert!(scene.store().exists() && scene.path(".motus/.gitignore").exists());
    std::fs::create_dir(scene.path("below")).unwrap();
    let mut command = scene.motus(&["lock", "list"]);
    let told = capture(command.current_dir(scene.path("below"))).stderr_text();
    let above = scene.scratch.project();
    assert!(told.contains(&format!("hint: there is a Store in {}", above.display())), "{told}");
}

#[test]
fn a_store_that_is_none_is_left_alone() {
    let scene = Scene::new();
    let file = scene.scratch.write("notes.txt", "not a database, and longer than its header\n");
    for command in ["acquire", "assert", "release"] {
        let mut arguments = vec!["lock", command, "deploy", "--holder", "a", "--db", "notes.txt"];
        if command != "acquire" {
            arguments.extend(["--token", "1"]);
        }
        let refused = scene.run(&[&arguments[..], &["--json"]].concat());
        assert_eq!(refused.code, Some(1), "{command}: {}", refused.stderr_text());
        assert_eq!(error_code(&refused), "store.corrupt");
    }
    assert_eq!(std::fs::read_to_string(file).unwrap().len(), 43);
}

#[test]
fn a_lock_below_another_store_makes_no_store_of_its_own() {
    let scene = one_lock();
    std::fs::create_dir_all(scene.path("sub")).expect("a directory");
    let mut command = scene.motus(&["lock", "acquire", "deploy", "--holder", "bob"]);
    let refused = capture(command.current_dir(scene.path("sub")));
    assert_eq!(refused.code, Some(1));
    let told = refused.stderr_text();
    let above = scene.scratch.project();
    assert!(told.contains(&format!("hint: there is a Store in {}", above.display())), "{told}");
    assert!(!scene.path("sub/.motus").exists(), "nobody is excluded from a Store of one's own");
}

#[test]
fn a_file_size_limit_is_an_error_and_not_the_end() {
    let scene = Scene::new();
    let mut shell = scene.scratch.command("sh");
    let script = format!("ulimit -f 10; '{MOTUS}' lock acquire a --holder b --json");
    let ended = capture(shell.args(["-c", &script]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr_text());
    assert_eq!(error_code(&ended), "store.disk_full");
}
