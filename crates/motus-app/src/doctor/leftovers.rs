//! What killed writers and killed doctors left behind: never the only place of anything that was acknowledged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use motus_fs::{
    FileError, FileType, Inspection, Jail, inspect, leftovers_in, leftovers_of, remove,
    remove_directory, temporary_leftovers,
};
use motus_json::{Object, Value};
use motus_ledger::{Clock, counted};
use motus_store::StorePlace;

use crate::doctor::{Check, NAMED, advice, canary, named};
use crate::scope::PRIVATE_DIRECTORY;

/// What is younger may still be somebody's, in seconds.
const OLD: i64 = 3600;

/// So soon after it was made a directory has its lock, in seconds.
const SETTLED: i64 = 60;

/// The mode of the directory of a trial.
const PRIVATE: u32 = 0o700;

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
    let found = match find(place, clock) {
        Ok(found) => found,
        Err(error) => return Check::warn(name, error.to_string(), advice::on_file(&error)),
    };
    if fix && let Some(error) = found.clear() {
        return Check::warn(name, error.to_string(), advice::on_file(&error));
    }
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
    let is_old = |modified| is_older(modified, now, OLD);
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
        let is_left = |facts: Inspection| facts.mode == PRIVATE && is_old(facts.modified);
        if is_of_a_trial(&path) && inspect(&path)?.is_some_and(is_left) {
            found.directories.push(path);
        }
    }
    for path in temporary_leftovers(PRIVATE_DIRECTORY).unwrap_or_default() {
        // A command may set any mode of its own.
        let is_left = |facts: Inspection| is_older(facts.modified, now, SETTLED);
        if is_of_a_scope(&path) && inspect(&path)?.is_some_and(is_left) && !is_in_use(&path) {
            found.directories.push(path);
        }
    }
    Ok(found)
}

/// Tells whether a directory has a name that is drawn for a trial; a user may have others that begin so.
fn is_of_a_trial(path: &Path) -> bool {
    is_drawn(path, canary::DIRECTORY, 6, u8::is_ascii_alphanumeric)
}

/// Tells whether a directory has a name that is drawn for a command in a scope.
fn is_of_a_scope(path: &Path) -> bool {
    is_drawn(path, PRIVATE_DIRECTORY, 12, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_drawn(path: &Path, prefix: &str, length: usize, is_digit: impl Fn(&u8) -> bool) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let drawn = name.strip_prefix(prefix.as_bytes());
    drawn.is_some_and(|drawn| drawn.len() == length && drawn.iter().all(is_digit))
}

/// Tells whether a time lies so many seconds back. A command may set any time: one that has yet to come hides nothing.
fn is_older(modified: (i64, i64), now: i64, seconds: i64) -> bool {
    now.saturating_sub(modified.0) > seconds || modified.0.saturating_sub(now) > seconds
}

/// Tells whether the wrapper that made a private directory still lives: it holds its lock. Of what cannot be asked it is
/// taken to live, but for a directory that a command has closed.
fn is_in_use(path: &Path) -> bool {
    match Jail::open(path) {
        Ok(jail) => matches!(jail.lock(Duration::ZERO), Ok(None) | Err(_)),
        Err(error) => error.code() != "file.denied",
    }
}

impl Found {
    /// Removes what is old, all that can be, and returns what was in the way first.
    fn clear(&self) -> Option<FileError> {
        let files = self.files.iter().map(|path| remove(path));
        let directories = self.directories.iter().map(|path| remove_directory(path));
        // Each is tried: what cannot be removed keeps nothing else there.
        let failed: Vec<FileError> = files.chain(directories).filter_map(Result::err).collect();
        failed.into_iter().next()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
mod tests {
    use std::fs::{create_dir, write};
    use std::path::Path;

    use motus_fs::TemporaryDirectory;

    use super::*;

    #[test]
    fn a_time_that_has_yet_to_come_is_old() {
        for (modified, expected) in [(1000, false), (940, false), (939, true), (1060, false)] {
            assert_eq!(is_older((modified, 0), 1000, SETTLED), expected, "{modified}");
        }
        for future in [1061, i64::MAX] {
            assert!(is_older((future, 0), 1000, SETTLED), "{future}");
        }
        assert!(is_older((i64::MIN, 0), 1000, OLD));
    }

    #[test]
    fn names_that_are_drawn_are_told_from_those_that_begin_alike() {
        let trial = TemporaryDirectory::new(canary::DIRECTORY).unwrap();
        assert!(is_of_a_trial(trial.path()), "{}", trial.path().display());
        assert_eq!(inspect(trial.path()).unwrap().unwrap().mode, PRIVATE);
        assert!(is_of_a_scope(Path::new("/t/motus-scope-0123456789ef")));
        for name in [
            "motus-scope-experiments",
            "motus-scope-",
            "motus-scope-0123456789e",
            "motus-scope-0123456789eff",
            "motus-scope-0123456789EF",
            "motus-scope-0123456789eg",
            "motus-canary-0123456789ef",
            "motus-canary-old",
            "motus-canary-ab-def",
        ] {
            let path = Path::new("/t").join(name);
            assert!(!is_of_a_scope(&path) && !is_of_a_trial(&path), "{name}");
        }
    }

    #[test]
    fn a_directory_is_in_use_while_somebody_holds_its_lock() {
        let place = tempfile::tempdir().unwrap();
        let jail = Jail::open(place.path()).unwrap();
        let lock = jail.lock(Duration::ZERO).unwrap();
        assert!(lock.is_some() && is_in_use(place.path()));
        drop(lock);
        assert!(!is_in_use(place.path()));
        // Nobody knows: a system that is short of descriptors tells as little.
        assert!(is_in_use(&place.path().join("none")));
    }

    #[test]
    fn what_cannot_be_removed_keeps_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        write(at("file"), "").unwrap();
        create_dir(at("directory")).unwrap();
        create_dir(at("other")).unwrap();
        let found = Found {
            files: vec![at("directory"), at("file")],
            directories: vec![at("directory/none"), at("directory"), at("other")],
            young: 0,
        };
        let error = found.clear().unwrap();
        assert_eq!(error.path, at("directory"));
        let is_there = |path: &Path| path.exists();
        assert!(![at("file"), at("directory"), at("other")].iter().any(|it| is_there(it)));
    }
}
