//! The first pass over a file: everything is checked, nothing is written.

use std::collections::BTreeSet;

use motus_json::{Value, canonical};

use super::catalogue::{Catalogue, Placement};
use super::exported_run::ExportedRun;
use super::line::Line;
use super::plan::{Plan, plan};
use super::refusal::{ImportError, Refusal, RefusalKind};
use crate::{Digest, ReadTransaction, Run, RunId, StoreError};

/// How much of a file was, or is to be, taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Versions of kinds that the Store did not have.
    pub kinds_added: u64,
    /// Runs that the Store did not have.
    pub runs_added: u64,
    /// Runs that the Store had in part.
    pub runs_continued: u64,
    /// Runs that the Store had.
    pub runs_already_there: u64,
}

impl Tally {
    /// Counts a version of a kind.
    pub fn count_kind(&mut self, placement: Placement) {
        let added = u64::from(placement != Placement::Known);
        self.kinds_added = self.kinds_added.saturating_add(added);
    }

    /// Counts a run.
    pub fn count_run(&mut self, plan: Plan) {
        let counter = match plan {
            Plan::New => &mut self.runs_added,
            Plan::Continues { .. } => &mut self.runs_continued,
            Plan::Contained => &mut self.runs_already_there,
        };
        *counter = counter.saturating_add(1);
    }

    /// Tells whether there is nothing to write.
    pub fn is_nothing_new(&self) -> bool {
        self.kinds_added == 0 && self.runs_added == 0 && self.runs_continued == 0
    }
}

/// The state of a first pass: what the lines so far brought.
///
/// Memory: the kinds, and some two hundred bytes for each run.
pub struct Survey<'a> {
    store: Option<&'a dyn ReadTransaction>,
    catalogue: Catalogue,
    runs: BTreeSet<RunId>,
    /// The requests that started them: no two runs of a Store have one.
    starts: BTreeSet<Digest>,
    tally: Tally,
}

impl<'a> Survey<'a> {
    /// Begins before the first line; without a Store, as if it were empty.
    pub fn new(store: Option<&'a dyn ReadTransaction>) -> Result<Self, StoreError> {
        let catalogue = store.map_or_else(|| Ok(Catalogue::new()), Catalogue::of)?;
        let (runs, starts) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { store, catalogue, runs, starts, tally: Tally::default() })
    }

    /// Checks the next line against the Store and the lines before it; of a run, says what becomes of it.
    ///
    /// Errors: those of [`Catalogue::add`], [`Catalogue::check`] and [`plan`]; `import.run_repeated`.
    pub fn observe(&mut self, line: &Line) -> Result<Option<Plan>, ImportError> {
        match line {
            Line::Kind(version) => {
                self.tally.count_kind(self.catalogue.add(version)?);
                Ok(None)
            }
            Line::Run(exported) => {
                self.catalogue.settle();
                self.refuse_repeated(exported.run())?;
                self.catalogue.check(exported)?;
                let plan = self.plan(exported)?;
                self.tally.count_run(plan);
                Ok(Some(plan))
            }
        }
    }

    /// Returns what the lines so far come to.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn plan(&self, exported: &ExportedRun) -> Result<Plan, ImportError> {
        self.store.map_or(Ok(Plan::New), |store| plan(store, exported))
    }

    fn refuse_repeated(&mut self, run: &Run) -> Result<(), Refusal> {
        if !self.runs.insert(run.id.clone()) {
            let problem = "the run stands on an earlier line";
            return Err(Refusal::new(RefusalKind::RunRepeated, run.id.as_str(), problem));
        }
        if !self.starts.insert(digest_of_start(run)) {
            let problem = "another run of the file was started under its source, producer and key";
            return Err(Refusal::new(RefusalKind::RunConflict, run.id.as_str(), problem));
        }
        Ok(())
    }
}

/// Returns a digest of what must be unique, so that long texts are not kept.
fn digest_of_start(run: &Run) -> Digest {
    let request = [&run.source, &run.producer_id, &run.idempotency_key];
    let request: Value = request.into_iter().collect();
    Digest::of(canonical::store::write(&request))
}
