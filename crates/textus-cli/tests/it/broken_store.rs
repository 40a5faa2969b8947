//! Manifests and schemas that say what they may not.

use crate::support::{MANIFEST, Scene};

#[track_caller]
fn refused(
    scene: &Scene,
    manifest: impl AsRef<[u8]>,
    code: &str,
    exit: i32,
) -> crate::support::Refusal {
    scene.write("manifest.yaml", manifest);
    for words in [&["boot"][..], &["doctor"], &["put"], &["get", "a.b"]] {
        scene.refused(words).expect(code, exit);
    }
    scene.refused(&["list"])
}

#[test]
fn a_manifest_that_cannot_be_read_is_bad() {
    let scene = Scene::new();
    let deep = "[".repeat(10_000);
    let large = format!("{MANIFEST}{}", "# padding\n".repeat(27_000));
    let cases: [&[u8]; 14] = [
        b"",
        b"\n",
        b"# nothing\n",
        b"[]\n",
        b"text\n",
        b"version: [\n",
        b"version: &a textus/3\nzones: *a\n",
        b"version: !x textus/3\n",
        b"version: textus/3\nversion: textus/3\n",
        b"version: textus/3\n---\nzones: []\n",
        b"\xff\xfe",
        b"version: textus/3\n\x00",
        deep.as_bytes(),
        large.as_bytes(),
    ];
    for manifest in cases {
        let shown = String::from_utf8_lossy(&manifest[..manifest.len().min(40)]).into_owned();
        scene.write("manifest.yaml", manifest);
        let refusal = scene.refused(&["list"]);
        assert_eq!(
            (refusal.code.as_str(), refusal.exit),
            ("bad_manifest", 1),
            "{shown}: {refusal:?}"
        );
        drop(refusal.naming("manifest.yaml"));
    }
}

#[test]
fn another_version_and_no_zones_are_told_as_the_protocol_has_it() {
    let scene = Scene::new();
    for (manifest, named) in [
        (MANIFEST.replace("textus/3", "textus/4"), "textus/4"),
        (MANIFEST.replace("version: textus/3\n", ""), "version"),
        (MANIFEST.replace("version: textus/3", "version: 3"), "textus/3"),
        ("version: textus/3\n".to_owned(), "zones"),
        ("version: textus/3\nzones: []\n".to_owned(), "zones"),
    ] {
        let refusal = refused(&scene, &manifest, "bad_frontmatter", 1).naming(named);
        let path = refusal.details.get("path").and_then(motus_json::Value::as_str).unwrap();
        assert_eq!(path, scene.shown("manifest.yaml"));
    }
}

#[test]
fn what_a_manifest_may_not_say_is_named_with_its_place() {
    let scene = Scene::new();
    for (from, to, named) in [
        ("rules:", "extra: 1\nrules:", "extra"),
        ("kind: canon", "kind: canon, colour: red", "$.zones[0]"),
        ("can: [author, propose]", "can: [author, propose], more: 1", "$.roles[0]"),
        ("kind: leaf, schema: identity", "kind: leaf, schema: identity, more: 1", "$.entries[0]"),
        ("- match: feeds.notes", "- match: feeds.notes\n  more: 1", "$.rules[0]"),
        ("ttl: 1h", "ttl: 1h, more: 1", "$.rules[0].fetch"),
        ("can: [fetch, build]", "can: [fetch, build, author]", "author"),
        ("can: [fetch, build]", "can: [fetch, rule]", "rule"),
        ("can: [fetch, build]", "can: [fetch]", "build"),
        ("kind: workspace", "kind: queue", "queue"),
        ("kind: workspace", "kind: nonsense", "nonsense"),
        ("{name: notebook, kind: workspace}", "{name: notebook}", "notebook"),
    ] {
        let refusal = refused(&scene, MANIFEST.replace(from, to), "bad_manifest", 1);
        drop(refusal.naming(named));
    }
    for (from, to, named) in [
        ("format: json}", "format: html}", "html"),
        ("path: knowledge/facts.json", "path: knowledge/facts.md, format: json", "facts.md"),
        ("on_stale: warn", "on_stale: shout", "shout"),
        ("- match: feeds.notes\n  ", "- ", "match"),
        ("intake: {handler: json}", "intake: {}", "handler"),
        ("key: knowledge.facts", "key: Knowledge.facts", "Knowledge.facts"),
    ] {
        let refusal = refused(&scene, MANIFEST.replace(from, to), "usage", 2);
        drop(refusal.naming(named));
    }
}

#[test]
fn the_default_roles_are_those_of_the_protocol() {
    let start = MANIFEST.find("roles:").unwrap();
    let end = MANIFEST.find("zones:").unwrap();
    let scene = Scene::with_manifest(&[&MANIFEST[..start], &MANIFEST[end..]].concat());
    scene.puts("notebook.notes.a", "agent", "{}");
    scene.puts("knowledge.motto", "human", r#"{"body":"x"}"#);
    scene.puts("feeds.notes", "automation", "{}");
    scene.put_refused("notebook.notes.a", "human", "{}").expect("write_forbidden", 1);
}

#[test]
fn a_kind_that_is_not_said_is_found() {
    let manifest = MANIFEST.replace(", kind: leaf", "").replace("kind: intake, intake", "intake");
    let manifest = manifest.replace("kind: nested", "nested: true");
    let scene = Scene::with_manifest(&manifest);
    let told = scene.run(&["boot"]).expect_success().stdout_text();
    let expected = Scene::new().run(&["boot"]).expect_success().stdout_text();
    let entries = |text: &str| {
        text.split("\"entries\":").nth(1).unwrap().split("\"hooks\"").next().unwrap().to_owned()
    };
    assert_eq!(entries(&told), entries(&expected));
}
