//! What listing 10,000 entries costs, against a walk that finds and sorts their paths.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::memory::Memory;
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_list", gate: false, measure };

const ENTRIES: u32 = 10_000;
const RUNS: u32 = 20;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let memory = Memory::new(workbench, ENTRIES)?;
    let ours = || Ok(batch(RUNS, || memory.textus(&["list"]))?.cpu_milliseconds(RUNS));
    let theirs = || Ok(batch(RUNS, || memory.baseline("sort"))?.cpu_milliseconds(RUNS));
    let pairs = alternate(ours, theirs)?;
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(2.0), "walk and sort", "ms cpu", pairs)])
}
