//! Entries that get into each other's way, and such as only seem to.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Reads a manifest with entries in the form `key path zone`, then `/` for a nested one, a format or an
/// index file.
fn entries(declared: &[&str]) -> Result<Manifest, Error> {
    let members = declared.iter().map(|declared| {
        let mut words = declared.split(' ');
        let mut next = || words.next().unwrap();
        let (key, path, zone) = (next(), next(), next());
        let mut members =
            format!(r#"{{"key": "{key}", "path": "{path}", "zone": "{zone}", "template": "t""#);
        for word in words {
            members.push_str(&match word {
                "/" => r#", "nested": true"#.to_owned(),
                _ if word.contains('.') => format!(r#", "index_filename": "{word}""#),
                _ => format!(r#", "format": "{word}""#),
            });
        }
        members + "}"
    });
    let members: Vec<String> = members.collect();
    Manifest::from_value(&with(&format!(r#""entries": [{}]"#, members.join(", "))))
}

#[track_caller]
fn refused(declared: &[&str], fragments: &[&str]) {
    let error = entries(declared).expect_err(&format!("{declared:?}"));
    assert_eq!(error.code(), Code::BadManifest, "{error}");
    let last = format!("$.entries[{}]: ", declared.len() - 1);
    assert!(error.message().starts_with(&last), "{error}");
    for fragment in fragments {
        assert!(error.message().contains(fragment), "{fragment} is not in: {error}");
    }
}

#[track_caller]
fn accepted(declared: &[&str]) {
    let manifest = entries(declared).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(manifest.entries.len(), declared.len());
}

#[test]
fn zones_keep_their_files_apart() {
    let identity = "knowledge.identity knowledge/identity.md knowledge";
    let both = ["'notebook.all'", "'knowledge.identity'", "'knowledge/identity.md'", "'notebook'"];
    refused(&[identity, "notebook.all knowledge notebook /"], &both);
    refused(&[identity, "notebook.all knowledge notebook / I.md"], &both);
    refused(&[identity, "notebook.all knowledge notebook / json"], &both);
    refused(&[identity, "notebook.all knowledge/identity notebook"], &both);
    refused(&[identity, "notebook.all knowledge/identity notebook /"], &both);
    refused(&["notebook.all knowledge notebook /", identity], &both);
    let skills = "knowledge.skills skills knowledge / SKILL.md";
    refused(&[skills, "notebook.skills skills notebook /"], &["'skills'", "'knowledge.skills'"]);
    refused(&[skills, "notebook.skills skills/a/b.txt notebook"], &["'skills/a/b.txt'"]);
    refused(&["a a.md knowledge /", "b a.md notebook"], &["'a.md'", "'a'", "'b'"]);
}

#[test]
fn case_keeps_nothing_apart() {
    let identity = "knowledge.identity knowledge/identity.md knowledge";
    refused(&[identity, "notebook.all Knowledge notebook /"], &["'Knowledge'", "'notebook.all'"]);
    refused(&[identity, "notebook.it knowledge/IDENTITY.md notebook"], &["IDENTITY"]);
    // A file system may take a long s for an s, and a sharp one for two.
    refused(&["a maſs knowledge /", "b mass notebook /"], &["'mass'", "'maſs'"]);
    refused(&["a maß knowledge /", "b MASS notebook /"], &["'MASS'", "'maß'"]);
    refused(&["a n.md notebook", "b N.md notebook"], &["'N.md'", "'n.md'"]);
    refused(&["a n notebook /", "b N notebook /"], &["'N'", "'n'"]);
    refused(&["a n notebook /", "b N/One.md notebook"], &["'N/One.md'"]);
    refused(&["a n notebook /", "b n notebook / Index.md"], &["'b'", "'a'"]);
    refused(&["a n notebook / I.md", "b N notebook / i.md"], &["'b'", "'a'"]);
}

#[test]
fn within_a_zone_one_file_has_one_key() {
    refused(&["a n notebook", "b n.md notebook"], &["'n.md' of 'b'", "'n.md' of 'a'"]);
    refused(&["a n notebook /", "b n/one.md notebook"], &["'n/one.md' of 'b'", "'n' of 'a'"]);
    refused(&["b n/one.md notebook", "a n notebook /"], &["'n/one.md' of 'b'", "'n' of 'a'"]);
    refused(&["a n notebook /", "b n/sub notebook /"], &["'n/sub' of 'b'", "'n' of 'a'"]);
    refused(&["a n notebook /", "a.sub n notebook /"], &["'a.sub'"]);
    refused(&["a n notebook / yaml", "b n/one.yml notebook"], &["'n/one.yml'"]);
    refused(&["a n notebook / I.md", "b n/sub notebook / I.md"], &["'b'", "'a'"]);
    refused(&["a n notebook / I.md", "b n/sub/I.md notebook"], &["'n/sub/I.md'"]);
    refused(&["a n notebook / i.md", "b n/sub notebook /"], &["'b'", "'a'"]);
    refused(&["a n notebook /", "b n/sub notebook / i.md"], &["'b'", "'a'"]);
}

#[test]
fn what_only_lies_close_is_let_be() {
    accepted(&["a n knowledge /", "b n-more notebook /", "c n.txt feeds", "d no/n feeds /"]);
    accepted(&["a n notebook /", "a.one n/one.md notebook", "a.sub n/sub notebook /"]);
    accepted(&["a n notebook /", "a.sub elsewhere notebook /", "b n/sub notebook /"]);
    accepted(&[
        "a n notebook /",
        "b n notebook / json",
        "c n notebook / text",
        "d n/_x.md notebook",
    ]);
    accepted(&["a n notebook /", "b n notebook / _I.md", "c n/Sub_ notebook /", "d n.md notebook"]);
    accepted(&["a n notebook / I.md", "b n notebook / J.md", "c n/I.md notebook"]);
    accepted(&["a n notebook /", "b n/x/one.json notebook", "x y notebook /", "x0 z notebook /"]);
    let deep = "a.2.3.4.5.6.7 n notebook /";
    accepted(&[deep, "b n/x/y.md notebook", "c n/x/y notebook /"]);
}

#[test]
fn many_entries_are_compared_in_little_time() {
    let folder = |number| format!("k{number} n notebook / i{number}x.md");
    let file = |number| format!("k.f{number} m/f{number}.md notebook");
    let mut declared: Vec<String> = (0..2_000).map(folder).collect();
    declared.extend((0..4_000).map(file));
    declared.push("k m notebook /".to_owned());
    accepted(&declared.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Every file up to three folders deep that entries of [`any_entries`] may have.
fn files() -> Vec<String> {
    let mut folders = vec![String::new()];
    for depth in 0..3 {
        let deepest = folders.iter().filter(|folder| folder.matches('/').count() == depth);
        let below =
            deepest.flat_map(|folder| ["a", "b", "x0"].map(|name| format!("{folder}{name}/")));
        let below: Vec<String> = below.collect();
        folders.extend(below);
    }
    let names = ["a.md", "b.md", "x0.md", "a.json", "b.json", "x0.json"];
    folders.iter().flat_map(|folder| names.map(|name| format!("{folder}{name}"))).collect()
}

/// Returns the keys under which a file would be listed.
fn keys_of(manifest: &Manifest, file: &str) -> BTreeSet<String> {
    let listed = manifest.entries.iter().filter_map(|entry| {
        if !entry.nested {
            return (entry.file() == file).then(|| entry.key.as_str().to_owned());
        }
        let relative = file.strip_prefix(&entry.path)?.strip_prefix('/')?;
        Some(manifest.listed_key(entry, relative).ok()?.as_str().to_owned())
    });
    listed.collect()
}

fn any_entries() -> impl Strategy<Value = Vec<String>> {
    let leaf = "(a|b)(\\.(a|b)){0,2} (a|b)(/(a|b)){0,2}(\\.md|\\.json)? notebook";
    let nested = "(a|b)(\\.(a|b)){0,2} (a|b)(/(a|b)){0,1} notebook /( json| [ab]\\.md)?";
    prop::collection::vec(prop_oneof![leaf, nested], 2..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_manifest_is_refused_just_when_a_file_would_have_two_keys(declared in any_entries()) {
        let mut keys = BTreeSet::new();
        let mut declared: Vec<&str> = declared.iter().map(String::as_str).collect();
        declared.retain(|entry| keys.insert(entry.split(' ').next()));
        // The entries one by one make a manifest that holds them whether or not they go together.
        let mut all = entries(&[]).unwrap();
        for entry in &declared {
            all.entries.extend(entries(&[entry]).unwrap().entries);
        }
        let twice = files().into_iter().find(|file| keys_of(&all, file).len() > 1);
        prop_assert_eq!(entries(&declared).is_err(), twice.is_some(), "{:?}", twice);
    }
}
