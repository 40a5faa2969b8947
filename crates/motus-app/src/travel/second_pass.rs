//! The second reading: what is new is added, in short transactions of whole runs.
//!
//! Every line is checked again, since nothing holds the file still but a look at it before each commit; and
//! every plan is made again in the transaction that carries it out, since others may write meanwhile.

use motus_ledger::Store;
use motus_ledger::kind::KindVersion;
use motus_ledger::travel::{
    Catalogue, Line, Placement, Snapshot, Tally, apply, apply_kind, plan, read_line,
};

use super::TravelError;
use super::lines::Lines;
use super::source::Input;

/// How much one transaction takes at most, unless a single run is more: other writers wait for it.
const MOST_RUNS: usize = 64;
const MOST_EVENTS: usize = 1000;
const MOST_BYTES: usize = 4 << 20;

/// Adds what is new, and returns what was done.
pub(super) fn run(store: &mut dyn Store, input: Input) -> Result<Tally, TravelError> {
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
    /// New kinds that follow each other go in together: their order is that of another Store.
    kinds: Vec<(u64, KindVersion)>,
    runs: Runs,
    done: Tally,
}

/// Runs that wait for their transaction.
#[derive(Default)]
struct Runs {
    waiting: Vec<(u64, Box<Snapshot>)>,
    events: usize,
    bytes: usize,
}

impl<'a> Writer<'a> {
    fn new(store: &'a mut dyn Store) -> Result<Self, TravelError> {
        let catalogue = Catalogue::of(&*store.begin_read()?)?;
        Ok(Self {
            store,
            catalogue,
            kinds: Vec::new(),
            runs: Runs::default(),
            done: Tally::default(),
        })
    }

    fn write_all(&mut self, lines: &mut Lines<Input>) -> Result<(), TravelError> {
        while let Some((number, line)) = lines.next()? {
            let bytes = line.len();
            match read_line(line).map_err(TravelError::at(number))? {
                Line::Kind(version) => {
                    self.write_runs(lines.input())?;
                    let placement =
                        self.catalogue.add(&version).map_err(TravelError::at(number))?;
                    if placement != Placement::Known {
                        self.kinds.push((number, version));
                    }
                }
                Line::Run(snapshot) => {
                    self.write_kinds(lines.input())?;
                    self.catalogue.settle();
                    self.catalogue.check(&snapshot).map_err(TravelError::at(number))?;
                    if !self.runs.have_room_for(&snapshot, bytes) {
                        self.write_runs(lines.input())?;
                    }
                    self.runs.add(number, snapshot, bytes);
                    if self.runs.are_enough() {
                        self.write_runs(lines.input())?;
                    }
                }
            }
        }
        self.write_kinds(lines.input())?;
        self.write_runs(lines.input())
    }

    fn write_kinds(&mut self, input: &Input) -> Result<(), TravelError> {
        if self.kinds.is_empty() {
            return Ok(());
        }
        let mut done = self.done;
        let mut transaction = self.store.begin_write()?;
        let mut catalogue = Catalogue::of(&*transaction)?;
        for (line, version) in self.kinds.drain(..) {
            let placement = catalogue.add(&version).map_err(TravelError::at(line))?;
            apply_kind(&mut *transaction, &version, placement)?;
            done.count_kind(placement);
        }
        input.confirm_unchanged()?;
        transaction.commit()?;
        self.done = done;
        Ok(())
    }

    fn write_runs(&mut self, input: &Input) -> Result<(), TravelError> {
        let runs = std::mem::take(&mut self.runs);
        if runs.waiting.is_empty() {
            return Ok(());
        }
        let mut done = self.done;
        let mut transaction = self.store.begin_write()?;
        for (line, snapshot) in &runs.waiting {
            let plan = plan(&*transaction, snapshot).map_err(TravelError::at(*line))?;
            apply(&mut *transaction, snapshot, plan)?;
            done.count_run(plan);
        }
        input.confirm_unchanged()?;
        transaction.commit()?;
        self.done = done;
        Ok(())
    }

    /// Says why it could not go on: a file that was changed explains all that is wrong with it.
    fn stopped(&self, input: &Input, error: TravelError) -> TravelError {
        let error = match error {
            TravelError::Line { .. } => input.confirm_unchanged().err().unwrap_or(error),
            other => other,
        };
        if self.done.is_nothing_new() {
            return error;
        }
        TravelError::Stopped { done: self.done, error: Box::new(error) }
    }
}

impl Runs {
    fn have_room_for(&self, snapshot: &Snapshot, bytes: usize) -> bool {
        self.waiting.len() < MOST_RUNS
            && self.events.saturating_add(snapshot.events().len()) <= MOST_EVENTS
            && self.bytes.saturating_add(bytes) <= MOST_BYTES
    }

    /// Tells whether to write before the next line is read, which may be as long again.
    fn are_enough(&self) -> bool {
        self.waiting.len() >= MOST_RUNS || self.events >= MOST_EVENTS || self.bytes >= MOST_BYTES
    }

    fn add(&mut self, line: u64, snapshot: Box<Snapshot>, bytes: usize) {
        self.events = self.events.saturating_add(snapshot.events().len());
        self.bytes = self.bytes.saturating_add(bytes);
        self.waiting.push((line, snapshot));
    }
}
