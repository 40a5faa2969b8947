//! One walk over all that a Store holds: what disagrees with itself, and what no listing shows.

use std::ops::ControlFlow;

use motus_ledger::integrity::{Disagreement, EventCheck, check_kind_version, check_run};
use motus_ledger::wrap::{START_KIND, is_of_wrapping};
use motus_ledger::{ReadTransaction, Run, RunId, Store, StoreError, StoreErrorKind, counted};
use motus_store::{Sample, SqliteStore};

use crate::doctor::PAGE;

/// Sorts behind every identifier that is listed.
const BEHIND_ALL: &str = "\u{10ffff}";

/// Compares every digest, identifier and number of the Store with what its rows come to, and the number of
/// rows with how many are listed.
pub(super) fn disagreements(store: &mut SqliteStore) -> Result<Sample, StoreError> {
    // Counted before: rows are only ever added, so the walk meets as many or more.
    let counts = store.row_counts()?;
    let transaction = store.begin_read()?;
    let mut walk = Walk { rows: &*transaction, events: Some(0), found: Sample::default() };
    let kind_versions = walk.kind_versions()?;
    let runs = walk.runs()?;
    let locks = walk.locks()?;
    for (table, count) in counts {
        let listed = match table {
            "events" => walk.events,
            "kind_versions" => kind_versions,
            "locks" => locks,
            _ => Some(runs),
        };
        if let Some(hidden @ 1..) = listed.map(|listed| count.saturating_sub(listed)) {
            let hidden = counted(hidden, "row");
            walk.found.add(&format!("{hidden} of `{table}` cannot be listed"));
        }
    }
    Ok(walk.found)
}

struct Walk<'a> {
    rows: &'a dyn ReadTransaction,
    /// How many events were met; `None` once some could not be read.
    events: Option<u64>,
    found: Sample,
}

impl Walk<'_> {
    /// Returns how many versions there are; `None` when one cannot be read.
    fn kind_versions(&mut self) -> Result<Option<u64>, StoreError> {
        let (mut count, found) = (0, &mut self.found);
        let walked = self.rows.visit_kind_versions(&mut |version| {
            count += 1;
            note(found, check_kind_version(&version));
            ControlFlow::Continue(())
        });
        Ok(self.unless_unreadable(walked)?.map(|()| count))
    }

    /// Returns how many runs are listed.
    fn runs(&mut self) -> Result<u64, StoreError> {
        let (mut after, mut limit, mut count) = (None, PAGE, 0);
        loop {
            let page = match self.rows.run_ids_after(after.as_ref(), limit) {
                // One at a time, up to the identifier that is none; nothing behind it is ever listed.
                Err(error) if is_of_a_row(&error) && limit > 1 => {
                    limit = 1;
                    continue;
                }
                page => self.unless_unreadable(page)?.unwrap_or_default(),
            };
            let Some(last) = page.last() else {
                return Ok(count);
            };
            after = Some(last.clone());
            for id in page.iter().filter(|id| id.as_str() < BEHIND_ALL) {
                count += 1;
                self.run(id)?;
            }
        }
    }

    fn run(&mut self, id: &RunId) -> Result<(), StoreError> {
        let run = self.rows.run(id);
        let run = self.unless_unreadable(run)?.flatten();
        note(&mut self.found, run.as_ref().and_then(check_run));
        let (mut check, mut is_started, mut count) = (EventCheck::new(), false, 0);
        let found = &mut self.found;
        let walked = self.rows.visit_events(id, &mut |event| {
            count += 1;
            is_started |= event.schema_kind == START_KIND;
            note(found, check.check(&event));
            ControlFlow::Continue(())
        });
        let walked = self.unless_unreadable(walked)?;
        self.events = self.events.zip(walked).map(|(events, ())| events + count);
        let is_closed = |run: &Run| is_of_wrapping(&run.source) && !run.is_open();
        if walked.is_some() && !is_started && run.as_ref().is_some_and(is_closed) {
            self.found.add(&format!("{id}: closed, and the event of its start is missing"));
        }
        Ok(())
    }

    /// Returns how many locks there are; `None` when one cannot be read, which their own check tells.
    fn locks(&self) -> Result<Option<u64>, StoreError> {
        let (mut after, mut count) = (None::<String>, 0);
        loop {
            let page = match self.rows.locks(after.as_deref(), PAGE) {
                Err(error) if is_of_a_row(&error) => return Ok(None),
                page => page?,
            };
            let Some(last) = page.last() else {
                return Ok(Some(count));
            };
            after = Some(last.resource.clone());
            count += u64::try_from(page.len()).unwrap_or(u64::MAX);
        }
    }

    /// Notes a row that cannot be read, and goes on with what is left.
    fn unless_unreadable<T>(
        &mut self,
        read: Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match read {
            Err(error) if is_of_a_row(&error) => {
                self.found.add(&error.to_string());
                Ok(None)
            }
            other => other.map(Some),
        }
    }
}

/// Tells trouble with a single row from trouble with the Store.
pub(super) fn is_of_a_row(error: &StoreError) -> bool {
    matches!(error.kind(), StoreErrorKind::RowInvalid | StoreErrorKind::RowTooLarge)
}

fn note(found: &mut Sample, disagreement: Option<Disagreement>) {
    if let Some(it) = disagreement {
        found.add(&format!("{}: {}", it.subject, it.problem));
    }
}
