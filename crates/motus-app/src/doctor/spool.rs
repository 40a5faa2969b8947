//! Ends of runs that the Store could not take when they happened.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use motus_fs::{FileError, list, read_bounded, remove};
use motus_json::{Object, Value};
use motus_store::SqliteStore;

use crate::EndJournal;
use crate::doctor::{Check, NAMED, counted};
use crate::journal::SPOOL_LIMIT;

/// What a person can do about a document that is no end, or that the ledger does not take.
const READ_IT: &str = "read the refused file; it stays where it is";

/// Why an end was not recorded, and what to do about it.
struct Refusal {
    message: String,
    next: &'static str,
}

pub(super) fn spool(store: &mut SqliteStore, fix: bool) -> Check {
    let name = "spool";
    let files = match ends_in(&store.place().spool()) {
        Ok(files) => files,
        Err(error) => return Check::fail(name, error.to_string()),
    };
    if files.is_empty() {
        return Check::pass(name, "No unrecorded ends");
    }
    if fix {
        return record_all(name, store, &files);
    }
    let next = match files.len() {
        1 => "record it with `motus doctor --fix`",
        _ => "record them with `motus doctor --fix`",
    };
    with_files(Check::warn(name, counted(files.len(), "unrecorded end")), &files).with_next(next)
}

/// Lists what a wrapper has put there whole; temporary files are not.
fn ends_in(spool: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut files = list(spool)?;
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().as_bytes();
        name.starts_with(b"run_") && name.ends_with(b".json")
    });
    Ok(files)
}

fn record_all(name: &'static str, store: &mut SqliteStore, files: &[PathBuf]) -> Check {
    let mut refused = Vec::new();
    for file in files {
        refused.extend(record(store, file).err().map(|refusal| (file.clone(), refusal)));
    }
    let recorded = counted(files.len().saturating_sub(refused.len()), "end");
    let Some((_, first)) = refused.first() else {
        return Check::pass(name, format!("Recorded {recorded} from the spool"));
    };
    let count = refused.len();
    let message = format!("Recorded {recorded}, {count} refused: {}", first.message);
    let next = first.next;
    let files: Vec<PathBuf> = refused.into_iter().map(|(file, _)| file).collect();
    with_files(Check::fail(name, message), &files).with_next(next)
}

/// Records one spooled end and removes its file only then.
fn record(store: &mut SqliteStore, file: &Path) -> Result<(), Refusal> {
    let refused =
        |cause: String, next| Refusal { message: format!("{}: {cause}", file.display()), next };
    let bytes = match read_bounded(file, SPOOL_LIMIT) {
        Ok(bytes) => bytes,
        // Another doctor was faster, and removed it only when it was recorded.
        Err(error) if error.code() == "file.missing" => return Ok(()),
        Err(error) => return Err(refused(error.to_string(), READ_IT)),
    };
    let journal =
        EndJournal::from_bytes(&bytes).map_err(|error| refused(error.to_string(), READ_IT))?;
    journal.record(store).map_err(|error| refused(error.to_string(), advice(error.code())))?;
    remove(file).map_err(|error| refused(error.to_string(), "remove the file; it is recorded"))
}

/// Only what contradicts the Store may ever be given up.
fn advice(code: &str) -> &'static str {
    match code {
        "ledger.close_conflict" | "ledger.event_conflict" | "ledger.run_closed" => {
            "read the refused file; remove it when the run is closed otherwise"
        }
        code if code.starts_with("store.") => "nothing is lost; try again later",
        _ => READ_IT,
    }
}

fn with_files(check: Check, files: &[PathBuf]) -> Check {
    let files: Vec<String> =
        files.iter().take(NAMED).map(|file| file.display().to_string()).collect();
    check.with_details(Object::from([("files", Value::from(files))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_conflict_is_ever_a_reason_to_remove_an_end() {
        for code in ["store.locked", "store.disk_full", "store.denied", "store.moved"] {
            assert_eq!(advice(code), "nothing is lost; try again later");
        }
        assert!(advice("ledger.close_conflict").contains("remove it"));
        assert!(!advice("ledger.run_unknown").contains("remove"));
    }
}
