//! Values that somebody else chose: each is handed on as it is, and does nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::runner::Runner;

/// What a value may try to be: a command to the runner, the form of a file of its, a script, an option.
const VALUES: [&str; 12] = [
    "a\nb",
    "a\n::set-output name=exit_code::0",
    "::add-mask::success",
    "a%0Aexit_code=0%0D",
    "a\nexit_code=0\noutcome=success",
    "outcome<<EOF\nsuccess\nEOF",
    "$(touch pwned)",
    "`touch pwned`; touch pwned & '\"",
    "${{ github.token }}",
    "--help",
    "\u{1b}[31m\u{7}\r\u{202e}x",
    "é \u{1f600} x",
];

#[test]
fn a_path_is_handed_on_as_it_is_and_does_nothing() {
    let runner = Runner::new();
    for value in VALUES {
        let names = ["export", "receipt", "envelope", "store"];
        let arguments = names.map(|name| format!("--{name}-path={name}/{value}"));
        let step = runner.run("sh -c 'exit 3'", &arguments.each_ref().map(String::as_str));
        let stderr = step.captured.stderr_text();
        assert_eq!(step.captured.code, Some(3), "{stderr}");
        assert_eq!((step.output("exit_code"), step.output("outcome")), ("3", "failure"));
        assert_eq!(step.outputs.len(), 8, "{:?}", step.outputs);
        for name in names {
            let path = format!("{name}/{value}");
            assert_eq!(step.output(&format!("{name}_path")), path, "{stderr}");
            assert!(runner.scene.path(&path).is_file(), "{path:?}");
        }
        for line in stderr.lines() {
            assert!(!line.starts_with("::") && !line.contains('\u{1b}'), "{stderr}");
        }
    }
    assert!(!runner.scene.path("pwned").exists());
}

/// A script that writes its arguments to a file, each with a NUL behind it.
const WRITE_DOWN: &str = "#!/bin/sh\nprintf '%s\\0' \"$@\" > arguments\n";

#[test]
fn an_argument_is_handed_on_as_it_is_and_does_nothing() {
    let runner = Runner::new();
    let program = runner.scene.scratch.write("write down", WRITE_DOWN);
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    for value in VALUES {
        let quoted = value.replace('\'', r#"'"'"'"#);
        let step = runner.run(&format!("'./write down' '{quoted}' ''\n\"two words\""), &[]);
        assert_eq!(step.captured.code, Some(0), "{}", step.captured.stderr_text());
        let arguments = fs::read_to_string(runner.scene.path("arguments")).unwrap();
        assert_eq!(arguments, format!("{value}\0\0two words\0"));
        assert_eq!(step.outputs.len(), 8, "{:?}", step.outputs);
    }
    assert!(!runner.scene.path("pwned").exists());
}

#[test]
fn a_program_with_a_hostile_name_shows_its_name_and_no_more() {
    let runner = Runner::new();
    let name = "<img src=x>\n::set-output name=exit_code::0\n# [x](javascript:y) @owner";
    let step = runner.run(&format!("'{name}' x"), &[]);
    assert_eq!((step.captured.code, step.output("exit_code")), (Some(127), "127"));
    assert_eq!(step.summary.lines().filter(|line| line.starts_with('#')).count(), 3);
    for live in ["<img", "[x](", " @owner", "\n::set-output"] {
        assert!(!step.summary.contains(live), "{live}: {}", step.summary);
    }
    runner.expect_documents(step.output("run_id"));
}

#[test]
fn a_value_of_any_length_is_taken_or_refused() {
    let runner = Runner::new();
    let long = "x".repeat(100_000);
    let step = runner.run(&format!("sh -c 'exit 4' {long}"), &[]);
    assert_eq!(step.captured.code, Some(4), "{}", step.captured.stderr_text());
    runner.expect_documents(step.output("run_id"));
    // No file has such a name: the other documents are there, and the code is that of the command.
    let step = runner.run("sh -c 'exit 4'", &[&format!("--receipt-path={long}")]);
    let stderr = step.captured.stderr_text();
    assert_eq!(step.captured.code, Some(4), "{stderr}");
    assert!(stderr.contains("warning[file.failed]: there is no receipt at xxx"), "{stderr}");
    let told = step.outputs.values().filter(|value| !value.is_empty());
    assert_eq!(told.count(), 6, "{:?}", step.outputs.keys());
    assert_eq!((step.output("receipt_id"), step.output("receipt_path")), ("", ""));
}

#[test]
fn bytes_that_are_no_text_are_handed_on() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let runner = Runner::new();
    runner.prepare();
    let mut command = runner.action(&[]);
    command.arg("--command").arg(OsStr::from_bytes(b"sh -c 'printf %s \"$0\" > told' \xff\xfe"));
    command.arg("--store-path").arg(OsStr::from_bytes(b"s\xff.db"));
    let captured = motus_testkit::harness::capture(&mut command);
    assert_eq!(captured.code, Some(0), "{}", captured.stderr_text());
    assert_eq!(fs::read(runner.scene.path("told")).unwrap(), b"\xff\xfe");
    let told = fs::read(runner.file("output")).unwrap();
    assert!(told.windows(6).any(|bytes| bytes == b"\ns\xff.db"), "{}", told.escape_ascii());
}
