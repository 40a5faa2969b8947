//! Ends of runs that the Store could not take when they happened.

use std::path::{Path, PathBuf};

use motus_fs::{list, read_bounded, remove};
use motus_json::{Object, Value};
use motus_store::SqliteStore;

use crate::EndJournal;
use crate::doctor::{Check, counted};
use crate::journal::SPOOL_LIMIT;

pub(super) fn spool(store: &mut SqliteStore, fix: bool) -> Check {
    let name = "spool";
    let files = match list(&store.place().spool()) {
        Ok(files) => files,
        Err(error) => return Check::fail(name, error.to_string()),
    };
    if files.is_empty() {
        return Check::pass(name, "No unrecorded ends");
    }
    if !fix {
        return with_files(Check::warn(name, counted(files.len(), "unrecorded end")), &files)
            .with_next("record them with `motus doctor --fix`");
    }
    record_all(name, store, &files)
}

fn record_all(name: &'static str, store: &mut SqliteStore, files: &[PathBuf]) -> Check {
    let refused: Vec<String> = files.iter().filter_map(|file| record(store, file).err()).collect();
    let recorded = files.len().saturating_sub(refused.len());
    match refused.first() {
        None => Check::pass(name, format!("Recorded {} from the spool", counted(recorded, "end"))),
        Some(first) => with_files(
            Check::fail(
                name,
                format!(
                    "Recorded {}, {} refused: {first}",
                    counted(recorded, "end"),
                    refused.len()
                ),
            ),
            files,
        )
        .with_next("read the refused file; remove it when the run is closed otherwise"),
    }
}

/// Records one spooled end and removes its file only then.
fn record(store: &mut SqliteStore, file: &Path) -> Result<(), String> {
    let refused = |cause: String| format!("{}: {cause}", file.display());
    let bytes = read_bounded(file, SPOOL_LIMIT).map_err(|error| refused(error.to_string()))?;
    let journal = EndJournal::from_bytes(&bytes).map_err(|error| refused(error.to_string()))?;
    journal.record(store).map_err(|error| refused(error.to_string()))?;
    remove(file).map_err(|error| refused(error.to_string()))
}

fn with_files(check: Check, files: &[PathBuf]) -> Check {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    check.with_details(Object::from([("files", Value::from(files))]))
}
