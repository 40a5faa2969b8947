//! What a writer notes in the lock file before it begins, for whoever comes after it was killed.
//!
//! The log decides whether a change counts; the note tells which change it was, where the log ended, and
//! which files to look at. It is removed when all is done. It is a file like others and may be anything:
//! only what a writer could have noted at that place of the log is believed.

use std::fs::File;
use std::io;

use motus_fs::{Jail, read_at};
use motus_json::{Object, ReadOptions, Value, compact, read};
use textus_core::audit::Row;
use textus_core::manifest::Manifest;
use textus_core::{Code, Error, Etag};

use super::step::{Step, of_rows};
use crate::failure;
use crate::journal::{MOST_ROWS, last_seq_before};
use crate::layout;

/// The longest note, in bytes, and the most files that one change is about.
const MOST_BYTES: usize = 64 << 10;
const MOST_STEPS: usize = 8;

/// One change that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intent {
    /// How long the log is before.
    pub(super) log_length: u64,
    /// What is to be appended to it.
    pub(super) appended: String,
    /// What is to become of which files, in order.
    pub(super) steps: Vec<Step>,
}

/// How far the rows of a change got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing was appended, or a part that is no whole: the change does not count.
    NotWritten,
    /// Everything is there: the change counts, and nothing was written since.
    Committed,
    /// Everything is there, and others went on after it.
    Followed,
    /// The log is not the one that the note speaks of.
    Elsewhere,
}

impl Intent {
    /// Spells the note; a part of it does not read back.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let steps = self.steps.iter().map(|step| {
            let etag = |etag: &Option<Etag>| etag.as_ref().map(|etag| etag.as_str().to_owned());
            let mut told = Object::new();
            told.insert("seq", step.seq);
            told.insert("path", &step.path);
            told.insert("before", etag(&step.before));
            told.insert("after", etag(&step.after));
            Value::Object(told)
        });
        let mut note = Object::new();
        note.insert("log_length", self.log_length);
        note.insert("appended", &self.appended);
        note.insert("steps", Value::Array(steps.collect()));
        let mut text = compact::write(&Value::Object(note));
        text.push('\n');
        text.into_bytes()
    }

    /// Reads a note; what is none, not whole or no single change is `None`.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST_BYTES {
            return None;
        }
        let note = read(bytes.strip_suffix(b"\n")?, &ReadOptions::default()).ok()?;
        let steps = note.get("steps")?.as_array()?.iter().take(MOST_STEPS + 1).map(read_step);
        let appended = note.get("appended")?.as_str()?.to_owned();
        let log_length = note.get("log_length")?.as_u64()?;
        let intent = Self { log_length, appended, steps: steps.collect::<Option<_>>()? };
        (intent.steps.len() <= MOST_STEPS && intent.rows().is_some()).then_some(intent)
    }

    /// Refuses a change of which no note would be believed. Errors: `io_error`.
    pub(super) fn require_small(&self) -> Result<(), Error> {
        if self.steps.len() <= MOST_STEPS && self.rows().is_some() {
            return Ok(());
        }
        let message = format!("a change has at most {MOST_ROWS} rows and {MOST_STEPS} files");
        Err(Error::new(Code::IoError, message))
    }

    /// Reads what is to be appended: whole rows of one invocation, with numbers that follow each other.
    fn rows(&self) -> Option<Vec<Row>> {
        let lines = self.appended.strip_prefix('\n').unwrap_or(&self.appended);
        let lines = lines.strip_suffix('\n')?.split('\n').take(MOST_ROWS + 1);
        let rows: Vec<Row> =
            lines.map(|line| Row::from_line(line.as_bytes())).collect::<Option<_>>()?;
        let first = rows.first()?;
        first.correlation_id()?;
        let follows = |(seq, row): (u64, &Row)| {
            row.seq == seq && row.correlation_id() == first.correlation_id()
        };
        let is_one_change = rows.len() <= MOST_ROWS && (first.seq..).zip(&rows).all(follows);
        is_one_change.then_some(rows)
    }

    /// Tells whether a writer of this store could have left the note with this log.
    ///
    /// Its rows follow the last one before them and begin a line, and its steps are what they stand for.
    pub(super) fn is_plausible(
        &self,
        root: &Jail,
        manifest: &Manifest,
        log: Option<&File>,
    ) -> Result<bool, Error> {
        let is_noted = |path: &str| self.steps.iter().any(|step| step.path == path);
        let Some(rows) = self.rows() else { return Ok(false) };
        if of_rows(&rows, manifest, is_noted).as_ref() != Some(&self.steps) {
            return Ok(false);
        }
        let begins = match log {
            Some(log) => self
                .begins_a_line(log)
                .map_err(|error| failure::of_reading(&root.path_of(layout::AUDIT_LOG), &error))?,
            None => self.log_length == 0,
        };
        if !begins {
            return Ok(false);
        }
        let last = last_seq_before(root, log, self.log_length)?;
        Ok(rows.first().is_some_and(|row| Some(row.seq) == last.checked_add(1)))
    }

    /// Tells whether the log was as long, and its last line closed unless the note closes it.
    fn begins_a_line(&self, log: &File) -> io::Result<bool> {
        if self.log_length > log.metadata()?.len() {
            return Ok(false);
        }
        let is_closed = match self.log_length.checked_sub(1) {
            None => true,
            Some(last) => read_at(log, last, 1)? == b"\n",
        };
        Ok(is_closed != self.appended.starts_with('\n'))
    }

    /// Tells whether the part of the rows that is in the log holds one that is whole.
    pub(super) fn has_whole_row(&self, log: &File) -> io::Result<bool> {
        let found = read_at(log, self.log_length, self.appended.len())?;
        Ok(found.split(|byte| *byte == b'\n').any(|line| Row::from_line(line).is_some()))
    }

    /// Looks how much of what was to be appended is in the log.
    pub(super) fn standing(&self, log: Option<&File>) -> io::Result<Standing> {
        let Some(log) = log else { return Ok(Standing::NotWritten) };
        let length = log.metadata()?.len();
        let wanted = self.appended.as_bytes();
        let found = read_at(log, self.log_length, wanted.len())?;
        let end = self.log_length.checked_add(u64::try_from(found.len()).unwrap_or(u64::MAX));
        Ok(if found == wanted {
            if end == Some(length) { Standing::Committed } else { Standing::Followed }
        } else if end == Some(length) && wanted.starts_with(&found) {
            Standing::NotWritten
        } else {
            Standing::Elsewhere
        })
    }
}

fn read_step(step: &Value) -> Option<Step> {
    let etag = |name: &str| match step.get(name)? {
        Value::Null => Some(None),
        etag => Some(Some(Etag::claimed(etag.as_str()?))),
    };
    Some(Step {
        seq: step.get("seq")?.as_u64()?,
        path: step.get("path")?.as_str()?.to_owned(),
        before: etag("before")?,
        after: etag("after")?,
    })
}

#[cfg(test)]
mod tests;
