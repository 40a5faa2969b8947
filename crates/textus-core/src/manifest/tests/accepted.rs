//! What a manifest means once it is read.

use super::*;
use crate::Key;
use crate::format::Format;

fn read(value: &Value) -> Manifest {
    Manifest::from_value(value).unwrap_or_else(|error| panic!("{error}"))
}

/// Reads a manifest and returns its third entry.
#[track_caller]
fn entry(members: &str) -> Entry {
    read(&with_entry(members)).entries.into_iter().nth(2).unwrap()
}

/// Reads a manifest and returns its second rule.
#[track_caller]
fn rule(members: &str) -> Rule {
    read(&with_rule(members)).rules.into_iter().nth(1).unwrap()
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[test]
fn a_manifest_without_roles_has_the_default_ones() {
    let manifest = read(&with(r#""roles": null"#));
    let can = |name: &str| manifest.role(name).unwrap().can.clone();
    assert_eq!(can("human"), [Capability::Author, Capability::Propose]);
    assert_eq!(can("agent"), [Capability::Propose, Capability::Keep]);
    assert_eq!(can("automation"), [Capability::Fetch, Capability::Build]);
    assert_eq!(manifest.roles.len(), 3);
}

#[test]
fn declared_roles_replace_the_default_ones() {
    let manifest = read(&value(
        r#"{"version": "textus/3", "zones": [{"name": "notes", "kind": "workspace"}],
            "roles": [{"name": "bot", "can": ["keep", "keep", "propose"]}, {"name": "guest"}]}"#,
    ));
    assert_eq!(manifest.role("bot").unwrap().can, [Capability::Keep, Capability::Propose]);
    assert_eq!(manifest.role("guest").unwrap().can, []);
    assert_eq!(manifest.role("human"), None);
    assert!(manifest.author().is_none() && manifest.queue().is_none());
}

#[test]
fn what_is_not_declared_has_defaults() {
    let manifest = read(&with(r#""entries": null, "rules": null, "audit": null"#));
    assert!(manifest.entries.is_empty() && manifest.rules.is_empty());
    assert_eq!(manifest.audit, AuditSettings { max_size: 10_485_760, keep: 5 });
    let manifest = read(&with(r#""audit": {"max_size": 1}"#));
    assert_eq!(manifest.audit, AuditSettings { max_size: 1, keep: 5 });
}

#[test]
fn names_lead_to_what_is_declared() {
    let manifest = read(&with_entry(r#""key": "a.b", "path": "a/b", "zone": "knowledge""#));
    assert_eq!(manifest.holders(Capability::Propose), ["human", "agent"]);
    assert_eq!(manifest.author().unwrap().name, "human");
    assert_eq!(manifest.proposer().unwrap().name, "agent");
    assert_eq!(manifest.queue().unwrap().name, "proposals");
    assert_eq!(manifest.zone("knowledge").unwrap().desc.as_deref(), Some("what is true"));
    assert_eq!(manifest.zone("notebook").unwrap().owner.as_deref(), Some("agent"));
    let entry = manifest.entry(&key("a.b")).unwrap();
    assert_eq!(manifest.zone_of(entry).unwrap().kind, ZoneKind::Canon);
    assert!(manifest.entry(&key("a")).is_none());
    assert!(manifest.zone("nowhere").is_none() && manifest.role("").is_none());
}

#[test]
fn the_author_proposes_when_nobody_else_may() {
    let roles = r#""roles": [{"name": "all", "can":
        ["author", "propose", "keep", "fetch", "build"]}]"#;
    assert_eq!(read(&with(roles)).proposer().unwrap().name, "all");
}

#[test]
fn a_kind_is_seen_from_the_other_members() {
    let place = r#""key": "k", "path": "k", "zone": "feeds""#;
    let cases = [
        ("", EntryKind::Leaf, false),
        (r#", "nested": false"#, EntryKind::Leaf, false),
        (r#", "nested": true"#, EntryKind::Nested, true),
        (r#", "kind": "nested""#, EntryKind::Nested, true),
        (r#", "intake": {"handler": "h"}"#, EntryKind::Intake, false),
        (r#", "intake": {"handler": "h"}, "nested": true"#, EntryKind::Intake, true),
        (r#", "compute": {"kind": "external"}"#, EntryKind::Derived, false),
        (r#", "kind": "derived", "compute": {"kind": "external"}"#, EntryKind::Derived, false),
        (r#", "kind": null, "compute": null, "nested": true"#, EntryKind::Nested, true),
    ];
    for (members, kind, nested) in cases {
        let entry = entry(&format!("{place}{members}"));
        assert_eq!((entry.kind, entry.nested), (kind, nested), "{members}");
    }
}

#[test]
fn a_format_is_seen_from_the_extension() {
    let cases = [
        (r#""path": "k""#, Format::Markdown),
        (r#""path": "k.md""#, Format::Markdown),
        (r#""path": "k.json""#, Format::Json),
        (r#""path": "k.yaml""#, Format::Yaml),
        (r#""path": "k.yml", "format": "yaml""#, Format::Yaml),
        (r#""path": "k.txt""#, Format::Text),
        (r#""path": "k", "format": "text""#, Format::Text),
        (r#""path": "k", "format": "json", "nested": true"#, Format::Json),
        (r#""path": "k.md/", "nested": true"#, Format::Markdown),
    ];
    for (members, format) in cases {
        let entry = entry(&format!(r#""key": "k", "zone": "notebook", {members}"#));
        assert_eq!(entry.format, format, "{members}");
        assert!(!entry.path.ends_with('/'), "{members}");
    }
}

#[test]
fn every_member_of_an_entry_is_kept() {
    let entry = entry(
        r#""key": "k", "path": "k.md", "zone": "artifacts", "owner": "build:k", "schema": "thing",
        "template": "k.mustache", "publish_to": ["K.md", "docs/K.md"], "inject_boot": true,
        "events": {"file_published": {"exec": "true"}},
        "compute": {"kind": "projection", "select": ["a", "b"], "pluck": ["name"], "limit": 3,
            "sort_by": "name", "format": "list", "transform": "t"}"#,
    );
    assert_eq!(entry.owner.as_deref(), Some("build:k"));
    assert_eq!(entry.schema.as_deref(), Some("thing"));
    assert_eq!(entry.template.as_deref(), Some("k.mustache"));
    assert_eq!(entry.publish_to, ["K.md", "docs/K.md"]);
    assert!(entry.inject_boot && entry.events.contains_key("file_published"));
    let compute = entry.compute.unwrap();
    assert_eq!(
        (compute.kind, compute.select),
        (ComputeKind::Projection, vec!["a".into(), "b".into()])
    );
    assert_eq!(compute.declared.get("limit"), Some(&3.into()));
}

#[test]
fn an_external_entry_keeps_its_sources_and_needs_no_template() {
    let entry = entry(
        r#""key": "k", "path": "k.md", "zone": "artifacts",
        "compute": {"kind": "external", "command": "make k", "sources": ["a.b", "src/"]}"#,
    );
    let compute = entry.compute.unwrap();
    assert_eq!(compute.sources, ["a.b", "src/"]);
    assert_eq!(compute.command.as_deref(), Some("make k"));
}

#[test]
fn what_nobody_renders_needs_no_template() {
    for members in [
        r#""path": "k", "nested": true"#,
        r#""path": "k.md", "intake": {"handler": "h"}"#,
        r#""path": "k.json", "compute": {"kind": "projection"}"#,
    ] {
        let entry = entry(&format!(r#""key": "k", "zone": "artifacts", {members}"#));
        assert_eq!(entry.template, None, "{members}");
    }
}

#[test]
fn one_text_stands_for_a_list_of_it() {
    let entry = entry(
        r#""key": "k", "path": "k.json", "zone": "artifacts", "publish_to": "K.json",
        "compute": {"kind": "projection", "select": "a"}"#,
    );
    assert_eq!(entry.publish_to, ["K.json"]);
    assert_eq!(entry.compute.unwrap().select, ["a"]);
}

#[test]
fn a_nested_entry_has_index_files_and_targets() {
    let entry = entry(
        r#""key": "k", "path": "k", "zone": "notebook", "nested": true, "publish_to": [],
        "index_filename": "SKILL.md", "publish_each": "skills/{basename}/{leaf}.{ext}""#,
    );
    assert_eq!(entry.index_filename.as_deref(), Some("SKILL.md"));
    assert_eq!(entry.publish_each.as_deref(), Some("skills/{basename}/{leaf}.{ext}"));
}

#[test]
fn every_slot_of_a_rule_is_kept() {
    let rule = rule(
        r#""match": "feeds.**", "intake_handler_allowlist": ["rss"],
        "fetch": {"ttl": "6h", "on_stale": "timed_sync", "sync_budget_ms": 800,
            "fetch_timeout_seconds": 3600},
        "guard": {"accept": ["schema_valid", {"fresh_within": "1h"}, {"author_held": null}],
            "put": "etag_match", "mv": null},
        "retention": {"expire_after": "30 d", "archive_after": 60}"#,
    );
    assert_eq!(rule.matches, "feeds.**");
    assert_eq!(rule.intake_handler_allowlist.unwrap(), ["rss"]);
    let fetch = FetchPolicy {
        ttl: Some(21_600),
        on_stale: OnStale::TimedSync,
        sync_budget_ms: Some(800),
        fetch_timeout_seconds: Some(3_600),
    };
    assert_eq!(rule.fetch, Some(fetch));
    let accept = [
        PredicateRef::SchemaValid,
        PredicateRef::FreshWithin(Some(3_600)),
        PredicateRef::AuthorHeld,
    ];
    let guard = vec![
        (Transition::Accept, accept.to_vec()),
        (Transition::Put, vec![PredicateRef::EtagMatch]),
        (Transition::Mv, vec![]),
    ];
    assert_eq!(rule.guard, Some(guard));
    let retention = Retention { expire_after: Some(2_592_000), archive_after: Some(60) };
    assert_eq!(rule.retention, Some(retention));
}

#[test]
fn every_predicate_can_be_named() {
    for name in PredicateRef::NAMES {
        let named = match name {
            "fresh_within" => r#"{"fresh_within": 60}"#.to_owned(),
            _ => format!(r#""{name}""#),
        };
        let guard = rule(&format!(r#""match": "a", "guard": {{"put": [{named}]}}"#)).guard.unwrap();
        assert_eq!(guard[0].1[0].name(), name);
    }
}

#[test]
fn a_rule_without_details_still_carries_its_slots() {
    let rule = rule(
        r#""match": "a", "fetch": {}, "retention": {"expire_after": "soon"},
        "guard": {}, "intake_handler_allowlist": []"#,
    );
    assert_eq!(rule.fetch.map(|fetch| (fetch.ttl, fetch.on_stale)), Some((None, OnStale::Warn)));
    assert_eq!(rule.retention, Some(Retention::default()));
    assert_eq!(rule.guard, Some(vec![]));
    assert_eq!(rule.intake_handler_allowlist, Some(vec![]));
}

#[test]
fn nested_entries_may_share_a_folder_in_other_formats() {
    let manifest = read(&with(
        r#""entries": [
            {"key": "n", "path": "n", "zone": "notebook", "nested": true},
            {"key": "d", "path": "n", "zone": "notebook", "nested": true, "format": "json"},
            {"key": "i", "path": "n", "zone": "notebook", "nested": true, "index_filename": "_I.md"},
            {"key": "n.one", "path": "n/one.md", "zone": "notebook"}]"#,
    ));
    assert_eq!(manifest.entries.len(), 4);
}
