//! `motus run`: what cannot be read back, and how that is told.

use motus_json::Value;

use crate::support::{Scene, WAIT_FOR_GO, finish, parse, start, succeed, wait_until};

#[test]
fn without_a_store_nothing_is_made() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: record a first run with `motus wrap -- COMMAND`, or name a Store with --db
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "receipt", "latest", "--json"]), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "store.missing",
      "error": "there is no Store yet: [DIR]/project/.motus/kernel-store.db",
      "hint": "record a first run with `motus wrap -- COMMAND`, or name a Store with --db"
    }
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_store_without_runs_has_no_latest_one() {
    let scene = Scene::new();
    succeed(scene.doctor(&["--fix"]));
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 0
    --- stdout
    No runs.
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[run.none_yet]: the Store holds no run yet
    hint: record a first run with `motus wrap -- COMMAND`
    "#);
}

#[test]
fn an_unknown_run_is_told() {
    let scene = Scene::new();
    scene.record();
    insta::assert_snapshot!(scene.tell(&["run", "show", "run_9"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[run.not_found]: run not found: run_9
    hint: see the recorded runs with `motus run list`
    "#);
    for command in ["show", "receipt", "export"] {
        for selector in ["run_9", " ", "%", "_", "run_*", "\u{1b}[1m"] {
            let ended = scene.run(&["run", command, selector]);
            assert_eq!(ended.code, Some(1), "{command} {selector:?}");
            assert_eq!(ended.stdout, b"");
            let stderr = ended.stderr_text();
            assert!(stderr.starts_with("error[run.not_found]: "), "{stderr}");
            assert!(!stderr.contains('\u{1b}'), "{stderr}");
        }
    }
}

#[test]
fn an_ambiguous_prefix_is_told_with_candidates() {
    let scene = Scene::new();
    scene.record();
    scene.record();
    insta::assert_snapshot!(scene.tell(&["run", "show", "run_"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[run.ambiguous]: more than one run starts with `run_`
      run_[ID]
      run_[ID]
    hint: give more of the identifier
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "export", "run_", "--json"]), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "run.ambiguous",
      "error": "more than one run starts with `run_`",
      "hint": "give more of the identifier",
      "candidates": [
        "run_[ID]",
        "run_[ID]"
      ]
    }
    "#);
}

#[test]
fn an_open_run_has_no_receipt() {
    let scene = Scene::new();
    let wrapper = start(&mut scene.wrapping(WAIT_FOR_GO));
    wait_until("the command runs", || scene.path("started").exists());
    insta::assert_snapshot!(scene.tell(&["run", "receipt", "latest"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[projection.run_open]: run is still open: run_[ID]
    hint: a run has a receipt once it is closed; if its command is gone, see `motus doctor`
    "#);
    let refused = scene.run(&["run", "receipt", "latest", "--json"]);
    assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0));
    let code = parse(&refused.stderr).get("code").and_then(Value::as_str).map(str::to_owned);
    assert_eq!(code.as_deref(), Some("projection.run_open"));
    insta::assert_snapshot!(scene.tell(&["run", "list"]), @r#"
    exit 0
    --- stdout
    RUN                                    STARTED               OUTCOME     TOOK  SOURCE      INTENT
    run_[ID]  [TIME]  open           -  motus-wrap  sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "show", "latest"]), @r#"
    exit 0
    --- stdout
    Run         run_[ID]
    Status      open
    Intent      sh '[ARGUMENTS_OMITTED:2]'
    Source      motus-wrap (motus-wrap:[N])
    Directory   [DIR]/project
    Commit      none
    Started     [TIME]

       1  [TIME]  adapter.wrap.start            sh '[ARGUMENTS_OMITTED:2]'
    --- stderr
    "#);
    succeed(scene.run(&["run", "export", "latest"]));
    scene.go();
    succeed(finish(wrapper));
}

#[test]
fn a_command_line_that_makes_no_sense_is_2() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["run", "shw", "latest"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: unrecognized subcommand 'shw'
      usage: motus run <COMMAND>
    hint: a similar subcommand exists: 'show'
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "show"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: the following required arguments were not provided: <RUN>
      usage: motus run show <RUN>
    hint: add --help to see what it takes
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "show", ""]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: a value is required for '<RUN>' but none was supplied
    hint: add --help to see what it takes
    "#);
    insta::assert_snapshot!(scene.tell(&["list", "--json"]), @r#"
    exit 2
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "usage.invalid",
      "error": "unrecognized subcommand 'list'",
      "hint": "did you mean `motus run list` or `motus work list` or `motus lock list`?",
      "usage": "motus [OPTIONS] <COMMAND>"
    }
    "#);
    for arguments in [
        ["run", "list", "--limit", "x"].as_slice(),
        &["run", "list", "--limit", "-1"],
        &["run", "show", "a", "b"],
        &["no-such"],
        &["run"],
        &[],
    ] {
        assert_eq!(scene.run(arguments).code, Some(2), "{arguments:?}");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn what_a_refusal_repeats_is_safe_for_a_terminal() {
    let scene = Scene::new();
    for word in ["x\u{1b}[31m\u{7}", "x\u{202e}y\u{200b}", "x\u{9b}\nUsage: y"] {
        for arguments in [[word].as_slice(), &["run", "list", "--limit", word], &["help", word]] {
            let refused = scene.run(arguments);
            assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0), "{arguments:?}");
            let stderr = refused.stderr_text();
            assert!(stderr.starts_with("error[usage."), "{stderr}");
            let raw = ['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}', '\u{9b}'];
            assert!(!stderr.contains(raw), "{stderr:?}");
        }
    }
}

#[test]
fn a_store_in_a_directory_above_is_pointed_out() {
    let scene = Scene::new();
    scene.record();
    std::fs::create_dir_all(scene.path("a/b")).unwrap();
    let mut command = scene.motus(&["run", "list"]);
    let refused = motus_testkit::harness::capture(command.current_dir(scene.path("a/b")));
    insta::assert_snapshot!(scene.spell(&refused), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/a/b/.motus/kernel-store.db
    hint: there is a Store in [DIR]/project; go there or use --db
    "#);
    let mut command = scene.motus(&["run", "list", "--db", "other.db"]);
    let refused = motus_testkit::harness::capture(command.current_dir(scene.path("a/b")));
    assert!(refused.stderr_text().contains("\nhint: record a first run"), "a Store was named");
}
