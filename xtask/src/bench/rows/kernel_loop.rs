//! What a loop of trivial steps costs, and the scoring of its lens, against the time that each may take.
//!
//! A loop is run from its first event to a bundle that was verified in memory. The bounds are times, like the
//! patience of a writer in `writers_8`: a machine that is much slower than that of `docs/performance.md` misses
//! them.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_loop", gate: false, measure };

const RATE: &str = "the time at 20,000 events a second";
const LENS: &str = "the time that 10,000 items may take";
const BOUND: Bound = Bound::AtMost(1.0);

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |case: &str, against, arguments: &[&str]| {
        let pairs = workbench.kernel_pairs(arguments)?;
        let name = format!("{} {case}", ROW.name);
        Ok(Measurement::ratio(&name, BOUND, against, "ms", pairs))
    };
    Ok(vec![
        row("skills", RATE, &["loop", "skills"])?,
        row("retries", RATE, &["loop", "retries"])?,
        row("rework", RATE, &["loop", "rework"])?,
        row("lens", LENS, &["lens", "10000"])?,
    ])
}
