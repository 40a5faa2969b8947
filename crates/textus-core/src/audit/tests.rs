//! Rows, lines, cursors and filters of the audit log.

use motus_json::Value;
use proptest::prelude::*;

use super::*;
use crate::Code;
use crate::time::Utc;

fn row(seq: u64) -> Row {
    Row {
        seq,
        ts: "2026-01-02T03:04:05Z".to_owned(),
        role: "human".to_owned(),
        verb: "put".to_owned(),
        key: "knowledge.x".to_owned(),
        etag_before: None,
        etag_after: Some("sha256:aa".to_owned()),
        moved: None,
        extras: Object::from([("correlation_id", "c-1")]),
    }
}

fn moved() -> Row {
    let moved = Moved {
        from_key: "knowledge.x".to_owned(),
        to_key: "knowledge.y".to_owned(),
        uid: Some("fedcba9876543210".to_owned()),
    };
    let mut extras = Object::new();
    for (name, value) in
        [("correlation_id", "c-2"), ("from_path", "/ä/x.md"), ("to_path", "/ä/y.md")]
    {
        extras.insert(name, value);
    }
    Row {
        verb: "mv".to_owned(),
        key: "knowledge.y".to_owned(),
        etag_before: Some("sha256:aa".to_owned()),
        moved: Some(moved),
        extras,
        ..row(2)
    }
}

#[test]
fn a_line_has_its_members_in_the_order_of_the_protocol() {
    assert_eq!(
        row(1).to_line(),
        concat!(
            r#"{"seq":1,"ts":"2026-01-02T03:04:05Z","role":"human","verb":"put","#,
            r#""key":"knowledge.x","etag_before":null,"etag_after":"sha256:aa","#,
            r#""extras":{"correlation_id":"c-1"}}"#,
            "\n"
        )
    );
    assert_eq!(
        moved().to_line(),
        concat!(
            r#"{"seq":2,"ts":"2026-01-02T03:04:05Z","role":"human","verb":"mv","#,
            r#""key":"knowledge.y","etag_before":"sha256:aa","etag_after":"sha256:aa","#,
            r#""from_key":"knowledge.x","to_key":"knowledge.y","uid":"fedcba9876543210","#,
            r#""extras":{"correlation_id":"c-2","from_path":"/ä/x.md","to_path":"/ä/y.md"}}"#,
            "\n"
        )
    );
    let bare = Row { extras: Object::new(), key: String::new(), ..row(3) };
    assert!(
        bare.to_line()
            .ends_with("\"key\":null,\"etag_before\":null,\"etag_after\":\"sha256:aa\"}\n")
    );
}

#[test]
fn lines_of_others_are_read_leniently() {
    let line = br#" {"verb":"put","role":"bot","ts":"?","seq":7,"later":[1]} "#;
    let read = Row::from_line(line).unwrap();
    assert_eq!((read.seq, read.key.as_str(), read.verb.as_str()), (7, "", "put"));
    assert_eq!(read.etag_before, None);
    assert!(read.extras.is_empty() && read.moved.is_none());
    assert_eq!(read.correlation_id(), None);
}

#[test]
fn what_is_no_row_is_skipped() {
    let whole = row(1).to_line();
    for line in [
        "",
        "\n",
        "not json",
        "[]",
        "null",
        r#"{"seq":1}"#,
        &whole.replace("\"seq\":1", "\"seq\":-1"),
        &whole.replace("\"seq\":1", "\"seq\":1.0"),
        &whole.replace("\"seq\":1", "\"seq\":\"1\""),
        &whole.replace("\"seq\":1", "\"seq\":1,\"seq\":2"),
        &whole.replace("\"human\"", "null"),
        &whole.replace("\"put\"", "1"),
        &whole.replace("\"knowledge.x\"", "[]"),
        &whole.replace("\"sha256:aa\"", "{}"),
        &whole.replace("{\"correlation_id\":\"c-1\"}", "\"c-1\""),
        &whole.replace("}\n", ""),
        &format!("{0}{0}", whole.trim_end()),
    ] {
        assert_eq!(Row::from_line(line.as_bytes()), None, "{line}");
    }
    assert_eq!(Row::from_line(b"\xff\xfe"), None);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Row::from_line(deep.as_bytes()), None);
}

#[test]
fn the_number_of_a_line_counts_even_where_the_rest_does_not() {
    assert_eq!(seq_of_line(br#"{"seq":9,"role":null}"#), Some(9));
    assert_eq!(seq_of_line(row(4).to_line().as_bytes()), Some(4));
    assert_eq!(seq_of_line(br#"{"seq":"9"}"#), None);
    assert_eq!(seq_of_line(b"torn {\"seq\":9"), None);
}

#[test]
fn a_number_that_leaves_no_room_for_the_next_is_none() {
    assert_eq!(MOST_SEQ, 9_007_199_254_740_991);
    let last = row(MOST_SEQ).to_line();
    assert_eq!(seq_of_line(last.as_bytes()), Some(MOST_SEQ));
    assert_eq!(Row::from_line(last.as_bytes()), Some(row(MOST_SEQ)));
    for seq in [MOST_SEQ + 1, u64::MAX - 1, u64::MAX] {
        let line = row(seq).to_line();
        assert_eq!(seq_of_line(line.as_bytes()), None, "{seq}");
        assert_eq!(Row::from_line(line.as_bytes()), None, "{seq}");
        let note = Segment { min_seq: 1, max_seq: seq, rotated_at: String::new() };
        assert_eq!(Segment::from_bytes(note.to_text().as_bytes()), None, "{seq}");
    }
    let turned = Segment { min_seq: 6, max_seq: 5, rotated_at: String::new() };
    assert_eq!(Segment::from_bytes(turned.to_text().as_bytes()), None);
}

#[test]
fn a_cursor_expires_when_a_row_after_it_is_gone() {
    let segment = |min_seq| Segment { min_seq, max_seq: min_seq + 9, rotated_at: String::new() };
    assert_eq!(min_available(&[segment(20), segment(10)], Some(30)), Some(10));
    assert_eq!(min_available(&[], Some(30)), Some(30));
    assert_eq!(min_available(&[], None), None);
    for requested in [9, 10, u64::MAX] {
        assert_eq!(check_cursor(requested, Some(10)), Ok(()));
    }
    assert_eq!(check_cursor(0, None), Ok(()));
    assert_eq!(check_cursor(0, Some(1)), Ok(()));
    assert_eq!(check_cursor(0, Some(0)), Ok(()));
    let error = check_cursor(8, Some(10)).unwrap_err();
    assert_eq!(error.code(), Code::CursorExpired);
    let details = motus_json::compact::write(&Value::Object(error.details().clone()));
    assert_eq!(details, r#"{"requested":8,"min_available":10}"#);
    assert!(error.message().contains("cursor 8") && error.message().contains("10"));
    assert!(error.next_step().unwrap().contains("boot"));
}

#[test]
fn a_segment_is_noted_and_read_back() {
    let segment =
        Segment { min_seq: 1, max_seq: 20, rotated_at: "2026-01-02T03:04:05Z".to_owned() };
    let text = segment.to_text();
    assert_eq!(text, "{\"min_seq\":1,\"max_seq\":20,\"rotated_at\":\"2026-01-02T03:04:05Z\"}\n");
    assert_eq!(Segment::from_bytes(text.as_bytes()), Some(segment));
    for bytes in [&b""[..], b"{}", b"[1]", b"{\"min_seq\":1}", b"{\"min_seq\":1,\"max_seq\":-1}"] {
        assert_eq!(Segment::from_bytes(bytes), None);
    }
}

fn numbers(filter: &Filter) -> Vec<u64> {
    let later = Row { ts: "2026-01-03T00:00:00Z".to_owned(), role: "agent".to_owned(), ..row(3) };
    let odd = Row { ts: "once".to_owned(), extras: Object::new(), ..row(4) };
    let rows = [row(1), moved(), later, odd];
    rows.iter().filter(|row| filter.keeps(row)).map(|row| row.seq).collect()
}

#[test]
fn filters_keep_what_is_asked_for() {
    let text = |text: &str| Some(text.to_owned());
    let all = Filter::default();
    assert_eq!(numbers(&all), [1, 2, 3, 4]);
    assert_eq!(numbers(&Filter { key: text("knowledge.x"), ..all.clone() }), [1, 3, 4]);
    assert_eq!(numbers(&Filter { key: text("knowledge"), ..all.clone() }), []);
    assert_eq!(numbers(&Filter { role: text("agent"), ..all.clone() }), [3]);
    assert_eq!(numbers(&Filter { verb: text("mv"), ..all.clone() }), [2]);
    assert_eq!(numbers(&Filter { seq_since: Some(2), ..all.clone() }), [3, 4]);
    assert_eq!(numbers(&Filter { correlation_id: text("c-1"), ..all.clone() }), [1, 3]);
    assert_eq!(numbers(&Filter { since: Utc::parse("2026-01-02"), ..all.clone() }), [1, 2, 3]);
    let exact = Utc::parse("2026-01-03T00:00:00Z");
    assert_eq!(numbers(&Filter { since: exact, ..all.clone() }), [3]);
}

prop_compose! {
    fn any_row()(
        seq in 0..=MOST_SEQ,
        texts in prop::array::uniform4(".{0,12}"),
        etags in prop::array::uniform2(prop::option::of(".{0,12}")),
        moved in prop::option::of((".{0,8}", ".{0,8}", prop::option::of(".{0,8}"))),
        extras in prop::collection::vec((".{0,6}", ".{0,6}"), 0..4),
    ) -> Row {
        let [ts, role, verb, key] = texts;
        let [etag_before, etag_after] = etags;
        let moved = moved.map(|(from_key, to_key, uid)| Moved { from_key, to_key, uid });
        let extras = extras.into_iter().collect();
        Row { seq, ts, role, verb, key, etag_before, etag_after, moved, extras }
    }
}

proptest! {
    #[test]
    fn a_row_is_one_line_that_reads_back(row in any_row()) {
        let line = row.to_line();
        prop_assert_eq!(line.find('\n'), Some(line.len() - 1));
        let read = Row::from_line(line.as_bytes()).unwrap();
        prop_assert_eq!(read.to_line(), line.clone());
        prop_assert_eq!(seq_of_line(line.as_bytes()), Some(row.seq));
        prop_assert_eq!(read, row);
    }

    #[test]
    fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = (Row::from_line(&line), seq_of_line(&line), Segment::from_bytes(&line));
    }
}
