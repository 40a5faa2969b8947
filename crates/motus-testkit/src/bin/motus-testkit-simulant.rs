//! The worker of a simulated process, and simulations of many seeds.
//!
//! As a worker it prints each step that was acknowledged. Usage:
//! `motus-testkit-simulant work STORE SEED WORKER LIFE FROM [PLANT]`;
//! `motus-testkit-simulant check MODE FIRST COUNT`, which prints counts of what happened, and where the
//! mode `interleaved` stands for memory and SQLite, compared; and
//! `motus-testkit-simulant plant MODE PLANT COUNT`, which prints the first seed that finds the bug.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use motus_store::{SqliteStore, StorePlace};
use motus_testkit::simulation::{Mode, Plant, Shift, Tally, simulate, simulate_interleaved, work};

const USAGE: &str = "usage: motus-testkit-simulant work STORE SEED WORKER LIFE FROM [PLANT]\n\
                     or: motus-testkit-simulant check MODE FIRST COUNT\n\
                     or: motus-testkit-simulant plant MODE PLANT COUNT";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    match arguments {
        ["work", store, seed, worker, life, from, plant @ ..] => {
            let plant = match plant {
                [] => None,
                [name] => Some(Plant::parse(name).ok_or("no such plant")?),
                _ => return Err(USAGE.into()),
            };
            let [seed, worker, life, from] = [seed, worker, life, from].map(|text| text.parse());
            let shift = Shift { seed: seed?, worker: worker?, life: life?, from: from?, plant };
            let store = SqliteStore::open(&StorePlace::new(store), true)?.store;
            work(&shift, Box::new(store), &mut io::stdout())
        }
        ["check", mode, first, count] => check(mode, first.parse()?, count.parse()?),
        ["plant", mode, plant, count] => find(mode, plant, count.parse()?),
        _ => Err(USAGE.into()),
    }
}

/// Simulates seeds until the planted bug is found.
fn find(mode: &str, plant: &str, count: u64) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let mode = Mode::parse(mode, &program).ok_or("no such mode")?;
    let plant = Plant::parse(plant).ok_or("no such plant")?;
    let found = (0..count).find(|seed| simulate(mode, *seed, Some(plant)).is_err());
    let seed = found.ok_or_else(|| format!("{count} seeds do not find {}", plant.name()))?;
    writeln!(io::stdout(), "{seed}")?;
    Ok(())
}

/// Simulates the seeds from the first on, and stops at a finding.
fn check(mode: &str, first: u64, count: u64) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let one = |seed| match mode {
        "interleaved" => Some(simulate_interleaved(seed)),
        _ => Some(simulate(Mode::parse(mode, &program)?, seed, None)),
    };
    let mut tally = Tally::default();
    for seed in first..first.saturating_add(count) {
        let simulated = one(seed).ok_or("no such mode")?;
        tally.merge(&simulated.map_err(|finding| finding.to_string())?.tally);
    }
    write!(io::stdout(), "{tally}")?;
    Ok(())
}
