//! `motus db`: what it says of a Store, and what it does to its file.

mod backup;
mod crash;
mod look;
mod published;
mod recover;
mod upkeep;

use std::process::Child;

use motus_json::Value;
use motus_testkit::harness::Captured;

use crate::support::{Scene, error_code, finish, parse, start};

/// Numbers of bytes and pages depend on what the file system and SQLite make of a few rows.
fn without_sizes(told: &str) -> String {
    let words: Vec<&str> = told.split_inclusive(char::is_whitespace).collect();
    let is_named = |word: &str| {
        let names = ["Size:", "WAL:", "(before:", "Unused:"];
        names.contains(&word) || word.ends_with("_bytes\":") || word.ends_with("_before\":")
    };
    let mut masked = String::new();
    for (index, word) in words.iter().enumerate() {
        let before = index.checked_sub(1).map_or("", |before| words[before].trim_end());
        let is_measure =
            is_named(before) || words.get(index + 1).is_some_and(|it| it.starts_with("page"));
        let digits = word.trim_matches(|it: char| !it.is_ascii_digit());
        let is_number = digits != "0" && digits.bytes().all(|it| it.is_ascii_digit());
        if is_measure && is_number && !digits.is_empty() {
            masked.push_str(&word.replacen(digits, "[N]", 1));
        } else {
            masked.push_str(word);
        }
    }
    masked
}

fn tell(scene: &Scene, arguments: &[&str]) -> String {
    without_sizes(&scene.tell(&[&["db"], arguments].concat()))
}

fn document(scene: &Scene, arguments: &[&str]) -> Value {
    parse(&scene.run(&[&["db"], arguments, &["--json"]].concat()).expect_success().stdout)
}

#[track_caller]
fn number(document: &Value, name: &str) -> u64 {
    document.get(name).and_then(Value::as_u64).unwrap_or_else(|| panic!("no number {name}"))
}

/// Returns the code of an error that a command is refused with, and its exit code.
fn refused(scene: &Scene, arguments: &[&str]) -> (String, Option<i32>) {
    let told = scene.run(&[&["db"], arguments, &["--json"]].concat());
    assert!(told.stdout.is_empty(), "{}", told.stdout_text());
    (error_code(&told), told.code)
}

/// Runs a command some times at once; returns the codes, `ok` for none.
fn at_once(scene: &Scene, arguments: &[&str]) -> Vec<String> {
    let started: Vec<Child> = (0..5).map(|_| start(&mut scene.motus(arguments))).collect();
    let code = |told: Captured| match told.code {
        Some(0) => "ok".to_owned(),
        _ => error_code(&told),
    };
    let mut codes: Vec<String> = started.into_iter().map(finish).map(code).collect();
    codes.sort();
    codes.reverse();
    codes
}
