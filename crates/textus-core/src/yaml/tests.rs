//! Documents that are read, and those that are refused.

use motus_json::{Object, ReadOptions, Value};
use proptest::prelude::*;

use super::{MOST_LEVELS, read, set, write};

#[track_caller]
fn check(text: &str, json: &str) {
    let expected = motus_json::read(json.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(read(text).map(|tree| tree.value), Ok(expected), "{text:?}");
}

#[track_caller]
fn refuse(text: &str, line: usize, words: &str) {
    let fault = read(text).expect_err(text);
    assert_eq!(fault.line, line, "{text:?}: {fault}");
    assert!(fault.message.contains(words), "{text:?}: {fault}");
}

#[test]
fn documents_are_read() {
    check("", "null");
    check("# only a comment\n", "null");
    check("---\n", "null");
    check("--- text\n...\n", r#""text""#);
    check("a: 1\nb:\n- x\n- {y: z}\nc: |\n  d\n", r#"{"a":1,"b":["x",{"y":"z"}],"c":"d\n"}"#);
    check("a: 'yes'\nb: yes\nc: \"12\"\nd: 12\n", r#"{"a":"yes","b":true,"c":"12","d":12}"#);
    check("a:\r\n  b: c\r\n", r#"{"a":{"b":"c"}}"#);
    check("a: &unused 1\n", r#"{"a":1}"#);
    check("a: |\n  x", r#"{"a":"x"}"#);
    check("a: |-\n  x", r#"{"a":"x"}"#);
    check("a: >+\n  x\n\n  y\n", r#"{"a":"x\ny\n"}"#);
    check("a: !!str '<<'\n!!str \"<<\": 1\n", r#"{"a":"<<","<<":1}"#);
    check("a: <<\n", r#"{"a":"<<"}"#);
    check("'<<': 1\n", r#"{"<<":1}"#);
}

#[test]
fn keys_are_what_json_shows() {
    check(
        "1: a\n012: b\nyes: c\n~: d\n1.50: e\n",
        r#"{"1":"a","10":"b","true":"c","":"d","1.5":"e"}"#,
    );
    check("2026-01-02: a\n'1': b\n", r#"{"2026-01-02":"a","1":"b"}"#);
    check(": a\n", r#"{"":"a"}"#);
}

#[test]
fn times_are_remembered_by_path() {
    let tree =
        read("a: 2026-01-02\nb:\n- x\n- c: 2026-01-02T03:04:05Z\nd: '2026-01-02'\n").unwrap();
    assert_eq!(tree.value.get("a").and_then(Value::as_str), Some("2026-01-02"));
    assert!(tree.times.contains(["a"]) && tree.times.contains(["b", "1", "c"]));
    assert!(!tree.times.contains(["d"]) && !tree.times.contains(["b"]));
    assert!(read("2026-01-02").unwrap().times.contains::<&str>([]));
    assert!(read("a: '2026-01-02'").unwrap().times.is_empty());
}

#[test]
fn what_is_no_plain_data_is_refused_by_line() {
    refuse("a: &x 1\nb: *x\n", 2, "aliases");
    refuse("a: *x\n", 1, "aliases");
    refuse("a: !!int 1\n", 1, "tag '!!int'");
    refuse("a:\n- !ruby/object:X {}\n", 2, "tag '!ruby/object:X'");
    refuse("a: !!str 12\n", 1, "tag");
    refuse("a: !!str '12'\n", 1, "tag");
    refuse("a: ! x\n", 1, "tag");
    refuse("a: !!binary |\n  aGk=\n", 1, "tag");
    refuse("a: 1\nb: :sym\n", 2, "symbols");
    refuse(":sym: 1\n", 1, "symbols");
    refuse("a: 1\n<<: {b: 1}\n", 2, "merge");
    refuse("a: .inf\n", 1, ".inf");
    refuse("a: 1\nb: .NaN\n", 2, ".NaN");
    refuse("? [a]\n: 1\n", 1, "cannot be a key");
    refuse("{a: 1}: 1\n", 1, "cannot be a key");
    refuse("%YAML 1.1\n---\na: 1\n", 1, "directives");
    refuse("%TAG ! tag:x,2026:\n---\na: 1\n", 1, "directives");
    refuse("a: 1\n---\nb: 1\n", 2, "second document");
    refuse("a: 1\n...\nb: 1\n", 3, "second document");
    refuse("\u{feff}a: 1\n", 1, "byte order mark");
    refuse("a: \u{feff}x\n", 1, "byte order mark");
}

#[test]
fn repeated_keys_are_refused_everywhere() {
    refuse("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a'");
    refuse("x:\n- {b: 1, \"b\": 2}\n", 2, "duplicate key 'b'");
    refuse("1: a\n'1': b\n", 2, "duplicate key '1'");
    refuse("yes: a\non: b\n", 2, "duplicate key 'true'");
}

#[test]
fn what_is_not_well_formed_is_refused_by_line() {
    refuse("a: b: c\n", 1, "':'");
    refuse("a: 1\nb\n", 2, "lacks its ':'");
    refuse("a: 'x", 1, "quote");
    refuse("a: 'x\nb: 1\n", 2, "quote");
    refuse("a: [1, 2\n", 1, "never closed");
    refuse("a: [}\n", 1, "closed by");
    refuse("a:\n\tb: 1\n", 2, "tab");
    refuse("a: @b\n", 1, "'@'");
    refuse("a: \"\\q\"\n", 1, "escape");
    refuse("a: \"\\ud800\"\n", 1, "half of a character");
    refuse("a: x\0y\n", 1, "not allowed");
    refuse("a: \"\u{1}\"\n", 1, "not allowed");
    refuse("a: \u{7f}\n", 1, "not allowed");
    refuse("a: - b\n", 1, "list item");
}

#[test]
fn what_breaks_lines_for_some_readers_only_is_refused_by_line() {
    for (character, name) in [('\u{85}', "U+0085"), ('\u{2028}', "U+2028"), ('\u{2029}', "U+2029")]
    {
        refuse(&format!("a: 1\nb: x{character}c: 2\n"), 2, name);
        refuse(&format!("a: 1\r\nb: 2\r# x{character}c: 2\n"), 3, name);
        refuse(&format!("{character}"), 1, name);
        let literal = format!("a: |\n  x\n  é{character}\n");
        refuse(&literal, 3, name);
        assert_eq!(read(&literal).unwrap_err().column, 4);
        let written = write(&Object::from([("k", format!("a{character} b\nc"))]));
        assert!(!written.contains(character), "{written}");
        assert_eq!(
            read(&written).unwrap().value.get("k"),
            Some(&format!("a{character} b\nc").into())
        );
        assert!(!set("k: 1\n", None, "k", &character.to_string()).unwrap().contains(character));
    }
    check(r#"a: "\N\L\P""#, r#"{"a":"\u0085\u2028\u2029"}"#);
}

#[test]
fn nesting_ends_at_its_bound() {
    let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&lists(MOST_LEVELS)).is_ok());
    refuse(&lists(MOST_LEVELS + 1), 1, "nested deeper than 100 levels");
    let block = |depth: usize| "- ".repeat(depth) + "x";
    assert!(read(&block(MOST_LEVELS)).is_ok());
    refuse(&block(MOST_LEVELS + 1), 1, "nested deeper than 100 levels");
    let mixed = format!("{}{}", "- ".repeat(60), lists(41));
    refuse(&mixed, 1, "nested deeper than 100 levels");
}

#[test]
fn hostile_documents_cost_no_more_than_their_length() {
    let megabyte = |piece: &str| piece.repeat(1_048_576 / piece.len());
    let mut keys = String::new();
    for number in 0..90_000 {
        keys.push_str(&format!("key{number}: 1\n"));
    }
    assert_eq!(read(&keys).unwrap().value.as_object().unwrap().len(), 90_000);
    let long_key = "k".repeat(500_000);
    let times = format!("? {long_key}\n:\n{}", "  - 2026-01-02\n".repeat(30_000));
    assert!(read(&times).unwrap().times.contains([long_key.as_str(), "29999"]));
    let digits = megabyte("9");
    assert!(read(&format!("a: {digits}")).is_ok());
    refuse(&format!("a: 0x{digits}"), 1, "128 bits");
    refuse(&format!("a: {digits}.0"), 1, "too large");
    for text in ["[", "{a: ", "- ", "? ", ": ", "&a ", "!a "] {
        assert!(read(&megabyte(text)).is_err(), "{text}");
    }
    for text in ["a ", "a\n", "#\n", "-\n", "\n"] {
        assert!(read(&megabyte(text)).is_ok(), "{text}");
    }
    let brackets = format!("{}{},", "[".repeat(98), "]".repeat(98));
    assert!(read(&format!("[{}]", megabyte(&brackets))).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn no_syntax_makes_the_reader_panic(
        text in "([a-c1]|[-:?,\\[\\]{}#&*!|>'\"%@`<=~\\\\]|[ \t\r\n]|: |- |\n  |---|\\.\\.\\.|<<|\u{feff}|é|😀){0,40}",
    ) {
        if let Ok(tree) = read(&text) {
            let again = super::document(&tree.value);
            prop_assert_eq!(read(&again).unwrap().value, tree.value, "{}", again);
        }
    }
}
