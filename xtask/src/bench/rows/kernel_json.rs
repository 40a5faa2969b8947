//! What the canonical form costs, against `serde_json` on the same bytes.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_json", gate: false, measure };

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |case: &str, most, against| {
        let pairs = workbench.kernel_pairs(&[case])?;
        let name = format!("{} {case}", ROW.name);
        Ok(Measurement::ratio(&name, Bound::AtMost(most), against, "ms", pairs))
    };
    Ok(vec![
        row("cj_write", 1.0, "parsing to serde_json::Value")?,
        row("cj_check", 2.5, "skipping as IgnoredAny")?,
    ])
}
