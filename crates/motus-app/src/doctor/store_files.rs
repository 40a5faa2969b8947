//! The Store's files: whether they are there, who may read them, how large the log is.

use motus_fs::{inspect, remove};
use motus_json::{Object, Value};
use motus_ledger::{StoreError, StoreErrorKind};
use motus_store::{SqliteStore, StorePlace};

use crate::doctor::{Check, Patient};

const MEBIBYTE: u64 = 1024 * 1024;

/// A log larger than this is worth moving into the database.
const LARGE_WAL: u64 = 50 * MEBIBYTE;

pub(super) fn store_exists(patient: &Patient, fix: bool) -> Check {
    let name = "store_exists";
    let path = patient.place.path().display().to_string();
    match patient.place.check() {
        Ok(true) => Check::pass(name, format!("Store exists: {path}")),
        Ok(false) if fix => created(name, patient, &path),
        Ok(false) => Check::warn(name, format!("Store not initialized: {path}"))
            .with_next("record a first run with `motus wrap -- COMMAND`"),
        Err(error) if error.kind() == StoreErrorKind::Empty && fix => {
            refilled(name, patient, &path)
        }
        Err(error) if error.kind() == StoreErrorKind::Empty => Check::fail(name, error.to_string())
            .with_next("restore it from a backup, or make a new Store with `motus doctor --fix`"),
        Err(error) => Check::fail(name, error.to_string())
            .with_next("move what stands there away, or name another Store"),
    }
}

fn created(name: &'static str, patient: &Patient, path: &str) -> Check {
    match SqliteStore::open(&patient.place, patient.private) {
        Ok(_) => Check::pass(name, format!("Store created: {path}")),
        Err(error) => Check::fail(name, error.to_string()),
    }
}

/// An empty file holds nothing that could be lost.
fn refilled(name: &'static str, patient: &Patient, path: &str) -> Check {
    match remove(patient.place.path()) {
        Ok(()) => created(name, patient, path),
        Err(error) => Check::fail(name, error.to_string()),
    }
}

pub(super) fn store_permissions(patient: &Patient) -> Check {
    let name = "store_permissions";
    if !patient.private {
        return Check::pass(name, "Store is shared by choice");
    }
    match loose_paths(&patient.place) {
        Err(error) => Check::fail(name, error.to_string()),
        Ok(paths) if paths.is_empty() => {
            Check::pass(name, "Store paths do not allow group or other access")
        }
        Ok(paths) => Check::warn(name, format!("others may read: {}", paths.join(", ")))
            .with_details(Object::from([("paths", Value::from(paths))]))
            .with_next("close them with `motus doctor --fix`"),
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
    let details = |bytes: u64| Object::from([("wal_size_bytes", bytes)]);
    let before = patient.place.wal_bytes();
    let moved = store.filter(|_| fix && before > LARGE_WAL).map(SqliteStore::checkpoint);
    let after = patient.place.wal_bytes();
    let message = format!("WAL size {}.{} MB", after / MEBIBYTE, after % MEBIBYTE * 10 / MEBIBYTE);
    match moved {
        Some(Err(error)) => {
            Check::fail(name, checkpoint_failed(&error)).with_details(details(after))
        }
        _ if after > LARGE_WAL => Check::warn(name, message)
            .with_details(details(after))
            .with_next("move it into the database with `motus doctor --fix`"),
        _ => Check::pass(name, message).with_details(details(after)),
    }
}

fn checkpoint_failed(error: &StoreError) -> String {
    format!("WAL could not be moved into the database: {error}")
}
