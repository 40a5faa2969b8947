//! The second reading: what is new is added, in short transactions of whole runs.
//!
//! Every line is checked again, since nothing holds the file still but a look at it before each commit; and
//! every plan is made again in the transaction that carries it out, since others may write meanwhile.

use std::collections::BTreeMap;
use std::mem;
use std::ops::ControlFlow;

use motus_ledger::kind::KindVersion;
use motus_ledger::travel::{
    Catalogue, ExportedRun, Line, Placement, Plan, apply, apply_kind, plan, read_line,
};
use motus_ledger::{ReadTransaction, Store, StoreError, WriteTransaction};

use super::lines::Lines;
use super::recorder::refuse_live;
use super::source::Input;
use super::{Taken, TravelError};

/// How much one transaction takes at most, unless a single run is more: other writers wait for it.
const MOST_RUNS: usize = 64;
const MOST_EVENTS: usize = 1000;
const MOST_BYTES: usize = 4 << 20;

/// Adds what is new, and returns what was done.
pub(super) fn run(store: &mut dyn Store, input: Input) -> Result<Taken, TravelError> {
    let mut lines = Lines::of(input.again()?);
    let mut writer = Writer::new(store)?;
    match writer.write_all(&mut lines) {
        Ok(()) => Ok(writer.done),
        Err(error) => Err(writer.stopped(lines.input(), error)),
    }
}

struct Writer<'a> {
    store: &'a mut dyn Store,
    /// What events may refer to: the kinds of the Store, and those of earlier lines.
    catalogue: Catalogue,
    /// The version that the Store tells first: one that is added behind the latest comes before it.
    oldest: Option<Name>,
    waiting: Waiting,
    done: Taken,
}

/// The kind and the digest of a version.
type Name = (String, String);

/// Kinds and runs that wait for their transaction.
#[derive(Default)]
struct Waiting {
    kinds: Vec<WaitingKind>,
    /// The latest version of each of these kinds before the first of them.
    latest: BTreeMap<String, Option<String>>,
    runs: Vec<(u64, Box<ExportedRun>)>,
    events: usize,
    bytes: usize,
}

/// A version that the Store did not have when its line was read.
struct WaitingKind {
    line: u64,
    version: KindVersion,
    placement: Placement,
    /// How many runs wait before it.
    runs_before: usize,
}

impl<'a> Writer<'a> {
    fn new(store: &'a mut dyn Store) -> Result<Self, TravelError> {
        let (catalogue, oldest) = {
            let transaction = store.begin_read()?;
            (Catalogue::of(&*transaction)?, oldest_of(&*transaction)?)
        };
        let (waiting, done) = (Waiting::default(), Taken::default());
        Ok(Self { store, catalogue, oldest, waiting, done })
    }

    fn write_all(&mut self, lines: &mut Lines<Input>) -> Result<(), TravelError> {
        while let Some((number, line)) = lines.next()? {
            let bytes = line.len();
            match read_line(line).map_err(TravelError::at(number))? {
                Line::Kind(version) => self.take_kind(number, version, bytes)?,
                Line::Run(exported) => {
                    self.catalogue.settle();
                    self.catalogue.check(&exported).map_err(TravelError::at(number))?;
                    if !self.waiting.have_room_for(&exported, bytes) {
                        self.write(lines.input())?;
                    }
                    self.waiting.add_run(number, exported, bytes);
                    if self.waiting.are_enough() {
                        self.write(lines.input())?;
                    }
                }
            }
        }
        self.write(lines.input())
    }

    /// Decides where a version belongs, for a Store that nobody else adds kinds to meanwhile.
    ///
    /// New kinds that follow each other go in together: their order is that of another Store.
    fn take_kind(
        &mut self,
        line: u64,
        version: KindVersion,
        bytes: usize,
    ) -> Result<(), TravelError> {
        let latest = self.catalogue.latest(&version.schema_kind).map(str::to_owned);
        let placement = self.catalogue.add(&version).map_err(TravelError::at(line))?;
        if placement != Placement::Known {
            self.waiting.add_kind(line, version, placement, latest, bytes);
        }
        Ok(())
    }

    fn write(&mut self, input: &Input) -> Result<(), TravelError> {
        let mut waiting = mem::take(&mut self.waiting);
        if waiting.kinds.is_empty() && waiting.runs.is_empty() {
            return Ok(());
        }
        let mut tally = self.done.tally;
        let mut continued = Vec::new();
        let mut transaction = self.store.begin_write()?;
        if !waiting.kinds.is_empty() {
            if !is_as_known(&*transaction, &waiting, self.oldest.as_ref())? {
                self.catalogue = decide_again(&*transaction, &mut waiting)?;
            }
            for kind in &waiting.kinds {
                apply_kind(&mut *transaction, &kind.version, kind.placement)?;
                tally.count_kind(kind.placement);
            }
            self.oldest = oldest_of(&*transaction)?;
        }
        for (line, exported) in &waiting.runs {
            let plan = add_run(&mut *transaction, *line, exported)?;
            if matches!(plan, Plan::Continues { .. }) {
                continued.push(exported.run().id.clone());
            }
            tally.count_run(plan);
        }
        input.confirm_unchanged()?;
        transaction.commit()?;
        self.done.tally = tally;
        self.done.continued.append(&mut continued);
        Ok(())
    }

    /// Says why it could not go on: a file that was changed explains all that is wrong with it.
    fn stopped(&self, input: &Input, error: TravelError) -> TravelError {
        let error = match error {
            TravelError::Line { .. } => input.confirm_unchanged().err().unwrap_or(error),
            other => other,
        };
        if self.done.tally.is_nothing_new() {
            return error;
        }
        TravelError::Stopped { done: self.done.tally, error: Box::new(error) }
    }
}

/// Adds what is missing of a run, by what the Store says in the transaction.
fn add_run(
    transaction: &mut dyn WriteTransaction,
    line: u64,
    exported: &ExportedRun,
) -> Result<Plan, TravelError> {
    let plan = plan(transaction, exported).map_err(TravelError::at(line))?;
    refuse_live(transaction, exported.run(), plan).map_err(TravelError::at(line))?;
    apply(transaction, exported, plan)?;
    Ok(plan)
}

/// Tells whether nobody added a version of these kinds since they were decided about.
///
/// Reading all kinds again for each transaction would cost their number times that of the transactions. A
/// version that another one added is its kind's latest, or is told before all that were there.
fn is_as_known(
    store: &dyn ReadTransaction,
    waiting: &Waiting,
    oldest: Option<&Name>,
) -> Result<bool, StoreError> {
    if oldest_of(store)?.as_ref() != oldest {
        return Ok(false);
    }
    for (kind, known) in &waiting.latest {
        let latest = store.latest_kind_version(kind)?.map(|version| version.schema_hash);
        if latest != *known {
            return Ok(false);
        }
    }
    Ok(true)
}

fn oldest_of(store: &dyn ReadTransaction) -> Result<Option<Name>, StoreError> {
    let mut oldest = None;
    store.visit_kind_versions(&mut |version| {
        oldest = Some((version.schema_kind, version.schema_hash));
        ControlFlow::Break(())
    })?;
    Ok(oldest)
}

/// Decides about the kinds anew, by what the Store has now, and returns that with them.
fn decide_again(
    store: &dyn ReadTransaction,
    waiting: &mut Waiting,
) -> Result<Catalogue, TravelError> {
    let mut catalogue = Catalogue::of(store)?;
    let mut runs_before = 0;
    for kind in &mut waiting.kinds {
        if kind.runs_before != runs_before {
            catalogue.settle();
            runs_before = kind.runs_before;
        }
        kind.placement = catalogue.add(&kind.version).map_err(TravelError::at(kind.line))?;
    }
    Ok(catalogue)
}

impl Waiting {
    fn have_room_for(&self, exported: &ExportedRun, bytes: usize) -> bool {
        self.runs.len() < MOST_RUNS
            && self.events.saturating_add(exported.events().len()) <= MOST_EVENTS
            && self.bytes.saturating_add(bytes) <= MOST_BYTES
    }

    /// Tells whether to write before the next line is read, which may be as long again.
    fn are_enough(&self) -> bool {
        self.runs.len() >= MOST_RUNS || self.events >= MOST_EVENTS || self.bytes >= MOST_BYTES
    }

    fn add_kind(
        &mut self,
        line: u64,
        version: KindVersion,
        placement: Placement,
        latest: Option<String>,
        bytes: usize,
    ) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.latest.entry(version.schema_kind.clone()).or_insert(latest);
        let runs_before = self.runs.len();
        self.kinds.push(WaitingKind { line, version, placement, runs_before });
    }

    fn add_run(&mut self, line: u64, exported: Box<ExportedRun>, bytes: usize) {
        self.events = self.events.saturating_add(exported.events().len());
        self.bytes = self.bytes.saturating_add(bytes);
        self.runs.push((line, exported));
    }
}
