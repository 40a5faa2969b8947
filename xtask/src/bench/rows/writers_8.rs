//! What eight writers do to each other, and to one of the published release.
//!
//! The same number of events is appended by one process and by eight together. How long one of them
//! waits is compared with the five seconds after which a writer gives up.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::{Filled, Workbench, alternate, reference};
use crate::failure::Failure;
use crate::workspace;

pub(super) const ROW: Row = Row { name: "writers_8", gate: false, measure };

/// Events of all writers together.
const EVENTS: u32 = 24_000;
const WRITERS: u32 = 8;

/// How long a writer waits before it gives up, ours as well as the published one, in milliseconds.
const PATIENCE: f64 = 5000.0;

/// How many of ours disturb one of theirs, and how often.
const DISTURBING: u32 = 4;
const TIMES: usize = 3;

/// Appends some events and prints the longest time that one of them took, in milliseconds.
const CALL: &str = "\
import sys, time
from motus.kernel.store import Store
store, longest = Store(sys.argv[1]), 0
for number in range(20):
    started = time.perf_counter()
    store.log_event(run_id=sys.argv[2], schema_kind='note', payload={},
                    idempotency_key=f'{sys.argv[3]}:{number}', producer_id='published')
    longest = max(longest, time.perf_counter() - started)
    time.sleep(0.05)
print(longest * 1000)
";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let pairs = alternate(|| together(workbench, WRITERS), || together(workbench, 1))?;
    let rates = pairs.iter().map(|(eight, one)| (eight.rate, one.rate));
    let waits = pairs.iter().map(|(eight, _)| (eight.longest, PATIENCE));
    Ok(vec![
        Measurement::ratio(ROW.name, Bound::AtLeast(1.0), "one writer", "per s", rates),
        wait_line("wait", Bound::AtMost(0.3), waits),
        beside_published(workbench)?,
    ])
}

fn wait_line(case: &str, bound: Bound, waits: impl IntoIterator<Item = (f64, f64)>) -> Measurement {
    let name = format!("{} {case}", ROW.name);
    Measurement::ratio(&name, bound, "the patience of a writer", "ms", waits)
}

/// What some writers did together.
struct Together {
    /// Events per second.
    rate: f64,
    /// The longest that one event took, in milliseconds.
    longest: f64,
}

fn together(workbench: &Workbench, writers: u32) -> Result<Together, Failure> {
    let filled = workbench.fill(&[1])?;
    let started = Instant::now();
    let children: Result<Vec<Child>, Failure> = (0..writers)
        .map(|number| {
            let name = format!("writer-{number}");
            start(workbench.appender(&filled, &name, EVENTS / writers).arg("--longest"))
        })
        .collect();
    let mut longest = 0.0_f64;
    for child in children? {
        longest = longest.max(longest_of(child)?);
    }
    let rate = f64::from(EVENTS) / started.elapsed().as_secs_f64();
    Ok(Together { rate, longest })
}

fn start(command: &mut Command) -> Result<Child, Failure> {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    child.map_err(|error| Failure::Failed(format!("cannot run {command:?}: {error}")))
}

/// Waits for an appender and reads how long its longest event took, in milliseconds.
fn longest_of(child: Child) -> Result<f64, Failure> {
    let output = child.wait_with_output();
    let output = output.map_err(|error| Failure::Failed(format!("cannot append: {error}")))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let microseconds: Option<f64> = said.trim().parse().ok().filter(|_| output.status.success());
    microseconds
        .map(|microseconds| microseconds / 1000.0)
        .ok_or_else(|| Failure::Failed(format!("an appender said `{said}`")))
}

/// Measures how long the published writer waits among ours, who go on without a pause of their own.
fn beside_published(workbench: &Workbench) -> Result<Measurement, Failure> {
    const CASE: &str = "published";
    let python = match reference() {
        Ok(program) => program.with_file_name("python"),
        Err(why) => return Ok(Measurement::skipped(&format!("{} {CASE}", ROW.name), why)),
    };
    let mut waits = Vec::new();
    for number in 0..TIMES {
        let filled = workbench.fill(&[1])?;
        let children: Result<Vec<Child>, Failure> = (0..DISTURBING)
            .map(|number| {
                start(&mut workbench.appender(&filled, &format!("writer-{number}"), u32::MAX))
            })
            .collect();
        let waited = published(workbench, &python, &filled, number);
        for mut child in children? {
            let _ = child.kill();
            let _ = child.wait();
        }
        waits.push((waited?, PATIENCE));
    }
    Ok(wait_line(CASE, Bound::AtMost(0.6), waits))
}

fn published(
    workbench: &Workbench,
    python: &Path,
    filled: &Filled,
    number: usize,
) -> Result<f64, Failure> {
    let mut command = workbench.product.command(python);
    command.args(["-c", CALL]).arg(&filled.store).arg(&filled.runs[0]).arg(number.to_string());
    let said = workspace::capture(&mut command)?;
    let longest = said.trim().parse();
    longest.map_err(|_| Failure::Failed(format!("the Python call said `{said}`")))
}
