//! Keys to files and back.

use motus_json::ReadOptions;
use proptest::prelude::*;

use super::*;

fn manifest(entries: &str) -> Manifest {
    let text = format!(
        r#"{{"version": "textus/3", "zones": [{{"name": "z", "kind": "workspace"}}],
            "entries": [{entries}]}}"#
    );
    let value = motus_json::read(text.as_bytes(), &ReadOptions::default()).unwrap();
    Manifest::from_value(&value).unwrap()
}

/// One entry in the only zone.
fn entry(key: &str, path: &str, members: &str) -> String {
    format!(r#"{{"key": "{key}", "path": "{path}", "zone": "z"{members}}}"#)
}

fn sample() -> Manifest {
    manifest(
        &[
            entry("k.self", "k/self.md", ""),
            entry("k.bare", "k/bare", ""),
            entry("k.log", "k/log", r#", "format": "text""#),
            entry("k.data", "k/data.yml", ""),
            entry("k.notes", "k/notes", r#", "nested": true"#),
            entry("k.notes.index", "k/notes/index.md", ""),
            entry("k.rows", "k/rows", r#", "nested": true, "format": "yaml""#),
            entry("k.skills", "k/skills", r#", "nested": true, "index_filename": "SKILL.md""#),
        ]
        .join(", "),
    )
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[track_caller]
fn resolves(text: &str, files: &[&str]) {
    assert_eq!(sample().resolve(&key(text)).unwrap().candidates, files, "{text}");
}

#[test]
fn a_leaf_is_the_file_of_its_path() {
    resolves("k.self", &["k/self.md"]);
    resolves("k.bare", &["k/bare.md"]);
    resolves("k.log", &["k/log.txt"]);
    resolves("k.data", &["k/data.yml"]);
}

#[test]
fn segments_below_a_nested_entry_are_folders() {
    resolves("k.notes.a", &["k/notes/a.md"]);
    resolves("k.notes.a.b-c.1", &["k/notes/a/b-c/1.md"]);
    resolves("k.skills.a.b", &["k/skills/a/b/SKILL.md"]);
    resolves("k.notes.index", &["k/notes/index.md"]);
}

#[test]
fn yaml_has_two_spellings_and_the_long_one_is_written() {
    resolves("k.rows.a", &["k/rows/a.yaml", "k/rows/a.yml"]);
    assert_eq!(sample().resolve(&key("k.rows.a")).unwrap().primary(), "k/rows/a.yaml");
}

#[test]
fn the_key_of_a_nested_entry_is_no_place_to_write() {
    let manifest = sample();
    let own = manifest.resolve(&key("k.notes")).unwrap();
    assert!(own.is_subtree);
    assert_eq!(own.candidates, ["k/notes.md"]);
    assert!(!manifest.resolve(&key("k.notes.a")).unwrap().is_subtree);
    assert!(!manifest.resolve(&key("k.self")).unwrap().is_subtree);
}

#[test]
fn the_longest_prefix_decides_even_if_it_has_nothing() {
    let manifest = sample();
    for text in ["k", "x", "k.selfish", "k.self.a", "k.notes.index.a"] {
        assert!(manifest.resolve(&key(text)).is_none(), "{text}");
    }
}

#[track_caller]
fn lists(owner: &str, relative: &str, expected: Result<&str, Unlisted>) {
    let manifest = sample();
    let entry = manifest.entry(&key(owner)).unwrap();
    assert_eq!(manifest.listed_key(entry, relative), expected.map(key), "{relative}");
}

#[test]
fn files_below_a_nested_entry_have_keys() {
    lists("k.notes", "a.md", Ok("k.notes.a"));
    lists("k.notes", "a/b/c.md", Ok("k.notes.a.b.c"));
    lists("k.rows", "a.yaml", Ok("k.rows.a"));
    lists("k.rows", "a.yml", Ok("k.rows.a"));
    lists("k.skills", "a/SKILL.md", Ok("k.skills.a"));
}

#[test]
fn other_files_have_none() {
    let illegal = |part: &str| Err(Unlisted::IllegalSegment(part.to_owned()));
    lists("k.notes", "a.txt", Err(Unlisted::OtherFile));
    lists("k.notes", "a", Err(Unlisted::OtherFile));
    lists("k.notes", "", Err(Unlisted::OtherFile));
    lists("k.notes", ".md", Err(Unlisted::Hidden));
    lists("k.notes", ".git/a.md", Err(Unlisted::Hidden));
    lists("k.notes", "../a.md", Err(Unlisted::Hidden));
    lists("k.notes", "a/.b.md", Err(Unlisted::Hidden));
    lists("k.notes", "A.md", illegal("A"));
    lists("k.notes", "My Notes/a.md", illegal("My Notes"));
    lists("k.notes", "a.b.md", illegal("a.b"));
    lists("k.notes", "a//b.md", illegal(""));
    lists("k.notes", "1/2/3/4/5/6.md", Ok("k.notes.1.2.3.4.5.6"));
    lists("k.notes", "1/2/3/4/5/6/7.md", Err(Unlisted::TooDeep));
    lists("k.skills", "SKILL.md", Err(Unlisted::AtBase));
    lists("k.skills", "a.md", Err(Unlisted::OtherFile));
    lists("k.skills", "a/notSKILL.md", Err(Unlisted::OtherFile));
    lists("k.skills", "a/skill.md", Err(Unlisted::OtherFile));
    lists("k.skills", "A/SKILL.md", illegal("A"));
}

#[test]
fn a_file_of_which_another_entry_has_the_key_is_not_listed_twice() {
    lists("k.notes", "index.md", Err(Unlisted::Shadowed(key("k.notes.index"))));
    lists("k.notes", "index/a.md", Err(Unlisted::Shadowed(key("k.notes.index"))));
    assert!(!Unlisted::Shadowed(key("a")).is_illegal() && !Unlisted::Hidden.is_illegal());
    assert!(Unlisted::TooDeep.is_illegal() && Unlisted::IllegalSegment(String::new()).is_illegal());
}

/// A nested entry in each way of spelling files.
fn nested() -> impl Strategy<Value = Manifest> {
    let members = prop_oneof![
        Just(r#""nested": true"#),
        Just(r#""kind": "nested", "format": "json""#),
        Just(r#""nested": true, "format": "yaml""#),
        Just(r#""nested": true, "format": "text""#),
        Just(r#""nested": true, "index_filename": "INDEX.md""#),
        Just(r#""nested": true, "format": "yaml", "index_filename": "x.yml""#),
        Just(r#""nested": true, "intake": {"handler": "h"}"#),
    ];
    members.prop_map(|members| {
        let zones = r#"[{"name": "z", "kind": "workspace"}]"#;
        let entry = format!(r#"{{"key": "base.n", "path": "p/n", "zone": "z", {members}}}"#);
        let text = format!(r#"{{"version": "textus/3", "zones": {zones}, "entries": [{entry}]}}"#);
        let value = motus_json::read(text.as_bytes(), &ReadOptions::default()).unwrap();
        Manifest::from_value(&value).unwrap()
    })
}

proptest! {
    #[test]
    fn a_key_has_a_file_that_has_the_key(
        manifest in nested(),
        below in prop::collection::vec("[a-z0-9][a-z0-9-]{0,9}", 1..=6),
    ) {
        let wanted = key(&format!("base.n.{}", below.join(".")));
        let resolution = manifest.resolve(&wanted).unwrap();
        prop_assert_eq!(resolution.candidates[0].as_str(), resolution.primary());
        for file in &resolution.candidates {
            let relative = file.strip_prefix("p/n/").unwrap();
            prop_assert_eq!(manifest.listed_key(resolution.entry, relative), Ok(wanted.clone()));
        }
    }

    #[test]
    fn a_file_that_has_a_key_is_what_the_key_means(
        manifest in nested(),
        relative in "([a-c.A]{0,3}/){0,7}([a-c.]{0,2}|INDEX|x)(\\.(md|json|yaml|yml|txt|csv))?",
    ) {
        let entry = &manifest.entries[0];
        if let Ok(key) = manifest.listed_key(entry, &relative) {
            let file = format!("p/n/{relative}");
            prop_assert!(manifest.resolve(&key).unwrap().candidates.contains(&file));
        }
    }

    #[test]
    fn any_path_has_a_key_or_not(manifest in nested(), relative in "\\PC*") {
        let _ = manifest.entries[0].key_of(&relative);
    }
}
