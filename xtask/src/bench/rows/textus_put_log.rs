//! Whether writing an entry becomes slower as the audit log grows.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::memory::{Memory, note, opened};
use crate::bench::spent::{quietly, spent_on, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "textus_put_log", gate: false, measure };

/// Less than the log may have before it is rotated.
const LOG: u64 = 8 << 20;

const RUNS: u32 = 100;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let (long, empty) = (Memory::new(workbench, 10)?, Memory::new(workbench, 10)?);
    long.fill_log(LOG)?;
    let pairs = alternate(|| put(&long), || put(&empty))?;
    let against = "the same with an empty log";
    Ok(vec![Measurement::ratio(ROW.name, Bound::AtMost(1.3), against, "ms cpu", pairs)])
}

/// Writes over one entry again and again, in milliseconds of processor time each.
fn put(memory: &Memory<'_>) -> Result<f64, Failure> {
    let request = memory.request(&note("again"))?;
    let ((), spent) = spent_on(|| {
        (0..RUNS).try_for_each(|_| {
            let mut put = memory.textus(&["put", "notebook.notes.raced", "--stdin", "--as=agent"]);
            quietly(put.stdin(opened(&request)?))
        })
    })?;
    Ok(spent.cpu_milliseconds(RUNS))
}
