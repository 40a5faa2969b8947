//! `motus strategy match`: what fits is told in one order, and what cannot be read by file, line and column.

use motus_json::Value;

use crate::support::{Scene, error_code, parse};

const ROOT_CAUSE: &str = "\
strategy_id: STRAT-008
version: '0.1'
name: Root cause loop
triggers:
  - signal: tests_failed
    confidence_threshold: 500
  - signal: same_error_twice
    confidence_threshold: 0
    weight: 500
steps:
  - reproduce the failure
";

const SMALL_STEPS: &str = r#"{"strategy_id":"STRAT-001","version":"0.1","name":"Small steps","steps":["halve it"],
 "triggers":[{"signal":"same_error_twice","confidence_threshold":0,"weight":500}]}"#;

const SIGNALS: &str = r#"[{"name":"same_error_twice","confidence":700},
 {"name":"tests_failed","confidence":900,"evidence":"evidence/tests.txt"},
 {"name":"tests_failed","confidence":100}]"#;

const MATCH: [&str; 6] = ["strategy", "match", "--signals", "signals.json", "--library", "library"];

fn scene() -> Scene {
    let scene = Scene::new();
    scene.scratch.write("library/root-cause.yaml", ROOT_CAUSE);
    scene.scratch.write("library/small-steps.json", SMALL_STEPS);
    scene.scratch.write("library/README.md", "What these are for.");
    scene.scratch.write("signals.json", SIGNALS);
    scene
}

fn with_json(arguments: &[&'static str]) -> Vec<&'static str> {
    [arguments, &["--json"]].concat()
}

#[test]
fn what_fits_is_told_best_first_and_explained() {
    let scene = scene();
    insta::assert_snapshot!(scene.tell(&MATCH), @r"
    exit 0
    --- stdout
    MATCH  STRATEGY   TRIGGER           NAME
      800  STRAT-008  tests_failed      Root cause loop
                      same_error_twice (c=700, θ=0, m_w=350)
                      tests_failed (c=900, θ=500, m_w=800)
      350  STRAT-001  same_error_twice  Small steps
                      same_error_twice (c=700, θ=0, m_w=350)
    --- stderr
    ");
    insta::assert_snapshot!(scene.tell(&with_json(&MATCH)), @r#"
    exit 0
    --- stdout
    {
      "signals": 3,
      "strategies": 2,
      "suggestions": [
        {
          "explanation": [
            "same_error_twice (c=700, θ=0, m_w=350)",
            "tests_failed (c=900, θ=500, m_w=800)"
          ],
          "file": "root-cause.yaml",
          "match_permille": 800,
          "name": "Root cause loop",
          "strategy_id": "STRAT-008",
          "trigger": "tests_failed"
        },
        {
          "explanation": [
            "same_error_twice (c=700, θ=0, m_w=350)"
          ],
          "file": "small-steps.json",
          "match_permille": 350,
          "name": "Small steps",
          "strategy_id": "STRAT-001",
          "trigger": "same_error_twice"
        }
      ]
    }
    --- stderr
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn the_order_of_signals_and_files_does_not_show() {
    let scene = scene();
    let told = scene.run(&MATCH).expect_success();
    let Value::Array(mut signals) = parse(SIGNALS) else { panic!("signals are a list") };
    signals.reverse();
    scene.scratch.write("signals.json", motus_json::compact::write(&Value::Array(signals)));
    scene.scratch.write("library/a.json", SMALL_STEPS);
    scene.remove("library/small-steps.json");
    assert_eq!(scene.run(&MATCH).expect_success(), told);
}

#[test]
fn signals_may_come_through_standard_input() {
    let scene = scene();
    let arguments = ["strategy", "match", "--signals", "-", "--library", "library"];
    let told = scene.feed(&arguments, SIGNALS).expect_success();
    assert_eq!(told, scene.run(&MATCH).expect_success());
    insta::assert_snapshot!(scene.tell_of(&arguments, "[]"), @r"
    exit 0
    --- stdout
    No strategy fits.
    --- stderr
    ");
    let none = scene.feed(&with_json(&arguments), "[]").expect_success();
    let suggestions = parse(&none.stdout);
    assert_eq!(suggestions.get("suggestions").and_then(Value::as_array), Some([].as_slice()));
}

#[test]
fn a_library_without_strategies_is_pointed_out() {
    let scene = scene();
    scene.scratch.write("empty/README.md", "");
    let arguments = ["strategy", "match", "--signals", "signals.json", "--library", "empty"];
    insta::assert_snapshot!(scene.tell(&arguments), @r"
    exit 0
    --- stdout
    No strategy fits.
    --- stderr
    warning: no file of empty ends in .yaml, .yml or .json
    ");
}

#[test]
fn what_are_no_signals_is_told_with_its_place() {
    let scene = scene();
    let arguments = ["strategy", "match", "--signals", "-", "--library", "library"];
    insta::assert_snapshot!(scene.tell_of(&arguments, "[{\"name\":\"a\",\n\"confidence\":2000},{}]"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[signals.shape]: standard input:2:14: must be from 0 to 1000
      standard input:2:20: 'name' is missing
      standard input:2:20: 'confidence' is missing
    hint: write [{"name":"tests_failed","confidence":900}] as JSON
    "#);
    insta::assert_snapshot!(scene.tell_of(&arguments, "- name: a\n"), @r#"
    exit 2
    --- stdout
    --- stderr
    error[json.syntax]: standard input:1:2: expected a digit
    hint: write [{"name":"tests_failed","confidence":900}] as JSON
    "#);
    let refused = scene.feed(&with_json(&arguments), "[{}, {}]");
    assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
    let document = parse(&refused.stderr);
    let faults = document.get("faults").and_then(Value::as_array).unwrap();
    assert_eq!(faults.len(), 4);
    let columns: Vec<_> = faults.iter().filter_map(|fault| fault.get("column")?.as_u64()).collect();
    assert_eq!(columns, [2, 2, 6, 6]);
}

#[test]
fn what_is_no_strategy_is_told_by_its_file() {
    let scene = scene();
    scene.scratch.write("library/broken.yaml", "strategy_id: [\n");
    scene.scratch.write("library/more.yaml", ROOT_CAUSE.replace("weight: 500", "wieght: 500"));
    insta::assert_snapshot!(scene.tell(&MATCH), @r"
    exit 2
    --- stdout
    --- stderr
    error[strategy.syntax]: library/broken.yaml:1:14: not well-formed YAML: unclosed bracket '['
      library/more.yaml:9:5: 'wieght' is not known here; known are signal, confidence_threshold, weight
    hint: docs/loop.md shows a strategy
    ");
    scene.scratch.write("library/broken.yaml", ROOT_CAUSE);
    scene.remove("library/more.yaml");
    insta::assert_snapshot!(scene.tell(&MATCH), @r"
    exit 2
    --- stdout
    --- stderr
    error[strategy.repeated]: library/broken.yaml and library/root-cause.yaml are both strategy STRAT-008
    hint: give one of them another strategy_id, or move it away
    ");
    scene.scratch.write("library/broken.yaml", "\u{1b}[31m: \u{1b}[0m");
    let told = scene.run(&MATCH);
    assert_eq!(told.code, Some(2));
    assert!(!told.stderr_text().contains('\u{1b}'), "{}", told.stderr_text());
}

#[test]
fn what_cannot_be_read_is_told() {
    let scene = scene();
    let tell = |signals: &str, library: &str| {
        scene.tell(&["strategy", "match", "--signals", signals, "--library", library])
    };
    insta::assert_snapshot!(tell("no.json", "library"), @r"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: no.json cannot be read
      caused by: No such file or directory (os error 2)
    hint: check the path, who may read it and how long it is
    ");
    insta::assert_snapshot!(tell("library", "library"), @r"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: library cannot be read
      caused by: Is a directory (os error 21)
    hint: check the path, who may read it and how long it is
    ");
    insta::assert_snapshot!(tell("signals.json", "no"), @r"
    exit 2
    --- stdout
    --- stderr
    error[strategy.library_unreadable]: no cannot be read as a directory of strategies
      caused by: cannot read no: No such file or directory (os error 2)
    hint: name the directory in which the strategies are
    ");
    insta::assert_snapshot!(tell("signals.json", "signals.json"), @r"
    exit 2
    --- stdout
    --- stderr
    error[strategy.library_unreadable]: signals.json cannot be read as a directory of strategies
      caused by: cannot read signals.json: Not a directory (os error 20)
    hint: name the directory in which the strategies are
    ");
    scene.scratch.write("long.json", " ".repeat((1 << 20) + 1));
    insta::assert_snapshot!(tell("long.json", "library"), @r"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: long.json cannot be read
      caused by: it has more than 1048576 bytes
    hint: check the path, who may read it and how long it is
    ");
    std::os::unix::fs::symlink("/etc/passwd", scene.path("library/x.yaml")).unwrap();
    insta::assert_snapshot!(tell("signals.json", "library"), @r"
    exit 2
    --- stdout
    --- stderr
    error[strategy.unreadable]: a strategy cannot be read: library/x.yaml leads out of its directory
    hint: check who may read it and how long it is; a link must stay in the library
    ");
    let refused = scene.run(&with_json(&MATCH));
    assert_eq!(error_code(&refused), "strategy.unreadable");
    assert_eq!(scene.run(&["strategy", "match"]).code, Some(2));
}

#[test]
fn a_pipe_in_the_library_is_not_waited_for_and_one_that_was_named_is_read() {
    let scene = scene();
    let script = "mkfifo library/x.yaml named; cat signals.json > named & \
        \"$0\" strategy match --signals named --library library; echo $?; rm library/x.yaml; \
        cat signals.json > named & \"$0\" strategy match --signals named --library library";
    let mut shell = scene.scratch.command("sh");
    let told = motus_testkit::harness::capture(shell.args(["-c", script, crate::support::MOTUS]));
    let refused = "error[strategy.unreadable]: a strategy cannot be read: library/x.yaml is a pipe, \
        not a plain file";
    assert!(told.stderr_text().starts_with(refused), "{}", told.stderr_text());
    let expected = format!("2\n{}", scene.run(&MATCH).expect_success().stdout_text());
    assert_eq!(told.stdout_text(), expected);
}
