//! Texts before and after one edit.

use proptest::prelude::*;

use super::{leading_string, set};

#[track_caller]
fn check(before: &str, after: &str) {
    assert_eq!(set(before, "_meta", "uid", "c2dc").as_deref(), Some(after), "{before}");
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    check(r#"{"_meta":{"uid":"a"},"b":1.0}"#, r#"{"_meta":{"uid":"c2dc"},"b":1.0}"#);
    check(
        "{ \"b\": [1, {\"uid\": 2}],\r\n \"_meta\" : {\"n\":\"\\u00e9\", \"uid\" : null } }",
        "{ \"b\": [1, {\"uid\": 2}],\r\n \"_meta\" : {\"n\":\"\\u00e9\", \"uid\" : \"c2dc\" } }",
    );
    check(r#"{"_meta":{"\u0075id":[1,"}"]}}"#, r#"{"_meta":{"\u0075id":"c2dc"}}"#);
}

#[test]
fn a_new_member_is_spaced_as_the_one_before_it() {
    check(r#"{"_meta":{"a":"}"},"b":1}"#, r#"{"_meta":{"a":"}","uid":"c2dc"},"b":1}"#);
    check(
        "{\n  \"_meta\": {\n    \"a\": 1,\n    \"b\": 2\n  }\n}\n",
        "{\n  \"_meta\": {\n    \"a\": 1,\n    \"b\": 2,\n    \"uid\": \"c2dc\"\n  }\n}\n",
    );
    check(r#"{"_meta": {}, "b": 1}"#, r#"{"_meta": {"uid": "c2dc"}, "b": 1}"#);
    check(r#"{"_meta": null}"#, r#"{"_meta": {"uid": "c2dc"}}"#);
}

#[test]
fn a_missing_parent_comes_first() {
    check(r#"{"a":1}"#, r#"{"_meta":{"uid":"c2dc"},"a":1}"#);
    check(r#"{ "a": 1 }"#, r#"{ "_meta": {"uid": "c2dc"}, "a": 1 }"#);
    check(" {}", r#" {"_meta":{"uid":"c2dc"}}"#);
    check(
        "{\r\n  \"a\": 1\r\n}\r\n",
        "{\r\n  \"_meta\": {\r\n    \"uid\": \"c2dc\"\r\n  },\r\n  \"a\": 1\r\n}\r\n",
    );
}

#[test]
fn what_has_no_place_for_it_is_left_alone() {
    for text in [r#"{"_meta":1}"#, r#"{"_meta":[]}"#, r#"{"_meta":"x"}"#, "[]", "1", "", "{"] {
        assert_eq!(set(text, "_meta", "uid", "x"), None, "{text}");
    }
}

#[test]
fn a_string_is_cut_at_its_quotes() {
    assert_eq!(leading_string(r#""a\"b" : 1"#), Some(r#"a\"b"#));
    assert_eq!(leading_string(r#""a\"#), None);
}

proptest! {
    #[test]
    fn every_object_gets_its_member(
        text in "\\{( |\n)?(\"[ab]\" ?: ?(1|\"x\"|\\[\\]|\\{\"_meta\":1\\}), )?\"_meta\": ?\\{( |\n)?(\"a\":[ \n]?\\{\"uid\":1\\}( , \"b\\\\\"\":\"\\}\")?)?\n?\\}[ \n]?\\}",
        value in any::<String>(),
    ) {
        let after = set(&text, "_meta", "uid", &value).unwrap();
        let read = super::super::read(&after).unwrap();
        let uid = read.get("_meta").and_then(|meta| meta.get("uid")).and_then(|uid| uid.as_str());
        prop_assert_eq!(uid, Some(value.as_str()));
    }
}
