//! Files below nested entries whose names can be no keys.

use std::collections::BTreeSet;

use motus_fs::FileType;
use textus_core::Error;
use textus_core::key::is_segment;
use textus_core::manifest::Entry;

use super::issue::{Issue, Level};
use super::tree::{Met, visit};
use crate::Store;
use crate::layout::staged_seq;
use crate::verb::absolute;

/// Keeps a directory in a repository, and is no entry anywhere.
const PLACEHOLDER: &str = ".gitkeep";

/// Finds every file and directory below nested entries that could not be a segment of a key.
///
/// Where one file name counts, only the directories to those files do. Links are not followed.
pub(super) fn illegal(store: &Store) -> Result<Vec<Issue>, Error> {
    let Some(zones) = store.zones()? else { return Ok(Vec::new()) };
    let mut found = BTreeSet::new();
    for entry in store.manifest().entries.iter().filter(|entry| entry.nested) {
        // What cannot be looked at is told where files are missed.
        visit(&zones, &entry.path, &mut |met| {
            found.extend(illegal_part(entry, &met).map(str::to_owned));
        });
    }
    Ok(found.iter().map(|path| issue(store, path)).collect())
}

/// Returns the path that ends with what can be no segment of a key.
fn illegal_part<'p>(entry: &Entry, met: &Met<'p>) -> Option<&'p str> {
    let is_directory = met.kind == FileType::Directory;
    match &entry.index_filename {
        None if is_directory => (!is_segment(met.name)).then_some(met.path),
        None => (!is_legal_file(met.name)).then_some(met.path),
        Some(index) if !is_directory && met.name == index => {
            let (directory, _) = met.path.rsplit_once('/')?;
            let below = directory.strip_prefix(entry.path.as_str())?.strip_prefix('/')?;
            (!below.split('/').all(is_segment)).then_some(directory)
        }
        Some(_) => None,
    }
}

fn issue(store: &Store, path: &str) -> Issue {
    let path = absolute(store, path);
    let message = format!("{path} cannot be part of a key");
    Issue::new("key.illegal", Level::Error, &path, message)
        .fix("rename it to lower-case letters, digits and hyphens")
        .with("path", path)
}

fn is_legal_file(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    name == PLACEHOLDER || staged_seq(name).is_some() || is_segment(stem)
}
