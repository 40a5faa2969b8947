//! `motus canonicalize`: the bytes that are hashed, and whether a document is written so.

use std::fs::File;
use std::process::Stdio;

use motus_testkit::harness::{Captured, unread_output};

use crate::support::{Scene, error_code};

const WRITE: [&str; 1] = ["canonicalize"];
const CHECK: [&str; 2] = ["canonicalize", "--check"];

#[test]
fn a_document_is_written_without_a_byte_too_many() {
    let scene = Scene::new();
    for (text, canonical) in [
        ("{ \"b\": [1, 2 ],\n \"a\" : \"\\u0041\\n\\/\" }\n", r#"{"a":"A\n/","b":[1,2]}"#),
        (" null ", "null"),
        ("\"\\u001f\\u00e9\\ud83d\\ude00\"", "\"\\u001fé😀\""),
        (
            "[0, 18446744073709551615, -9223372036854775808]",
            "[0,18446744073709551615,-9223372036854775808]",
        ),
    ] {
        let written = scene.feed(&WRITE, text).expect_success();
        assert_eq!(
            (written.stdout_text().as_str(), written.stderr.len()),
            (canonical, 0),
            "{text}"
        );
        let again = scene.feed(&WRITE, &written.stdout).expect_success();
        assert_eq!(again, written);
        assert_eq!(scene.feed(&CHECK, &written.stdout).expect_success().stdout_text(), "");
    }
    assert!(!scene.path(".motus").exists());
}

#[test]
fn a_document_in_another_form_is_found_by_check() {
    let scene = Scene::new();
    let tell = |text: &str| scene.tell_of(&CHECK, text);
    insta::assert_snapshot!(tell("{\"a\": 1}"), @r#"
    exit 1
    --- stdout
    --- stderr
    error[json.not_canonical]: not canonical at byte 5: white space between tokens
    hint: see the canonical form with `motus canonicalize`
    "#);
    for text in ["{\"b\":1,\"a\":1}", "{\"a\":1}\n", "\"\\u0041\"", "\"\\/\""] {
        let refused = scene.feed(&["canonicalize", "--check", "--json"], text);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{text}");
        assert_eq!(error_code(&refused), "json.not_canonical", "{text}");
    }
}

#[test]
fn what_has_no_canonical_form_is_refused_both_ways() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell_of(&WRITE, "{\"a\":1.5}"), @r#"
    exit 1
    --- stdout
    --- stderr
    error[json.float]: a number that is no integer at byte 5
    hint: write a whole number, in a unit that is small enough
    "#);
    insta::assert_snapshot!(scene.tell_of(&["canonicalize", "--json"], "{\"a\":1,\"\\u0061\":2}"), @r#"
    exit 1
    --- stdout
    --- stderr
    {
      "causes": [],
      "code": "json.duplicate_key",
      "error": "duplicate key at byte 7",
      "hint": null
    }
    "#);
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (text, code) in [
        ("1e3", "json.float"),
        ("-0", "json.negative_zero"),
        ("18446744073709551616", "json.integer_range"),
        ("{\"a\":1,\"a\":2}", "json.duplicate_key"),
        ("\u{feff}{}", "json.byte_order_mark"),
        ("\"\\ud800\"", "json.lone_surrogate"),
        ("NaN", "json.non_finite"),
        ("", "json.truncated"),
        ("{} {}", "json.trailing_data"),
        (&deep(1_000_000), "json.depth"),
        (&"[".repeat(1_000_000), "json.depth"),
    ] {
        let shown: String = text.chars().take(20).collect();
        let refused = scene.feed(&["canonicalize", "--json"], text);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{shown}");
        assert_eq!(error_code(&refused), code, "{shown}");
        let refused = scene.feed(&["canonicalize", "--check", "--json"], text);
        assert_eq!((refused.code, refused.stdout.len()), (Some(1), 0), "{shown}");
        let found = error_code(&refused);
        assert!(found == code || found == "json.not_canonical", "{shown}: {found}");
    }
    assert_eq!(scene.feed(&CHECK, deep(128)).code, Some(0));
    assert_eq!(error_code(&scene.feed(&["canonicalize", "--json"], b"\"\xff\"")), "json.not_utf8");
}

/// Runs the command with a file of zeros that takes no room.
fn with_zeros(scene: &Scene, arguments: &[&str], size_bytes: u64) -> Captured {
    let path = scene.scratch.write("zeros", "");
    File::options().write(true).open(&path).unwrap().set_len(size_bytes).unwrap();
    let mut command = scene.motus(arguments);
    let command = command.stdin(File::open(path).unwrap()).stdout(Stdio::piped());
    Captured::from(command.stderr(Stdio::piped()).output().unwrap())
}

#[test]
fn the_length_of_the_input_is_bounded() {
    let scene = Scene::new();
    let long = with_zeros(&scene, &["canonicalize", "--json"], 65 << 20);
    assert_eq!((long.code, error_code(&long).as_str()), (Some(1), "json.too_large"));
    let longer = with_zeros(&scene, &WRITE, 257 << 20);
    insta::assert_snapshot!(scene.spell(&longer), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: standard input cannot be read
      caused by: file too large
    hint: check the path, who may read it and how long it is
    "#);
}

#[test]
fn input_that_cannot_be_read_is_an_error() {
    let scene = Scene::new();
    let mut command = scene.motus(&WRITE);
    let command = command.stdin(File::open(scene.scratch.project()).unwrap());
    let refused = Captured::from(command.output().unwrap());
    insta::assert_snapshot!(scene.spell(&refused), @r#"
    exit 2
    --- stdout
    --- stderr
    error[input.unreadable]: standard input cannot be read
      caused by: Is a directory (os error 21)
    hint: check the path, who may read it and how long it is
    "#);
}

#[test]
fn a_reader_that_left_is_no_failure() {
    let scene = Scene::new();
    let mut command = scene.motus(&WRITE);
    let input = scene.scratch.write("input", format!("\"{}\"", "x".repeat(1 << 20)));
    command.stdin(File::open(input).unwrap()).stdout(unread_output().unwrap());
    let ended = Captured::from(command.output().unwrap());
    assert_eq!((ended.code, ended.stderr_text().as_str()), (Some(0), ""));
}
