//! Manifests that are read and manifests that are refused; each rule of the contract once.

mod accepted;
mod apart;
mod properties;
mod refused;
mod text;

use motus_json::{ReadOptions, Value};

use super::*;

/// Zones of every kind, under the default roles.
const ZONES: &str = r#"[
    {"name": "knowledge", "kind": "canon", "desc": "what is true"},
    {"name": "notebook", "kind": "workspace", "owner": "agent"},
    {"name": "feeds", "kind": "quarantine"},
    {"name": "proposals", "kind": "queue"},
    {"name": "artifacts", "kind": "derived"}
]"#;

fn value(json: &str) -> Value {
    motus_json::read(json.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// A manifest with the usual zones and further members.
fn with(members: &str) -> Value {
    value(&format!(r#"{{"version": "textus/3", "zones": {ZONES}, {members}}}"#))
}

/// A manifest whose third entry is the one of interest.
fn with_entry(members: &str) -> Value {
    let leaf =
        |name: &str| format!(r#"{{"key": "{name}", "path": "{name}.md", "zone": "notebook"}}"#);
    with(&format!(r#""entries": [{}, {}, {{{members}}}]"#, leaf("first"), leaf("second")))
}

/// A manifest whose second rule is the one of interest.
fn with_rule(members: &str) -> Value {
    with(&format!(r#""rules": [{{"match": "**"}}, {{{members}}}]"#))
}
