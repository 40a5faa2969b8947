//! What is wrong with a scope is told before anything is run.

use super::{is_whole, scoped};
use crate::support::{Scene, error_code};

#[track_caller]
fn told(scene: &Scene, options: &[&str]) -> String {
    let told = scoped(scene, options, "touch ran");
    assert!(!scene.path("ran").exists() && !scene.path(".motus").exists());
    scene.spell(&told)
}

#[test]
fn a_word_that_grants_nothing_is_refused() {
    let scene = Scene::new();
    let allow = |word: &str| told(&scene, &["--allow", word]);
    insta::assert_snapshot!(allow("out/"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[scope.grant_invalid]: "out/" grants nothing: it has no kind; write:out/ lets it be changed, read:out/ only read; the kinds are read, write, exec, net and unix
    hint: docs/scope.md has all kinds; a document can be written as well
    "#);
    insta::assert_snapshot!(allow("https://example.com/"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[scope.grant_invalid]: "https://example.com/" grants nothing: a host is net:https://example.com/; the kinds are read, write, exec, net and unix
    hint: docs/scope.md has all kinds; a document can be written as well
    "#);
    insta::assert_snapshot!(allow("net:example.com"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[scope.grant_invalid]: "net:example.com" grants nothing: it has no scheme; a host is net:https://example.com/
    hint: docs/scope.md has all kinds; a document can be written as well
    "#);
    insta::assert_snapshot!(allow("read:nope"), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.path_missing]: [DIR]/project/nope is not there
    hint: check the path, or make it first; a directory that is to be written ends in /
    ");
    insta::assert_snapshot!(allow("exec:no-such-program-at-all"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[scope.program_missing]: "no-such-program-at-all" is no program
    hint: check the name, and PATH
    "#);
}

#[test]
fn what_a_scope_names_must_be_there() {
    let scene = Scene::new();
    insta::assert_snapshot!(told(&scene, &["--profile", "nope"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[scope.profile_unknown]: there is no profile "nope"; there are crates, loopback, offline, shared-memory, system, terminal, toolchain, workspace
    hint: see the profiles with `motus scope profiles`
    "#);
    insta::assert_snapshot!(told(&scene, &["--scope", "nope.yaml"]), @r"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: nope.yaml cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    ");
    let both = ["--profile", "offline", "--allow", "net:https://example.com/"];
    insta::assert_snapshot!(told(&scene, &both), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.offline]: net:https://example.com/ cannot be granted together with `offline`
    hint: leave the one or the other out
    ");
    insta::assert_snapshot!(told(&scene, &["--require", "most"]), @r"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: invalid value 'most' for '--require <LEVEL>' [possible values: snapshot, observed, enforced+snapshot, enforced+observed]
    hint: add --help to see what it takes
    ");
}

#[test]
fn a_directory_for_temporary_files_that_is_not_there_is_called_by_its_purpose() {
    let scene = Scene::new();
    let mut command = scene.motus(&["wrap", "--allow", "write:out/", "--", "touch", "ran"]);
    let told = motus_testkit::harness::capture(command.env("TMPDIR", "/nonexistent"));
    insta::assert_snapshot!(scene.spell(&told), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.temporary_unusable]: the command gets a directory for its temporary files, and /nonexistent cannot be used for it
      caused by: No such file or directory (os error 2)
    hint: let TMPDIR name a directory that is there
    ");
    assert!(!scene.path("ran").exists());
}

#[test]
fn a_document_is_refused_with_every_fault_and_its_place() {
    let scene = Scene::new();
    scene.scratch.write("bad.yaml", "motus_scope: \"0.1\"\nread: out\nwrite: [7]\nrun: [rm]\n");
    insta::assert_snapshot!(told(&scene, &["--scope", "bad.yaml"]), @r"
    exit 2
    --- stdout
    --- stderr
    error[scope.document_invalid]: bad.yaml:2:7: must be a list
      bad.yaml:3:9: must be a text; write it in quotes: '7'
      bad.yaml:4:1: 'run' is not known here; known are motus_scope, name, about, profiles, read, write, exec, net, unix, offline, observe, limits
    hint: docs/scope.md shows a document; see it whole with `motus scope check FILE`
    ");
    let json = ["scope", "explain", "--scope", "bad.yaml", "--json"];
    insta::assert_snapshot!(scene.tell(&json), @r#"
    exit 2
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "scope.document_invalid",
      "error": "bad.yaml:2:7: must be a list",
      "hint": "docs/scope.md shows a document; see it whole with `motus scope check FILE`",
      "faults": [
        {
          "code": "scope.document_invalid",
          "column": 7,
          "file": "bad.yaml",
          "line": 2,
          "message": "must be a list"
        },
        {
          "code": "scope.document_invalid",
          "column": 9,
          "file": "bad.yaml",
          "line": 3,
          "message": "must be a text; write it in quotes: '7'"
        },
        {
          "code": "scope.document_invalid",
          "column": 1,
          "file": "bad.yaml",
          "line": 4,
          "message": "'run' is not known here; known are motus_scope, name, about, profiles, read, write, exec, net, unix, offline, observe, limits"
        }
      ]
    }
    "#);
    let refused = scene.run(&["scope", "explain", "--scope", "bad.yaml", "--json"]);
    assert_eq!(error_code(&refused), "scope.document_invalid");
}

#[test]
fn evidence_that_leads_out_of_the_scope_is_not_read_for_the_command() {
    if !is_whole("evidence_that_leads_out_of_the_scope_is_not_read_for_the_command") {
        return;
    }
    let scene = Scene::new();
    scene.scratch.write("secret.xml", "<testsuite><testcase name=\"other\"/></testsuite>");
    let mut words = vec!["wrap", "--allow", "write:out/"];
    words.extend(["--evidence", "junit:out/link.xml", "--evidence", "junit:out/own.xml", "--"]);
    let script = "ln -s ../secret.xml out/link.xml; \
        echo '<testsuite><testcase name=\"own\"/></testsuite>' > out/own.xml";
    words.extend(["sh", "-c", script]);
    let told = scene.run(&words);
    assert_eq!(told.code, Some(0), "{}", told.stderr_text());
    let told = told.stderr_text();
    assert!(told.contains("out/link.xml leads out of the command's scope"), "{told}");
    assert!(told.contains("junit out/own.xml: passed=1"), "{told}");
}
