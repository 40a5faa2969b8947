//! Input that somebody got wrong, or means badly: each gets one envelope, soon, and leaves nothing.

use motus_testkit::harness::Captured;

use crate::support::{MANIFEST, Refusal, Scene, Tree, spell};

const KEY: &str = "notebook.notes.a";

/// Sends something to a put, and expects a refusal that leaves the store as it was.
#[track_caller]
fn sent(scene: &Scene, key: &str, role: &str, input: &[u8]) -> Refusal {
    let before = Tree::of(&scene.root().join("zones"));
    let refusal = scene.put_refused(key, role, input);
    assert_eq!(Tree::of(&scene.root().join("zones")), before);
    assert_eq!(scene.history(), [""; 0]);
    refusal
}

#[test]
fn what_is_no_request_is_usage() {
    let scene = Scene::new();
    let (deep, wide) = ("[".repeat(100_000), "{\"a\":".repeat(100_000));
    let inputs: [&[u8]; 20] = [
        b"",
        b"\n",
        b"not json",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\"text\"",
        b"{} {}",
        b"{}x",
        b"\xef\xbb\xbf{}",
        b"{\"body\":\"\xff\"}",
        b"\x00",
        b"{\"body\":\"x\",\"body\":\"y\"}",
        br#"{"body":7}"#,
        br#"{"_meta":[]}"#,
        br#"{"if_etag":7}"#,
        br#"{"Body":"x"}"#,
        deep.as_bytes(),
        wide.as_bytes(),
    ];
    for input in inputs {
        let shown = String::from_utf8_lossy(&input[..input.len().min(40)]).into_owned();
        let refusal = sent(&scene, KEY, "agent", input);
        assert_eq!((refusal.code.as_str(), refusal.exit), ("usage", 2), "{shown}: {refusal:?}");
    }
    sent(&scene, KEY, "agent", br#"{"Body":"x"}"#).naming("'Body'");
    sent(&scene, KEY, "agent", b"{\"body\":\"x\",\"body\":\"y\"}").naming("body");
}

#[test]
fn nothing_to_read_is_usage() {
    let scene = Scene::new();
    let refusal = scene.refused(&["put", KEY, "--stdin", "--as=agent"]);
    refusal.expect("usage", 2).naming("JSON");
    let mut shell = scene.scratch.command("sh");
    let script = "exec timeout -s KILL 60 \"$0\" put notebook.notes.a --stdin --as=agent <&-";
    shell.args(["-c", script, crate::support::TEXTUS]);
    let closed = Refusal::of(&motus_testkit::harness::capture(&mut shell));
    assert!(["usage", "io_error"].contains(&closed.code.as_str()), "{closed:?}");
    let mut shell = scene.scratch.command("sh");
    let script = "exec timeout -s KILL 60 \"$0\" put notebook.notes.a --stdin --as=agent <.";
    shell.args(["-c", script, crate::support::TEXTUS]);
    Refusal::of(&motus_testkit::harness::capture(&mut shell)).expect("io_error", 64);
}

#[test]
fn a_hundred_megabytes_are_no_entry() {
    let scene = Scene::new();
    let mut input = br#"{"body":""#.to_vec();
    input.resize(100 << 20, b'x');
    input.extend_from_slice(b"\"}");
    sent(&scene, KEY, "agent", &input).expect("bad_content", 1);
    let body = "x".repeat((1 << 20) + 1);
    let request = format!(r#"{{"body":"{body}"}}"#);
    sent(&scene, KEY, "agent", request.as_bytes()).expect("bad_content", 1).naming("1048576");
    for (key, member) in [
        ("notebook.facts.a", format!(r#"{{"content":{{"a":"{body}"}}}}"#)),
        ("notebook.tables.a", format!(r#"{{"content":{{"a":"{body}"}}}}"#)),
        ("notebook.plain.a", request.clone()),
        (KEY, format!(r#"{{"_meta":{{"a":"{body}"}}}}"#)),
    ] {
        sent(&scene, key, "agent", member.as_bytes()).expect("bad_content", 1);
    }
    let most = format!(r#"{{"body":"{}"}}"#, "x".repeat((1 << 20) - 1));
    scene.puts("notebook.plain.a", "agent", &most);
    assert_eq!(scene.file("zones/notebook/plain/a.txt").unwrap().len(), 1 << 20);
    scene.ok(&["get", "notebook.plain.a"]);
}

#[test]
fn nesting_ends_at_a_hundred_levels_in_every_format() {
    let scene = Scene::new();
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for (key, request) in [
        (KEY, format!(r#"{{"_meta":{{"a":{}}}}}"#, nested(110))),
        ("notebook.facts.a", format!(r#"{{"content":{{"a":{}}}}}"#, nested(110))),
        (
            "notebook.facts.a",
            format!(r#"{{"body":{}}}"#, spell(&format!("{{\"a\":{}}}", nested(5000)).into())),
        ),
        (
            "notebook.tables.a",
            format!(r#"{{"body":{}}}"#, spell(&format!("a: {}\n", nested(5000)).into())),
        ),
        ("notebook.tables.a", format!(r#"{{"content":{{"a":{}}}}}"#, nested(110))),
    ] {
        sent(&scene, key, "agent", request.as_bytes()).expect("bad_content", 1);
    }
    let stairs: Vec<String> = (0..600).map(|level| " ".repeat(level) + "a:\n").collect();
    let stairs = stairs.concat();
    let request = format!(r#"{{"_meta":{{"a":{}}}}}"#, nested(90));
    scene.puts(KEY, "agent", request);
    scene.ok(&["get", KEY]);
    for (path, text) in [
        ("notes/b.md", format!("---\na: {}\n---\n", nested(100_000))),
        ("facts/b.json", format!("{{\"a\":{}}}", nested(100_000))),
        ("tables/b.yaml", "? ".repeat(50_000)),
        ("tables/c.yaml", stairs),
    ] {
        scene.write(&format!("zones/notebook/{path}"), text);
        let key = format!("notebook.{}", path.split('.').next().unwrap().replace('/', "."));
        scene.refused(&["get", &key]).expect("bad_frontmatter", 1).naming(path);
    }
}

#[test]
fn yaml_that_grows_is_refused_where_it_would_begin() {
    let scene = Scene::new();
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, two) in ('a'..='y').zip('b'..='z') {
        bomb += &format!("{two}: &{two} [{}]\n", format!("*{one}, ").repeat(9));
    }
    for (text, named) in [
        (bomb.as_str(), "alias"),
        ("a: *nobody\n", "alias"),
        ("a: !ruby/object:Object {}\n", "tag"),
        ("a: !!binary aGk=\n", "tag"),
        ("a: :symbol\n", "symbol"),
        ("a: 1\na: 2\n", "'a'"),
        ("a: {b: 1, b: 2}\n", "'b'"),
        ("a: 1\n--- \nb: 2\n", ""),
        ("%YAML 3.0\n", ""),
        ("a: [\n", "line"),
        ("a: \"\\x\"\n", "line"),
        ("a:\n\tb: 1\n", "line"),
        ("a: \u{1}\n", "line"),
        ("<<: {a: 1}\n", "<<"),
    ] {
        scene.write("zones/notebook/notes/a.md", format!("---\n{text}---\nbody\n"));
        let refusal = scene.refused(&["get", KEY]).expect("bad_frontmatter", 1).naming("a.md");
        drop(refusal.naming(named));
        scene.write("zones/notebook/tables/a.yaml", text);
        scene.refused(&["get", "notebook.tables.a"]).expect("bad_frontmatter", 1).naming("a.yaml");
        let body = format!(r#"{{"body":{}}}"#, spell(&text.into()));
        scene.put_refused("notebook.tables.b", "agent", body).expect("bad_content", 1);
    }
}

#[test]
fn bytes_that_are_no_text_are_told_as_such() {
    let scene = Scene::new();
    for (path, bytes) in [
        ("notes/a.md", &b"---\nname: a\n---\n\xff\xfe"[..]),
        ("notes/a.md", b"\xff"),
        ("notes/a.md", b"\xef\xbb\xbf---\nname: a\n---\n"),
        ("notes/a.md", b"---\nname: a\n"),
        ("notes/a.md", b"---\nname: a\x00b\n---\n"),
        ("facts/a.json", b"{\"a\":\"\xff\"}"),
        ("facts/a.json", b"\xef\xbb\xbf{}"),
        ("facts/a.json", b""),
        ("facts/a.json", b"[]"),
        ("facts/a.json", b"{\"a\":1,\"a\":2}"),
        ("tables/a.yaml", b"a: \xff\n"),
        ("tables/a.yaml", b"a: \x00\n"),
        ("tables/a.yaml", b"- 1\n"),
        ("plain/a.txt", b"\xff"),
    ] {
        let key = format!("notebook.{}.a", path.split('/').next().unwrap());
        scene.write(&format!("zones/notebook/{path}"), bytes);
        let refusal = scene.refused(&["get", &key]).expect("bad_frontmatter", 1);
        drop(refusal.naming(path));
        scene.refused(&["key", "uid", &key]).expect("bad_frontmatter", 1);
        scene
            .refused(&["key", "mv", &key, &format!("{key}b"), "--as=agent"])
            .expect("bad_frontmatter", 1);
        scene.ok(&["list", "--q=x"]);
        let told = scene.run(&["doctor", "--check=schema_violations"]);
        assert!(told.stdout_text().contains("bad_frontmatter"), "{}", told.stdout_text());
        std::fs::remove_file(scene.root().join("zones/notebook").join(path)).unwrap();
    }
    scene.write("zones/notebook/notes/a.md", "a\u{0}b");
    assert!(
        scene.run(&["get", KEY]).expect_success().stdout_text().contains(r#""body":"a\u0000b""#)
    );
}

#[test]
fn keys_paths_and_names_do_not_lead_out_of_the_store() {
    let scene = Scene::new();
    scene.scratch.write("secret.md", "secret");
    scene.scratch.write("secret.yaml", "name: secret\n");
    let declared = |entry: &str| {
        scene.write("manifest.yaml", MANIFEST.replace("rules:", &format!("- {entry}\nrules:")));
        scene.refused(&["list"])
    };
    for (entry, named) in [
        ("{key: out, path: ../../secret.md, zone: notebook}", "../../secret.md"),
        ("{key: out, path: /etc/passwd.md, zone: notebook}", "/etc/passwd.md"),
        ("{key: out, path: a/../../b, zone: notebook, nested: true}", "a/../../b"),
        ("{key: out, path: out.md, zone: ../notebook}", "../notebook"),
        ("{key: out, path: out.md, zone: nowhere}", "nowhere"),
        ("{key: out, path: out.md, zone: notebook, schema: ../../secret}", "../../secret"),
        ("{key: out, path: out.md, zone: notebook, schema: /etc/x}", "/etc/x"),
        (
            "{key: out, path: out.md, zone: artifacts, compute: {kind: projection, select: [a]}, template: ../x}",
            "../x",
        ),
        ("{key: ../out, path: out.md, zone: notebook}", "../out"),
        ("{key: out, path: out, zone: notebook, nested: true, index_filename: ../x.md}", "../x.md"),
    ] {
        let refusal = declared(entry);
        assert!(["usage", "bad_manifest"].contains(&refusal.code.as_str()), "{entry}: {refusal:?}");
        drop(refusal.naming(named));
    }
    scene.write("manifest.yaml", MANIFEST.replace("name: feeds", "name: ../feeds"));
    let refusal = scene.refused(&["list"]);
    assert!(["usage", "bad_manifest"].contains(&refusal.code.as_str()), "{refusal:?}");
}

/// Runs every verb once, and expects of each a result or an envelope.
#[track_caller]
pub(crate) fn every_verb(scene: &Scene) -> Vec<(String, Captured)> {
    let mut ended = Vec::new();
    for words in [
        &["list"][..],
        &["list", "--q=x"],
        &["where", KEY],
        &["get", KEY],
        &["delete", KEY, "--as=agent"],
        &["key", "mv", KEY, "notebook.notes.z", "--as=agent"],
        &["key", "uid", KEY],
        &["accept", "proposals.items.p"],
        &["reject", "proposals.items.p"],
        &["freshness"],
        &["audit"],
        &["pulse"],
        &["boot"],
        &["doctor"],
        &["doctor", "--fix"],
        &["rule", "list"],
        &["rule", "explain", KEY],
        &["schema", "show", "knowledge.network.org.x"],
    ] {
        let told = scene.run(words);
        let code = told.code.unwrap_or(-1);
        assert!(
            [0, 1, 2, 64].contains(&code),
            "{words:?} ended with {code}: {}",
            told.stderr_text()
        );
        if told.stdout_text().contains(r#""ok":false,"code":"#) {
            Refusal::of(&told);
        }
        assert!(told.stdout_text().starts_with(r#"{"protocol":"textus/3","#), "{words:?}");
        ended.push((words.join(" "), told));
    }
    let told = scene.put(KEY, "agent", "{}");
    assert!([0, 1, 2, 64].contains(&told.code.unwrap_or(-1)), "{}", told.stderr_text());
    ended.push(("put".to_owned(), told));
    ended
}
