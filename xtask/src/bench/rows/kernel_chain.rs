//! What verifying a log of 10,000 events in memory costs one thread.
//!
//! The format has each byte of a log hashed twice, with the file and with its event, and each event brings a
//! leaf and a node: with lines of 679 bytes, as a tool leaves them that reports its arguments and its result,
//! these are 2.4 times the blocks of the file, before anything is read. So one thread cannot hold the bound
//! on one pass; it is told all the same. What a user waits for is in `verify_log`.

use super::Row;
use crate::bench::measurement::{Bound, Measurement};
use crate::bench::workbench::Workbench;
use crate::failure::Failure;

pub(super) const ROW: Row = Row { name: "kernel_chain", gate: false, measure };

const PASS: &str = "one SHA-256 pass";
const BOUND: Bound = Bound::AtMost(2.5);

fn measure(workbench: &Workbench) -> Result<Vec<Measurement>, Failure> {
    let row = |case: &str, bound, against, arguments: &[&str]| {
        let pairs = workbench.kernel_pairs(arguments)?;
        let name = format!("{} {case}", ROW.name);
        Ok(Measurement::ratio(&name, bound, against, "ms", pairs))
    };
    Ok(vec![
        row("hashes", BOUND, "the hashes alone", &["hashes"])?,
        row("file", BOUND, PASS, &["chain"])?,
        row("short lines", Bound::None, PASS, &["chain", "short"])?,
        row("effects", Bound::None, PASS, &["chain", "skills"])?,
    ])
}
