//! CJ-0.1: its vectors, what it refuses, and the members of an object as they are spelled.

use motus_json::canonical::cj::{self, RawMember};
use motus_json::{CheckError, Deviation, Number, ReadOptions, Value};

fn read(text: &str) -> Value {
    cj::read(text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn spells(text: &str, canonical: &str) {
    assert_eq!(cj::write(&read(text)).as_deref(), Ok(canonical));
    assert_eq!(cj::check(canonical.as_bytes(), &ReadOptions::default()), Ok(()));
}

#[test]
fn every_value_has_its_one_spelling() {
    spells(" null ", "null");
    spells(
        r#"{"b":[ 1 , -2 ],"a":{"z":true,"y":false}}"#,
        r#"{"a":{"y":false,"z":true},"b":[1,-2]}"#,
    );
    spells(
        "[-9223372036854775808,18446744073709551615,0]",
        "[-9223372036854775808,18446744073709551615,0]",
    );
    spells(r#""\u0041\/\u00e9\ud83d\ude00\u007f\u2028""#, "\"A/é😀\u{7f}\u{2028}\"");
    spells(
        r#""\u0008\u0009\u000a\u000c\u000d\u0001\u001f\"\\""#,
        r#""\b\t\n\f\r\u0001\u001f\"\\""#,
    );
}

#[test]
fn keys_are_ordered_by_their_bytes() {
    spells(
        "{\"\u{10000}\":1,\"\u{fffd}\":2,\"a\\u0001\":3,\"a\":4,\"\":5,\"é\":6}",
        "{\"\":5,\"a\":4,\"a\\u0001\":3,\"é\":6,\"\u{fffd}\":2,\"\u{10000}\":1}",
    );
    for wrong in ["{\"\u{10000}\":1,\"\u{fffd}\":2}", r#"{"a\u0001":1,"a":2}"#] {
        let found = cj::check(wrong.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert!(matches!(found, CheckError::NotCanonical { deviation: Deviation::KeyOrder, .. }));
    }
}

#[test]
fn what_has_no_canonical_text_is_not_read() {
    for (text, code, offset) in [
        ("1.0", "json.float", 0),
        ("[1e5]", "json.float", 1),
        ("[-0]", "json.negative_zero", 1),
        ("-0.0", "json.float", 0),
        ("18446744073709551616", "json.integer_range", 0),
        ("-9223372036854775809", "json.integer_range", 0),
        (r#""a\ud800""#, "json.lone_surrogate", 2),
        (r#""\udc00\ud800""#, "json.lone_surrogate", 1),
        (r#"{"\ud800":1}"#, "json.lone_surrogate", 2),
        (r#""\u001F""#, "json.upper_case_escape", 1),
        (r#"{"a\u000B":1}"#, "json.upper_case_escape", 3),
        (r#"{"a":1,"\u0061":2}"#, "json.duplicate_key", 7),
        ("\u{feff}1", "json.byte_order_mark", 0),
        ("NaN", "json.non_finite", 0),
        ("1 1", "json.trailing_data", 2),
    ] {
        let error = cj::read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert_eq!((error.code(), error.offset()), (code, offset), "{text}");
        assert!(cj::check(text.as_bytes(), &ReadOptions::default()).is_err(), "{text}");
    }
}

#[test]
fn what_has_no_canonical_text_is_not_written() {
    let lossy = |text: &str| motus_json::read(text.as_bytes(), &ReadOptions::STORED).unwrap();
    assert_eq!(cj::write(&Number::float(1.5).into()).unwrap_err().code(), "json.float");
    assert_eq!(cj::write(&lossy("99999999999999999999")).unwrap_err().code(), "json.integer_range");
    assert_eq!(cj::write(&lossy(r#"["\ud800"]"#)).unwrap_err().code(), "json.lone_surrogate");
}

#[test]
fn other_spellings_are_refused_where_they_stand() {
    for (text, offset) in [
        ("[1, 2]", 3),
        ("1\n", 1),
        (r#"{"b":1,"a":2}"#, 7),
        (r#""\u0041""#, 1),
        (r#""a\/""#, 2),
        (r#""\u000a""#, 1),
        (r#""\u001F""#, 1),
        (r#""\ud83d\ude00""#, 1),
        ("[-0]", 1),
        ("[1.0]", 1),
        ("99999999999999999999", 0),
    ] {
        let found = cj::check(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert_eq!((found.code(), found.offset()), ("json.not_canonical", offset), "{text}");
    }
}

#[test]
fn members_are_listed_as_they_are_spelled() {
    let text = r#"{"":[],"a\n":{"x":{"a":1},"y":"},\""},"b":"é","c":-1,"d":null}"#;
    let mut members = Vec::new();
    cj::check_members(text.as_bytes(), &ReadOptions::default(), &mut members).unwrap();
    let listed: Vec<_> =
        members.iter().map(|RawMember { key, value, .. }| (*key, *value)).collect();
    let expected = [
        ("", "[]"),
        ("a\\n", r#"{"x":{"a":1},"y":"},\""}"#),
        ("b", "\"é\""),
        ("c", "-1"),
        ("d", "null"),
    ];
    assert_eq!(listed, expected);
    assert_eq!(&text[members[2].start..members[2].end], "\"b\":\"é\"");
    cj::check_members(b"{}", &ReadOptions::default(), &mut members).unwrap();
    assert!(members.is_empty());
}

#[test]
fn members_need_an_object() {
    let code = |text: &str| {
        let mut members = Vec::new();
        cj::check_members(text.as_bytes(), &ReadOptions::default(), &mut members)
            .unwrap_err()
            .code()
    };
    assert_eq!(code("[]"), "json.not_an_object");
    assert_eq!(code("1"), "json.not_an_object");
    assert_eq!(code(""), "json.truncated");
    assert_eq!(code("[1,]"), "json.syntax");
    assert_eq!(code("{\"a\":1} "), "json.not_canonical");
}

#[test]
fn keys_are_heard_at_any_depth_as_they_are_spelled() {
    let heard = |text: &str| {
        let mut keys = Vec::new();
        let checked =
            cj::check_keys(text, &ReadOptions::default(), |key| keys.push(key.to_owned()));
        (keys, checked.map_err(|error| error.code()))
    };
    let text = r#"{"":[{"a\n":{"é":1}}],"b":"{\"c\":1}","d":{}}"#;
    assert_eq!(heard(text), (["", "a\\n", "é", "b", "d"].map(String::from).into(), Ok(())));
    assert_eq!(heard("[1]"), (Vec::new(), Ok(())));
    let twice = (["a".to_owned()].into(), Err("json.duplicate_key"));
    assert_eq!(heard(r#"{"a":1,"a":1}"#), twice);
    assert_eq!(heard("\u{feff}{}"), (Vec::new(), Err("json.byte_order_mark")));
}

#[test]
fn keys_ascend_however_deep_they_stand() {
    for depth in 0..40 {
        let (open, close) = (r#"{"b":[{"a":0},"#.repeat(depth), "]}".repeat(depth));
        let nested = |inside: &str| format!("{open}{inside}{close}");
        let check = |text: &str| cj::check(text.as_bytes(), &ReadOptions::default());
        assert_eq!(check(&nested(r#"{"a":1,"b":2}"#)), Ok(()), "{depth}");
        let wrong = check(&nested(r#"{"b":1,"a":2}"#));
        assert_eq!(wrong.map_err(|error| error.offset()), Err(open.len() + 7), "{depth}");
        // What stands behind an inner object is compared with what stood before it.
        let behind = format!("{open}0{}", r#"],"a":0}"#.repeat(depth));
        assert_eq!(check(&behind).is_ok(), depth == 0, "{behind}");
    }
}
