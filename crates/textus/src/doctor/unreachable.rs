//! What lies where entries are and is none: no key leads to it, so that nobody would hear of it.

use std::collections::{BTreeMap, BTreeSet};

use motus_fs::FileType;
use textus_core::Error;
use textus_core::manifest::{Entry, Manifest};
use textus_core::resolve::Unlisted;

use super::issue::{Issue, Level};
use super::tree::{Met, visit};
use crate::verb::absolute;
use crate::{Selection, Store};

/// Finds links, what is no file, and files whose key is too long or means another file.
///
/// Names that can be no part of a key are found elsewhere; files of another kind are nobody's concern.
pub(super) fn examine(store: &Store) -> Result<Vec<Issue>, Error> {
    let Some(zones) = store.zones()? else { return Ok(Vec::new()) };
    let listing = store.list(Selection::default())?;
    let reached: BTreeSet<&str> = listing.rows.iter().map(|row| row.path.as_str()).collect();
    let links = listing.links.iter().map(|path| (path.clone(), A_LINK.to_owned()));
    let unread = listing.unreadable.iter().map(|path| (path.clone(), "may not be read".to_owned()));
    let mut found: BTreeMap<String, String> = links.chain(unread).collect();
    for entry in store.manifest().entries.iter().filter(|entry| entry.nested) {
        let unreadable = visit(&zones, &entry.path, &mut |met| {
            if !reached.contains(met.path)
                && let Some(why) = why(store.manifest(), entry, &met)
            {
                found.entry(met.path.to_owned()).or_insert(why);
            }
        });
        for directory in unreadable {
            found
                .entry(directory.path)
                .or_insert(format!("cannot be looked at: {}", directory.why));
        }
    }
    Ok(found.iter().map(|(path, why)| issue(store, path, why)).collect())
}

/// Says of every link why it is none.
const A_LINK: &str = "is a link, and no link is followed";

fn issue(store: &Store, path: &str, why: &str) -> Issue {
    let path = absolute(store, path);
    let message = format!("{path} {why}");
    Issue::new("entry.unreachable", Level::Warning, &path, message)
        .fix("no key leads to it: move it, or remove it")
}

/// Says why no key leads to what was met; nothing where that is no surprise.
fn why(manifest: &Manifest, entry: &Entry, met: &Met<'_>) -> Option<String> {
    let relative = met.path.strip_prefix(entry.path.as_str())?.strip_prefix('/')?;
    if relative.split('/').any(|part| part.starts_with('.')) {
        return None;
    }
    match met.kind {
        FileType::Link => Some(A_LINK.to_owned()),
        FileType::Special => Some("is a pipe, a socket or a device".to_owned()),
        FileType::Directory => {
            let is_in_place = entry.key_of(relative).is_ok();
            is_in_place.then(|| "is a directory in the place of a file".to_owned())
        }
        FileType::File => match manifest.listed_key(entry, relative) {
            Ok(key) => Some(format!("is not the file that the key '{key}' means")),
            Err(Unlisted::Hidden | Unlisted::OtherFile | Unlisted::IllegalSegment(_)) => None,
            Err(why) => Some(format!("has no key: {why}")),
        },
    }
}
