//! One Store with a clock and ids, and the ledger's operations on it, one per transaction.

use std::ops::ControlFlow;
use std::path::Path;

use motus_json::{Value, canonical};
use motus_ledger::kind::Schema;
use motus_ledger::operation::{self, AcquireRequest, CloseRequest};
use motus_ledger::projection::{self, ProjectionError};
use motus_ledger::work::WorkError;
use motus_ledger::{
    Event, Fence, LedgerError, Lock, NewEvent, NewRun, ReadTransaction, Run, RunId, Store,
    WriteTransaction, export,
};
use motus_store::{SqliteStore, StorePlace};

use crate::sample::json;
use crate::{FixedClock, SequentialIds};

/// A Store under test.
pub struct TestLedger {
    /// The Store.
    pub store: Box<dyn Store>,
    /// The time that operations see.
    pub clock: FixedClock,
    /// The random part of the run ids that operations make.
    pub ids: SequentialIds,
}

impl TestLedger {
    /// Puts a clock and ids beside a Store.
    pub fn new(store: Box<dyn Store>) -> Self {
        Self { store, clock: FixedClock::default(), ids: SequentialIds::default() }
    }

    /// Opens the Store in a file, which is made when it is missing.
    pub fn at(path: &Path) -> Self {
        let opened = SqliteStore::open(&StorePlace::new(path), true).expect("the Store opens");
        Self::new(Box::new(opened.store))
    }

    /// Runs `work` in a write transaction, which is committed unless `work` fails.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&mut dyn WriteTransaction) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let done = work(&mut *transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Runs a step of the work loop in a write transaction, which is committed unless the step is refused.
    pub fn step<T>(
        &mut self,
        step: impl FnOnce(
            &mut dyn WriteTransaction,
            &FixedClock,
            &SequentialIds,
        ) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let mut transaction = self.store.begin_write()?;
        let done = step(&mut *transaction, &self.clock, &self.ids)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Runs `work` in a read transaction.
    pub fn read<T>(&mut self, work: impl FnOnce(&dyn ReadTransaction) -> T) -> T {
        work(&*self.store.begin_read().expect("the Store can be read"))
    }

    /// Starts a run.
    pub fn start(&mut self, request: &NewRun) -> Result<Run, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let run = operation::start_run(&mut *transaction, request, &self.clock, &self.ids)?;
        transaction.commit()?;
        Ok(run)
    }

    /// Registers a version of a kind; the schema is a JSON text.
    pub fn register(&mut self, kind: &str, schema: &str) -> Result<String, LedgerError> {
        let schema = Schema::new(json(schema))?;
        let mut transaction = self.store.begin_write()?;
        let hash = operation::register_kind(&mut *transaction, kind, &schema, &self.clock)?;
        transaction.commit()?;
        Ok(hash)
    }

    /// Appends an event.
    pub fn append(&mut self, request: &NewEvent) -> Result<Event, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let event = operation::append_event(&mut *transaction, request, &self.clock)?;
        transaction.commit()?;
        Ok(event)
    }

    /// Closes a run.
    pub fn close(&mut self, request: &CloseRequest) -> Result<Run, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let run = operation::close_run(&mut *transaction, request, &self.clock)?;
        transaction.commit()?;
        Ok(run)
    }

    /// Takes or renews a lock.
    pub fn acquire(&mut self, request: &AcquireRequest) -> Result<Lock, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let lock = operation::acquire_lock(&mut *transaction, request, &self.clock)?;
        transaction.commit()?;
        Ok(lock)
    }

    /// Confirms that a lock is held, in a transaction that only reads.
    pub fn assert(&mut self, fence: &Fence) -> Result<Lock, LedgerError> {
        operation::assert_lock(&*self.store.begin_read()?, fence, &self.clock)
    }

    /// Gives a lock back.
    pub fn release(&mut self, fence: &Fence) -> Result<Lock, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let lock = operation::release_lock(&mut *transaction, fence, &self.clock)?;
        transaction.commit()?;
        Ok(lock)
    }

    /// Appends an event under a lock.
    ///
    /// What a refusal has written so far is committed, so that a test sees whether it is nothing.
    pub fn append_fenced(
        &mut self,
        request: &NewEvent,
        fence: &Fence,
    ) -> Result<Event, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let event = operation::append_fenced_event(&mut *transaction, request, fence, &self.clock);
        transaction.commit()?;
        event
    }

    /// Closes a run under a lock; a refusal is committed as by [`TestLedger::append_fenced`].
    pub fn close_fenced(
        &mut self,
        request: &CloseRequest,
        fence: &Fence,
    ) -> Result<Run, LedgerError> {
        let mut transaction = self.store.begin_write()?;
        let run = operation::close_fenced_run(&mut *transaction, request, fence, &self.clock);
        transaction.commit()?;
        run
    }

    /// Returns the lock of a resource, if it was ever taken.
    pub fn lock(&mut self, resource: &str) -> Option<Lock> {
        self.read(|transaction| transaction.lock(resource)).expect("the Store can be read")
    }

    /// Returns a run that must be there.
    pub fn run(&mut self, id: &RunId) -> Run {
        let found = self.read(|transaction| transaction.run(id));
        found.expect("the Store can be read").expect("the run is there")
    }

    /// Returns all events of a run in sequence order.
    pub fn events(&mut self, run: &RunId) -> Vec<Event> {
        self.read(|transaction| events_of(transaction, run))
    }

    /// Returns the export of a run.
    pub fn export(&mut self, run: &RunId) -> String {
        let mut bytes = Vec::new();
        self.read(|transaction| export::export_run(transaction, run, &mut bytes))
            .expect("the run can be exported");
        String::from_utf8(bytes).expect("an export is ASCII")
    }

    /// Returns the canonical text of the receipt of a closed run.
    pub fn receipt(&mut self, run: &RunId) -> String {
        self.project(|transaction| projection::receipt(transaction, run))
    }

    /// Returns the canonical text of what `project` makes of the Store.
    pub fn project<T: Into<Value>>(
        &mut self,
        project: impl FnOnce(&dyn ReadTransaction) -> Result<T, ProjectionError>,
    ) -> String {
        let projected = self.read(project).expect("the projection can be made");
        canonical::store::write(&projected.into())
    }
}

/// Returns all events of a run as a transaction sees them.
pub fn events_of(transaction: &dyn ReadTransaction, run: &RunId) -> Vec<Event> {
    let mut events = Vec::new();
    let visited = transaction.visit_events(run, &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    });
    visited.expect("the events can be read");
    events
}
