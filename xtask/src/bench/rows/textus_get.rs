//! Whether reading one entry becomes slower as there are more of them.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::memory::{Memory, key};
use crate::bench::spent::{batch, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_get", gate: false, measure };

const LARGE: u32 = 10_000;
const SMALL: u32 = 10;

const RUNS: u32 = 100;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let (large, small) = (Memory::new(workbench, LARGE)?, Memory::new(workbench, SMALL)?);
    let key = key(1);
    let get = |memory: &Memory<'_>| {
        Ok(batch(RUNS, || memory.textus(&["get", &key]))?.cpu_milliseconds(RUNS))
    };
    let pairs = alternate(|| get(&large), || get(&small))?;
    let against = "the same among 10 entries";
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.3), against, "ms cpu", pairs)])
}
