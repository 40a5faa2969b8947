//! The ledger: simulations of many seeds, whose histories a model judges.
//!
//! The harness is the one of the tests, which run some seeds of each mode. Here many run, in release, and
//! every planted bug has to be found in every mode.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use motus_testkit::simulation::{Plant, Tally};

use crate::failure::Failure;
use crate::output;
use crate::product::{Product, SIMULANT};

/// The modes; of so many seeds one is run in each. A mode of several processes waits for the disk.
const MODES: [(&str, u64); 3] = [("interleaved", 1), ("threads", 50), ("processes", 50)];

/// Where planted bugs have to be found.
const PLANTED_IN: [&str; 4] = ["memory", "sqlite", "threads", "processes"];

/// Within how many seeds.
const PLANTED_WITHIN: u64 = 100;

/// How many seeds of processes are enough for each of their misfortunes to have happened.
const ENOUGH: u64 = 50;

/// A file system in memory: what the seeds decide alone does not depend on the disk.
const MEMORY: &str = "/dev/shm";

/// Simulates the seeds from the first on, and tells what it came to.
pub(super) fn torture(product: &Product, first: u64, seeds: u64) -> Result<(), Failure> {
    let simulants = Simulants::new(product)?;
    let mut all = Tally::default();
    for (mode, share) in MODES {
        let count = seeds.div_ceil(share);
        let started = Instant::now();
        let tally = simulants.check(mode, first, count)?;
        tell(mode, &speed(count, &tally, started.elapsed()));
        all.merge(&tally);
        if mode == "processes" && count >= ENOUGH {
            require(&tally, &[Tally::DEATHS, Tally::UNTOLD, Tally::STOPS, Tally::LATE])?;
        }
    }
    output::data(&all.to_string().trim_end());
    for plant in Plant::ALL {
        let found = PLANTED_IN.map(|mode| Ok(format!("{mode} {}", simulants.find(mode, plant)?)));
        let found: Result<Vec<String>, Failure> = found.into_iter().collect();
        tell(&format!("planted {}, found by seed", plant.name()), &found?.join(", "));
    }
    output::data(&"torture: every history is one that the contract allows, and every bug is found");
    Ok(())
}

fn speed(seeds: u64, tally: &Tally, took: Duration) -> String {
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let (seconds, per_second) = (milliseconds / 1000, seeds.saturating_mul(1000) / milliseconds);
    let (simulations, steps) = (tally.count(Tally::SEEDS), tally.count(Tally::STEPS));
    format!(
        "{seeds} seeds, {simulations} simulations, {steps} steps, {seconds} s, {per_second} seeds/s"
    )
}

fn require(tally: &Tally, names: &[&str]) -> Result<(), Failure> {
    match names.iter().find(|name| tally.count(name) == 0) {
        None => Ok(()),
        Some(name) => Err(Failure::Failed(format!("of `{name}` there was none"))),
    }
}

fn tell(what: &str, came_to: &str) {
    output::data(&format!("  {what:<44} {came_to}"));
}

/// The program that simulates, and where its Stores are.
struct Simulants<'a> {
    product: &'a Product,
    on_disk: PathBuf,
}

impl<'a> Simulants<'a> {
    fn new(product: &'a Product) -> Result<Self, Failure> {
        Ok(Self { product, on_disk: product.new_folder("simulations")? })
    }

    /// Simulates so many seeds, in as many processes as there are processors.
    fn check(&self, mode: &str, first: u64, count: u64) -> Result<Tally, Failure> {
        let parts = available_parallelism().map_or(1, |parts| parts.get() as u64);
        let mut running = Vec::new();
        for part in 0..parts {
            let [from, to] = [part, part + 1].map(|part| first + count * part / parts);
            running.push(self.start(mode, &["check", mode, &number(from), &number(to - from)])?);
        }
        let mut all = Tally::default();
        for part in running {
            let told = part.end()?;
            let tally = Tally::parse(&told);
            all.merge(&tally.ok_or_else(|| Failure::Failed(format!("no counts: {told}")))?);
        }
        Ok(all)
    }

    /// Returns the first seed that finds a bug.
    fn find(&self, mode: &str, plant: Plant) -> Result<String, Failure> {
        let arguments = ["plant", mode, plant.name(), &number(PLANTED_WITHIN)];
        Ok(self.start(mode, &arguments)?.end()?.trim().to_owned())
    }

    fn start(&self, mode: &str, arguments: &[&str]) -> Result<Part, Failure> {
        let mut command: Command = self.product.command(self.product.binary(SIMULANT));
        command.args(arguments).env("TMPDIR", self.folder(mode));
        let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = started.map_err(|error| Failure::Failed(format!("no simulant: {error}")))?;
        Ok(Part(Some(child)))
    }

    fn folder(&self, mode: &str) -> &Path {
        let memory = Path::new(MEMORY);
        let waits_for_the_disk = ["threads", "processes"].contains(&mode);
        if waits_for_the_disk || !memory.is_dir() { &self.on_disk } else { memory }
    }
}

fn number(number: u64) -> String {
    number.to_string()
}

/// A simulant at work, which ends with this value at the latest.
struct Part(Option<Child>);

impl Part {
    /// Waits for what it tells. Errors: what it found.
    fn end(mut self) -> Result<String, Failure> {
        let ended = self.0.take().map(Child::wait_with_output);
        let ended = ended.ok_or_else(|| Failure::Failed("it has ended before".to_owned()))?;
        let ended = ended.map_err(|error| Failure::Failed(format!("no end: {error}")))?;
        if ended.status.success() {
            return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        Err(Failure::Failed(said.trim_start_matches("error: ").trim_end().to_owned()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
