//! `pulse`: what an agent should know now that it did not know at its last turn.

use motus_json::{Object, Value};
use textus_core::Error;
use textus_core::audit::Row;
use textus_core::freshness::{Status, Verdict};

use super::freshness::{can_get_stale, judged};
use crate::doctor::{self, Level, Scope};
use crate::{Selection, Store};

/// Tells `cursor, changed, stale, pending_review, doctor, manifest_etag, next_due_at, hook_errors`.
///
/// `changed` are the rows after the cursor `since`, and `cursor` is the one to give the next time; a cursor
/// beyond the log has nothing after it, and gets the one that holds now. The doctor looks at the store as a
/// whole and at the entries that changed; its `scope` says so.
/// Cost: the rows after the cursor, the files of entries that rules can make stale, and the names in the
/// queue; not the size of the store. Errors: `cursor_expired`, `io_error`.
pub fn pulse(store: &Store, since: u64) -> Result<Object, Error> {
    let rows = store.journal().rows_after(since)?;
    // After a merge of branches the last row need not have the highest number.
    let told = rows.iter().map(|row| row.seq).max();
    let cursor = told.unwrap_or(0).max(store.journal().latest_seq()?);
    let verdicts = verdicts(store);
    let is_stale = |(_, verdict): &&(&str, Verdict)| verdict.status == Status::Stale;
    let stale: Value = verdicts.iter().filter(is_stale).map(key).collect();
    let due = verdicts.iter().filter_map(|(_, verdict)| verdict.next_due_at).min();
    let mut told = Object::new();
    told.insert("cursor", cursor);
    told.insert(
        "changed",
        rows.iter().map(|row| Value::Object(row.to_object())).collect::<Value>(),
    );
    told.insert("stale", stale);
    told.insert("pending_review", pending(store)?);
    told.insert("doctor", health(store, &rows)?);
    told.insert("manifest_etag", store.manifest_etag().as_str());
    told.insert("next_due_at", due.map(|due| due.to_string()));
    told.insert("hook_errors", Value::Array(Vec::new()));
    Ok(told)
}

fn verdicts(store: &Store) -> Vec<(&str, Verdict)> {
    let entries = store.manifest().entries.iter().filter(|entry| can_get_stale(store, entry));
    entries.map(|entry| (entry.key.as_str(), judged(store, entry))).collect()
}

fn key((key, _): &(&str, Verdict)) -> Value {
    Value::from(*key)
}

/// The keys that wait for somebody.
fn pending(store: &Store) -> Result<Value, Error> {
    let Some(queue) = store.manifest().queue() else { return Ok(Value::Array(Vec::new())) };
    let selection = Selection { zone: Some(&queue.name), ..Selection::default() };
    let listing = store.list(selection)?;
    Ok(listing.rows.iter().map(|row| row.key.as_str()).collect())
}

fn health(store: &Store, rows: &[Row]) -> Result<Object, Error> {
    let found = doctor::examine(store, Scope::Changed(rows))?;
    let mut told = Object::new();
    told.insert("ok", found.is_ok());
    told.insert("warn", found.count(Level::Warning));
    told.insert("fail", found.count(Level::Error));
    told.insert("scope", "declarations and changed keys");
    Ok(told)
}
