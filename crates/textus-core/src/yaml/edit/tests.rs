//! Texts before and after one edit.

use proptest::prelude::*;

use super::set;
use crate::yaml::read;

#[track_caller]
fn check(before: &str, parent: Option<&str>, after: &str) {
    assert_eq!(set(before, parent, "uid", "c2dc").as_deref(), Ok(after), "{before:?}");
}

#[test]
fn a_scalar_is_replaced_where_it_stands() {
    check("uid: a\n", None, "uid: c2dc\n");
    check("b: 'x'\n'uid':   \"a\"  # why\nc: 1", None, "b: 'x'\n'uid':   c2dc  # why\nc: 1");
    check("uid:\nc: 1\n", None, "uid: c2dc\nc: 1\n");
    check("uid: # none\n", None, "uid: c2dc # none\n");
    check("uid: ~\n", None, "uid: c2dc\n");
    check("uid: 2026-01-02\nd: 2026-01-02\n", None, "uid: c2dc\nd: 2026-01-02\n");
    check("uid: several\n  lines\r\nb: 1\r\n", None, "uid: c2dc\r\nb: 1\r\n");
    check("{\"a\": 1, \"uid\": \"x\"}", None, "{\"a\": 1, \"uid\": c2dc}");
    check("? uid\n: a\n", None, "? uid\n: c2dc\n");
    check("a: {uid: 1}\nuid: b\n", None, "a: {uid: 1}\nuid: c2dc\n");
    check(
        "uid: b\n_meta:\n  uid: a\n  n: 1\n",
        Some("_meta"),
        "uid: b\n_meta:\n  uid: c2dc\n  n: 1\n",
    );
}

#[test]
fn a_new_member_comes_last_in_its_mapping() {
    check("", None, "uid: c2dc\n");
    check("# only a comment", None, "# only a comment\nuid: c2dc");
    check("---\n", None, "---\nuid: c2dc\n");
    check("a: 1\n", None, "a: 1\nuid: c2dc\n");
    check("a: 1", None, "a: 1\nuid: c2dc");
    check("a: 1\r\nb: 2", None, "a: 1\r\nb: 2\r\nuid: c2dc");
    check("  a: 1\n  b:\n  - x\n", None, "  a: 1\n  b:\n  - x\n  uid: c2dc\n");
    check("a: 1 # one\n\n# end\n", None, "a: 1 # one\nuid: c2dc\n\n# end\n");
    check("a: |\n  x\n\n", None, "a: |\n  x\n\nuid: c2dc\n");
    check("a: |+\n  x\n\n\n", None, "a: |+\n  x\n\n\nuid: c2dc\n");
    check("a: |-\n  x", None, "a: |-\n  x\nuid: c2dc");
    check("a:\n  b:\n    c:\n", None, "a:\n  b:\n    c:\nuid: c2dc\n");
    check("a: {b: c}\n", None, "a: {b: c}\nuid: c2dc\n");
    check("{a: 1}", None, "{a: 1, uid: c2dc}");
    check("{a: [1],}", None, "{a: [1], uid: c2dc,}");
    check("{}\n", None, "{uid: c2dc}\n");
    check("a: 1\n...\n", None, "a: 1\nuid: c2dc\n...\n");
    check(
        "_meta:\n  a: 1\n# on b\nb: 2\n",
        Some("_meta"),
        "_meta:\n  a: 1\n  uid: c2dc\n# on b\nb: 2\n",
    );
    check("b: 2\n_meta: {}\nc: 3\n", Some("_meta"), "b: 2\n_meta: {uid: c2dc}\nc: 3\n");
    check("_meta:\nb: 2\n", Some("_meta"), "_meta:\n  uid: c2dc\nb: 2\n");
}

#[test]
fn a_missing_parent_comes_first() {
    check("# head\na: 1\n", Some("_meta"), "# head\n_meta:\n  uid: c2dc\na: 1\n");
    check("---\r\n  a: 1\r\n", Some("_meta"), "---\r\n  _meta:\r\n    uid: c2dc\r\n  a: 1\r\n");
    check("{\"a\": 1}", Some("_meta"), "{_meta: {uid: c2dc}, \"a\": 1}");
    check("{}", Some("_meta"), "{_meta: {uid: c2dc}}");
    check("", Some("_meta"), "_meta:\n  uid: c2dc\n");
}

#[test]
fn what_cannot_be_set_in_place_is_said() {
    for (text, parent) in [
        ("uid: [a]\n", None),
        ("uid: |\n  a\n", None),
        ("uid:\n  a: 1\n", None),
        ("a: |\n  x", None),
        ("uid: &x\n", None),
        ("- a\n", None),
        ("text\n", None),
        ("{a: }", None),
        ("{uid}", None),
        ("? a\n", None),
        ("_meta: 1\n", Some("_meta")),
        ("_meta: [1]\n", Some("_meta")),
        ("{_meta: , a: 1}", Some("_meta")),
    ] {
        let fault = set(text, parent, "uid", "c2dc").unwrap_err();
        assert!(fault.message.contains("'uid' cannot be set"), "{text:?}: {fault}");
    }
    assert!(set("a: *b", None, "uid", "x").unwrap_err().message.contains("aliases"));
}

#[test]
fn a_value_is_quoted_as_it_needs() {
    assert_eq!(set("n: 1\n", None, "n", "12").unwrap(), "n: '12'\n");
    assert_eq!(set("n: 1\n", None, "n", "a\nb").unwrap(), "n: \"a\\nb\"\n");
    assert_eq!(set("{n: 1}", None, "n", "a, b").unwrap(), "{n: 'a, b'}");
}

proptest! {
    #[test]
    fn an_edit_changes_one_member_or_nothing(
        text in "([ab]|uid|_meta|[-:{}\\[\\],#'\"|?&~]|  |\n|\n  |: |- ){0,24}",
        parent in proptest::option::of(Just("_meta")),
        value in "[a-z0-9:#, '\"-]{0,8}",
    ) {
        if let Ok(after) = set(&text, parent, "uid", &value) {
            let tree = read(&after).unwrap();
            let holder = parent.map_or(Some(&tree.value), |parent| tree.value.get(parent)).unwrap();
            prop_assert_eq!(holder.get("uid").and_then(|uid| uid.as_str()), Some(value.as_str()));
        }
    }
}
