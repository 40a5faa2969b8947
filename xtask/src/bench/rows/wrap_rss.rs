//! How much memory the wrapper holds while its command runs.

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::spent::{peak_memory, unmeasurable};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "wrap_rss", gate: false, measure };

const AT_MOST: u64 = 10_000_000;
const TIMES: usize = 7;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let store = workbench.new_store()?;
    let mut found = Vec::new();
    for _ in 0..TIMES {
        found.push(peak_memory(&mut workbench.wrap(&store, &["sleep", "0.3"]))?);
    }
    let measured = Measured::Memory { at_most: AT_MOST, found };
    let name = ROW.name.to_owned();
    Ok(vec![Measurement { name, measured }])
}
