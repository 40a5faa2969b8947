//! Files as bytes, and what they hold.

use motus_json::{Object, ReadOptions, Value};
use proptest::prelude::*;

use super::*;
use crate::Etag;

const UID: &str = "fedcba9876543210";

fn json(text: &str) -> Value {
    motus_json::read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn object(text: &str) -> Object {
    json(text).as_object().unwrap().clone()
}

fn payload(meta: &str, body: &str) -> Payload {
    Payload { meta: object(meta), body: Some(body.to_owned()), ..Payload::default() }
}

fn with_content(meta: &str, content: &str) -> Payload {
    Payload { meta: object(meta), content: Some(json(content)), ..Payload::default() }
}

#[track_caller]
fn written(format: Format, payload: &Payload, uid: Option<&str>) -> String {
    String::from_utf8(write(format, payload, uid, "a/x").unwrap()).unwrap()
}

#[track_caller]
fn refused(format: Format, bytes: &[u8], words: &str) -> Error {
    let error = read(format, bytes, "a/x").unwrap_err();
    assert_eq!(error.code(), Code::BadFrontmatter, "{error}");
    assert_eq!(error.details().get("path"), Some(&"a/x".into()));
    assert!(error.message().contains(words), "{error}");
    error
}

#[track_caller]
fn not_written(format: Format, payload: &Payload, code: Code, words: &str) {
    let error = write(format, payload, Some(UID), "a/x").unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(error.details().get("path"), Some(&"a/x".into()));
    assert!(error.message().contains(words), "{error}");
}

#[test]
fn names_and_extensions_belong_together() {
    for format in [Format::Markdown, Format::Json, Format::Yaml, Format::Text] {
        assert_eq!(Format::from_name(format.name()), Some(format));
        assert_eq!(Format::of_extension(format.primary_extension()), Some(format));
        for extension in format.nested_extensions() {
            assert_eq!(Format::of_extension(extension), Some(format));
        }
    }
    assert_eq!(Format::of_extension("yml"), Some(Format::Yaml));
    assert_eq!(Format::of_extension("MD"), None);
    assert_eq!(Format::from_name("md"), None);
}

#[test]
fn markdown_is_written_byte_for_byte() {
    let bob = payload(
        r#"{"name":"bob","relationship":"peer","org":"acme","aliases":["b","bobby"],"uid":"fedcba9876543210"}"#,
        "Hello.",
    );
    let file = "---\nname: bob\nrelationship: peer\norg: acme\naliases:\n- b\n- bobby\nuid: fedcba9876543210\n---\nHello.\n";
    assert_eq!(written(Format::Markdown, &bob, Some("0000000000000000")), file);
    let jane =
        payload(r#"{"name":"jane","relationship":"peer","org":"acme"}"#, "Short body in Markdown.");
    let etag = Etag::of(&write(Format::Markdown, &jane, None, "jane.md").unwrap());
    let published = "sha256:0fde363d75cb02f6d50046d05885854d965bb4e60efeb3244902b3b5f22c1e7c";
    assert_eq!(etag.as_str(), published);
    assert_eq!(written(Format::Markdown, &payload("{}", ""), None), "---\n---\n");
    assert_eq!(
        written(Format::Markdown, &payload("{}", "a\n"), Some(UID)),
        format!("---\nuid: {UID}\n---\na\n")
    );
}

#[test]
fn text_and_json_bodies_are_written_byte_for_byte() {
    let bytes = write(Format::Text, &payload("{}", "x"), Some(UID), "x.txt").unwrap();
    assert_eq!(bytes, b"x\n");
    let published = "sha256:73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac";
    assert_eq!(Etag::of(&bytes).as_str(), published);
    assert_eq!(written(Format::Text, &Payload::default(), None), "");
    let bytes = write(Format::Json, &payload("{}", r#"{"a":1}"#), None, "x.json").unwrap();
    let published = "sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    assert_eq!((bytes.len(), Etag::of(&bytes).as_str()), (7, published));
}

#[test]
fn markdown_is_cut_at_its_fences() {
    let cut = |text: &str| {
        let document = read(Format::Markdown, text.as_bytes(), "x.md").unwrap();
        (Value::Object(document.meta), document.body)
    };
    let none = || json("{}");
    assert_eq!(cut("---\na: 1\n---\nbody\n---\n"), (json(r#"{"a":1}"#), "body\n---\n".to_owned()));
    assert_eq!(cut("---\r\na: 1\r\n---\r\nb\r\nc"), (json(r#"{"a":1}"#), "b\nc".to_owned()));
    assert_eq!(cut("---\n---\nb"), (none(), "b".to_owned()));
    assert_eq!(cut("---\n# c\n---"), (none(), String::new()));
    assert_eq!(cut("---\n- a\n---\nb"), (none(), "b".to_owned()));
    for text in [
        "",
        "---",
        "text\n---\na: 1\n---\n",
        "--- \na: 1\n---\n",
        " ---\n---\n",
        "----\n---\n",
        "a\r\nb",
    ] {
        assert_eq!(cut(text), (none(), text.to_owned()));
    }
    let document = read(Format::Markdown, b"---\na: 2026-01-02\n---\n", "x.md").unwrap();
    assert!(document.times.contains(["a"]) && document.content.is_none());
}

#[test]
fn bad_markdown_is_refused_with_its_path_and_line() {
    refused(Format::Markdown, b"---\na: 1\n", "never closed");
    refused(Format::Markdown, b"---\na: 1\n--- \n", "never closed");
    refused(Format::Markdown, b"---\na: \xff\n---\n", "not UTF-8 at byte 7");
    refused(Format::Markdown, b"\xef\xbb\xbf---\na: 1\n---\n", "byte order mark");
    let error = refused(Format::Markdown, b"---\na: 1\nb: *x\n---\n", "a/x: line 3: aliases");
    assert_eq!(error.details().get("line"), Some(&3.into()));
    refused(Format::Markdown, b"---\na: !x 1\n---\n", "tag");
    refused(
        Format::Markdown,
        "---\na: 1\nb: x\u{2028}c: 2\n---\n".as_bytes(),
        "a/x: line 3: U+2028",
    );
    assert!(read(Format::Markdown, "---\na: 1\n---\nx\u{2028}y".as_bytes(), "x.md").is_ok());
    refused(Format::Markdown, b"---\na: 1\na: 2\n---\n", "line 3: duplicate key 'a'");
    refused(Format::Markdown, b"---\na: 1\n--- x\nb: 1\n---\n", "second document");
    assert!(read(Format::Markdown, b"\xef\xbb\xbftext", "x.md").is_ok());
    refused(Format::Text, b"\xff", "not UTF-8");
}

#[test]
fn json_and_yaml_are_split_into_metadata_and_content() {
    let text = r#"{"a":1.0,"_meta":{"uid":"x"},"b":[]}"#;
    for format in [Format::Json, Format::Yaml] {
        let document = read(format, text.as_bytes(), "x").unwrap();
        assert_eq!(document.meta, object(r#"{"uid":"x"}"#));
        assert_eq!(document.content, Some(object(r#"{"a":1.0,"b":[]}"#)));
        assert_eq!(document.body, text);
        assert_eq!(read(format, b"{\"_meta\": 3}", "x").unwrap().meta, Object::new());
    }
    let document = read(Format::Yaml, b"_meta:\n  at: 2026-01-02\nd: 2026-01-03\n", "x").unwrap();
    assert!(document.times.contains(["_meta", "at"]) && document.times.contains(["d"]));
}

#[test]
fn bad_json_and_yaml_are_refused_with_their_path() {
    for format in [Format::Json, Format::Yaml] {
        for text in ["", "[1]", "1", "\"a\"", "null", "{\"a\":1,", "\u{feff}{}"] {
            refused(format, text.as_bytes(), "a/x: ");
        }
        refused(format, b"{\"a\": 1,\n\"b\": 2, \"a\": 3}", "line 2: duplicate key 'a'");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
        refused(format, deep.as_bytes(), "nested deeper than 100 levels");
        refused(format, b"{\"a\":\xff}", "not UTF-8");
    }
    refused(Format::Json, b"{\"a\": NaN}", "not finite");
    refused(Format::Yaml, b"# only a comment\n", "no mapping");
    refused(Format::Yaml, b"a: 1\n---\nb: 1\n", "second document");
}

#[test]
fn content_is_printed_with_its_metadata_first() {
    let payload = with_content(
        r#"{"name":"x"}"#,
        r#"{"a":[],"b":{},"c":[1,1.0,1e20,null,true],"d":"<é&\u2028\ud83d\ude00\u0001>","e":{"f":[{}]}}"#,
    );
    let expected = "{
  \"_meta\": {
    \"name\": \"x\",
    \"uid\": \"fedcba9876543210\"
  },
  \"a\": [],
  \"b\": {},
  \"c\": [
    1,
    1.0,
    1e+20,
    null,
    true
  ],
  \"d\": \"<é&\u{2028}😀\\u0001>\",
  \"e\": {
    \"f\": [
      {}
    ]
  }
}
";
    assert_eq!(written(Format::Json, &payload, Some(UID)), expected);
    let payload = with_content(r#"{"uid":"u"}"#, r#"{"a":[{"b":"1"}],"c":2}"#);
    assert_eq!(
        written(Format::Yaml, &payload, Some(UID)),
        "_meta:\n  uid: u\na:\n- b: '1'\nc: 2\n"
    );
    assert_eq!(written(Format::Json, &with_content("{}", "{}"), None), "{}\n");
    assert_eq!(written(Format::Yaml, &with_content("{}", "{}"), None), "{}\n");
}

#[test]
fn metadata_in_content_completes_that_of_the_payload() {
    let payload = with_content(r#"{"a":1}"#, r#"{"x":0,"_meta":{"uid":"own","a":2,"b":3}}"#);
    let text = written(Format::Json, &payload, Some(UID));
    assert_eq!(json(&text), json(r#"{"_meta":{"a":1,"uid":"own","b":3},"x":0}"#));
    let payload = with_content(r#"{"uid":""}"#, r#"{"_meta":null}"#);
    let text = written(Format::Json, &payload, Some(UID));
    assert_eq!(json(&text), json(r#"{"_meta":{"uid":"fedcba9876543210"}}"#));
    not_written(Format::Json, &with_content("{}", r#"{"_meta":1}"#), Code::BadContent, "'_meta'");
    not_written(Format::Json, &with_content("{}", "[]"), Code::BadContent, "no object");
}

#[test]
fn a_body_stays_as_it_is_but_for_a_missing_uid() {
    let verbatim = "# head\n_meta: {uid: 'x'}\na:   1";
    assert_eq!(
        written(Format::Yaml, &payload(r#"{"uid":"other"}"#, verbatim), Some(UID)),
        verbatim
    );
    let body = "# head\na:   1 # one\n";
    let with_uid = "# head\n_meta:\n  uid: fedcba9876543210\na:   1 # one\n";
    assert_eq!(written(Format::Yaml, &payload("{}", body), Some(UID)), with_uid);
    assert_eq!(written(Format::Yaml, &payload("{}", body), None), body);
    let given = payload(r#"{"uid":"given"}"#, r#"{"a":1}"#);
    assert_eq!(written(Format::Json, &given, Some(UID)), r#"{"_meta":{"uid":"given"},"a":1}"#);
    let empty = payload("{}", r#"{"_meta":{"uid":""}}"#);
    assert_eq!(written(Format::Json, &empty, Some("n")), r#"{"_meta":{"uid":"n"}}"#);
    let list = payload("{}", "_meta: {uid: [1]}\nd: 2026-01-02\n");
    assert_eq!(written(Format::Yaml, &list, Some("u")), "_meta:\n  uid: u\nd: 2026-01-02\n");
}

#[test]
fn metadata_that_a_body_lacks_is_added() {
    let body = payload(r#"{"name":"x","at":"t"}"#, "d: 2026-01-02\n_meta: {name: own}\n");
    let expected = "_meta:\n  name: own\n  at: t\n  uid: fedcba9876543210\nd: 2026-01-02\n";
    assert_eq!(written(Format::Yaml, &body, Some(UID)), expected);
}

#[test]
fn a_uid_of_a_body_may_count_for_nothing() {
    let ignoring =
        |meta: &str, body: &str| Payload { ignores_uid_of_body: true, ..payload(meta, body) };
    let body = "# head\n_meta: {uid: 'x'}\na:   2026-01-02";
    let replaced = format!("# head\n_meta: {{uid: {UID}}}\na:   2026-01-02");
    assert_eq!(written(Format::Yaml, &ignoring("{}", body), Some(UID)), replaced);
    assert_eq!(written(Format::Yaml, &ignoring("{}", body), Some("x")), body);
    assert_eq!(written(Format::Yaml, &ignoring("{}", body), None), "a: 2026-01-02\n");
    let body = r#"{"_meta":{"uid":"x","a":1},"b":[]}"#;
    let replaced = r#"{"_meta":{"uid":"u","a":1},"b":[]}"#;
    assert_eq!(written(Format::Json, &ignoring("{}", body), Some("u")), replaced);
    assert_eq!(written(Format::Json, &ignoring("{}", r#"{"b":1}"#), None), r#"{"b":1}"#);
    let anew = written(Format::Json, &ignoring(r#"{"c":2}"#, body), Some("u"));
    assert_eq!(json(&anew), json(r#"{"_meta":{"a":1,"c":2,"uid":"u"},"b":[]}"#));
}

#[test]
fn nothing_that_is_given_is_dropped() {
    for format in [Format::Json, Format::Yaml] {
        let both = Payload { body: Some("a: 1".to_owned()), ..with_content("{}", "{}") };
        not_written(format, &both, Code::Usage, "content or a body, not both");
        let only_content = Payload { body: Some(String::new()), ..with_content("{}", "{}") };
        assert_eq!(written(format, &only_content, None), "{}\n");
    }
    for meta in [r#"{"name":"x"}"#, r#"{"uid":"u"}"#, r#"{"a":null}"#] {
        not_written(Format::Text, &payload(meta, "x"), Code::Usage, "no metadata");
    }
}

#[test]
fn what_cannot_become_a_file_is_refused() {
    for format in [Format::Json, Format::Yaml] {
        not_written(format, &payload("{}", ""), Code::Usage, "needs content or a body");
        not_written(format, &Payload::default(), Code::Usage, "needs content or a body");
        not_written(format, &payload("{}", "{"), Code::BadContent, "a/x: line 1");
        not_written(format, &payload("{}", "[1]"), Code::BadContent, "top level");
        not_written(format, &payload("{}", "{\"_meta\":1}"), Code::BadContent, "'_meta'");
    }
    not_written(Format::Yaml, &payload("{}", "a: *b"), Code::BadContent, "aliases");
    not_written(Format::Markdown, &with_content("{}", "{}"), Code::Usage, "no content");
    not_written(Format::Text, &with_content("{}", "{}"), Code::Usage, "no content");
    let half = r#"{"a":"\ud800"}"#;
    not_written(Format::Markdown, &payload(half, ""), Code::BadContent, "half of a character");
    not_written(Format::Yaml, &with_content("{}", half), Code::BadContent, "half of a character");
    assert!(write(Format::Json, &with_content("{}", half), None, "x").is_ok());
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    for format in [Format::Json, Format::Yaml] {
        not_written(format, &with_content("{}", &deep), Code::BadContent, "100 levels");
    }
    not_written(Format::Markdown, &payload(&deep, ""), Code::BadContent, "100 levels");
    let long = "x".repeat(MOST_BYTES);
    not_written(Format::Text, &payload("{}", &long), Code::BadContent, "longer than 1048576 bytes");
    let wide =
        format!("{{\"a\":{}{}{}}}", "[".repeat(90), "1,".repeat(20_000) + "1", "]".repeat(90));
    for format in [Format::Json, Format::Yaml] {
        not_written(format, &with_content("{}", &wide), Code::BadContent, "longer than");
    }
}

#[test]
fn a_name_is_that_of_the_file() {
    for (format, path, expected) in [
        (Format::Markdown, "a/b.c.md", "b.c"),
        (Format::Markdown, "a/SKILL.md", "SKILL"),
        (Format::Yaml, "x.yml", "x"),
        (Format::Yaml, "x.yaml", "x"),
        (Format::Text, "notes", "notes"),
        (Format::Json, "x.md", "x.md"),
    ] {
        assert_eq!(stem(format, path), expected);
        let meta = Object::from([("name", expected)]);
        assert!(check_name(format, &meta, path).is_ok());
    }
    for meta in [r#"{"name":"y"}"#, r#"{"name":1}"#, r#"{"name":""}"#] {
        let error = check_name(Format::Markdown, &object(meta), "a/x.md").unwrap_err();
        assert_eq!(error.code(), Code::BadFrontmatter);
        assert_eq!(error.details().get("path"), Some(&"a/x.md".into()));
        assert!(error.message().contains("'x'"), "{error}");
    }
    for meta in ["{}", r#"{"name":null}"#] {
        assert!(check_name(Format::Markdown, &object(meta), "a/x.md").is_ok());
    }
}

#[track_caller]
fn check_uid(format: Format, before: &str, after: &str) {
    let bytes = with_uid(format, before.as_bytes(), "c2dc", "x").unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), after, "{before:?}");
    let document = read(format, after.as_bytes(), "x").unwrap();
    let expected = if format == Format::Text { None } else { Some("c2dc") };
    assert_eq!(document.meta.get("uid").and_then(Value::as_str), expected);
}

#[test]
fn a_uid_is_set_and_the_rest_is_kept() {
    use Format::{Json, Markdown, Text, Yaml};
    check_uid(
        Markdown,
        "---\na: 'x' # c\n---\r\nb\r\n",
        "---\na: 'x' # c\nuid: c2dc\n---\r\nb\r\n",
    );
    check_uid(Markdown, "---\r\na: 1\r\n---\r\nb", "---\r\na: 1\r\nuid: c2dc\r\n---\r\nb");
    check_uid(Markdown, "---\nuid: 12\n---", "---\nuid: c2dc\n---");
    check_uid(Markdown, "---\n---\n---\n", "---\nuid: c2dc\n---\n---\n");
    check_uid(Markdown, "body", "---\nuid: c2dc\n---\nbody");
    check_uid(Markdown, "a\r\n", "---\r\nuid: c2dc\r\n---\r\na\r\n");
    check_uid(
        Markdown,
        "---\nuid: [1]\nd: 2026-01-02\n---\nb",
        "---\nuid: c2dc\nd: 2026-01-02\n---\nb",
    );
    check_uid(Yaml, "a: 1", "_meta:\n  uid: c2dc\na: 1");
    check_uid(Json, "{\"a\": 1.0}\n", "{\"_meta\": {\"uid\": \"c2dc\"},\"a\": 1.0}\n");
    check_uid(Text, "any", "any");
    for (format, text) in
        [(Markdown, "---\n- a\n---\n"), (Yaml, "_meta: [1]\n"), (Json, "{\"_meta\": 1}")]
    {
        let error = with_uid(format, text.as_bytes(), "c2dc", "x").unwrap_err();
        assert_eq!(error.code(), Code::BadFrontmatter);
        assert!(error.message().contains("no mapping"), "{error}");
    }
}

#[test]
fn a_name_is_changed_only_where_there_is_one() {
    let renamed = |format, text: &str| {
        String::from_utf8(with_name(format, text.as_bytes(), "new", "x").unwrap()).unwrap()
    };
    assert_eq!(
        renamed(Format::Markdown, "---\nname: old # c\n---\nb"),
        "---\nname: new # c\n---\nb"
    );
    assert_eq!(
        renamed(Format::Yaml, "_meta: {name: 'old'}\nname: x\n"),
        "_meta: {name: new}\nname: x\n"
    );
    assert_eq!(renamed(Format::Json, r#"{"_meta":{"name":"old"}}"#), r#"{"_meta":{"name":"new"}}"#);
    for text in ["---\nname: 12\n---\n", "---\na: 1\n---\n", "name: x\n"] {
        assert_eq!(renamed(Format::Markdown, text), text);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for format in [Format::Markdown, Format::Json, Format::Yaml, Format::Text] {
            let _ = read(format, &bytes, "x");
            let _ = with_uid(format, &bytes, "u", "x");
        }
    }

    #[test]
    fn what_is_written_is_what_is_read(
        meta in "[a-z]{1,3}", value in any::<String>(), body in any::<String>(),
    ) {
        let object = Object::from([(meta.as_str(), value.as_str()), ("uid", "u")]);
        let payload =
            Payload { meta: object.clone(), body: Some(body.clone()), ..Payload::default() };
        let bytes = write(Format::Markdown, &payload, None, "x").unwrap();
        let document = read(Format::Markdown, &bytes, "x").unwrap();
        prop_assert_eq!(document.meta, object);
        prop_assert_eq!(document.body, with_line_end(body).replace("\r\n", "\n"));
        let content = Object::from([("c", value.as_str()), (&meta, "m")]);
        let payload = Payload { content: Some(content.clone().into()), body: None, ..payload };
        for format in [Format::Json, Format::Yaml] {
            let bytes = write(format, &payload, None, "x").unwrap();
            let document = read(format, &bytes, "x").unwrap();
            prop_assert_eq!(&document.meta, &payload.meta);
            prop_assert_eq!(document.content.as_ref(), Some(&content));
        }
    }

    #[test]
    fn a_uid_is_set_in_any_front_matter(
        text in "---\r?\n([ab]: (1|x|'y'|\\[1\\]|)( # c)?\r?\n|uid: (z|\\{\\})\n|# c\n|\n){0,4}---\r?\n(b\r?\n)?",
    ) {
        if let Ok(before) = read(Format::Markdown, text.as_bytes(), "x") {
            let bytes = with_uid(Format::Markdown, text.as_bytes(), "c2dc", "x").unwrap();
            let after = read(Format::Markdown, &bytes, "x").unwrap();
            let mut expected = before.meta;
            expected.insert("uid", "c2dc");
            prop_assert_eq!(after.meta, expected);
            prop_assert_eq!(after.body, before.body);
        }
    }
}
