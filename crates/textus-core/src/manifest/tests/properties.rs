//! Whatever a manifest holds, it is read or refused.

use motus_json::{Number, Object, Text};
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A manifest that uses every key.
fn good() -> Value {
    with(
        r#""roles": [{"name": "human", "can": ["author", "propose", "keep", "fetch", "build"]}],
        "entries": [
            {"key": "a", "path": "knowledge/a.md", "zone": "knowledge", "kind": "leaf",
             "schema": "s", "owner": "o", "events": {"entry_put": 1}},
            {"key": "n", "path": "notebook/n", "zone": "notebook", "nested": true,
             "index_filename": "I.md", "publish_each": "{leaf}", "format": "markdown"},
            {"key": "f", "path": "feeds/f.json", "zone": "feeds",
             "intake": {"handler": "json", "config": {"bytes": "[]"}}},
            {"key": "d", "path": "artifacts/d.md", "zone": "artifacts", "template": "t",
             "inject_boot": true, "publish_to": ["D.md"],
             "compute": {"kind": "projection", "select": ["a"], "pluck": ["x"], "sort_by": "x",
                "limit": 5, "transform": "t", "format": "list"}},
            {"key": "e", "path": "artifacts/e.txt", "zone": "artifacts",
             "compute": {"kind": "external", "command": "c", "sources": ["a"]}}
        ],
        "rules": [{"match": "a.**", "intake_handler_allowlist": ["json"],
            "fetch": {"ttl": "1h", "on_stale": "sync", "sync_budget_ms": 5,
                "fetch_timeout_seconds": 30},
            "guard": {"put": ["schema_valid", {"fresh_within": "1h"}]},
            "retention": {"expire_after": "30d", "archive_after": 5}}],
        "audit": {"max_size": 100, "keep": 2}"#,
    )
}

/// Words that mean something somewhere, and any other text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "version|zones|roles|entries|rules|audit|name|kind|key|path|zone|can|match|fetch|guard",
        2 => "textus/3|canon|queue|leaf|nested|derived|author|put|schema_valid|warn|1h|a\\.b|\\.\\.",
        1 => "\\PC{0,12}",
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", Number::float).prop_map(Value::from),
        text().prop_map(Value::from),
        Just(value(r#""\ud800""#)),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..6).prop_map(mapping),
        ]
    })
}

fn mapping(members: Vec<(String, Value)>) -> Value {
    members.into_iter().map(|(key, value)| (Text::from(key), value)).collect::<Object>().into()
}

/// How one place of a manifest is changed.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Rename(String),
    Repeat,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => any_value().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => text().prop_map(Change::Rename),
        1 => Just(Change::Repeat),
    ]
}

/// Counts the values of a tree.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum::<usize>(),
        Value::Object(object) => object.iter().map(|(_, value)| size(value)).sum::<usize>(),
        _ => 0,
    }
}

/// Returns the tree with the change at the place that is `at` values ahead.
fn changed(value: &Value, at: &mut usize, change: &Change) -> Value {
    let here = |at: &mut usize| {
        let here = *at == 0;
        *at = at.wrapping_sub(1);
        here
    };
    match value {
        Value::Array(items) => {
            let mut new = Vec::new();
            for item in items {
                match (here(at), change) {
                    (true, Change::Replace(other)) => new.push(other.clone()),
                    (true, Change::Repeat) => new.extend([item.clone(), item.clone()]),
                    (true, _) => {}
                    (false, _) => new.push(changed(item, at, change)),
                }
            }
            Value::Array(new)
        }
        Value::Object(object) => {
            let mut new: Vec<(Text, Value)> = Vec::new();
            for (key, value) in object {
                match (here(at), change) {
                    (true, Change::Replace(other)) => new.push((key.clone(), other.clone())),
                    (true, Change::Rename(name)) => new.push((name.into(), value.clone())),
                    (true, Change::Repeat) => {
                        new.push((key.clone(), Value::from([value.clone(), value.clone()])));
                    }
                    (true, Change::Remove) => {}
                    (false, _) => new.push((key.clone(), changed(value, at, change))),
                }
            }
            Value::Object(new.into_iter().collect::<Object>())
        }
        scalar => scalar.clone(),
    }
}

/// Checks what holds for every manifest that was read.
pub(super) fn can_be_relied_on(manifest: &Manifest) {
    let mut keys: Vec<_> = manifest.entries.iter().map(|entry| &entry.key).collect();
    keys.sort_unstable();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "keys are unique");
    assert!(manifest.holders(Capability::Author).len() <= 1, "there is one author");
    for zone in &manifest.zones {
        assert!(!manifest.holders(zone.kind.requires()).is_empty(), "{zone:?} is writable");
    }
    for entry in &manifest.entries {
        assert!(manifest.zone_of(entry).is_some(), "{entry:?} has a zone");
        assert!(
            entry.path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')),
            "{entry:?}"
        );
        assert_eq!(entry.compute.is_some(), entry.kind == EntryKind::Derived, "{entry:?}");
        assert_eq!(entry.intake.is_some(), entry.kind == EntryKind::Intake, "{entry:?}");
        let resolution = manifest.resolve(&entry.key).unwrap();
        assert_eq!(resolution.entry.key, entry.key);
    }
}

#[track_caller]
fn is_read_or_refused(value: &Value) {
    match Manifest::from_value(value) {
        Ok(manifest) => can_be_relied_on(&manifest),
        Err(error) => {
            let codes = [Code::BadManifest, Code::BadFrontmatter, Code::Usage];
            assert!(codes.contains(&error.code()), "{error}");
            assert!(error.message().starts_with('$'), "{error}");
            let at = error.details().get("at").and_then(Value::as_str).unwrap();
            assert!(error.message().starts_with(at), "{error}");
        }
    }
}

#[test]
fn the_good_one_is_good() {
    can_be_relied_on(&Manifest::from_value(&good()).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_value_is_read_or_refused(value in any_value()) {
        is_read_or_refused(&value);
    }

    #[test]
    fn changes_of_a_good_manifest_are_read_or_refused(
        changes in prop::collection::vec((any::<Index>(), change()), 1..4),
    ) {
        let mut manifest = good();
        for (index, change) in &changes {
            let mut at = index.index(size(&manifest));
            manifest = changed(&manifest, &mut at, change);
        }
        is_read_or_refused(&manifest);
    }
}
