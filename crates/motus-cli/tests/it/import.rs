//! `motus run import`: what it takes in, how often, from where, and what it says.

use std::fs;
use std::process::Stdio;

use motus_json::Value;

use crate::support::{
    Draft, Scene, WAIT_FOR_GO, error_code, file_of, finish, parse, start, succeed, wait_until,
};

/// Returns the export of all that a Store in the working directory has.
pub(crate) fn export_all(scene: &Scene, store: &str) -> String {
    scene.run(&["run", "export", "--all", "--db", store]).expect_success().stdout_text()
}

/// Makes a Store with a failed and a successful run, and their export in the file `all.ndjson`.
fn exported() -> (Scene, String) {
    let scene = Scene::new();
    assert_eq!(scene.wrap("echo é; exit 3").code, Some(3));
    scene.record();
    let text = export_all(&scene, "");
    scene.scratch.write("all.ndjson", &text);
    (scene, text)
}

#[test]
fn a_store_is_rebuilt_from_its_export() {
    let (scene, text) = exported();
    insta::assert_snapshot!(scene.tell(&["run", "import", "all.ndjson", "--db", "new/x.db"]), @r#"
    exit 0
    --- stdout
    Kinds added: 3
    Runs added: 2
    Runs continued: 0
    Runs already there: 0
    --- stderr
    "#);
    assert_eq!(export_all(&scene, "new/x.db"), text);
    let runs = parse(&scene.run(&["run", "list", "--json"]).expect_success().stdout);
    for run in runs.get("runs").and_then(Value::as_array).unwrap() {
        let id = run.get("run_id").and_then(Value::as_str).unwrap();
        for command in ["receipt", "export", "show", "packet"] {
            let told = |store: &str| {
                scene.run(&["run", command, id, "--json", "--db", store]).expect_success().stdout
            };
            assert_eq!(told("new/x.db"), told(""), "{command} {id}");
        }
    }
    let report = scene.doctor(&["--json", "--db", "new/x.db"]).expect_success();
    let report = parse(&report.stdout);
    assert_eq!(report.get("summary").unwrap().get("failed").and_then(Value::as_u64), Some(0));
    succeed(scene.run(&["wrap", "--db", "new/x.db", "--", "true"]));
}

#[test]
fn what_is_there_is_left_as_it_is() {
    let (scene, text) = exported();
    insta::assert_snapshot!(scene.tell(&["run", "import", "all.ndjson"]), @r#"
    exit 0
    --- stdout
    Kinds added: 0
    Runs added: 0
    Runs continued: 0
    Runs already there: 2
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "import", "all.ndjson", "--json"]), @r#"
    exit 0
    --- stdout
    {
      "check": false,
      "kinds_added": 0,
      "runs_added": 0,
      "runs_already_there": 2,
      "runs_continued": 0
    }
    --- stderr
    "#);
    assert_eq!(export_all(&scene, ""), text);
}

#[test]
fn a_check_tells_what_would_be_taken_in_and_writes_nothing() {
    let (scene, _) = exported();
    let check = ["run", "import", "--check", "all.ndjson", "--db", "new/x.db"];
    insta::assert_snapshot!(scene.tell(&check), @r#"
    exit 0
    --- stdout
    Kinds added: 3
    Runs added: 2
    Runs continued: 0
    Runs already there: 0
    --- stderr
    only checked: nothing was written
    "#);
    insta::assert_snapshot!(scene.tell(&[&check[..], &["--json"]].concat()), @r#"
    exit 0
    --- stdout
    {
      "check": true,
      "kinds_added": 3,
      "runs_added": 2,
      "runs_already_there": 0,
      "runs_continued": 0
    }
    --- stderr
    "#);
    assert!(!scene.path("new").exists());
}

#[test]
fn a_run_that_is_still_going_on_is_continued_later() {
    let scene = Scene::new();
    let wrapper = start(&mut scene.wrapping(WAIT_FOR_GO));
    wait_until("the command runs", || scene.path("started").exists());
    let early = export_all(&scene, "");
    scene.scratch.write("early", &early);
    succeed(scene.run(&["run", "import", "early", "--db", "other.db"]));
    assert_eq!(export_all(&scene, "other.db"), early);
    scene.go();
    succeed(finish(wrapper));
    let late = export_all(&scene, "");
    scene.scratch.write("late", &late);
    insta::assert_snapshot!(scene.tell(&["run", "import", "late", "--db", "other.db"]), @r#"
    exit 0
    --- stdout
    Kinds added: 0
    Runs added: 0
    Runs continued: 1
    Runs already there: 0
    --- stderr
    "#);
    assert_eq!(export_all(&scene, "other.db"), late);
    let told = scene.run(&["run", "import", "early", "--db", "other.db"]).expect_success();
    assert!(told.stdout_text().ends_with("Runs already there: 1\n"));
}

#[test]
fn one_run_alone_needs_a_store_that_knows_its_kinds() {
    let (scene, _) = exported();
    let bare = scene.run(&["run", "export", "latest"]).expect_success().stdout;
    scene.scratch.write("run.json", &bare);
    insta::assert_snapshot!(scene.tell(&["run", "import", "run.json", "--db", "new.db"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[import.kind_unknown]: line 1: event 1 of run_[ID]: neither the Store nor an earlier line has the kind adapter.wrap.start sha256:[HASH]
    hint: export with --all, which writes the kinds, from the Store that has the run
    "#);
    assert!(!scene.path("new.db").exists());
    succeed(scene.run(&["wrap", "--db", "new.db", "--", "true"]));
    succeed(scene.run(&["run", "import", "run.json", "--db", "new.db"]));
    scene.scratch.write("line.json", [&bare[..], b"\n"].concat());
    let again = scene.run(&["run", "import", "line.json", "--db", "new.db"]).expect_success();
    assert!(again.stdout_text().ends_with("Runs already there: 1\n"));
    let store = scene.path("new.db");
    let taken = scene.run(&["run", "export", &id_in(&bare), "--db", store.to_str().unwrap()]);
    assert_eq!(taken.expect_success().stdout, bare);
}

fn id_in(export: &[u8]) -> String {
    let run = parse(export).get("run").and_then(|run| run.get("id").cloned()).unwrap();
    run.as_str().unwrap().to_owned()
}

#[test]
fn standard_input_and_pipes_are_taken_in_as_files_are() {
    let (scene, text) = exported();
    for (store, arguments) in [
        ("a.db", ["run", "import", "-", "--db", "a.db"]),
        ("b.db", ["run", "import", "/dev/stdin", "--db", "b.db"]),
    ] {
        succeed(scene.feed(&arguments, &text));
        assert_eq!(export_all(&scene, store), text);
        succeed(scene.feed(&arguments, &text));
    }
    assert_eq!(fs::read_dir(scene.scratch.temporary()).unwrap().count(), 0, "no copy is left");
    let told = scene.feed(&["run", "import", "-", "--db", "c.db", "--check"], &text);
    assert!(told.expect_success().stdout_text().contains("Runs added: 2"));
    let refused = scene.feed(&["run", "import", "-", "--db", "c.db"], "{}");
    assert_eq!((refused.code, scene.path("c.db").exists()), (Some(1), false));
    let mut command = scene.motus(&["run", "import", "-", "--db", "c.db"]);
    let refused = command.stdin(Stdio::null()).env("TMPDIR", "/nonexistent").output().unwrap();
    let refused = refused.into();
    insta::assert_snapshot!(scene.spell(&refused), @r#"
    exit 1
    --- stdout
    --- stderr
    error[file.missing]: the input could not be kept for a second reading: cannot write /nonexistent: No such file or directory (os error 2)
    "#);
}

#[test]
fn what_cannot_be_read_is_told_as_such() {
    let (scene, _) = exported();
    insta::assert_snapshot!(scene.tell(&["run", "import", "no-such"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: no-such cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "import", "."]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: . cannot be read
      caused by: Is a directory (os error 21)
    hint: check the path, who may read it and how long it is
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "import", ".motus/kernel-store.db"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: .motus/kernel-store.db cannot be read
      caused by: it is the Store that the runs are to enter
    hint: check the path, who may read it and how long it is
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "import"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: the following required arguments were not provided: <FILE>
      usage: motus run import <FILE>
    hint: add --help to see what it takes
    "#);
    assert_eq!(scene.run(&["run", "import", ""]).code, Some(2));
}

#[test]
fn what_is_no_export_is_told_with_its_line() {
    let scene = Scene::new();
    let good = file_of(1, 1);
    let with = |line: &str| format!("{good}{line}\n").into_bytes();
    let begin = |bytes: &[u8]| [bytes, good.as_bytes()].concat();
    for (bytes, code, place) in [
        (with(""), "import.line_invalid", "line 3: the line is blank"),
        (with(" \t\r"), "import.line_invalid", "line 3: the line is blank"),
        (
            with("x"),
            "import.line_invalid",
            "line 3: not a JSON document: expected a value at byte 0",
        ),
        (
            with("{\"run\":"),
            "import.line_invalid",
            "line 3: not a JSON document: input ends too early",
        ),
        (
            with("{}{}"),
            "import.line_invalid",
            "line 3: not a JSON document: data after the document",
        ),
        (with("{\"a\":1,\"\\u0061\":1}"), "import.line_invalid", "duplicate key at byte 7"),
        (with("[NaN]"), "import.line_invalid", "number is not finite"),
        (with("\0"), "import.line_invalid", "line 3: not a JSON document"),
        (with("{}\0"), "import.line_invalid", "data after the document"),
        (
            [good.as_bytes(), b"\"\xff\"\n"].concat(),
            "import.line_invalid",
            "line 3: not a JSON document: not UTF-8",
        ),
        (
            begin(b"\xef\xbb\xbf"),
            "import.line_invalid",
            "line 1: not a JSON document: byte order mark",
        ),
        (begin(b"\xff\xfe"), "import.line_invalid", "line 1: not a JSON document: not UTF-8"),
        (begin(b"\n"), "import.line_invalid", "line 1: the line is blank"),
        (begin(b"[\n"), "import.line_invalid", "line 1: not a JSON document: input ends too early"),
        (with("{}"), "import.shape", "line 3: neither a run"),
        (with("[]"), "import.shape", "line 3: neither a run"),
        (with("1"), "import.shape", "line 3: neither a run"),
        (with("{\"events\":[]}"), "import.shape", "line 3: neither a run"),
        (with("{\"run\":{}}"), "import.shape", "line 3: neither a run"),
        (with("{\"kind_version\":{},\"run\":{}}"), "import.shape", "line 3: neither a run"),
        (with("{\"kind_version\":[]}"), "import.shape", "line 3: kind: it is no object"),
        (
            with("{\"events\":{},\"run\":{}}"),
            "import.shape",
            "line 3: run: the column `cwd` is missing",
        ),
    ] {
        let refused = scene.feed(&["run", "import", "-", "--json"], &bytes);
        let told = refused.stderr_text();
        assert_eq!((refused.code, &*error_code(&refused)), (Some(1), code), "{place}: {told}");
        let document = parse(&refused.stderr);
        let message = document.get("error").and_then(Value::as_str).unwrap();
        assert!(message.contains(place), "{message}");
        assert!(!scene.path(".motus").exists());
    }
}

#[test]
fn json_may_be_spelled_as_json_may_be() {
    let file = file_of(2, 1);
    let draft = Draft::new(3, 1);
    let spelled = [
        String::new(),
        file.trim_end().to_owned(),
        file.replace('\n', "\r\n"),
        file.replace("\"run\":{", " \"run\" :\t{ ").replace("\\u00e9", "é"),
        format!("{}\n  {}", draft.kind_line(), draft.run_line()),
    ];
    for text in spelled {
        let scene = Scene::new();
        succeed(scene.feed(&["run", "import", "-"], &text));
        if !text.is_empty() {
            let exported = export_all(&scene, "");
            assert!(exported.contains(r#""intent":"\u00e9""#) && !exported.contains('\r'));
        }
    }
}

#[test]
fn a_line_beyond_the_bound_is_refused_without_reading_it_whole() {
    let scene = Scene::new();
    let file = fs::File::create(scene.path("long")).unwrap();
    file.set_len(3 << 30).unwrap();
    let arguments = ["run", "import", "long", "--json"];
    let mut command = scene.scratch.command("sh");
    // A gigabyte of addresses: the file alone is three.
    let script = "ulimit -v 1000000; exec \"$0\" \"$@\"";
    command.args(["-c", script, crate::support::MOTUS]).args(arguments);
    let refused = motus_testkit::harness::capture(&mut command);
    assert_eq!(error_code(&refused), "import.line_too_long", "{}", refused.stderr_text());
    let refused =
        motus_testkit::harness::capture(&mut scene.motus(&["run", "import", "/dev/zero"]));
    let told = refused.stderr_text();
    assert!(told.starts_with("error[import.line_too_long]: line 1: "), "{told}");
}
