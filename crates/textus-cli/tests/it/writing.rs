//! Verbs that write: what they tell, what they leave, and what they refuse without leaving anything.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use motus_json::Value;

use crate::support::{JANE, Scene, Tree, etag, spell};

const BOB: &str = "knowledge.network.org.bob";

/// Refuses a put, and expects that nothing came of it.
#[track_caller]
fn refused(scene: &Scene, key: &str, role: &str, request: &str) -> crate::support::Refusal {
    let before = (Tree::of(&scene.root().join("zones")), scene.file("audit.log"));
    let refused = scene.put_refused(key, role, request);
    assert_eq!((Tree::of(&scene.root().join("zones")), scene.file("audit.log")), before);
    refused
}

#[test]
fn put_tells_the_envelope_of_what_is_on_disk_without_its_freshness() {
    let scene = Scene::new();
    let request = concat!(
        r#"{"_meta":{"name":"bob","relationship":"peer","org":"acme","uid":"c2dc000000000000"},"#,
        r#""body":"Hello."}"#
    );
    let told = scene.put(BOB, "human", request).expect_success();
    let bytes =
        "---\nname: bob\nrelationship: peer\norg: acme\nuid: c2dc000000000000\n---\nHello.\n";
    let expected = format!(
        concat!(
            r#"{{"protocol":"textus/3","key":"knowledge.network.org.bob","zone":"knowledge","#,
            r#""owner":"textus:network","path":"{}","format":"markdown","#,
            r#""_meta":{{"name":"bob","relationship":"peer","org":"acme","uid":"c2dc000000000000"}},"#,
            r#""body":"Hello.\n","etag":"{}","schema_ref":"person","uid":"c2dc000000000000"}}"#,
            "\n"
        ),
        scene.shown("zones/knowledge/network/org/bob.md"),
        etag(bytes)
    );
    assert_eq!(told.stdout_text(), expected);
    assert_eq!(scene.file("zones/knowledge/network/org/bob.md").unwrap(), bytes);
    let content = scene.puts("notebook.facts.a", "agent", r#"{"content":{"a":1}}"#);
    let last: Vec<_> =
        content.as_object().unwrap().iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(last[last.len() - 2..], ["uid", "content"]);
}

#[test]
fn put_replaces_the_whole_file() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/a.md", "---\nold: 1\nuid: c2dc000000000000\n---\nold\n");
    scene.puts("notebook.notes.a", "agent", r#"{"_meta":{"new":2}}"#);
    let expected = "---\nnew: 2\nuid: c2dc000000000000\n---\n";
    assert_eq!(scene.file("zones/notebook/notes/a.md").unwrap(), expected);
    scene.write("zones/notebook/notes/b.md", "---\nbroken: [\n---\n");
    scene.puts("notebook.notes.b", "agent", r#"{"body":"mended"}"#);
    let mended = scene.ok(&["get", "notebook.notes.b"]);
    assert_eq!(mended.get("body").and_then(Value::as_str), Some("mended\n"));
}

#[test]
fn new_files_are_as_open_as_the_umask_says_and_old_ones_stay_as_they_are() {
    let scene = Scene::new();
    let mode =
        |path: &str| fs::metadata(scene.root().join(path)).unwrap().permissions().mode() & 0o7777;
    let mut shell = scene.scratch.command("sh");
    let script = "umask 027; exec \"$0\" put notebook.notes.a --stdin --as=agent";
    shell.args(["-c", script, crate::support::TEXTUS]);
    drop(motus_testkit::harness::capture_with_input(&mut shell, b"{}").expect_success());
    assert_eq!(mode("zones/notebook/notes/a.md"), 0o640);
    let path = scene.root().join("zones/notebook/notes/a.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    scene.puts("notebook.notes.a", "agent", r#"{"body":"x"}"#);
    assert_eq!(mode("zones/notebook/notes/a.md"), 0o600);
    scene.ok(&["key", "mv", "notebook.notes.a", "notebook.notes.b", "--as=agent"]);
    assert_eq!(mode("zones/notebook/notes/b.md"), 0o600);
}

#[test]
fn an_etag_that_is_not_the_file_s_refuses() {
    let scene = Scene::new();
    let key = "notebook.notes.a";
    let none = refused(&scene, key, "agent", r#"{"if_etag":"sha256:00"}"#);
    let none = none.expect("etag_mismatch", 1).naming(key).naming("sha256:00");
    assert_eq!(none.details(), format!(r#"{{"key":"{key}","wanted":"sha256:00","got":null}}"#));
    let first = scene.puts(key, "agent", "{}");
    let first = first.get("etag").and_then(Value::as_str).unwrap();
    let other = refused(&scene, key, "agent", r#"{"if_etag":"sha256:00"}"#);
    let expected = format!(r#"{{"key":"{key}","wanted":"sha256:00","got":"{first}"}}"#);
    assert_eq!(other.expect("etag_mismatch", 1).details(), expected);
    scene.puts(key, "agent", format!(r#"{{"if_etag":"{first}","body":"x"}}"#));
    let stale = scene.refused(&["delete", key, "--as=agent", "--if-etag", first]);
    stale.expect("etag_mismatch", 1).naming(first);
    let told = scene.ok(&["get", key]);
    let etag = told.get("etag").and_then(Value::as_str).unwrap();
    scene.ok(&["delete", key, "--as=agent", &format!("--if-etag={etag}")]);
    assert_eq!(scene.file("zones/notebook/notes/a.md"), None);
}

#[test]
fn what_may_not_be_written_is_refused_in_the_order_of_the_protocol() {
    let scene = Scene::new();
    for (key, role, request, code, exit, named) in [
        ("Bad.key", "nobody", "no json", "invalid_role", 1, "nobody"),
        ("Bad.key", "agent", "no json", "usage", 2, "Bad.key"),
        ("nowhere.at", "agent", "no json", "unknown_key", 1, "nowhere.at"),
        ("knowledge.network.org", "agent", "no json", "usage", 2, "knowledge.network.org"),
        (BOB, "agent", "no json", "write_forbidden", 1, BOB),
        (BOB, "human", "no json", "usage", 2, "JSON"),
        (BOB, "human", "{}", "schema_violation", 1, "name, relationship, org"),
        (BOB, "human", r#"{"_meta":{"name":"bobby"}}"#, "bad_frontmatter", 1, "bobby"),
        (
            BOB,
            "human",
            r#"{"_meta":{"name":"bob","relationship":"foe","org":"o"},"if_etag":"x"}"#,
            "schema_violation",
            1,
            "relationship",
        ),
        (
            BOB,
            "human",
            r#"{"_meta":{"name":"bob","relationship":"peer","org":"o"},"if_etag":"x"}"#,
            "etag_mismatch",
            1,
            BOB,
        ),
        ("knowledge.facts", "human", "{}", "usage", 2, "json"),
        ("knowledge.facts", "human", r#"{"body":"{"}"#, "bad_content", 1, "facts.json"),
        ("knowledge.facts", "human", r#"{"body":"[1]"}"#, "bad_content", 1, "facts.json"),
        ("knowledge.facts", "human", r#"{"content":[1]}"#, "bad_content", 1, "object"),
        ("knowledge.facts", "human", r#"{"body":"{\"a\":1,\"a\":2}"}"#, "bad_content", 1, "a"),
        ("knowledge.table", "human", r#"{"body":"a: &x 1\nb: *x\n"}"#, "bad_content", 1, "line 2"),
        ("knowledge.table", "human", r#"{"body":"a: !!set {}\n"}"#, "bad_content", 1, "tag"),
        ("knowledge.table", "human", r#"{"body":"a: 1\na: 2\n"}"#, "bad_content", 1, "'a'"),
        ("knowledge.table", "human", r#"{"body":"- 1\n"}"#, "bad_content", 1, "mapping"),
        ("knowledge.motto", "human", r#"{"content":{"a":1}}"#, "usage", 2, "text"),
        ("notebook.notes.a", "agent", r#"{"content":{"a":1}}"#, "usage", 2, "markdown"),
    ] {
        let refusal = refused(&scene, key, role, request);
        assert_eq!(
            (refusal.code.as_str(), refusal.exit),
            (code, exit),
            "{key} {request}: {refusal:?}"
        );
        drop(refusal.naming(named));
    }
}

#[test]
fn schemas_say_which_field_and_why() {
    let scene = Scene::new();
    for (meta, details) in [
        (r#"{"org":"o"}"#, r#"{"missing":["name","relationship"]}"#),
        (r#"{"name":"bob","relationship":null,"org":"o"}"#, r#""field":"relationship""#),
        (r#"{"name":"bob","relationship":"peer","org":7}"#, r#""field":"org""#),
        (
            r#"{"name":"bob","relationship":"peer","org":"o","aliases":["a",1]}"#,
            r#""field":"aliases[1]""#,
        ),
    ] {
        let refusal = refused(&scene, BOB, "human", &format!(r#"{{"_meta":{meta}}}"#));
        let refusal = refusal.expect("schema_violation", 1);
        assert!(refusal.details().contains(details), "{meta}: {}", refusal.details());
    }
    let long = "é".repeat(141);
    let meta = format!(r#"{{"name":"bob","relationship":"peer","org":"o","notes":"{long}"}}"#);
    let refusal = refused(&scene, BOB, "human", &format!(r#"{{"_meta":{meta}}}"#));
    assert!(
        refusal.expect("schema_violation", 1).details().contains(r#""field":"notes""#),
        "bytes"
    );
    let meta = meta.replacen('é', "", 1);
    let unknown = meta.replace("\"notes\"", "\"more\":{\"a\":1},\"notes\"");
    scene.puts(BOB, "human", format!(r#"{{"_meta":{unknown}}}"#));
}

#[test]
fn a_schema_that_cannot_be_read_keeps_its_entries_from_being_written() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"name":"bob","relationship":"peer","org":"o"}}"#;
    for broken in ["[", "- 1\n", "required: 7\n", "a: &x 1\nb: *x\n", "\u{1}"] {
        scene.write("schemas/person.yaml", broken);
        refused(&scene, BOB, "human", request).expect("io_error", 64).naming("person");
    }
    fs::remove_file(scene.root().join("schemas/person.yaml")).unwrap();
    refused(&scene, BOB, "human", request).expect("io_error", 64).naming("person");
    scene.puts("notebook.notes.a", "agent", "{}");
}

#[test]
fn json_and_yaml_are_validated_by_their_content() {
    let manifest = crate::support::MANIFEST
        .replace(
            "facts.json, zone: knowledge, kind: leaf",
            "facts.json, zone: knowledge, kind: leaf, schema: identity",
        )
        .replace(
            "table.yaml, zone: knowledge, kind: leaf",
            "table.yaml, zone: knowledge, kind: leaf, schema: identity",
        );
    let scene = Scene::new();
    scene.write("manifest.yaml", manifest);
    for key in ["knowledge.facts", "knowledge.table"] {
        let request = r#"{"_meta":{"name":"x"},"content":{"voice":"dry"}}"#;
        let stem = key.rsplit('.').next().unwrap();
        let request = request.replace("\"x\"", &format!("\"{stem}\""));
        let refusal = refused(&scene, key, "human", &request).expect("schema_violation", 1);
        assert_eq!(refusal.details.get("missing").map(spell).unwrap(), r#"["name"]"#);
        scene.puts(key, "human", r#"{"content":{"name":"anything"}}"#);
    }
}

#[test]
fn the_name_must_be_that_of_the_file() {
    let scene = Scene::new();
    for (key, role, right) in [
        ("notebook.notes.day", "agent", "day"),
        ("notebook.skills.run", "agent", "SKILL"),
        ("knowledge.identity.self", "human", "self"),
    ] {
        let wrong = r#"{"_meta":{"name":"other"}}"#;
        refused(&scene, key, role, wrong)
            .expect("bad_frontmatter", 1)
            .naming("other")
            .naming(right);
        scene.puts(key, role, format!(r#"{{"_meta":{{"name":"{right}"}}}}"#));
    }
    let refusal =
        refused(&scene, "notebook.facts.a", "agent", r#"{"_meta":{"name":"b"},"content":{}}"#);
    refusal.expect("bad_frontmatter", 1);
    scene.write("zones/notebook/notes/day.md", "---\nname: else\n---\n");
    scene.ok(&["get", "notebook.notes.day"]);
}

#[test]
fn only_who_may_write_a_zone_may_delete_or_rename_there() {
    let scene = Scene::new();
    let jane = "knowledge.network.org.jane";
    for words in [&["delete", jane][..], &["key", "delete", jane], &["key", "mv", jane, BOB]] {
        let before = Tree::of(&scene.root());
        let refused = scene.refused(&[words, &["--as=agent"]].concat());
        let message = format!("writing '{jane}' (zone 'knowledge') needs capability 'author'");
        assert_eq!(refused.expect("write_forbidden", 1).message, message);
        let after = Tree::of(&scene.root());
        assert!(before == after || scene.file("audit.log").is_none());
        assert_eq!(scene.file("zones/knowledge/network/org/jane.md").unwrap(), JANE);
    }
    assert_eq!(scene.history(), [""; 0]);
}

#[test]
fn delete_tells_what_it_deleted() {
    let scene = Scene::new();
    for words in [&["delete"][..], &["key", "delete"]] {
        scene.write("zones/notebook/notes/a.md", "x");
        let told = scene.run(&[words, &["notebook.notes.a", "--as", "agent"]].concat());
        let expected = "{\"protocol\":\"textus/3\",\"ok\":true,\"key\":\"notebook.notes.a\",\"deleted\":true}\n";
        assert_eq!(told.expect_success().stdout_text(), expected);
        assert_eq!(scene.file("zones/notebook/notes/a.md"), None);
        let again = scene.refused(&[words, &["notebook.notes.a", "--as", "agent"]].concat());
        again.expect("unknown_key", 1).naming("notebook.notes.a");
    }
    let broken = "---\na: [\n";
    scene.write("zones/notebook/notes/a.md", broken);
    scene.ok(&["delete", "notebook.notes.a", "--as=agent"]);
    assert_eq!(scene.rows().last().unwrap().get("etag_before"), Some(&etag(broken).into()));
}

#[test]
fn a_rename_keeps_every_byte_but_the_name() {
    let scene = Scene::new();
    let text =
        "---\n# why\nname:   'old'   # said\nuid: c2dc000000000000\nx: {a: 1}\n---\nBody  \n\n";
    scene.write("zones/notebook/notes/old.md", text);
    let told =
        scene.run(&["key", "mv", "notebook.notes.old", "notebook.notes.deep.new", "--as=agent"]);
    let renamed = scene.file("zones/notebook/notes/deep/new.md").unwrap();
    let line = renamed.lines().nth(2).unwrap();
    assert_eq!(renamed, text.replace("name:   'old'   # said", line));
    assert!(line.contains("new") && !line.contains("old"), "{line}");
    assert_eq!(scene.file("zones/notebook/notes/old.md"), None);
    let expected = format!(
        concat!(
            r#"{{"protocol":"textus/3","ok":true,"from_key":"notebook.notes.old","#,
            r#""to_key":"notebook.notes.deep.new","from_path":"{}","to_path":"{}","#,
            r#""uid":"c2dc000000000000","envelope":{{"protocol":"textus/3","#,
            r#""key":"notebook.notes.deep.new","zone":"notebook","owner":null,"path":"{}","#,
            r#""format":"markdown","_meta":{{"name":"new","uid":"c2dc000000000000","x":{{"a":1}}}},"#,
            r#""body":"Body  \n\n","etag":"{}","schema_ref":null,"uid":"c2dc000000000000"}}}}"#,
            "\n"
        ),
        scene.shown("zones/notebook/notes/old.md"),
        scene.shown("zones/notebook/notes/deep/new.md"),
        scene.shown("zones/notebook/notes/deep/new.md"),
        etag(&renamed)
    );
    assert_eq!(told.expect_success().stdout_text(), expected);
    assert_eq!(scene.history(), ["mv notebook.notes.deep.new"]);
}

#[test]
fn a_rename_gives_a_file_without_a_uid_one_first() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/old.md", "# Plain\n");
    let dry = ["key", "mv", "notebook.notes.old", "notebook.notes.new", "--as=agent", "--dry-run"];
    let before = Tree::of(&scene.root());
    let told = scene.run(&dry).expect_success().stdout_text();
    assert!(told.ends_with("\"uid\":null,\"dry_run\":true}\n"), "{told}");
    assert_eq!(Tree::of(&scene.root()), before);
    let told = scene.ok(&dry[..5]);
    let uid = told.get("uid").and_then(Value::as_str).unwrap();
    let renamed = scene.file("zones/notebook/notes/new.md").unwrap().replace('\'', "");
    assert_eq!(renamed, format!("---\nuid: {uid}\n---\n# Plain\n"));
    assert_eq!(scene.history(), ["put notebook.notes.old", "mv notebook.notes.new"]);
    let rows = scene.rows();
    assert_eq!(rows[0].get("etag_after"), rows[1].get("etag_before"));
}

#[test]
fn a_rename_that_cannot_be_is_refused() {
    let scene = Scene::new();
    scene.write("zones/notebook/notes/a.md", "a");
    scene.write("zones/notebook/notes/b.md", "b");
    scene.write("zones/notebook/plain/t.txt", "t");
    for (from, to, code, exit, named) in [
        ("notebook.notes.a", "notebook.notes.a", "usage", 2, "same key"),
        ("notebook.notes.a", "notebook.notes.b", "usage", 2, "notebook.notes.b"),
        ("notebook.notes.a", "notebook.plain.a", "usage", 2, "text"),
        ("notebook.notes.a", "proposals.items.a", "usage", 2, "proposals"),
        ("notebook.notes.a", "notebook.notes", "usage", 2, "subtree"),
        ("notebook.notes.a", "nowhere.a", "unknown_key", 1, "nowhere.a"),
        ("notebook.notes.a", "notebook.notes.B", "usage", 2, "B"),
        ("notebook.notes.none", "notebook.notes.c", "unknown_key", 1, "notebook.notes.none"),
        ("notebook.notes.none", "notebook.notes.b", "unknown_key", 1, "notebook.notes.none"),
        ("notebook.notes.none", "nowhere.a", "unknown_key", 1, "notebook.notes.none"),
        ("notebook.notes.none", "proposals.items.a", "unknown_key", 1, "notebook.notes.none"),
        ("notebook.notes", "notebook.notes.b", "usage", 2, "subtree"),
    ] {
        for more in [&[][..], &["--dry-run"]] {
            let words = [&["key", "mv", from, to, "--as=agent"], more].concat();
            let refusal = scene.refused(&words);
            assert_eq!(
                (refusal.code.as_str(), refusal.exit),
                (code, exit),
                "{words:?} {refusal:?}"
            );
            drop(refusal.naming(named));
        }
    }
    assert_eq!(scene.history(), [""; 0]);
    assert_eq!(scene.file("zones/notebook/notes/a.md").unwrap(), "a");
    scene.refused(&["key", "mv", "notebook.notes.a"]).expect("usage", 2).naming("TO");
    scene.refused(&["key", "mv"]).expect("usage", 2).naming("FROM");
}

#[test]
fn a_rename_works_in_every_format() {
    let scene = Scene::new();
    scene.write("zones/notebook/plain/t.txt", "text\r\n");
    scene.write(
        "zones/notebook/tables/t.yml",
        "# kept\n_meta: {uid: c2dc000000000000, name: t}\na:   1\n",
    );
    scene.write("zones/notebook/facts/t.json", "{\"a\":1,\n \"_meta\":{\"name\":\"t\"}}");
    scene.write("zones/notebook/skills/t/SKILL.md", "---\nname: SKILL\nuid: u\n---\n");
    for entry in ["plain", "tables", "facts", "skills"] {
        let (from, to) = (format!("notebook.{entry}.t"), format!("notebook.{entry}.other"));
        scene.ok(&["key", "mv", &from, &to, "--as=agent"]);
        scene.refused(&["get", &from]).expect("unknown_key", 1);
        scene.ok(&["get", &to]);
    }
    assert_eq!(scene.file("zones/notebook/plain/other.txt").unwrap(), "text\r\n");
    let table = scene.file("zones/notebook/tables/other.yml").unwrap();
    assert_eq!(table, "# kept\n_meta: {uid: c2dc000000000000, name: other}\na:   1\n");
    let facts = scene.ok(&["get", "notebook.facts.other"]);
    assert_eq!(facts.get("_meta").unwrap().get("name"), Some(&"other".into()));
    let skill = scene.file("zones/notebook/skills/other/SKILL.md").unwrap();
    assert_eq!(skill, "---\nname: SKILL\nuid: u\n---\n");
}

#[test]
fn a_text_entry_takes_no_metadata() {
    let scene = Scene::new();
    let request = r#"{"_meta":{"name":"motto"},"body":"x"}"#;
    scene.put_refused("knowledge.motto", "human", request).expect("usage", 2).naming("metadata");
    let proposal =
        r#"{"_meta":{"proposal":{"target_key":"knowledge.motto"},"frontmatter":{"name":"motto"}}}"#;
    scene.puts("proposals.items.p", "agent", proposal);
    scene.refused(&["accept", "proposals.items.p"]).expect("proposal_error", 1).naming("metadata");
    assert_eq!(scene.file("zones/knowledge/motto.txt"), None);
}

#[test]
fn standard_input_ends_where_no_entry_could_be_so_long() {
    let scene = Scene::new();
    let request = |bytes: usize| format!(r#"{{"body":"{}"}}"#, "\\n".repeat(bytes));
    scene.puts("notebook.plain.a", "agent", request((1 << 20) - 2));
    let long = request(1 << 21);
    scene.put_refused("notebook.plain.a", "agent", long).expect("bad_content", 1).naming("1 MB");
    let longer = request((1 << 21) + 1);
    let refusal = scene.put_refused("notebook.plain.a", "agent", longer);
    refusal.expect("bad_content", 1).naming("standard input").naming("1 MB");
}
