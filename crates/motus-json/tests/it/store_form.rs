//! The Store's canonical form against literal text of the published Store.

use motus_json::canonical::store;
use motus_json::{Object, ReadOptions, Value, pretty, read};

/// Input in any spelling, canonical text.
const FORM: &[(&str, &str)] = &[
    // Texts whose digests the published Store holds.
    ("{ }", "{}"),
    ("[1, \"a\"]", r#"[1,"a"]"#),
    (
        "{\"b\":1,\"a\":[1,2.0,1e21,1e-7,0.1,-0.0,1e16,123456789012345678901234567890,true,null,\
         \"é\u{2028}😀\\u0000\u{7f}\\\"\\\\\\/\\b\\f\\n\\r\\t<>&\"]}",
        r#"{"a":[1,2.0,1e+21,1e-07,0.1,-0.0,1e+16,123456789012345678901234567890,true,null,"\u00e9\u2028\ud83d\ude00\u0000\u007f\"\\/\b\f\n\r\t<>&"],"b":1}"#,
    ),
    (r#"{"s":"\uD800"}"#, r#"{"s":"\ud800"}"#),
    (r#"{"z":-Infinity,"y":Infinity,"x":NaN}"#, r#"{"x":NaN,"y":Infinity,"z":-Infinity}"#),
    (
        "{\"é\":1,\"z\":2,\"Z\":3,\"😀\":4,\"\u{ffff}\":5,\"\":6}",
        r#"{"":6,"Z":3,"z":2,"\u00e9":1,"\uffff":5,"\ud83d\ude00":4}"#,
    ),
    (
        r#"{"n":1.00,"m":100.0,"k":1e22,"j":15E299,"i":5e-324,"h":1e15,"g":123456789.12345679,"f":1e17,"e":0.00010,"d":0.00001}"#,
        r#"{"d":1e-05,"e":0.0001,"f":1e+17,"g":123456789.12345679,"h":1000000000000000.0,"i":5e-324,"j":1.5e+300,"k":1e+22,"m":100.0,"n":1.0}"#,
    ),
    (
        r#"{"type":"object","required":[],"properties":{}}"#,
        r#"{"properties":{},"required":[],"type":"object"}"#,
    ),
    (
        r#"{"producer_id":"motus-work:default","outcome_note":"é","outcome":"aborted"}"#,
        r#"{"outcome":"aborted","outcome_note":"\u00e9","producer_id":"motus-work:default"}"#,
    ),
    (r#"{"n":1.5,"msg":"héllo\n"}"#, r#"{"msg":"h\u00e9llo\n","n":1.5}"#),
    // Classes of numbers.
    ("-0", "0"),
    ("-0.0", "-0.0"),
    ("0e5", "0.0"),
    ("1", "1"),
    ("1.0", "1.0"),
    ("1E0", "1.0"),
    ("-12345678901234567890123", "-12345678901234567890123"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709551616"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("-9223372036854775809", "-9223372036854775809"),
    ("1e-400", "0.0"),
    ("-1e-400", "-0.0"),
    // Halves of characters: a pair is one, anything else stays as it is.
    (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
    (r#""\ude00\ud83d""#, r#""\ude00\ud83d""#),
    (r#""\ud800\ud800\udc00""#, r#""\ud800\ud800\udc00""#),
    (r#""a\udfffé\ud83d""#, r#""a\udfff\u00e9\ud83d""#),
    (r#""\ud800\n\udc00""#, r#""\ud800\n\udc00""#),
    (r#""\ud7ff\ue000""#, r#""\ud7ff\ue000""#),
    // Order is by code point: a lone surrogate stands before U+FFFF, and a pair after.
    (
        r#"{"\ud83d\ude00":1,"\uffff":2,"\ud83d":3,"\ue000":4,"\ud7ff":5}"#,
        r#"{"\ud7ff":5,"\ud83d":3,"\ue000":4,"\uffff":2,"\ud83d\ude00":1}"#,
    ),
    (r#"{"a\n":1,"a":2,"a ":3,"a\"":4,"a!":5}"#, r#"{"a":2,"a\n":1,"a ":3,"a!":5,"a\"":4}"#),
    (r#"[[],{},[{}],{"a":[]}]"#, r#"[[],{},[{}],{"a":[]}]"#),
    ("\r\n\t [ true , false ,\n null ] ", "[true,false,null]"),
];

fn stored(text: &str) -> Value {
    read(text.as_bytes(), &ReadOptions::STORED).expect(text)
}

#[test]
fn every_spelling_becomes_the_canonical_one() {
    for (input, canonical) in FORM {
        assert_eq!(store::write(&stored(input)), *canonical, "{input}");
        assert_eq!(store::write(&stored(canonical)), *canonical, "written again");
        assert_eq!(stored(input), stored(canonical), "{input}");
        assert_eq!(store::check(canonical.as_bytes(), &ReadOptions::STORED), Ok(()), "{canonical}");
    }
}

#[test]
fn every_control_character_has_its_escape() {
    let escape = |byte: u8| match byte {
        8 => "\\b".into(),
        9 => "\\t".into(),
        10 => "\\n".into(),
        12 => "\\f".into(),
        13 => "\\r".into(),
        _ => format!("\\u{byte:04x}"),
    };
    let expected = (0..0x20).map(escape).collect::<Vec<_>>().concat();
    let controls: String = (0..0x20).map(char::from).collect();
    assert_eq!(store::write(&controls.as_str().into()), format!("\"{expected}\""));
    let plain: String = (' '..='~').filter(|letter| !"\"\\".contains(*letter)).collect();
    assert_eq!(store::write(&plain.as_str().into()), format!("\"{plain}\""));
}

#[test]
fn an_exporter_writes_strings_alone() {
    let mut out = String::from("[");
    store::write_string("é\"😀", &mut out);
    out.push(',');
    let half = stored(r#""x\udc00""#);
    store::write_text(half.as_text().expect("a string"), &mut out);
    out.push(',');
    store::write_to(&Object::from([("b", 1), ("a", 2)]).into(), &mut out);
    assert_eq!(out, r#"["\u00e9\"\ud83d\ude00","x\udc00",{"a":2,"b":1}"#);
}

#[test]
fn the_form_for_people_is_indented_and_readable() {
    let value = stored(r#"{"b":[1,[],{}, 2.50],"a":{"é":"\u007f\u0001\ud800/\n"},"c":[[1]]}"#);
    let expected = "{\n  \"b\": [\n    1,\n    [],\n    {},\n    2.5\n  ],\n  \"a\": {\n    \
                    \"é\": \"\\u007f\\u0001\\ud800/\\n\"\n  },\n  \"c\": [\n    [\n      1\n    ]\n  ]\n}";
    assert_eq!(pretty::write(&value), expected);
    assert_eq!(pretty::write(&Value::Null), "null");
    assert_eq!(pretty::write(&Object::new().into()), "{}");
    assert_eq!(stored(&pretty::write(&value)), value);
}
