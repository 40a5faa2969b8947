//! What verifying a log of a million events costs, in time and above all in memory: the log is 680 MB long.
//!
//! Both sides are whole processes, which at that length begin and end for nothing.

use super::Row;
use crate::bench::measurement::{Bound, Measured, Measurement};
use crate::bench::spent::{batch, peak_memory, unmeasurable};
use crate::bench::workbench::{Workbench, alternate};
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_long_log", gate: false, measure };

const EVENTS: &str = "1000000";
const AT_MOST: u64 = 32_000_000;
const TIMES: usize = 3;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let folder = workbench.bundle("long-log", "write", &[EVENTS, "0"])?;
    let ours = || Ok(batch(1, || workbench.verify(&folder))?.wall_milliseconds(1));
    let theirs = || Ok(batch(1, || workbench.kernel(&["pass", &folder]))?.wall_milliseconds(1));
    let pairs = alternate(ours, theirs)?;
    let name = format!("{} time", ROW.name);
    let against = "one SHA-256 pass";
    let time = Measurement::ratio(&name, Bound::AtMost(2.0), against, "ms wall", pairs);
    let found = (0..TIMES).map(|_| peak_memory(&mut workbench.verify(&folder)));
    let measured = Measured::Memory { at_most: AT_MOST, found: found.collect::<Result<_, _>>()? };
    Ok(vec![time, Measurement { name: format!("{} memory", ROW.name), measured }])
}
