//! The Store's files: whether they are there, who may read them, how large the log is.

use motus_fs::{inspect, remove};
use motus_json::{Object, Value};
use motus_ledger::{StoreError, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::contents::advice;
use crate::doctor::{Check, Opening, Patient, open};

const MEBIBYTE: u64 = 1024 * 1024;

/// A log larger than this is worth moving into the database.
const LARGE_WAL: u64 = 50 * MEBIBYTE;

/// Looks for the Store, makes it when it is missing and to be mended, and opens it.
pub(super) fn store_exists(patient: &Patient, fix: bool) -> (Check, Opening) {
    let name = "store_exists";
    let path = patient.place.path().display().to_string();
    let made = if fix { make_missing(patient) } else { Ok(false) };
    let opening = made.and_then(|made| Ok((made, open(patient, fix)?)));
    let check = match &opening {
        Ok((true, _)) => Check::pass(name, format!("Store created: {path}")),
        Ok((false, Some(_))) => Check::pass(name, format!("Store exists: {path}")),
        Ok((false, None)) => Check::warn(name, format!("Store not initialized: {path}"))
            .with_next("record a first run with `motus wrap -- COMMAND`"),
        // What cannot be opened is told by the next check; what cannot be a Store, by this one.
        Err(_) if matches!(patient.place.check(), Ok(true)) => {
            Check::pass(name, format!("A file is there: {path}"))
        }
        Err(error) => Check { next: advice(error), ..Check::fail(name, error.to_string()) },
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
        Err(error) => Check::fail(name, error.to_string()),
        Ok(paths) if !paths.is_empty() => {
            Check::warn(name, format!("others may read: {}", paths.join(", ")))
                .with_details(Object::from([("paths", Value::from(paths))]))
                .with_next("close them with `motus doctor --fix`")
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

pub(super) fn wal_size(patient: &Patient, store: Option<&SqliteStore>, fix: bool) -> Check {
    let name = "wal_size";
    let bytes = patient.place.wal_bytes().and_then(|before| {
        let moved = match store.filter(|_| fix && before > LARGE_WAL) {
            Some(store) => Some(store.checkpoint()?),
            None => None,
        };
        Ok((moved, patient.place.wal_bytes()?))
    });
    let (moved, bytes) = match bytes {
        Ok(found) => found,
        Err(error) => {
            return Check::fail(name, format!("WAL could not be moved into the database: {error}"));
        }
    };
    let message = format!("WAL size {} MB", mebibytes(bytes));
    let check = if bytes <= LARGE_WAL {
        Check::pass(name, message)
    } else if moved.is_some_and(|moved| moved.busy) {
        Check::warn(name, format!("{message}; another process has it in use"))
            .with_next("try again when nothing else uses the Store")
    } else {
        Check::warn(name, message).with_next("move it into the database with `motus doctor --fix`")
    };
    check.with_details(Object::from([("wal_size_bytes", bytes)]))
}

/// Spells a size with one digit after the point, as the published doctor does: half to even.
fn mebibytes(bytes: u64) -> String {
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
