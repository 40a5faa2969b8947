//! `freshness`: which entries are stale, by the rules and by what they were computed from.

mod sources;

use motus_json::{Object, Value};
use textus_core::format::{self, Document};
use textus_core::freshness::{External, Verdict};
use textus_core::manifest::{Compute, ComputeKind, Entry};
use textus_core::{Error, Key, rules};

use super::list::declared;
use crate::Store;

/// Tells `verb, rows`, a row for each entry of the manifest, in its order. It fetches nothing.
///
/// Shape: `prefix` is the beginning of a key's text; a nested entry has one row, of the file that has its own
/// key. Errors: `usage` for a zone that is not declared.
pub fn freshness(store: &Store, prefix: Option<&str>, zone: Option<&str>) -> Result<Object, Error> {
    if let Some(zone) = zone {
        declared(store, zone)?;
    }
    let entries = store.manifest().entries.iter();
    let wanted = entries.filter(|entry| {
        zone.is_none_or(|zone| entry.zone == zone)
            && prefix.is_none_or(|prefix| entry.key.as_str().starts_with(prefix))
    });
    let rows: Value = wanted.map(|entry| Value::Object(judged(store, entry).row(entry))).collect();
    let mut told = Object::new();
    told.insert("verb", "freshness");
    told.insert("rows", rows);
    Ok(told)
}

/// Tells whether anything can make an entry stale, so that others need not be read.
pub(super) fn can_get_stale(store: &Store, entry: &Entry) -> bool {
    let fetch = rules::effective(&store.manifest().rules, &entry.key).fetch;
    let compute = entry.compute.as_ref();
    fetch.is_some_and(|policy| policy.ttl.is_some())
        || compute.is_some_and(|compute| compute.kind == ComputeKind::External)
}

/// Judges an entry of the manifest by the file that has its own key.
pub(super) fn judged(store: &Store, entry: &Entry) -> Verdict {
    let document = read(store, entry);
    verdict(store, &entry.key, entry, document.as_ref())
}

/// Judges what a file holds, or that it is not there or cannot be read.
pub(super) fn verdict(
    store: &Store,
    key: &Key,
    entry: &Entry,
    document: Option<&Document>,
) -> Verdict {
    let nothing = Object::new();
    let meta = document.map(|document| &document.meta);
    let policy = rules::effective(&store.manifest().rules, key).fetch;
    let verdict = Verdict::of(policy, meta.unwrap_or(&nothing), store.now());
    match &entry.compute {
        Some(compute) if compute.kind == ComputeKind::External => {
            verdict.and_external(&external(store, compute, meta))
        }
        _ => verdict,
    }
}

/// Compares an entry with its sources; one that cannot be looked at makes it stale, and says why.
fn external(store: &Store, compute: &Compute, meta: Option<&Object>) -> External {
    let mut changes = Vec::new();
    for source in &compute.sources {
        match sources::last_change(store, source) {
            Ok(time) => changes.extend(time.map(|time| (source.as_str(), time))),
            Err(error) => {
                let why = error.message();
                return External::Stale(format!("source '{source}' cannot be compared: {why}"));
            }
        }
    }
    External::of(meta, changes)
}

fn read(store: &Store, entry: &Entry) -> Option<Document> {
    let file = store.read_path(&entry.file()).ok()??;
    format::read(entry.format, &file.bytes, &file.path).ok()
}
