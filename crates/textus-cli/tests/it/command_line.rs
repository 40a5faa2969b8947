//! The command line: where options may stand, what help and version tell, and what is no command.

use motus_json::Value;

use crate::support::Scene;

#[test]
fn options_may_stand_anywhere_after_the_verb() {
    let scene = Scene::new();
    let root = scene.shown("");
    let jane = "knowledge.network.org.jane";
    let told = scene.run(&["get", jane]).expect_success().stdout_text();
    let joined = format!("--root={root}");
    for words in [
        &["get", jane, "--output", "json", &joined][..],
        &["get", "--output=json", "--root", &root, jane],
        &[&joined, "get", "--as=agent", jane],
        &["--output=json", "get", jane, "--as", "human"],
        &["get", "--", jane],
    ] {
        assert_eq!(scene.run(words).expect_success().stdout_text(), told, "{words:?}");
    }
    let uid = |words: &[&str]| scene.run(words).expect_success().stdout_text();
    assert_eq!(uid(&["key", "--output=json", "uid", jane]), uid(&["key", "uid", jane]));
}

#[test]
fn an_unknown_option_is_usage() {
    let scene = Scene::new();
    for words in [
        &["list", "--nope"][..],
        &["list", "--nope=1"],
        &["--nope", "list"],
        &["get", "a.b", "--stdin"],
        &["list", "--as=human"],
        &["list", "-x"],
        &["list", "--prefix"],
        &["list", "extra"],
        &["put", "a.b", "--stdin", "--fetch=x"],
        &["boot", "--output"],
        &["boot", "--output="],
        &["boot", "--output=yaml"],
        &["boot", "--output=JSON"],
        &["doctor", "--fix=1"],
        &["audit", "--limit=x"],
    ] {
        let refusal = scene.refused(words).expect("usage", 2);
        assert!(refusal.hint.is_some(), "{words:?} {refusal:?}");
    }
    scene.refused(&["list", "--nope"]).naming("--nope");
    let refusal = scene.refused(&["audit", "--limit=x"]).naming("--limit").naming("a whole number");
    assert!(!refusal.message.contains("digit"), "{refusal:?}");
    let refusal =
        scene.refused(&["put", "a.b", "--stdin", "--fetch=x"]).naming("textus put --help");
    assert!(!refusal.hint.unwrap().contains("as a value"));
}

#[test]
fn no_verb_and_no_such_verb_are_usage_that_names_the_verbs() {
    let scene = Scene::empty();
    for (words, named) in [
        (&[][..], "accept, reject, freshness"),
        (&["fetch"], "accept, reject, freshness"),
        (&["key"], "one of: mv, delete, uid"),
        (&["key", "move"], "one of: mv, delete, uid"),
        (&["rule"], "one of: list, explain"),
        (&["rule", "lint"], "one of: list, explain"),
        (&["schema"], "one of: show"),
        (&["schema", "init"], "one of: show"),
    ] {
        scene.refused(words).expect("usage", 2).naming(named);
    }
}

#[test]
fn the_old_name_of_the_output_flag_is_told_its_new_one() {
    let scene = Scene::new();
    for words in
        [&["list", "--format=json"][..], &["list", "--format", "json"], &["--format=x", "get"]]
    {
        let refusal = scene.refused(words).expect("flag_renamed", 2).naming("--output");
        assert_eq!(refusal.details(), r#"{"old":"--format","new":"--output"}"#);
    }
}

#[test]
fn a_missing_argument_is_told_once_the_store_is_open() {
    let scene = Scene::new();
    for words in [
        &["get"][..],
        &["where"],
        &["put", "--stdin"],
        &["delete"],
        &["accept"],
        &["reject"],
        &["key", "uid"],
        &["key", "delete"],
        &["rule", "explain"],
        &["schema", "show"],
    ] {
        scene.refused(words).expect("usage", 2).naming("KEY");
    }
    scene.refused(&["put", "notebook.notes.a"]).expect("usage", 2).naming("--stdin");
    let refusal = scene.refused(&["key", "uid"]);
    assert_eq!(refusal.message, "missing argument <KEY>");
    let hint = "usage: textus key uid [OPTIONS] <KEY>; see 'textus key uid --help'";
    assert_eq!(refusal.hint.as_deref(), Some(hint));
    scene.write("manifest.yaml", "version: textus/4\n");
    for words in [&["get"][..], &["put"], &["key", "mv"], &["rule", "explain"], &["schema", "show"]]
    {
        scene.refused(words).expect("bad_frontmatter", 1).naming("textus/4");
    }
    let nowhere = Scene::empty();
    nowhere.refused(&["get"]).expect("io_error", 64);
}

#[test]
fn help_and_version_need_no_store() {
    let scene = Scene::empty();
    for words in [&["--version"][..], &["-v"]] {
        let told = scene.run(words).expect_success();
        assert_eq!(told.stdout_text(), concat!(env!("CARGO_PKG_VERSION"), "\n"));
        assert_eq!(told.stderr_text(), "");
    }
    for words in
        [&["--help"][..], &["-h"], &["get", "--help"], &["key", "-h"], &["key", "mv", "-h"]]
    {
        let told = scene.run(words).expect_success();
        assert!(told.stdout_text().contains("Usage: textus"), "{words:?}");
        assert_eq!(told.stderr_text(), "");
    }
    assert!(!scene.root().exists());
}

#[test]
fn words_that_are_no_text_are_usage() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let scene = Scene::new();
    for words in [&[b"get".as_slice(), b"a\xff"][..], &[b"\xff"], &[b"list", b"--zone=\xff"]] {
        let mut command = scene.textus(&[]);
        command.args(words.iter().map(|word| OsStr::from_bytes(word)));
        let captured = motus_testkit::harness::capture(&mut command);
        crate::support::Refusal::of(&captured).expect("usage", 2);
    }
}

#[test]
fn errors_are_for_people_on_stderr_and_for_programs_on_stdout() {
    let scene = Scene::new();
    let text = scene.run(&["get", "nowhere.at", "--output=text"]);
    assert_eq!((text.code, text.stdout.as_slice()), (Some(1), &b""[..]));
    let json = scene.run(&["get", "nowhere.at"]);
    assert_eq!(json.stderr_text(), text.stderr_text());
    assert!(text.stderr_text().starts_with("unknown_key: "));
    for words in [&["nope", "--output=text"][..], &["list", "--nope", "--output", "text"]] {
        let told = scene.run(words);
        assert_eq!((told.code, told.stdout.len()), (Some(2), 0), "{words:?}");
    }
    let told = crate::support::parse(&json.stdout);
    assert_eq!(told.get("code").and_then(Value::as_str), Some("unknown_key"));
}
