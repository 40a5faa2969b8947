//! Guards that rules ask for: they see what would be written, or what would go.

use motus_json::Value;

use crate::support::{Refusal, Scene};

fn failed(refusal: Refusal) -> Vec<String> {
    let refusal = refusal.expect("guard_failed", 1);
    let failed = refusal.details.get("failed").and_then(Value::as_array).unwrap();
    let name = |row: &Value| {
        assert!(row.get("reason").and_then(Value::as_str).is_some_and(|it| !it.is_empty()));
        row.get("predicate").and_then(Value::as_str).unwrap().to_owned()
    };
    failed.iter().map(name).collect()
}

#[test]
fn put_is_held_against_what_it_would_write() {
    let scene = Scene::ruled(concat!(
        "- match: knowledge.network.**\n",
        "  guard: {put: [schema_valid, etag_match, {fresh_within: 1h}]}\n"
    ));
    let key = "knowledge.network.org.bob";
    let old = r#"{"_meta":{"name":"bob","generated_at":"2020-01-01T00:00:00Z"},"if_etag":"x"}"#;
    let refusal = scene.put_refused(key, "human", old);
    drop(refusal.hint.clone());
    assert!(refusal.message.contains(key), "{refusal:?}");
    assert_eq!(failed(refusal), ["schema_valid", "etag_match", "fresh_within"]);
    let right = r#"{"_meta":{"name":"bob","relationship":"peer","org":"o"}}"#;
    scene.puts(key, "human", right);
    let stale = right.replace("\"name\"", "\"last_fetched_at\":\"2020-01-01T00:00:00Z\",\"name\"");
    assert_eq!(failed(scene.put_refused(key, "human", &stale)), ["fresh_within"]);
    let future = stale.replace("2020", "2999");
    assert_eq!(failed(scene.put_refused(key, "human", &future)), ["fresh_within"]);
    let no_time = stale.replace("2020-01-01T00:00:00Z", "yesterday");
    assert_eq!(failed(scene.put_refused(key, "human", no_time)), ["fresh_within"]);
    let forbidden = scene.put_refused(key, "agent", old);
    forbidden.expect("write_forbidden", 1);
}

#[test]
fn delete_and_rename_are_held_against_what_is_there() {
    let scene = Scene::ruled(concat!(
        "- match: notebook.notes.*\n",
        "  guard: {delete: [{fresh_within: 1d}, etag_match], mv: [{fresh_within: 1d}]}\n"
    ));
    let old = "---\ngenerated_at: '2020-01-01T00:00:00Z'\n---\n";
    scene.write("zones/notebook/notes/a.md", old);
    let delete = ["delete", "notebook.notes.a", "--as=agent"];
    assert_eq!(failed(scene.refused(&delete)), ["fresh_within"]);
    let both = scene.refused(&[&delete[..], &["--if-etag=sha256:0"]].concat());
    assert_eq!(failed(both), ["fresh_within", "etag_match"]);
    let mv = ["key", "mv", "notebook.notes.a", "notebook.notes.b", "--as=agent"];
    assert_eq!(failed(scene.refused(&mv)), ["fresh_within"]);
    assert_eq!(failed(scene.refused(&[&mv[..], &["--dry-run"]].concat())), ["fresh_within"]);
    assert_eq!(scene.file("zones/notebook/notes/a.md").unwrap(), old);
    scene.write("zones/notebook/notes/deep/c.md", old);
    scene.ok(&["delete", "notebook.notes.deep.c", "--as=agent"]);
}

#[test]
fn a_rename_asks_the_guards_of_both_keys() {
    let scene = Scene::ruled("- match: notebook.notes.kept\n  guard: {mv: [{fresh_within: 1d}]}\n");
    let old = "---\ngenerated_at: '2020-01-01T00:00:00Z'\nuid: u\n---\n";
    scene.write("zones/notebook/notes/free.md", old);
    scene.write("zones/notebook/notes/kept.md", old);
    let mv = |from: &str, to: &str| {
        let (from, to) = (format!("notebook.notes.{from}"), format!("notebook.notes.{to}"));
        scene.run(&["key", "mv", &from, &to, "--as=agent"])
    };
    assert_eq!(failed(Refusal::of(&mv("kept", "other"))), ["fresh_within"]);
    std::fs::remove_file(scene.root().join("zones/notebook/notes/kept.md")).unwrap();
    assert_eq!(failed(Refusal::of(&mv("free", "kept"))), ["fresh_within"]);
    drop(mv("free", "other").expect_success());
}

#[test]
fn reject_asks_the_rules_for_the_proposal() {
    let scene = Scene::ruled("- match: proposals.**\n  guard: {reject: [{fresh_within: 1d}]}\n");
    let old = "---\nproposal: {target_key: knowledge.motto}\nfrontmatter: {}\ngenerated_at: '2020-01-01'\n---\n";
    scene.write("zones/proposals/items/p.md", old);
    assert_eq!(failed(scene.refused(&["reject", "proposals.items.p"])), ["fresh_within"]);
    scene.ok(&["accept", "proposals.items.p"]);
}

#[test]
fn a_predicate_that_nobody_knows_is_refused_when_the_store_is_opened() {
    let scene = Scene::ruled("- match: a.b\n  guard: {put: [no_such_predicate]}\n");
    for words in [&["list"][..], &["boot"], &["get"]] {
        let refusal = scene.refused(words);
        assert!(refusal.code == "usage" || refusal.code == "bad_manifest", "{refusal:?}");
        drop(refusal.naming("no_such_predicate"));
    }
}
