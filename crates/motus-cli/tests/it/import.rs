//! `motus run import`: what it takes in, how often, from where, and what it says.

use std::fs;
use std::process::Stdio;

use motus_json::Value;
use motus_ledger::Outcome;

use crate::support::{
    Draft, Scene, WAIT_FOR_GO, error_code, file_of, finish, kind, parse, start, succeed, wait_until,
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
      "continued": [],
      "kinds_added": 0,
      "lists_missing": [],
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
      "continued": [],
      "kinds_added": 3,
      "lists_missing": [],
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
    let check = scene.run(&["run", "import", "--check", "--json", "late", "--db", "other.db"]);
    let told = parse(&check.expect_success().stdout);
    let run = id_in(late.lines().last().unwrap().as_bytes());
    assert_eq!(told.get("continued"), Some(&Value::from(vec![run])));
    insta::assert_snapshot!(scene.tell(&["run", "import", "late", "--db", "other.db"]), @r#"
    exit 0
    --- stdout
    Kinds added: 0
    Runs added: 0
    Runs continued: 1
      run_[ID]
    Runs already there: 0
    --- stderr
    "#);
    assert_eq!(export_all(&scene, "other.db"), late);
    let told = scene.run(&["run", "import", "early", "--db", "other.db"]).expect_success();
    assert!(told.stdout_text().ends_with("Runs already there: 1\n"));
}

/// Returns the export of a run that goes on, with an end that somebody made up.
fn closed_by_another(line: &str) -> String {
    let document = parse(line);
    let of = |name: &str| document.get(name).cloned().unwrap();
    let mut draft = Draft::new(1, 0);
    draft.run = of("run").as_object().unwrap().clone();
    draft.events =
        of("events").as_array().unwrap().iter().map(|it| it.as_object().unwrap().clone()).collect();
    draft.run.insert("ended_at", "2026-01-02T03:04:05Z");
    draft.run.insert("end_idempotency_key", "z");
    draft.run.insert("ended_by_producer_id", "p1");
    draft.end(Outcome::Success, None);
    draft.run_line()
}

#[test]
fn a_run_that_is_being_recorded_is_not_closed_by_a_file() {
    let scene = Scene::new();
    let wrapper = start(&mut scene.wrapping(WAIT_FOR_GO));
    wait_until("the command runs", || scene.path("started").exists());
    let early = scene.run(&["run", "export", "latest"]).expect_success().stdout_text();
    let forged = closed_by_another(&early);
    insta::assert_snapshot!(scene.tell_of(&["run", "import", "-"], &forged), @r#"
    exit 4
    --- stdout
    --- stderr
    error[import.run_conflict]: line 1: run_[ID]: the run is being recorded here: its wrapper still runs, and will tell the end
    hint: take the file into another Store with --db; both say so, and neither is overwritten
    "#);
    let check = scene.feed(&["run", "import", "--check", "-"], &forged);
    assert_eq!(
        (check.code, check.stderr_text().contains("is being recorded here")),
        (Some(4), true)
    );
    let told = scene.feed(&["run", "import", "-"], &early).expect_success().stdout_text();
    assert!(told.ends_with("Runs already there: 1\n"), "{told}");
    scene.go();
    let ended = finish(wrapper).expect_success();
    assert!(!ended.stderr_text().contains("warning"), "{}", ended.stderr_text());
    let late = scene.run(&["run", "export", "latest"]).expect_success().stdout_text();
    assert!(late.contains("adapter.wrap.end"), "{late}");
    // The wrapper of a run that is killed tells nothing any more.
    let wrapper = start(&mut scene.wrapping("kill -9 $PPID"));
    drop(finish(wrapper));
    let open = scene.run(&["run", "export", "latest"]).expect_success().stdout_text();
    let told = scene.feed(&["run", "import", "-"], closed_by_another(&open)).expect_success();
    assert!(told.stdout_text().contains("Runs continued: 1\n  run_"), "{}", told.stdout_text());
}

#[test]
fn a_person_is_told_the_first_runs_that_were_continued() {
    let scene = Scene::new();
    let file = |is_open: bool| {
        let lines = (1..=22).map(|number| {
            let mut draft = Draft::new(number, 0);
            if is_open {
                draft.reopen();
            }
            draft.run_line() + "\n"
        });
        lines.collect::<String>()
    };
    succeed(scene.feed(&["run", "import", "-"], file(true)));
    let told = scene.feed(&["run", "import", "-", "--check"], file(false)).expect_success();
    let told = told.stdout_text();
    assert_eq!(told.matches("\n  run_").count(), 20);
    assert!(told.contains("\n  and 2 more, all of them with --json\n"), "{told}");
    let told = scene.feed(&["run", "import", "-", "--json"], file(false)).expect_success();
    let told = parse(&told.stdout);
    assert_eq!(told.get("continued").and_then(Value::as_array).map(<[Value]>::len), Some(22));
}

#[test]
fn a_kind_that_would_stop_the_wrapper_is_refused() {
    let (scene, text) = exported();
    let line = text.lines().find(|line| line.contains("\"schema_kind\":\"adapter.wrap.start\""));
    let ours = parse(line.unwrap()).get("kind_version").cloned().unwrap();
    let ours = ours.get("schema_json").and_then(Value::as_str).unwrap().to_owned();
    let with = |definition: &str| {
        let wider = format!("\"process\":{definition},\"producer_id\":{{");
        let schema = ours.replacen("\"producer_id\":{", &wider, 1);
        let kind = kind("adapter.wrap.start", &schema);
        Draft { kind, ..Draft::new(1, 0) }.kind_line()
    };
    let import = ["run", "import", "-", "--db", "new.db"];
    insta::assert_snapshot!(scene.tell_of(&import, &with("{\"type\":\"null\"}")), @r#"
    exit 4
    --- stdout
    --- stderr
    error[import.kind_conflict]: line 1: kind adapter.wrap.start: sha256:[HASH] does not go with what this program records: schema evolution changed field definition: process
    hint: take the file into another Store with --db; both say so, and neither is overwritten
    "#);
    assert!(!scene.path("new.db").exists());
    for definition in ["{\"type\":[\"object\",\"null\"]}", "{}"] {
        let db = ["run", "import", "-", "--db", "fits.db"];
        let store = scene.path("fits.db");
        succeed(scene.feed(&db, with(definition)));
        succeed(scene.run(&["wrap", "--db", "fits.db", "--", "true"]));
        fs::remove_file(store).unwrap();
        for rest in ["fits.db-wal", "fits.db-shm"] {
            drop(fs::remove_file(scene.path(rest)));
        }
    }
}

#[test]
fn an_input_without_a_line_is_a_failed_export() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell_of(&["run", "import", "-"], ""), @r#"
    exit 1
    --- stdout
    --- stderr
    error[import.empty]: the input is empty: it has not a single line
    hint: see whether the export failed; that of an empty Store holds nothing to take in
    "#);
    scene.scratch.write("nothing", "");
    for arguments in [&["run", "import", "nothing"][..], &["run", "import", "--check", "nothing"]] {
        let refused = scene.run(arguments);
        let told = refused.stderr_text();
        assert_eq!(refused.code, Some(1), "{told}");
        assert!(told.starts_with("error[import.empty]: "), "{told}");
    }
    assert!(!scene.path(".motus").exists());
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
    error[import.unkept]: the input could not be kept for a second reading: cannot write /nonexistent: No such file or directory (os error 2)
    hint: set TMPDIR to a directory with room, or write the input to a file and name that
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
        file.trim_end().to_owned(),
        file.replace('\n', "\r\n"),
        file.replace("\"run\":{", " \"run\" :\t{ ").replace("\\u00e9", "é"),
        format!("{}\n  {}", draft.kind_line(), draft.run_line()),
    ];
    for text in spelled {
        let scene = Scene::new();
        succeed(scene.feed(&["run", "import", "-"], &text));
        let exported = export_all(&scene, "");
        assert!(exported.contains(r#""intent":"\u00e9""#) && !exported.contains('\r'));
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
