//! Workers as threads of one process, each with its own connection to one Store.

use std::thread;

use motus_ledger::{LedgerError, StoreError};
use motus_store::SqliteStore;

use super::checker::Told;
use super::plan::Plan;
use super::planted::Plant;
use super::worker::{Identity, Worker};

/// Lets all workers go through their plans at once.
pub(super) fn run(
    seed: u64,
    plant: Option<Plant>,
    open: &(dyn Fn() -> Result<SqliteStore, StoreError> + Sync),
) -> Result<Told, LedgerError> {
    let work = |worker: u64| {
        let identity = Identity { seed, worker, life: 0, plant, dies_by_plan: true };
        let mut worker = Worker::new(identity, 0, Box::new(open()?));
        let mut told = Told::default();
        while let Some(prepared) = worker.prepare()? {
            worker.wait(&prepared)?;
            told.note(worker.write(prepared)?);
        }
        Ok::<_, LedgerError>(told)
    };
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            (0..Plan::of(seed).workers()).map(|worker| scope.spawn(move || work(worker))).collect();
        let mut all = Told::default();
        for thread in threads {
            let told = thread.join().expect("a worker returns its errors")?;
            all.acknowledged.extend(told.acknowledged);
            all.deaths += told.deaths;
        }
        Ok(all)
    })
}
