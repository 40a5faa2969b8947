//! Workers as processes, some of which are stopped while they hold a lock, or killed.
//!
//! Which worker is disturbed and about when is decided by the seed; between which of its system calls,
//! by chance. Time passes with the steps of others, so a process that is stopped for long enough comes
//! back after the expiry of its lock.

mod crew;
mod disturbance;
mod member;

use std::error::Error;
use std::io::Write;

use motus_ledger::Store;

use super::worker::{Identity, Worker};
use super::{Plant, worker::Acknowledged};

pub(super) use crew::Crew;

/// Which part of a plan a process is to make requests of.
#[derive(Debug, Clone, Copy)]
pub struct Shift {
    /// The seed of the plan.
    pub seed: u64,
    /// The number of the worker.
    pub worker: u64,
    /// How often the worker had died before.
    pub life: u64,
    /// The first request of this life.
    pub from: u64,
    /// The bug that the worker has.
    pub plant: Option<Plant>,
}

/// Makes the requests of a shift; each acknowledged step becomes one line of `told`.
pub fn work(
    shift: &Shift,
    store: Box<dyn Store>,
    told: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let Shift { seed, worker, life, from, plant } = *shift;
    let identity = Identity { seed, worker, life, plant, dies_by_plan: false };
    let mut worker = Worker::new(identity, from, store);
    while let Some(prepared) = worker.prepare()? {
        worker.wait(&prepared)?;
        if let Some(acknowledged) = worker.write(prepared)? {
            writeln!(told, "{} {}", acknowledged.seq, acknowledged.payload)?;
            told.flush()?;
        }
    }
    Ok(())
}

/// Reads a line that [`work`] wrote.
fn read_line(line: &str) -> Option<Acknowledged> {
    let (seq, payload) = line.split_once(' ')?;
    Some(Acknowledged { seq: seq.parse().ok()?, payload: payload.to_owned() })
}
