//! Manifests as they stand in a file.

use proptest::prelude::*;

use super::*;
use crate::Key;

const STORE: &str = r#"# What this project knows.
version: textus/3
roles:
  - { name: human, can: [author, propose] }
  - { name: agent, can: [propose, keep] }
  - name: automation
    can:
    - fetch
    - build
zones:
  - { name: knowledge, kind: canon }
  - { name: notebook, kind: workspace, owner: agent, desc: "the agent's own" }
  - { name: feeds, kind: quarantine }
  - { name: proposals, kind: queue }
  - { name: artifacts, kind: derived }
entries:
  - key: knowledge.identity.self
    path: knowledge/identity/self.md
    zone: knowledge
    schema: identity
  - key: knowledge.network.org
    path: knowledge/network/org
    zone: knowledge
    schema: person
    owner: textus:network
    nested: true
  - key: feeds.notes
    path: feeds/notes.md
    zone: feeds
    intake: { handler: json, config: { bytes: "[]" } }
  - key: artifacts.people
    path: artifacts/people.md
    zone: artifacts
    schema: null
    template: people.mustache
    compute: { kind: projection, select: knowledge.network.org, pluck: [name, org] }
rules:
  - match: feeds.*
    fetch: { ttl: 1h, on_stale: warn }
  - match: "knowledge.**"
    guard:
      accept: [schema_valid, { fresh_within: "1h" }]
audit:
  max_size: 10_485_760 # bytes
  keep: 3
"#;

#[test]
fn a_store_as_people_write_it() {
    let manifest = Manifest::read(STORE).unwrap();
    assert_eq!(manifest.holders(Capability::Propose), ["human", "agent"]);
    let jane = Key::parse("knowledge.network.org.jane").unwrap();
    let resolution = manifest.resolve(&jane).unwrap();
    assert_eq!(resolution.primary(), "knowledge/network/org/jane.md");
    assert_eq!(resolution.entry.schema.as_deref(), Some("person"));
    assert_eq!(manifest.entries[3].schema, None);
    let notes = crate::rules::effective(&manifest.rules, &Key::parse("feeds.notes").unwrap());
    assert_eq!(notes.fetch.unwrap().ttl, Some(3_600));
    assert_eq!(manifest.audit, AuditSettings { max_size: 10_485_760, keep: 3 });
}

#[track_caller]
fn refused(text: &str, fragment: &str) -> Error {
    let error = Manifest::read(text).unwrap_err();
    assert_eq!(error.code(), Code::BadManifest, "{error}");
    assert!(error.message().contains(fragment), "{fragment} is not in: {error}");
    error
}

#[test]
fn what_is_no_yaml_of_ours_is_refused_by_line() {
    let cases = [
        ("version: textus/3\nzones: [", "line "),
        ("version: textus/3\nzones: &z []\nentries: *z\n", "line "),
        ("version: textus/3\nversion: textus/3\n", "line 2"),
        ("version: !v textus/3\n", "line 1"),
        ("version: textus/3\n---\nversion: textus/3\n", "line "),
        ("version: textus/3\nzones:\n\t- name: z\n", "a tab"),
    ];
    for (text, fragment) in cases {
        let error = refused(text, fragment);
        assert!(error.details().contains_key("line"), "{error}");
    }
    let deep = format!("version: {}", "[".repeat(5_000));
    refused(&deep, "line 1");
}

#[test]
fn what_is_no_mapping_is_refused() {
    for text in ["", "# only a comment\n", "---\n", "{}\n"] {
        refused(text, "empty");
    }
    refused("- version: textus/3\n", "a mapping");
    refused("textus/3\n", "a mapping");
}

#[test]
fn a_long_text_is_refused_before_it_is_read() {
    let longest = format!("{STORE}#{}", "x".repeat(MOST_BYTES - STORE.len() - 1));
    assert_eq!(longest.len(), MOST_BYTES);
    assert!(Manifest::read(&longest).is_ok());
    refused(&format!("{longest}x"), "262145 bytes");
}

#[test]
fn words_that_yaml_reads_otherwise_are_told_by_type() {
    let error = refused(
        "version: textus/3\nzones: [{name: no, kind: canon}]\n",
        "$.zones[0].name: expected a text, found a boolean",
    );
    assert_eq!(error.details().get("at"), Some(&"$.zones[0].name".into()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Cuts a piece out of the text and puts another in its place.
    #[test]
    fn any_edit_of_a_text_is_read_or_refused(
        from in 0..STORE.len(),
        length in 0..40_usize,
        piece in prop_oneof![
            "[-:{}\\[\\]#&*!|>'\"%@`,? \n\ta-z0-9]{0,6}",
            "\\PC{0,4}",
            Just("\n  - ".to_owned()),
            Just(": ".to_owned()),
        ],
    ) {
        let to = (from + length).min(STORE.len());
        let text = format!("{}{piece}{}", &STORE[..from], &STORE[to..]);
        match Manifest::read(&text) {
            Ok(manifest) => properties::can_be_relied_on(&manifest),
            Err(error) => prop_assert!(error.message().len() < 1_000, "{}", error),
        }
    }
}
