//! The audit log, and what `pulse` makes of it.

use motus_json::{Object, Value};

use crate::support::{MANIFEST, Scene, parse, spell};

fn seqs(told: &Value) -> Vec<u64> {
    let rows = told.get("rows").or_else(|| told.get("changed")).and_then(Value::as_array).unwrap();
    rows.iter().map(|row| row.get("seq").and_then(Value::as_u64).unwrap()).collect()
}

/// A store with five rows: three keys, three verbs, two roles.
fn busy() -> Scene {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", "{}");
    scene.puts("knowledge.motto", "human", r#"{"body":"x"}"#);
    scene.ok(&["key", "mv", "notebook.notes.a", "notebook.notes.b", "--as=agent"]);
    scene.puts("notebook.notes.b", "agent", r#"{"body":"more"}"#);
    scene.ok(&["delete", "knowledge.motto"]);
    scene
}

#[test]
fn audit_tells_the_rows_as_they_are_in_the_log() {
    let scene = busy();
    let log = scene.file("audit.log").unwrap();
    let rows: Vec<&str> = log.lines().collect();
    let told = scene.run(&["audit"]).expect_success().stdout_text();
    let expected =
        format!("{{\"protocol\":\"textus/3\",\"verb\":\"audit\",\"rows\":[{}]}}\n", rows.join(","));
    assert_eq!(told, expected);
}

#[test]
fn audit_filters_and_keeps_the_oldest() {
    let scene = busy();
    let found = |words: &[&str]| seqs(&scene.ok(&[&["audit"], words].concat()));
    assert_eq!(found(&["--key=knowledge.motto"]), [2, 5]);
    assert_eq!(found(&["--role", "agent"]), [1, 3, 4]);
    assert_eq!(found(&["--verb=mv"]), [3]);
    assert_eq!(found(&["--zone=notebook"]), [1, 3, 4]);
    assert_eq!(found(&["--seq-since=3"]), [4, 5]);
    assert_eq!(found(&["--limit=2"]), [1, 2]);
    assert_eq!(found(&["--limit=0"]), [0; 0]);
    assert_eq!(found(&["--since=1h", "--role=human", "--limit=1"]), [2]);
    assert_eq!(found(&["--since=2999-01-01"]), [0; 0]);
    assert_eq!(found(&["--since=2020-01-01T00:00:00Z"]), [1, 2, 3, 4, 5]);
    assert_eq!(found(&["--since=yesterday"]), [1, 2, 3, 4, 5], "what is no time is no bound");
    let rows = scene.rows();
    let id = rows[3].get("extras").unwrap().get("correlation_id").and_then(Value::as_str).unwrap();
    assert_eq!(found(&["--correlation-id", id]), [4]);
    for words in [["--limit", "x"], ["--limit", "-1"], ["--seq-since", "1.5"]] {
        scene.refused(&["audit", words[0], words[1]]).expect("usage", 2);
    }
}

#[test]
fn lines_that_are_no_rows_are_passed_over() {
    let scene = busy();
    let log = scene.file("audit.log").unwrap();
    let mut lines: Vec<&str> = log.lines().collect();
    let deep = "[".repeat(5_000);
    lines.splice(2..2, ["", "not json", "{\"seq\":\"x\"}", "{", &deep, "\u{0}\u{1}", "[]"]);
    scene.write("audit.log", lines.join("\n") + "\n\u{fffd}{\"seq\":");
    assert_eq!(seqs(&scene.ok(&["audit"])), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(&scene.ok(&["pulse", "--since=2"])), [3, 4, 5]);
    scene.puts("notebook.notes.c", "agent", "{}");
    assert_eq!(seqs(&scene.ok(&["audit"])), [1, 2, 3, 4, 5, 6], "an open line is closed first");
    let mut bytes = std::fs::read(scene.root().join("audit.log")).unwrap();
    bytes.splice(0..0, *b"\xff\xfe\x00 not UTF-8\n");
    scene.write("audit.log", bytes);
    assert_eq!(seqs(&scene.ok(&["audit"])), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn rows_of_a_rename_name_both_keys_and_paths() {
    let scene = busy();
    let log = scene.file("audit.log").unwrap();
    let row = log.lines().nth(2).unwrap();
    let uid = scene.ok(&["key", "uid", "notebook.notes.b"]);
    let uid = uid.get("uid").and_then(Value::as_str).unwrap();
    let tail = format!(
        concat!(
            r#""from_key":"notebook.notes.a","to_key":"notebook.notes.b","uid":"{}","#,
            r#""extras":{{"from_path":"zones/notebook/notes/a.md","to_path":"zones/notebook/notes/b.md","#,
            r#""correlation_id":""#
        ),
        uid
    );
    assert!(row.contains(&tail), "{row}");
    assert!(
        row.contains(r#""verb":"mv","key":"notebook.notes.b","etag_before":"sha256:"#),
        "{row}"
    );
}

#[test]
fn a_run_that_is_named_by_the_environment_is_told_in_the_extras() {
    let scene = Scene::new();
    let mut command = scene.textus(&["put", "notebook.notes.a", "--stdin", "--as=agent"]);
    command.env("MOTUS_RUN_ID", "run_1");
    let told = motus_testkit::harness::capture_with_input(&mut command, b"{}");
    drop(told.expect_success());
    scene.puts("notebook.notes.b", "agent", "{}");
    let rows = scene.rows();
    let names = |row: &Object| {
        let extras = row.get("extras").and_then(Value::as_object).unwrap();
        extras.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rows[0].get("extras").unwrap().get("run_id"), Some(&"run_1".into()));
    assert_eq!(names(&rows[0]), ["correlation_id", "run_id"]);
    assert_eq!(names(&rows[1]), ["correlation_id"]);
}

#[test]
fn a_correlation_id_is_a_random_uuid() {
    let scene = busy();
    let ids: Vec<String> = scene
        .rows()
        .iter()
        .map(|row| {
            row.get("extras").unwrap().get("correlation_id").unwrap().as_str().unwrap().to_owned()
        })
        .collect();
    for (number, id) in ids.iter().enumerate() {
        let bytes = id.as_bytes();
        assert_eq!((bytes.len(), bytes[14]), (36, b'4'), "{id}");
        assert!(b"89ab".contains(&bytes[19]), "{id}");
        assert!(!ids[..number].contains(id), "{id} twice");
    }
}

#[test]
fn pulse_tells_what_changed_since_a_cursor() {
    let scene = busy();
    scene.puts(
        "proposals.items.p",
        "agent",
        r#"{"_meta":{"proposal":{"target_key":"knowledge.motto"}},"body":"x"}"#,
    );
    scene.write("zones/feeds/notes.md", "---\nlast_fetched_at: '2020-01-01T00:00:00Z'\n---\n");
    let log = scene.file("audit.log").unwrap();
    let rows: Vec<&str> = log.lines().collect();
    let manifest = textus_core::Etag::of(MANIFEST.as_bytes());
    let expect = |words: &[&str], changed: &[&str]| {
        let expected = format!(
            concat!(
                r#"{{"protocol":"textus/3","cursor":6,"changed":[{}],"stale":["feeds.notes"],"#,
                r#""pending_review":["proposals.items.p"],"#,
                r#""doctor":{{"ok":true,"warn":0,"fail":0,"scope":"declarations and changed keys"}},"#,
                r#""manifest_etag":"{}","next_due_at":"2020-01-01T01:00:00Z","hook_errors":[]}}"#,
                "\n"
            ),
            changed.join(","),
            manifest
        );
        assert_eq!(scene.run(words).expect_success().stdout_text(), expected, "{words:?}");
    };
    expect(&["pulse"], &rows);
    expect(&["pulse", "--since=0"], &rows);
    expect(&["pulse", "--since", "4"], &rows[4..]);
    expect(&["pulse", "--since=6"], &[]);
    for since in ["x", "-1", "", "1.0", "99999999999999999999"] {
        scene.refused(&["pulse", &format!("--since={since}")]).expect("usage", 2);
    }
}

#[test]
fn pulse_examines_what_changed_and_no_other_entry() {
    let scene = Scene::new();
    scene.write("zones/knowledge/network/org/old.md", "---\nname: old\n---\n");
    scene.puts("notebook.notes.a", "agent", "{}");
    let doctor = |since: &str| spell(scene.ok(&["pulse", since]).get("doctor").unwrap());
    let ok = r#"{"ok":true,"warn":0,"fail":0,"scope":"declarations and changed keys"}"#;
    assert_eq!(doctor("--since=0"), ok);
    let request = r#"{"_meta":{"name":"new","relationship":"peer","org":"o"}}"#;
    scene.puts("knowledge.network.org.new", "human", request);
    scene.write("zones/knowledge/network/org/new.md", "---\nname: new\n---\n");
    assert_eq!(
        doctor("--since=0"),
        ok.replace("true", "false").replace("\"fail\":0", "\"fail\":1")
    );
    assert_eq!(doctor("--since=2"), ok);
}

#[test]
fn a_cursor_that_was_rotated_away_is_expired() {
    let scene = Scene::with_manifest(&format!("{MANIFEST}audit: {{max_size: 600, keep: 2}}\n"));
    for number in 0..12 {
        scene.puts("notebook.notes.a", "agent", format!(r#"{{"body":"{number}"}}"#));
    }
    let names = ["audit.log.1", "audit.log.1.meta.json", "audit.log.2", "audit.log.2.meta.json"];
    for name in names {
        assert!(scene.file(name).is_some(), "{name}");
    }
    assert_eq!(scene.file("audit.log.3"), None);
    let available = seqs(&scene.ok(&["audit"]));
    let oldest = available[0];
    assert!(oldest > 1, "{available:?}");
    assert_eq!(available, (oldest..=12).collect::<Vec<_>>(), "no gap");
    let sidecar = parse(scene.file("audit.log.2.meta.json").unwrap());
    assert_eq!(sidecar.get("min_seq").and_then(Value::as_u64), Some(oldest));
    let told = scene.ok(&["pulse", &format!("--since={}", oldest - 1)]);
    assert_eq!(seqs(&told), available);
    let refused = scene.refused(&["pulse", &format!("--since={}", oldest - 2)]);
    let refused = refused.expect("cursor_expired", 1);
    let expected = format!(r#"{{"requested":{},"min_available":{oldest}}}"#, oldest - 2);
    assert_eq!(refused.details(), expected);
    refused.naming("boot");
    assert_eq!(
        scene.ok(&["boot"]).get("agent_quickstart").unwrap().get("latest_seq"),
        Some(&12.into())
    );
}

#[test]
fn a_store_without_a_log_has_no_rows_and_begins_with_one() {
    let scene = Scene::new();
    assert_eq!(scene.file("audit.log"), None);
    assert_eq!(seqs(&scene.ok(&["audit"])), [0; 0]);
    assert_eq!(scene.ok(&["pulse"]).get("cursor"), Some(&0.into()));
    assert_eq!(scene.file("audit.log"), None);
    scene.puts("notebook.notes.a", "agent", "{}");
    assert_eq!(seqs(&scene.ok(&["audit"])), [1]);
}

#[test]
fn a_cursor_beyond_the_log_has_nothing_after_it() {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", "{}");
    for since in ["1", "2", "9007199254740993", "18446744073709551615"] {
        let told = scene.ok(&["pulse", &format!("--since={since}")]);
        assert_eq!(told.get("cursor"), Some(&1.into()), "{since}");
        assert_eq!(told.get("changed").map(spell).unwrap(), "[]", "{since}");
    }
}

#[test]
fn after_a_merge_the_cursor_is_the_highest_number() {
    let scene = Scene::new();
    for _ in 0..3 {
        scene.puts("notebook.notes.a", "agent", "{}");
    }
    let log = scene.file("audit.log").unwrap();
    let second = log.lines().nth(1).unwrap();
    scene.write("audit.log", format!("{log}{second}\n"));
    let told = scene.ok(&["pulse", "--since=1"]);
    assert_eq!(told.get("cursor"), Some(&3.into()));
    assert_eq!(scene.ok(&["pulse", "--since=3"]).get("cursor"), Some(&3.into()));
}
