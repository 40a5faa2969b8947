//! What killed writers left and nobody has settled, for people to look at.
//!
//! Looking changes nothing. While somebody writes there is nothing to tell: the files that wait then are
//! theirs.

use std::io;

use motus_fs::{FileError, FileLock, FileType, Jail, JailError};
use textus_core::Error;

use super::intent::Standing;
use super::recovery::{believed, interrupted, standing};
use super::step::Plan;
use crate::layout::{self, staged_paths, staged_seq};
use crate::{Store, failure};

/// Deeper than any entry lies.
const DEEPEST: usize = 32;

/// Something that a killed writer left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The file that is not what the log says, or the one that waits where no row is known; below `zones/`.
    pub path: String,
    /// The number of the audit row.
    pub seq: u64,
    /// What can be done about it.
    pub why: WhyUnfinished,
}

/// Why something is unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyUnfinished {
    /// The next writer finishes it, or [`Store::settle`] does.
    Waiting,
    /// The file was changed by other hands since, so that nobody finishes it.
    Changed,
    /// New content waits beside no file that the last rows speak of.
    Leftover,
}

impl Store {
    /// Tells what is unfinished, by path.
    ///
    /// Cost: one listing of each directory below `zones/`. Errors: `io_error`.
    pub fn unfinished(&self) -> Result<Vec<Unfinished>, Error> {
        let jailed = |error: JailError| failure::of_jail(&error);
        if FileLock::is_held(self.jail(), layout::LOCK).map_err(jailed)? {
            return Ok(Vec::new());
        }
        let zones = self.zones()?;
        let mut unfinished = self.interrupted_change(zones.as_ref())?;
        let staged = unfinished.iter().flat_map(|found| staged_paths(&found.path, found.seq));
        let mut known: Vec<String> = staged.collect();
        if let Some(zones) = zones {
            let mut left = Vec::new();
            leftovers(zones, "", 0, &mut left).map_err(jailed)?;
            left.retain(|found| !known.contains(&found.path));
            known.clear();
            unfinished.extend(left);
        }
        unfinished.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(unfinished)
    }

    /// Finishes what can be finished of an interrupted change, and drops what does not count.
    ///
    /// Every write begins with it. Errors: as for [`Store::write`].
    pub fn settle(&self) -> Result<(), Error> {
        self.write("settle", |_| Ok(()))
    }

    /// Tells whether the lock file holds a note that no writer of this store could have left, or of which
    /// only a part was written. The next writer passes over it and removes it.
    ///
    /// Errors: `io_error`.
    pub fn has_doubtful_note(&self) -> Result<bool, Error> {
        let jailed = |error: JailError| failure::of_jail(&error);
        if FileLock::is_held(self.jail(), layout::LOCK).map_err(jailed)? {
            return Ok(false);
        }
        let note = FileLock::note_in(self.jail(), layout::LOCK).map_err(jailed)?;
        let log = self.journal().open(layout::AUDIT_LOG)?.map(|(file, _)| file);
        Ok(!note.is_empty() && believed(self, &note, log.as_ref())?.is_none())
    }

    fn interrupted_change(&self, zones: Option<&Jail>) -> Result<Vec<Unfinished>, Error> {
        let jailed = |error: JailError| failure::of_jail(&error);
        let note = FileLock::note_in(self.jail(), layout::LOCK).map_err(jailed)?;
        let log = self.journal().open(layout::AUDIT_LOG)?.map(|(file, _)| file);
        let intent = believed(self, &note, log.as_ref())?;
        let standing = standing(self, intent.as_ref(), log.as_ref())?;
        if standing == Standing::NotWritten {
            return Ok(Vec::new());
        }
        let found = interrupted(self, intent.as_ref(), standing, log.as_ref(), zones)?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let (first, why) = match found.plan {
            Plan::Done => return Ok(Vec::new()),
            Plan::Finish(first) => (first, WhyUnfinished::Waiting),
            Plan::Unfinished => (0, WhyUnfinished::Changed),
        };
        let left = found.steps.into_iter().skip(first);
        Ok(left.map(|step| Unfinished { path: step.path, seq: step.seq, why }).collect())
    }
}

/// Finds the files that wait below a directory.
fn leftovers(
    mut directory: Jail,
    place: &str,
    depth: usize,
    found: &mut Vec<Unfinished>,
) -> Result<(), JailError> {
    let mut inner = Vec::new();
    let listed = directory.list(&mut |name, kind| {
        let Ok(name) = std::str::from_utf8(name) else { return };
        match (kind, staged_seq(name)) {
            (FileType::Directory, _) => inner.push(name.to_owned()),
            (_, Some(seq)) => {
                let path = format!("{place}{name}");
                found.push(Unfinished { path, seq, why: WhyUnfinished::Leftover });
            }
            _ => {}
        }
    });
    match listed {
        Err(JailError::System(error)) if is_denied(&error) => return Ok(()),
        listed => listed?,
    }
    if depth >= DEEPEST {
        return Ok(());
    }
    for name in inner {
        match directory.below(&name) {
            Ok(below) => leftovers(below, &format!("{place}{name}/"), depth + 1, found)?,
            Err(JailError::System(error)) if !is_denied(&error) => return Err(error.into()),
            // What may not be read, or became something else meanwhile, others tell of.
            Err(_) => {}
        }
    }
    Ok(())
}

fn is_denied(error: &FileError) -> bool {
    error.source.kind() == io::ErrorKind::PermissionDenied
}
