//! What verifying a bundle whose log has 10,000 events costs, from the start of the process to its end.
//!
//! Compared with a process that reads the log and hashes it once. Both run in batches: they take milliseconds.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "verify_log", gate: false, measure };

const RUNS: u32 = 20;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let folder = workbench.bundle("log", "write", &["10000", "0"])?;
    let ours = || batch(RUNS, || workbench.verify(&folder));
    let theirs = || batch(RUNS, || workbench.kernel(&["pass", &folder]));
    let pairs = alternate(ours, theirs)?;
    let row = |case: &str, bound, unit, pairs: Vec<_>| {
        Measurement::ratio(&format!("{} {case}", ROW.name), bound, "one SHA-256 pass", unit, pairs)
    };
    let wall = pairs
        .iter()
        .map(|(ours, theirs)| (ours.wall_milliseconds(RUNS), theirs.wall_milliseconds(RUNS)));
    let cpu = pairs
        .iter()
        .map(|(ours, theirs)| (ours.cpu_milliseconds(RUNS), theirs.cpu_milliseconds(RUNS)));
    Ok(vec![
        row("wall", Bound::AtMost(2.5), "ms wall", wall.collect()),
        row("cpu", Bound::None, "ms cpu", cpu.collect()),
    ])
}
