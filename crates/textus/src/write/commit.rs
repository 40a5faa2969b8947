//! Making a planned change, in the one order that survives a kill at any moment.

use std::collections::BTreeSet;

use motus_fs::{Found, Jail, JailError, LogFile, Staged};
use motus_json::Object;
use textus_core::audit::{MOST_SEQ, Row};
use textus_core::{Error, Etag};

use super::intent::Intent;
use super::step::Step;
use super::{PlannedChange, PlannedRow, Transaction};
use crate::entry_file::EntryFile;
use crate::journal::{last_seq, open_locked, rotate};
use crate::layout::{directory_of, staged_names};
use crate::{Store, failure, layout};

/// Makes the change; when it fails, everything is as before, or the error says that it is unfinished.
pub(super) fn commit(mut transaction: Transaction<'_>) -> Result<(), Error> {
    if transaction.rows.is_empty() {
        return Ok(());
    }
    let root = transaction.store.jail();
    let log = match transaction.log.take() {
        Some(log) => log,
        None => open_locked(root, true, transaction.store.patience())?
            .ok_or_else(|| super::gone(layout::AUDIT_LOG))?,
    };
    let mut commit = Commit::prepare(&transaction, log)?;
    commit.make()?;
    commit.rotate();
    Ok(())
}

/// A change between its plan and its end.
struct Commit<'t> {
    transaction: &'t Transaction<'t>,
    log: LogFile,
    zones: Option<Jail>,
    intent: Intent,
    last_seq: u64,
    /// The content that waits, in the order of the steps that have some.
    staged: Vec<Option<Staged>>,
    /// Directories that were not there before.
    made: Vec<String>,
}

impl<'t> Commit<'t> {
    /// Numbers the rows and writes nothing.
    fn prepare(transaction: &'t Transaction<'t>, log: LogFile) -> Result<Self, Error> {
        let store = transaction.store;
        let first = first_seq(store, &log, transaction.rows.len())?;
        let ts = store.now().to_string();
        let (mut lines, mut steps, mut last_seq) = (String::new(), Vec::new(), first);
        for (seq, row) in (first..).zip(&transaction.rows) {
            lines.push_str(&spell(store, row, seq, &ts).to_line());
            steps.extend(row.changes.iter().map(|change| step(change, seq)));
            last_seq = seq;
        }
        let jailed = |error: JailError| failure::of_jail(&error);
        let log_length = log.length().map_err(jailed)?;
        let appended = log.closing(lines.as_bytes()).map_err(jailed)?;
        let appended = String::from_utf8_lossy(&appended).into_owned();
        let intent = Intent { log_length, appended, steps };
        intent.require_small()?;
        let (staged, made) = (Vec::new(), Vec::new());
        Ok(Self { transaction, log, zones: None, intent, last_seq, staged, made })
    }

    fn make(&mut self) -> Result<(), Error> {
        if let Err(error) = self.stage() {
            return Err(self.forget(&failure::of_jail(&error)));
        }
        // The commit point: from here on the change counts.
        if let Err(error) = self.log.append(self.intent.appended.as_bytes()) {
            let told = failure::of_append(&error);
            return Err(if error.is_restored { self.forget(&told) } else { self.leave(told) });
        }
        let changes = self.transaction.rows.iter().flat_map(|row| &row.changes);
        for (number, change) in changes.enumerate() {
            if let Err(error) = self.apply(number, change) {
                return Err(self.undo(number, &failure::of_jail(&error)));
            }
            if let Err(error) = self.sync(number, change) {
                return Err(self.leave(failure::unsettled(&failure::of_jail(&error))));
            }
        }
        // The next writer would find everything done, and remove the note itself.
        let _ = self.transaction.lock.clear_note();
        Ok(())
    }

    /// Makes directories, leaves the note, and writes all new content beside its targets.
    fn stage(&mut self) -> Result<(), JailError> {
        let writes = |row: &PlannedRow| row.changes.iter().any(|change| change.after.is_some());
        let root = self.transaction.store.jail();
        if self.transaction.rows.iter().any(writes) {
            root.create_directories(layout::ZONES)?;
        }
        let zones = match root.below(layout::ZONES) {
            // Rows may be about no file.
            Err(JailError::Missing { .. }) if self.intent.steps.is_empty() => {
                return self.leave_note();
            }
            zones => self.zones.insert(zones?),
        };
        let changes = || self.transaction.rows.iter().flat_map(|row| &row.changes);
        for change in changes() {
            if change.after.is_some() {
                self.made.extend(zones.create_directories(directory_of(&change.path))?);
            } else if self.transaction.found.get(&change.path).is_some_and(Option::is_some) {
                // What can be known to fail is better known before the change counts.
                zones.require_writable_parent(&change.path)?;
            }
        }
        self.leave_note()?;
        let zones = self.zones.as_ref();
        for (change, step) in changes().zip(&self.intent.steps) {
            let staged = match (&change.after, zones) {
                (Some(file), Some(zones)) => {
                    let mode = change.has_mode.then_some(file.mode);
                    Some(stage(zones, file, step.seq, mode)?)
                }
                _ => None,
            };
            self.staged.push(staged);
        }
        Ok(())
    }

    /// Leaves the note; for a removal it has to outlast a power failure, as no waiting file proves it.
    fn leave_note(&self) -> Result<(), JailError> {
        let is_synced = self.intent.steps.iter().any(|step| step.after.is_none());
        self.transaction.lock.leave_note(&self.intent.to_bytes(), is_synced)
    }

    fn apply(&mut self, number: usize, change: &PlannedChange) -> Result<(), JailError> {
        match (self.staged.get_mut(number), &self.zones) {
            (Some(Some(staged)), _) => staged.publish(),
            (_, Some(zones)) => zones.remove(&change.path).map(drop),
            (_, None) => Ok(()),
        }
    }

    fn sync(&self, number: usize, change: &PlannedChange) -> Result<(), JailError> {
        match (self.staged.get(number), &self.zones) {
            (Some(Some(staged)), _) => staged.sync(),
            (_, Some(zones)) => zones.sync_parent(&change.path),
            (_, None) => Ok(()),
        }
    }

    /// Drops what waits; the log is as before, and so is everything else.
    fn forget(&mut self, error: &Error) -> Error {
        self.staged.clear();
        if let Some(zones) = &self.zones {
            zones.remove_directories(&self.made);
        }
        let _ = self.transaction.lock.clear_note();
        error.clone()
    }

    /// Lets everything be as it is, for the next writer to settle.
    fn leave(&mut self, error: Error) -> Error {
        self.staged.drain(..).flatten().for_each(Staged::leave);
        error
    }

    /// Puts back what the first so many steps changed, and takes the rows back.
    fn undo(&mut self, done: usize, error: &Error) -> Error {
        let restored = self.restore(done).is_ok();
        if restored && self.log.cut(self.intent.log_length).is_ok() {
            self.forget(error)
        } else {
            self.leave(failure::unsettled(error))
        }
    }

    fn restore(&self, done: usize) -> Result<(), JailError> {
        let Some(zones) = &self.zones else { return Ok(()) };
        let changed = self.intent.steps.iter().take(done);
        let paths: BTreeSet<&str> = changed.map(|step| step.path.as_str()).collect();
        for path in paths {
            let Some(file) = self.transaction.found.get(path).and_then(Option::as_ref) else {
                zones.remove(path)?;
                zones.sync_parent(path)?;
                continue;
            };
            // The number after the last one: that of no file which still waits.
            let seq = self.last_seq.saturating_add(1);
            let mut staged = stage(zones, file, seq, Some(file.mode))?;
            staged.publish()?;
            staged.sync()?;
        }
        Ok(())
    }

    /// Rotates a log that is too long. The change is made: a failure waits for the next writer.
    fn rotate(self) {
        let store = self.transaction.store;
        let audit = store.manifest().audit;
        if self.log.length().is_ok_and(|length| length > audit.max_size) {
            let _ = rotate(store.jail(), audit.keep, self.last_seq, store.now());
        }
    }
}

/// Returns the number of the first of so many rows, which follow the last one of the log.
fn first_seq(store: &Store, log: &LogFile, rows: usize) -> Result<u64, Error> {
    let last = last_seq(store.jail(), Some(log.file()))?;
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    if last.checked_add(rows).is_none_or(|end| end > MOST_SEQ) {
        let why = format!("has a row with \"seq\":{last}, which no number can follow");
        let path = store.jail().path_of(layout::AUDIT_LOG);
        return Err(failure::of_log(&path, &why)
            .with("seq", last)
            .hint("find that line there or in a rotated log, and remove it"));
    }
    Ok(last.saturating_add(1))
}

/// Writes a file beside its place, under the first name that no directory has.
fn stage(zones: &Jail, file: &EntryFile, seq: u64, mode: Option<u32>) -> Result<Staged, JailError> {
    let (path, bytes) = (&file.path, &file.bytes);
    let is_taken = |staged: &Result<Staged, JailError>| {
        matches!(staged, Err(JailError::NotAFile { found: Found::Directory, .. }))
    };
    let mut staged = Err(JailError::Missing { path: zones.path_of(path) });
    for name in staged_names(seq) {
        staged = zones.stage(path, &name, bytes, mode);
        if !is_taken(&staged) {
            break;
        }
    }
    staged
}

fn step(change: &PlannedChange, seq: u64) -> Step {
    Step {
        seq,
        path: change.path.clone(),
        before: change.before.clone(),
        after: change.after.as_ref().map(|file| file.etag.clone()),
    }
}

/// Spells a row, with what its record does not say.
fn spell(store: &Store, row: &PlannedRow, seq: u64, ts: &str) -> Row {
    let etag = |etag: &Option<Etag>| etag.as_ref().map(|etag| etag.as_str().to_owned());
    let mut extras: Object = row.record.extras.clone();
    extras.insert("correlation_id", store.correlation_id());
    if let Some(run) = store.run_id() {
        extras.insert("run_id", run);
    }
    Row {
        seq,
        ts: ts.to_owned(),
        role: row.record.role.clone(),
        verb: row.record.verb.clone(),
        key: row.record.key.clone(),
        etag_before: etag(&row.before),
        etag_after: etag(&row.after),
        moved: row.record.moved.clone(),
        extras,
    }
}
