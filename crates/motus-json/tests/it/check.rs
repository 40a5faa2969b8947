//! The check of the Store form: what it refuses, and where it points.

use motus_json::canonical::store;
use motus_json::{CheckError, Deviation, Limits, ReadOptions};

fn not_canonical(offset: usize, deviation: Deviation) -> CheckError {
    CheckError::NotCanonical { offset, deviation }
}

#[track_caller]
fn check(input: &str, offset: usize, deviation: Deviation) {
    let found = store::check(input.as_bytes(), &ReadOptions::STORED);
    assert_eq!(found, Err(not_canonical(offset, deviation)), "{input}");
}

#[test]
fn white_space_is_refused_where_it_stands() {
    let spaced = [(" 1", 0), ("1\n", 1), ("[ ]", 1), ("[1, 2]", 3), ("[1 ,2]", 2), ("[1 ]", 2)];
    let in_objects = [("{ }", 1), ("{\"a\" :1}", 4), ("{\"a\": 1}", 5), ("{\"a\":1\t}", 6)];
    for (input, offset) in spaced.into_iter().chain(in_objects) {
        check(input, offset, Deviation::WhiteSpace);
    }
}

/// White space comes before what stands behind it, also where a bound is crossed there.
#[test]
fn white_space_is_refused_before_what_follows() {
    let limits = Limits { values: 2, depth: 1, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    for (input, offset) in [("[1, 2]", 3), ("[ [", 1), ("[1 x", 2), ("[] x", 2), (" ", 0)] {
        let found = store::check(input.as_bytes(), &options);
        assert_eq!(found, Err(not_canonical(offset, Deviation::WhiteSpace)), "{input}");
    }
}

#[test]
fn characters_have_one_spelling() {
    let wrong = [
        "\"é\"",
        "\"\u{7f}\"",
        "\"😀\"",
        r#""\/""#,
        r#""\u0041""#,
        r#""\u000a""#,
        r#""\u0022""#,
        r#""\u005c""#,
        r#""\u00E9""#,
        r#""\u007F""#,
        r#""\u002f""#,
        r#""\uD83D\ude00""#,
    ];
    for input in wrong {
        check(input, 1, Deviation::CharacterSpelling);
        check(&format!("{{{input}:1}}"), 2, Deviation::CharacterSpelling);
    }
    check(r#""abcdefghijk\n\/""#, 14, Deviation::CharacterSpelling);
}

#[test]
fn numbers_have_one_spelling() {
    for wrong in [
        "-0",
        "1e5",
        "1E+16",
        "1e16",
        "1e+016",
        "1.50",
        "0.00001",
        "1e-5",
        "100000000000000000.0",
        "1.0e+16",
        "0.10000000000000001",
        "1e-400",
        "-0e0",
        "1.0E0",
        "4.9e-324",
    ] {
        check(&format!("[0,{wrong}]"), 3, Deviation::NumberSpelling);
    }
}

#[test]
fn keys_ascend_by_code_point_even_when_escaped() {
    check(r#"{"b":1,"a":2}"#, 7, Deviation::KeyOrder);
    check(r#"{"aa":1,"a":2}"#, 8, Deviation::KeyOrder);
    check(r#"{"\uffff":1,"a":2}"#, 12, Deviation::KeyOrder);
    check(r#"{"\ud83d\ude00":1,"\uffff":2}"#, 18, Deviation::KeyOrder);
    check(r#"{"a!":1,"a\n":2}"#, 8, Deviation::KeyOrder);
    check(r#"{"b":{"d":[{"z":0}],"c":1}}"#, 20, Deviation::KeyOrder);
    check(r#"{"b":[{"c":1}],"a":1}"#, 15, Deviation::KeyOrder);
    check(r#"[{"b":1},{"b":1,"a":1}]"#, 16, Deviation::KeyOrder);
    let ascending =
        r#"{"\n":1," ":2,"\"":3,"Z":{"a":1},"\\":[{"A":1}],"\u007f":1,"\ud800":1,"\ue000":1}"#;
    assert_eq!(store::check(ascending.as_bytes(), &ReadOptions::STORED), Ok(()));
}

#[test]
fn what_is_no_document_keeps_its_code() {
    for (input, code, offset) in [
        ("{\"a\":1,\"a\":2}", "json.duplicate_key", 7),
        ("{\"\\n\":1,\"\\n\":2}", "json.duplicate_key", 8),
        ("[1,]", "json.syntax", 3),
        ("\"a", "json.truncated", 2),
        ("\"\n\"", "json.control_character", 1),
        ("\"\\x\"", "json.escape", 1),
        ("1 ", "json.not_canonical", 1),
        ("1x", "json.trailing_data", 1),
        ("NaN", "json.non_finite", 0),
        ("1e999", "json.number_range", 0),
    ] {
        let error = store::check(input.as_bytes(), &ReadOptions::default()).expect_err(input);
        assert_eq!((error.code(), error.offset()), (code, offset), "{input}");
        assert!(error.to_string().contains(&format!("at byte {offset}")), "{error}");
    }
}
