//! Inputs that are no documents: each has one code and one offset.

use motus_json::{Limits, NonFinite, ReadOptions, read};

/// Input, code, offset.
const REFUSED: &[(&[u8], &str, usize)] = &[
    // Nothing, or not all of it.
    (b"", "json.truncated", 0),
    (b" \n", "json.truncated", 2),
    (b"[", "json.truncated", 1),
    (b"[1", "json.truncated", 2),
    (b"[1,", "json.truncated", 3),
    (b"{", "json.truncated", 1),
    (b"{\"a\"", "json.truncated", 4),
    (b"{\"a\":", "json.truncated", 5),
    (b"{\"a\":1", "json.truncated", 6),
    (b"{\"a\":1,", "json.truncated", 7),
    (b"\"abc", "json.truncated", 4),
    (b"\"abc\\", "json.truncated", 5),
    (b"\"\\u12", "json.truncated", 5),
    (b"tru", "json.truncated", 3),
    (b"-", "json.truncated", 1),
    (b"1.", "json.truncated", 2),
    (b"1e", "json.truncated", 2),
    (b"1e+", "json.truncated", 3),
    // More than one document.
    (b"1 2", "json.trailing_data", 2),
    (b"{}}", "json.trailing_data", 2),
    (b"[]\0", "json.trailing_data", 2),
    (b"null,", "json.trailing_data", 4),
    (b"\"a\"b", "json.trailing_data", 3),
    (b"truex", "json.trailing_data", 4),
    (b"1//", "json.trailing_data", 1),
    (b"0x10", "json.trailing_data", 1),
    // Bytes.
    (b"\xEF\xBB\xBF{}", "json.byte_order_mark", 0),
    (b"\xFF\xFE[\0", "json.not_utf8", 0),
    (b"\"\xFF\"", "json.not_utf8", 1),
    (b"\"a\xC0\xAF\"", "json.not_utf8", 2),
    (b"\"\xE0\x80\xAF\"", "json.not_utf8", 1),
    (b"\"\xF0\x80\x80\x80\"", "json.not_utf8", 1),
    (b"\"\xED\xA0\x80\"", "json.not_utf8", 1),
    (b"\"\xF4\x90\x80\x80\"", "json.not_utf8", 1),
    (b"\"\xE2\x82", "json.not_utf8", 1),
    (b"\"\x80\"", "json.not_utf8", 1),
    ("[\u{A0}1]".as_bytes(), "json.syntax", 1),
    (b"[\x0C1]", "json.syntax", 1),
    // Numbers.
    (b"01", "json.syntax", 1),
    (b"-01", "json.syntax", 2),
    (b"00", "json.syntax", 1),
    (b"+1", "json.syntax", 0),
    (b".5", "json.syntax", 0),
    (b"[1.]", "json.syntax", 3),
    (b"[1.e1]", "json.syntax", 3),
    (b"[1e]", "json.syntax", 3),
    (b"[1e+]", "json.syntax", 4),
    (b"[1E1.5]", "json.syntax", 4),
    (b"[-]", "json.syntax", 2),
    (b"[--1]", "json.syntax", 2),
    (b"[- 1]", "json.syntax", 2),
    (b"[1_000]", "json.syntax", 2),
    ("[１]".as_bytes(), "json.syntax", 1),
    (b"[1e400]", "json.number_range", 1),
    (b"[0,-1e309]", "json.number_range", 3),
    (b"[1.7976931348623159e308]", "json.number_range", 1),
    (b"NaN", "json.non_finite", 0),
    (b"[Infinity]", "json.non_finite", 1),
    (b"[-Infinity]", "json.non_finite", 1),
    (b"[-NaN]", "json.syntax", 2),
    (b"[nan]", "json.syntax", 1),
    (b"[Inf]", "json.syntax", 1),
    // Words.
    (b"True", "json.syntax", 0),
    (b"[nul]", "json.syntax", 1),
    (b"[undefined]", "json.syntax", 1),
    // Strings.
    (b"'a'", "json.syntax", 0),
    (b"\"a\nb\"", "json.control_character", 2),
    (b"\"\t\"", "json.control_character", 1),
    (b"\"\0\"", "json.control_character", 1),
    (b"\"12345678\x1F\"", "json.control_character", 9),
    (b"\"\\x41\"", "json.escape", 1),
    (b"\"\\'\"", "json.escape", 1),
    (b"\"\\a\"", "json.escape", 1),
    (b"\"\\U0041\"", "json.escape", 1),
    (b"\"\\u00g0\"", "json.escape", 1),
    (b"\"\\u+123\"", "json.escape", 1),
    (b"\"\\u12\"", "json.escape", 1),
    (b"\"ab\\u 123\"", "json.escape", 3),
    (b"\"\\ud800\\u00\"", "json.escape", 7),
    (b"\"\\ud800\\x\"", "json.escape", 7),
    (b"\"\\\xC3\xA9\"", "json.escape", 1),
    // Structure.
    (b"[1,]", "json.syntax", 3),
    (b"[,1]", "json.syntax", 1),
    (b"[1 2]", "json.syntax", 3),
    (b"[1}", "json.syntax", 2),
    (b"]", "json.syntax", 0),
    (b"{,}", "json.syntax", 1),
    (b"{1:2}", "json.syntax", 1),
    (b"{a:1}", "json.syntax", 1),
    (b"{\"a\" 1}", "json.syntax", 5),
    (b"{\"a\"::1}", "json.syntax", 5),
    (b"{\"a\":}", "json.syntax", 5),
    (b"{\"a\":1,}", "json.syntax", 7),
    (b"{\"a\":1]", "json.syntax", 6),
    (b"{\"a\":1 \"b\":2}", "json.syntax", 7),
    (b"[/**/1]", "json.syntax", 1),
    // Keys that are equal once read.
    (b"{\"a\":1,\"a\":1}", "json.duplicate_key", 7),
    (b"{\"a\":1,\"b\":2,\"\\u0061\":3}", "json.duplicate_key", 13),
    (b"{\"\":1,\"\":2}", "json.duplicate_key", 6),
    (b"{\"\\/\":1, \"/\":2}", "json.duplicate_key", 9),
    (b"{\"\xC3\xA9\":1,\"\\u00E9\":2}", "json.duplicate_key", 8),
    (b"{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}", "json.duplicate_key", 10),
    (b"{\"\\uD800\":1,\"\\ud800\":2}", "json.duplicate_key", 12),
    (b"[{\"k\":{\"k\":1,\"k\":2}}]", "json.duplicate_key", 13),
];

#[track_caller]
fn check(input: &[u8], options: &ReadOptions, code: &str, offset: usize) {
    let error = read(input, options).expect_err(&input.escape_ascii().to_string());
    assert_eq!((error.code(), error.offset()), (code, offset), "{}", input.escape_ascii());
    assert!(error.to_string().ends_with(&format!(" at byte {offset}")), "{error}");
}

#[test]
fn each_wrong_input_has_one_code_and_one_offset() {
    for (input, code, offset) in REFUSED {
        check(input, &ReadOptions::default(), code, *offset);
    }
}

#[test]
fn accepting_non_finite_tokens_accepts_nothing_else() {
    let options = ReadOptions { non_finite: NonFinite::Accept, ..ReadOptions::default() };
    for (input, code, offset) in REFUSED.iter().filter(|row| row.1 != "json.non_finite") {
        check(input, &options, code, *offset);
    }
    for token in ["NaN", "Infinity", "-Infinity"] {
        assert!(read(token.as_bytes(), &options).is_ok(), "{token}");
    }
}

#[test]
fn a_repeated_key_is_found_among_many() {
    let keys: Vec<String> = (0..500).map(|number| format!("\"key{number}\":{number}")).collect();
    let unique = format!("{{{}}}", keys.join(","));
    assert!(read(unique.as_bytes(), &ReadOptions::default()).is_ok());
    for repeated in [0, 1, 11, 12, 13, 250, 499] {
        let start = unique.len();
        let text = format!("{},\"key{repeated}\":0}}", &unique[..start - 1]);
        check(text.as_bytes(), &ReadOptions::default(), "json.duplicate_key", start);
    }
}

fn limits(bytes: usize, depth: usize, values: usize) -> ReadOptions {
    ReadOptions { limits: Limits { bytes, depth, values }, ..ReadOptions::default() }
}

#[test]
fn bounds_hold_exactly() {
    let options = limits(10, 3, 4);
    for fits in ["[[[ ]]]   ", "[1,2,3]", "{\"a\":1}", "[[],[],[]]"] {
        assert!(read(fits.as_bytes(), &options).is_ok(), "{fits}");
    }
    check(b"[[[ ]]]    ", &options, "json.too_large", 10);
    check(b"[[[[]]]]", &options, "json.depth", 3);
    check(b"[[[{}]]]", &options, "json.depth", 3);
    check(b"[1,2,3,4]", &options, "json.too_many_values", 7);
    check(b"[[],[],[[", &options, "json.too_many_values", 8);
    check(b"1", &limits(1, 1, 0), "json.too_many_values", 0);
    check(b"[]", &limits(9, 0, 9), "json.depth", 0);
    check(b"1", &limits(0, 9, 9), "json.too_large", 0);
}

#[test]
fn every_prefix_of_a_document_is_refused() {
    let text = r#"{"a":[1.5e3,-20,true,null,"\u00e9é\n"],"b":{}}"#;
    assert!(read(text.as_bytes(), &ReadOptions::default()).is_ok());
    for end in 0..text.len() {
        let error = read(&text.as_bytes()[..end], &ReadOptions::default()).expect_err("a prefix");
        let code = if text.is_char_boundary(end) { "json.truncated" } else { "json.not_utf8" };
        assert_eq!(error.code(), code, "prefix of {end} bytes");
    }
}
