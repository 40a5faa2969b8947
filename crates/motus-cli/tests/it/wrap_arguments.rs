//! `motus wrap`: which words are options, which are the command's, and what is refused.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use motus_testkit::harness::capture;

use crate::support::Scene;

#[test]
fn empty_arguments_reach_the_command() {
    let scene = Scene::new();
    let ended = scene.run(&["wrap", "--", "printf", "%s|", "a", "", "b"]).expect_success();
    assert_eq!(ended.stdout_text(), "a||b|");
    assert_eq!(scene.column("intent").unwrap(), "printf '[ARGUMENTS_OMITTED:4]'");
}

#[test]
fn an_argument_that_is_no_text_reaches_the_command_as_it_is() {
    let scene = Scene::new();
    let mut command = scene.motus(&["wrap", "--", "printf", "%s"]);
    let ended = capture(command.arg(OsStr::from_bytes(b"\xff\xfe"))).expect_success();
    assert_eq!(ended.stdout, b"\xff\xfe");
    let mut command = scene.motus(&["wrap", "--"]);
    let ended = capture(command.arg(OsStr::from_bytes(b"no\xffsuch")));
    assert_eq!(ended.code, Some(127));
    assert_eq!(scene.column("intent").unwrap(), "'no\u{fffd}such'");
}

#[test]
fn exactly_one_separator_is_taken_away() {
    let scene = Scene::new();
    let told = scene.run(&["wrap", "--", "--", "x"]);
    assert_eq!(told.code, Some(127));
    assert_eq!(scene.column("intent").unwrap(), "-- '[ARGUMENTS_OMITTED:1]'");
    let ended = scene.run(&["wrap", "--", "printf", "%s|", "--", "-x"]).expect_success();
    assert_eq!(ended.stdout_text(), "--|-x|");
}

#[test]
fn options_end_where_the_command_begins() {
    let scene = Scene::new();
    let arguments =
        ["wrap", "printf", "%s|", "--timeout", "0", "--no-record", "--help", "--", "-V"];
    let ended = scene.run(&arguments).expect_success();
    assert_eq!(ended.stdout_text(), "--timeout|0|--no-record|--help|--|-V|");
    assert_eq!(scene.column("intent").unwrap(), "printf '[ARGUMENTS_OMITTED:7]'");
}

#[test]
fn no_command_is_refused_and_leaves_nothing() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.command_missing]: motus wrap requires a command after --
    hint: try `motus wrap -- COMMAND`
    "#);
    assert_eq!(scene.run(&["wrap", "--"]).code, Some(2));
    assert_eq!(scene.run(&["wrap", "--timeout", "5", "--"]).code, Some(2));
    assert!(!scene.path(".motus").exists());
}

#[test]
fn an_output_size_that_is_none_is_refused_and_leaves_nothing() {
    let scene = Scene::new();
    let refused = scene.tell(&["wrap", "--max-output-bytes", "0", "--", "true"]);
    insta::assert_snapshot!(refused, @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.max_output_bytes_invalid]: --max-output-bytes must be positive
    hint: give a whole number above zero
    "#);
    for size in ["-5", "1.5", "", "9223372036854775808", "x"] {
        let ended = scene.run(&["wrap", "--max-output-bytes", size, "--", "true"]);
        assert_eq!(ended.code, Some(2), "{size}");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_time_that_is_none_is_refused_and_leaves_nothing() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--timeout", "0", "--", "true"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.timeout_invalid]: --timeout must be a positive number of seconds
    hint: give a number above zero, such as 600 or 0.5, or inf
    "#);
    for time in ["-1", "nan", "-inf", "-0", "", "5s"] {
        let ended = scene.run(&["wrap", "--timeout", time, "--", "true"]);
        assert_eq!(ended.code, Some(2), "{time}");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn an_unknown_option_is_refused_and_leaves_nothing() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--no-recrd", "--", "true"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.invalid]: unexpected argument '--no-recrd' found
      usage: motus wrap [OPTIONS] -- COMMAND [ARGUMENTS]...
    hint: a similar argument exists: '--no-record'
    hint: to pass '--no-recrd' as a value, use '-- --no-recrd'
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn without_a_record_there_is_no_store_and_no_trailer() {
    let scene = Scene::new();
    let told =
        scene.tell(&["wrap", "--no-record", "--", "sh", "-c", "echo ${MOTUS_RUN_ID-none}; exit 4"]);
    insta::assert_snapshot!(told, @r#"
    exit 4
    --- stdout
    none
    --- stderr
    "#);
    assert!(!scene.path(".motus").exists());
}

#[test]
fn without_a_record_a_failed_start_is_told_all_the_same() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--no-record", "--", "no-such-command"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: 'no-such-command'
    "#);
}

#[test]
fn a_quiet_wrap_leaves_out_the_trailer_alone() {
    let scene = Scene::new();
    for flag in ["-q", "--quiet"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(scene.tell(&["wrap", flag, "--", "sh", "-c", "echo a >&2"]), @r#"
            exit 0
            --- stdout
            --- stderr
            a
            "#);
        }
    }
    insta::assert_snapshot!(scene.tell(&["wrap", "-q", "--", "/no/such"]), @r#"
    exit 127
    --- stdout
    --- stderr
    motus wrap failed to start command: [Errno 2] No such file or directory: '/no/such'
    "#);
    let listed = scene.run(&["run", "list"]).expect_success().stdout_text();
    assert_eq!(listed.lines().count(), 4, "all three are recorded: {listed}");
}

#[test]
fn a_timeout_that_is_never_reached_is_none() {
    let scene = Scene::new();
    for time in ["inf", "infinity", "1e300", "1e-300"] {
        let ended = scene.run(&["wrap", "-q", "--timeout", time, "--", "sleep", "0.05"]);
        let expected = if time == "1e-300" { 124 } else { 0 };
        assert_eq!(ended.code, Some(expected), "{time}: {}", ended.stderr_text());
    }
}

#[test]
fn a_timeout_is_named() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["wrap", "--timeout", "0.25", "--", "sleep", "20"]), @r#"
    exit 124
    --- stdout
    --- stderr
    motus wrap: ended after [DURATION] (--timeout)
    motus run: run_[ID]
    motus store: [DIR]/project/.motus/kernel-store.db
    "#);
    let ended = scene.run(&["wrap", "-q", "--timeout", "60", "--", "sh", "-c", "exit 124"]);
    assert_eq!((ended.code, ended.stderr_text()), (Some(124), String::new()));
}

#[test]
fn what_needs_a_shell_is_pointed_out() {
    let scene = Scene::new();
    for word in ["cd", "no such", "NAME=value", "export"] {
        let told = scene.run(&["wrap", "--", word, "x"]);
        assert_eq!(told.code, Some(127), "{word}");
        assert!(told.stderr_text().contains("\nhint: for what a shell understands"), "{word}");
    }
    for word in ["no-such-command", "./cd"] {
        let told = scene.run(&["wrap", "--", word]).stderr_text();
        assert!(!told.contains("hint"), "{told}");
    }
}
