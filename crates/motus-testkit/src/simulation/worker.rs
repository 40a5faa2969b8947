//! A worker: it looks, is paused, and then writes its request and the record of it in one transaction.

use std::thread;
use std::time::Duration;

use motus_ledger::operation::append_event;
use motus_ledger::{LedgerError, Store};

use super::asking::{Asking, Memory};
use super::operation::Operation;
use super::perform::{Caller, answer, perform};
use super::plan::{ClockChange, Fate, Plan};
use super::planted::{Plant, SeenEarly, perform_planted};
use super::step::Step;
use super::world::{self, Moment, WorkerIds};

/// How long a paused worker does not look what others do, and how often it does so at the most.
const GLANCE: Duration = Duration::from_micros(200);
const GLANCES: u32 = 40;

/// Which worker it is, in which of its lives, and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub(super) seed: u64,
    pub(super) worker: u64,
    pub(super) life: u64,
    pub(super) plant: Option<Plant>,
    /// Whether it dies where its plan says so; otherwise somebody else sees to that.
    pub(super) dies_by_plan: bool,
}

/// One worker with its own handle on the Store.
pub(super) struct Worker {
    identity: Identity,
    store: Box<dyn Store>,
    ids: WorkerIds,
    /// The turn of the plan that is next.
    number: u64,
    /// The turn with which this life began: death does not come for it twice.
    from: u64,
    /// By how much the clock is wrong, in milliseconds.
    wrong_by: i64,
    memory: Memory,
}

/// A request that is about to be made.
#[derive(Debug)]
pub(super) struct Prepared {
    operation: Operation,
    moment: Moment,
    /// How many steps the history had.
    steps: u64,
    seen: SeenEarly,
    fate: Fate,
    /// For how long others may go on before it is made.
    pub(super) pause: u64,
}

/// A step that the worker was told to be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acknowledged {
    /// Its number in the history run.
    pub(super) seq: u64,
    /// The payload of its event.
    pub(super) payload: String,
}

impl Worker {
    /// Begins a life at a turn of the plan.
    pub(super) fn new(identity: Identity, from: u64, store: Box<dyn Store>) -> Self {
        let Identity { seed, worker, life, .. } = identity;
        Self {
            identity,
            store,
            ids: WorkerIds::new(seed, worker, life),
            number: from,
            from,
            wrong_by: Plan::of(seed).wrong_by(worker),
            memory: Memory::default(),
        }
    }

    /// Looks at the Store and at the clock, and decides what to ask for; `None` at the end of the plan.
    pub(super) fn prepare(&mut self) -> Result<Option<Prepared>, LedgerError> {
        let plan = Plan::of(self.identity.seed);
        if self.number >= plan.turns(self.identity.worker) {
            return Ok(None);
        }
        let turn = plan.turn(self.identity.worker, self.number);
        match turn.clock {
            ClockChange::None => {}
            ClockChange::Jump(by) => self.wrong_by = self.wrong_by.saturating_add(by),
            ClockChange::Right => self.wrong_by = 0,
        }
        let transaction = self.store.begin_read()?;
        let steps = transaction.last_seq(&world::history_run())?;
        let moment = Moment::after_steps(steps, self.wrong_by);
        let asking = Asking { worker: self.identity.worker, memory: &self.memory };
        let operation = asking.resolve(&turn, &*transaction)?;
        let seen = if self.identity.plant.is_some() {
            let caller = Caller { moment: &moment, ids: &self.ids };
            SeenEarly::look(&*transaction, &operation, &caller)?
        } else {
            SeenEarly::default()
        };
        let mortal = self.identity.dies_by_plan && self.number != self.from;
        let fate = if mortal { turn.fate } else { Fate::Lives };
        Ok(Some(Prepared { operation, moment, steps, seen, fate, pause: turn.pause }))
    }

    /// Is paused while others go on, for as many steps as they make in a short time at the most.
    pub(super) fn wait(&mut self, prepared: &Prepared) -> Result<(), LedgerError> {
        let until = prepared.steps.saturating_add(prepared.pause);
        for _ in 0..GLANCES {
            if self.store.begin_read()?.last_seq(&world::history_run())? >= until {
                break;
            }
            thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// Makes the request and records it, in one transaction; `None` when the worker died of it.
    pub(super) fn write(
        &mut self,
        prepared: Prepared,
    ) -> Result<Option<Acknowledged>, LedgerError> {
        let Prepared { operation, moment, seen, fate, .. } = prepared;
        let Identity { worker, life, plant, .. } = self.identity;
        let caller = Caller { moment: &moment, ids: &self.ids };
        let mut transaction = self.store.begin_write()?;
        let performed = match plant {
            None => perform(&mut *transaction, &operation, &caller),
            Some(plant) => perform_planted(plant, seen, &mut *transaction, &operation, &caller),
        };
        let answer = answer(performed)?;
        let step = Step { worker, life, number: self.number, now: moment.0, operation, answer };
        let record = append_event(&mut *transaction, &step.record(), &moment)?;
        let fails = plant == Some(Plant::ToldBeforeCommit) && self.number % 7 == 6;
        if fate == Fate::DiesBeforeCommit || fails {
            drop(transaction);
        } else {
            transaction.commit()?;
        }
        if fate != Fate::Lives {
            self.is_born_again();
            return Ok(None);
        }
        self.number += 1;
        self.memory.note(step);
        Ok(Some(Acknowledged { seq: record.seq, payload: record.payload_json }))
    }

    /// Begins the next life with the request that nobody was told of.
    fn is_born_again(&mut self) {
        let Identity { seed, worker, life, .. } = &mut self.identity;
        *life += 1;
        self.ids = WorkerIds::new(*seed, *worker, *life);
        self.wrong_by = Plan::of(*seed).wrong_by(*worker);
        self.memory = Memory::default();
        self.from = self.number;
    }
}
