//! The store that the protocol's conformance fixtures have in common, and small helpers for tests.

use motus_json::{Object, ReadOptions, Value, compact, read};

use crate::manifest::Manifest;

/// Reads JSON that a test wrote.
pub(crate) fn json(text: &str) -> Value {
    read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

/// Reads a JSON object that a test wrote.
pub(crate) fn object(text: &str) -> Object {
    json(text).as_object().unwrap().clone()
}

/// Writes an object so that the order of its members shows.
pub(crate) fn text(object: &Object) -> String {
    compact::write(&Value::Object(object.clone()))
}

/// Returns the manifest of the common store.
pub(crate) fn store() -> Manifest {
    Manifest::from_value(&json(STORE)).unwrap()
}

const STORE: &str = r#"{
    "version": "textus/3",
    "roles": [
        {"name": "human", "can": ["author", "propose"]},
        {"name": "agent", "can": ["propose", "keep"]},
        {"name": "automation", "can": ["fetch", "build"]}
    ],
    "zones": [
        {"name": "knowledge", "kind": "canon", "desc": "what is true"},
        {"name": "notebook", "kind": "workspace", "owner": "agent"},
        {"name": "feeds", "kind": "quarantine"},
        {"name": "proposals", "kind": "queue"},
        {"name": "artifacts", "kind": "derived"}
    ],
    "entries": [
        {"key": "knowledge.identity.self", "path": "knowledge/identity/self.md",
         "zone": "knowledge", "kind": "leaf", "schema": "identity"},
        {"key": "knowledge.network.org", "path": "knowledge/network/org", "zone": "knowledge",
         "kind": "nested", "schema": "person", "owner": "textus:network"},
        {"key": "feeds.notes", "path": "feeds/notes.md", "zone": "feeds", "kind": "intake",
         "intake": {"handler": "json"}},
        {"key": "proposals.items", "path": "proposals/items", "zone": "proposals",
         "kind": "nested"},
        {"key": "artifacts.catalog", "path": "artifacts/catalog.yaml", "zone": "artifacts",
         "kind": "derived", "publish_to": ["CATALOG.yaml"],
         "compute": {"kind": "external", "command": "rake catalog", "sources": ["src"]}}
    ],
    "rules": [{"match": "feeds.notes", "fetch": {"ttl": "1h", "on_stale": "warn"}}]
}"#;
