//! What compressing effects to fifty costs, against one pass of SHA-256 over their selectors.
//!
//! On the machine of `docs/performance.md` the bounds stand for 1 ms and for 1 s.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_effects", gate: false, measure };

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |count: &str, bound| {
        let pairs = workbench.kernel_pairs(&["effects", count])?;
        let name = format!("{} {count}", ROW.name);
        Ok(Measurement::ratio(&name, bound, "one SHA-256 pass", "ms", pairs))
    };
    Ok(vec![row("2000", Bound::AtMost(30.0))?, row("1000000", Bound::AtMost(50.0))?])
}
