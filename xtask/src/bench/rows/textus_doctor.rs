//! What a whole doctor costs on 10,000 entries, half of them with a schema, against reading and parsing them.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::memory::Memory;
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_doctor", gate: false, measure };

const ENTRIES: u32 = 10_000;
const RUNS: u32 = 5;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let memory = Memory::new(workbench, ENTRIES)?;
    let ours = || Ok(batch(RUNS, || memory.textus(&["doctor"]))?.cpu_milliseconds(RUNS));
    let theirs = || Ok(batch(RUNS, || memory.baseline("read"))?.cpu_milliseconds(RUNS));
    let pairs = alternate(ours, theirs)?;
    let against = "walk, read and parse";
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.6), against, "ms cpu", pairs)])
}
