//! Ends of runs that the Store could not take when they happened.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use motus_fs::{leftovers_in, list, read_bounded, remove};
use motus_json::{Object, Value};
use motus_ledger::{Closing, LedgerError, ReadTransaction, Store, counted};
use motus_store::SqliteStore;

use crate::EndJournal;
use crate::doctor::{Check, NAMED, advice, named};
use crate::journal::SPOOL_LIMIT;

/// What a person can do about a document that is no end, or that the ledger does not take.
const READ_IT: &str = "read the refused file; it stays until you move it away";

/// What a person can do about an end of a run that this Store does not have.
const OTHER_STORE: &str =
    "move the refused file into the spool of the Store that has its run, or keep it elsewhere";

/// Why an end is not, or would not be, recorded, and what to do about it.
struct Refusal {
    message: String,
    next: &'static str,
}

/// What lies in the spool.
struct Content {
    /// What wrappers have put there whole.
    ends: Vec<PathBuf>,
    /// What no wrapper has put there.
    foreign: Vec<PathBuf>,
}

/// The ends that were not refused, and those that were.
#[derive(Default)]
struct Judged {
    taken: usize,
    refused: Vec<(PathBuf, Refusal)>,
}

pub(super) fn spool(store: &mut SqliteStore, fix: bool) -> Check {
    let name = "spool";
    let content = match Content::of(&store.place().spool()) {
        Ok(content) => content,
        Err(error) => return Check::fail(name, error.to_string(), advice::on_file(&error)),
    };
    let mut judged = Judged::default();
    for file in &content.ends {
        let end = if fix { record(store, file) } else { preview(store, file) };
        match end {
            Ok(()) => judged.taken = judged.taken.saturating_add(1),
            Err(refusal) => judged.refused.push((file.clone(), refusal)),
        }
    }
    describe(name, &content, &judged, fix)
}

fn describe(name: &'static str, content: &Content, judged: &Judged, fix: bool) -> Check {
    let taken = counted(judged.taken, "end");
    if let Some((_, first)) = judged.refused.first() {
        let done = if fix { "Recorded" } else { "To be recorded:" };
        let refused = judged.refused.len();
        let message = format!("{done} {taken}, {refused} refused: {}", first.message);
        let files: Vec<PathBuf> = judged.refused.iter().map(|(file, _)| file.clone()).collect();
        return with_files(Check::fail(name, message, first.next), &files);
    }
    if judged.taken > 0 && !fix {
        let next = match judged.taken {
            1 => "record it with `motus doctor --fix`",
            _ => "record them with `motus doctor --fix`",
        };
        let message = counted(judged.taken, "unrecorded end");
        return with_files(Check::warn(name, message, next), &content.ends);
    }
    if !content.foreign.is_empty() {
        let names: Vec<String> =
            content.foreign.iter().map(|it| it.display().to_string()).collect();
        let count = counted(names.len(), "file");
        let message =
            format!("{count} in the spool that no wrapper wrote: {}", named(&names, names.len()));
        let next = "move what does not belong there away; nothing reads it";
        return with_files(Check::warn(name, message, next), &content.foreign);
    }
    if judged.taken > 0 {
        return Check::pass(name, format!("Recorded {taken} from the spool"));
    }
    Check::pass(name, "No unrecorded ends")
}

impl Content {
    /// Lists the spool; temporary files are the business of another check.
    fn of(spool: &Path) -> Result<Self, motus_fs::FileError> {
        let temporary = leftovers_in(spool)?;
        let (ends, others) = list(spool)?.into_iter().partition(|path| is_end(path));
        let mut foreign: Vec<PathBuf> = others;
        foreign.retain(|path| !temporary.contains(path));
        Ok(Self { ends, foreign })
    }
}

fn is_end(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_bytes();
    name.starts_with(b"run_") && name.ends_with(b".json")
}

/// Records one spooled end and removes its file only then.
fn record(store: &mut SqliteStore, file: &Path) -> Result<(), Refusal> {
    let Some(journal) = read(file)? else {
        return Ok(());
    };
    journal.record(store).map_err(|error| refused(file, &error, on_refusal(error.code())))?;
    remove(file).map_err(|error| refused(file, &error, "remove the file; it is recorded"))
}

/// Foresees what [`record`] would come to, and changes nothing.
fn preview(store: &mut SqliteStore, file: &Path) -> Result<(), Refusal> {
    let Some(journal) = read(file)? else {
        return Ok(());
    };
    let judged = match store.begin_read() {
        Ok(transaction) => judge(&*transaction, &journal),
        Err(error) => Err(error.into()),
    };
    judged.map_err(|error| refused(file, &error, on_refusal(error.code())))
}

/// An end that was recorded, by a doctor that could not remove its file, is recorded again in the same way.
fn judge(transaction: &dyn ReadTransaction, journal: &EndJournal) -> Result<(), LedgerError> {
    let run = transaction.run(&journal.run_id)?;
    let run = run.ok_or_else(|| LedgerError::RunUnknown(journal.run_id.clone()))?;
    match run.closing {
        Some(closing) if !is_closed_by(&closing, journal) => Err(LedgerError::CloseConflict),
        _ => Ok(()),
    }
}

fn is_closed_by(closing: &Closing, journal: &EndJournal) -> bool {
    let close = &journal.close;
    closing.idempotency_key == close.idempotency_key
        && closing.outcome == close.outcome
        && closing.outcome_note == close.outcome_note
        && closing.producer_id == close.producer_id
}

/// Reads an end; `None` when another doctor was faster, and removed it only when it was recorded.
fn read(file: &Path) -> Result<Option<EndJournal>, Refusal> {
    let bytes = match read_bounded(file, SPOOL_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.code() == "file.missing" => return Ok(None),
        // Its own message names the file.
        Err(error) => {
            let is_denied = error.code() == "file.denied";
            let next = if is_denied { advice::on_file(&error) } else { READ_IT };
            return Err(Refusal { message: error.to_string(), next });
        }
    };
    EndJournal::from_bytes(&bytes).map(Some).map_err(|error| refused(file, &error, READ_IT))
}

fn refused(file: &Path, cause: &dyn std::error::Error, next: &'static str) -> Refusal {
    Refusal { message: format!("{}: {cause}", file.display()), next }
}

/// Only what contradicts the Store may ever be given up.
fn on_refusal(code: &str) -> &'static str {
    match code {
        "ledger.close_conflict" | "ledger.event_conflict" | "ledger.run_closed" => {
            "read the refused file; remove it when the run is closed otherwise"
        }
        "ledger.run_unknown" => OTHER_STORE,
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
            assert_eq!(on_refusal(code), "nothing is lost; try again later");
        }
        assert!(on_refusal("ledger.close_conflict").contains("remove it"));
        assert!(!on_refusal("ledger.run_unknown").contains("remove"));
        assert!(!on_refusal("kind.payload_invalid").contains("remove"));
    }
}
