//! When something that an entry was computed from changed last.

use std::path::{Component, Path, PathBuf};

use motus_fs::{FileType, Inspection, inspect, list};
use textus_core::time::Utc;
use textus_core::{Code, Error, Key};

use crate::{Selection, Store, failure, layout};

/// Most files of one source that are looked at.
const MOST_FILES: usize = 100_000;

/// Returns when a source changed last; `None` when there is no such thing.
///
/// A key stands for the entries that have it or are below it; anything else is a path in the repository,
/// a directory with all that is in it. Links are not followed. Errors: `io_error` for a path that leads out
/// of the repository, for too many files, and for what the file system refuses.
pub(super) fn last_change(store: &Store, source: &str) -> Result<Option<Utc>, Error> {
    let paths = match keyed(store, source)? {
        paths if !paths.is_empty() => paths,
        _ => vec![inside(store, source)?],
    };
    newest(paths)
}

/// Returns the files of the entries that a key stands for.
fn keyed(store: &Store, source: &str) -> Result<Vec<PathBuf>, Error> {
    if Key::parse(source).is_err() {
        return Ok(Vec::new());
    }
    let listing = store.list(Selection { prefix: Some(source), ..Selection::default() })?;
    let zones = store.root().join(layout::ZONES);
    Ok(listing.rows.iter().map(|row| zones.join(&row.path)).collect())
}

/// Returns where a source lies in the repository: a store that somebody else wrote looks nowhere else.
fn inside(store: &Store, source: &str) -> Result<PathBuf, Error> {
    let repository = store.root().parent().unwrap_or(store.root());
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if Path::new(source).components().all(stays) {
        return Ok(repository.join(source));
    }
    Err(Error::new(Code::IoError, "it leads out of the repository"))
}

fn newest(mut waiting: Vec<PathBuf>) -> Result<Option<Utc>, Error> {
    let (mut newest, mut seen) = (None, 0_usize);
    while let Some(path) = waiting.pop() {
        seen += 1;
        if seen > MOST_FILES {
            return Err(Error::new(Code::IoError, format!("it has more than {MOST_FILES} files")));
        }
        let Some(facts) = inspect(&path).map_err(|error| failure::of_file(&error))? else {
            continue;
        };
        newest = newest.max(Some(changed(&facts)));
        if facts.file_type == FileType::Directory {
            waiting.extend(list(&path).map_err(|error| failure::of_file(&error))?);
        }
    }
    Ok(newest)
}

fn changed(facts: &Inspection) -> Utc {
    Utc::from_seconds(facts.modified.0)
}
