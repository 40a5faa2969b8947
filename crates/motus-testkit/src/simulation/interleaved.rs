//! All workers in one thread: the seed decides who moves next, so that a history can be had again.

use motus_ledger::{LedgerError, Store, StoreError};

use super::checker::Told;
use super::plan::Plan;
use super::planted::Plant;
use super::worker::{Identity, Prepared, Worker};
use crate::Random;

/// Opens another handle on the Store of a simulation.
pub(super) type Open<'a> = &'a dyn Fn() -> Result<Box<dyn Store>, StoreError>;

/// A worker and the request that it is about to make.
struct Member {
    worker: Worker,
    prepared: Option<Prepared>,
}

/// Lets all workers go through their plans, a move of one after a move of another.
///
/// A move is looking, or one unit of a pause, or writing: others may come in between.
pub(super) fn run(seed: u64, plant: Option<Plant>, open: Open<'_>) -> Result<Told, LedgerError> {
    let mut members = Vec::new();
    for worker in 0..Plan::of(seed).workers() {
        let identity = Identity { seed, worker, life: 0, plant, dies_by_plan: true };
        members.push(Member { worker: Worker::new(identity, 0, open()?), prepared: None });
    }
    let mut scheduler = Random::of(&[seed, 5]);
    let mut told = Told::default();
    while !members.is_empty() {
        let index = usize::try_from(scheduler.below(members.len() as u64)).unwrap_or_default();
        if !members[index].moves(&mut told)? {
            members.swap_remove(index);
        }
    }
    Ok(told)
}

impl Member {
    /// Makes one move; tells whether there may be another.
    fn moves(&mut self, told: &mut Told) -> Result<bool, LedgerError> {
        let Some(mut prepared) = self.prepared.take() else {
            self.prepared = self.worker.prepare()?;
            return Ok(self.prepared.is_some());
        };
        if prepared.pause > 0 {
            prepared.pause -= 1;
            self.prepared = Some(prepared);
            return Ok(true);
        }
        told.note(self.worker.write(prepared)?);
        Ok(true)
    }
}
