//! Edits of a bundle's parts, each where it belongs between the steps of sealing.
//!
//! The first name of a path says what is edited and when:
//! `receipt`, `event/N`, `manifest` and `file` before anything is sealed; `line/N` after the chain, before
//! the roots; `integrity` after the receipt's hash, before the proof digest; `proof` after that; `listed`
//! in the written manifest; `disk` in the written files, after the manifest.

use motus_json::canonical::cj;
use motus_json::{Object, ReadOptions, Value};
use motus_kernel::source::MemoryBundle;

use crate::bundle::{Parts, canonical};

/// One change. The first text is a path with `/` between names and places in lists, the second one JSON,
/// or the bytes of a file.
#[derive(Clone, Copy)]
pub(super) enum Edit {
    /// Puts a value there, whether or not one was there.
    Set(&'static str, &'static str),
    /// Takes away what is there.
    Remove(&'static str),
    /// Adds to the end of a list.
    Push(&'static str, &'static str),
    /// Puts an event before the one that has this place: phase, kind and payload.
    Insert(usize, &'static str, &'static str, &'static str),
    /// Replaces a value by what a function makes of it.
    Map(&'static str, fn(&Value) -> Value),
}

use Edit::{Insert, Map, Push, Remove, Set};

impl Edit {
    /// Returns the first name of the path, which says when the edit is done, and the rest.
    fn target(&self) -> (&'static str, &'static str) {
        let path = match self {
            Insert(..) => "event",
            Set(path, _) | Remove(path) | Push(path, _) | Map(path, _) => path,
        };
        path.split_once('/').unwrap_or((path, ""))
    }
}

/// Edits, seals and writes a bundle.
pub(super) fn bundle(parts: Parts, edits: &[Edit]) -> MemoryBundle {
    let parts = changed(parts, edits);
    let mut bundle = parts.bundle();
    if of("listed", edits).next().is_some() {
        list(&mut bundle, |manifest| {
            for edit in of("listed", edits) {
                apply(manifest, edit.target().1, edit);
            }
        });
    }
    for edit in of("disk", edits) {
        file(&mut bundle.files, edit);
    }
    bundle
}

/// Edits and seals.
pub(super) fn changed(mut parts: Parts, edits: &[Edit]) -> Parts {
    before_sealing(&mut parts, edits);
    parts.chain_events();
    for edit in of("line", edits) {
        event(&mut parts, edit);
    }
    parts.seal_roots();
    parts.seal_receipt_hash();
    block(&mut parts, "integrity", edits);
    parts.seal_proof();
    block(&mut parts, "proof", edits);
    parts
}

/// Changes a manifest that was written.
pub(super) fn list(bundle: &mut MemoryBundle, change: impl FnOnce(&mut Object)) {
    let bytes = bundle.files.get("manifest.json").expect("a manifest was written");
    let manifest = cj::read(bytes, &ReadOptions::default()).expect("it can be read again");
    let mut manifest = manifest.as_object().expect("it is an object").clone();
    change(&mut manifest);
    bundle.files.insert("manifest.json".to_owned(), canonical(&manifest).into_bytes());
}

/// Reads a value that a vector spells.
pub(super) fn json(text: &str) -> Value {
    let limits = motus_json::Limits { depth: 200, ..motus_json::Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    cj::read(text.as_bytes(), &options).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn of<'e>(target: &'static str, edits: &'e [Edit]) -> impl Iterator<Item = &'e Edit> {
    edits.iter().filter(move |edit| edit.target().0 == target)
}

fn before_sealing(parts: &mut Parts, edits: &[Edit]) {
    for edit in edits {
        match edit.target() {
            ("receipt", path) => apply(&mut parts.receipt, path, edit),
            ("manifest", path) => apply(&mut parts.manifest, path, edit),
            ("event", _) => event(parts, edit),
            ("file", _) => file(&mut parts.files, edit),
            ("line" | "integrity" | "proof" | "listed" | "disk", _) => {}
            (other, _) => panic!("nothing is called {other}"),
        }
    }
}

fn block(parts: &mut Parts, target: &'static str, edits: &[Edit]) {
    for edit in of(target, edits) {
        let integrity = parts.in_receipt(&["integrity"]);
        apply(integrity.as_object_mut().expect("an object"), edit.target().1, edit);
    }
}

fn file(files: &mut std::collections::BTreeMap<String, Vec<u8>>, edit: &Edit) {
    let path = edit.target().1.to_owned();
    match edit {
        Set(_, text) => drop(files.insert(path, text.as_bytes().to_vec())),
        Remove(_) => assert!(files.remove(&path).is_some(), "there is no {path}"),
        _ => panic!("a file is set or removed"),
    }
}

fn event(parts: &mut Parts, edit: &Edit) {
    if let Insert(place, phase, kind, payload) = edit {
        insert_event(parts, *place, [phase, kind, payload]);
        return number(parts);
    }
    let path = edit.target().1;
    let (place, rest) = path.split_once('/').unwrap_or((path, ""));
    let place: usize = place.parse().expect("an event is named by its place");
    if rest.is_empty() {
        parts.events.remove(place);
        return number(parts);
    }
    apply(parts.event(place), rest, edit);
}

/// A new event has the time of the one before it and an identifier of its own.
fn insert_event(parts: &mut Parts, place: usize, [phase, kind, payload]: [&str; 3]) {
    let mut event = Object::new();
    let neighbour = parts.event(place.saturating_sub(1));
    for name in ["loop_id", "ts_utc"] {
        event.insert(name, neighbour.get(name).cloned().unwrap_or_default());
    }
    event.insert("event_id", unused_identifier(parts));
    event.insert("phase", phase);
    event.insert("kind", kind);
    event.insert("payload", json(payload));
    parts.events.insert(place, event);
}

fn unused_identifier(parts: &Parts) -> String {
    let taken = |identifier: &String| {
        let is_it = |event: &Object| {
            event.get("event_id").and_then(Value::as_str) == Some(identifier.as_str())
        };
        parts.events.iter().any(is_it)
    };
    let mut identifiers = (1..).map(|number| format!("e1111111-0000-0000-0001-{number:012}"));
    identifiers.find(|identifier| !taken(identifier)).unwrap_or_default()
}

fn number(parts: &mut Parts) {
    for (seq, event) in parts.events.iter_mut().enumerate() {
        event.insert("seq", seq);
    }
}

fn apply(object: &mut Object, path: &str, edit: &Edit) {
    let (outer, name) = path.rsplit_once('/').unwrap_or(("", path));
    match (edit, outer.is_empty()) {
        (Set(_, text), true) => drop(object.insert(name, json(text))),
        (Remove(_), true) => assert!(object.remove(name).is_some(), "there is no {path}"),
        (Set(_, text), false) => put(within(object, outer), name, json(text)),
        (Remove(_), false) => take(within(object, outer), name),
        (Push(_, text), _) => list_of(within(object, path)).push(json(text)),
        (Map(_, change), _) => {
            let place = within(object, path);
            *place = change(place);
        }
        (Insert(..), _) => panic!("only events are inserted"),
    }
}

fn within<'o>(object: &'o mut Object, path: &str) -> &'o mut Value {
    let mut names = path.split('/');
    let first = names.next().and_then(|name| object.get_mut(name));
    let first = first.unwrap_or_else(|| panic!("there is no {path}"));
    names.fold(first, |value, name| match value {
        Value::Object(object) => object.get_mut(name).expect("the member is there"),
        Value::Array(items) => items.get_mut(place(name)).expect("the item is there"),
        _ => panic!("{path} leads into a scalar"),
    })
}

fn put(container: &mut Value, name: &str, value: Value) {
    match container {
        Value::Object(object) => drop(object.insert(name, value)),
        container => *list_of(container).get_mut(place(name)).expect("the item is there") = value,
    }
}

fn take(container: &mut Value, name: &str) {
    match container {
        Value::Object(object) => assert!(object.remove(name).is_some(), "there is no {name}"),
        container => drop(list_of(container).remove(place(name))),
    }
}

fn list_of(value: &mut Value) -> &mut Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => panic!("a list stands here"),
    }
}

fn place(name: &str) -> usize {
    name.parse().expect("an item is named by its place")
}

/// Changes the last digit of a digest.
pub(super) fn flip(digest: &Value) -> Value {
    let text = digest.as_str().expect("a digest is text");
    let (rest, last) = text.split_at(text.len() - 1);
    Value::from(format!("{rest}{}", if last == "0" { "1" } else { "0" }))
}

/// Spells a digest or identifier in capitals.
pub(super) fn capitals(text: &Value) -> Value {
    Value::from(text.as_str().expect("it is text").to_uppercase())
}

/// Turns a list around.
pub(super) fn reversed(list: &Value) -> Value {
    list.as_array().expect("a list stands here").iter().rev().cloned().collect()
}
