//! Verbs that read entries and what is declared: what they tell, member by member, and what they refuse.

use motus_json::Value;

use crate::support::{JANE, PERSON, Scene, etag, spell};

/// Runs what must succeed, and returns its one line.
#[track_caller]
fn line(scene: &Scene, words: &[&str]) -> String {
    let told = scene.run(words).expect_success();
    assert_eq!(told.stderr_text(), "");
    told.stdout_text()
}

#[test]
fn list_tells_keys_zones_and_paths_sorted_by_key() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/deep/b.md", "b");
    scene.write("zones/notebook/notes/a.md", "a");
    scene.write("zones/notebook/notes/.hidden.md", "a");
    scene.write("zones/notebook/tables/t.yml", "a: 1\n");
    scene.write("zones/notebook/skills/run/SKILL.md", "a");
    scene.write("zones/notebook/skills/SKILL.md", "nobody's");
    scene.write("zones/knowledge/facts.json", "{}");
    let row = |key: &str, zone: &str, path: &str| {
        let path = scene.shown(&format!("zones/{path}"));
        format!(r#"{{"key":"{key}","zone":"{zone}","path":"{path}"}}"#)
    };
    let rows = [
        row("knowledge.facts", "knowledge", "knowledge/facts.json"),
        row("knowledge.network.org.jane", "knowledge", "knowledge/network/org/jane.md"),
        row("notebook.notes.a", "notebook", "notebook/notes/a.md"),
        row("notebook.notes.deep.b", "notebook", "notebook/notes/deep/b.md"),
        row("notebook.skills.run", "notebook", "notebook/skills/run/SKILL.md"),
        row("notebook.tables.t", "notebook", "notebook/tables/t.yml"),
    ];
    let expect = |words: &[&str], rows: &[String]| {
        let expected = format!("{{\"protocol\":\"textus/3\",\"entries\":[{}]}}\n", rows.join(","));
        assert_eq!(line(&scene, words), expected, "{words:?}");
    };
    expect(&["list"], &rows);
    expect(&["list", "--zone=knowledge"], &rows[..2]);
    expect(&["list", "--prefix=notebook.notes"], &rows[2..4]);
    expect(&["list", "--prefix", "notebook.notes.deep"], &rows[3..4]);
    expect(&["list", "--prefix=notebook.note"], &[]);
    expect(&["list", "--prefix=knowledge.facts"], &rows[..1]);
    expect(&["list", "--schema=person"], &rows[1..2]);
    expect(&["list", "--schema=nobody"], &[]);
    expect(&["list", "--zone=notebook", "--schema=person"], &[]);
    let key = "notebook.tables.t";
    assert!(line(&scene, &["get", key]).contains(r#""content":{"a":1}"#), "what is listed is read");
}

#[test]
fn list_finds_text_in_keys_metadata_and_bodies_in_any_case() {
    let scene = Scene::new();
    scene.write(
        "zones/notebook/notes/a.md",
        "---\ntags: [One, {deep: Trübe}]\nn: 4711\n---\nBody.*\n",
    );
    scene.write("zones/notebook/facts/f.json", r#"{"fact":"Water"}"#);
    scene.write("zones/notebook/notes/broken.md", "---\na: [\n---\nBody.*\n");
    let found = |text: &str| {
        let told = scene.ok(&["list", "--q", text]);
        let rows = told.get("entries").and_then(Value::as_array).unwrap().to_vec();
        let key = |row: &Value| row.get("key").and_then(Value::as_str).unwrap().to_owned();
        rows.iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(found("NETWORK.ORG"), ["knowledge.network.org.jane"]);
    assert_eq!(found("acme"), ["knowledge.network.org.jane"]);
    assert_eq!(found("one"), ["notebook.notes.a"]);
    assert_eq!(found("TRÜBE"), ["notebook.notes.a"]);
    assert_eq!(found("4711"), ["notebook.notes.a"]);
    assert_eq!(found("body.*"), ["notebook.notes.a"], "a literal, not a pattern");
    assert_eq!(found("water"), ["notebook.facts.f"]);
    assert_eq!(found("broken"), ["notebook.notes.broken"], "a key can be read when a file cannot");
    assert_eq!(found("no such text"), [""; 0]);
}

#[test]
fn list_says_on_stderr_which_files_can_have_no_key() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/Upper_Case.md", "a");
    let told = scene.run(&["list", "--zone=notebook"]).expect_success();
    assert_eq!(told.stdout_text(), "{\"protocol\":\"textus/3\",\"entries\":[]}\n");
    let stderr = told.stderr_text();
    assert!(stderr.starts_with("warning: ") && stderr.contains("Upper_Case"), "{stderr}");
}

#[test]
fn a_zone_that_nobody_declared_is_usage() {
    let scene = Scene::new();
    for verb in ["list", "freshness", "audit"] {
        for zone in ["", "nowhere", "../knowledge"] {
            let refused = scene.refused(&[verb, "--zone", zone]).expect("usage", 2);
            let refused = refused.naming(&format!("'{zone}'")).naming("knowledge, notebook");
            assert_eq!(refused.details(), format!(r#"{{"zone":"{zone}"}}"#));
        }
    }
}

#[test]
fn where_tells_the_place_of_a_file_whether_or_not_it_is_there() {
    let scene = Scene::new();
    for (key, zone, owner, path) in [
        (
            "knowledge.network.org.jane",
            "knowledge",
            "\"textus:network\"",
            "knowledge/network/org/jane.md",
        ),
        (
            "knowledge.network.org.bob",
            "knowledge",
            "\"textus:network\"",
            "knowledge/network/org/bob.md",
        ),
        ("knowledge.facts", "knowledge", "null", "knowledge/facts.json"),
        ("notebook.tables.a.b", "notebook", "null", "notebook/tables/a/b.yaml"),
        ("notebook.skills.run", "notebook", "null", "notebook/skills/run/SKILL.md"),
    ] {
        let path = scene.shown(&format!("zones/{path}"));
        let expected = format!(
            "{{\"protocol\":\"textus/3\",\"key\":\"{key}\",\"zone\":\"{zone}\",\"owner\":{owner},\
             \"path\":\"{path}\"}}\n"
        );
        assert_eq!(line(&scene, &["where", key]), expected);
    }
    scene.write("zones/notebook/tables/t.yml", "a: 1\n");
    assert!(line(&scene, &["where", "notebook.tables.t"]).contains("tables/t.yml"));
}

#[test]
fn key_uid_tells_the_uid_or_null() {
    let scene = Scene::new();
    let jane = "knowledge.network.org.jane";
    let expected = format!("{{\"protocol\":\"textus/3\",\"key\":\"{jane}\",\"uid\":null}}\n");
    assert_eq!(line(&scene, &["key", "uid", jane]), expected);
    scene.write("zones/notebook/notes/a.md", "---\nuid: c2dc000000000000\n---\n");
    let expected =
        "{\"protocol\":\"textus/3\",\"key\":\"notebook.notes.a\",\"uid\":\"c2dc000000000000\"}\n";
    assert_eq!(line(&scene, &["key", "uid", "notebook.notes.a"]), expected);
}

#[test]
fn an_unknown_key_is_told_with_keys_that_may_have_been_meant() {
    let scene = Scene::new();
    let reading = [&["get"][..], &["where"], &["key", "uid"], &["schema", "show"]];
    for verb in reading {
        let refused = scene.refused(&[verb, &["knowledge.network.orx"]].concat());
        let refused = refused.expect("unknown_key", 1).naming("knowledge.network.orx");
        let refused = refused.naming("knowledge.network.org.jane");
        let suggestions = refused.details.get("suggestions").and_then(Value::as_array).unwrap();
        assert_eq!(suggestions[0].as_str(), Some("knowledge.network.org.jane"), "{suggestions:?}");
        assert!(suggestions.len() <= 5);
        assert_eq!(refused.details.get("key"), Some(&"knowledge.network.orx".into()));
    }
    for key in ["knowledge.network.org.jan", "knowledge.facts", "feeds.notes"] {
        let refused = scene.refused(&["get", key]).expect("unknown_key", 1).naming(key);
        let suggestions = refused.details.get("suggestions").map(spell).unwrap_or_default();
        assert!(
            !suggestions.contains(&format!("\"{key}\"")),
            "never the key itself: {suggestions}"
        );
    }
    let refused = scene.refused(&["get", "knowledge.facts.below"]).expect("unknown_key", 1);
    assert!(refused.naming("knowledge.facts.below").details.contains_key("key"));
}

#[test]
fn what_is_no_key_is_usage() {
    let scene = Scene::new();
    let long = format!("knowledge.network.org.{}", "a".repeat(65));
    let deep = "a.".repeat(8) + "a";
    for key in [
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "knowledge.network.org.jane.",
        "A.b",
        "a_b",
        "-a",
        "a/b",
        "../a",
        "knowledge.network.org.../jane",
        "a b",
        "ä",
        "a\nb",
        "a\u{1b}[31m",
        &long,
        &deep,
    ] {
        for verb in [&["get"][..], &["where"], &["delete"], &["rule", "explain"]] {
            scene.refused(&[verb, &["--", key]].concat()).expect("usage", 2);
        }
    }
    scene.refused(&["get", &deep]).naming("8");
    let refused = scene.run(&["get", "a\u{1b}[31m"]);
    assert!(!refused.stderr.contains(&0x1b), "a terminal is shown it, not told it");
    let just = format!("knowledge.network.org.{}", "a".repeat(64));
    scene.refused(&["get", &just]).expect("unknown_key", 1);
}

#[test]
fn rules_are_told_with_what_they_carry() {
    let scene = Scene::ruled(
        "- match: knowledge.**\n  guard: {put: [schema_valid, {fresh_within: 1h}]}\n  \
         retention: {archive_after: 2d}\n  intake_handler_allowlist: [json]\n",
    );
    assert_eq!(
        line(&scene, &["rule", "list"]),
        concat!(
            r#"{"protocol":"textus/3","verb":"policy_list","policies":[{"match":"feeds.notes","#,
            r#""fetch":{"ttl_seconds":3600,"on_stale":"warn","sync_budget_ms":null,"#,
            r#""fetch_timeout_seconds":null}},{"match":"knowledge.**","handler_allowlist":["json"],"#,
            r#""guard":{"put":["schema_valid",{"fresh_within":3600}]},"#,
            r#""retention":{"expire_after":null,"archive_after":172800}}]}"#,
            "\n"
        )
    );
    assert_eq!(
        line(&scene, &["rule", "explain", "knowledge.facts"]),
        concat!(
            r#"{"protocol":"textus/3","verb":"policy_explain","key":"knowledge.facts","#,
            r#""matched_blocks":[{"match":"knowledge.**","fetch":false,"handler_allowlist":true,"#,
            r#""guard":true,"retention":true}],"effective":{"fetch":null,"#,
            r#""handler_allowlist":["json"],"retention":{"expire_after":null,"archive_after":172800}},"#,
            r#""guards":{"put":["zone_writable_by","schema_valid","fresh_within"],"#,
            r#""delete":["zone_writable_by"],"mv":["zone_writable_by"],"#,
            r#""accept":["author_held","target_is_canon"],"reject":["author_held"],"#,
            r#""fetch":["zone_writable_by"]}}"#,
            "\n"
        )
    );
}

#[test]
fn schema_show_tells_the_schema_of_a_key() {
    let scene = Scene::new();
    let told = line(&scene, &["schema", "show", "knowledge.network.org.bob"]);
    let expected = concat!(
        r#"{"protocol":"textus/3","key":"knowledge.network.org.bob","schema_ref":"person","#,
        r#""schema":{"name":"person","required":["name","relationship","org"],"#,
        r#""optional":["notes","aliases"],"fields":{"name":{"type":"string"},"#,
        r#""relationship":{"type":"enum","values":["peer","manager","report","external"]},"#,
    );
    assert!(told.starts_with(expected), "{told}");
    let told = line(&scene, &["schema", "show", "knowledge.facts"]);
    let none = r#"{"protocol":"textus/3","key":"knowledge.facts","schema_ref":null,"schema":null}"#;
    assert_eq!(told, format!("{none}\n"));
    scene.write("schemas/person.yaml", PERSON.replace("name: person", "name: [person"));
    let broken = scene.refused(&["schema", "show", "knowledge.network.org.bob"]);
    broken.expect("io_error", 64).naming("person");
    std::fs::remove_file(scene.root().join("schemas/person.yaml")).unwrap();
    let missing = scene.refused(&["schema", "show", "knowledge.network.org.bob"]);
    missing.expect("io_error", 64).naming("person");
    assert_eq!(
        scene.ok(&["get", "knowledge.network.org.jane"]).get("etag"),
        Some(&etag(JANE).into())
    );
}

#[test]
fn boot_tells_its_members_in_order_and_the_cursor_to_begin_with() {
    let scene = Scene::new();
    scene.puts("notebook.notes.a", "agent", "{}");
    let told = scene.ok(&["boot"]);
    let names: Vec<&str> =
        told.as_object().unwrap().iter().filter_map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "protocol",
            "store_root",
            "zones",
            "entries",
            "hooks",
            "write_flows",
            "cli_verbs",
            "agent_protocol",
            "agent_quickstart",
            "docs"
        ]
    );
    assert_eq!(told.get("store_root"), Some(&scene.shown("").trim_end_matches('/').into()));
    assert_eq!(
        spell(told.get("agent_quickstart").unwrap()),
        concat!(
            r#"{"read_verbs":["boot","get","list","audit","pulse","freshness","doctor"],"#,
            r#""write_verbs":["put KEY --as=agent --stdin"],"#,
            r#""writable_zones":["notebook","proposals"],"propose_zone":"proposals","latest_seq":1}"#
        )
    );
    assert_eq!(
        spell(&told.get("zones").and_then(Value::as_array).unwrap()[0]),
        r#"{"name":"knowledge","writers":["human"],"kind":"canon","purpose":"what is true"}"#
    );
}

#[test]
fn every_verb_that_boot_names_is_one() {
    let scene = Scene::new();
    let told = scene.ok(&["boot"]);
    let verbs = told.get("cli_verbs").and_then(Value::as_array).unwrap();
    for verb in verbs {
        let name = verb.get("name").and_then(Value::as_str).unwrap();
        let words: Vec<&str> = name.split(' ').chain(["--help"]).collect();
        let page = line(&scene, &words);
        assert!(page.contains(&format!("Usage: textus {name}")), "{name}: {page}");
    }
    let help = line(&scene, &["--help"]);
    for name in [
        "init",
        "list",
        "where",
        "get",
        "put",
        "delete",
        "key",
        "accept",
        "reject",
        "freshness",
        "audit",
        "pulse",
        "boot",
        "doctor",
        "rule",
        "schema",
    ] {
        assert!(help.contains(&format!("\n  {name} ")), "{name}");
        let is_told = verbs.iter().any(|verb| {
            let told = verb.get("name").and_then(Value::as_str).unwrap();
            told.split(' ').next() == Some(name)
        });
        assert!(is_told, "{name}");
    }
}

#[test]
fn get_warns_of_what_is_stale_and_still_tells_it() {
    let scene = Scene::new();
    let feed = |at: &str| format!("---\nlast_fetched_at: {at}\n---\nnews\n");
    scene.write("zones/feeds/notes.md", feed("'2020-01-01T00:00:00Z'"));
    let told = line(&scene, &["get", "feeds.notes"]);
    assert!(told.contains(r#""stale":true,"stale_reason":"ttl exceeded (age="#), "{told}");
    assert!(told.ends_with("s, ttl=3600s)\",\"fetching\":false}\n"), "{told}");
    scene.write("zones/feeds/notes.md", feed("'2999-01-01T00:00:00Z'"));
    let told = line(&scene, &["get", "feeds.notes"]);
    assert!(
        told.ends_with("\"stale\":false,\"stale_reason\":null,\"fetching\":false}\n"),
        "{told}"
    );
    scene.write("zones/feeds/notes.md", "news\n");
    let told = line(&scene, &["get", "feeds.notes"]);
    assert!(told.contains(r#""stale":true,"stale_reason":"never fetched","#), "{told}");
    scene.write("zones/feeds/notes.md", feed("2020-01-01T00:00:00Z"));
    let told = line(&scene, &["get", "feeds.notes"]);
    assert!(told.contains(r#""_meta":{"last_fetched_at":"2020-01-01T00:00:00Z"}"#), "{told}");
    assert!(told.contains(r#""stale":true"#), "unquoted it is the same time: {told}");
}

#[test]
fn the_key_of_a_subtree_is_told_as_such() {
    let scene = Scene::new();
    for words in [
        &["where", "knowledge.network.org"][..],
        &["delete", "knowledge.network.org"],
        &["key", "mv", "notebook.notes", "notebook.notes.a", "--as=agent"],
    ] {
        scene.refused(words).expect("usage", 2).naming("subtree").naming("below it");
    }
    scene.put_refused("notebook.notes", "agent", "{}").expect("usage", 2).naming("subtree");
    for words in [&["get", "knowledge.network.org"][..], &["key", "uid", "knowledge.network.org"]] {
        let refusal = scene.refused(words).expect("unknown_key", 1).naming("subtree");
        let jane = "knowledge.network.org.jane";
        assert_eq!(
            refusal.hint.as_deref(),
            Some("give a key below it, as knowledge.network.org.jane")
        );
        assert_eq!(refusal.details.get("suggestions"), Some(&Value::from([jane])));
    }
    let empty = scene.refused(&["get", "notebook.notes"]).expect("unknown_key", 1);
    assert_eq!(
        empty.hint.as_deref(),
        Some("give a key below it, for instance 'notebook.notes.name'")
    );
}
