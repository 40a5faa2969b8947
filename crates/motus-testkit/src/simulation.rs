//! A seeded simulation of writers, lockers and closers over one Store, and the check of its history.
//!
//! A seed decides a plan: who starts, appends, closes, locks, and repeats itself; whose clock is wrong,
//! who is paused between looking and writing, who dies. Each request runs in one write transaction
//! together with the record of it, an event of a *history run*; so the numbers of that run are the order
//! in which the transactions took effect, across threads and processes. A request that is refused has
//! changed nothing, and is recorded as well. Time passes with the history, not with the machine.
//!
//! The checker reads the history in its order and has every answer given by a model of the contract;
//! in the end all rows of the Store must be the model's, all that workers were told must be there, and
//! no token may have shrunk or been written with late. [`Plant`]s are bugs of workers that it must find.
//!
//! Over [`Mode::Memory`] and [`Mode::Sqlite`] a seed has one history, byte for byte; over threads and
//! processes it has one plan. The tests run some seeds of each; with `MOTUS_SIMULATION_SEED=N` in the
//! environment they run seed `N` instead. `cargo xtask torture --only ledger` runs many in release.

mod asking;
mod checker;
mod excerpt;
mod fencing;
mod interleaved;
mod model;
mod operation;
mod perform;
mod plan;
mod planted;
mod processes;
mod step;
mod tally;
mod threads;
mod worker;
mod world;

use std::fmt;
use std::path::Path;

use motus_ledger::{Store, StoreError};
use motus_store::{SqliteStore, StorePlace};

use crate::MemoryStore;
use crate::harness::Scratch;
use checker::{Disagreement, Told, check, what};
pub use planted::Plant;
use processes::Crew;
pub use processes::{Shift, work};
pub use tally::Tally;

/// Where the workers are, and what their Store is.
#[derive(Debug, Clone, Copy)]
pub enum Mode<'a> {
    /// In one thread, over a Store in memory.
    Memory,
    /// In one thread, over connections to one SQLite file.
    Sqlite,
    /// In threads, over connections to one SQLite file.
    Threads,
    /// In processes of the program `motus-testkit-simulant`.
    Processes(&'a Path),
}

impl<'a> Mode<'a> {
    /// Finds a mode by its name; processes need the program.
    pub fn parse(name: &str, program: &'a Path) -> Option<Self> {
        let all = [Self::Memory, Self::Sqlite, Self::Threads, Self::Processes(program)];
        all.into_iter().find(|mode| mode.name() == name)
    }

    /// Returns the name on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Threads => "threads",
            Self::Processes(_) => "processes",
        }
    }
}

/// A simulation in which everything held.
#[derive(Debug)]
pub struct Simulated {
    /// The payloads of the history run, in order.
    pub history: Vec<String>,
    /// What happened.
    pub tally: Tally,
}

/// A simulation in which something did not hold.
#[derive(Debug)]
pub struct Finding {
    seed: u64,
    mode: &'static str,
    disagreement: Disagreement,
}

impl fmt::Display for Finding {
    /// What did not hold, the steps that led to it, and how to have it again.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, mode, disagreement: Disagreement { what, excerpt } } = self;
        writeln!(formatter, "simulation of seed {seed} over {mode}: {what}")?;
        for line in excerpt {
            writeln!(formatter, "  {line}")?;
        }
        write!(
            formatter,
            "repeat with: MOTUS_SIMULATION_SEED={seed} cargo test -p motus-testkit --test it \
             simulation::{mode}"
        )
    }
}

/// Runs one simulation; with a plant, every worker has that bug.
///
/// Errors: what did not hold.
pub fn simulate(
    mode: Mode<'_>,
    seed: u64,
    plant: Option<Plant>,
) -> Result<Simulated, Box<Finding>> {
    let simulated = match mode {
        Mode::Memory => in_memory(seed, plant),
        _ => on_sqlite(mode, seed, plant),
    };
    simulated.map_err(|disagreement| Box::new(Finding { seed, mode: mode.name(), disagreement }))
}

/// Runs one simulation over memory and over SQLite, which must have one history.
///
/// Errors: what did not hold in one of them, or that their histories differ.
pub fn simulate_interleaved(seed: u64) -> Result<Simulated, Box<Finding>> {
    let memory = simulate(Mode::Memory, seed, None)?;
    let mut sqlite = simulate(Mode::Sqlite, seed, None)?;
    if memory.history != sqlite.history {
        let mut steps = memory.history.iter().zip(&sqlite.history).zip(1..);
        let differs = steps.find(|((memory, sqlite), _)| memory != sqlite);
        let place =
            differs.map_or_else(|| "at the end".to_owned(), |(_, step)| format!("at step {step}"));
        let disagreement = what(format!("{place} the history is not that of memory"));
        return Err(Box::new(Finding { seed, mode: Mode::Sqlite.name(), disagreement }));
    }
    sqlite.tally.merge(&memory.tally);
    Ok(sqlite)
}

fn in_memory(seed: u64, plant: Option<Plant>) -> Result<Simulated, Disagreement> {
    let mut store = MemoryStore::new();
    world::prepare(&mut store)?;
    let told = interleaved::run(seed, plant, &|| Ok(Box::new(store.clone())))?;
    judge(seed, &mut store, &told)
}

fn on_sqlite(mode: Mode<'_>, seed: u64, plant: Option<Plant>) -> Result<Simulated, Disagreement> {
    let scratch = Scratch::new();
    let place = StorePlace::new(scratch.project().join("store.db"));
    let open = || SqliteStore::open(&place, true).map(|opened| opened.store);
    world::prepare(&mut open()?)?;
    let told = match mode {
        Mode::Memory | Mode::Sqlite => interleaved::run(seed, plant, &|| boxed(open()))?,
        Mode::Threads => threads::run(seed, plant, &open)?,
        Mode::Processes(program) => {
            Crew { program, scratch: &scratch, store: place.path(), seed, plant }.run()?
        }
    };
    let mut store = SqliteStore::open_read_only(&place)?;
    let health = store.health()?;
    let whole = health.integrity.is_empty()
        && health.dangling.is_empty()
        && health.unexpected_tables.is_empty()
        && [&health.missing_tables, &health.missing_guards, &health.changed_guards]
            .into_iter()
            .all(Vec::is_empty);
    if !whole {
        return Err(what(format!("the Store is not whole: {health:?}")));
    }
    judge(seed, &mut store, &told)
}

fn boxed(store: Result<SqliteStore, StoreError>) -> Result<Box<dyn Store>, StoreError> {
    Ok(Box::new(store?))
}

fn judge(seed: u64, store: &mut dyn Store, told: &Told) -> Result<Simulated, Disagreement> {
    let (history, tally) = check(seed, store, told)?;
    Ok(Simulated { history, tally })
}
