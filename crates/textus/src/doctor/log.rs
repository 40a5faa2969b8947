//! What the audit log says of itself, and who wrote what last: one pass for both.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use textus_core::Error;
use textus_core::audit::Row;

use super::issue::{Issue, Issues, Level};
use crate::{Scanned, Store, layout};

/// What one pass over the log found.
#[derive(Debug, Default)]
pub(super) struct LogFacts {
    pub(super) issues: Issues,
    /// The role of the last put or delete of each key in the log that is not rotated.
    last_writers: BTreeMap<String, String>,
    /// What each key's file was after its last row.
    last_etags: BTreeMap<String, Option<String>>,
}

impl LogFacts {
    /// Reads the log. Errors: `io_error`.
    pub(super) fn read(store: &Store) -> Result<Self, Error> {
        let mut facts = Self::default();
        let mut last_seq = None;
        store.journal().scan(&mut |scanned| {
            facts.take(store, scanned, &mut last_seq);
            ControlFlow::Continue(())
        })?;
        Ok(facts)
    }

    /// Takes rows that were read already.
    pub(super) fn of(rows: &[Row]) -> Self {
        let mut facts = Self::default();
        for row in rows {
            facts.remember(row);
        }
        facts
    }

    /// Returns who wrote a key last, as far as the log knows.
    pub(super) fn last_writer(&self, key: &str) -> Option<&str> {
        self.last_writers.get(key).map(String::as_str)
    }

    /// Returns the etag that the log told last of a key; `None` where it tells nothing, or that it is gone.
    pub(super) fn last_etag(&self, key: &str) -> Option<&str> {
        self.last_etags.get(key)?.as_deref()
    }

    fn take(&mut self, store: &Store, scanned: Scanned, last_seq: &mut Option<u64>) {
        let place = store.root().join(&scanned.file);
        let place = format!("{}:{}", place.to_string_lossy(), scanned.line);
        let Some(row) = scanned.row else {
            let message = format!("{place} is no row of an audit log");
            self.issues.push(Issue::new("audit.parse_error", Level::Warning, place, message));
            return;
        };
        // The next number is one more than the highest, also after rows that repeat.
        let last = last_seq.replace(last_seq.map_or(row.seq, |last| last.max(row.seq)));
        if let Some(last) = last
            && row.seq != last.saturating_add(1)
        {
            let message = format!("{place} is row {} after row {last}", row.seq);
            let fix = "two branches were merged, rows were removed or repeated, or somebody wrote without \
                       the lock";
            self.issues.push(Issue::new("audit.seq_gap", Level::Warning, place, message).fix(fix));
        }
        if scanned.file == layout::AUDIT_LOG {
            self.remember(&row);
        }
    }

    fn remember(&mut self, row: &Row) {
        if row.verb == "put" || row.verb == "delete" {
            self.last_writers.insert(row.key.clone(), row.role.clone());
        }
        if let Some(moved) = &row.moved {
            self.last_etags.insert(moved.from_key.clone(), None);
        }
        self.last_etags.insert(row.key.clone(), row.etag_after.clone());
    }
}
