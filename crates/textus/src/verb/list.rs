//! `list`: which entries there are. None is opened unless their text is searched.

use motus_fs::Jail;
use motus_json::{Object, Value};
use textus_core::envelope::compact;
use textus_core::format::{self, Document};
use textus_core::{Code, Error};

use super::subject::absolute;
use crate::{Listed, Listing, Selection, Store, entry_file};

/// Which entries are asked for; what is not said does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListQuery<'a> {
    /// Only this key and those below it.
    pub prefix: Option<&'a str>,
    /// Only entries of this zone.
    pub zone: Option<&'a str>,
    /// Only entries with this schema.
    pub schema: Option<&'a str>,
    /// Only entries whose key, metadata or body holds this text, in any case.
    pub text: Option<&'a str>,
}

/// Tells `entries: [{key, zone, path}]`, sorted by key, and names what was passed over: files that can have
/// no key, links, and directories that may not be read.
///
/// What cannot be read holds no text. Errors: `usage` for a zone that is not declared, `io_error`.
pub fn list(store: &Store, query: &ListQuery<'_>) -> Result<(Object, Vec<String>), Error> {
    if let Some(zone) = query.zone {
        declared(store, zone)?;
    }
    let selection = Selection { prefix: query.prefix, zone: query.zone, most: None };
    let listing = store.list(selection)?;
    let needle = query.text.map(str::to_lowercase);
    let zones = store.zones()?;
    let wanted = |row: &&Listed<'_>| {
        let has_schema = query.schema.is_none_or(|name| row.entry.schema.as_deref() == Some(name));
        has_schema && needle.as_deref().is_none_or(|needle| holds(zones.as_ref(), row, needle))
    };
    let root = absolute(store, "");
    let entries: Value = listing.rows.iter().filter(wanted).map(|row| entry(&root, row)).collect();
    Ok((Object::from([("entries", entries)]), warnings(&listing)))
}

/// Refuses a zone that nobody declared. Errors: `usage`.
pub(super) fn declared(store: &Store, zone: &str) -> Result<(), Error> {
    let manifest = store.manifest();
    if manifest.zone(zone).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = manifest.zones.iter().map(|zone| zone.name.as_str()).collect();
    let error = Error::new(Code::Usage, format!("zone '{zone}' is not declared"));
    Err(error.with("zone", zone).hint(format!("declared zones: {}", names.join(", "))))
}

/// Tells an entry; `root` is where paths begin, and ends with `/`.
fn entry(root: &str, row: &Listed<'_>) -> Value {
    let mut told = Object::new();
    told.insert("key", row.key.as_str());
    told.insert("zone", &row.entry.zone);
    told.insert("path", format!("{root}{}", row.path));
    Value::Object(told)
}

/// Says which files would be entries if their names could be keys, and what could not be looked at.
fn warnings(listing: &Listing<'_>) -> Vec<String> {
    let illegal = listing.unnamed.iter().filter(|file| file.why.is_illegal());
    let illegal = illegal.map(|file| format!("{} is not listed: {}", file.path, file.why));
    let links = listing.links.iter();
    let links = links.map(|path| format!("{path} is not listed: no link is followed"));
    let unreadable = listing.unreadable.iter();
    let unreadable = unreadable.map(|path| format!("{path} is not listed: it may not be read"));
    illegal.chain(links).chain(unreadable).collect()
}

fn holds(zones: Option<&Jail>, row: &Listed<'_>, needle: &str) -> bool {
    let held = |text: &str| text.to_lowercase().contains(needle);
    held(row.key.as_str())
        || document(zones, row).is_some_and(|document| {
            says(&Value::Object(document.meta), &held) || held(&document.body)
        })
}

fn document(zones: Option<&Jail>, row: &Listed<'_>) -> Option<Document> {
    let file = entry_file::read(zones, &row.path).ok()??;
    format::read(row.entry.format, &file.bytes, &row.path).ok()
}

/// Tells whether metadata has the text, in a name or a value at any depth, as people read it.
fn says(meta: &Value, held: &impl Fn(&str) -> bool) -> bool {
    let mut waiting = vec![meta];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                if members.iter().any(|(name, _)| held(&name.to_string_lossy())) {
                    return true;
                }
                waiting.extend(members.iter().map(|(_, value)| value));
            }
            Value::String(text) if held(&text.to_string_lossy()) => return true,
            Value::String(_) => {}
            scalar if held(&compact(scalar)) => return true,
            _ => {}
        }
    }
    false
}
