//! How much memory a file of evidence takes that is larger than memory should be: 2 GB, all of it a hole, so
//! that no disk has to hold it. What is read of a hole is hashed like anything else.

use super::Row;
use crate::bench::measurement::{Measured, Measurement};
use crate::bench::spent::{peak_memory, unmeasurable};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "verify_large_file", gate: false, measure };

const BYTES: &str = "2000000000";
const AT_MOST: u64 = 64_000_000;
const TIMES: usize = 3;

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    if let Some(why) = unmeasurable() {
        return Ok(vec![Measurement::skipped(ROW.name, why)]);
    }
    let folder = workbench.bundle("large-file", "large", &[BYTES])?;
    let found = (0..TIMES).map(|_| peak_memory(&mut workbench.verify(&folder)));
    let measured = Measured::Memory { at_most: AT_MOST, found: found.collect::<Result<_, _>>()? };
    Ok(vec![Measurement { name: ROW.name.to_owned(), measured }])
}
