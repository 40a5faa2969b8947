//! The conformance fixtures of textus/3 §12 that are about what this version does.

use motus_json::{Object, Value};

use crate::support::{JANE, Scene, etag, spell};

#[test]
fn fixture_a_get_of_a_nested_leaf_is_the_whole_envelope() {
    let scene = Scene::new();
    let got = scene.run(&["get", "knowledge.network.org.jane", "--output=json"]).expect_success();
    let path = scene.shown("zones/knowledge/network/org/jane.md");
    let expected = format!(
        concat!(
            r#"{{"protocol":"textus/3","key":"knowledge.network.org.jane","zone":"knowledge","#,
            r#""owner":"textus:network","path":"{}","format":"markdown","#,
            r#""_meta":{{"name":"jane","relationship":"peer","org":"acme"}},"#,
            r#""body":"Short body in Markdown.\n","#,
            r#""etag":"sha256:0fde363d75cb02f6d50046d05885854d965bb4e60efeb3244902b3b5f22c1e7c","#,
            r#""schema_ref":"person","uid":null,"stale":false,"stale_reason":null,"#,
            r#""fetching":false}}"#,
            "\n"
        ),
        path
    );
    assert_eq!(got.stdout_text(), expected);
    assert_eq!(got.stderr_text(), "");
    assert!(expected.contains(&etag(JANE)));
}

#[test]
fn fixture_b_a_role_without_the_capability_cannot_write() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"name":"self"},"body":"I am an agent.\n"}"#;
    let refused = scene.put("knowledge.identity.self", "agent", request);
    let expected = concat!(
        r#"{"protocol":"textus/3","ok":false,"code":"write_forbidden","#,
        r#""message":"writing 'knowledge.identity.self' (zone 'knowledge') needs capability 'author'","#,
        r#""details":{"key":"knowledge.identity.self","zone":"knowledge","verb":"author","#,
        r#""holders":["human"]},"hint":"held by: human; pass --as=<role>"}"#,
        "\n"
    );
    assert_eq!((refused.code, refused.stdout_text().as_str()), (Some(1), expected));
    assert_eq!(
        refused.stderr_text(),
        "write_forbidden: writing 'knowledge.identity.self' (zone 'knowledge') needs capability \
         'author'\n  → held by: human; pass --as=<role>\n"
    );
    assert_eq!(scene.file("zones/knowledge/identity/self.md"), None);
    assert_eq!(scene.file("audit.log").unwrap_or_default(), "");
}

#[test]
fn fixture_c_what_lacks_a_required_field_violates_its_schema() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"name":"bob","org":"acme"},"body":"Hello.\n"}"#;
    let refused = scene.put_refused("knowledge.network.org.bob", "human", request);
    let refused = refused.expect("schema_violation", 1).naming("relationship");
    assert_eq!(refused.details.get("missing").map(spell).unwrap(), r#"["relationship"]"#);
    assert_eq!(scene.file("zones/knowledge/network/org/bob.md"), None);
    assert_eq!(scene.history(), [""; 0]);
}

#[test]
fn fixture_d_freshness_tells_what_is_stale_and_fetches_nothing() {
    let scene = Scene::new();
    let feed = "---\nname: notes\nlast_fetched_at: '2020-01-01T00:00:00Z'\n---\nOld news.\n";
    scene.write("zones/feeds/notes.md", feed);
    let told = scene.ok(&["freshness", "--prefix=feeds", "--output=json"]);
    let rows = told.get("rows").and_then(Value::as_array).unwrap();
    let age = rows[0].get("age_seconds").and_then(Value::as_u64).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        spell(&rows[0]),
        format!(
            concat!(
                r#"{{"key":"feeds.notes","zone":"feeds","last_fetched_at":"2020-01-01T00:00:00Z","#,
                r#""age_seconds":{},"status":"stale","ttl_seconds":3600,"on_stale":"warn","#,
                r#""next_due_at":"2020-01-01T01:00:00Z"}}"#
            ),
            age
        )
    );
    assert!(age > 200_000_000, "{age}");
    assert_eq!(scene.file("zones/feeds/notes.md").unwrap(), feed);
    assert_eq!(scene.history(), [""; 0]);
}

#[test]
fn fixture_h_each_write_is_one_row_for_each_key() {
    let scene = Scene::new();
    let key = "notebook.notes.day";
    let etag_of =
        |envelope: &Value| envelope.get("etag").and_then(Value::as_str).unwrap().to_owned();
    let first = etag_of(&scene.puts(key, "agent", r#"{"body":"one\n"}"#));
    let second = etag_of(&scene.puts(key, "agent", r#"{"body":"two\n"}"#));
    scene.ok(&["delete", key, "--as=agent"]);
    let log = scene.file("audit.log").unwrap();
    let expected = [
        format!(r#""verb":"put","key":"{key}","etag_before":null,"etag_after":"{first}""#),
        format!(r#""verb":"put","key":"{key}","etag_before":"{first}","etag_after":"{second}""#),
        format!(r#""verb":"delete","key":"{key}","etag_before":"{second}","etag_after":null"#),
    ];
    assert_eq!(log.lines().count(), 3, "{log}");
    for (seq, (line, expected)) in (1..).zip(log.lines().zip(expected)) {
        let ts = line.split(r#""ts":""#).nth(1).unwrap().get(..20).unwrap();
        assert!(ts.ends_with('Z') && ts.as_bytes()[10] == b'T', "{ts}");
        let opening = format!(r#"{{"seq":{seq},"ts":"{ts}","role":"agent",{expected},"#);
        assert!(line.starts_with(&opening), "{line}\n{opening}");
        let rest = line.strip_prefix(&opening).unwrap();
        assert!(rest.starts_with(r#""extras":{"correlation_id":""#), "{rest}");
        assert!(rest.ends_with(r#""}}"#) && rest.len() == 67, "{rest}");
    }
}

#[test]
fn fixture_i_an_accepted_proposal_becomes_what_it_proposes() {
    let scene = Scene::new();
    let proposal = concat!(
        r#"{"_meta":{"proposal":{"target_key":"knowledge.identity.self","action":"put"},"#,
        r#""frontmatter":{"name":"self","voice":"dry"}},"body":"Says little.\n"}"#
    );
    let proposed = scene.puts("proposals.items.patch", "agent", proposal);
    let accepted = scene.run(&["accept", "proposals.items.patch", "--as=human"]).expect_success();
    let told = accepted.stdout_text();
    let opening = concat!(
        r#"{"protocol":"textus/3","accepted":"proposals.items.patch","#,
        r#""target_key":"knowledge.identity.self","action":"put","#
    );
    let target = scene.ok(&["get", "knowledge.identity.self"]);
    let etag = |envelope: &Value| spell(envelope.get("etag").unwrap());
    let etags = format!("\"proposal_etag\":{},\"etag\":{}}}\n", etag(&proposed), etag(&target));
    assert_eq!(told, [opening, &etags].concat());
    let uid = target.get("uid").and_then(Value::as_str).unwrap();
    let expected = format!("---\nname: self\nvoice: dry\nuid: {uid}\n---\nSays little.\n");
    // A uid of digits alone is quoted.
    let written = scene.file("zones/knowledge/identity/self.md").unwrap().replace('\'', "");
    assert_eq!(written, expected);
    assert_eq!(scene.file("zones/proposals/items/patch.md"), None);
    let history = scene.history();
    assert_eq!(
        history[1..],
        ["put knowledge.identity.self", "delete proposals.items.patch"],
        "target first"
    );
    let rows = scene.rows();
    assert_eq!(rows[1].get("role"), Some(&"human".into()));
    assert_eq!(rows[2].get("etag_before"), proposed.get("etag"));
    let origin = rows[1].get("extras").and_then(|extras| extras.get("proposal")).unwrap();
    let ts = rows[0].get("ts").and_then(Value::as_str).unwrap();
    let expected = Object::from([("key", "proposals.items.patch"), ("role", "agent"), ("ts", ts)]);
    assert_eq!(origin, &Value::Object(expected));
    let correlation = |row: &Object| row.get("extras").unwrap().get("correlation_id").cloned();
    assert_eq!(correlation(&rows[1]), correlation(&rows[2]));
    assert_ne!(correlation(&rows[0]), correlation(&rows[1]));
}

#[test]
fn every_fixture_is_on_the_page_of_what_is_covered() {
    let page = include_str!("../../../../docs/textus-coverage.md");
    let names =
        include_str!("fixtures.rs").lines().filter_map(|line| line.strip_prefix("fn fixture_"));
    for name in names.filter_map(|rest| rest.split('(').next()) {
        assert!(page.contains(&format!("`textus-cli::fixture_{name}`")), "{name}");
    }
}
