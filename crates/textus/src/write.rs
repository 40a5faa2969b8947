//! Changing a store: read, decide and write under one lock, all of it or nothing.
//!
//! The order is what makes it safe. Under the lock, what a killed writer left is finished or dropped
//! first. Then the caller reads and decides. New content is written beside its target and synced; the
//! audit rows are appended in one write and synced, which is the point from which the change counts;
//! then files get their names, directories are synced, and the log is rotated when it is long. What
//! fails before the last step is taken back. What is killed is settled by the next writer: the note in
//! the lock file tells it what was going on.

mod commit;
mod intent;
mod recovery;
mod step;
mod unfinished;

use std::collections::BTreeMap;
use std::process;

use motus_fs::{FileLock, Jail, LogFile};
use motus_json::Object;
use textus_core::audit::Moved;
use textus_core::format::MOST_BYTES;
use textus_core::{Code, Error, Etag};

use crate::entry_file::{self, EntryFile};
use crate::journal::open_locked;
use crate::{Store, failure, layout};

pub use unfinished::{Unfinished, WhyUnfinished};

/// What a caller says of a change for the audit log; the rest of the row is known here.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Who does it.
    pub role: String,
    /// `put`, `delete`, `mv`, ….
    pub verb: String,
    /// What is changed; the new key of a move.
    pub key: String,
    /// Only of a move.
    pub moved: Option<Moved>,
    /// What else is to be known; `correlation_id` and `run_id` are added.
    pub extras: Object,
}

impl Store {
    /// Runs `work` under the lock of the store, and then makes what it planned in one step.
    ///
    /// `verb` is what others are told who wait. When `work` fails, nothing is changed. When this returns,
    /// rows and files are on disk. Errors: those of `work`; `io_error` when the lock is not had in ten
    /// seconds, `{path, holder}`, and for whatever the file system refuses.
    pub fn write<T>(
        &self,
        verb: &str,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut transaction = Transaction::begin(self, verb)?;
        let outcome = work(&mut transaction)?;
        commit::commit(transaction)?;
        Ok(outcome)
    }
}

/// What one writer reads and plans while nobody else writes.
///
/// Nothing of the plan is on disk before the end; reading shows the plan all the same.
#[derive(Debug)]
pub struct Transaction<'s> {
    store: &'s Store,
    // Dropped in this order: the log is given back before the store.
    log: Option<LogFile>,
    lock: FileLock,
    zones: Option<Jail>,
    /// What was on disk when it was looked at first.
    found: BTreeMap<String, Option<EntryFile>>,
    /// What will be there after the changes so far.
    planned: BTreeMap<String, Option<EntryFile>>,
    rows: Vec<PlannedRow>,
}

/// One row, and the files that it is about.
#[derive(Debug)]
struct PlannedRow {
    record: Record,
    before: Option<Etag>,
    after: Option<Etag>,
    changes: Vec<PlannedChange>,
}

/// One file that changes; without content it is removed.
#[derive(Debug)]
struct PlannedChange {
    path: String,
    before: Option<Etag>,
    after: Option<EntryFile>,
    /// Whether the permission bits are told, because there is no file to keep those of.
    has_mode: bool,
}

impl<'s> Transaction<'s> {
    fn begin(store: &'s Store, verb: &str) -> Result<Self, Error> {
        let root = store.jail();
        let holder = format!("process {}, textus {verb}", process::id());
        let lock = FileLock::acquire(root, layout::LOCK, &holder, store.patience())
            .map_err(|error| failure::of_lock(&error))?;
        let mut log = open_locked(root, false, store.patience())?;
        require_short(store, log.as_ref())?;
        let zones = store.zones()?;
        recovery::settle(store, &lock, log.as_mut(), zones.as_ref())?;
        let (found, planned, rows) = Default::default();
        Ok(Self { store, log, lock, zones, found, planned, rows })
    }

    /// Reads a file below `zones/` as it is, or as it will be; `None` when it is not there.
    ///
    /// Errors: as for [`Store::read_entry`].
    pub fn read(&mut self, path: &str) -> Result<Option<&EntryFile>, Error> {
        if !self.planned.contains_key(path) {
            let file = entry_file::read(self.zones.as_ref(), path)?;
            self.found.insert(path.to_owned(), file.clone());
            self.planned.insert(path.to_owned(), file);
        }
        Ok(self.planned.get(path).and_then(Option::as_ref))
    }

    /// Reads the first of several files that is there.
    pub fn read_first(&mut self, paths: &[String]) -> Result<Option<&EntryFile>, Error> {
        for path in paths {
            if self.read(path)?.is_some() {
                return self.read(path);
            }
        }
        Ok(None)
    }

    /// Plans to write a file, with the directories that it needs; returns its etag.
    ///
    /// Errors: `io_error` for a link at the place or on the way, `bad_content` for more than 1 MB.
    pub fn put(&mut self, path: &str, bytes: Vec<u8>, record: Record) -> Result<Etag, Error> {
        let before = self.etag(path)?;
        let change = self.change(path, before.clone(), bytes, None)?;
        let after = change.after.as_ref().map(|file| file.etag.clone());
        let etag = after.clone();
        self.plan(PlannedRow { record, before, after, changes: vec![change] });
        etag.ok_or_else(|| gone(path))
    }

    /// Plans to remove a file; returns the etag of what was there.
    ///
    /// Errors: `io_error` when nothing is there.
    pub fn delete(&mut self, path: &str, record: Record) -> Result<Etag, Error> {
        let before = self.etag(path)?.ok_or_else(|| gone(path))?;
        let change = PlannedChange {
            path: path.to_owned(),
            before: Some(before.clone()),
            after: None,
            has_mode: false,
        };
        let etags = (Some(before.clone()), None);
        self.plan(PlannedRow { record, before: etags.0, after: etags.1, changes: vec![change] });
        Ok(before)
    }

    /// Plans to give a file another path, with the same bytes or others, in one row; returns its etag.
    ///
    /// The permission bits go along. Errors: `io_error` when nothing is at `from`, `usage` when something
    /// is at `to`, `bad_content` for more than 1 MB.
    pub fn rename(
        &mut self,
        from: &str,
        to: &str,
        bytes: Option<Vec<u8>>,
        record: Record,
    ) -> Result<Etag, Error> {
        let source = self.read(from)?.cloned().ok_or_else(|| gone(from))?;
        if self.read(to)?.is_some() {
            return Err(Error::new(Code::Usage, format!("{to} is there already")).with("path", to));
        }
        let bytes = bytes.unwrap_or(source.bytes);
        let written = self.change(to, None, bytes, Some(source.mode))?;
        let after = written.after.as_ref().map(|file| file.etag.clone());
        let etag = after.clone();
        let before = Some(source.etag);
        let removed = PlannedChange {
            path: from.to_owned(),
            before: before.clone(),
            after: None,
            has_mode: false,
        };
        self.plan(PlannedRow { record, before, after, changes: vec![written, removed] });
        etag.ok_or_else(|| gone(to))
    }

    /// Plans a row that is about no file.
    pub fn note(&mut self, record: Record) {
        self.plan(PlannedRow { record, before: None, after: None, changes: Vec::new() });
    }

    fn etag(&mut self, path: &str) -> Result<Option<Etag>, Error> {
        Ok(self.read(path)?.map(|file| file.etag.clone()))
    }

    fn change(
        &self,
        path: &str,
        before: Option<Etag>,
        bytes: Vec<u8>,
        mode: Option<u32>,
    ) -> Result<PlannedChange, Error> {
        if bytes.len() > MOST_BYTES {
            let message =
                format!("{path} would have {} bytes; the limit is {MOST_BYTES}", bytes.len());
            return Err(Error::new(Code::BadContent, message).with("path", path));
        }
        let file = EntryFile {
            path: path.to_owned(),
            etag: Etag::of(&bytes),
            bytes,
            modified: self.store.now().seconds(),
            mode: mode.unwrap_or(0),
        };
        let has_mode = mode.is_some();
        Ok(PlannedChange { path: path.to_owned(), before, after: Some(file), has_mode })
    }

    fn plan(&mut self, row: PlannedRow) {
        for change in &row.changes {
            self.planned.insert(change.path.clone(), change.after.clone());
        }
        self.rows.push(row);
    }
}

fn require_short(store: &Store, log: Option<&LogFile>) -> Result<(), Error> {
    let length = log.map(LogFile::length).transpose();
    let length = length.map_err(|error| failure::of_jail(&error))?;
    store.journal().require_short(layout::AUDIT_LOG, length.unwrap_or_default())
}

fn gone(path: &str) -> Error {
    Error::new(Code::IoError, format!("nothing is at {path}")).with("path", path)
}
