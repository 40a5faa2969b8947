//! What it costs to export a run, against the published Python library, and in memory as it grows.
//!
//! The verdict is our whole process against the library's one call, interpreter and imports left
//! out: the unfavourable way round for us. The whole Python process is told beside it.

use std::path::Path;
use std::process::Command;

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{Spent, batch, peak_memory, spent_on, unmeasurable};
use crate::bench::workbench::{Filled, Workbench, alternate, reference};
use crate::failure::Failure;
use crate::workspace;

pub(super) const ROW: Row = Row { name: "export_10k", gate: false, measure };

/// Runs of the filled Store: the one to be timed, and one ten times as long.
const COUNTS: [u32; 2] = [10_000, 100_000];

const OUR_RUNS: u32 = 10;

/// Prints processor seconds and elapsed seconds of one call, and the length of what it returned.
const CALL: &str = "\
import sys, time
from motus.kernel.store import Store
store = Store(sys.argv[1])
wall, cpu = time.perf_counter(), time.process_time()
text = store.export_run(sys.argv[2])
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(cpu, wall, len(text))
";

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let filled = workbench.fill(&COUNTS)?;
    let mut measurements = match reference() {
        Ok(program) => against_reference(workbench, &filled, &program.with_file_name("python"))?,
        Err(why) => vec![Measurement::skipped(ROW.name, why)],
    };
    measurements.push(memory(workbench, &filled)?);
    Ok(measurements)
}

fn export(workbench: &Workbench, filled: &Filled, run: usize) -> Command {
    let mut command = workbench.product.motus();
    command.args(["run", "export", "--db"]).arg(&filled.store);
    command.arg(&filled.runs[run]);
    command
}

/// One call of the library, in milliseconds, and the process around it.
struct Call {
    cpu: f64,
    wall: f64,
    bytes: usize,
    process: Spent,
}

fn against_reference(
    workbench: &Workbench,
    filled: &Filled,
    python: &Path,
) -> Result<Vec<Measurement>, Failure> {
    let pairs = alternate(
        || batch(OUR_RUNS, || export(workbench, filled, 0)),
        || call(workbench, filled, python),
    )?;
    require_equal_length(workbench, filled, &pairs[0].1)?;
    let line = |case: &str, bound, against, unit, figures: fn(&(Spent, Call)) -> (f64, f64)| {
        let pairs = pairs.iter().map(figures);
        Measurement::ratio(&format!("{} {case}", ROW.name), bound, against, unit, pairs)
    };
    let eighth = Bound::AtMost(1.0 / 8.0);
    Ok(vec![
        line("cpu", eighth, "Python call", "ms cpu", |(ours, theirs)| {
            (ours.cpu_milliseconds(OUR_RUNS), theirs.cpu)
        }),
        line("wall", Bound::None, "Python call", "ms wall", |(ours, theirs)| {
            (ours.wall_milliseconds(OUR_RUNS), theirs.wall)
        }),
        line("process", Bound::None, "Python process", "ms cpu", |(ours, theirs)| {
            (ours.cpu_milliseconds(OUR_RUNS), theirs.process.cpu_milliseconds(1))
        }),
    ])
}

fn call(workbench: &Workbench, filled: &Filled, python: &Path) -> Result<Call, Failure> {
    let mut command = workbench.product.command(python);
    command.args(["-c", CALL]).arg(&filled.store).arg(&filled.runs[0]);
    let (said, process) = spent_on(|| workspace::capture(&mut command))?;
    let figures: Vec<&str> = said.split_whitespace().collect();
    let parsed = match figures.as_slice() {
        [cpu, wall, bytes] => {
            cpu.parse::<f64>().ok().zip(wall.parse::<f64>().ok()).zip(bytes.parse().ok())
        }
        _ => None,
    };
    let ((cpu, wall), bytes) =
        parsed.ok_or_else(|| Failure::Failed(format!("the Python call said `{said}`")))?;
    Ok(Call { cpu: cpu * 1000.0, wall: wall * 1000.0, bytes, process })
}

/// Two exports of one run are the same bytes; if not even their length is, the race is off.
fn require_equal_length(
    workbench: &Workbench,
    filled: &Filled,
    theirs: &Call,
) -> Result<(), Failure> {
    let ours = workspace::capture(&mut export(workbench, filled, 0))?.len();
    if ours == theirs.bytes {
        return Ok(());
    }
    let theirs = theirs.bytes;
    Err(Failure::Failed(format!("the exports differ: {ours} bytes here, {theirs} there")))
}

fn memory(workbench: &Workbench, filled: &Filled) -> Result<Measurement, Failure> {
    let peak = |run| kilobytes(peak_memory(&mut export(workbench, filled, run))?);
    let pairs = alternate(|| peak(1), || peak(0))?;
    let name = format!("{} memory", ROW.name);
    let against = "a tenth of the events";
    Ok(Measurement::ratio(&name, Bound::AtMost(1.2), against, "kB peak", pairs))
}

fn kilobytes(bytes: u64) -> Result<f64, Failure> {
    let too_much = |_| Failure::Failed(format!("an export took {bytes} bytes of memory"));
    Ok(f64::from(u32::try_from(bytes / 1000).map_err(too_much)?))
}
