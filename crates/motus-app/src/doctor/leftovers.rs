//! What killed writers and killed doctors left behind: never the only place of anything that was acknowledged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{
    FileError, FileType, Jail, inspect, leftovers_in, leftovers_of, remove, remove_directory,
    temporary_leftovers,
};
use motus_json::{Object, Value};
use motus_ledger::Clock;
use motus_store::StorePlace;

use crate::doctor::{Check, NAMED, advice, canary, counted, named};
use crate::scope::PRIVATE_DIRECTORY;

/// What is younger may still be somebody's, in seconds.
const OLD: i64 = 3600;

/// So soon after it was made a directory has its lock, in seconds.
const SETTLED: i64 = 60;

/// What was found.
#[derive(Debug, Default)]
struct Found {
    /// Left behind by writers.
    files: Vec<PathBuf>,
    /// Left behind by the trials of doctors, and by wrappers of commands in scopes.
    directories: Vec<PathBuf>,
    /// How many files look the same and are younger: a writer may be filling them.
    young: usize,
}

pub(super) fn leftovers(place: &StorePlace, fix: bool, clock: &dyn Clock) -> Check {
    let name = "leftovers";
    let found = match find(place, clock).and_then(|found| found.clear(fix)) {
        Ok(found) => found,
        Err(error) => return Check::warn(name, error.to_string(), advice::on_file(&error)),
    };
    let old: Vec<String> =
        found.files.iter().chain(&found.directories).map(|it| it.display().to_string()).collect();
    let young = match found.young {
        0 => String::new(),
        number => format!("; {} younger than an hour may be in use", counted(number, "file")),
    };
    let count = counted(old.len(), "leftover");
    if old.is_empty() {
        return Check::pass(name, format!("No leftover files{young}"));
    }
    if fix {
        return Check::pass(name, format!("Removed {count}{young}"));
    }
    let message = format!("{count} of killed processes: {}{young}", named(&old, old.len()));
    let kept: Vec<String> = old.into_iter().take(NAMED).collect();
    Check::warn(name, message, "remove what nobody uses with `motus doctor --fix`")
        .with_details(Object::from([("files", Value::from(kept))]))
}

fn find(place: &StorePlace, clock: &dyn Clock) -> Result<Found, FileError> {
    let now = i64::try_from(clock.unix_nanoseconds() / 1_000_000_000).unwrap_or(i64::MAX);
    let is_old = |modified: (i64, i64)| now.saturating_sub(modified.0) > OLD;
    let mut found = Found::default();
    for path in leftovers_of(place.path())?.into_iter().chain(leftovers_in(&place.spool())?) {
        match inspect(&path)? {
            Some(facts) if facts.file_type != FileType::File => {}
            Some(facts) if is_old(facts.modified) => found.files.push(path),
            Some(_) => found.young = found.young.saturating_add(1),
            None => {}
        }
    }
    // Whether the place is one at all is told by the trial itself.
    for path in temporary_leftovers(canary::DIRECTORY).unwrap_or_default() {
        if inspect(&path)?.is_some_and(|facts| is_old(facts.modified)) {
            found.directories.push(path);
        }
    }
    for path in temporary_leftovers(PRIVATE_DIRECTORY).unwrap_or_default() {
        let is_settled = |modified: (i64, i64)| now.saturating_sub(modified.0) > SETTLED;
        if inspect(&path)?.is_some_and(|facts| is_settled(facts.modified)) && !is_in_use(&path) {
            found.directories.push(path);
        }
    }
    Ok(found)
}

/// Tells whether the wrapper that made a private directory still lives: it holds its lock.
fn is_in_use(path: &Path) -> bool {
    let lock = Jail::open(path).map(|jail| jail.lock(Duration::ZERO).ok().flatten());
    matches!(lock, Ok(None))
}

impl Found {
    /// Removes what is old when it is to be mended.
    fn clear(self, fix: bool) -> Result<Self, FileError> {
        if fix {
            self.files.iter().try_for_each(|path| remove(path))?;
            self.directories.iter().try_for_each(|path| remove_directory(path))?;
        }
        Ok(self)
    }
}
