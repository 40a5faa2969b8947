//! How values are spelled, and that they are read back.

use motus_json::{Number, Object, ReadOptions, Value};
use proptest::prelude::*;

use super::{document, write, write_timed, write_within};
use crate::format::Times;
use crate::yaml::read;

fn json(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn object(text: &str) -> Object {
    json(text).as_object().unwrap().clone()
}

#[test]
fn scalars_are_spelled_as_the_reference_spells_them() {
    for (value, spelling) in [
        ("3", " 3"),
        ("1.5", " 1.5"),
        ("1.0", " 1.0"),
        ("1e20", " 1.0e+20"),
        ("1e-7", " 1.0e-07"),
        ("-0.0", " -0.0"),
        ("18446744073709551616", " 18446744073709551616"),
        ("true", " true"),
        ("false", " false"),
        ("null", ""),
        ("[]", " []"),
        ("{}", " {}"),
        (r#""acme""#, " acme"),
        (r#""two words""#, " two words"),
        (r#""café""#, " café"),
        (r#""http://a.b/c#d?e=f""#, " http://a.b/c#d?e=f"),
        (r#""c2dc34ab90ef12cd""#, " c2dc34ab90ef12cd"),
        (r#""12e4567890123456""#, " 12e4567890123456"),
        (r#""1e10""#, " 1e10"),
        (r#""1.2.3""#, " 1.2.3"),
        (r#""2026-01-02 notes""#, " 2026-01-02 notes"),
        (r#""it's""#, " it's"),
        (r#""say \"x\"""#, " say \"x\""),
        (r#""yes""#, " 'yes'"),
        (r#""Off""#, " 'Off'"),
        (r#""null""#, " 'null'"),
        (r#""12""#, " '12'"),
        (r#""012""#, " '012'"),
        (r#""0123456789abcdef""#, " '0123456789abcdef'"),
        (r#""09""#, " '09'"),
        (r#""1_000""#, " '1_000'"),
        (r#""1,000""#, " '1,000'"),
        (r#""1_""#, " '1_'"),
        (r#""12:30""#, " '12:30'"),
        (r#""00:11:22:33""#, " '00:11:22:33'"),
        (r#""1.5""#, " '1.5'"),
        (r#""0x1f""#, " '0x1f'"),
        (r#""2026-01-01""#, " '2026-01-01'"),
        (r#""2026-01-02T03:04:05Z""#, " '2026-01-02T03:04:05Z'"),
        (r#""2026-13-45""#, " '2026-13-45'"),
        (r#""a: b""#, " 'a: b'"),
        (r#""a #b""#, " 'a #b'"),
        (r#""a:""#, " 'a:'"),
        (r#""a ""#, " 'a '"),
        (r#""""#, " ''"),
        (r#""\"a\"""#, " '\"a\"'"),
        (r#""-\"a\"""#, " '-\"a\"'"),
        (r#"" a\"b'""#, " ' a\"b'''"),
        (r#""-1""#, " \"-1\""),
        (r#""- a""#, " \"- a\""),
        (r#""~""#, " \"~\""),
        (r##""#a""##, " \"#a\""),
        (r#"":sym""#, " \":sym\""),
        (r#""*a""#, " \"*a\""),
        (r#""@a""#, " \"@a\""),
        (r#"".5""#, " \".5\""),
        (r#""---""#, " \"---\""),
        (r#""\"a""#, " \"\\\"a\""),
        (r#"" a""#, " \" a\""),
        (r#""y""#, " \"y\""),
        (r#""N""#, " \"N\""),
        (r#""a\tb""#, " \"a\\tb\""),
        (r#""a\u0000\u0007\u001b\u007f\u0085\u2028\ufeff""#, r#" "a\0\a\e\x7F\N\L\uFEFF""#),
        (r#""x \ud83d\ude00""#, " \"x \\U0001F600\""),
        (r#""<<""#, " !!str '<<'"),
    ] {
        let written = write(&Object::from([("k", json(value))]));
        assert_eq!(written, format!("k:{spelling}\n"), "{value}");
        assert_eq!(read(&written).unwrap().value.get("k"), Some(&json(value)), "{value}");
    }
}

#[test]
fn keys_follow_the_same_rules() {
    let long = "a".repeat(129);
    for (key, spelling) in [
        ("n", "\"n\": 1\n"),
        ("yes", "'yes': 1\n"),
        ("1", "'1': 1\n"),
        ("", "'': 1\n"),
        ("a b", "a b: 1\n"),
        ("a\nb", "\"a\\nb\": 1\n"),
        ("<<", "!!str '<<': 1\n"),
        ("---", "\"---\": 1\n"),
        (&long, &format!("? {long}\n: 1\n")),
    ] {
        let object = Object::from([(key, 1)]);
        let written = write(&object);
        assert_eq!(written, spelling);
        assert_eq!(read(&written).unwrap().value, Value::Object(object));
    }
}

#[test]
fn lists_are_not_indented_under_their_key() {
    let object = object(
        r#"{"a":["b",null,["c",["d"]],{"e":1,"f":["g"],"h":{"i":2}},[],{}],"j":{"k":[{"l":[]}]},"m":[]}"#,
    );
    let written = write(&object);
    let expected = "\
a:
- b
-
- - c
  - - d
- e: 1
  f:
  - g
  h:
    i: 2
- []
- {}
j:
  k:
  - l: []
m: []
";
    assert_eq!(written, expected);
    assert_eq!(read(&written).unwrap().value, Value::Object(object));
    assert_eq!(write(&Object::new()), "");
}

#[test]
fn several_lines_stand_behind_a_bar_where_they_can() {
    for (text, spelling) in [
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\n", "k: |\n  a\n"),
        ("a\n\nb\n\n", "k: |+\n  a\n\n  b\n\n"),
        (" a\nb", "k: |2-\n   a\n  b\n"),
        ("\na", "k: |2-\n\n  a\n"),
        ("# a\n- b\n---\n", "k: |\n  # a\n  - b\n  ---\n"),
        ("a\n  b", "k: |-\n  a\n    b\n"),
        ("a \nb", "k: \"a \\nb\"\n"),
        ("a\nb ", "k: \"a\\nb \"\n"),
        ("a\tb\nc", "k: \"a\\tb\\nc\"\n"),
        ("a\r\nb", "k: \"a\\r\\nb\"\n"),
        ("\n", "k: \"\\n\"\n"),
    ] {
        let written = write(&Object::from([("k", text)]));
        assert_eq!(written, spelling);
        assert_eq!(read(&written).unwrap().value.get("k").unwrap().as_str(), Some(text));
    }
}

#[test]
fn long_lines_break_behind_column_80_at_a_single_blank() {
    let line = "aaaa bbbb ".repeat(8);
    let line = line.trim_end();
    let check = |text: String, spelling: String| {
        let written = write(&Object::from([("k", text.as_str())]));
        assert_eq!(written, spelling);
        assert_eq!(read(&written).unwrap().value.get("k").unwrap().as_str(), Some(text.as_str()));
    };
    check(format!("{line} cccc dddd"), format!("k: {line}\n  cccc dddd\n"));
    check(format!("{line} cccc: dddd"), format!("k: '{line}\n  cccc: dddd'\n"));
    check(format!("-{line} cccc  dddd"), format!("k: \"-{line}\n  cccc  dddd\"\n"));
    check(format!("{line}  cccc dddd"), format!("k: {line}  cccc\n  dddd\n"));
    check(format!("{line} {line} a"), format!("k: {line}\n  {line}\n  a\n"));
    let whole = "a".repeat(200);
    assert_eq!(write(&Object::from([("k", whole.as_str())])), format!("k: {whole}\n"));
}

#[test]
fn times_stay_without_quotes_only_where_they_had_none() {
    let text = "a: 2026-01-02\nb:\n- 2026-01-02 03:04:05\n- '2026-01-02'\nc: '2026-01-02'\n";
    let tree = read(text).unwrap();
    let object = tree.value.as_object().unwrap();
    assert_eq!(write_timed(object, &tree.times), text);
    let mut times = Times::default();
    times.insert(["k"]);
    assert_eq!(write_timed(&Object::from([("k", "a: b")]), &times), "k: 'a: b'\n");
}

#[test]
fn a_document_of_its_own_has_its_marker() {
    assert_eq!(document(&json(r#"[{"a":"1","b":"2"}]"#)), "---\n- a: '1'\n  b: '2'\n");
    assert_eq!(document(&json(r#"{"a":1}"#)), "---\na: 1\n");
    for (value, text) in [
        ("[]", "--- []\n"),
        ("{}", "--- {}\n"),
        ("1", "--- 1\n"),
        ("null", "---\n"),
        (r#""a\nb""#, "--- \"a\\nb\"\n"),
    ] {
        assert_eq!(document(&json(value)), text);
        assert_eq!(read(text).unwrap().value, json(value));
    }
}

#[test]
fn writing_stops_at_its_bound() {
    let object = object(r#"{"a":"bcd"}"#);
    assert_eq!(write_within(&object, &Times::default(), 7).as_deref(), Some("a: bcd\n"));
    assert_eq!(write_within(&object, &Times::default(), 6), None);
}

/// Texts that are hard to spell: pieces of syntax, words of YAML and long lines.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,12}",
        "[-:?,\\[\\]{}#&*!|>'\"%@`<=~ \\\\]{1,3}",
        "[\n\t\r ]{1,2}",
        "[0-9._:,+-]{1,6}",
        prop::sample::select(vec![
            " #",
            ": ",
            "- ",
            "---",
            "...",
            "yes",
            "null",
            "y",
            "<<",
            "2026-01-02",
            "é",
            "\u{85}",
            "\u{a0}",
            "\u{2028}",
            "\u{feff}",
            "\u{1f600}",
            "\0",
            "\u{7f}",
            "''",
            "\\",
            "0x1f",
            "1e10",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop_oneof![
        prop::collection::vec(piece.clone(), 0..6).prop_map(|pieces| pieces.concat()),
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" ")),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|float| Number::float(float).into()),
        nasty().prop_map(Value::from),
        nasty().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((nasty(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        members in prop::collection::vec((nasty(), value()), 0..5),
    ) {
        let object: Object = members.into_iter().collect();
        let written = write(&object);
        let tree = read(&written).map_err(|fault| TestCaseError::fail(format!("{fault}\n{written}")))?;
        let expected = if object.is_empty() { Value::Null } else { Value::Object(object) };
        prop_assert_eq!(&tree.value, &expected, "{}", written);
        prop_assert!(tree.times.is_empty());
        prop_assert_eq!(&read(&document(&expected)).unwrap().value, &expected);
    }
}
