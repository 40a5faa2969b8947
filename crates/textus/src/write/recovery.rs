//! Settling what a killed writer left, before anything else is written.
//!
//! A change whose rows are not whole in the log is dropped: the log is cut, waiting files are removed.
//! One whose rows are there is finished, if its files are still what it found or made. Otherwise it is
//! left as it is, for people to look at. A note that no writer could have left is not believed, and rows
//! that are whole are only cut while nothing of their change is in place.

use std::collections::BTreeMap;
use std::fs::File;

use motus_fs::{FileLock, FileType, Jail, JailError, LogFile};
use textus_core::{Error, Etag};

use super::intent::{Intent, Standing};
use super::step::{Plan, Sight, Step, decide, is_untouched, of_rows};
use crate::entry_file;
use crate::journal::last_group;
use crate::layout::{self, staged_paths};
use crate::{Store, failure};

/// What an interrupted change consists of, and what is left to do.
#[derive(Debug)]
pub(super) struct Interrupted {
    pub(super) steps: Vec<Step>,
    pub(super) plan: Plan,
}

/// Settles what there is to settle; the caller holds the locks of the store and the log.
pub(super) fn settle(
    store: &Store,
    lock: &FileLock,
    log: Option<&mut LogFile>,
    zones: Option<&Jail>,
) -> Result<(), Error> {
    let note = lock.note().map_err(|error| failure::of_jail(&error))?;
    let file = log.as_deref().map(LogFile::file);
    let intent = believed(store, &note, file)?;
    let standing = standing(store, intent.as_ref(), file)?;
    if let (Some(intent), Standing::NotWritten) = (&intent, standing) {
        if may_be_dropped(store, intent, file, zones)? {
            if let Some(log) = log {
                drop_torn_rows(intent, log)?;
            }
            drop_waiting(&intent.steps, zones);
        }
    } else {
        let interrupted = interrupted(store, intent.as_ref(), standing, file, zones)?;
        if let (Some(interrupted), Some(zones)) = (interrupted, zones) {
            finish(&interrupted, zones);
        }
    }
    if note.is_empty() {
        Ok(())
    } else {
        lock.clear_note().map_err(|error| failure::of_jail(&error))
    }
}

/// Reads a note, if it is one that a writer could have left.
pub(super) fn believed(
    store: &Store,
    note: &[u8],
    log: Option<&File>,
) -> Result<Option<Intent>, Error> {
    let Some(intent) = Intent::from_bytes(note) else { return Ok(None) };
    let is_plausible = intent.is_plausible(store.jail(), store.manifest(), log)?;
    Ok(is_plausible.then_some(intent))
}

/// Tells whether what is in the log of a change that does not count may be cut: a part of a row, or whole
/// rows of which it is seen that nothing was done.
fn may_be_dropped(
    store: &Store,
    intent: &Intent,
    log: Option<&File>,
    zones: Option<&Jail>,
) -> Result<bool, Error> {
    let path = store.jail().path_of(layout::AUDIT_LOG);
    let has_row = log.map(|log| intent.has_whole_row(log)).transpose();
    let has_row = has_row.map_err(|error| failure::of_reading(&path, &error))?;
    if has_row != Some(true) {
        return Ok(true);
    }
    let sights = sights(&intent.steps, zones);
    Ok(is_untouched(&intent.steps, &sights, |step| waiting_etag(zones, step)))
}

pub(super) fn standing(
    store: &Store,
    intent: Option<&Intent>,
    log: Option<&File>,
) -> Result<Standing, Error> {
    let Some(intent) = intent else { return Ok(Standing::Elsewhere) };
    let path = store.jail().path_of(layout::AUDIT_LOG);
    intent.standing(log).map_err(|error| failure::of_reading(&path, &error))
}

/// Finds the change that was committed last, if any of it may be left to do.
pub(super) fn interrupted(
    store: &Store,
    intent: Option<&Intent>,
    standing: Standing,
    log: Option<&File>,
    zones: Option<&Jail>,
) -> Result<Option<Interrupted>, Error> {
    let steps = match (intent, standing) {
        (Some(intent), Standing::Committed) => intent.steps.clone(),
        // What others went on after is old: only content that waits proves that it is not done.
        (Some(intent), Standing::Followed) => match from_waiting(intent.steps.clone(), zones) {
            Some(steps) => steps,
            None => return Ok(None),
        },
        (_, Standing::NotWritten) => return Ok(None),
        _ => match waiting_by_the_log(store, log, zones)? {
            Some(steps) => steps,
            None => return Ok(None),
        },
    };
    let plan = plan(&steps, zones);
    Ok(Some(Interrupted { steps, plan }))
}

/// Decides from what is on disk.
fn plan(steps: &[Step], zones: Option<&Jail>) -> Plan {
    decide(steps, &sights(steps, zones), |step| waiting_etag(zones, step))
}

fn sights<'s>(steps: &'s [Step], zones: Option<&Jail>) -> BTreeMap<&'s str, Sight> {
    let mut sights = BTreeMap::new();
    for step in steps {
        if !sights.contains_key(step.path.as_str()) {
            sights.insert(step.path.as_str(), look(zones, &step.path));
        }
    }
    sights
}

fn look(zones: Option<&Jail>, path: &str) -> Sight {
    match entry_file::read(zones, path) {
        Ok(None) => Sight::Absent,
        Ok(Some(file)) => Sight::File(file.etag),
        Err(_) => Sight::Other,
    }
}

/// Returns where the content waits that a step is to write.
fn waiting(zones: Option<&Jail>, step: &Step) -> Option<String> {
    let is_it = |path: &String| {
        let file = entry_file::read(zones, path).ok().flatten();
        file.map(|file| file.etag) == step.after
    };
    step.after.as_ref().and_then(|_| staged_paths(&step.path, step.seq).find(is_it))
}

fn waiting_etag(zones: Option<&Jail>, step: &Step) -> Option<Etag> {
    waiting(zones, step).and_then(|_| step.after.clone())
}

/// Returns the steps from the first one on beside which a file waits; `None` without any.
fn from_waiting(steps: Vec<Step>, zones: Option<&Jail>) -> Option<Vec<Step>> {
    let waits = |step: &Step| {
        step.after.is_some() && staged_paths(&step.path, step.seq).any(|path| is_file(zones, &path))
    };
    steps.iter().position(waits).map(|first| steps.into_iter().skip(first).collect())
}

fn is_file(zones: Option<&Jail>, path: &str) -> bool {
    let found = zones.and_then(|zones| zones.inspect(path).ok().flatten());
    found.is_some_and(|facts| facts.file_type == FileType::File)
}

/// Finds what the last rows left waiting, where no note tells it: power failures may take the note.
///
/// A waiting file is the proof. Without one, rows and files that differ are somebody's later work.
fn waiting_by_the_log(
    store: &Store,
    log: Option<&File>,
    zones: Option<&Jail>,
) -> Result<Option<Vec<Step>>, Error> {
    let (Some(log), Some(below)) = (log, zones) else { return Ok(None) };
    let is_there = |path: &str| matches!(below.inspect(path), Ok(Some(_)));
    let rows = last_group(store.jail(), log)?;
    let steps = of_rows(&rows, store.manifest(), is_there);
    Ok(steps.and_then(|steps| from_waiting(steps, zones)))
}

fn finish(interrupted: &Interrupted, zones: &Jail) {
    let first = match interrupted.plan {
        Plan::Done => interrupted.steps.len(),
        Plan::Finish(first) => first,
        Plan::Unfinished => return,
    };
    let (done, left) = interrupted.steps.split_at(first.min(interrupted.steps.len()));
    drop_waiting(done, Some(zones));
    for step in left {
        // What cannot be finished now, others are told of; it must not keep everybody from writing.
        if finish_step(step, zones).is_err() {
            return;
        }
    }
}

fn finish_step(step: &Step, zones: &Jail) -> Result<(), JailError> {
    if step.after.is_some() {
        let waits = waiting(Some(zones), step);
        let missing = || JailError::Missing { path: zones.path_of(&step.path) };
        zones.rename(&waits.ok_or_else(missing)?, &step.path)?;
    } else {
        zones.remove(&step.path)?;
    }
    zones.sync_parent(&step.path)
}

/// Cuts the part of the rows that got into the log.
fn drop_torn_rows(intent: &Intent, log: &mut LogFile) -> Result<(), Error> {
    let length = log.length().map_err(|error| failure::of_jail(&error))?;
    if length > intent.log_length {
        log.cut(intent.log_length).map_err(|error| failure::of_jail(&error))?;
    }
    Ok(())
}

/// Removes the files that wait for steps; one that cannot be removed does no harm.
fn drop_waiting(steps: &[Step], zones: Option<&Jail>) {
    let Some(zones) = zones else { return };
    for step in steps.iter().filter(|step| step.after.is_some()) {
        for path in staged_paths(&step.path, step.seq) {
            if is_file(Some(zones), &path) {
                let _ = zones.remove(&path);
            }
        }
    }
}
