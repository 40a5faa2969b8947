//! Files that killed writers left behind: never the only place of anything that was acknowledged.

use std::path::{Path, PathBuf};

use motus_fs::{FileError, FileType, inspect, leftovers_in, leftovers_of, remove};
use motus_json::{Object, Value};
use motus_ledger::Clock;
use motus_store::StorePlace;

use crate::doctor::{Check, NAMED, advice, counted, named};

/// A younger file may still be somebody's, in seconds.
const OLD: i64 = 3600;

/// A file that looks left behind.
struct Leftover {
    path: PathBuf,
    is_old: bool,
}

pub(super) fn leftovers(place: &StorePlace, fix: bool, clock: &dyn Clock) -> Check {
    let name = "leftovers";
    match find(place, clock).and_then(|found| if fix { clear(found) } else { Ok((found, 0)) }) {
        Err(error) => Check::warn(name, error.to_string(), advice::on_file(&error)),
        Ok((left, 0)) if left.is_empty() => Check::pass(name, "No leftover files"),
        Ok((left, removed)) if left.is_empty() => {
            Check::pass(name, format!("Removed {}", counted(removed, "leftover file")))
        }
        Ok((left, _)) => {
            let names: Vec<String> = left.iter().map(|it| it.path.display().to_string()).collect();
            let count = counted(names.len(), "leftover file");
            let message = format!("{count} of killed writers: {}", named(&names, names.len()));
            let kept: Vec<String> = names.into_iter().take(NAMED).collect();
            let next = "remove those older than an hour with `motus doctor --fix`";
            Check::warn(name, message, next)
                .with_details(Object::from([("files", Value::from(kept))]))
        }
    }
}

fn find(place: &StorePlace, clock: &dyn Clock) -> Result<Vec<Leftover>, FileError> {
    let now = i64::try_from(clock.unix_nanoseconds() / 1_000_000_000).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for path in leftovers_of(place.path())?.into_iter().chain(leftovers_in(&place.spool())?) {
        if let Some(facts) = inspect(&path)?
            && facts.file_type == FileType::File
        {
            let is_old = now.saturating_sub(facts.modified.0) > OLD;
            found.push(Leftover { path, is_old });
        }
    }
    Ok(found)
}

/// Removes the old ones; returns the others, and how many were removed.
fn clear(found: Vec<Leftover>) -> Result<(Vec<Leftover>, usize), FileError> {
    let (old, young): (Vec<Leftover>, Vec<Leftover>) =
        found.into_iter().partition(|leftover| leftover.is_old);
    for leftover in &old {
        remove(Path::new(&leftover.path))?;
    }
    Ok((young, old.len()))
}
