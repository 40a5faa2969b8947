//! `motus run export --all`: everything of a Store that travels, on stdout.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use motus_json::{Value, canonical};

use crate::support::{Scene, file_of, parse, succeed};

#[test]
fn kinds_come_first_and_then_each_run_as_it_is_exported_alone() {
    let scene = Scene::new();
    scene.record();
    scene.record();
    let all = scene.run(&["run", "export", "--all"]).expect_success();
    assert_eq!(all.stderr_text(), "");
    let text = all.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines {
        assert_eq!(canonical::store::write(&parse(line)), *line);
    }
    let kinds: Vec<String> = lines[..3]
        .iter()
        .map(|line| {
            let kind =
                parse(line).get("kind_version").and_then(|it| it.get("schema_kind")).cloned();
            kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap()
        })
        .collect();
    assert_eq!(kinds, ["adapter.wrap.start", "adapter.wrap.output_summary", "adapter.wrap.end"]);
    let ids: Vec<String> = lines[3..]
        .iter()
        .map(|line| {
            let id = parse(line).get("run").and_then(|run| run.get("id")).cloned();
            id.and_then(|id| id.as_str().map(str::to_owned)).unwrap()
        })
        .collect();
    assert!(ids.len() == 2 && ids.is_sorted(), "{ids:?}");
    for (id, line) in ids.iter().zip(&lines[3..]) {
        assert_eq!(scene.run(&["run", "export", id]).expect_success().stdout_text(), *line);
    }
    assert_eq!(scene.run(&["run", "export", "--all"]).stdout_text(), text);
}

#[test]
fn a_store_without_anything_gives_nothing() {
    let scene = Scene::new();
    succeed(scene.doctor(&["--fix"]));
    insta::assert_snapshot!(scene.tell(&["run", "export", "--all"]), @r#"
    exit 0
    --- stdout
    --- stderr
    "#);
}

#[test]
fn a_missing_store_and_a_run_beside_all_are_told() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["run", "export", "--all"]), @r#"
    exit 1
    --- stdout
    --- stderr
    error[store.missing]: there is no Store yet: [DIR]/project/.motus/kernel-store.db
    hint: record a first run with `motus wrap -- COMMAND`, or name a Store with --db
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "export", "--all", "latest"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: the argument '--all' cannot be used with '[RUN]'
      usage: motus run export --all [RUN]
    hint: add --help to see what it takes
    "#);
    insta::assert_snapshot!(scene.tell(&["run", "export"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: the following required arguments were not provided: <RUN>
      usage: motus run export <RUN>
    hint: add --help to see what it takes
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_reader_that_goes_away_has_had_what_it_wanted() {
    let scene = Scene::new();
    succeed(scene.feed(&["run", "import", "-"], file_of(300, 3)));
    let mut command = scene.motus(&["run", "export", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(100, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(parse(&line).get("kind_version").is_some_and(|kind| kind.get("schema_json").is_some()));
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*told), (Some(0), ""));
}

#[test]
fn what_is_written_while_it_is_exported_is_there_as_a_whole_or_not_at_all() {
    let scene = Scene::new();
    succeed(scene.feed(&["run", "import", "-"], file_of(2000, 3)));
    let mut command = scene.motus(&["run", "export", "--all"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::with_capacity(100, child.stdout.take().unwrap());
    let mut text = String::new();
    reader.read_line(&mut text).unwrap();
    // The pipe is full long before the end: this run is younger than what is read.
    scene.record();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(text, file_of(2000, 3));
    let run = parse(&scene.run(&["run", "list", "--json", "--limit", "1"]).stdout);
    let newest = run.get("runs").and_then(Value::as_array).unwrap()[0].clone();
    assert_eq!(newest.get("source").and_then(Value::as_str), Some("motus-wrap"));
}
