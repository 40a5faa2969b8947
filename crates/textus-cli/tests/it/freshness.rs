//! Freshness: against rules, and against what an entry was computed from elsewhere.

use std::fs;
use std::time::{Duration, SystemTime};

use motus_json::Value;

use crate::support::{MANIFEST, Scene, spell};

fn rows(scene: &Scene, words: &[&str]) -> Vec<Value> {
    let told = scene.ok(&[&["freshness"], words].concat());
    assert_eq!(told.get("verb"), Some(&"freshness".into()));
    told.get("rows").and_then(Value::as_array).unwrap().to_vec()
}

fn member(row: &Value, name: &str) -> String {
    row.get(name).map(spell).unwrap_or_default()
}

#[test]
fn each_entry_of_the_manifest_has_a_row_in_its_order() {
    let scene = Scene::new();
    let told = rows(&scene, &[]);
    let keys: Vec<String> = told.iter().map(|row| member(row, "key")).collect();
    let declared: Vec<String> = MANIFEST
        .lines()
        .filter_map(|line| line.strip_prefix("- {key: ")?.split(',').next())
        .map(|key| format!("\"{key}\""))
        .collect();
    assert_eq!(keys, declared);
    assert_eq!(
        spell(&told[0]),
        concat!(
            r#"{"key":"knowledge.identity.self","zone":"knowledge","last_fetched_at":null,"#,
            r#""age_seconds":null,"status":"no_policy"}"#
        )
    );
    let feeds = rows(&scene, &["--zone=feeds"]);
    assert_eq!(
        spell(&feeds[0]),
        concat!(
            r#"{"key":"feeds.notes","zone":"feeds","last_fetched_at":null,"age_seconds":null,"#,
            r#""status":"never_fetched","ttl_seconds":3600,"on_stale":"warn","next_due_at":null}"#
        )
    );
    assert_eq!(
        rows(&scene, &["--prefix=feeds.no"]).len(),
        1,
        "a prefix is the beginning of a text"
    );
    assert_eq!(rows(&scene, &["--prefix=notes"]).len(), 0);
}

#[test]
fn an_entry_is_fresh_until_its_time_is_over() {
    let scene = Scene::new();
    let status = |text: &str| {
        scene.write("zones/feeds/notes.md", text);
        member(&rows(&scene, &["--zone=feeds"])[0], "status")
    };
    for (at, expected) in [
        ("'2999-01-01T00:00:00Z'", "fresh"),
        ("2999-01-01 00:00:00", "fresh"),
        ("'2020-01-01T00:00:00Z'", "stale"),
        ("2020-01-01", "stale"),
        ("'2020-01-01T00:00:00+02:00'", "stale"),
        ("yesterday", "never_fetched"),
        ("7", "never_fetched"),
        ("", "never_fetched"),
        ("[", "never_fetched"),
    ] {
        let text = format!("---\nlast_fetched_at: {at}\n---\n");
        assert_eq!(status(&text), format!("\"{expected}\""), "{at}");
    }
    scene.write("manifest.yaml", MANIFEST.replace("ttl: 1h, ", ""));
    assert_eq!(status(""), "\"fresh\"", "a rule without a limit");
}

/// Declares an entry that something else computes from these sources.
fn external(sources: &str) -> Scene {
    let entry = format!(
        "- {{key: artifacts.catalog, path: artifacts/catalog.md, zone: artifacts, kind: derived, compute: \
         {{kind: external, command: make catalog, sources: [{sources}]}}}}\nrules:"
    );
    Scene::with_manifest(&MANIFEST.replace("rules:", &entry))
}

fn changed_in(path: &std::path::Path, year: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs((year - 1970) * 31_557_600);
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn what_is_computed_elsewhere_is_stale_when_a_source_is_newer() {
    let scene = external("knowledge.network, src, lib.rs");
    let judge = || rows(&scene, &["--zone=artifacts"]).remove(0);
    assert_eq!(member(&judge(), "status"), "\"stale\"", "nothing was computed");
    assert_eq!(member(&judge(), "generator"), "\"make catalog\"");
    assert_eq!(rows(&scene, &["--zone=artifacts"]).len(), 1);
    for broken in
        ["", "---\ngenerated: {}\n---\n", "---\ngenerated: {at: once}\n---\n", "---\n[\n---\n"]
    {
        scene.write("zones/artifacts/catalog.md", broken);
        assert_eq!(member(&judge(), "status"), "\"stale\"", "{broken}");
    }
    scene
        .write("zones/artifacts/catalog.md", "---\ngenerated: {at: '2010-01-01T00:00:00Z'}\n---\n");
    assert_eq!(member(&judge(), "status"), "\"no_policy\"", "no source is there: {:?}", judge());
    let sources = [
        scene.write("zones/knowledge/network/org/old.md", "x"),
        scene.scratch.write("src/deep/main.rs", "x"),
        scene.scratch.write("lib.rs", "x"),
    ];
    for path in &sources {
        changed_in(path, 2005);
    }
    for directory in ["src", "src/deep"] {
        changed_directory(&scene, directory);
    }
    assert_eq!(member(&judge(), "status"), "\"no_policy\"", "{:?}", judge());
    for (path, named) in sources.iter().zip(["knowledge.network", "src", "lib.rs"]) {
        changed_in(path, 2015);
        let row = judge();
        assert_eq!(member(&row, "status"), "\"stale\"", "{named}");
        assert!(member(&row, "stale_reason").contains(named), "{row:?}");
        changed_in(path, 2005);
    }
    let pulse = scene.ok(&["pulse"]);
    assert_eq!(pulse.get("stale").map(spell).unwrap(), "[]");
    changed_in(&sources[2], 2015);
    assert_eq!(scene.ok(&["pulse"]).get("stale").map(spell).unwrap(), r#"["artifacts.catalog"]"#);
    let got = scene.ok(&["get", "artifacts.catalog"]);
    assert_eq!(got.get("stale"), Some(&true.into()));
}

/// A directory can be given a time only by the program `touch`.
fn changed_directory(scene: &Scene, directory: &str) {
    let mut touch = scene.scratch.command("touch");
    let told = motus_testkit::harness::capture(touch.args(["-d", "2005-01-01", directory]));
    drop(told.expect_success());
}

#[test]
fn sources_do_not_lead_out_of_the_repository_nor_in_circles() {
    let scene = external("../outside, src");
    fs::write(scene.scratch.path().join("outside"), "x").unwrap();
    fs::create_dir(scene.scratch.project().join("src")).unwrap();
    std::os::unix::fs::symlink("..", scene.scratch.project().join("src/up")).unwrap();
    scene
        .write("zones/artifacts/catalog.md", "---\ngenerated: {at: '2999-01-01T00:00:00Z'}\n---\n");
    let row = rows(&scene, &["--zone=artifacts"]).remove(0);
    assert_eq!(member(&row, "status"), "\"stale\"");
    assert!(member(&row, "stale_reason").contains("../outside"), "{row:?}");
}
