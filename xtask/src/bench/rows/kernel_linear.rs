//! Whether verifying twice as much costs twice as much, whatever there is more of.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_linear", gate: false, measure };

/// What a bundle may have many of.
const KINDS: [&str; 10] = [
    "events",
    "skills",
    "evidence",
    "artifacts",
    "lens",
    "effects",
    "checks",
    "gates",
    "children",
    "errors",
];

/// What is sorted or looked up may cost a little more than twice; what is compared with everything, four
/// times.
const BOUND: Bound = Bound::AtMost(2.6);

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |kind: &&str| {
        let pairs = workbench.kernel_pairs(&["double", kind])?;
        let name = format!("{} {kind}", ROW.name);
        Ok(Measurement::ratio(&name, BOUND, "half as many", "ms", pairs))
    };
    KINDS.iter().map(row).collect()
}
