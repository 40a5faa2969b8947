//! What is around the Store: other programs of the name, configuration, disk and log.

use std::path::{Path, PathBuf};

use motus_fs::{FilesystemKind, free_bytes, inspect, kind_of_filesystem};
use motus_json::{Object, Value};
use motus_store::StorePlace;

use crate::doctor::store_files::mebibytes;
use crate::doctor::{Check, Patient, advice};
use crate::settings::{self, Given, Places, SettingsError};

const MEBIBYTE: u64 = 1024 * 1024;

/// Less free space than this is worth a warning.
const LITTLE_SPACE: u64 = 100 * MEBIBYTE;

/// A log file larger than this is worth a warning.
const LARGE_LOG: u64 = 100 * MEBIBYTE;

/// The log file of the published release, below the home directory.
const LOG: &str = ".motus/logs/motus.log";

pub(super) fn package_conflict(others: &[PathBuf]) -> Check {
    let name = "package_conflict";
    if others.is_empty() {
        return Check::pass(name, "No other motus found on PATH");
    }
    let others: Vec<String> = others.iter().map(|path| path.display().to_string()).collect();
    let message = format!("Another motus is on PATH: {}", others.join(", "));
    Check::warn(name, message, "make sure that scripts call the one they mean")
        .with_details(Object::from([("paths", Value::from(others))]))
}

/// Looks at the files of settings with the eyes of every other command.
pub(super) fn config(patient: &Patient) -> Check {
    let name = "config";
    let places = Places { home: patient.home.clone(), directory: patient.directory.clone() };
    let looked = settings::look(&places, &Given::default());
    if let Some(first) = looked.problems.first() {
        let what = match first {
            SettingsError::NotJson { .. } => "Config parse error",
            _ => "Config invalid",
        };
        let told: Vec<String> = looked.problems.iter().map(ToString::to_string).collect();
        let message = format!("{what}: {}", told.join("; "));
        return Check::fail(name, message, advice::on_code(first.code()));
    }
    if let Some(found) = looked.ignored.iter().find(|it| it.is_credential) {
        let message = format!("Config holds a credential that nobody needs there: {}", found.name);
        return Check::warn(name, message, "take it out with `motus config unset`");
    }
    if looked.has_user_file || looked.has_project_file {
        return Check::pass(name, "Config valid");
    }
    Check::pass(name, "Config not found; defaults in use")
}

pub(super) fn disk_space(place: &StorePlace) -> Check {
    let name = "disk_space";
    let free = match free_bytes(existing_directory(place)) {
        Ok(bytes) => bytes,
        Err(error) => return Check::warn(name, error.to_string(), advice::on_file(&error)),
    };
    let (shown, store) = (free / MEBIBYTE, bytes_of(place));
    if free < LITTLE_SPACE {
        let message = format!("Disk space low: {shown} MB free");
        Check::warn(name, message, "make room before the next run is recorded")
    } else if free < store.saturating_mul(2) {
        let message =
            format!("Disk space low: {shown} MB free beside a Store of {} MB", store / MEBIBYTE);
        Check::warn(name, message, "make room: a vacuum may need twice the size of the Store")
    } else {
        Check::pass(name, format!("Disk space ok: {shown} MB free"))
    }
}

/// Returns the size of a Store with its log; what cannot be seen is told by other checks.
fn bytes_of(place: &StorePlace) -> u64 {
    let files = [place.path().to_owned(), place.wal()];
    let bytes = files.iter().filter_map(|file| inspect(file).ok().flatten()).map(|it| it.bytes);
    bytes.fold(0, u64::saturating_add)
}

/// Locks and shared memory, on which a Store rests, do not hold on every file system.
pub(super) fn filesystem(place: &StorePlace) -> Check {
    let name = "filesystem";
    match kind_of_filesystem(existing_directory(place)) {
        Err(error) => Check::warn(name, error.to_string(), advice::on_file(&error)),
        Ok(FilesystemKind::Local) => Check::pass(name, "Store is on a local file system"),
        Ok(FilesystemKind::Network(kind)) => Check::warn(
            name,
            format!("Store is on {kind}, where locks may not hold"),
            "set MOTUS_KERNEL_STORE_PATH to a place on a local disk",
        ),
    }
}

pub(super) fn log_size(home: Option<&Path>) -> Check {
    let name = "log_size";
    match home.and_then(|home| inspect(&home.join(LOG)).ok().flatten()) {
        None => Check::pass(name, "Log file not present"),
        Some(found) => {
            let message = format!("Log size {} MB", mebibytes(found.bytes));
            if found.bytes > LARGE_LOG {
                let message = format!("{message}: ~/{LOG}");
                Check::warn(name, message, "remove the log file, or move it away")
            } else {
                Check::pass(name, message)
            }
        }
    }
}

/// Returns the nearest directory above the Store that is there.
fn existing_directory(place: &StorePlace) -> &Path {
    let mut directory = place.path().parent();
    while let Some(path) = directory {
        if inspect(path).is_ok_and(|found| found.is_some()) {
            return path;
        }
        directory = path.parent();
    }
    Path::new(".")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare files")]
mod tests {
    use std::fs::{self, File};

    use super::*;
    use crate::doctor::Status;

    #[test]
    fn the_log_of_the_published_release_is_looked_for_at_home() {
        let home = tempfile::tempdir().unwrap();
        let told = |home| {
            let check = log_size(home);
            (check.status, check.message)
        };
        let absent = (Status::Pass, "Log file not present".to_owned());
        assert_eq!(told(Some(home.path())), absent);
        assert_eq!(told(None), absent);
        let log = home.path().join(".motus/logs/motus.log");
        fs::create_dir_all(log.parent().unwrap()).unwrap();
        File::create(&log).unwrap().set_len(LARGE_LOG + 1).unwrap();
        let large = (Status::Warn, "Log size 100.0 MB: ~/.motus/logs/motus.log".to_owned());
        assert_eq!(told(Some(home.path())), large);
    }
}
