//! The boot envelope: what somebody needs to know of a store before using it. Source: textus/3 §9.
//!
//! It tells what the manifest declares and nothing that an entry says. Every command that it names
//! exists in the build that tells it.

mod flows;
mod protocol;

use motus_json::{Object, Value};

use crate::manifest::{Entry, EntryKind, Manifest, PUBLISHED_EVENTS, Zone};

use flows::Verbs;

/// Names the events that ask a hook for an answer; the others only tell.
const ASKING_EVENTS: [&str; 3] = ["resolve_intake", "transform_rows", "validate"];

/// The verbs that agents read with, where they exist.
const READ_VERBS: [&str; 7] = ["boot", "get", "list", "audit", "pulse", "freshness", "doctor"];

/// A verb of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb<'a> {
    /// As it is typed, for instance `get` or `key mv`.
    pub name: &'a str,
    /// What it does, in a few words.
    pub summary: &'a str,
}

/// A hook that is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hook<'a> {
    /// What it listens to.
    pub event: &'a str,
    /// How it is called.
    pub name: &'a str,
}

/// What a boot envelope tells beside the manifest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// The absolute path of the store.
    pub store_root: &'a str,
    /// The number of the last audit row; 0 for none.
    pub latest_seq: u64,
    /// The verbs of this build, in the order in which they are told.
    pub verbs: &'a [Verb<'a>],
    /// The hooks of this store.
    pub hooks: &'a [Hook<'a>],
}

/// Returns the boot envelope without its protocol.
///
/// Shape: `store_root zones entries hooks write_flows cli_verbs agent_protocol agent_quickstart docs`.
/// Determinism: the same manifest and surroundings give the same members in the same order.
pub fn boot(manifest: &Manifest, surroundings: &Surroundings<'_>) -> Object {
    let verbs = Verbs(surroundings.verbs);
    let zones: Vec<Value> = manifest.zones.iter().map(|zone| self::zone(manifest, zone)).collect();
    let entries: Vec<Value> = manifest.entries.iter().map(entry).collect();
    let mut told = Object::new();
    told.insert("store_root", surroundings.store_root);
    told.insert("zones", zones);
    told.insert("entries", entries);
    told.insert("hooks", hooks(surroundings.hooks));
    told.insert("write_flows", flows::write_flows(manifest, verbs));
    told.insert("cli_verbs", surroundings.verbs.iter().map(verb).collect::<Value>());
    told.insert("agent_protocol", protocol::agent_protocol(manifest, verbs));
    told.insert("agent_quickstart", quickstart(manifest, surroundings));
    told.insert("docs", Object::from([("help", "textus --help")]));
    told
}

fn zone(manifest: &Manifest, zone: &Zone) -> Value {
    let mut told = Object::new();
    told.insert("name", &zone.name);
    told.insert("writers", manifest.holders(zone.kind.requires()));
    told.insert("kind", zone.kind.name());
    if let Some(purpose) = &zone.desc {
        told.insert("purpose", purpose);
    }
    Value::Object(told)
}

fn entry(entry: &Entry) -> Value {
    let mut told = Object::new();
    told.insert("key", entry.key.as_str());
    told.insert("zone", &entry.zone);
    told.insert("schema", entry.schema.as_ref());
    told.insert("nested", entry.nested);
    told.insert("owner", entry.owner.as_ref());
    told.insert("format", entry.format.name());
    told.insert("derived", entry.kind == EntryKind::Derived);
    told.insert("intake", entry.kind == EntryKind::Intake);
    told.insert("publish_to", entry.publish_to.iter().collect::<Value>());
    told.insert("publish_each", entry.publish_each.as_ref());
    Value::Object(told)
}

/// Every event, with the names of its hooks in order.
fn hooks(registered: &[Hook<'_>]) -> Object {
    let events = ASKING_EVENTS.iter().chain(&PUBLISHED_EVENTS);
    let names = |event: &&'static str| {
        let heard = registered.iter().filter(|hook| hook.event == *event);
        let mut names: Vec<&str> = heard.map(|hook| hook.name).collect();
        names.sort_unstable();
        (*event, Value::from(names))
    };
    events.map(names).collect()
}

fn verb(verb: &Verb<'_>) -> Value {
    Value::Object(Object::from([("name", verb.name), ("summary", verb.summary)]))
}

/// What the role that proposes needs in order to begin.
fn quickstart(manifest: &Manifest, surroundings: &Surroundings<'_>) -> Object {
    let verbs = Verbs(surroundings.verbs);
    let proposer = manifest.proposer();
    let writable = proposer.map(|role| flows::writable(manifest, role)).unwrap_or_default();
    let put = proposer
        .filter(|_| verbs.has("put") && !writable.is_empty())
        .map(|role| format!("put KEY --as={} --stdin", role.name));
    let reading = READ_VERBS.iter().copied().filter(|name| verbs.has(name));
    let mut told = Object::new();
    told.insert("read_verbs", reading.collect::<Value>());
    told.insert("write_verbs", put.into_iter().collect::<Value>());
    told.insert("writable_zones", writable);
    told.insert("propose_zone", manifest.queue().map(|zone| zone.name.as_str()));
    told.insert("latest_seq", surroundings.latest_seq);
    told
}

#[cfg(test)]
mod tests;
