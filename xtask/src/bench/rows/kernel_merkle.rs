//! What a Merkle root over 10,000 leaves costs, against a plain loop that keeps whole levels.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_merkle", gate: false, measure };

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let pairs = workbench.kernel_pairs(&["merkle"])?;
    let (bound, against) = (Bound::AtMost(1.0), "the same hashes in a loop");
    Ok(vec![Measurement::ratio(ROW.name, bound, against, "ms", pairs)])
}
