//! What verifying a log of a million events costs, above all in memory: the log is half a gigabyte.

use super::Row;
use crate::bench::measurement::{Bound, Measured, Measurement};
use crate::bench::spent::{peak_memory, quietly, unmeasurable};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_long_log", gate: false, measure };

const EVENTS: &str = "1000000";
const AT_MOST: u64 = 32_000_000;
const TIMES: usize = 3;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let folder = workbench.product.new_folder("long-log")?.display().to_string();
    quietly(&mut workbench.kernel(&["write", &folder, EVENTS]))?;
    let pairs = workbench.kernel_pairs(&["log", &folder])?;
    let name = format!("{} time", ROW.name);
    let time = Measurement::ratio(&name, Bound::None, "one SHA-256 pass", "ms", pairs);
    let found = (0..TIMES).map(|_| peak_memory(&mut workbench.kernel(&["verify", &folder])));
    let measured = Measured::Memory { at_most: AT_MOST, found: found.collect::<Result<_, _>>()? };
    Ok(vec![time, Measurement { name: format!("{} memory", ROW.name), measured }])
}
