//! The Store's files: whether they are there, who may read them, how large the log is.

use motus_fs::{inspect, remove};
use motus_json::{Object, Value};
use motus_ledger::{StoreError, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::{Check, Opening, Patient, advice, open};

const MEBIBYTE: u64 = 1024 * 1024;

/// A log larger than this is worth moving into the database.
const LARGE_WAL: u64 = 50 * MEBIBYTE;

/// A log larger than this, and than its database, was not moved for a long time: every release moves it
/// at some four mebibytes, unless somebody reads all the time.
const NOTABLE_WAL: u64 = 8 * MEBIBYTE;

const CHECK_FILES: &str = "check who owns the Store, its -wal, its -shm and its directory";

/// Looks for the Store, makes it when it is missing and to be mended, and opens it.
pub(super) fn store_exists(patient: &Patient, fix: bool) -> (Check, Opening) {
    let name = "store_exists";
    let path = patient.place.path().display().to_string();
    let made = if fix { make_missing(patient) } else { Ok(false) };
    let opening = made.and_then(|made| Ok((made, open(patient, fix)?)));
    let check = match &opening {
        Ok((true, _)) => Check::pass(name, format!("Store created: {path}")),
        Ok((false, Some(_))) => Check::pass(name, format!("Store exists: {path}")),
        Ok((false, None)) => Check::warn(
            name,
            format!("Store not initialized: {path}"),
            "record a first run with `motus wrap -- COMMAND`",
        ),
        // What cannot be opened is told by the next check; what cannot be a Store, by this one.
        Err(_) if matches!(patient.place.check(), Ok(true)) => {
            Check::pass(name, format!("A file is there: {path}"))
        }
        Err(error) => Check::fail(name, error.to_string(), advice::on_store(error)),
    };
    (check, opening.map(|(_, opened)| opened))
}

/// Makes the Store where there is none; an empty file holds nothing that could be lost.
fn make_missing(patient: &Patient) -> Result<bool, StoreError> {
    match patient.place.check() {
        Ok(true) => return Ok(false),
        Ok(false) => {}
        Err(error) if error.kind() == StoreErrorKind::Empty => remove_empty(&patient.place)?,
        Err(error) => return Err(error),
    }
    SqliteStore::open(&patient.place, patient.private).map(|_| true)
}

/// Looks again right before the removal: somebody may just have restored the file.
fn remove_empty(place: &StorePlace) -> Result<(), StoreError> {
    if matches!(place.check(), Err(error) if error.kind() == StoreErrorKind::Empty) {
        remove(place.path())
            .map_err(|error| StoreError::new(StoreErrorKind::Denied, error.to_string()))?;
    }
    Ok(())
}

/// Tells who may use the files; `tightened` names those that others could use until now.
pub(super) fn store_permissions(patient: &Patient, tightened: &[String]) -> Check {
    let name = "store_permissions";
    if !patient.private {
        return Check::pass(name, "Store is shared by choice");
    }
    match loose_paths(&patient.place) {
        Err(error) => Check::fail(name, error.to_string(), advice::on_file(&error)),
        Ok(paths) if !paths.is_empty() => {
            let message = format!("others may read: {}", paths.join(", "));
            Check::warn(name, message, "close them with `motus doctor --fix`")
                .with_details(Object::from([("paths", Value::from(paths))]))
        }
        Ok(_) if !tightened.is_empty() => {
            Check::pass(name, format!("Closed to others: {}", tightened.join(", ")))
                .with_details(Object::from([("paths", Value::from(tightened.to_vec()))]))
        }
        Ok(_) if patient.place.state_directory().is_none() => {
            Check::pass(name, "Store files are private")
        }
        Ok(_) => Check::pass(name, "Store paths do not allow group or other access"),
    }
}

fn loose_paths(place: &StorePlace) -> Result<Vec<String>, motus_fs::FileError> {
    let mut paths = vec![place.path().to_owned(), place.wal(), place.shm(), place.spool()];
    paths.extend(place.state_directory().map(std::path::Path::to_owned));
    let mut loose = Vec::new();
    for path in paths {
        if inspect(&path)?.is_some_and(|found| found.mode & 0o077 != 0) {
            loose.push(path.display().to_string());
        }
    }
    Ok(loose)
}

/// Tells whether a run could be recorded now; a Store may be readable and not writable.
pub(super) fn store_writable(patient: &Patient) -> Check {
    let name = "store_writable";
    match SqliteStore::may_write_now(&patient.place) {
        Ok(true) => Check::pass(name, "Store can be written"),
        // Others have their turn, and a writer waits for its own.
        Ok(false) => Check::pass(name, "Store is being written by another process"),
        Err(error) => {
            let next = match error.kind() {
                StoreErrorKind::Denied => CHECK_FILES,
                _ => advice::on_store(&error),
            };
            Check::warn(name, format!("Store can be read and not written: {error}"), next)
        }
    }
}

/// Tells how much is in the log alone, and moves it when it is too much.
pub(super) fn wal_size(patient: &Patient, store: Option<&SqliteStore>, fix: bool) -> Check {
    let name = "wal_size";
    let look = || Log::look(&patient.place);
    let found = look().and_then(|before| match store.filter(|_| fix && before.is_too_large()) {
        None => Ok((before, false)),
        Some(store) => {
            let is_busy = store.checkpoint().map_err(|error| not_moved(&error))?.busy;
            Ok((look()?, is_busy))
        }
    });
    let (log, is_busy) = match found {
        Ok(found) => found,
        Err(error) => {
            return Check::fail(name, error.to_string(), advice::on_store(&error));
        }
    };
    let mut message = format!("WAL size {} MB", mebibytes(log.bytes));
    let check = if !log.is_too_large() {
        Check::pass(name, message)
    } else if is_busy {
        message.push_str("; another process has it in use");
        let next =
            "see what reads the Store with `lsof` or `fuser`, and try again when it has ended";
        Check::warn(name, message, next)
    } else {
        if log.is_larger_than_the_database() {
            message.push_str(", larger than the database");
        }
        Check::warn(name, message, "move it into the database with `motus doctor --fix`")
    };
    check.with_details(Object::from([("wal_size_bytes", log.bytes)]))
}

fn not_moved(error: &StoreError) -> StoreError {
    StoreError::new(error.kind(), format!("WAL could not be moved into the database: {error}"))
}

/// The size of a log beside that of its database.
struct Log {
    bytes: u64,
    database_bytes: u64,
}

impl Log {
    fn look(place: &StorePlace) -> Result<Self, StoreError> {
        let database = inspect(place.path()).ok().flatten();
        let database_bytes = database.map_or(0, |found| found.bytes);
        Ok(Self { bytes: place.wal_bytes()?, database_bytes })
    }

    fn is_too_large(&self) -> bool {
        self.bytes > LARGE_WAL || self.is_larger_than_the_database()
    }

    fn is_larger_than_the_database(&self) -> bool {
        self.bytes > NOTABLE_WAL && self.bytes > self.database_bytes
    }
}

/// Spells a size with one digit after the point, as the published doctor does: half to even.
pub(super) fn mebibytes(bytes: u64) -> String {
    let scaled = u128::from(bytes) * 10;
    let unit = u128::from(MEBIBYTE);
    let (tenths, rest) = (scaled / unit, scaled % unit * 2);
    let is_up = rest > unit || (rest == unit && tenths % 2 == 1);
    let tenths = tenths + u128::from(is_up);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_as_the_published_doctor_does() {
        for (bytes, spelled) in [
            (0, "0.0"),
            (52_428, "0.0"),
            (57_712, "0.1"),
            (262_144, "0.2"),
            (786_432, "0.8"),
            (MEBIBYTE, "1.0"),
            (u64::MAX, "17592186044416.0"),
        ] {
            assert_eq!(mebibytes(bytes), spelled, "{bytes}");
        }
    }
}
