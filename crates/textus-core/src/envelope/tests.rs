//! Envelopes byte for byte.

use super::*;
use crate::Code;
use crate::fixture::{json, object, store, text};
use crate::format::Times;

const JANE: &str = "---\nname: jane\nrelationship: peer\norg: acme\n---\nShort body in Markdown.\n";

fn jane() -> Document {
    Document {
        meta: object(r#"{"name":"jane","relationship":"peer","org":"acme"}"#),
        body: "Short body in Markdown.\n".to_owned(),
        content: None,
        times: Times::default(),
    }
}

fn told(key: &str, format: Format, document: &Document, freshness: Option<&Freshness>) -> Object {
    let key = Key::parse(key).unwrap();
    let mut entry =
        store().entries.into_iter().find(|entry| key.is_within(entry.key.as_str())).unwrap();
    entry.format = format;
    let etag = Etag::of(JANE.as_bytes());
    let path = "/s/x";
    Envelope { key: &key, entry: &entry, path, document, etag: &etag, freshness }.to_object()
}

#[test]
fn fixture_a_an_entry_is_told_in_the_order_of_the_protocol() {
    let freshness = Freshness::default();
    let jane = jane();
    let told = told("knowledge.network.org.jane", Format::Markdown, &jane, Some(&freshness));
    assert_eq!(
        text(&told),
        concat!(
            r#"{"protocol":"textus/3","key":"knowledge.network.org.jane","zone":"knowledge","#,
            r#""owner":"textus:network","path":"/s/x","format":"markdown","#,
            r#""_meta":{"name":"jane","relationship":"peer","org":"acme"},"#,
            r#""body":"Short body in Markdown.\n","#,
            r#""etag":"sha256:0fde363d75cb02f6d50046d05885854d965bb4e60efeb3244902b3b5f22c1e7c","#,
            r#""schema_ref":"person","uid":null,"#,
            r#""stale":false,"stale_reason":null,"fetching":false}"#
        )
    );
}

#[test]
fn a_writer_is_told_nothing_of_freshness_and_content_only_where_there_is_some() {
    let document = Document {
        meta: object(r#"{"uid":"fedcba9876543210"}"#),
        body: "{}".to_owned(),
        content: Some(object(r#"{"b":1,"a":"é"}"#)),
        times: Times::default(),
    };
    let told = told("feeds.notes", Format::Json, &document, None);
    let text = text(&told);
    assert!(text.contains(r#""owner":null,"path":"/s/x","format":"json""#), "{text}");
    assert!(
        text.ends_with(r#""schema_ref":null,"uid":"fedcba9876543210","content":{"b":1,"a":"é"}}"#),
        "{text}"
    );
}

#[test]
fn the_members_are_those_that_boot_names() {
    let mut document = jane();
    document.content = Some(Object::new());
    let freshness = Freshness {
        stale_reason: Some("never fetched".to_owned()),
        fetching: true,
        fetch_error: Some("no route".to_owned()),
    };
    let told = told("knowledge.network.org.jane", Format::Yaml, &document, Some(&freshness));
    let names: Vec<_> = told.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, MEMBERS);
    assert!(text(&told).ends_with(
        r#""stale":true,"stale_reason":"never fetched","fetching":true,"fetch_error":"no route"}"#
    ));
    let error = error(&Error::new(Code::Usage, "m").hint("h"));
    let names: Vec<_> = error.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ERROR_MEMBERS);
}

#[test]
fn unquoted_times_are_told_as_rfc_3339_and_strings_as_they_are() {
    let mut document = jane();
    let fields = r#"{"at":"2026-01-02 03:04:05","on":"2026-01-02","said":"2026-01-02 03:04:05",
        "list":["2026-01-02 03:04:05 +1","2026-01-02 03:04:05 +1"]}"#;
    let expected = concat!(
        r#"{"at":"2026-01-02T03:04:05Z","on":"2026-01-02","said":"2026-01-02 03:04:05","#,
        r#""list":["2026-01-02 03:04:05 +1","2026-01-02T03:04:05+01:00"]}"#
    );
    document.meta = object(fields);
    for path in [&["at"][..], &["on"], &["list", "1"]] {
        document.times.insert(path);
    }
    let markdown = told("feeds.notes", Format::Markdown, &document, None);
    assert_eq!(text(markdown.get("_meta").unwrap().as_object().unwrap()), expected);
    document.content = Some(object(fields));
    let yaml = told("feeds.notes", Format::Yaml, &document, None);
    assert_eq!(text(yaml.get("content").unwrap().as_object().unwrap()), expected);
    assert_eq!(yaml.get("_meta").unwrap(), &json(fields));
    document.times.insert(["_meta", "at"]);
    let yaml = told("feeds.notes", Format::Yaml, &document, None);
    let at = yaml.get("_meta").unwrap().get("at").unwrap();
    assert_eq!(at.as_str(), Some("2026-01-02T03:04:05Z"));
}

#[test]
fn an_error_is_told_with_its_details_always_and_its_hint_sometimes() {
    let error = Error::new(
        Code::WriteForbidden,
        "writing 'knowledge.identity.self' (zone 'knowledge') needs capability 'author'",
    )
    .with("key", "knowledge.identity.self")
    .with("zone", "knowledge")
    .with("verb", "author")
    .with("holders", ["human"])
    .hint("held by: human; pass --as=<role>");
    assert_eq!(
        error_line(&error),
        concat!(
            r#"{"protocol":"textus/3","ok":false,"code":"write_forbidden","#,
            r#""message":"writing 'knowledge.identity.self' (zone 'knowledge') needs capability 'author'","#,
            r#""details":{"key":"knowledge.identity.self","zone":"knowledge","verb":"author","#,
            r#""holders":["human"]},"hint":"held by: human; pass --as=<role>"}"#,
            "\n"
        )
    );
    let bare = error_line(&Error::new(Code::IoError, "x"));
    assert!(bare.ends_with("\"message\":\"x\",\"details\":{}}\n"));
}

#[test]
fn a_line_begins_with_the_protocol_and_keeps_one_that_is_there() {
    assert_eq!(line(&Object::new()), "{\"protocol\":\"textus/3\"}\n");
    let rows = object(r#"{"verb":"audit","rows":[{"b":1,"a":"é </a>\n"}]}"#);
    let expected = r#"{"protocol":"textus/3","verb":"audit","rows":[{"b":1,"a":"é </a>\n"}]}"#;
    assert_eq!(line(&rows), format!("{expected}\n"));
    let own = object(r#"{"a":1,"protocol":"other","b":2}"#);
    assert_eq!(line(&own), "{\"protocol\":\"other\",\"a\":1,\"b\":2}\n");
}
